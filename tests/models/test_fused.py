"""A fused convolution computes and learns like the two layers it stands for."""

import keras
import numpy as np
import pytest

from engine.models.fused import FusedConv2D, fuse_batch_norm

SIDE = 8


def two_layers(strides=1):
    """A convolution and its batch normalisation, with statistics as after training."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((SIDE, SIDE, 3))
    outputs = keras.layers.Conv2D(4, 3, strides=strides, padding="same", name="a_conv")(inputs)
    outputs = keras.layers.BatchNormalization(epsilon=1.001e-5, name="a_bn")(outputs)
    model = keras.Model(inputs, outputs)
    generator = np.random.default_rng(0)
    spread = [generator.uniform(0.5, 2, 4), *generator.normal(0, 1, (2, 4))]
    model.get_layer("a_bn").set_weights([*spread, np.array([0.01, 1, 20, 83_614])])
    model.get_layer("a_conv").bias.assign(generator.normal(0, 1, 4))
    return model


class InInferenceMode(keras.layers.Layer):
    """Keras's functional models overrule `training=False` in `fit`; a layer does not."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def call(self, inputs):
        return self.model(inputs, training=False)


@pytest.fixture
def photos():
    return np.random.default_rng(1).normal(0, 50, (5, SIDE, SIDE, 3)).astype("float32")


@pytest.mark.parametrize("strides", [1, 2])
def test_the_same_outputs(photos, strides):
    model = two_layers(strides)
    fused = fuse_batch_norm(model)
    assert isinstance(fused.get_layer("a_conv"), FusedConv2D)
    expected = np.asarray(model(photos, training=False))
    np.testing.assert_allclose(np.asarray(fused(photos)), expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(
        np.asarray(fused(photos, training=True)), expected, rtol=1e-4, atol=1e-4
    )


def test_the_same_gradients(photos):
    """One step of gradient descent moves every shared parameter alike."""
    model = two_layers()
    fused = fuse_batch_norm(model)
    inputs = keras.Input((SIDE, SIDE, 3))
    frozen_statistics = keras.Model(inputs, InInferenceMode(model)(inputs))
    targets = np.ones((5, SIDE, SIDE, 4), "float32")
    for one in (frozen_statistics, fused):
        one.compile(keras.optimizers.SGD(1e-3), "mse")
    before = model.get_layer("a_conv").get_weights()[0].copy()  # a copy: the step writes in place
    frozen_statistics.train_on_batch(photos, targets)
    fused.train_on_batch(photos, targets)
    kernel, bias = model.get_layer("a_conv").get_weights()
    gamma, beta = model.get_layer("a_bn").get_weights()[:2]
    learned = fused.get_layer("a_conv").get_weights()[:4]
    assert np.abs(kernel - before).max() > 1e-6
    for expected, received in zip((kernel, bias, gamma, beta), learned, strict=True):
        np.testing.assert_allclose(received, expected, rtol=1e-4, atol=1e-6)


def test_mean_and_deviation_never_learn():
    layer = fuse_batch_norm(two_layers()).get_layer("a_conv")
    assert [one.name for one in layer.trainable_variables] == ["kernel", "bias", "gamma", "beta"]
    assert [one.name for one in layer.non_trainable_variables] == ["mean", "inverse_deviation"]


def test_every_weight_fits_float16():
    """Some variances of ResNet50 do not: they reach 83,614."""
    for weight in fuse_batch_norm(two_layers()).get_weights():
        assert np.isfinite(weight.astype("float16")).all()


def test_states_hold_every_weight(tmp_path):
    fused = fuse_batch_norm(two_layers())
    wanted = [one.copy() for one in fused.get_weights()]
    fused.save_weights(tmp_path / "state.weights.h5")
    for one in fused.weights:
        one.assign(np.zeros(one.shape))
    fused.load_weights(tmp_path / "state.weights.h5")
    for expected, received in zip(wanted, fused.get_weights(), strict=True):
        np.testing.assert_array_equal(received, expected)
