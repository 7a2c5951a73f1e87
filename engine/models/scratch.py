"""The CNN from scratch: a few convolutions that start from nothing, as in the source report."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from engine.errors import EngineError
from engine.models.spec import ModelSpec, Shapes, layer_shapes
from engine.recipes.checks import check_between
from engine.recipes.recipe import Augmentation, Phase, Recipe

# The report: two convolution layers at 300x300, ReLU and max pooling after each, dropout 0.3,
# Adam, batches of 32; batch normalisation tried and rejected, because validation accuracy swung.
# The report gives neither filters, dense width nor learning rate: they were chosen on the
# validation split (see artifacts/published/README.md). A dense layer of 128 is also the widest
# power of two whose weights, 44 MB in float16, stay below what a repository should hold in one
# file.
PRESET = Recipe(
    model="scratch",
    image_size=300,
    batch_size=32,
    seed=1,
    augmentation=Augmentation(rotation=0.1, zoom=0.1),
    filters=(16, 32),
    batch_normalisation=False,
    head="flatten",
    dense_units=128,
    dropout=0.3,
    optimiser="adam",
    phases=(Phase("scratch", epochs=60, learning_rate=1e-4),),
)

# A minute instead of an hour, for a class that watches: photos of 128 pixels cost a fifth of the
# arithmetic of 300.
QUICK_PRESET = dataclasses.replace(
    PRESET, image_size=128, phases=(Phase("scratch", epochs=30, learning_rate=5e-4),)
)


def _build_maps(photos: Any, recipe: Recipe, backbone: None = None) -> Any:
    from keras import layers

    maps = layers.Rescaling(1 / 255, name="rescaling")(photos)
    normalise_first = recipe.batch_normalisation and recipe.normalisation_place == "before"
    for number, filters in enumerate(recipe.filters, start=1):
        maps = layers.Conv2D(
            filters,
            recipe.kernel_size,
            strides=recipe.stride,
            activation=None if normalise_first else recipe.activation,
            name=f"convolution_{number}",
        )(maps)
        if recipe.batch_normalisation:
            maps = layers.BatchNormalization(name=f"batch_normalisation_{number}")(maps)
        if normalise_first:
            maps = layers.Activation(recipe.activation, name=f"activation_{number}")(maps)
        if recipe.pooling != "none":
            kind = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}[recipe.pooling]
            maps = kind(recipe.pool_size, name=f"pooling_{number}")(maps)
        if recipe.dropout_place == "each":
            seed = recipe.seed + number
            maps = layers.Dropout(recipe.dropout, seed=seed, name=f"dropout_{number}")(maps)
    if recipe.dropout_place == "once":
        maps = layers.Dropout(recipe.dropout, seed=recipe.seed, name="dropout")(maps)
    return maps


def _sides(recipe: Recipe) -> Iterator[tuple[int, int]]:
    """Side of the maps after each convolution, and after what pools them."""
    side = recipe.image_size
    for _ in recipe.filters:
        convolved = (side - recipe.kernel_size) // recipe.stride + 1  # without padding
        side = convolved if recipe.pooling == "none" else convolved // recipe.pool_size
        yield convolved, side


def _maps_shape(recipe: Recipe) -> tuple[int, int]:
    check_between("number of convolution layers", len(recipe.filters), 1, 5)
    sides = list(_sides(recipe))
    if any(side < 1 for _, side in sides):
        raise EngineError(
            f"`filters` must have fewer convolution layers for photos of {recipe.image_size} "
            f"pixels, because each layer makes them smaller. Received: {len(recipe.filters)}"
        )
    return sides[-1][1], recipe.filters[-1]


def _maps_weights(recipe: Recipe) -> Shapes:
    shapes: Shapes = {}
    depth, kernel = 3, recipe.kernel_size
    for number, filters in enumerate(recipe.filters, start=1):
        shapes |= layer_shapes(f"convolution_{number}", (kernel, kernel, depth, filters))
        if recipe.batch_normalisation:
            for one in ("gamma", "beta", "moving_mean", "moving_variance"):
                shapes[f"batch_normalisation_{number}/{one}"] = (filters,)
        depth = filters
    return shapes


def _work(recipe: Recipe) -> float:
    depth, work = 3, 0
    for (convolved, _), filters in zip(_sides(recipe), recipe.filters, strict=True):
        work += convolved**2 * recipe.kernel_size**2 * depth * filters
        depth = filters
    return work


SPEC = ModelSpec(
    name="scratch",
    title="CNN from scratch",
    short_title="Scratch",
    phrase="the CNN from scratch",
    colour="#DB7100",
    symbol="circle",
    icon="🟠",
    preset=PRESET,
    quick_preset=QUICK_PRESET,
    settings=frozenset(
        {
            "activation",
            "batch_normalisation",
            "dropout_place",
            "filters",
            "kernel_size",
            "normalisation_place",
            "pool_size",
            "pooling",
            "stride",
        }
    ),
    backbone=None,
    build_maps=_build_maps,
    dropout_after_dense=False,
    maps_shape=_maps_shape,
    maps_weights=_maps_weights,
    work=_work,
    start_seconds=8.0,
)
