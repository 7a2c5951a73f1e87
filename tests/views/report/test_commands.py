"""The commands in a report give the runs it is about: the real parser reads them back."""

import dataclasses
import shlex

import pytest

from engine.__main__ import _parser
from engine.commands.train import recipe_of
from engine.recipes.recipe import Augmentation, Phase, with_epochs, with_learning_rate
from engine.views.report.commands import commands_for, train_commands
from tests.presets import PRESETS

SCRATCH, RESNET50 = PRESETS["scratch"], PRESETS["resnet50"]


def changed(one, /, **values):
    return dataclasses.replace(one, **values)


@pytest.mark.parametrize(
    "recipe",
    [
        SCRATCH,
        RESNET50,
        changed(SCRATCH, augmentation=Augmentation(0.0, 0.0)),
        changed(SCRATCH, filters=(8, 8, 8), dense_units=32, dropout=0.5, batch_normalisation=True),
        changed(SCRATCH, seed=7, batch_size=16, image_size=64, head="average"),
        with_learning_rate(with_epochs(RESNET50, 40), 3e-4),
        with_epochs(RESNET50, 1),
    ],
)
def test_a_training_can_be_repeated(run, recipe):
    config = changed(run.config, recipe=recipe, precision="bfloat16")
    (line,) = train_commands(config)
    options = _parser().parse_args(shlex.split(line)[3:])
    assert recipe_of(options, PRESETS[options.model]) == recipe
    assert (options.data_set, options.precision) == ("tiny", "bfloat16")


def test_what_no_flag_gives_is_said(run):
    phases = (Phase("fine_tune", 15, 1e-5, "from_conv5"),)
    comment, line = train_commands(changed(run.config, recipe=changed(RESNET50, phases=phases)))
    assert comment.startswith("# first in engine/models/resnet50.py") and "from_conv5" in comment
    assert line.startswith("python -m engine train tiny resnet50")


def test_a_name_that_is_taken_is_not_used_again(run):
    (line,) = train_commands(changed(run.config, name="plain"))
    assert "--name plain-again" in line


def test_from_the_photos_to_the_report(tiny_data_set, tiny_runs):
    lines = commands_for(tiny_data_set, list(tiny_runs.values()))
    assert lines[0] == "python -m engine data path/to/photos"
    assert lines[-1] == "python -m engine report tiny report.html"
    assert "python -m engine evaluate tiny scratch" in lines
    for line in lines:
        _parser().parse_args(shlex.split(line)[3:])


@pytest.mark.parametrize(
    ("names", "flags"),
    [
        (["resnet50", "scratch"], " --left resnet50 --right scratch"),
        (["scratch", "plain"], " --left scratch --right plain"),
        (["plain"], " --left plain"),
        (["resnet50"], ""),
    ],
)
def test_other_runs_than_the_usual_pair_are_named(tiny_data_set, run, names, flags):
    runs = [dataclasses.replace(run, config=changed(run.config, name=name)) for name in names]
    line = commands_for(tiny_data_set, runs)[-1]
    assert line == f"python -m engine report tiny report.html{flags}"
    _parser().parse_args(shlex.split(line)[3:])


def test_runs_that_are_shown_beside_are_trained_too(tiny_data_set, run):
    plain = dataclasses.replace(run, config=changed(run.config, name="plain"))
    lines = commands_for(tiny_data_set, [run], [plain])
    assert sum(" train " in line for line in lines) == 2
    assert not any(" robustness " in line for line in lines)
    assert lines[-1] == "python -m engine report tiny report.html"


def test_drawn_pictures_need_not_be_brought(drawn_data_set, run):
    assert not any(" data " in line for line in commands_for(drawn_data_set, [run]))
