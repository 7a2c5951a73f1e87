"""Shapes of weights without Keras are those that Keras's models have."""

import dataclasses

import pytest

from engine import runs
from engine.disk import paths
from engine.models.weight_shapes import weight_shapes
from tests.presets import BASELINE_PRESETS, PRESETS
from tests.test_published import RECIPES

SMALL = {"image_size": 64, "dense_units": 4}
SCRATCH = dataclasses.replace(PRESETS["scratch"], **SMALL)
RESNET50 = dataclasses.replace(PRESETS["resnet50"], **SMALL)


@pytest.mark.parametrize(
    "recipe",
    [
        SCRATCH,
        dataclasses.replace(SCRATCH, head="average", filters=(4,)),
        dataclasses.replace(SCRATCH, filters=(4, 8, 2), batch_normalisation=True, image_size=61),
        dataclasses.replace(SCRATCH, kernel_size=5, stride=2),
        dataclasses.replace(SCRATCH, image_size=128, stride=3, pool_size=3),
        dataclasses.replace(SCRATCH, pooling="none", stride=2, batch_normalisation=True),
        dataclasses.replace(SCRATCH, pooling="average", kernel_size=1),
        RESNET50,
        dataclasses.replace(RESNET50, head="flatten", image_size=65),
    ],
)
def test_they_are_those_of_the_model(recipe):
    from engine.models.build import build_model

    model = build_model(recipe, 3)
    assert weight_shapes(recipe, 3) == {one.path: tuple(one.shape) for one in model.weights}


@pytest.mark.parametrize(("data_set", "name"), RECIPES)
def test_every_published_run_has_these_weights(data_set, name):
    folder = paths.published_folder() / data_set / name
    config = runs.load_run(folder).config
    runs.check_weights(folder, weight_shapes(config.recipe, len(config.class_names)))


@pytest.mark.parametrize("model", [*PRESETS, *BASELINE_PRESETS])
def test_another_number_of_classes_is_another_shape(model):
    recipe = {**PRESETS, **BASELINE_PRESETS}[model]
    assert weight_shapes(recipe, 3) != weight_shapes(recipe, 4)
    assert weight_shapes(recipe, 3).keys() == weight_shapes(recipe, 4).keys()
