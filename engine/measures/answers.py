"""What runs said, photo by photo: one alone, and two on the same photos.

Throughout, n is the number of photos, `y_true` is (n,) int class positions, `y_prob` is
(n, classes) in the order of `class_names`, and the predicted class is the argmax.
"""

import dataclasses
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from engine.errors import EngineError
from engine.measures.metrics import check_columns, checked_labels, checked_names
from engine.runs import Predictions

#: The two runs of a comparison. Differences are those of the right one less the left one.
SIDES = ("left", "right")
OUTCOMES = ("both right", "only left", "only right", "both wrong")


# One run.


def prediction_table(
    image_ids: ArrayLike, y_true: ArrayLike, y_prob: ArrayLike, class_names: Iterable[str]
) -> pd.DataFrame:
    """What a run said about each photo.

    Args:
        image_ids: (n,) str, each once.
        y_true: (n,) int true classes.
        y_prob: (n, classes) probabilities.
        class_names: The classes, in the order of the columns of `y_prob`.

    Returns:
        One row a photo, in the order given: image_id, true, predicted (class names), correct
        (bool), probability (of the predicted class), probability_true (of the true class).

    Raises:
        EngineError: If an image id stands twice.
        ValueError: If the shapes do not fit together or a label is not a class.
    """
    names = np.asarray(checked_names(class_names), dtype=str)
    ids, probabilities = np.asarray(image_ids, dtype=str), np.asarray(y_prob, dtype=np.float64)
    if ids.ndim != 1 or probabilities.shape != (len(ids), len(names)):
        raise ValueError(
            "`image_ids` must have shape (n,) and `y_prob` (n, classes). Received: "
            f"image_ids of shape {ids.shape}, y_prob of shape {probabilities.shape}, "
            f"{len(names)} class names"
        )
    true, predicted = checked_labels(y_true, probabilities.argmax(axis=1), len(names))
    photos = np.arange(len(ids))
    table = pd.DataFrame(
        {
            "image_id": ids,
            "true": names[true],
            "predicted": names[predicted],
            "correct": true == predicted,
            "probability": probabilities[photos, predicted],
            "probability_true": probabilities[photos, true],
        }
    )
    _check_unique(table)
    return table


def most_confident_mistakes(table: pd.DataFrame, count: int) -> pd.DataFrame:
    """The wrong predictions of a `prediction_table`, the surest first.

    Args:
        table: A `prediction_table`.
        count: Most rows to return, at least 0.

    Returns:
        At most `count` rows with the columns of `table`; equal probabilities keep their order,
        NaN comes last.

    Raises:
        ValueError: If `count` is below 0 or a column is missing.
    """
    if count < 0:
        raise ValueError(f"`count` must be at least 0. Received: {count!r}")
    check_columns("table", table, ("correct", "probability"))
    mistakes = table[~table["correct"].astype(bool)]
    mistakes = mistakes.sort_values("probability", ascending=False, kind="stable")
    return mistakes.head(count).reset_index(drop=True)


def top_k(probabilities: ArrayLike, class_names: Iterable[str], k: int) -> list[tuple[str, float]]:
    """The `k` most probable classes of one photo, the first the most probable.

    Args:
        probabilities: (classes,) probabilities.
        class_names: The classes, in the same order.
        k: At least 1; more than there are classes gives all.

    Returns:
        (class name, probability) pairs; equal probabilities keep the order of the classes, so
        the first is the argmax.

    Raises:
        ValueError: If the shapes do not fit together or `k` is below 1.
    """
    names, values = checked_names(class_names), np.asarray(probabilities, dtype=np.float64)
    if values.shape != (len(names),):
        raise ValueError(
            "`probabilities` must have shape (classes,). Received: "
            f"shape {values.shape}, {len(names)} class names"
        )
    if k < 1:
        raise ValueError(f"`k` must be at least 1. Received: {k!r}")
    order = np.argsort(-values, kind="stable")[:k]
    return [(names[position], float(values[position])) for position in order]


# One run, or two on the same photos: the left one and the right one.


def shared_answers(left: Predictions, right: Predictions) -> tuple[Predictions, Predictions]:
    """What two runs answered to the photos that both answered, whatever classes each knows.

    Args:
        left: Predictions of one split.
        right: Predictions of the same split, perhaps of other photos and classes.

    Returns:
        Both over the same photos, in the order of `left`, with the same class names: those of
        `left`, then those that only `right` knows. A class that a run does not know has
        probability 0.

    Raises:
        EngineError: If the two disagree on a photo's true class.
    """
    names = (*left.class_names, *(one for one in right.class_names if one not in left.class_names))
    if names == right.class_names and np.array_equal(left.image_ids, right.image_ids):
        both = left, right
    else:
        _, at_left, at_right = np.intersect1d(left.image_ids, right.image_ids, return_indices=True)
        order = np.argsort(at_left)
        both = (
            _with_classes(_only(left, at_left[order]), names),
            _with_classes(_only(right, at_right[order]), names),
        )
    differ = np.flatnonzero(both[0].y_true != both[1].y_true)
    if len(differ):
        one, other = (names[part.y_true[differ[0]]] for part in both)
        raise EngineError(
            "The two runs must agree on the true class of each photo. "
            f"Received: {one!r} and {other!r} for {str(both[0].image_ids[differ[0]])!r}"
        )
    return both


def _only(part: Predictions, photos: np.ndarray) -> Predictions:
    return dataclasses.replace(
        part,
        image_ids=part.image_ids[photos],
        split=part.split[photos],
        y_true=part.y_true[photos],
        y_prob=part.y_prob[photos],
    )


def _with_classes(part: Predictions, names: tuple[str, ...]) -> Predictions:
    """The same answers among more classes."""
    places = np.array([names.index(name) for name in part.class_names])
    y_prob = np.zeros((len(part.y_prob), len(names)), part.y_prob.dtype)
    y_prob[:, places] = part.y_prob
    return dataclasses.replace(part, y_true=places[part.y_true], y_prob=y_prob, class_names=names)


def paired_table(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """What two runs said about each photo that both have answered.

    Args:
        left: `prediction_table` of the left run.
        right: `prediction_table` of the right run.

    Returns:
        One row a photo of both tables, in the order of `left`: image_id, true, predicted_left
        (class name), probability_left (of that class), predicted_right, probability_right,
        outcome (one of `OUTCOMES`).

    Raises:
        EngineError: If an image id stands twice in a table, or the two disagree on a photo's
            true class.
        ValueError: If a column is missing.
    """
    columns = ["image_id", "true", "predicted", "probability"]
    for name, table in (("left", left), ("right", right)):
        check_columns(name, table, columns)
        _check_unique(table)
    pairs = left[columns].merge(
        right[columns], on="image_id", how="inner", suffixes=("_left", "_right")
    )
    differ = pairs[pairs["true_left"] != pairs["true_right"]]
    if len(differ):
        first = differ.iloc[0]
        raise EngineError(
            "The two runs must agree on the true class of each photo. Received: "
            f"{first['true_left']!r} and {first['true_right']!r} for {first['image_id']!r}"
        )
    pairs = pairs.rename(columns={"true_left": "true"}).drop(columns="true_right")
    left_right = (pairs["predicted_left"] == pairs["true"]).to_numpy(bool)
    right_right = (pairs["predicted_right"] == pairs["true"]).to_numpy(bool)
    pairs["outcome"] = np.asarray(OUTCOMES)[2 * ~left_right + ~right_right]
    return pairs


def answers_table(left: pd.DataFrame, right: pd.DataFrame | None = None) -> pd.DataFrame:
    """What one run or two said about each photo, one row a photo.

    Args:
        left: `prediction_table` of a run.
        right: That of another run; None where there is but one.

    Returns:
        `paired_table` of two; of one the same columns without those of the right run and the
        outcome.

    Raises:
        EngineError: As `paired_table`.
        ValueError: If a column is missing.
    """
    if right is not None:
        return paired_table(left, right)
    columns = ["image_id", "true", "predicted", "probability"]
    check_columns("left", left, columns)
    return left[columns].rename(
        columns={"predicted": "predicted_left", "probability": "probability_left"}
    )


def matching_photos(
    answers: pd.DataFrame,
    sides: Iterable[str],
    true: str | None,
    predicted: str | None,
    only_wrong: bool = False,
) -> pd.DataFrame:
    """The photos behind a cell, a row or a column of a confusion matrix.

    Args:
        answers: An `answers_table`.
        sides: Whose answers count, of `SIDES`: a photo matches if that of at least one does.
        true: True class, or None for any.
        predicted: Predicted class, or None for any.
        only_wrong: Whether only wrong answers match.

    Returns:
        Rows of `answers`: first those with a wrong answer of `sides`, then the right ones, the
        surest matching answer first in each.

    Raises:
        ValueError: If `sides` is empty or a column is missing.
    """
    sides = tuple(sides)
    if not sides:
        raise ValueError("`sides` must name at least one side. Received: none")
    columns = [f"{what}_{side}" for side in sides for what in ("predicted", "probability")]
    check_columns("answers", answers, ("true", *columns))
    truth = answers["true"].to_numpy()
    surest = np.full(len(answers), -np.inf)
    any_wrong = np.zeros(len(answers), dtype=bool)
    for side in sides:
        said = answers[f"predicted_{side}"].to_numpy()
        wrong = said != truth
        match = np.ones(len(answers), dtype=bool)
        if true is not None:
            match &= truth == true
        if predicted is not None:
            match &= said == predicted
        if only_wrong:
            match &= wrong
        any_wrong |= match & wrong
        probability = answers[f"probability_{side}"].to_numpy(float)
        surest = np.maximum(surest, np.where(match, probability, -np.inf))
    order = np.lexsort((-surest, ~any_wrong))
    return answers.iloc[order[surest[order] > -np.inf]].reset_index(drop=True)


def right_answers(answers: pd.DataFrame, side: str) -> int:
    """Number of photos of an `answers_table` that the run of one side names right.

    Raises:
        ValueError: If a column is missing.
    """
    check_columns("answers", answers, ("true", f"predicted_{side}"))
    return int((answers[f"predicted_{side}"] == answers["true"]).sum())


def outcome_counts(pairs: pd.DataFrame) -> dict[str, int]:
    """Number of photos of each outcome of a `paired_table`, in the order of `OUTCOMES`.

    Raises:
        ValueError: If a column is missing.
    """
    check_columns("pairs", pairs, ("outcome",))
    counts = pairs["outcome"].value_counts()
    return {outcome: int(counts.get(outcome, 0)) for outcome in OUTCOMES}


def only_one_right(pairs: pd.DataFrame, side: str, count: int | None = None) -> pd.DataFrame:
    """Photos that only the run of one side names right, where it was surest first.

    Args:
        pairs: A `paired_table`.
        side: One of `SIDES`.
        count: Most rows to return; None for all.

    Returns:
        Rows of `pairs`.
    """
    rows = pairs[pairs["outcome"] == f"only {side}"]
    rows = rows.sort_values(f"probability_{side}", ascending=False, kind="stable")
    return rows.head(len(rows) if count is None else count).reset_index(drop=True)


def doubtful_labels(pairs: pd.DataFrame, minimum: float = 0.5) -> pd.DataFrame:
    """Photos that both runs call the same other class: perhaps the label is wrong.

    Args:
        pairs: A `paired_table`.
        minimum: Lowest probability that each of the two answers must have.

    Returns:
        Rows of `pairs`, those first where the less sure run is surest.

    Raises:
        ValueError: If a column is missing.
    """
    probabilities = ["probability_left", "probability_right"]
    check_columns("pairs", pairs, ("true", "predicted_left", "predicted_right", *probabilities))
    least = pairs[probabilities].to_numpy(float).min(axis=1)
    said = pairs["predicted_left"]
    agreed = ((said == pairs["predicted_right"]) & (said != pairs["true"])).to_numpy(bool)
    order = np.argsort(-least, kind="stable")
    return pairs.iloc[order[(agreed & (least >= minimum))[order]]].reset_index(drop=True)


def _check_unique(table: pd.DataFrame) -> None:
    twice = table["image_id"][table["image_id"].duplicated()]
    if len(twice):
        raise EngineError(
            f"Each photo must stand once among the predictions. Received twice: {twice.iloc[0]!r}"
        )
