"""How the learning rate moves, and when a training has learnt enough."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from engine import runs
from engine.models.backend import use_backend
from engine.models.scratch import PRESET
from engine.recipes.recipe import Phase

use_backend("training")
from engine.training.schedule import (  # noqa: E402
    Patience,
    Rate,
    learnt_enough,
    pace_callbacks,
    rate_at,
)


def rates(schedule, epochs):
    return [rate_at(schedule, 1e-3, epoch, epochs) for epoch in range(epochs)]


def test_constant():
    assert rates("constant", 5) == [1e-3] * 5


def test_cosine_falls_from_the_whole_rate_along_half_a_period():
    found = rates("cosine", 10)
    assert found[0] == 1e-3
    assert found[5] == pytest.approx(5e-4)
    assert found == sorted(found, reverse=True)
    assert 0 < found[-1] < 3e-5


def test_step_takes_a_tenth_after_half_and_again_after_three_quarters():
    assert rates("step", 8) == pytest.approx([1e-3] * 4 + [1e-4] * 2 + [1e-5] * 2)


@pytest.mark.parametrize("schedule", ["constant", "cosine", "step"])
def test_a_phase_of_one_epoch_has_its_rate(schedule):
    assert rates(schedule, 1) == [1e-3]


def test_the_rate_counts_from_the_start_of_its_phase():
    phase = Phase("scratch", 4, 1e-2)
    callback = Rate("step", phase, first=10)
    optimizer = SimpleNamespace(learning_rate=None)
    callback.set_model(SimpleNamespace(optimizer=optimizer))
    found = []
    for epoch in range(10, 14):
        callback.on_epoch_begin(epoch)
        found.append(optimizer.learning_rate)
    assert found == pytest.approx([1e-2, 1e-2, 1e-3, 1e-4])


def write_history(folder, accuracies):
    columns = dict.fromkeys(runs.HISTORY_COLUMNS, 1.0)
    table = pd.DataFrame([columns] * len(accuracies))
    table["epoch"] = np.arange(1, len(accuracies) + 1)
    table["phase"], table["val_accuracy"] = "scratch", accuracies
    table.to_csv(runs.history_path(folder), index=False, lineterminator="\n")


@pytest.mark.parametrize(
    ("accuracies", "enough"),
    [
        ([0.5], False),
        ([0.5, 0.4], False),
        ([0.5, 0.4, 0.5], True),  # as good as before is not better
        ([0.5, 0.4, 0.51], False),
        ([0.5, 0.6, 0.4, 0.4], True),
    ],
)
def test_patience_ends_after_epochs_without_a_better_one(tmp_path, accuracies, enough):
    write_history(tmp_path, accuracies)
    model = SimpleNamespace(stop_training=False)
    callback = Patience(tmp_path, 2)
    callback.set_model(model)
    callback.on_epoch_end(len(accuracies) - 1)
    assert model.stop_training == learnt_enough(tmp_path, 2) == enough
    assert not learnt_enough(tmp_path, 0)


def test_a_phase_has_the_callbacks_that_its_recipe_asks_for(tmp_path):
    recipe = dataclasses.replace(
        PRESET, phases=(Phase("head", 2, 1e-3, "head"), Phase("fine_tune", 2, 1e-4))
    )

    def kinds(recipe):
        return [
            [type(one).__name__ for one in pace_callbacks(recipe, phase, 0, tmp_path)]
            for phase in recipe.phases
        ]

    assert kinds(recipe) == [[], []]
    recipe = dataclasses.replace(recipe, schedule="cosine", patience=3)
    assert kinds(recipe) == [["Rate"], ["Rate", "Patience"]]
