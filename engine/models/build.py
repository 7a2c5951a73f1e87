"""The two models, built from a recipe.

Both take raw photos, (batch, size, size, 3), RGB, 0-255: augmentation and preprocessing are
layers inside, so that training and live prediction cannot differ. Both give class probabilities.
"""

import contextlib
from pathlib import Path

from engine.models.augmentation import build_augmentation
from engine.recipes.config import Phase, Recipe

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
        outputs = _classifier(pool(name=recipe.head)(features), recipe, class_count)
    return keras.Model(inputs, outputs, name=recipe.model)


def build_head_model(
    recipe: Recipe, class_count: int, feature_count: int, precision: str = "float32"
):
    """The head of `resnet50` alone, for features that were computed before.

    Args:
        recipe: What was chosen.
        class_count: Number of classes.
        feature_count: Numbers a photo, after what `recipe.head` makes of the maps.
        precision: Of activations; variables and the probabilities are float32 always.

    Returns:
        A `keras.Model` from float (batch, features) to float32 (batch, classes).
    """
    import keras

    inputs = keras.Input((feature_count,), name="features")
    with dtype_policy(precision):
        outputs = _classifier(inputs, recipe, class_count)
    return keras.Model(inputs, outputs, name="head")


def compile_model(model, recipe: Recipe, phase: Phase) -> None:
    """Make a model ready for a phase of its recipe: what learns, how fast, and by which loss."""
    import keras

    optimisers = {"adam": keras.optimizers.Adam, "rmsprop": keras.optimizers.RMSprop}
    set_trainable(model, phase.trainable)
    model.compile(
        optimizer=optimisers[recipe.optimiser](phase.learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(),
        metrics=["accuracy"],
    )


def build_feature_extractor(
    image_size: int,
    precision: str = "float32",
    weights_file: Path | None = None,
    progress=None,
    backbone=None,
):
    """ResNet50 as ImageNet left it, its last maps averaged over the photo.

    Args:
        image_size: Side of the photos, in pixels.
        precision: Of the activations; the features are float32 always.
        weights_file: ImageNet weights to use instead of the usual sources.
        progress: Called with one line of text at a time.
        backbone: What `load_backbone` gave for them, where it has been called already.

    Returns:
        A `keras.Model` from float (batch, size, size, 3), RGB, 0-255, to float32 (batch, 2048).

    Raises:
        EngineError: If no source of the weights answers.
    """
    import keras
    from keras import layers

    backbone = backbone or load_backbone(image_size, precision, weights_file, progress)
    inputs = keras.Input((image_size, image_size, 3), name="photo")
    features = layers.Lambda(_to_caffe, name="caffe_input", dtype="float32")(inputs)
    features = backbone(features, training=False)
    features = layers.GlobalAveragePooling2D(name="average", dtype="float32")(features)
    return keras.Model(inputs, features, name="features")


def build_backbone(image_size: int):
    """ResNet50 without its top, normalisation fused (`engine.models.fused`), weights random."""
    import keras

    from engine.models.fused import fuse_batch_norm

    return fuse_batch_norm(
        keras.applications.ResNet50(
            include_top=False,
            weights=None,
            input_shape=(image_size, image_size, 3),
            name="resnet50",
        )
    )


def load_backbone(image_size: int, precision: str, weights_file: Path | None = None, progress=None):
    """ResNet50 without its top, with ImageNet weights, batch normalisation fused.

    The backbone runs in inference mode in all phases, and there fusing changes no output and no
    gradient, but spares 53 passes over all activations, forward and backward: on two cores a
    step of fine-tuning is about three times as fast.

    Args:
        image_size: Side of the photos, in pixels.
        precision: Of the activations.
        weights_file: ImageNet weights to use instead of the usual sources.
        progress: Called with one line of text at a time.

    Raises:
        EngineError: If no source of the weights answers.
    """
    from engine.models.fused import fuse_batch_norm
    from engine.models.pretrained import load_imagenet_backbone

    with dtype_policy(precision):
        return fuse_batch_norm(load_imagenet_backbone(image_size, weights_file, progress))


def set_trainable(model, trainable: str) -> None:
    """Choose what learns: `all`; only the new `head`; or the head and the backbone `from_conv5`.

    ResNet50's stages are called conv1 to conv5, and so begin the names of their layers.
    """
    for layer in model.layers:
        if layer.name == "resnet50":
            layer.trainable = trainable != "head"
            for inner in layer.layers if trainable != "head" else ():
                inner.trainable = trainable == "all" or inner.name >= trainable.removeprefix(
                    "from_"
                )


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


def _classifier(features, recipe: Recipe, class_count: int):
    from keras import layers

    features = layers.Dense(recipe.dense_units, activation="relu", name="dense")(features)
    if recipe.model == "resnet50":
        features = layers.Dropout(recipe.dropout, seed=recipe.seed, name="dropout")(features)
    return layers.Dense(class_count, activation="softmax", dtype="float32", name="predictions")(
        features
    )


def _to_caffe(photos):
    import numpy as np
    from keras import ops

    return ops.flip(photos, axis=-1) - np.array(CAFFE_MEANS_BGR, "float32")
