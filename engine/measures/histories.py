"""Training histories: a row an epoch, in the order of the epochs, columns `HISTORY_COLUMNS`.

Accuracies are from 0 to 1; what is in percentage points or minutes says so in its name.
"""

import math
from dataclasses import dataclass

import pandas as pd

from engine.measures.metrics import check_columns
from engine.runs import HISTORY_COLUMNS

#: A training accuracy this much above the validation accuracy is called overfitting. Smaller gaps
#: are within what a few hundred validation photos leave to chance.
OVERFITTING = 0.05
#: A best epoch among this last share of all epochs: the model may still have been improving.
STILL_IMPROVING = 0.1


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
    check_columns("history", history, HISTORY_COLUMNS)
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


def overtaking_epoch(history: pd.DataFrame, other: pd.DataFrame) -> int | None:
    """First epoch at which a run validates above the best that another run ever did.

    Args:
        history: History of the run.
        other: History of the other run.

    Returns:
        The epoch of the run, or None if it never does or the other has no validation accuracy.

    Raises:
        ValueError: If a column is missing.
    """
    check_columns("history", history, HISTORY_COLUMNS)
    best = history_summary(other).best_val_accuracy
    above = history.loc[history["val_accuracy"] > best, "epoch"]
    return int(above.iloc[0]) if len(above) else None


@dataclass(frozen=True)
class Overtaking:
    """When a run passed the best validation accuracy that another run ever had.

    Attributes:
        epoch: Epoch of the run.
        minutes: Minutes of its training until the end of that epoch.
        other_best: Best validation accuracy of the other run, 0 to 1.
        other_minutes: Minutes of the whole training of the other run.
    """

    epoch: int
    minutes: float
    other_best: float
    other_minutes: float


def overtaking(history: pd.DataFrame, other: pd.DataFrame) -> Overtaking | None:
    """When the run of `history` overtook that of `other`; None if it never did.

    Raises:
        ValueError: If a column is missing.
    """
    epoch = overtaking_epoch(history, other)
    if epoch is None:
        return None
    overtaken = history_summary(other)
    seconds = history.loc[history["epoch"] <= epoch, "seconds"].sum()
    return Overtaking(epoch, seconds / 60, overtaken.best_val_accuracy, overtaken.seconds / 60)


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
    summary = history_summary(history)
    if summary.best_epoch is None:
        return None
    row = history[history["epoch"] == summary.best_epoch].iloc[0]
    return Fit(
        summary.best_epoch, summary.epochs, float(row["accuracy"]), summary.best_val_accuracy
    )


def diverged_epochs(history: pd.DataFrame) -> int:
    """Number of epochs with a loss that is no finite number."""
    return int((~history[["loss", "val_loss"]].map(math.isfinite)).any(axis=1).sum())


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
        check_columns(f"histories[{run!r}]", history, HISTORY_COLUMNS)
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
