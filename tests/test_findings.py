import math

import numpy as np
import pandas as pd
import pytest

from engine import findings, metrics
from engine.runs import HISTORY_COLUMNS, Predictions


def predictions(test_right, validation_right, classes=2):
    """Right or wrong, photo by photo; the true class is always 0."""
    right = np.array([*test_right, *validation_right], dtype=bool)
    y_prob = np.full((len(right), classes), 0.1, dtype="float32")
    y_prob[np.arange(len(right)), np.where(right, 0, 1)] = 0.9
    split = ["test"] * len(test_right) + ["validation"] * len(validation_right)
    ids = np.array([f"{number}.jpg" for number in range(len(right))], dtype=np.str_)
    return Predictions(ids, np.array(split), np.zeros(len(right), int), y_prob, ("a", "b"))


def history(val_accuracy, accuracy=None, phases=None, seconds=60.0, loss=1.0):
    count = len(val_accuracy)
    columns = {
        "epoch": range(1, count + 1),
        "phase": phases or ["scratch"] * count,
        "loss": loss,
        "accuracy": accuracy or val_accuracy,
        "val_loss": 1.0,
        "val_accuracy": val_accuracy,
        "learning_rate": 0.1,
        "seconds": seconds,
    }
    return pd.DataFrame(columns)[list(HISTORY_COLUMNS)]


def test_accuracy_table_has_a_row_a_model_and_split():
    table = findings.accuracy_table({"scratch": predictions([1, 0, 0, 1], [1, 1, 0])})
    assert table["split"].tolist() == ["test", "validation"]
    assert table["correct"].tolist() == [2, 2]
    assert table["photos"].tolist() == [4, 3]
    assert table["accuracy"].tolist() == pytest.approx([0.5, 2 / 3])
    assert (table.loc[0, "low"], table.loc[0, "high"]) == metrics.wilson_interval(2, 4)


def test_accuracy_table_leaves_out_a_split_without_photos():
    table = findings.accuracy_table({"scratch": predictions([], [1, 1])})
    assert table["split"].tolist() == ["validation"]
    assert findings.accuracy_of(table, "scratch", "test") is None
    assert findings.accuracy_gap(table, "validation") is None
    assert findings.accuracy_table({}).empty


def test_accuracy_gap_is_clear_only_where_the_intervals_are_apart():
    clear = {
        "scratch": predictions([1] * 20 + [0] * 80, [1, 0]),
        "resnet50": predictions([1] * 90 + [0] * 10, [1, 1]),
    }
    table = findings.accuracy_table(clear)
    assert findings.accuracy_gap(table, "test") == findings.Gap(pytest.approx(70), True)
    assert findings.accuracy_gap(table, "validation") == findings.Gap(pytest.approx(50), False)
    behind = {"scratch": clear["resnet50"], "resnet50": clear["scratch"]}
    gap = findings.accuracy_gap(findings.accuracy_table(behind), "test")
    assert gap == findings.Gap(pytest.approx(-70), True)


def test_majority_baseline_takes_the_class_from_training():
    photos = pd.DataFrame(
        {
            "class_name": ["a", "a", "b", "b", "b", "a", "b"],
            "split": ["train", "train", "train", "test", "test", "test", "test"],
        }
    )
    assert findings.majority_baseline(photos, "test") == ("a", 0.25)
    assert findings.majority_baseline(photos, "validation") is None


def test_only_one_right_puts_the_surest_first():
    pairs = pd.DataFrame(
        {
            "image_id": ["1", "2", "3", "4"],
            "outcome": ["only resnet50", "only scratch", "only resnet50", "both wrong"],
            "scratch_probability": [0.5, 0.6, 0.7, 0.8],
            "resnet50_probability": [0.6, 0.9, 0.8, 0.99],
        }
    )
    assert findings.only_one_right(pairs, "resnet50")["image_id"].tolist() == ["3", "1"]
    assert findings.only_one_right(pairs, "resnet50", 1)["image_id"].tolist() == ["3"]
    assert findings.only_one_right(pairs, "scratch")["image_id"].tolist() == ["2"]


def test_overtaking_counts_minutes_until_that_epoch_ends():
    scratch = history([0.4, 0.6, 0.5], seconds=120.0)
    found = findings.overtaking(history([0.3, 0.6, 0.7, 0.8], seconds=30.0), scratch)
    assert found == findings.Overtaking(3, 1.5, 0.6, 6.0)
    assert findings.overtaking(history([0.1]), scratch) is None


def test_fit_at_best_measures_overfitting():
    fit = findings.fit_at_best(history([0.5, 0.7, 0.6, 0.6], [0.5, 0.8, 0.9, 0.95]))
    assert (fit.epoch, fit.epochs) == (2, 4)
    assert fit.gap_points == pytest.approx(10)
    assert fit.overfits
    assert not fit.still_improving
    rising = findings.fit_at_best(history([0.5, 0.7], [0.5, 0.72]))
    assert rising.still_improving
    assert not rising.overfits


def test_a_diverged_training_has_no_best_epoch():
    nothing = history([math.nan, math.nan], loss=math.nan)
    assert findings.fit_at_best(nothing) is None
    assert findings.diverged_epochs(nothing) == 2
    assert findings.diverged_epochs(history([0.5])) == 0
    assert findings.diverged_epochs(history([0.5], loss=math.inf)) == 1


def test_history_table_adds_minutes_of_each_run():
    table = findings.history_table({"one": history([0.1, 0.2]), "two": history([0.3])})
    assert table["run"].tolist() == ["one", "one", "two"]
    assert table["minutes"].tolist() == [1.0, 2.0, 1.0]
    assert tuple(table.columns) == ("run", *HISTORY_COLUMNS, "minutes")
