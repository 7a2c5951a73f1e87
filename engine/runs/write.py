"""Write a run: its files, the states of its training, and its place once it is complete."""

import contextlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.disk.atomic import atomic_file, write_text
from engine.disk.locks import only_process
from engine.errors import EngineError
from engine.recipes.config import RunConfig
from engine.runs.format import (
    CONFIG_FILE,
    FILES,
    HISTORY_FILE,
    PREDICTIONS_FILE,
    STATES_FOLDER,
    SUMMARY_FILE,
    Predictions,
)

_LOCKS_FOLDER = ".locks"


@contextlib.contextmanager
def lock_unfinished(folder: Path, what: str | None = None) -> Iterator[None]:
    """Keep an unfinished run to this process: two trainings in one folder would mix.

    Args:
        folder: The unfinished run's folder, or that of another long work.
        what: The work, as the subject of a sentence; by default the training of the run.

    Raises:
        EngineError: If another process trains it.
    """
    name = folder.name[1:].removesuffix(".unfinished")
    # Beside the data sets' folders: the run's own gets its place while it is locked, and that of
    # its data set may be deleted. No name of either has a "+".
    lock = folder.parent.parent / _LOCKS_FOLDER / f"{folder.parent.name}+{name}"
    with only_process(lock, what or f"The run {name} is being trained"):
        yield


def save_config(folder: Path, config: RunConfig) -> None:
    """Write `config.json`."""
    _write_json(folder / CONFIG_FILE, config.to_dict())


def save_predictions(folder: Path, predictions: Predictions) -> None:
    """Write `predictions.npz`."""
    with atomic_file(folder / PREDICTIONS_FILE) as file:
        np.savez_compressed(
            file,
            image_ids=np.asarray(predictions.image_ids, dtype=np.str_),
            split=np.asarray(predictions.split, dtype=np.str_),
            y_true=np.asarray(predictions.y_true, dtype=np.int64),
            y_prob=np.asarray(predictions.y_prob, dtype=np.float32),
            class_names=np.asarray(predictions.class_names, dtype=np.str_),
        )


def save_summary(folder: Path, summary: dict[str, Any]) -> None:
    """Write `summary.json`."""
    _write_json(folder / SUMMARY_FILE, summary)


def history_path(folder: Path) -> Path:
    """Where the history is written, a row an epoch, while a run trains."""
    return folder / HISTORY_FILE


def trim_history(folder: Path, epochs: int) -> None:
    """Keep the first `epochs` rows: what was written after the last saved state is repeated."""
    path = folder / HISTORY_FILE
    if not path.is_file():
        return
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    write_text(path, "".join(lines[: 1 + epochs]))


def state_path(folder: Path, epoch: int) -> Path:
    """Where the whole state after an epoch (weights and optimiser) lies while a run trains."""
    return folder / STATES_FOLDER / f"epoch-{epoch:04d}.weights.h5"


def state_epochs(folder: Path) -> list[int]:
    """The epochs whose states lie in an unfinished run's folder."""
    names = (path.name for path in (folder / STATES_FOLDER).glob("epoch-*.weights.h5"))
    return sorted(int(name[6:].removesuffix(".weights.h5")) for name in names)


def is_complete(folder: Path) -> bool:
    """Whether an unfinished run only waits for `publish`: its summary is written last."""
    return (folder / SUMMARY_FILE).is_file()


def discard(unfinished: Path) -> None:
    """Remove an unfinished run."""
    shutil.rmtree(unfinished, ignore_errors=True)


def publish(unfinished: Path, name: str, keep: tuple[str, ...] = ()) -> Path:
    """Give a complete run its place: drop what only training needed, then rename.

    Args:
        unfinished: The folder it was written into.
        name: Name of the run.
        keep: Further files of the folder to keep.

    Returns:
        The run's folder.

    Raises:
        EngineError: If a run of this name came into being meanwhile.
    """
    final = unfinished.parent / name
    if final.exists():
        raise EngineError(
            f"The name of the run must be free: a run of that name came into being while this "
            f"one trained; remove it and use --resume. Received: {name!r}"
        )
    files = {*FILES, *keep}
    for one in unfinished.iterdir():
        if one.name in files:
            continue
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink()
    unfinished.rename(final)
    return final


def _write_json(path: Path, values: dict[str, Any]) -> None:
    write_text(path, json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
