"""Colours and edges, described by hand: a histogram of each."""

import numpy as np

from engine.models.baselines.regression import STRENGTHS, check_strengths
from engine.models.spec import BaselineSpec
from engine.recipes.baseline import Baseline
from engine.recipes.checks import check_between

#: Cells a block of the histogram of oriented gradients is wide: each cell is normalised with its
#: neighbours, as in the paper that introduced it (Dalal and Triggs, 2005).
_BLOCK = 2


def colours_and_edges(baseline: Baseline, photo: np.ndarray) -> np.ndarray:
    """A histogram of colours over the whole photo, then histograms of oriented gradients.

    Args:
        baseline: `colour_levels`, `cell` and `orientations` count.
        photo: float32 (size, size, 3), RGB, 0-255.

    Returns:
        float64: the shares of `colour_levels`^3 colours, then scikit-image's HOG, whose blocks
        are normalised and which takes at each pixel the channel that changes most.
    """
    from skimage.feature import hog

    levels = baseline.colour_levels
    level = np.minimum(photo * (levels / 256), levels - 1).astype(int)
    colour = (level[..., 0] * levels + level[..., 1]) * levels + level[..., 2]
    shares = np.bincount(colour.ravel(), minlength=levels**3) / colour.size
    edges = hog(
        photo,
        orientations=baseline.orientations,
        pixels_per_cell=(baseline.cell, baseline.cell),
        cells_per_block=(_BLOCK, _BLOCK),
        channel_axis=-1,
    )
    return np.concatenate([shares, edges])


def _length(baseline: Baseline) -> int:
    blocks = baseline.image_size // baseline.cell - _BLOCK + 1
    return baseline.colour_levels**3 + blocks**2 * _BLOCK**2 * baseline.orientations


def _check(baseline: Baseline) -> None:
    check_strengths(baseline)
    check_between("colour_levels", baseline.colour_levels, 1, 16)
    # A block is two cells wide, and a photo holds at least one.
    check_between("cell", baseline.cell, 2, baseline.image_size // 2)
    check_between("orientations", baseline.orientations, 1, 36)


SPEC = BaselineSpec(
    name="baseline-hog",
    title="Regression on colours and HOG",
    short_title="colours + HOG",
    # The resolution that ResNet50 sees. 8x8 cells, blocks of 2x2 cells, 9 directions as in the
    # paper: 1,764 numbers for edges, 64 for colours.
    preset=Baseline(
        "baseline-hog",
        image_size=224,
        seed=1,
        strengths=STRENGTHS,
        colour_levels=4,
        cell=28,
        orientations=9,
    ),
    describe=colours_and_edges,
    length=_length,
    check=_check,
    packages=("scikit-image",),
)
