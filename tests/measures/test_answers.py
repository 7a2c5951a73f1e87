"""What the models said, photo by photo."""

import math

import numpy as np
import pandas as pd
import pytest

from engine.errors import EngineError
from engine.measures import answers

NAMES = ("dress", "hat", "shirt")


def _table(image_ids, true, predicted, probability=0.9):
    """A `prediction_table` with these answers."""
    y_prob = np.full((len(true), 3), (1 - probability) / 2)
    y_prob[np.arange(len(true)), predicted] = probability
    return answers.prediction_table(image_ids, true, y_prob, NAMES)


def _answers(**rows):
    """An `answers_table` of (true, then left and right: answer and probability) by image id."""
    return pd.DataFrame(
        [(image_id, *row) for image_id, row in rows.items()],
        columns=[
            "image_id",
            "true",
            "predicted_left",
            "probability_left",
            "predicted_right",
            "probability_right",
        ],
    )


ANSWERS = _answers(
    a=("dress", "hat", 0.6, "dress", 0.9),
    b=("dress", "hat", 0.8, "hat", 0.7),
    c=("dress", "dress", 0.99, "dress", 0.99),
    d=("hat", "hat", 0.5, "dress", 0.4),
)


def test_prediction_table():
    y_prob = np.array([[0.25, 0.5, 0.25], [0.5, 0.5, 0.0]], dtype=np.float32)
    table = answers.prediction_table(["test/a.jpg", "test/b.jpg"], [2, 0], y_prob, NAMES)
    assert list(table.columns) == [
        "image_id",
        "true",
        "predicted",
        "correct",
        "probability",
        "probability_true",
    ]
    assert table.values.tolist() == [
        ["test/a.jpg", "shirt", "hat", False, 0.5, 0.25],
        ["test/b.jpg", "dress", "dress", True, 0.5, 0.5],  # the first class on ties
    ]
    assert table["correct"].dtype == bool


def test_prediction_table_of_zero_photos():
    table = answers.prediction_table([], [], np.zeros((0, 3), np.float32), NAMES)
    assert table.shape == (0, 6)
    assert answers.most_confident_mistakes(table, 5).empty
    paired = answers.paired_table(table, table)
    assert list(paired.columns)[-1] == "outcome"
    assert paired.empty
    assert answers.paired_table(table, _table(["a"], [0], [0])).empty


def test_prediction_table_refuses():
    with pytest.raises(EngineError, match=r"once .* Received twice: 'a.jpg'"):
        _table(["a.jpg", "b.jpg", "a.jpg"], [0, 1, 0], [0, 1, 0])
    with pytest.raises(ValueError, match=r"y_prob of shape \(1, 2\), 3 class names"):
        answers.prediction_table(["a"], [0], [[0.5, 0.5]], NAMES)
    with pytest.raises(ValueError, match=r"y_prob of shape \(1, 3\)"):
        answers.prediction_table(["a", "b"], [0, 0], [[1, 0, 0]], NAMES)
    with pytest.raises(ValueError, match="equally long"):
        answers.prediction_table(["a"], [0, 0], [[1, 0, 0]], NAMES)
    with pytest.raises(ValueError, match="`y_true` must be between"):
        answers.prediction_table(["a"], [3], [[1, 0, 0]], NAMES)


def test_most_confident_mistakes():
    table = pd.DataFrame(
        {
            "image_id": ["right", "low", "tie 1", "nan", "tie 2", "high"],
            "correct": [True, False, False, False, False, False],
            "probability": [0.99, 0.4, 0.7, math.nan, 0.7, 0.9],
        }
    )
    everything = answers.most_confident_mistakes(table, 99)
    assert everything["image_id"].tolist() == ["high", "tie 1", "tie 2", "low", "nan"]
    assert everything.index.tolist() == list(range(5))
    assert answers.most_confident_mistakes(table, 2)["image_id"].tolist() == ["high", "tie 1"]
    assert answers.most_confident_mistakes(table, 0).empty
    with pytest.raises(ValueError, match=r"`count` must be at least 0\. Received: -1"):
        answers.most_confident_mistakes(table, -1)


def test_top_k():
    probabilities = np.array([0.25, 0.5, 0.25], dtype=np.float32)
    assert answers.top_k(probabilities, NAMES, 2) == [("hat", 0.5), ("dress", 0.25)]
    assert [name for name, _ in answers.top_k(probabilities, NAMES, 9)] == ["hat", "dress", "shirt"]
    assert answers.top_k([1.0, math.nan, 2.0], NAMES, 2) == [("shirt", 2.0), ("dress", 1.0)]
    assert type(answers.top_k(probabilities, NAMES, 1)[0][1]) is float


@pytest.mark.parametrize(
    ("probabilities", "k"), [([0.5, 0.5], 1), ([[0.1, 0.2, 0.7]], 1), ([0.1, 0.2, 0.7], 0)]
)
def test_top_k_refuses(probabilities, k):
    with pytest.raises(ValueError, match="Received: "):
        answers.top_k(probabilities, NAMES, k)


def test_paired_table_has_every_outcome():
    left = _table(["a", "b", "c", "d", "alone"], [0, 1, 2, 0, 0], [0, 1, 0, 1, 0], 0.8)
    # Other order, one photo more: the join is by name.
    right = _table(["d", "c", "b", "a", "other"], [0, 2, 1, 0, 0], [2, 2, 0, 0, 0], 0.6)
    table = answers.paired_table(left, right)
    assert list(table.columns) == [
        "image_id",
        "true",
        "predicted_left",
        "probability_left",
        "predicted_right",
        "probability_right",
        "outcome",
    ]
    assert table.values.tolist() == [
        ["a", "dress", "dress", 0.8, "dress", 0.6, "both right"],
        ["b", "hat", "hat", 0.8, "dress", 0.6, "only left"],
        ["c", "shirt", "dress", 0.8, "shirt", 0.6, "only right"],
        ["d", "dress", "hat", 0.8, "shirt", 0.6, "both wrong"],
    ]
    assert tuple(table["outcome"]) == answers.OUTCOMES


def test_paired_table_refuses():
    one = _table(["a", "b"], [0, 1], [0, 1])
    with pytest.raises(EngineError, match="'hat' and 'shirt' for 'b'"):
        answers.paired_table(one, _table(["b", "a"], [2, 0], [0, 1]))
    with pytest.raises(EngineError, match="Received twice: 'a'"):
        answers.paired_table(one, pd.concat([one, one]))
    with pytest.raises(ValueError, match="`left` must have the columns"):
        answers.paired_table(one.drop(columns="true"), one)


def test_answers_table():
    left = _table(["a", "b"], [0, 1], [0, 0])
    right = _table(["b", "a"], [1, 0], [1, 0])
    both = answers.answers_table(left, right)
    assert both["outcome"].tolist() == ["both right", "only right"]
    one = answers.answers_table(right)
    assert list(one) == ["image_id", "true", "predicted_left", "probability_left"]
    assert one["predicted_left"].tolist() == ["hat", "dress"]
    with pytest.raises(ValueError, match="`left` must have the columns"):
        answers.answers_table(right.drop(columns="true"))


@pytest.mark.parametrize(
    ("sides", "true", "predicted", "only_wrong", "expected"),
    [
        (["left"], "dress", "hat", False, "ba"),  # the surest first
        (["right"], "dress", "hat", False, "b"),
        (["left", "right"], "dress", "hat", False, "ba"),
        (["left"], None, "hat", False, "bad"),  # right ones last
        (["left"], "dress", None, False, "bac"),
        (["right"], None, None, True, "bd"),
        (["left", "right"], None, None, True, "bad"),
        (["left"], "shirt", None, False, ""),
    ],
)
def test_matching_photos(sides, true, predicted, only_wrong, expected):
    photos = answers.matching_photos(ANSWERS, sides, true, predicted, only_wrong)
    assert "".join(photos["image_id"]) == expected


def test_matching_photos_refuses_no_side():
    with pytest.raises(ValueError, match="at least one side"):
        answers.matching_photos(ANSWERS, [], None, None)


def test_right_answers():
    assert answers.right_answers(ANSWERS, "left") == 2
    assert answers.right_answers(ANSWERS, "right") == 2
    assert answers.right_answers(ANSWERS.head(0), "left") == 0


def test_outcome_counts():
    pairs = pd.DataFrame({"outcome": ["both wrong", "only left", "both wrong"]})
    assert answers.outcome_counts(pairs) == {
        "both right": 0,
        "only left": 1,
        "only right": 0,
        "both wrong": 2,
    }


def test_only_one_right_puts_the_surest_first():
    pairs = pd.DataFrame(
        {
            "image_id": ["1", "2", "3", "4"],
            "outcome": ["only right", "only left", "only right", "both wrong"],
            "probability_left": [0.5, 0.6, 0.7, 0.8],
            "probability_right": [0.6, 0.9, 0.8, 0.99],
        }
    )
    assert answers.only_one_right(pairs, "right")["image_id"].tolist() == ["3", "1"]
    assert answers.only_one_right(pairs, "right", 1)["image_id"].tolist() == ["3"]
    assert answers.only_one_right(pairs, "left")["image_id"].tolist() == ["2"]


def test_doubtful_labels():
    assert answers.doubtful_labels(ANSWERS)["image_id"].tolist() == ["b"]
    assert answers.doubtful_labels(ANSWERS, minimum=0.75).empty
    more = pd.concat([ANSWERS, _answers(e=("hat", "shirt", 0.9, "shirt", 0.95))])
    assert answers.doubtful_labels(more)["image_id"].tolist() == ["e", "b"]
