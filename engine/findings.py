"""How right the models are: accuracies with their intervals, the gap between them, the baseline.

Built on `engine.metrics`, and like it on numpy and pandas alone. Accuracies and shares are from
0 to 1.
"""

import pandas as pd

from engine import metrics
from engine.runs import Predictions


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
