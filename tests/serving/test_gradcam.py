import dataclasses

import numpy as np
import pytest

from engine.models.build import build_model
from engine.recipes.recipe import Augmentation
from engine.serving.gradcam import build_head, grad_cam
from tests.presets import PRESETS

SIZE = 33


@pytest.fixture(params=["scratch", "resnet50", "resnet50 flatten"])
def model(request):
    """A small model with random weights, and its recipe."""
    import keras

    keras.utils.set_random_seed(4)
    name, _, head = request.param.partition(" ")
    recipe = dataclasses.replace(
        PRESETS[name],
        image_size=SIZE,
        dense_units=16,
        augmentation=Augmentation(0, 0),
    )
    return build_model(dataclasses.replace(recipe, head=head or recipe.head), 3)


def by_tensorflow(model, photo, class_position):
    """Features, hidden units, and Grad-CAM as the paper has it, with TensorFlow's gradients."""
    import keras
    import tensorflow as tf

    pool = model.get_layer("flatten" if "flatten" in [x.name for x in model.layers] else "average")
    dense, classes = model.get_layer("dense"), model.get_layer("predictions")
    features = keras.Model(model.input, pool.input)(photo[None])
    with tf.GradientTape() as tape:
        tape.watch(features)
        hidden = dense(pool(features))
        score = tf.matmul(hidden, classes.kernel.value)[0, class_position]
    weights = tf.reduce_mean(tape.gradient(score, features)[0], axis=(0, 1))
    heat = tf.nn.relu(tf.tensordot(features[0], weights, 1)).numpy()
    kernels = (np.asarray(one.kernel.value) for one in (dense, classes))
    return features[0].numpy(), hidden[0].numpy(), kernels, heat


@pytest.mark.parametrize("class_position", [0, 2])
def test_as_tensorflow_s_gradients(model, class_position):
    photo = np.random.default_rng(1).uniform(0, 255, (SIZE, SIZE, 3)).astype("float32")
    features, hidden, kernels, expected = by_tensorflow(model, photo, class_position)
    head = build_head(*kernels, channels=features.shape[-1])
    heat = grad_cam(features, hidden, head, class_position)
    assert heat.shape == features.shape[:2]
    assert heat.dtype == np.float32
    if expected.max() > 0:
        np.testing.assert_allclose(heat, expected / expected.max(), atol=1e-3)
        assert heat.max() == 1
    else:
        assert not heat.any()


def test_the_place_that_speaks_for_the_class_is_the_brightest():
    features = np.zeros((2, 3, 2), "float32")
    features[0, 1, 0], features[1, 2, 0], features[1, 0, 1] = 4, 2, 9
    head = build_head([[1.0], [-1.0]], [[2.0, -2.0]], channels=2)
    heat = grad_cam(features, [0.5], head, 0)
    np.testing.assert_allclose(heat, [[0, 1, 0], [0, 0, 0.5]])
    # For the other class the second map speaks, and only it.
    np.testing.assert_allclose(grad_cam(features, [0.5], head, 1), [[0, 0, 0], [1, 0, 0]])


def test_units_that_are_off_say_nothing():
    head = build_head([[1.0]], [[1.0]], channels=1)
    assert not grad_cam(np.ones((2, 2, 1)), [0.0], head, 0).any()


@pytest.mark.parametrize(
    ("dense", "classes", "channels"), [((5, 4), (4, 3), 2), ((6, 4), (5, 3), 2)]
)
def test_shapes_that_do_not_fit(dense, classes, channels):
    with pytest.raises(ValueError, match="Received"):
        build_head(np.zeros(dense), np.zeros(classes), channels)
