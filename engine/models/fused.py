"""A convolution with its batch normalisation. Imports Keras: import it inside functions."""

from collections.abc import MutableMapping
from typing import Any

import keras
from keras import ops


class FusedConv2D(keras.layers.Conv2D):
    """A convolution and the batch normalisation after it, in inference mode, in one pass.

    In inference mode batch normalisation is a fixed scale and shift of each channel, so
    norm(conv(x, kernel) + bias) = conv(x, kernel * scale) + (bias - mean) * scale + beta with
    scale = gamma / sqrt(variance + epsilon). The same parameters as in the two layers, the same
    outputs and the same gradients, without a second pass over all activations. And inference mode
    it stays: asked for it with `backbone(inputs, training=False)`, Keras 3.15 overrules that
    within `fit`, and the statistics drift.

    Weights, in this order: kernel, bias, gamma, beta; and two that never learn: mean and
    inverse_deviation, which is 1 / sqrt(variance + epsilon) and fits into float16, where some
    variances of ResNet50 do not.
    """

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        super().build(input_shape)
        # float32 even under mixed precision: these vectors are short, and errors in them would
        # shift whole channels.
        options = {"shape": (self.filters,), "autocast": False}
        self.gamma = self.add_weight(name="gamma", initializer="ones", **options)
        self.beta = self.add_weight(name="beta", initializer="zeros", **options)
        self.mean = self.add_weight(name="mean", initializer="zeros", trainable=False, **options)
        self.inverse_deviation = self.add_weight(
            name="inverse_deviation", initializer="ones", trainable=False, **options
        )

    # Keras's convolutions save and load their kernel and bias alone.
    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        for position, variable in enumerate(self.weights):
            store[str(position)] = variable

    def load_own_variables(self, store: MutableMapping[str, Any]) -> None:
        self._check_load_own_variables(store)
        for position, variable in enumerate(self.weights):
            variable.assign(store[str(position)])

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        scale = self.gamma * self.inverse_deviation
        kernel = ops.cast(self.kernel, "float32") * scale
        shift = (ops.cast(self.bias, "float32") - self.mean) * scale + self.beta
        outputs = ops.conv(
            inputs,
            ops.cast(kernel, self.compute_dtype),
            strides=self.strides,
            padding=self.padding,
            dilation_rate=self.dilation_rate,
            data_format=self.data_format,
        )
        return ops.add(outputs, ops.cast(shift, self.compute_dtype))


class Passed(keras.layers.Layer):
    """Stands where a batch normalisation stood that its convolution now does."""

    def call(self, inputs: keras.KerasTensor, mask: object = None) -> keras.KerasTensor:
        return inputs


def fuse_batch_norm(model: keras.Model) -> keras.Model:
    """The same graph, each `NAME_conv` doing the work of `NAME_bn`, and the weights taken along.

    Args:
        model: A functional model of Keras's ResNet family.

    Returns:
        A functional model with the same outputs in inference mode.
    """
    norms = {
        layer.name.removesuffix("_bn"): layer
        for layer in model.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    }

    def clone(layer: keras.layers.Layer) -> keras.layers.Layer:
        config = layer.get_config()
        if layer.name.removesuffix("_bn") in norms:
            return Passed(name=layer.name, dtype=layer.dtype_policy)
        if layer.name.removesuffix("_conv") in norms:
            return FusedConv2D.from_config(config)
        return layer.__class__.from_config(config)

    fused = keras.models.clone_model(model, clone_function=clone)
    for name, norm in norms.items():
        gamma, beta, mean, variance = norm.get_weights()
        kernel, bias = model.get_layer(f"{name}_conv").get_weights()
        inverse_deviation = (variance + norm.epsilon) ** -0.5
        fused.get_layer(f"{name}_conv").set_weights(
            [kernel, bias, gamma, beta, mean, inverse_deviation]
        )
    return fused
