"""The two models, built from a recipe.

Both take raw photos, (batch, size, size, 3), RGB, 0-255: augmentation and preprocessing are
layers inside, so that training and live prediction cannot differ. Both give class probabilities.
"""

import contextlib
from pathlib import Path

from engine.augment import build_augmentation
from engine.config import Recipe

#: Blue, green and red means of the ImageNet photos that ResNet50 was trained on ("caffe" input).
CAFFE_MEANS_BGR = (103.939, 116.779, 123.68)


def build_model(recipe: Recipe, class_count: int, precision: str = "float32", backbone=None):
    """The untrained model of a recipe.

    Args:
        recipe: What was chosen.
        class_count: Number of classes.
        precision: Of activations; variables and the probabilities are float32 always.
        backbone: For `resnet50`, what `load_backbone` gave; by default its weights are random
            and have to be loaded.

    Returns:
        A `keras.Model` from float or uint8 (batch, size, size, 3) to float32 (batch, classes).
    """
    import keras
    from keras import layers

    inputs = keras.Input((recipe.image_size, recipe.image_size, 3), name="photo")
    features = build_augmentation(recipe.augmentation, recipe.seed)(inputs)
    with dtype_policy(precision):
        if recipe.model == "resnet50":
            # "caffe" input: blue, green, red; the mean subtracted; never divided by 255.
            features = layers.Lambda(_to_caffe, name="caffe_input", dtype="float32")(features)
            # Called as in inference, always: batch statistics of 32 photos would drift.
            features = (backbone or build_backbone(recipe.image_size))(features, training=False)
        else:
            features = layers.Rescaling(1 / 255, name="rescaling")(features)
            features = _convolutions(features, recipe)
        pool = layers.Flatten if recipe.head == "flatten" else layers.GlobalAveragePooling2D
        features = pool(name=recipe.head)(features)
        features = layers.Dense(recipe.dense_units, activation="relu", name="dense")(features)
        if recipe.model == "resnet50":
            features = layers.Dropout(recipe.dropout, seed=recipe.seed, name="dropout")(features)
        outputs = layers.Dense(
            class_count, activation="softmax", dtype="float32", name="predictions"
        )(features)
    return keras.Model(inputs, outputs, name=recipe.model)


def build_backbone(image_size: int):
    """ResNet50 without its top and with batch normalisation folded, weights random."""
    import keras

    backbone = keras.applications.ResNet50(
        include_top=False, weights=None, input_shape=(image_size, image_size, 3), name="resnet50"
    )
    return _without_batch_norm(backbone)


def load_backbone(image_size: int, precision: str, weights_file: Path | None = None, progress=None):
    """ResNet50 without its top, ImageNet weights, batch normalisation folded.

    Called in inference mode, batch normalisation is y = gamma * (x - mean) / sqrt(variance +
    epsilon) + beta: a fixed scale and shift of each channel, which the convolution before it
    can do by itself. Folding it there changes no output and leaves every weight trainable, but
    spares the 53 passes over all activations that the layers cost, forward and backward: here
    fine-tuning is three times as fast.

    Args:
        image_size: Side of the square photo, in pixels.
        precision: Of activations.
        weights_file: A file to use instead of the usual sources.
        progress: Called with one line of text at a time while the weights are searched for.

    Raises:
        EngineError: If no source of the weights answers.
    """
    from engine.pretrained import load_imagenet_backbone

    with dtype_policy(precision):
        original = load_imagenet_backbone(image_size, weights_file, progress)
        folded = _without_batch_norm(original)
    for layer in folded.layers:
        if layer.weights:
            layer.set_weights(_folded_weights(original, layer.name))
    return folded


def set_trainable(model, trainable: str) -> None:
    """Let `all` layers learn, or only the `head` on top of the backbone."""
    for layer in model.layers:
        if layer.name == "resnet50":
            layer.trainable = trainable == "all"


@contextlib.contextmanager
def dtype_policy(precision: str):
    """Layers built inside compute in this precision; the policy before is restored."""
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16" if precision == "bfloat16" else "float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _convolutions(features, recipe: Recipe):
    from keras import layers

    for number, filters in enumerate(recipe.filters, start=1):
        features = layers.Conv2D(filters, 3, activation="relu", name=f"convolution_{number}")(
            features
        )
        if recipe.batch_normalisation:
            features = layers.BatchNormalization(name=f"batch_normalisation_{number}")(features)
        features = layers.MaxPooling2D(name=f"pooling_{number}")(features)
    return layers.Dropout(recipe.dropout, seed=recipe.seed, name="dropout")(features)


def _to_caffe(photos):
    import numpy as np
    from keras import ops

    return ops.flip(photos, axis=-1) - np.array(CAFFE_MEANS_BGR, "float32")


def _without_batch_norm(backbone):
    """The same graph with each batch normalisation replaced by nothing."""
    import keras

    class Folded(keras.layers.Layer):
        """Stands where a batch normalisation stood, under its name."""

        def call(self, inputs, mask=None):
            return inputs

    def clone(layer):
        if isinstance(layer, keras.layers.BatchNormalization):
            return Folded(name=layer.name, dtype=layer.dtype_policy)
        return layer.__class__.from_config(layer.get_config())

    return keras.models.clone_model(backbone, clone_function=clone)


def _folded_weights(original, name: str) -> list:
    """Kernel and bias of a convolution that also does its batch normalisation's work."""
    import numpy as np

    kernel, bias = original.get_layer(name).get_weights()
    norm = original.get_layer(name.removesuffix("_conv") + "_bn")
    gamma, beta, mean, variance = norm.get_weights()
    scale = gamma / np.sqrt(variance + norm.epsilon)
    return [kernel * scale, (bias - mean) * scale + beta]
