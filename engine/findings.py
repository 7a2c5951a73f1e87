"""How right the models are: accuracies with their intervals, the gap between them, the baseline.

Built on `engine.metrics`, and like it on numpy and pandas alone. Accuracies and shares are from
0 to 1.
"""

import math

import pandas as pd

from engine import metrics
from engine.histories import history_summary, overtaking
from engine.runs import Predictions, Run


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
    columns = ["model", "split", "photos", "correct", "accuracy", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def accuracy_of(table: pd.DataFrame, model: str, split: str) -> pd.Series | None:
    """The row of an `accuracy_table` for one model and split; None if there is none."""
    rows = table[(table["model"] == model) & (table["split"] == split)]
    return None if rows.empty else rows.iloc[0]


def accuracy_gap(table: pd.DataFrame, split: str) -> float | None:
    """Accuracy of resnet50 less that of scratch on one split, -1 to 1.

    Args:
        table: An `accuracy_table`.
        split: The split.

    Returns:
        The gap, negative where scratch is ahead; None if one of the two is missing.
    """
    scratch, resnet50 = (accuracy_of(table, model, split) for model in ("scratch", "resnet50"))
    if scratch is None or resnet50 is None:
        return None
    return float(resnet50["accuracy"] - scratch["accuracy"])


def majority_baseline(photos: pd.DataFrame, split: str) -> tuple[str, float] | None:
    """What a model without eyes reaches: always answer the most frequent class of training.

    Args:
        photos: The photos of a data set, at least class_name and split.
        split: The split to measure on.

    Returns:
        (class name, accuracy); None if the split or the training split has no photos.
    """
    train = photos.loc[photos["split"] == "train", "class_name"]
    measured = photos.loc[photos["split"] == split, "class_name"]
    if train.empty or measured.empty:
        return None
    name = str(train.value_counts().index[0])
    return name, float((measured == name).mean())


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
