"""What follows from runs: the numbers behind the Overview and the Training curves page.

Built on `engine.metrics`, and like it on numpy and pandas alone. Accuracies and shares are from
0 to 1; what is in percent, percentage points or minutes says so in its name.
"""

import math
from dataclasses import dataclass

import pandas as pd

from engine import metrics
from engine.runs import Predictions

#: A training accuracy this much above the validation accuracy is called overfitting. Smaller gaps
#: are within what a few hundred validation photos leave to chance.
OVERFITTING = 0.05
#: A best epoch among this last share of all epochs: the model may still have been improving.
STILL_IMPROVING = 0.1


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


@dataclass(frozen=True)
class Gap:
    """How far resnet50 is ahead of scratch on one split.

    Attributes:
        points: Percentage points between the two accuracies; negative where scratch is ahead.
        clear: Whether the two 95 % intervals are apart: then it is hardly chance.
    """

    points: float
    clear: bool


def accuracy_gap(table: pd.DataFrame, split: str) -> Gap | None:
    """The gap between the two models of an `accuracy_table`; None if one of them is missing."""
    scratch, resnet50 = (accuracy_of(table, model, split) for model in ("scratch", "resnet50"))
    if scratch is None or resnet50 is None:
        return None
    return Gap(
        points=100 * float(resnet50["accuracy"] - scratch["accuracy"]),
        clear=bool(max(scratch["low"], resnet50["low"]) > min(scratch["high"], resnet50["high"])),
    )


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


def only_one_right(pairs: pd.DataFrame, model: str, count: int | None = None) -> pd.DataFrame:
    """Photos of a `metrics.paired_table` that only `model` gets right, where it was surest first.

    Args:
        pairs: A `metrics.paired_table`.
        model: `scratch` or `resnet50`.
        count: Most rows to return; None for all.

    Returns:
        Rows of `pairs`.
    """
    rows = pairs[pairs["outcome"] == f"only {model}"]
    rows = rows.sort_values(f"{model}_probability", ascending=False, kind="stable")
    return rows.head(len(rows) if count is None else count).reset_index(drop=True)


@dataclass(frozen=True)
class Overtaking:
    """When resnet50 passed the best validation accuracy that scratch ever had.

    Attributes:
        epoch: Epoch of resnet50.
        minutes: Minutes of training of resnet50 until the end of that epoch.
        scratch_best: Best validation accuracy of scratch.
        scratch_minutes: Minutes of the whole training of scratch.
    """

    epoch: int
    minutes: float
    scratch_best: float
    scratch_minutes: float


def overtaking(resnet50_history: pd.DataFrame, scratch_history: pd.DataFrame) -> Overtaking | None:
    """When resnet50 overtook scratch; None if it never did.

    Raises:
        ValueError: If a column is missing.
    """
    epoch = metrics.overtaking_epoch(resnet50_history, scratch_history)
    if epoch is None:
        return None
    scratch = metrics.history_summary(scratch_history)
    seconds = resnet50_history.loc[resnet50_history["epoch"] <= epoch, "seconds"].sum()
    return Overtaking(epoch, seconds / 60, scratch.best_val_accuracy, scratch.seconds / 60)


@dataclass(frozen=True)
class Fit:
    """How well a model fits at its best epoch.

    Attributes:
        epoch: The best epoch, the first with the highest validation accuracy.
        epochs: Number of epochs trained.
        train_accuracy: Training accuracy at that epoch, measured while augmentation and dropout
            make the photos harder; NaN if it has none.
        val_accuracy: Validation accuracy at that epoch.
    """

    epoch: int
    epochs: int
    train_accuracy: float
    val_accuracy: float

    @property
    def gap_points(self) -> float:
        """Percentage points from validation up to training accuracy."""
        return 100 * (self.train_accuracy - self.val_accuracy)

    @property
    def overfits(self) -> bool:
        """Whether the gap is above `OVERFITTING`."""
        return self.train_accuracy - self.val_accuracy > OVERFITTING

    @property
    def still_improving(self) -> bool:
        """Whether the best epoch is among the last (`STILL_IMPROVING`)."""
        return self.epoch > self.epochs * (1 - STILL_IMPROVING)


def fit_at_best(history: pd.DataFrame) -> Fit | None:
    """The fit at the best epoch of a history; None if no epoch has a validation accuracy.

    Raises:
        ValueError: If a column is missing.
    """
    summary = metrics.history_summary(history)
    if summary.best_epoch is None:
        return None
    row = history[history["epoch"] == summary.best_epoch].iloc[0]
    return Fit(
        summary.best_epoch, summary.epochs, float(row["accuracy"]), summary.best_val_accuracy
    )


def diverged_epochs(history: pd.DataFrame) -> int:
    """Number of epochs with a loss that is no finite number."""
    return int((~history[["loss", "val_loss"]].map(math.isfinite)).any(axis=1).sum())


def history_table(histories: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Histories one below the other, as they are stored, with the minutes until each epoch's end.

    Args:
        histories: History of each run, by the run's name; at least one.

    Returns:
        One row a run and epoch: run, the columns of the history, minutes.
    """
    parts = []
    for run, history in histories.items():
        part = history.copy()
        part.insert(0, "run", run)
        part["minutes"] = part["seconds"].cumsum() / 60
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
