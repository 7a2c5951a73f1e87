import numpy as np
import pandas as pd
import pytest

from engine.measures.data_check import describe_doubles, probable_label_errors
from engine.runs import Predictions


def test_conflicts_come_first_then_leaks():
    photos = pd.DataFrame(
        [
            ("a1", "cat", "train"),
            ("a2", "cat", "train"),
            ("b1", "cat", "train"),
            ("b2", "cat", "test"),
            ("c1", "cat", "train"),
            ("c2", "dog", "train"),
            ("other", "dog", "test"),
        ],
        columns=["image_id", "class_name", "split"],
    )
    found = pd.DataFrame(
        [(1, "a1", 0), (1, "a2", 0), (2, "b1", 0), (2, "b2", 1), (3, "c1", 0), (3, "c2", 0)],
        columns=["group", "image_id", "difference"],
    )
    table = describe_doubles(found, photos)
    assert table["group"].tolist() == [3, 3, 2, 2, 1, 1]
    assert table["conflict"].tolist() == [True] * 2 + [False] * 4
    assert table["leak"].tolist() == [False] * 2 + [True] * 2 + [False] * 2
    assert describe_doubles(found.head(0), photos).empty


def predictions(y_true, y_prob, class_names=("cat", "cow", "dog")):
    count = len(y_true)
    return Predictions(
        np.array([f"{number}.jpg" for number in range(count)]),
        np.array(["test"] * count),
        np.array(y_true),
        np.asarray(y_prob, "float32"),
        class_names,
    )


@pytest.fixture
def answers():
    """30 photos of each class, each answered right; probabilities by photo."""
    y_true = np.repeat([0, 1, 2], 30)
    y_prob = np.full((90, 3), 0.05)
    y_prob[np.arange(90), y_true] = 0.9
    return y_true, y_prob


def test_a_wrong_label_is_suspected(answers):
    y_true, y_prob = answers
    y_true = y_true.copy()
    y_true[3], y_true[70] = 2, 1  # mislabelled
    y_prob[70] = (0.01, 0.01, 0.98)
    found = probable_label_errors(predictions(y_true, y_prob))
    assert found["image_id"].tolist() == ["70.jpg", "3.jpg"]
    assert found["label"].tolist() == ["cow", "dog"]
    assert found["suggested"].tolist() == ["dog", "cat"]
    assert found["quality"].tolist() == pytest.approx([0.01, 0.05])
    assert found["split"].tolist() == ["test", "test"]


def test_right_labels_are_not_suspected(answers):
    assert probable_label_errors(predictions(*answers)).empty


def test_classes_without_photos_do_not_matter(answers):
    y_true, y_prob = answers
    y_true, y_prob = y_true[:60].copy(), y_prob[:60]
    y_true[3] = 1
    found = probable_label_errors(predictions(y_true, y_prob))
    assert found["image_id"].tolist() == ["3.jpg"]
    assert found["suggested"].tolist() == ["cat"]


def test_a_single_class_has_no_wrong_labels(answers):
    y_true, y_prob = answers
    assert probable_label_errors(predictions(y_true[:30], y_prob[:30])).empty
