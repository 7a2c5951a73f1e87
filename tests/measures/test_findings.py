from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from engine.measures import findings, metrics
from engine.runs import Predictions


def run_of(predictions, name="one", model="scratch"):
    """As much of a run as an accuracy needs."""
    return SimpleNamespace(name=name, model=model, predictions=predictions)


def predictions(test_right, validation_right, classes=2):
    """Right or wrong, photo by photo; the true class is always 0."""
    right = np.array([*test_right, *validation_right], dtype=bool)
    y_prob = np.full((len(right), classes), 0.1, dtype="float32")
    y_prob[np.arange(len(right)), np.where(right, 0, 1)] = 0.9
    split = ["test"] * len(test_right) + ["validation"] * len(validation_right)
    ids = np.array([f"{number}.jpg" for number in range(len(right))], dtype=np.str_)
    return Predictions(ids, np.array(split), np.zeros(len(right), int), y_prob, ("a", "b"))


def test_accuracy_table_has_a_row_a_run_and_split():
    table = findings.accuracy_table([run_of(predictions([1, 0, 0, 1], [1, 1, 0]))])
    assert table["split"].tolist() == ["test", "validation"]
    assert table["run"].tolist() == ["one"] * 2
    assert table["model"].tolist() == ["scratch"] * 2
    assert table["correct"].tolist() == [2, 2]
    assert table["photos"].tolist() == [4, 3]
    assert table["accuracy"].tolist() == pytest.approx([0.5, 2 / 3])
    assert (table.loc[0, "low"], table.loc[0, "high"]) == metrics.wilson_interval(2, 4)


def test_accuracy_table_leaves_out_a_split_without_photos():
    table = findings.accuracy_table([run_of(predictions([], [1, 1]))])
    assert table["split"].tolist() == ["validation"]
    assert findings.accuracy_of(table, "one", "test") is None
    assert findings.accuracy_of(table, "one", "validation")["accuracy"] == 1
    assert findings.accuracy_table([]).empty


PHOTOS = pd.DataFrame(
    {
        "class_name": ["a", "a", "b", "b", "b", "a", "b"],
        "split": ["train", "train", "train", "test", "test", "test", "test"],
    }
)


def test_the_most_frequent_class_is_that_of_training():
    assert findings.majority_class(PHOTOS) == "a"
    assert findings.majority_class(PHOTOS[PHOTOS["split"] == "test"]) is None


def test_what_always_answering_it_reaches():
    table = findings.majority_table(PHOTOS)
    assert table.to_dict("records") == [
        {
            "run": "baseline-majority",
            "model": "baseline-majority",
            "split": "test",
            "photos": 4,
            "correct": 1,
            "accuracy": 0.25,
            "low": metrics.wilson_interval(1, 4)[0],
            "high": metrics.wilson_interval(1, 4)[1],
        }
    ]
    assert findings.majority_table(PHOTOS[PHOTOS["split"] == "test"]).empty


def test_lead_is_on_the_same_photos():
    one = predictions([1] * 9 + [0], [])
    other = predictions([1] * 3 + [0] * 6 + [1], [])
    # Six photos only the one gets right, one only the other: 2 (1 + 7) / 2^7 = 0.125.
    assert findings.lead(one, other) == findings.Lead(pytest.approx(0.5), clear=False)
    assert findings.lead(other, one).difference == pytest.approx(-0.5)
    # Twelve to one: 2 (1 + 13) / 2^13 = 0.003.
    far = findings.lead(predictions([1] * 12 + [0], []), predictions([0] * 12 + [1], []))
    assert far == findings.Lead(pytest.approx(11 / 13), clear=True)


def test_lead_looks_at_photos_that_both_answered_in_whatever_order():
    one = predictions([1, 0, 1, 1], [])
    kept = np.array([3, 1])
    other = Predictions(
        one.image_ids[kept], one.split[kept], one.y_true[kept], one.y_prob[[1, 0]], ("a", "b")
    )
    # Of photos 3 and 1, the one gets 3 right, the other 1.
    assert findings.lead(one, other) == findings.Lead(0.0, clear=False)
    assert findings.lead(one, predictions([], [])) is None


def test_what_each_training_took(tiny_runs):
    table = findings.cost_table(tiny_runs.values())
    assert table["model"].tolist() == ["scratch", "resnet50"]
    assert table["best_epoch"].tolist() == [3, 6]
    assert table["training_seconds"].tolist() == [7.5, 15.0]
    assert table["parameters"].tolist() == [1234, 1234]
