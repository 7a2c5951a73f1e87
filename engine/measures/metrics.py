"""Scores from true and predicted labels: arrays in, numbers and DataFrames out.

Imports numpy and pandas alone, as do `answers`, `histories` and `findings`: scikit-learn and scipy
take a second to import, and the pages that show results must open at once. The tests hold these
functions to scikit-learn and scipy.

Throughout, n is the number of photos, `y_true` and `y_pred` are (n,) int class positions.
"""

import math
from collections.abc import Collection, Iterable
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from engine.errors import EngineError

NORMALIZE = ("true", "pred", "all", None)
SCORES = ("precision", "recall", "f1")


# One split of one run.


def accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Share of photos whose predicted class is the true one; NaN for zero photos.

    Args:
        y_true: (n,) int true classes.
        y_pred: (n,) int predicted classes.

    Raises:
        ValueError: If the two are not int arrays of one length.
    """
    true, predicted = checked_labels(y_true, y_pred)
    return float(np.mean(true == predicted)) if len(true) else math.nan


def wilson_interval(correct: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson score interval of a share, without continuity correction.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
    Journal of the American Statistical Association 22 (1927): the shares p that a two-sided
    normal test at this confidence does not reject.

    Args:
        correct: Number of photos predicted right, from 0 to `total`.
        total: Number of photos.
        confidence: Between 0 and 1, both excluded.

    Returns:
        (low, high), shares from 0 to 1; (NaN, NaN) for zero photos.

    Raises:
        ValueError: If an argument is out of range.
    """
    if not 0 <= correct <= total:
        raise ValueError(
            "`correct` must be between 0 and `total`. "
            f"Received: correct={correct!r}, total={total!r}"
        )
    if not 0 < confidence < 1:
        raise ValueError(
            f"`confidence` must be between 0 and 1, both excluded. Received: {confidence!r}"
        )
    correct, total = int(correct), int(total)
    if total == 0:
        return math.nan, math.nan
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, spread = correct / total, z * z / total
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / total + spread / total / 4) / (1 + spread)
    # The formula gives these two ends exactly; floating point leaves 1e-17 beside them.
    low = 0.0 if correct == 0 else middle - half
    high = 1.0 if correct == total else middle + half
    return low, high


def confusion_matrix(
    y_true: ArrayLike, y_pred: ArrayLike, class_count: int, normalize: str | None = None
) -> np.ndarray:
    """How often each true class (row) was predicted as each class (column).

    Args:
        y_true: (n,) int true classes, each below `class_count`.
        y_pred: (n,) int predicted classes, each below `class_count`.
        class_count: Number of classes.
        normalize: `true` divides by the sum of the row, `pred` by that of the column, `all` by
            n, as in scikit-learn; 0 where that sum is 0. None counts photos.

    Returns:
        (classes, classes) array: int64 counts, or float64 shares when normalized.

    Raises:
        ValueError: If the labels or `normalize` are not as above.
    """
    if normalize not in NORMALIZE:
        raise ValueError(f"`normalize` must be one of {NORMALIZE}. Received: {normalize!r}")
    true, predicted = checked_labels(y_true, y_pred, class_count)
    cells = np.bincount(true * class_count + predicted, minlength=class_count**2)
    matrix = cells.reshape(class_count, class_count)
    if normalize is None:
        return matrix
    axis = {"true": 1, "pred": 0, "all": None}[normalize]
    return _ratio(matrix, matrix.sum(axis=axis, keepdims=True))


def confusion_table(
    y_true: ArrayLike, y_pred: ArrayLike, class_names: Iterable[str], normalize: str | None = None
) -> pd.DataFrame:
    """`confusion_matrix` with class names on both sides.

    Returns:
        (classes, classes) DataFrame; the index is named "True label", the columns
        "Predicted label".

    Raises:
        ValueError: As `confusion_matrix`, or if class names repeat.
    """
    names = checked_names(class_names)
    return pd.DataFrame(
        confusion_matrix(y_true, y_pred, len(names), normalize),
        index=pd.Index(names, name="True label"),
        columns=pd.Index(names, name="Predicted label"),
    )


def largest_confusion(
    y_true: ArrayLike, y_pred: ArrayLike, class_count: int
) -> tuple[int, int] | None:
    """The wrong cell of the confusion matrix with the most photos, the first of equals.

    Args:
        y_true: (n,) int true classes, each below `class_count`.
        y_pred: (n,) int predicted classes, each below `class_count`.
        class_count: Number of classes.

    Returns:
        (true class, predicted class), or None if no photo is wrong.

    Raises:
        ValueError: As `confusion_matrix`.
    """
    matrix = confusion_matrix(y_true, y_pred, class_count)
    np.fill_diagonal(matrix, 0)
    if not matrix.any():
        return None
    row, column = np.unravel_index(matrix.argmax(), matrix.shape)
    return int(row), int(column)


def most_confused_classes(matrices: Iterable[ArrayLike], count: int) -> list[int]:
    """The classes with the most mistakes, as true or as predicted class, over all matrices.

    Args:
        matrices: Confusion matrices of counts, each (classes, classes).
        count: Most classes to return, at least 1.

    Returns:
        At most `count` class positions, in ascending order.

    Raises:
        ValueError: If `count` is below 1 or there is no matrix.
    """
    counts = [np.asarray(matrix) for matrix in matrices]
    if count < 1 or not counts:
        raise ValueError(
            "`count` must be at least 1 and there must be a matrix. "
            f"Received: count={count!r}, {len(counts)} matrices"
        )
    total = np.sum(counts, axis=0)
    mistakes = total.sum(axis=0) + total.sum(axis=1) - 2 * np.diag(total)
    return sorted(np.argsort(-mistakes, kind="stable")[:count].tolist())


def per_class_report(
    y_true: ArrayLike, y_pred: ArrayLike, class_names: Iterable[str]
) -> pd.DataFrame:
    """Precision, recall and F1 of each class, 0 where undefined (`zero_division=0`).

    precision = TP / predicted, recall = TP / support, f1 = 2 TP / (predicted + support), as in
    scikit-learn's `precision_recall_fscore_support`.

    Returns:
        One row a class, in the order of `class_names`: class_name, precision, recall, f1,
        support (number of photos of the class).

    Raises:
        ValueError: As `confusion_table`.
    """
    names = checked_names(class_names)
    matrix = confusion_matrix(y_true, y_pred, len(names))
    hits, predicted, support = np.diag(matrix), matrix.sum(axis=0), matrix.sum(axis=1)
    return pd.DataFrame(
        {
            "class_name": names,
            "precision": _ratio(hits, predicted),
            "recall": _ratio(hits, support),
            "f1": _ratio(2 * hits, predicted + support),
            "support": support,
        }
    )


# Two runs, on the same photos.


def class_scores(left: pd.DataFrame, right: pd.DataFrame | None = None) -> pd.DataFrame:
    """The scores of each class, of one run or of two side by side.

    Args:
        left: `per_class_report` of a run.
        right: That of another run on the same photos; None where there is but one.

    Returns:
        One row a class: class_name, support, and for each of precision, recall and f1 the columns
        `<score>_left` and, where there are two, `<score>_right` and `<score>_difference` (right
        less left).

    Raises:
        EngineError: If the two differ in classes, their order or their support: they were then
            measured on different photos.
        ValueError: If a column is missing.
    """
    for name, report in (("left", left), ("right", right)):
        if report is not None:
            check_columns(name, report, ("class_name", *SCORES, "support"))
    left = left.reset_index(drop=True)
    table = left[["class_name", "support"]].copy()
    if right is None:
        return table.assign(**{f"{score}_left": left[score] for score in SCORES})
    right = right.reset_index(drop=True)
    for column, what in (("class_name", "classes"), ("support", "photos of each class")):
        one, other = left[column].tolist(), right[column].tolist()
        if one != other:
            raise EngineError(
                f"The two runs must be measured on the same {what}. "
                f"Received: left {one}, right {other}"
            )
    for score in SCORES:
        table[f"{score}_left"] = left[score]
        table[f"{score}_right"] = right[score]
        table[f"{score}_difference"] = right[score] - left[score]
    return table


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Elementwise quotient, 0 where the denominator is 0."""
    return np.divide(numerator, denominator, out=np.zeros(numerator.shape), where=denominator != 0)


# Checks of arguments, for the modules that build on this one too.


def checked_names(class_names: Iterable[str]) -> tuple[str, ...]:
    """The class names as a tuple of str.

    Raises:
        ValueError: If there is none or one repeats.
    """
    names = tuple(map(str, class_names))
    if not names or len(set(names)) < len(names):
        raise ValueError(f"`class_names` must be one or more different names. Received: {names}")
    return names


def checked_labels(
    y_true: ArrayLike, y_pred: ArrayLike, class_count: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """True and predicted classes as (n,) int64 arrays.

    Raises:
        ValueError: If the two are not int arrays of one length, or one is not below `class_count`.
    """
    checked = []
    for name, labels in (("y_true", y_true), ("y_pred", y_pred)):
        array = np.asarray(labels)
        if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
            raise ValueError(
                f"`{name}` must be an int array of shape (n,). "
                f"Received: shape {array.shape}, dtype {array.dtype}"
            )
        array = array.astype(np.int64)
        if array.size and class_count and not 0 <= array.min() <= array.max() < class_count:
            raise ValueError(
                f"`{name}` must be between 0 and {class_count - 1}. "
                f"Received: {array.min()} to {array.max()}"
            )
        checked.append(array)
    if len(checked[0]) != len(checked[1]):
        raise ValueError(
            "`y_true` and `y_pred` must be equally long. "
            f"Received: {len(checked[0])} and {len(checked[1])}"
        )
    return checked[0], checked[1]


def check_columns(name: str, table: pd.DataFrame, columns: Collection[str]) -> None:
    """Check that the argument `name` has these columns.

    Raises:
        ValueError: If one is missing.
    """
    if not set(columns) <= set(table.columns):
        raise ValueError(
            f"`{name}` must have the columns {', '.join(columns)}. "
            f"Received: {', '.join(map(str, table.columns))}"
        )
