"""How right the models are: accuracies with their intervals, the gap between them, the baselines.

Built on `engine.measures.metrics`, and like it on numpy and pandas alone. Accuracies and shares are
from 0 to 1.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.measures import metrics
from engine.measures.evidence import SIGNIFICANCE, mcnemar_exact
from engine.measures.histories import history_summary, overtaking
from engine.models.specs import BASELINES
from engine.runs import Predictions, Run

_ACCURACY_COLUMNS = ("model", "split", "photos", "correct", "accuracy", "low", "high")


def accuracy_table(predictions: dict[str, Predictions]) -> pd.DataFrame:
    """Accuracy of each model on each split, with its 95 % Wilson interval.

    Args:
        predictions: What each model answered, by the model's name.

    Returns:
        One row a model and split (test first; splits without photos are left out): model, split,
        photos, correct (numbers of photos), accuracy, low, high (of the interval).
    """
    rows = []
    for model, answers in predictions.items():
        for split in ("test", "validation"):
            part = answers.of_split(split)
            photos, correct = len(part.y_true), int((part.y_pred == part.y_true).sum())
            if photos:
                low, high = metrics.wilson_interval(correct, photos)
                rows.append((model, split, photos, correct, correct / photos, low, high))
    return pd.DataFrame(rows, columns=list(_ACCURACY_COLUMNS))


def accuracy_of(table: pd.DataFrame, model: str, split: str) -> pd.Series | None:
    """The row of an `accuracy_table` for one model and split; None if there is none."""
    rows = table[(table["model"] == model) & (table["split"] == split)]
    return None if rows.empty else rows.iloc[0]


def accuracy_gap(table: pd.DataFrame, left: str, right: str, split: str) -> float | None:
    """Accuracy of the right model less that of the left one on one split, -1 to 1.

    Args:
        table: An `accuracy_table`.
        left: The one.
        right: The other.
        split: The split.

    Returns:
        The gap, negative where the left one is ahead; None if one of the two is missing.
    """
    one, other = (accuracy_of(table, model, split) for model in (left, right))
    if one is None or other is None:
        return None
    return float(other["accuracy"] - one["accuracy"])


def majority_class(photos: pd.DataFrame) -> str | None:
    """The class most frequent in training: all that a model without eyes can go by.

    Args:
        photos: The photos of a data set, at least class_name and split.

    Returns:
        Its name; None without photos to train on.
    """
    train = photos.loc[photos["split"] == "train", "class_name"]
    return None if train.empty else str(train.value_counts().index[0])


def majority_table(photos: pd.DataFrame) -> pd.DataFrame:
    """What always answering the class most frequent in training reaches.

    Args:
        photos: The photos of a data set, at least class_name and split.

    Returns:
        As `accuracy_table`, for the model `baseline-majority`; no rows without photos to train on.
    """
    name, rows = majority_class(photos), []
    for split in ("test", "validation"):
        right = photos.loc[photos["split"] == split, "class_name"] == name
        if name is not None and len(right):
            correct = int(right.sum())
            low, high = metrics.wilson_interval(correct, len(right))
            rows.append((BASELINES[0], split, len(right), correct, right.mean(), low, high))
    return pd.DataFrame(rows, columns=list(_ACCURACY_COLUMNS))


def chosen_baselines(runs: list[Run], digest: str) -> dict[str, Run]:
    """The run of each baseline, in the order of `BASELINES`; one without a run is missing.

    Args:
        runs: Every run of a data set; of several of a baseline, that of its own name comes first.
        digest: Content digest of the data set: runs of other photos do not count.
    """
    ranked = sorted(runs, key=lambda run: (run.name != run.model, run.name))
    # Read backwards, so that the first of a baseline is the one that stays.
    first = {run.model: run for run in reversed(ranked) if run.config.data_set_digest == digest}
    return {model: first[model] for model in BASELINES if model in first}


def baseline_table(photos: pd.DataFrame, baselines: dict[str, Run]) -> pd.DataFrame:
    """`accuracy_table` of the baselines, in the order of `BASELINES`.

    Always answering the most frequent class needs no run: it follows from the labels.

    Args:
        photos: The photos of the data set, at least class_name and split.
        baselines: `chosen_baselines`.
    """
    table = accuracy_table({name: run.predictions for name, run in baselines.items()})
    if BASELINES[0] in baselines:
        return table
    majority = majority_table(photos)
    parts = [one for one in (majority, table) if len(one)]
    return pd.concat(parts, ignore_index=True) if parts else majority


@dataclass(frozen=True)
class Lead:
    """How far one is ahead of another on the same photos.

    Attributes:
        difference: Accuracy of the one less that of the other, -1 to 1.
        clear: Whether chance in the choice of photos is a poor explanation (exact McNemar test).
    """

    difference: float
    clear: bool


def lead(one: Predictions, other: Predictions) -> Lead | None:
    """How far `one` is ahead of `other`, on the photos that both answered; None without any.

    Args:
        one: Predictions of one split.
        other: Predictions of the same split.
    """
    _, at_one, at_other = np.intersect1d(one.image_ids, other.image_ids, return_indices=True)
    if not len(at_one):
        return None
    one_right = (one.y_pred == one.y_true)[at_one]
    other_right = (other.y_pred == other.y_true)[at_other]
    only_one = int((one_right & ~other_right).sum())
    only_other = int((other_right & ~one_right).sum())
    return Lead(
        (only_one - only_other) / len(at_one),
        mcnemar_exact(only_one, only_other) < SIGNIFICANCE,
    )


def cost_table(runs: dict[str, Run]) -> pd.DataFrame:
    """What each training took.

    Args:
        runs: The run of each model.

    Returns:
        One row a model: model, run, parameters, trainable_parameters (numbers), epochs,
        best_epoch (NaN without one), training_seconds, precision, processor.
    """
    rows = []
    for model, run in runs.items():
        history = history_summary(run.history)
        rows.append(
            {
                "model": model,
                "run": run.name,
                "parameters": run.summary["parameters"],
                "trainable_parameters": run.summary["trainable_parameters"],
                "epochs": history.epochs,
                "best_epoch": math.nan if history.best_epoch is None else history.best_epoch,
                "training_seconds": run.summary["training_seconds"],
                "precision": run.summary["precision"],
                "processor": run.summary["processor"],
            }
        )
    return pd.DataFrame(rows)


def source_report_table(table: pd.DataFrame, histories: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What the source report measured beside what was measured here.

    Args:
        table: An `accuracy_table`.
        histories: History of each model's run.

    Returns:
        One row a measurement: model, measure, report_low, report_high, here (NaN where it was
        not measured or never happened). Accuracies are validation accuracies, epochs those until
        resnet50 passed the best of scratch.
    """
    rows = []
    for model, (low, high) in {"scratch": (0.75, 0.80), "resnet50": (0.988, 0.988)}.items():
        row = accuracy_of(table, model, "validation")
        here = math.nan if row is None else float(row["accuracy"])
        rows.append((model, "validation_accuracy", low, high, here))
    if len(histories) == len(rows):
        found = overtaking(histories["resnet50"], histories["scratch"])
        here = math.nan if found is None else found.epoch
        rows.append(("resnet50", "epochs_until_ahead", math.nan, 10, here))
    return pd.DataFrame(rows, columns=["model", "measure", "report_low", "report_high", "here"])
