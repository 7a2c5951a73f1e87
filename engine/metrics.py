"""Numbers out of predictions and histories: arrays and DataFrames in, DataFrames out.

Imports numpy and pandas alone: scikit-learn and scipy take a second to import, and the pages
that show results must open at once. The tests hold these functions to scikit-learn and scipy.

Throughout, n is the number of photos, `y_true` and `y_pred` are (n,) int class positions,
`y_prob` is (n, classes) in the order of `class_names`, and the predicted class is the argmax.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from engine.errors import EngineError

NORMALIZE = ("true", "pred", "all", None)
SCORES = ("precision", "recall", "f1")
OUTCOMES = ("both right", "only scratch", "only resnet50", "both wrong")
HISTORY_COLUMNS = (
    "epoch",
    "phase",
    "loss",
    "accuracy",
    "val_loss",
    "val_accuracy",
    "learning_rate",
    "seconds",
)


# One split of one run.


def accuracy(y_true, y_pred) -> float:
    """Share of photos whose predicted class is the true one; NaN for zero photos.

    Args:
        y_true: (n,) int true classes.
        y_pred: (n,) int predicted classes.

    Raises:
        ValueError: If the two are not int arrays of one length.
    """
    y_true, y_pred = _labels(y_true, y_pred)
    return float(np.mean(y_true == y_pred)) if len(y_true) else math.nan


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


def confusion_matrix(y_true, y_pred, class_count: int, normalize: str | None = None) -> np.ndarray:
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
    y_true, y_pred = _labels(y_true, y_pred, class_count)
    cells = np.bincount(y_true * class_count + y_pred, minlength=class_count**2)
    matrix = cells.reshape(class_count, class_count)
    if normalize is None:
        return matrix
    axis = {"true": 1, "pred": 0, "all": None}[normalize]
    return _ratio(matrix, matrix.sum(axis=axis, keepdims=True))


def confusion_table(y_true, y_pred, class_names, normalize: str | None = None) -> pd.DataFrame:
    """`confusion_matrix` with class names on both sides.

    Returns:
        (classes, classes) DataFrame; the index is named "True label", the columns
        "Predicted label".

    Raises:
        ValueError: As `confusion_matrix`, or if class names repeat.
    """
    names = _class_names(class_names)
    return pd.DataFrame(
        confusion_matrix(y_true, y_pred, len(names), normalize),
        index=pd.Index(names, name="True label"),
        columns=pd.Index(names, name="Predicted label"),
    )


def largest_confusion(y_true, y_pred, class_count: int) -> tuple[int, int] | None:
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


def most_confused_classes(matrices, count: int) -> list[int]:
    """The classes with the most mistakes, as true or as predicted class, over all matrices.

    Args:
        matrices: Confusion matrices of counts, each (classes, classes).
        count: Most classes to return, at least 1.

    Returns:
        At most `count` class positions, in ascending order.

    Raises:
        ValueError: If `count` is below 1 or there is no matrix.
    """
    matrices = [np.asarray(matrix) for matrix in matrices]
    if count < 1 or not matrices:
        raise ValueError(
            "`count` must be at least 1 and there must be a matrix. "
            f"Received: count={count!r}, {len(matrices)} matrices"
        )
    total = sum(matrices)
    mistakes = total.sum(axis=0) + total.sum(axis=1) - 2 * np.diag(total)
    return sorted(np.argsort(-mistakes, kind="stable")[:count].tolist())


def per_class_report(y_true, y_pred, class_names) -> pd.DataFrame:
    """Precision, recall and F1 of each class, 0 where undefined (`zero_division=0`).

    precision = TP / predicted, recall = TP / support, f1 = 2 TP / (predicted + support), as in
    scikit-learn's `precision_recall_fscore_support`.

    Returns:
        One row a class, in the order of `class_names`: class_name, precision, recall, f1,
        support (number of photos of the class).

    Raises:
        ValueError: As `confusion_table`.
    """
    names = _class_names(class_names)
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


def prediction_table(image_ids, y_true, y_prob, class_names) -> pd.DataFrame:
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
    names = np.asarray(_class_names(class_names), dtype=str)
    image_ids, y_prob = np.asarray(image_ids, dtype=str), np.asarray(y_prob, dtype=np.float64)
    if image_ids.ndim != 1 or y_prob.shape != (len(image_ids), len(names)):
        raise ValueError(
            "`image_ids` must have shape (n,) and `y_prob` (n, classes). Received: "
            f"image_ids of shape {image_ids.shape}, y_prob of shape {y_prob.shape}, "
            f"{len(names)} class names"
        )
    y_true, y_pred = _labels(y_true, y_prob.argmax(axis=1), len(names))
    photos = np.arange(len(image_ids))
    table = pd.DataFrame(
        {
            "image_id": image_ids,
            "true": names[y_true],
            "predicted": names[y_pred],
            "correct": y_true == y_pred,
            "probability": y_prob[photos, y_pred],
            "probability_true": y_prob[photos, y_true],
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
    _check_columns("table", table, ("correct", "probability"))
    mistakes = table[~table["correct"].astype(bool)]
    mistakes = mistakes.sort_values("probability", ascending=False, kind="stable")
    return mistakes.head(count).reset_index(drop=True)


def top_k(probabilities, class_names, k: int) -> list[tuple[str, float]]:
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
    names, values = _class_names(class_names), np.asarray(probabilities, dtype=np.float64)
    if values.shape != (len(names),):
        raise ValueError(
            "`probabilities` must have shape (classes,). Received: "
            f"shape {values.shape}, {len(names)} class names"
        )
    if k < 1:
        raise ValueError(f"`k` must be at least 1. Received: {k!r}")
    order = np.argsort(-values, kind="stable")[:k]
    return [(names[position], float(values[position])) for position in order]


# The two models, on the same photos.


def compare_per_class(scratch_report: pd.DataFrame, resnet50_report: pd.DataFrame) -> pd.DataFrame:
    """Two `per_class_report`s side by side.

    Returns:
        One row a class: class_name, support, and for each of precision, recall and f1 the
        columns `<score>_scratch`, `<score>_resnet50` and `<score>_difference` (resnet50 less
        scratch).

    Raises:
        EngineError: If the two differ in classes, their order or their support: they were then
            measured on different photos.
        ValueError: If a column is missing.
    """
    for name, report in (("scratch_report", scratch_report), ("resnet50_report", resnet50_report)):
        _check_columns(name, report, ("class_name", *SCORES, "support"))
    scratch, resnet50 = (
        report.reset_index(drop=True) for report in (scratch_report, resnet50_report)
    )
    for column, what in (("class_name", "classes"), ("support", "photos of each class")):
        one, other = scratch[column].tolist(), resnet50[column].tolist()
        if one != other:
            raise EngineError(
                f"The two runs must be measured on the same {what}. "
                f"Received: scratch {one}, resnet50 {other}"
            )
    table = scratch[["class_name", "support"]].copy()
    for score in SCORES:
        table[f"{score}_scratch"] = scratch[score]
        table[f"{score}_resnet50"] = resnet50[score]
        table[f"{score}_difference"] = resnet50[score] - scratch[score]
    return table


def class_scores(reports: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The scores of each class, of one model or both.

    Args:
        reports: `per_class_report` of `scratch`, of `resnet50`, or of both.

    Returns:
        `compare_per_class` for both; for one the same columns without the other model and
        differences.

    Raises:
        EngineError: As `compare_per_class`.
        ValueError: If there is no report, one of another model, or a column is missing.
    """
    _check_models("reports", reports)
    if len(reports) == 2:
        return compare_per_class(reports["scratch"], reports["resnet50"])
    ((model, report),) = reports.items()
    _check_columns(model, report, ("class_name", *SCORES, "support"))
    return report[["class_name", "support", *SCORES]].rename(
        columns={score: f"{score}_{model}" for score in SCORES}
    )


def paired_table(scratch: pd.DataFrame, resnet50: pd.DataFrame) -> pd.DataFrame:
    """What the two models said about each photo that both have seen.

    Args:
        scratch: `prediction_table` of the scratch run.
        resnet50: `prediction_table` of the resnet50 run.

    Returns:
        One row a photo of both tables, in the order of `scratch`: image_id, true, scratch
        (predicted class), scratch_probability, resnet50, resnet50_probability, outcome (one
        of `OUTCOMES`).

    Raises:
        EngineError: If an image id stands twice in a table, or the two disagree on a photo's
            true class.
        ValueError: If a column is missing.
    """
    columns = ["image_id", "true", "predicted", "probability"]
    for name, table in (("scratch", scratch), ("resnet50", resnet50)):
        _check_columns(name, table, columns)
        _check_unique(table)
    pairs = scratch[columns].merge(
        resnet50[columns], on="image_id", how="inner", suffixes=("_scratch", "_resnet50")
    )
    differ = pairs[pairs["true_scratch"] != pairs["true_resnet50"]]
    if len(differ):
        first = differ.iloc[0]
        raise EngineError(
            "The two runs must agree on the true class of each photo. Received: "
            f"{first['true_scratch']!r} and {first['true_resnet50']!r} for {first['image_id']!r}"
        )
    scratch_right = (pairs["predicted_scratch"] == pairs["true_scratch"]).to_numpy(bool)
    resnet50_right = (pairs["predicted_resnet50"] == pairs["true_scratch"]).to_numpy(bool)
    return pd.DataFrame(
        {
            "image_id": pairs["image_id"],
            "true": pairs["true_scratch"],
            "scratch": pairs["predicted_scratch"],
            "scratch_probability": pairs["probability_scratch"],
            "resnet50": pairs["predicted_resnet50"],
            "resnet50_probability": pairs["probability_resnet50"],
            "outcome": np.asarray(OUTCOMES)[2 * ~scratch_right + ~resnet50_right],
        }
    )


def answers_table(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What one model or both said about each photo, one row a photo.

    Args:
        tables: `prediction_table` of `scratch`, of `resnet50`, or of both.

    Returns:
        `paired_table` for both; for one the same columns without the other model and outcome.

    Raises:
        EngineError: As `paired_table`.
        ValueError: If there is no table, one of another model, or a column is missing.
    """
    _check_models("tables", tables)
    if len(tables) == 2:
        return paired_table(tables["scratch"], tables["resnet50"])
    ((model, table),) = tables.items()
    _check_columns(model, table, ("image_id", "true", "predicted", "probability"))
    return table[["image_id", "true", "predicted", "probability"]].rename(
        columns={"predicted": model, "probability": f"{model}_probability"}
    )


def matching_photos(
    answers: pd.DataFrame, models, true: str | None, predicted: str | None, only_wrong: bool = False
) -> pd.DataFrame:
    """The photos behind a cell, a row or a column of a confusion matrix.

    Args:
        answers: An `answers_table`.
        models: Whose answers count: a photo matches if that of at least one does.
        true: True class, or None for any.
        predicted: Predicted class, or None for any.
        only_wrong: Whether only wrong answers match.

    Returns:
        Rows of `answers`: first those with a wrong answer of `models`, then the right ones, the
        surest matching answer first in each.

    Raises:
        ValueError: If `models` is empty or a column is missing.
    """
    models = tuple(models)
    if not models:
        raise ValueError("`models` must name at least one model. Received: none")
    columns = [column for model in models for column in (model, f"{model}_probability")]
    _check_columns("answers", answers, ("true", *columns))
    truth = answers["true"].to_numpy()
    surest = np.full(len(answers), -np.inf)
    any_wrong = np.zeros(len(answers), dtype=bool)
    for model in models:
        said = answers[model].to_numpy()
        wrong = said != truth
        match = np.ones(len(answers), dtype=bool)
        if true is not None:
            match &= truth == true
        if predicted is not None:
            match &= said == predicted
        if only_wrong:
            match &= wrong
        any_wrong |= match & wrong
        probability = answers[f"{model}_probability"].to_numpy(float)
        surest = np.maximum(surest, np.where(match, probability, -np.inf))
    order = np.lexsort((-surest, ~any_wrong))
    return answers.iloc[order[surest[order] > -np.inf]].reset_index(drop=True)


def right_answers(answers: pd.DataFrame, model: str) -> int:
    """Number of photos of an `answers_table` that `model` gets right.

    Raises:
        ValueError: If a column is missing.
    """
    _check_columns("answers", answers, ("true", model))
    return int((answers[model] == answers["true"]).sum())


def outcome_counts(pairs: pd.DataFrame) -> dict[str, int]:
    """Number of photos of each outcome of a `paired_table`, in the order of `OUTCOMES`.

    Raises:
        ValueError: If a column is missing.
    """
    _check_columns("pairs", pairs, ("outcome",))
    counts = pairs["outcome"].value_counts()
    return {outcome: int(counts.get(outcome, 0)) for outcome in OUTCOMES}


def doubtful_labels(pairs: pd.DataFrame, minimum: float = 0.5) -> pd.DataFrame:
    """Photos that both models call the same other class: perhaps the label is wrong.

    Args:
        pairs: A `paired_table`.
        minimum: Lowest probability that each of the two answers must have.

    Returns:
        Rows of `pairs`, those first where the less sure model is surest.

    Raises:
        ValueError: If a column is missing.
    """
    probabilities = ["scratch_probability", "resnet50_probability"]
    _check_columns("pairs", pairs, ("true", "scratch", "resnet50", *probabilities))
    least = pairs[probabilities].to_numpy(float).min(axis=1)
    agreed = (
        (pairs["scratch"] == pairs["resnet50"]) & (pairs["scratch"] != pairs["true"])
    ).to_numpy(bool) & (least >= minimum)
    order = np.argsort(-least, kind="stable")
    return pairs.iloc[order[agreed[order]]].reset_index(drop=True)


# Training histories: rows in the order of their epochs.


@dataclass(frozen=True)
class HistorySummary:
    """A training in a few numbers.

    Attributes:
        epochs: Number of epochs trained.
        best_epoch: Epoch of the highest validation accuracy, the first of several; None if no
            epoch has one.
        best_val_accuracy: Validation accuracy at `best_epoch`, from 0 to 1; NaN if None.
        seconds: Seconds of training, all epochs together.
        fine_tune_epoch: First epoch of the phase `fine_tune`; None without that phase.
    """

    epochs: int
    best_epoch: int | None
    best_val_accuracy: float
    seconds: float
    fine_tune_epoch: int | None


def history_summary(history: pd.DataFrame) -> HistorySummary:
    """Summarise a history; epochs whose validation accuracy is NaN are never the best.

    Args:
        history: One row an epoch, with the columns `HISTORY_COLUMNS`.

    Raises:
        ValueError: If a column is missing.
    """
    _check_columns("history", history, HISTORY_COLUMNS)
    measured = history[history["val_accuracy"].notna()]
    fine_tune = history.loc[history["phase"] == "fine_tune", "epoch"]
    best_epoch, best = None, math.nan
    if len(measured):
        position = measured["val_accuracy"].to_numpy(float).argmax()  # the first on ties
        best_epoch = int(measured["epoch"].iloc[position])
        best = float(measured["val_accuracy"].iloc[position])
    return HistorySummary(
        epochs=len(history),
        best_epoch=best_epoch,
        best_val_accuracy=best,
        seconds=float(history["seconds"].sum()),
        fine_tune_epoch=int(fine_tune.iloc[0]) if len(fine_tune) else None,
    )


def overtaking_epoch(resnet50_history: pd.DataFrame, scratch_history: pd.DataFrame) -> int | None:
    """First epoch at which resnet50 validates above the best that scratch ever did.

    Args:
        resnet50_history: History of the resnet50 run.
        scratch_history: History of the scratch run.

    Returns:
        The epoch of resnet50, or None if it never does or scratch has no validation accuracy.

    Raises:
        ValueError: If a column is missing.
    """
    _check_columns("resnet50_history", resnet50_history, HISTORY_COLUMNS)
    best = history_summary(scratch_history).best_val_accuracy
    above = resnet50_history.loc[resnet50_history["val_accuracy"] > best, "epoch"]
    return int(above.iloc[0]) if len(above) else None


def curves_table(histories: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Histories in long form, for curves over epochs or over time.

    Args:
        histories: History of each run, by the run's name.

    Returns:
        One row an epoch, run and split: run, epoch, phase, minutes (of training until the end
        of the epoch), split (`train` or `validation`), accuracy, loss. A diverged epoch keeps
        its row with NaN.

    Raises:
        ValueError: If a history lacks a column.
    """
    parts = []
    for run, history in histories.items():
        _check_columns(f"histories[{run!r}]", history, HISTORY_COLUMNS)
        for split, prefix in (("train", ""), ("validation", "val_")):
            parts.append(
                pd.DataFrame(
                    {
                        "run": run,
                        "epoch": history["epoch"].astype(int),
                        "phase": history["phase"],
                        "minutes": history["seconds"].astype(float).cumsum() / 60,
                        "split": split,
                        "accuracy": history[f"{prefix}accuracy"].astype(float),
                        "loss": history[f"{prefix}loss"].astype(float),
                    }
                )
            )
    # Empty parts would decide the columns' types for the others.
    parts = [part for part in parts if len(part)] or parts[:1]
    if not parts:
        return curves_table({"": pd.DataFrame(columns=list(HISTORY_COLUMNS))})
    return pd.concat(parts, ignore_index=True)


def _class_names(class_names) -> tuple[str, ...]:
    names = tuple(map(str, class_names))
    if not names or len(set(names)) < len(names):
        raise ValueError(f"`class_names` must be one or more different names. Received: {names}")
    return names


def _labels(y_true, y_pred, class_count: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Both as (n,) int64 arrays, checked."""
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


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Elementwise quotient, 0 where the denominator is 0."""
    return np.divide(numerator, denominator, out=np.zeros(numerator.shape), where=denominator != 0)


def _check_columns(name: str, table: pd.DataFrame, columns) -> None:
    if not set(columns) <= set(table.columns):
        raise ValueError(
            f"`{name}` must have the columns {', '.join(columns)}. "
            f"Received: {', '.join(map(str, table.columns))}"
        )


def _check_models(name: str, values: dict) -> None:
    if not values or not set(values) <= {"scratch", "resnet50"}:
        raise ValueError(
            f"`{name}` must hold scratch, resnet50 or both. Received: {', '.join(values) or 'none'}"
        )


def _check_unique(table: pd.DataFrame) -> None:
    twice = table["image_id"][table["image_id"].duplicated()]
    if len(twice):
        raise EngineError(
            f"Each photo must stand once among the predictions. Received twice: {twice.iloc[0]!r}"
        )
