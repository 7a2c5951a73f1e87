"""The random changes of training photos, as Keras layers.

The same layers stand inside the models and behind the preview of the Data set page. They act in
training only: with `training=False` a photo passes unchanged.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.recipes.recipe import Augmentation

if TYPE_CHECKING:
    import keras

# Keras builds layers through global state; two visitors must not do so at once.
_previewing = threading.Lock()


def build_augmentation(augmentation: Augmentation, seed: int) -> keras.Sequential:
    """Layers that change a batch at random, a fresh draw for each photo.

    What a turn uncovers is filled by the photo's own reflection, so that no model can read
    "was augmented" off a black corner.

    Args:
        augmentation: How far at the most.
        seed: Seed of the draws.

    Returns:
        A `keras.Sequential` from and to float (batch, height, width, 3), 0-255.
    """
    import keras

    # float32 whatever the model's precision: bfloat16 has 8 bits, too few for coordinates.
    options = {"fill_mode": "reflect", "dtype": "float32"}
    layers = []
    pixels = {"value_range": (0, 255), "dtype": "float32"}
    kinds = keras.layers
    # A turn by nothing still moves every pixel: left out, it saves a sixth of a step of `scratch`.
    # Each kind has a seed of its own, so that one more changes nothing about the others.
    if augmentation.rotation:
        layers.append(kinds.RandomRotation(augmentation.rotation, seed=seed, **options))
    if augmentation.zoom:
        layers.append(kinds.RandomZoom(augmentation.zoom, seed=seed + 1, **options))
    if augmentation.shift:
        shift = augmentation.shift
        layers.append(kinds.RandomTranslation(shift, shift, seed=seed + 2, **options))
    if augmentation.flip:
        layers.append(kinds.RandomFlip("horizontal", seed=seed + 3, dtype="float32"))
    if augmentation.brightness:
        layers.append(kinds.RandomBrightness(augmentation.brightness, seed=seed + 4, **pixels))
    if augmentation.contrast:
        layers.append(kinds.RandomContrast(augmentation.contrast, seed=seed + 5, **pixels))
    return keras.Sequential(layers or [keras.layers.Identity(dtype="float32")], name="augmentation")


def preview_augmentation(
    photo: np.ndarray, augmentation: Augmentation, seed: int, count: int = 8
) -> np.ndarray:
    """Variants of one photo, made by the layers of `build_augmentation` as in training.

    Safe to call from several threads.

    Args:
        photo: uint8 (size, size, 3), the pixels a model sees (`images.resize_for_model`).
        augmentation: How far at the most.
        seed: Seed of the draws: photos of different sizes get the same turns and zooms.
        count: Number of variants.

    Returns:
        uint8 (count, size, size, 3); each equals `photo` where nothing is changed.
    """
    if augmentation.changes_nothing:
        return np.repeat(photo[None], count, axis=0)

    from engine.models.backend import use_backend

    with _previewing:
        slow = use_backend("inference") == "openvino"
        import keras

        batch = np.repeat(photo[None].astype("float32"), count, axis=0)
        for layer in build_augmentation(augmentation, seed).layers:
            if slow:
                layer.backend = _Backend(layer.backend)
            batch = keras.ops.convert_to_numpy(layer.call(batch, training=True))
    return np.clip(np.rint(batch), 0, 255).astype("uint8")


class _Backend:
    """A Keras backend with one operation replaced: moving the pixels.

    OpenVINO's blends the 16 neighbours in photo, row, column and channel, which takes ten
    seconds for one preview; the four in row and column that count take a tenth of a second.
    A test holds the two to each other.
    """

    def __init__(self, backend: Any) -> None:
        self._kept = backend
        self.image = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._kept, name)

    def affine_transform(
        self, images: Any, transform: Any, fill_mode: str, interpolation: str, **_: Any
    ) -> np.ndarray:
        if (fill_mode, interpolation) != ("reflect", "bilinear"):
            raise ValueError(f"Only reflect and bilinear. Received: {fill_mode}, {interpolation}")
        as_array = self._kept.convert_to_numpy
        pairs = zip(as_array(images), as_array(transform), strict=True)
        return np.stack([move_pixels(image, matrix) for image, matrix in pairs])


def move_pixels(image: np.ndarray, transform: np.ndarray) -> np.ndarray:
    """Keras's `affine_transform` of one image, bilinear, its outside filled by its reflection.

    Args:
        image: float (height, width, channels).
        transform: (8,) a0, a1, a2, b0, b1, b2, 0, 0: the pixel at column x and row y of the
            result comes from column a0 x + a1 y + a2 and row b0 x + b1 y + b2.

    Returns:
        float32 (height, width, channels).
    """
    height, width = image.shape[:2]
    y, x = np.mgrid[:height, :width].astype("float32")
    a0, a1, a2, b0, b1, b2 = transform[:6]
    column, row = a0 * x + a1 * y + a2, b0 * x + b1 * y + b2
    left, top = np.floor(column), np.floor(row)
    right_share, lower_share = (column - left)[..., None], (row - top)[..., None]
    columns = [_reflect(left.astype(int) + step, width) for step in (0, 1)]
    rows = [_reflect(top.astype(int) + step, height) for step in (0, 1)]
    upper, lower = (
        image[one, columns[0]] * (1 - right_share) + image[one, columns[1]] * right_share
        for one in rows
    )
    return (upper * (1 - lower_share) + lower * lower_share).astype("float32")


def _reflect(position: np.ndarray, size: int) -> np.ndarray:
    """Positions inside `size`: d c b a | a b c d | d c b a."""
    position = position % (2 * size)
    return np.where(position < size, position, 2 * size - 1 - position)
