import numpy as np
import pandas as pd
import pytest

from engine import findings, metrics
from engine.runs import Predictions


def predictions(test_right, validation_right, classes=2):
    """Right or wrong, photo by photo; the true class is always 0."""
    right = np.array([*test_right, *validation_right], dtype=bool)
    y_prob = np.full((len(right), classes), 0.1, dtype="float32")
    y_prob[np.arange(len(right)), np.where(right, 0, 1)] = 0.9
    split = ["test"] * len(test_right) + ["validation"] * len(validation_right)
    ids = np.array([f"{number}.jpg" for number in range(len(right))], dtype=np.str_)
    return Predictions(ids, np.array(split), np.zeros(len(right), int), y_prob, ("a", "b"))


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


def test_accuracy_gap_is_resnet50_less_scratch():
    ahead = {
        "scratch": predictions([1] * 20 + [0] * 80, [1, 0]),
        "resnet50": predictions([1] * 90 + [0] * 10, [1, 1]),
    }
    table = findings.accuracy_table(ahead)
    assert findings.accuracy_gap(table, "test") == pytest.approx(0.7)
    assert findings.accuracy_gap(table, "validation") == pytest.approx(0.5)
    behind = {"scratch": ahead["resnet50"], "resnet50": ahead["scratch"]}
    gap = findings.accuracy_gap(findings.accuracy_table(behind), "test")
    assert gap == pytest.approx(-0.7)


def test_majority_baseline_takes_the_class_from_training():
    photos = pd.DataFrame(
        {
            "class_name": ["a", "a", "b", "b", "b", "a", "b"],
            "split": ["train", "train", "train", "test", "test", "test", "test"],
        }
    )
    assert findings.majority_baseline(photos, "test") == ("a", 0.25)
    assert findings.majority_baseline(photos, "validation") is None


def test_what_each_training_took(tiny_runs):
    table = findings.cost_table(tiny_runs)
    assert table["model"].tolist() == ["scratch", "resnet50"]
    assert table["best_epoch"].tolist() == [3, 6]
    assert table["training_seconds"].tolist() == [7.5, 15.0]
    assert table["parameters"].tolist() == [1234, 1234]


def test_the_source_report_beside_ours(tiny_runs):
    table = findings.accuracy_table({model: run.predictions for model, run in tiny_runs.items()})
    histories = {model: run.history for model, run in tiny_runs.items()}
    found = findings.source_report_table(table, histories)
    assert found["here"].tolist() == pytest.approx([1 / 3, 5 / 6, 1])
    assert found["report_high"].tolist() == [0.8, 0.988, 10]
    never = {"scratch": histories["resnet50"], "resnet50": histories["scratch"]}
    assert np.isnan(findings.source_report_table(table, never)["here"].iloc[2])
    alone = findings.source_report_table(
        table[table["model"] == "scratch"], {"scratch": histories["scratch"]}
    )
    assert len(alone) == 2
    assert np.isnan(alone["here"].iloc[1])
