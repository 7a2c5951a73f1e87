"""In what two runs differ: settings, data and results."""

import dataclasses
import math

import pytest

from engine.measures.comparison import load_comparison
from engine.measures.differences import (
    data_differences,
    result_table,
    setting_differences,
    settings_of_run,
    telling_settings,
)
from engine.recipes.recipe import Augmentation, Phase
from tests.conftest import make_run
from tests.measures.test_comparison import without
from tests.presets import PRESETS


@pytest.fixture
def config(run):
    """That of the run `scratch`, with the whole preset."""
    return dataclasses.replace(run.config, recipe=PRESETS["scratch"])


def with_recipe(config, **values):
    return dataclasses.replace(config, recipe=dataclasses.replace(config.recipe, **values))


def rows(table):
    return list(table.itertuples(index=False, name=None))


def test_equal_settings_do_not_differ(config):
    assert setting_differences(config, config).empty
    assert setting_differences(config, dataclasses.replace(config, name="again")).empty


def test_nested_settings_have_dotted_names(config):
    other = with_recipe(config, seed=2, augmentation=Augmentation(rotation=0.0, zoom=0.1))
    assert rows(setting_differences(config, other)) == [
        ("seed", 1, 2),
        ("augmentation.rotation", 0.1, 0.0),
    ]


def test_how_it_was_computed_is_a_setting(config):
    other = dataclasses.replace(config, precision="bfloat16")
    assert rows(setting_differences(config, other)) == [("precision", "float32", "bfloat16")]


def test_phases_differ_one_by_one(config):
    phases = (Phase("head", 5, 1e-4, "head"), Phase("fine_tune", 10, 1e-5))
    table = setting_differences(config, with_recipe(config, phases=phases))
    assert table["what"].tolist() == ["phases.1", "phases.2"]
    assert table["left"].tolist()[1] is None
    assert table["right"].tolist()[1]["learning_rate"] == 1e-5


def test_settings_that_a_model_does_not_take_are_none_of_its(config, tiny_runs):
    of_resnet50 = settings_of_run(tiny_runs["resnet50"].config)
    assert "filters" in settings_of_run(config) and "filters" not in of_resnet50
    table = setting_differences(config, tiny_runs["resnet50"].config).set_index("what")
    assert table.loc["filters", "right"] is None
    assert table.loc["filters", "left"] == list(PRESETS["scratch"].filters)


def test_of_a_model_s_own_settings_those_tell_that_were_chosen(config):
    assert telling_settings(config) == {"filters", "batch_normalisation"}
    assert "stride" in telling_settings(with_recipe(config, stride=2))


def test_a_baseline_has_settings_too(tiny_data_set):
    found = settings_of_run(make_run(tiny_data_set, "baseline-hog").config)
    assert found["model"] == "baseline-hog" and found["cell"] > 0


def test_data(config):
    assert data_differences(config, config).empty
    other = dataclasses.replace(config, class_names=config.class_names[::-1])
    assert data_differences(config, other).empty  # the order does not count
    other = dataclasses.replace(
        config, data_set_digest="0" * 64, split_seed=7, class_names=("cross", "ring")
    )
    table = data_differences(config, other)
    assert table["what"].tolist() == ["data_set_digest", "split_seed", "class_names"]
    assert table["right"].tolist()[1] == 7


def test_results(tiny_runs):
    comparison = load_comparison("tiny")
    table = result_table(comparison).set_index("what")
    test = table.loc["test_accuracy"]
    assert (test["left"], test["right"]) == pytest.approx((1 / 3, 5 / 6))
    assert test["difference"] == pytest.approx(0.5)
    assert (test["low"], test["high"]) == (comparison.evidence.low, comparison.evidence.high)
    assert test["left_low"] < test["left"] < test["left_high"]
    seconds = table.loc["training_seconds"]
    assert (seconds["left"], seconds["right"], seconds["difference"]) == (7.5, 15.0, 7.5)
    assert math.isnan(seconds["p_value"])


def test_accuracies_on_other_photos_are_not_subtracted(tiny_runs):
    comparison = load_comparison("tiny")
    ids = comparison.data_set.photos["image_id"]
    apart = dataclasses.replace(
        comparison,
        left=without(comparison.left, ids[::2]),
        right=without(comparison.right, ids[1::2]),
    )
    test = result_table(apart).set_index("what").loc["test_accuracy"]
    assert math.isnan(test["difference"]) and math.isnan(test["p_value"])
    assert not math.isnan(test["left"]) and not math.isnan(test["right"])
