"""What an unfinished run has learnt so far, how far it is, and the wish that it end.

    <unfinished folder>/batches.csv       epoch (with its fraction), loss and accuracy so far in it
    <unfinished folder>/progress.jsonl    where the training stands (`engine.disk.progress_file`)
    <unfinished folder>/stop              is there once somebody asked the training to stop

All go when the run gets its place. Batches are a table and no events: a chart needs every one of
them, each second anew; those of ten hours take pandas 0.03 s, but more than 1 s as lines of JSON.
"""

import contextlib
from pathlib import Path

import pandas as pd

from engine.disk.atomic import write_text

BATCHES_FILE = "batches.csv"
BATCHES_COLUMNS = ("epoch", "loss", "accuracy")
PROGRESS_FILE = "progress.jsonl"
_STOP_FILE = "stop"


def progress_path(folder: Path) -> Path:
    """Where a training writes its events, in its unfinished run's folder."""
    return folder / PROGRESS_FILE


def request_stop(folder: Path) -> None:
    """Ask the training that writes into this folder to keep its best epoch and end."""
    with contextlib.suppress(FileNotFoundError):  # it has just ended
        (folder / _STOP_FILE).touch()


def stop_requested(folder: Path) -> bool:
    """Whether somebody asked the training to end."""
    return (folder / _STOP_FILE).exists()


def clear_progress(folder: Path, epochs: int) -> None:
    """Before a training goes on: forget a wish to stop, and batches of epochs that are repeated.

    Args:
        folder: The unfinished run's folder.
        epochs: How many epochs are complete.
    """
    (folder / _STOP_FILE).unlink(missing_ok=True)
    batches = load_batches(folder)
    kept = batches[batches["epoch"] <= epochs]
    write_text(folder / BATCHES_FILE, kept.to_csv(index=False, lineterminator="\n"))


def append_batch(folder: Path, epoch: float, loss: float, accuracy: float) -> None:
    """Note what a training has learnt so far.

    Args:
        folder: The unfinished run's folder, after `clear_progress`.
        epoch: Epochs that are done, with the fraction of the one under way.
        loss: Mean over the batches of this epoch so far.
        accuracy: Likewise.
    """
    with (folder / BATCHES_FILE).open("a", encoding="utf-8") as file:
        file.write(f"{epoch:.4f},{loss:.5g},{accuracy:.5g}\n")


def load_batches(folder: Path) -> pd.DataFrame:
    """The batches so far, columns `BATCHES_COLUMNS`, float; none where the file cannot be read."""
    none = pd.DataFrame({column: [] for column in BATCHES_COLUMNS}, dtype="float64")
    try:
        # The last row may be half written at this moment.
        table = pd.read_csv(folder / BATCHES_FILE, on_bad_lines="skip")
        # An older version kept more columns.
        numbers: pd.DataFrame = table[[*BATCHES_COLUMNS]].apply(pd.to_numeric, errors="coerce")
        return numbers.dropna().reset_index(drop=True)
    except (OSError, ValueError, KeyError):
        return none
