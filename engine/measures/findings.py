"""How right runs are: their accuracies with intervals, the baselines beside them, what they cost.

Built on `engine.measures.metrics`, and like it on numpy and pandas alone. Accuracies and shares are
from 0 to 1.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.measures import metrics
from engine.measures.evidence import SIGNIFICANCE, mcnemar_exact
from engine.measures.histories import history_summary
from engine.models.baselines.majority import SPEC as MAJORITY
from engine.models.specs import BASELINE_SPECS
from engine.runs import Predictions, Run

_ACCURACY_COLUMNS = ("run", "model", "split", "photos", "correct", "accuracy", "low", "high")


def accuracy_table(runs: Iterable[Run]) -> pd.DataFrame:
    """Accuracy of each run on each split, with its 95 % Wilson interval.

    Args:
        runs: The runs.

    Returns:
        One row a run and split (test first; splits without photos are left out): run, model,
        split, photos, correct (numbers of photos), accuracy, low, high (of the interval).
    """
    rows = []
    for run in runs:
        for split in ("test", "validation"):
            part = run.predictions.of_split(split)
            photos, correct = len(part.y_true), int((part.y_pred == part.y_true).sum())
            if photos:
                numbers = (photos, correct, correct / photos)
                interval = metrics.wilson_interval(correct, photos)
                rows.append((run.name, run.model, split, *numbers, *interval))
    return pd.DataFrame(rows, columns=list(_ACCURACY_COLUMNS))


def accuracy_of(table: pd.DataFrame, run: str, split: str) -> pd.Series | None:
    """The row of an `accuracy_table` for one run and split; None if there is none."""
    rows = table[(table["run"] == run) & (table["split"] == split)]
    return None if rows.empty else rows.iloc[0]


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
            numbers = (len(right), correct, float(right.mean()))
            interval = metrics.wilson_interval(correct, len(right))
            rows.append((MAJORITY.name, MAJORITY.name, split, *numbers, *interval))
    return pd.DataFrame(rows, columns=list(_ACCURACY_COLUMNS))


def chosen_baselines(runs: list[Run], digest: str) -> dict[str, Run]:
    """The run of each baseline, in the order of `BASELINE_SPECS`; one without a run is missing.

    Args:
        runs: Every run of a data set; of several of a baseline, that of its own name comes first.
        digest: Content digest of the data set: runs of other photos do not count.
    """
    ranked = sorted(runs, key=lambda run: (run.name != run.model, run.name))
    # Read backwards, so that the first of a baseline is the one that stays.
    first = {run.model: run for run in reversed(ranked) if run.config.data_set_digest == digest}
    return {model: first[model] for model in BASELINE_SPECS if model in first}


def baseline_table(photos: pd.DataFrame, baselines: dict[str, Run]) -> pd.DataFrame:
    """`accuracy_table` of the baselines, in the order of `BASELINE_SPECS`.

    Always answering the most frequent class needs no run: it follows from the labels.

    Args:
        photos: The photos of the data set, at least class_name and split.
        baselines: `chosen_baselines`.
    """
    table = accuracy_table(baselines.values())
    if MAJORITY.name in baselines:
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


def cost_table(runs: Iterable[Run]) -> pd.DataFrame:
    """What each training took.

    Args:
        runs: The runs.

    Returns:
        One row a run: model, run, parameters, trainable_parameters (numbers), epochs,
        best_epoch (NaN without one), training_seconds, precision, processor.
    """
    rows = []
    for run in runs:
        history = history_summary(run.history)
        rows.append(
            {
                "model": run.model,
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
