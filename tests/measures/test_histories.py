"""Histories, of trainings that went well and that did not."""

import math

import pandas as pd
import pytest

from engine.measures import histories
from engine.runs import HISTORY_COLUMNS


def history(val_accuracy, accuracy=None, phases=None, seconds=60.0, loss=None):
    """A history with this validation accuracy; the losses fall with the epochs."""
    epochs = range(1, len(val_accuracy) + 1)
    columns = {
        "epoch": epochs,
        "phase": phases or ["scratch"] * len(epochs),
        "loss": loss or [1.0 / epoch for epoch in epochs],
        "accuracy": accuracy or [0.1 * epoch for epoch in epochs],
        "val_loss": [2.0 / epoch for epoch in epochs],
        "val_accuracy": val_accuracy,
        "learning_rate": 1e-3,
        "seconds": seconds,
    }
    return pd.DataFrame(columns)[list(HISTORY_COLUMNS)]


EMPTY = pd.DataFrame(columns=list(HISTORY_COLUMNS))


def test_history_summary():
    phases = ["head", "head", "fine_tune", "fine_tune"]
    trained = history([0.5, 0.8, 0.7, 0.8], phases=phases, seconds=[60, 30, 20, 10.5])
    assert histories.history_summary(trained) == histories.HistorySummary(
        epochs=4, best_epoch=2, best_val_accuracy=0.8, seconds=120.5, fine_tune_epoch=3
    )
    assert histories.history_summary(history([0.5])).fine_tune_epoch is None


def test_history_summary_of_a_diverged_run():
    summary = histories.history_summary(history([math.nan, 0.3, math.nan]))
    assert (summary.best_epoch, summary.best_val_accuracy, summary.epochs) == (2, 0.3, 3)
    for diverged in (history([math.nan, math.nan]), EMPTY):
        summary = histories.history_summary(diverged)
        assert summary.best_epoch is None
        assert math.isnan(summary.best_val_accuracy)
        assert summary.seconds == 60 * len(diverged)


def test_overtaking_epoch():
    scratch = history([0.3, 0.7, 0.6])
    assert histories.overtaking_epoch(history([0.5, 0.7, 0.71, 0.9]), scratch) == 3
    assert histories.overtaking_epoch(history([math.nan, 0.8]), scratch) == 2
    assert histories.overtaking_epoch(history([0.5, 0.7]), scratch) is None
    assert histories.overtaking_epoch(EMPTY, scratch) is None
    assert histories.overtaking_epoch(history([0.9]), history([math.nan])) is None


def test_overtaking_counts_minutes_until_that_epoch_ends():
    scratch = history([0.4, 0.6, 0.5], seconds=120.0)
    found = histories.overtaking(history([0.3, 0.6, 0.7, 0.8], seconds=30.0), scratch)
    assert found == histories.Overtaking(3, 1.5, 0.6, 6.0)
    assert histories.overtaking(history([0.1]), scratch) is None


def test_fit_at_best_measures_overfitting():
    fit = histories.fit_at_best(history([0.5, 0.7, 0.6, 0.6], [0.5, 0.8, 0.9, 0.95]))
    assert (fit.epoch, fit.epochs) == (2, 4)
    assert fit.gap_points == pytest.approx(10)
    assert fit.overfits
    assert not fit.still_improving
    rising = histories.fit_at_best(history([0.5, 0.7], [0.5, 0.72]))
    assert rising.still_improving
    assert not rising.overfits


def test_a_diverged_training_has_no_best_epoch():
    nothing = history([math.nan, math.nan], loss=math.nan)
    assert histories.fit_at_best(nothing) is None
    assert histories.diverged_epochs(nothing) == 2
    assert histories.diverged_epochs(history([0.5])) == 0
    assert histories.diverged_epochs(history([0.5], loss=math.inf)) == 1


def test_curves_table():
    table = histories.curves_table(
        {
            "scratch": history([0.4, math.nan], seconds=[60.0, 90.0]),
            "empty": EMPTY,
            "resnet50": history([0.6], phases=["head"], seconds=30.0),
        }
    )
    expected = pd.DataFrame(
        [
            ["scratch", 1, "scratch", 1.0, "train", 0.1, 1.0],
            ["scratch", 2, "scratch", 2.5, "train", 0.2, 0.5],
            ["scratch", 1, "scratch", 1.0, "validation", 0.4, 2.0],
            ["scratch", 2, "scratch", 2.5, "validation", math.nan, 1.0],
            ["resnet50", 1, "head", 0.5, "train", 0.1, 1.0],
            ["resnet50", 1, "head", 0.5, "validation", 0.6, 2.0],
        ],
        columns=["run", "epoch", "phase", "minutes", "split", "accuracy", "loss"],
    )
    pd.testing.assert_frame_equal(table, expected)


@pytest.mark.parametrize("nothing", [{}, {"scratch": EMPTY}])
def test_curves_table_of_nothing(nothing):
    table = histories.curves_table(nothing)
    assert table.empty
    assert list(table.columns) == list(histories.curves_table({"a": history([0.5])}).columns)


def test_history_table_adds_minutes_of_each_run():
    table = histories.history_table({"one": history([0.1, 0.2]), "two": history([0.3])})
    assert table["run"].tolist() == ["one", "one", "two"]
    assert table["minutes"].tolist() == [1.0, 2.0, 1.0]
    assert tuple(table.columns) == ("run", *HISTORY_COLUMNS, "minutes")


def test_history_must_have_its_columns():
    cut = history([0.5]).drop(columns="seconds")
    with pytest.raises(ValueError, match=r"`history` must have .*, seconds\. Received: "):
        histories.history_summary(cut)
    with pytest.raises(ValueError, match="'scratch'"):
        histories.curves_table({"scratch": cut})
    with pytest.raises(ValueError, match="`history`"):
        histories.overtaking_epoch(cut, history([0.5]))
