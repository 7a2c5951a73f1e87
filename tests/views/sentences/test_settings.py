import dataclasses

import pytest

from engine.recipes.recipe import Augmentation, Recipe
from engine.recipes.settings import settings_of
from engine.views.sentences.settings import in_words, label_of, settings_in_words
from tests.presets import BASELINE_PRESETS, PRESETS


@pytest.mark.parametrize("recipe", [*PRESETS.values(), *BASELINE_PRESETS.values()])
def test_every_setting_of_a_run_has_words(run, recipe):
    found = settings_in_words(dataclasses.replace(run.config, recipe=recipe))
    assert all(label and value for label, value in found.items())
    assert found["Computed in"] == "float32"
    assert found["Seed"] == "1"


def test_labels_are_those_of_the_settings():
    for kind, before in ((Recipe, ""), (Augmentation, "augmentation.")):
        for name, one in settings_of(kind):
            assert label_of(f"{before}{name}") == one.label


def test_a_field_without_words_is_called_by_its_name():
    assert label_of("augmentation.colour_jitter") == "Colour jitter"
    assert in_words("augmentation.colour_jitter", 0.25) == "0.25"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("augmentation.rotation", 0.1, "36"),
        ("augmentation.zoom", 0.0, "0"),
        ("dropout", 0.24, "0.24"),
        ("batch_normalisation", False, "no"),
        ("filters", [16, 32], "16, 32"),
        ("strengths", [], "none"),
        ("model", "resnet50", "Fine-tuned ResNet50"),
        ("optimiser", "rmsprop", "rmsprop"),
        ("filters", None, "–"),
        ("new", {"one_thing": 1e-5, "other": True}, "One thing 0.00001, Other yes"),
    ],
)
def test_values_in_words(name, value, words):
    assert in_words(name, value) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "10 epochs at a learning rate of 0.0001: all layers learn"),
        ({"epochs": 1, "trainable": "head"}, "1 epoch at a learning rate of 0.0001: only the head"),
        ({"trainable": "from_conv4"}, "the head learns, and the backbone from conv4 on"),
        ({"warm_up": 3}, "all layers learn; Warm up 3"),
    ],
)
def test_phases_in_words(changes, words):
    phase = {"name": "head", "epochs": 10, "learning_rate": 1e-4, "trainable": "all"}
    assert words in in_words("phases.1", phase | changes)
