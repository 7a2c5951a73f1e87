"""The command of a run gives its very configuration: the real parser reads it back."""

import dataclasses
import shlex

import pytest

from engine import runs
from engine.__main__ import _parser
from engine.commands.train import preset_of, recipe_of
from engine.errors import EngineError
from engine.recipes.chosen import RECIPE_SETTINGS, SETTING_TYPES, value_of, with_values
from engine.recipes.recipe import Augmentation, Phase, with_epochs, with_learning_rate
from engine.training.reproduce import flags_of, reproduce
from tests.presets import BASELINE_PRESETS, PRESETS, QUICK_PRESETS
from tests.test_published import RECIPES

SCRATCH, RESNET50 = PRESETS["scratch"], PRESETS["resnet50"]
HOG = BASELINE_PRESETS["baseline-hog"]


def changed(one, /, **values):
    return dataclasses.replace(one, **values)


def parsed(command):
    start = ["python", "-m", "engine"]
    words = shlex.split(command)
    assert words[: len(start)] == start
    return _parser().parse_args(words[len(start) :])


def given(command):
    """The recipe that a command trains."""
    options = parsed(command)
    return recipe_of(options, preset_of(options))


RECIPES_WITH_FLAGS = [
    SCRATCH,
    RESNET50,
    changed(SCRATCH, augmentation=Augmentation(0.0, 0.0)),
    changed(SCRATCH, augmentation=Augmentation(0.25, 0.1)),
    changed(SCRATCH, filters=(8, 8, 8), dense_units=32, dropout=0.5, batch_normalisation=True),
    changed(SCRATCH, filters=(8,), image_size=34, dense_units=8),
    changed(SCRATCH, seed=7, batch_size=16, image_size=64, head="average"),
    changed(RESNET50, head="flatten", image_size=64, seed=0),
    with_epochs(RESNET50, 1),
    with_epochs(SCRATCH, 3),
    *QUICK_PRESETS.values(),
    changed(QUICK_PRESETS["scratch"], dropout=0.5),
    changed(QUICK_PRESETS["resnet50"], seed=4),
    *BASELINE_PRESETS.values(),
    changed(HOG, seed=5),
]


@pytest.mark.parametrize("recipe", RECIPES_WITH_FLAGS)
def test_the_command_gives_the_recipe(run, recipe):
    again = reproduce(changed(run.config, recipe=recipe, name="mine"))
    assert (again.exact, again.beyond) == (True, "")
    assert given(again.command) == recipe


@pytest.mark.parametrize("name", sorted(RECIPE_SETTINGS))
def test_every_setting_has_a_flag_that_gives_it(run, name):
    one, kind = RECIPE_SETTINGS[name], SETTING_TYPES[name]
    before = value_of(SCRATCH, name)
    if kind is bool:
        value = not before
    elif one.choices:
        value = next(choice for choice in one.choices if choice != before)
    elif name == "filters":
        value = (5, 7, 9)
    else:
        value = next(each for each in (*one.offered, one.high, one.low) if each != before)
    recipe = with_values(SCRATCH, {name: kind(value) if kind in (int, float) else value})
    again = reproduce(changed(run.config, recipe=recipe))
    assert again.exact
    assert given(again.command) == recipe


@pytest.mark.parametrize(
    "phases",
    [
        (Phase("head", 10, 1e-4, "head"), Phase("fine_tune", 30, 1e-5, "from_conv4")),
        (Phase("head", 10, 1e-4, "head"), Phase("fine_tune", 15, 1e-5, "all")),
        (Phase("head", 3, 1e-9), Phase("fine_tune", 5, 1e-9)),
        (Phase("head", 7, 1e-4, "head"),),
    ],
)
def test_phases_are_given_one_by_one_where_nothing_shorter_gives_them(run, phases):
    recipe = changed(RESNET50, phases=phases)
    again = reproduce(changed(run.config, recipe=recipe))
    assert again.exact
    assert given(again.command) == recipe


@pytest.mark.parametrize("rate", [3e-4, 7e-5, 1e-3, 0.1, 1 / 3, 2.9999999999999997e-4])
@pytest.mark.parametrize("preset", [SCRATCH, with_epochs(RESNET50, 40)])
def test_a_learning_rate_that_was_given_is_given_again(run, preset, rate):
    recipe = with_learning_rate(preset, rate)
    again = reproduce(changed(run.config, recipe=recipe))
    assert again.exact
    assert given(again.command) == recipe


def test_only_what_differs_is_said(run):
    config = changed(run.config, recipe=changed(SCRATCH, seed=2))
    assert reproduce(config).command == (
        "python -m engine train tiny scratch --seed 2 --precision float32"
    )
    config = changed(run.config, name="baseline-hog", recipe=HOG)
    assert reproduce(config).command == "python -m engine train tiny baseline-hog"


def test_precision_depends_on_the_processor_so_it_is_always_said(run):
    options = parsed(reproduce(changed(run.config, precision="bfloat16")).command)
    assert (options.data_set, options.precision) == ("tiny", "bfloat16")


@pytest.mark.parametrize("name", ["plain", "a" * 64])
def test_a_name_that_is_taken_is_not_used_again(run, name):
    wanted = parsed(reproduce(changed(run.config, name=name)).command).name
    assert wanted.endswith("-again") and wanted.startswith(name[:58])
    changed(run.config, name=wanted)  # a name that a run may have


@pytest.mark.parametrize(
    ("recipe", "beyond"),
    [
        (
            changed(SCRATCH, phases=(Phase("head", 9999, 1e-9), Phase("scratch", 2, 1e-9))),
            "head 9999 epochs at 1e-09, all; scratch 2 epochs at 1e-09, all",
        ),
        (changed(RESNET50, filters=(3, 4)), "filters 3 4"),
        (changed(HOG, strengths=(0.5,), cell=14), "strengths 0.5; cell 14"),
    ],
)
def test_what_no_flag_gives_is_said(run, recipe, beyond):
    again = reproduce(changed(run.config, recipe=recipe))
    assert not again.exact
    assert again.beyond == beyond
    assert given(again.command) != recipe


@pytest.mark.parametrize(("data_set", "name"), RECIPES)
def test_every_published_run_has_an_exact_command(data_set, name):
    config = runs.find_run(data_set, name).config
    again = reproduce(config)
    assert again.exact
    assert given(again.command) == config.recipe


def test_flags_alone():
    assert flags_of(SCRATCH) == []
    assert flags_of(QUICK_PRESETS["resnet50"]) == ["--quick"]
    with pytest.raises(
        EngineError, match=r"flags of `python -m engine train`.* Received: filters 3"
    ):
        flags_of(changed(RESNET50, filters=(3,)))
