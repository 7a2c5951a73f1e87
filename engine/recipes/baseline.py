"""The recipe of a baseline: a logistic regression on a description of the photo."""

from dataclasses import dataclass

from engine.recipes.checks import check_between
from engine.recipes.settings import check_settings, setting

#: How the name of every baseline begins, so that its recipe is told from that of a network.
BASELINE_PREFIX = "baseline-"
#: The one row in the history of a baseline, which is fitted as a whole and not by epochs.
FIT = "fit"


@dataclass(frozen=True)
class Baseline:
    """Everything one chooses before fitting a baseline.

    Attributes:
        model: Name of a `BaselineSpec`, which says how a photo is described.
        image_size: Side of the square photo that is described, in pixels.
        seed: Seed of whatever a solver draws. That of today draws nothing.
        strengths: Inverse strengths of the regularisation (scikit-learn's `C`) that are tried: the
            one with the highest validation accuracy is kept, the smallest of several. Empty
            where nothing is regularised, because nothing is looked at.
        colour_levels: Levels of red, of green and of blue in a histogram of colours.
        cell: Side of a cell of a histogram of oriented gradients, in pixels.
        orientations: Directions in that histogram.
    """

    model: str
    image_size: int = setting("Image size (pixels)", low=8, high=512, flag=False)
    seed: int = setting("Seed", low=0, high=2**31 - 1)
    strengths: tuple[float, ...] = setting(
        "Inverse strengths of regularisation that are tried", low=1e-9, high=1e9, flag=False
    )
    colour_levels: int = setting(
        "Levels of each colour in the histogram", default=0, low=0, high=16, flag=False
    )
    cell: int = setting("Cell of the gradients (pixels)", default=0, low=0, high=256, flag=False)
    orientations: int = setting(
        "Directions of the gradients", default=0, low=0, high=36, flag=False
    )

    def __post_init__(self) -> None:
        check_settings(self)
        check_between("number of strengths", len(self.strengths), 0, 100)

    @property
    def epochs(self) -> int:
        """Rows of its history."""
        return 1
