"""Ranges of the parameters, and what is refused."""

import dataclasses

import pytest

from engine.errors import EngineError
from engine.scenes.parameters import RANGES, SCENE_CLASSES, SceneParameters


def test_there_are_eight_classes_in_alphabetical_order():
    assert len(SCENE_CLASSES) == 8
    assert list(SCENE_CLASSES) == sorted(SCENE_CLASSES)


def test_every_parameter_has_a_range_and_its_default():
    names = [field.name for field in dataclasses.fields(SceneParameters)]
    assert names == ["class_name", *RANGES]
    parameters = SceneParameters("street")
    for name, allowed in RANGES.items():
        assert allowed.low <= allowed.default <= allowed.high
        assert 0 < allowed.step <= allowed.high - allowed.low
        assert allowed.title
        assert allowed.explanation.endswith(".")
        assert getattr(parameters, name) == allowed.default


@pytest.mark.parametrize("name", RANGES)
def test_both_ends_of_a_range_are_allowed(name):
    for value in (RANGES[name].low, RANGES[name].high):
        assert getattr(SceneParameters("beach", **{name: value}), name) == value


@pytest.mark.parametrize("name", RANGES)
def test_what_lies_outside_a_range_is_refused(name):
    for value in (RANGES[name].low - 1, RANGES[name].high + 1, float("nan"), "1", None, True):
        with pytest.raises(EngineError, match=f"`{name}` must be .*between .* Received: "):
            SceneParameters("beach", **{name: value})


def test_the_error_names_range_and_value():
    with pytest.raises(EngineError) as error:
        SceneParameters("beach", scale=7)
    assert str(error.value) == "`scale` must be between 0.3 and 2.0. Received: 7"


def test_a_seed_is_a_whole_number():
    with pytest.raises(EngineError, match="`seed` must be a whole number between 0 and 2147483647"):
        SceneParameters("beach", seed=1.5)


@pytest.mark.parametrize("class_name", ["castle", "Beach", "", None, 3])
def test_an_unknown_class_is_refused(class_name):
    with pytest.raises(
        EngineError, match=r"`class_name` must be one of beach, bridge, .*\. Received: "
    ):
        SceneParameters(class_name)


def test_parameters_are_frozen_and_compare_by_value():
    parameters = SceneParameters("beach", x=0.5)
    assert parameters == SceneParameters("beach", x=0.5)
    with pytest.raises(dataclasses.FrozenInstanceError):
        parameters.x = 0.1
