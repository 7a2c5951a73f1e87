"""Keras models from recipes.

All take raw photos, (batch, size, size, 3), RGB, 0-255: augmentation and preprocessing are layers
inside, so that training and live prediction cannot differ. All give class probabilities.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.models.augmentation import build_augmentation
from engine.models.spec import Backbone, ModelSpec
from engine.models.specs import find_spec
from engine.progress import Progress
from engine.recipes.recipe import ALL, HEAD, Phase, Recipe

if TYPE_CHECKING:
    import keras


def build_model(
    recipe: Recipe,
    class_count: int,
    precision: str = "float32",
    backbone: keras.Model | None = None,
) -> keras.Model:
    """The untrained model of a recipe.

    Args:
        recipe: What was chosen.
        class_count: Number of classes.
        precision: Of activations; variables and the probabilities are float32 always.
        backbone: What `Backbone.load` gave; by default its weights are random and have to be
            loaded.

    Returns:
        A model from float or uint8 (batch, size, size, 3) to float32 (batch, classes).

    Raises:
        EngineError: If the model of the recipe is not known.
    """
    import keras
    from keras import layers

    spec = find_spec(recipe.model)
    inputs = keras.Input((recipe.image_size, recipe.image_size, 3), name="photo")
    photos = build_augmentation(recipe.augmentation, recipe.seed)(inputs)
    with dtype_policy(precision):
        maps = spec.build_maps(photos, recipe, backbone)
        pool = layers.Flatten if recipe.head == "flatten" else layers.GlobalAveragePooling2D
        outputs = _classifier(pool(name=recipe.head)(maps), recipe, spec, class_count)
    return keras.Model(inputs, outputs, name=recipe.model)


def build_head_model(
    recipe: Recipe, class_count: int, feature_count: int, precision: str = "float32"
) -> keras.Model:
    """The head of a network alone, for features that were computed before.

    Args:
        recipe: What was chosen.
        class_count: Number of classes.
        feature_count: Numbers a photo, after what `recipe.head` makes of the maps.
        precision: Of activations; variables and the probabilities are float32 always.

    Returns:
        A model from float (batch, features) to float32 (batch, classes).
    """
    import keras

    inputs = keras.Input((feature_count,), name="features")
    with dtype_policy(precision):
        outputs = _classifier(inputs, recipe, find_spec(recipe.model), class_count)
    return keras.Model(inputs, outputs, name="head")


def load_backbone(
    backbone: Backbone,
    image_size: int,
    precision: str = "float32",
    weights_file: Path | None = None,
    progress: Progress | None = None,
) -> keras.Model:
    """A backbone as ImageNet left it.

    Args:
        backbone: Which.
        image_size: Side of the photos, in pixels.
        precision: Of the activations.
        weights_file: ImageNet weights to use instead of the usual sources.
        progress: Told what comes of the search for the weights.

    Raises:
        EngineError: If no source of the weights answers.
    """
    with dtype_policy(precision):
        return backbone.load(image_size, weights_file, progress)


def build_feature_extractor(
    backbone: Backbone, image_size: int, network: keras.Model
) -> keras.Model:
    """A backbone, its last maps averaged over the photo.

    Args:
        backbone: Which.
        image_size: Side of the photos, in pixels.
        network: What `load_backbone` gave.

    Returns:
        A model from float (batch, size, size, 3), RGB, 0-255, to float32 (batch, channels).
    """
    import keras
    from keras import layers

    inputs = keras.Input((image_size, image_size, 3), name="photo")
    maps = network(backbone.preprocess(inputs), training=False)
    features = layers.GlobalAveragePooling2D(name="average", dtype="float32")(maps)
    return keras.Model(inputs, features, name="features")


def compile_model(model: keras.Model, recipe: Recipe, phase: Phase) -> None:
    """Make a model ready for a phase of its recipe: what learns, how fast, and by which loss."""

    set_trainable(model, find_spec(recipe.model), phase.trainable)
    model.compile(
        optimizer=_optimiser(recipe, phase.learning_rate),
        loss=smoothed_loss(recipe.label_smoothing),
        metrics=["accuracy"],
    )


def _optimiser(recipe: Recipe, learning_rate: float) -> keras.Optimizer:
    import keras

    # None and not 0 where nothing decays: Keras then leaves the step out.
    options: dict[str, Any] = {"weight_decay": recipe.weight_decay or None}
    if recipe.optimiser in ("rmsprop", "sgd"):
        options["momentum"] = recipe.momentum
    if recipe.optimiser == "adamw" and not recipe.weight_decay:
        options["weight_decay"] = 0.0  # AdamW refuses None
    kinds = {
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
    }
    return kinds[recipe.optimiser](learning_rate, **options)


def smoothed_loss(smoothing: float) -> Any:
    """Cross-entropy of labels given as numbers, their truth spread over all classes a little.

    C. Szegedy et al., "Rethinking the Inception Architecture for Computer Vision" (2016), section
    7: the true class is asked for with 1 - s + s/k, each other one with s/k. Keras smooths labels
    given as vectors alone.

    Args:
        smoothing: s, 0 to 0.5; 0 gives Keras's own loss.
    """
    import keras

    plain = keras.losses.SparseCategoricalCrossentropy()
    if not smoothing:
        return plain

    def loss(y_true: Any, y_pred: Any) -> Any:
        likely = keras.ops.clip(y_pred, keras.config.epsilon(), 1.0)
        everything = -keras.ops.mean(keras.ops.log(likely), axis=-1)
        truth = keras.losses.sparse_categorical_crossentropy(y_true, y_pred)
        return (1 - smoothing) * truth + smoothing * everything

    return loss


def set_trainable(model: keras.Model, spec: ModelSpec, trainable: str) -> None:
    """Choose what learns.

    Args:
        model: As `build_model` gave it, or the head of one.
        spec: Its model's.
        trainable: `all`; only the new `head`; or the head and the backbone from one of its stages
            on, whose names begin the names of its layers.
    """
    if spec.backbone is None:
        return
    for layer in model.layers:
        if layer.name == spec.backbone.name:
            layer.trainable = trainable != HEAD
            for inner in layer.layers if trainable != HEAD else ():
                stage = trainable.removeprefix("from_")
                inner.trainable = trainable == ALL or inner.name >= stage


@contextlib.contextmanager
def dtype_policy(precision: str) -> Iterator[None]:
    """Layers built inside compute in this precision; the policy before is restored."""
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16" if precision == "bfloat16" else "float32")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _classifier(features: Any, recipe: Recipe, spec: ModelSpec, class_count: int) -> Any:
    from keras import layers

    features = layers.Dense(recipe.dense_units, activation="relu", name="dense")(features)
    if spec.dropout_after_dense:
        features = layers.Dropout(recipe.dropout, seed=recipe.seed, name="dropout")(features)
    return layers.Dense(class_count, activation="softmax", dtype="float32", name="predictions")(
        features
    )
