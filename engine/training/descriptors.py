"""A photo in a few hundred numbers, made by hand: its pixels, or its colours and edges."""

import numpy as np

from engine.recipes.config import Baseline
from engine.training.features import CHANNELS

#: Cells a block of the histogram of oriented gradients is wide: each cell is normalised with its
#: neighbours, as in the paper that introduced it (Dalal and Triggs, 2005).
_BLOCK = 2


def describe(baseline: Baseline, photos: np.ndarray) -> np.ndarray:
    """What a baseline knows of photos; not for `baseline-features`, which needs a network.

    Args:
        baseline: How to describe them.
        photos: uint8 or float (photos, size, size, 3), RGB, 0-255, may be memory-mapped.

    Returns:
        float32 (photos, `description_length`).
    """
    length = description_length(baseline)
    described = np.zeros((len(photos), length), "float32")
    one_by_one = {
        "baseline-majority": lambda photo: (),
        "baseline-pixels": lambda photo: photo.ravel() / np.float32(255),
        "baseline-hog": lambda photo: colours_and_edges(baseline, photo),
    }[baseline.model]
    for number, photo in enumerate(photos):
        described[number] = one_by_one(np.asarray(photo, "float32"))
    return described


def description_length(baseline: Baseline) -> int:
    """How many numbers describe a photo."""
    if baseline.model == "baseline-majority":
        return 0
    if baseline.model == "baseline-pixels":
        return 3 * baseline.image_size**2
    if baseline.model == "baseline-features":
        return CHANNELS
    blocks = baseline.image_size // baseline.cell - _BLOCK + 1
    return baseline.colour_levels**3 + blocks**2 * _BLOCK**2 * baseline.orientations


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
