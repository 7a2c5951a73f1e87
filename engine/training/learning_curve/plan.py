"""Which trainings a learning curve is made of."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.data import DataSet
from engine.errors import EngineError
from engine.models.resnet50 import PRESET as RESNET50
from engine.runs import ALL_PHOTOS, LEARNING_CURVE_MODELS
from engine.training.results import rows_of

SIZES = ("5", "10", "20", "50", "100", ALL_PHOTOS)
SEEDS = (1, 2, 3)
#: How often a training looks at the validation photos, at even distances.
LOOKS = 12
#: `scratch` is shown at least this many photos, in at least so many epochs: in tens of steps on a
#: few photos it would not even begin to learn. On two cores that took 160 to 290 seconds a size of
#: clothing, and 10 epochs with all its 2,727 photos 370 to 700: half an hour a seed.
SCRATCH_PHOTOS = 8_000
SCRATCH_EPOCHS = 10
_LARGEST_SIZE = 10_000


@dataclass(frozen=True, eq=False)
class Training:
    """One point of the curve.

    Attributes:
        model: `scratch` or `resnet50`.
        photos_per_class: How many photos of each class, or `all`.
        seed: Of the draw of the photos, the weights, the order and the augmentation.
        rows: Rows of `data_set.photos` to learn from.
        epochs: Number of epochs.
    """

    model: str
    photos_per_class: str
    seed: int
    rows: np.ndarray
    epochs: int

    @property
    def looks(self) -> list[int]:
        """The epochs after which it looks at the validation photos; the last is one of them."""
        looks = min(LOOKS, self.epochs)
        return [round(self.epochs * (number + 1) / looks) for number in range(looks)]

    def is_row(self, row) -> bool:
        """Whether a row of the table is of this training."""
        own = (self.model, self.photos_per_class, self.seed, len(self.rows), self.epochs)
        return own == (row.model, row.photos_per_class, row.seed, row.photos, row.epochs)


def check_sizes(sizes: Sequence[str]) -> tuple[str, ...]:
    """The sizes in order, each once.

    Raises:
        EngineError: If one is neither a number of photos nor `all`, or there are none.
    """
    for size in sizes:
        if size != ALL_PHOTOS and not (
            size.isascii() and size.isdigit() and 1 <= int(size[:9]) <= _LARGEST_SIZE
        ):
            raise EngineError(
                f"A size must be a number of photos per class, 1 to {_LARGEST_SIZE:,}, or "
                f"{ALL_PHOTOS}. Received: {size!r}"
            )
    if not sizes:
        raise EngineError("There must be at least one size.")
    numbers = sorted({int(size) for size in sizes if size != ALL_PHOTOS})
    return (*map(str, numbers), *([ALL_PHOTOS] if ALL_PHOTOS in sizes else []))


def check_seeds(seeds: Sequence[int]) -> tuple[int, ...]:
    """The seeds in order, each once.

    Raises:
        EngineError: If one is negative or too large, or there are none.
    """
    for seed in seeds:
        if not 0 <= seed < 2**31:
            raise EngineError(f"A seed must be between 0 and {2**31 - 1}. Received: {seed}")
    if not seeds:
        raise EngineError("There must be at least one seed.")
    return tuple(sorted(set(seeds)))


def draw_subset(data_set: DataSet, photos_per_class: str, seed: int) -> np.ndarray:
    """Rows of training photos, equally many of each class as far as it has them, sorted.

    For one seed, those of a smaller size are among those of a larger one.
    """
    train = rows_of(data_set, "train")
    if photos_per_class == ALL_PHOTOS:
        return train
    labels = data_set.photos["label"].to_numpy()[train]
    drawn = [
        np.random.default_rng((seed, label)).permutation(train[labels == label])
        for label in range(len(data_set.class_names))
    ]
    return np.sort(np.concatenate([one[: int(photos_per_class)] for one in drawn]))


def plan_trainings(
    data_set: DataSet, sizes: Sequence[str] = SIZES, seeds: Sequence[int] = SEEDS
) -> list[Training]:
    """All trainings, seed by seed from the smallest size on.

    Sizes that every class falls short of are left out: they would be all photos once more.
    """
    labels = data_set.photos["label"].to_numpy()[rows_of(data_set, "train")]
    largest = int(np.bincount(labels).max())
    sizes = [size for size in check_sizes(sizes) if size == ALL_PHOTOS or int(size) < largest]
    trainings = []
    for seed in check_seeds(seeds):
        for size in sizes:
            rows = draw_subset(data_set, size, seed)
            epochs = {
                "scratch": _scratch_epochs(len(rows)),
                "resnet50": _head_epochs(len(rows), len(labels)),
            }
            trainings += [
                Training(model, size, seed, rows, epochs[model]) for model in LEARNING_CURVE_MODELS
            ]
    return trainings


def _scratch_epochs(photos: int) -> int:
    return max(SCRATCH_EPOCHS, math.ceil(SCRATCH_PHOTOS / photos))


def _head_epochs(photos: int, all_photos: int) -> int:
    """As many steps as the first phase of the recipe takes with all photos."""
    steps_with_all = math.ceil(all_photos / RESNET50.batch_size) * RESNET50.phases[0].epochs
    return math.ceil(steps_with_all / math.ceil(photos / RESNET50.batch_size))
