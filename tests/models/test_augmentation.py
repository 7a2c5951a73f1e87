import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from engine.models.augmentation import build_augmentation, move_pixels, preview_augmentation
from engine.recipes.recipe import Augmentation


@pytest.fixture
def photo():
    return np.random.default_rng(0).integers(0, 256, (24, 24, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def keras():
    from engine.models.backend import use_backend

    use_backend("inference")
    import keras

    return keras


def test_nothing_changes_outside_training(keras, photo):
    batch = photo[None].astype("float32")
    for layer in build_augmentation(Augmentation(0.5, 0.5), seed=1).layers:
        kept = keras.ops.convert_to_numpy(layer.call(batch, training=False))
        np.testing.assert_array_equal(kept, batch)


def test_computes_in_float32_whatever_the_precision(keras):
    for layer in build_augmentation(Augmentation(), seed=1).layers:
        assert layer.compute_dtype == "float32"


def test_without_rotation_and_zoom_the_variants_are_the_photo(photo):
    variants = preview_augmentation(photo, Augmentation(0.0, 0.0), seed=3)
    assert variants.dtype == np.uint8
    assert variants.shape == (8, 24, 24, 3)
    assert (variants == photo).all()


def test_what_is_zero_is_not_computed(keras):
    def kinds(*factors):
        layers = build_augmentation(Augmentation(*factors), seed=1).layers
        return [type(layer).__name__ for layer in layers]

    assert kinds(0.1, 0.2) == ["RandomRotation", "RandomZoom"]
    assert kinds(0.1, 0.0) == ["RandomRotation"]
    assert kinds(0.0, 0.2) == ["RandomZoom"]
    assert kinds(0.0, 0.0) == ["Identity"]


@pytest.mark.parametrize("augmentation", [Augmentation(0.1, 0.0), Augmentation(0.0, 0.3)])
def test_rotation_and_zoom_each_change_the_photo(photo, augmentation):
    variants = preview_augmentation(photo, augmentation, seed=3, count=4)
    assert all((variant != photo).any() for variant in variants)
    assert len({variant.tobytes() for variant in variants}) == 4


def test_a_seed_is_a_draw(photo):
    first = preview_augmentation(photo, Augmentation(), seed=1, count=2)
    assert (first == preview_augmentation(photo, Augmentation(), seed=1, count=2)).all()
    assert (first != preview_augmentation(photo, Augmentation(), seed=2, count=2)).any()


def test_both_sizes_get_the_same_turns_and_zooms():
    small = np.zeros((32, 32, 3), np.uint8)
    small[4:12, 6:26] = 255
    large = small.repeat(3, axis=0).repeat(3, axis=1)
    augmentation = Augmentation(0.2, 0.2)
    variants = preview_augmentation(small, augmentation, seed=7, count=4).astype(float)
    larger = preview_augmentation(large, augmentation, seed=7, count=4).astype(float)
    shrunk = larger.reshape(4, 32, 3, 32, 3, 3).mean(axis=(2, 4))
    assert np.abs(variants - shrunk).mean() < 8
    assert np.abs(variants[[1, 2, 3, 0]] - shrunk).mean() > 16


def test_visitors_at_once_get_what_one_gets_alone(photo):
    def draw(seed):
        return preview_augmentation(photo, Augmentation(), seed, count=2)

    alone = [draw(seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        for one, other in zip(alone, pool.map(draw, range(4)), strict=True):
            np.testing.assert_array_equal(one, other)


def test_moves_pixels_as_keras_does(keras):
    generator = np.random.default_rng(1)
    image = generator.uniform(0, 255, (13, 17, 3)).astype("float32")
    turned = [0.8, -0.6, 4.3, 0.6, 0.8, -2.7, 0, 0]
    shrunk = [1.4, 0, -3.3, 0, 1.2, -1.9, 0, 0]
    matrices = np.array([turned, shrunk, [1, 0, 0, 0, 1, 0, 0, 0]], "float32")
    expected = keras.ops.image.affine_transform(
        np.stack([image] * 3), matrices, interpolation="bilinear", fill_mode="reflect"
    )
    expected = keras.ops.convert_to_numpy(expected)
    for matrix, one in zip(matrices, expected, strict=True):
        np.testing.assert_allclose(move_pixels(image, matrix), one, atol=0.05)
    np.testing.assert_array_equal(move_pixels(image, matrices[2]), image)


def test_what_a_turn_uncovers_is_reflected():
    image = np.arange(4, dtype="float32").reshape(1, 4, 1)
    moved = move_pixels(image, np.array([1, 0, -3, 0, 1, 0, 0, 0], "float32"))
    assert moved.ravel().tolist() == [2, 1, 0, 0]
    moved = move_pixels(image, np.array([1, 0, 2, 0, 1, 0, 0, 0], "float32"))
    assert moved.ravel().tolist() == [2, 3, 3, 2]


# In a process of its own: here, another test may have chosen the backend that trains.
PREVIEW_ON_OPENVINO = """
import sys
import numpy as np
from engine.models.augmentation import build_augmentation, preview_augmentation
from engine.recipes.recipe import Augmentation
photo = np.random.default_rng(0).integers(0, 256, (20, 20, 3), dtype=np.uint8)
augmentation = Augmentation(0.3, 0.2, 0.1, True, 0.2, 0.2)
variants = preview_augmentation(photo, augmentation, seed=5, count=3)
import keras
batch = np.repeat(photo[None].astype("float32"), 3, axis=0)
for layer in build_augmentation(augmentation, seed=5).layers:
    batch = keras.ops.convert_to_numpy(layer.call(batch, training=True))
assert keras.config.backend() == "openvino"
assert sys.modules.get("tensorflow") is None
assert np.abs(variants - batch).max() < 0.6, np.abs(variants - batch).max()
assert (variants != photo).any()
"""


@pytest.mark.parametrize(
    ("field", "value", "kind"),
    [
        ("rotation", 0.1, "RandomRotation"),
        ("zoom", 0.1, "RandomZoom"),
        ("shift", 0.1, "RandomTranslation"),
        ("flip", True, "RandomFlip"),
        ("brightness", 0.1, "RandomBrightness"),
        ("contrast", 0.1, "RandomContrast"),
    ],
)
def test_each_change_is_one_layer_and_none_without_it(field, value, kind):
    augmentation = Augmentation(**{"rotation": 0.0, "zoom": 0.0, field: value})
    assert not augmentation.changes_nothing
    assert [type(one).__name__ for one in build_augmentation(augmentation, 1).layers] == [kind]
    photo = np.random.default_rng(0).integers(40, 200, (24, 24, 3), dtype=np.uint8)
    variants = preview_augmentation(photo, augmentation, seed=3, count=6)
    assert len({one.tobytes() for one in variants}) > 1
    assert variants.dtype == np.uint8


def test_the_preview_is_what_the_layers_make():
    subprocess.run([sys.executable, "-c", PREVIEW_ON_OPENVINO], check=True, timeout=300)
