"""Runs on disk: the only room that knows the file names inside a run folder.

`artifacts/<published|runs>/<data set>/<run>/` holds `config.json`, `history.csv`,
`predictions.npz`, `weights.safetensors` and `summary.json`. A run is written into a hidden
folder beside its place and renamed when complete, so that a half-written run is never listed.
"""

import contextlib
import dataclasses
import io
import json
import math
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from engine.config import PHASES, RunConfig
from engine.errors import EngineError
from engine.metrics import HISTORY_COLUMNS
from engine.paths import check_name, published_folder, runs_folder

CONFIG_FILE = "config.json"
HISTORY_FILE = "history.csv"
PREDICTIONS_FILE = "predictions.npz"
WEIGHTS_FILE = "weights.safetensors"
SUMMARY_FILE = "summary.json"
STATES_FOLDER = "states"
LOCK_FILE = "lock"

#: What `summary.json` must hold; more is allowed.
SUMMARY_FIELDS = {
    "best_epoch": int,
    "epochs": int,
    "validation_accuracy": float,
    "test_accuracy": float,
    "parameters": int,
    "trainable_parameters": int,
    "training_seconds": float,
    "processor": str,
    "precision": str,
    "date": str,
}
_KINDS = {int: "whole number from 0 up", float: "number from 0 up", str: "text"}
_LARGEST_TEXT = 10 * 1024 * 1024
_LARGEST_ARRAYS = 1024 * 1024 * 1024


class RunError(EngineError):
    """A run folder is damaged, or written by another version; the message names the file."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """What a run's best epoch answers on the validation and test photos.

    Attributes:
        image_ids: (photos,) path of each photo in the data set.
        split: (photos,) `validation` or `test`.
        y_true: (photos,) int, index of the true class.
        y_prob: (photos, classes) float32, probabilities.
        class_names: Names in the order of the columns of `y_prob`.
    """

    image_ids: np.ndarray
    split: np.ndarray
    y_true: np.ndarray
    y_prob: np.ndarray
    class_names: tuple[str, ...]

    @property
    def y_pred(self) -> np.ndarray:
        """(photos,) int, index of the most probable class."""
        return self.y_prob.argmax(axis=1)

    def of_split(self, split: str) -> "Predictions":
        """The predictions of one split only."""
        keep = self.split == split
        return dataclasses.replace(
            self,
            image_ids=self.image_ids[keep],
            split=self.split[keep],
            y_true=self.y_true[keep],
            y_prob=self.y_prob[keep],
        )


@dataclass(frozen=True, eq=False)
class Run:
    """One complete run, read and checked.

    Attributes:
        folder: Where it lies.
        published: Whether it came with the project.
        config: Its whole configuration.
        history: One row an epoch, columns `HISTORY_COLUMNS`.
        predictions: Its answers on validation and test photos.
        summary: Flat facts, at least `SUMMARY_FIELDS`.
    """

    folder: Path
    published: bool
    config: RunConfig
    history: pd.DataFrame
    predictions: Predictions
    summary: dict

    @property
    def name(self) -> str:
        """Name of the run, unique within its data set."""
        return self.config.name

    @property
    def model(self) -> str:
        """`scratch` or `resnet50`."""
        return self.config.recipe.model

    @property
    def weights_path(self) -> Path:
        """The weights of the best epoch."""
        return self.folder / WEIGHTS_FILE


def find_run_folders(data_set: str) -> list[Path]:
    """Folders of the complete runs of a data set, published ones first, each by name."""
    check_name(data_set, "data set")
    return [
        folder
        for root in (published_folder(), runs_folder())
        for folder in _visible_folders(root / data_set)
    ]


def data_sets_with_runs() -> list[str]:
    """Names of the data sets that have at least one complete run."""
    return sorted(
        {
            folder.name
            for root in (published_folder(), runs_folder())
            for folder in _visible_folders(root)
            if _visible_folders(folder)
        }
    )


def fingerprint(folder: Path) -> tuple:
    """Names, sizes and times of a run's files: changes when the run does; a key for caches."""
    try:
        return tuple(
            sorted(
                (one.name, one.stat().st_size, one.stat().st_mtime_ns) for one in folder.iterdir()
            )
        )
    except OSError:  # removed while being read
        return ()


def load_runs(data_set: str) -> tuple[list[Run], list[str]]:
    """All complete runs of a data set, and a sentence for each that cannot be read."""
    runs, problems = [], []
    for folder in find_run_folders(data_set):
        try:
            runs.append(load_run(folder))
        except RunError as error:
            if folder.is_dir():  # else it was removed at this moment, which is no problem
                problems.append(str(error))
    return runs, problems


def find_run(data_set: str, name: str) -> Run:
    """The run of this name.

    Raises:
        EngineError: If there is none (the sentence lists those there are) or it is damaged.
    """
    folders = find_run_folders(data_set)
    for folder in folders:
        if folder.name == name:
            return load_run(folder)
    known = ", ".join(folder.name for folder in folders) or "none yet"
    raise EngineError(f"The run must be one of those of {data_set}: {known}. Received: {name!r}")


def load_run(folder: Path) -> Run:
    """Read and check one run folder.

    Raises:
        RunError: If a file is missing, damaged or of an unknown format version.
    """
    config = _load_config(folder)
    if (config.data_set, config.name) != (folder.parent.name, folder.name):
        raise _damaged(
            folder, CONFIG_FILE, f"the run is {config.data_set}/{config.name}, unlike its folder"
        )
    predictions = _load_predictions(folder, config)
    if not (folder / WEIGHTS_FILE).is_file():
        raise _damaged(folder, WEIGHTS_FILE, "it is missing")
    summary, history = _load_summary(folder), _load_history(folder / HISTORY_FILE)
    if len(history) != summary["epochs"]:
        raise _damaged(
            folder, HISTORY_FILE, f"there are not the {summary['epochs']} epochs of {SUMMARY_FILE}"
        )
    return Run(
        folder=folder,
        published=published_folder() in folder.parents,
        config=config,
        history=history,
        predictions=predictions,
        summary=summary,
    )


def unfinished_folder(data_set: str, name: str) -> Path:
    """Where a run is written until it is complete: hidden, beside its final place."""
    check_name(data_set, "data set")
    return runs_folder() / data_set / f".{check_name(name, 'name of the run')}.unfinished"


@contextlib.contextmanager
def lock_unfinished(folder: Path):
    """Keep an unfinished run to this process: two trainings in one folder would mix.

    The system opens the lock when the process ends, however it ends.

    Raises:
        EngineError: If another process trains it.
    """
    try:
        import fcntl
    except ImportError:  # Windows: no lock
        yield
        return
    with (folder / LOCK_FILE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            name = folder.name[1:].removesuffix(".unfinished")
            raise EngineError(
                f"The run {name} is being trained by another process: wait until it has ended."
            ) from error
        yield


def unfinished_runs(data_set: str) -> list[str]:
    """Names of the runs of a data set that were started and are not complete."""
    folder = runs_folder() / check_name(data_set, "data set")
    return sorted(
        one.name[1:].removesuffix(".unfinished")
        for one in folder.glob(".*.unfinished")
        if one.is_dir()
    )


def free_name(data_set: str, wanted: str) -> str:
    """`wanted`, or `wanted-2`, `wanted-3`, ... if runs of that name are there already."""
    taken = {folder.name for folder in find_run_folders(data_set)}
    name, number = check_name(wanted, "name of the run"), 2
    while name in taken or unfinished_folder(data_set, name).exists():
        name, number = f"{wanted}-{number}", number + 1
    return name


def save_config(folder: Path, config: RunConfig) -> None:
    """Write `config.json`."""
    _write_json(folder / CONFIG_FILE, config.to_dict())


def load_unfinished_config(folder: Path) -> RunConfig:
    """The configuration of an unfinished run.

    Raises:
        RunError: If it is missing or damaged.
    """
    return _load_config(folder)


def history_path(folder: Path) -> Path:
    """Where the history is written, a row an epoch, while a run trains."""
    return folder / HISTORY_FILE


def load_history(folder: Path) -> pd.DataFrame:
    """The history so far of a run, finished or not.

    Raises:
        RunError: If it is missing or damaged.
    """
    return _load_history(folder / HISTORY_FILE)


def best_epoch(history: pd.DataFrame) -> int | None:
    """The epoch of the highest validation accuracy, the first of equals; None if all diverged."""
    accuracy = history["val_accuracy"]
    return None if accuracy.isna().all() else int(history.loc[accuracy.idxmax(), "epoch"])


def state_path(folder: Path, epoch: int) -> Path:
    """Where the whole state after an epoch (weights and optimiser) lies while a run trains."""
    return folder / STATES_FOLDER / f"epoch-{epoch:04d}.weights.h5"


def partial_state_path(folder: Path) -> Path:
    """Where a state lies while it is being written."""
    return folder / STATES_FOLDER / "partial.weights.h5"


def state_epochs(folder: Path) -> list[int]:
    """The epochs whose states lie in an unfinished run's folder."""
    names = (path.name for path in (folder / STATES_FOLDER).glob("epoch-*.weights.h5"))
    return sorted(int(name[6:].removesuffix(".weights.h5")) for name in names)


def trim_history(folder: Path, epochs: int) -> None:
    """Keep the first `epochs` rows: what was written after the last saved state is repeated."""
    path = folder / HISTORY_FILE
    if not path.is_file():
        return
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    partial = path.with_suffix(".partial")
    partial.write_text("".join(lines[: 1 + epochs]), encoding="utf-8")
    partial.replace(path)


def save_weights(folder: Path, model) -> None:
    """Write a model's weights in float16, keyed by the paths of its variables.

    Raises:
        RunError: If a weight is not finite in float16 (the training diverged).
    """
    from safetensors.numpy import save_file

    with np.errstate(over="ignore"):
        arrays = {one.path: np.asarray(one.value, dtype="float16") for one in _weights(model)}
    for path, array in arrays.items():
        if not np.isfinite(array).all():
            raise RunError(
                f"The training diverged: the weight {path} is no finite number in float16; "
                "train again with a lower learning rate."
            )
    partial = folder / f"{WEIGHTS_FILE}.partial"
    save_file(arrays, partial)
    partial.replace(folder / WEIGHTS_FILE)


def load_weights(folder: Path, model) -> None:
    """Read a run's weights into the model rebuilt from its configuration.

    Raises:
        RunError: If the file is damaged or belongs to another architecture.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(folder / WEIGHTS_FILE, framework="numpy") as file:
            variables = {one.path: one for one in _weights(model)}
            if set(file.keys()) != set(variables):
                raise _damaged(folder, WEIGHTS_FILE, "its variables are not those of the model")
            for path, variable in variables.items():
                array = file.get_tensor(path)
                if array.shape != tuple(variable.shape):
                    raise _damaged(folder, WEIGHTS_FILE, f"{path} has shape {array.shape}")
                if array.dtype != np.float16 or not np.isfinite(array).all():
                    raise _damaged(
                        folder, WEIGHTS_FILE, f"{path} is not made of finite float16 numbers"
                    )
                variable.assign(array.astype("float32"))
    except (OSError, SafetensorError, TypeError) as error:  # TypeError: a type NumPy lacks
        raise _damaged(folder, WEIGHTS_FILE, "it cannot be read") from error


def save_predictions(folder: Path, predictions: Predictions) -> None:
    """Write `predictions.npz`."""
    partial = folder / "predictions.partial.npz"
    np.savez_compressed(
        partial,
        image_ids=np.asarray(predictions.image_ids, dtype=np.str_),
        split=np.asarray(predictions.split, dtype=np.str_),
        y_true=np.asarray(predictions.y_true, dtype=np.int64),
        y_prob=np.asarray(predictions.y_prob, dtype=np.float32),
        class_names=np.asarray(predictions.class_names, dtype=np.str_),
    )
    partial.replace(folder / PREDICTIONS_FILE)


def save_summary(folder: Path, summary: dict) -> None:
    """Write `summary.json`."""
    _write_json(folder / SUMMARY_FILE, summary)


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
    files = {CONFIG_FILE, HISTORY_FILE, PREDICTIONS_FILE, WEIGHTS_FILE, SUMMARY_FILE, *keep}
    for one in unfinished.iterdir():
        if one.name in files:
            continue
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink()
    unfinished.rename(final)
    return final


def _weights(model) -> list:
    """The variables that make the answer: layers' weights, no counters of random draws."""
    return list(model.weights)


def _visible_folders(folder: Path) -> list[Path]:
    """The folders in a folder, sorted, hidden ones left out; none if it is not there (any more)."""
    try:
        return sorted(
            one for one in folder.iterdir() if not one.name.startswith(".") and one.is_dir()
        )
    except OSError:
        return []


def _damaged(folder: Path, file: str, why: str) -> RunError:
    return RunError(
        f"The run {folder.parent.name}/{folder.name} cannot be read because of its {file} "
        f"(remove its folder or train it again): {why}"
    )


def _write_json(path: Path, values: dict) -> None:
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(values, file, indent=2, ensure_ascii=False, allow_nan=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _read_json(path: Path) -> dict:
    try:
        if path.stat().st_size > _LARGEST_TEXT:
            raise _damaged(path.parent, path.name, "it is too large")
        values = json.loads(
            path.read_text(encoding="utf-8"), parse_float=_finite, parse_constant=_finite
        )
    except FileNotFoundError as error:
        raise _damaged(path.parent, path.name, "it is missing") from error
    except RunError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path.parent, path.name, "it is no readable JSON") from error
    if not isinstance(values, dict):
        raise _damaged(path.parent, path.name, "it holds no object")
    return values


def _finite(text: str) -> float:
    """The number in a JSON text; 1e400, NaN and Infinity are none."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _load_config(folder: Path) -> RunConfig:
    values = _read_json(folder / CONFIG_FILE)
    try:
        return RunConfig.from_dict(values)
    except EngineError as error:
        raise _damaged(folder, CONFIG_FILE, str(error)) from error


def _load_summary(folder: Path) -> dict:
    summary = _read_json(folder / SUMMARY_FILE)
    for field, kind in SUMMARY_FIELDS.items():
        value = summary.get(field)
        if kind is float and type(value) is int and value < 2**53:
            value = summary[field] = float(value)
        if type(value) is not kind or (kind is not str and not 0 <= value < 2**53):
            raise _damaged(folder, SUMMARY_FILE, f"{field} is missing or no {_KINDS[kind]}")
    for field in ("validation_accuracy", "test_accuracy"):
        if summary[field] > 1:
            raise _damaged(folder, SUMMARY_FILE, f"{field} exceeds 1")
    if not 1 <= summary["best_epoch"] <= summary["epochs"]:
        raise _damaged(folder, SUMMARY_FILE, "best_epoch is none of the epochs")
    return summary


def _load_history(path: Path) -> pd.DataFrame:
    try:
        if path.stat().st_size > _LARGEST_TEXT:
            raise _damaged(path.parent, path.name, "it is too large")
        text = path.read_text(encoding="utf-8")
        history = pd.read_csv(io.StringIO(text), low_memory=False)
    except FileNotFoundError as error:
        raise _damaged(path.parent, path.name, "it is missing") from error
    except RunError:
        raise
    except (OSError, ValueError) as error:
        raise _damaged(path.parent, path.name, "there is no readable table") from error
    numbers = [column for column in HISTORY_COLUMNS if column not in ("epoch", "phase")]
    count = len(history)
    checks = {
        f"the columns are not {','.join(HISTORY_COLUMNS)}": lambda: (
            tuple(history.columns) == HISTORY_COLUMNS
        ),
        "the last row is cut short": lambda: text.endswith("\n"),
        "the epochs do not count up from 1": lambda: (
            count > 0 and history["epoch"].tolist() == list(range(1, count + 1))
        ),
        "a phase is unknown": lambda: history["phase"].isin(PHASES).all(),
        "a value is no number": lambda: all(history[one].dtype.kind in "if" for one in numbers),
        "a learning rate or a number of seconds is missing": lambda: np.isfinite(
            history[["learning_rate", "seconds"]].to_numpy("float64")
        ).all(),
    }
    for problem, is_fine in checks.items():
        if not is_fine():
            raise _damaged(path.parent, path.name, problem)
    return history.astype({"epoch": "int64", **dict.fromkeys(numbers, "float64")})


def _load_predictions(folder: Path, config: RunConfig) -> Predictions:
    arrays = _load_arrays(folder)
    image_ids, split, y_true, y_prob, class_names = arrays.values()
    count, classes = image_ids.size, len(config.class_names)
    # One after the other: each may count on those before it.
    checks = {
        "the types are not text, integers and floats": lambda: (
            [array.dtype.kind for array in (image_ids, split, class_names)] == ["U"] * 3
            and y_true.dtype.kind in "iu"
            and y_prob.dtype.kind == "f"
        ),
        "the shapes do not fit together": lambda: (
            image_ids.shape == split.shape == y_true.shape == (count,)
            and y_prob.shape == (count, classes)
        ),
        "the class names are not those of the configuration": lambda: (
            class_names.shape == (classes,) and tuple(class_names.tolist()) == config.class_names
        ),
        "a split is neither validation nor test": lambda: np.isin(
            split, ("validation", "test")
        ).all(),
        "a split has no photos": lambda: {"validation", "test"} <= set(split.tolist()),
        "a label is no class": lambda: y_true.min() >= 0 and y_true.max() < classes,
        "a photo stands twice": lambda: len(np.unique(image_ids)) == count,
        "a probability is not between 0 and 1": lambda: y_prob.min() >= 0 and y_prob.max() <= 1.001,
        "probabilities do not add up to 1": lambda: np.allclose(
            y_prob.sum(axis=1, dtype="float64"), 1, atol=1e-2
        ),
    }
    for problem, is_fine in checks.items():
        if not is_fine():
            raise _damaged(folder, PREDICTIONS_FILE, problem)
    return Predictions(
        image_ids, split, y_true.astype("int64"), y_prob.astype("float32"), config.class_names
    )


def _load_arrays(folder: Path) -> dict[str, np.ndarray]:
    path = folder / PREDICTIONS_FILE
    try:
        # Opened here, because NumPy leaves a file open that turns out to be no zip.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            # The size unpacked: a small file can hold a large array of zeros.
            if sum(one.file_size for one in file.zip.infolist()) > _LARGEST_ARRAYS:
                raise _damaged(folder, PREDICTIONS_FILE, "the arrays are too large")
            return {
                key: file[key] for key in ("image_ids", "split", "y_true", "y_prob", "class_names")
            }
    except FileNotFoundError as error:
        raise _damaged(folder, PREDICTIONS_FILE, "it is missing") from error
    except RunError:
        raise
    except Exception as error:  # numpy, zipfile and zlib each have their own
        raise _damaged(folder, PREDICTIONS_FILE, "the arrays cannot be read") from error
