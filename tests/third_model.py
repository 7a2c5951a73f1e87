"""A third model in one file, as a newcomer would add it: one convolution on a thumbnail."""

import dataclasses

from engine.models.scratch import PRESET as SCRATCH
from engine.models.spec import ModelSpec, layer_shapes
from engine.recipes.recipe import Phase

SIZE = 32

PRESET = dataclasses.replace(
    SCRATCH,
    model="thumbnail",
    image_size=SIZE,
    filters=(4,),
    dense_units=8,
    head="average",
    phases=(Phase("scratch", epochs=2, learning_rate=1e-2),),
)


def _build_maps(photos, recipe, backbone=None):
    from keras import layers

    maps = layers.Rescaling(1 / 255, name="rescaling")(photos)
    return layers.Conv2D(*recipe.filters, 3, strides=2, activation="relu", name="only")(maps)


SPEC = ModelSpec(
    name="thumbnail",
    title="Thumbnail CNN",
    short_title="Thumbnail",
    phrase="the thumbnail CNN",
    colour="#2F9E44",
    symbol="star",
    icon="🟢",
    preset=PRESET,
    quick_preset=PRESET,
    settings=frozenset({"filters"}),
    backbone=None,
    build_maps=_build_maps,
    dropout_after_dense=True,
    maps_shape=lambda recipe: ((recipe.image_size - 1) // 2, recipe.filters[-1]),
    maps_weights=lambda recipe: layer_shapes("only", (3, 3, 3, *recipe.filters)),
    work=lambda recipe: recipe.image_size**2 / 4 * 27 * recipe.filters[-1],
    start_seconds=1.0,
)
