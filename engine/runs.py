"""Runs on disk: the only room that knows the file names inside a run folder.

`artifacts/<published|runs>/<data set>/<run>/` holds `config.json`, `history.csv`,
`predictions.npz`, `weights.safetensors` and `summary.json`. A run is written into a hidden
folder beside its place and renamed when complete, so that a half-written run is never listed.
"""

import dataclasses
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from engine.config import PHASES, RunConfig
from engine.errors import EngineError
from engine.paths import check_name, published_folder, runs_folder

CONFIG_FILE = "config.json"
HISTORY_FILE = "history.csv"
PREDICTIONS_FILE = "predictions.npz"
WEIGHTS_FILE = "weights.safetensors"
SUMMARY_FILE = "summary.json"
STATES_FOLDER = "states"

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
    found = []
    for root in (published_folder(), runs_folder()):
        folder = root / check_name(data_set, "data set")
        if folder.is_dir():
            found += sorted(
                one for one in folder.iterdir() if one.is_dir() and not one.name.startswith(".")
            )
    return found


def data_sets_with_runs() -> list[str]:
    """Names of the data sets that have at least one complete run."""
    names = set()
    for root in (published_folder(), runs_folder()):
        if root.is_dir():
            for folder in root.iterdir():
                if (
                    folder.is_dir()
                    and not folder.name.startswith(".")
                    and any(
                        one.is_dir() and not one.name.startswith(".") for one in folder.iterdir()
                    )
                ):
                    names.add(folder.name)
    return sorted(names)


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
    predictions = _load_predictions(folder, config)
    if not (folder / WEIGHTS_FILE).is_file():
        raise _damaged(folder, WEIGHTS_FILE, "it is missing")
    return Run(
        folder=folder,
        published=published_folder() in folder.parents,
        config=config,
        history=_load_history(folder / HISTORY_FILE),
        predictions=predictions,
        summary=_load_summary(folder),
    )


def unfinished_folder(data_set: str, name: str) -> Path:
    """Where a run is written until it is complete: hidden, beside its final place."""
    check_name(data_set, "data set")
    return runs_folder() / data_set / f".{check_name(name, 'name of the run')}.unfinished"


def unfinished_runs(data_set: str) -> list[str]:
    """Names of the runs of a data set that were started and are not complete."""
    folder = runs_folder() / check_name(data_set, "data set")
    return sorted(one.name[1:].removesuffix(".unfinished") for one in folder.glob(".*.unfinished"))


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


def state_epochs(folder: Path) -> list[int]:
    """The epochs whose states lie in an unfinished run's folder."""
    return sorted(int(path.name[6:10]) for path in (folder / STATES_FOLDER).glob("epoch-*.h5"))


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
            raise RunError(f"The training diverged: the weight {path} is no finite number.")
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
                variable.assign(array.astype("float32"))
    except (OSError, SafetensorError) as error:
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


def publish(unfinished: Path, name: str, keep: tuple[str, ...] = ()) -> Path:
    """Give a complete run its place: drop what only training needed, then rename.

    Args:
        unfinished: The folder it was written into.
        name: Name of the run.
        keep: Further files of the folder to keep.

    Returns:
        The run's folder.
    """
    files = {CONFIG_FILE, HISTORY_FILE, PREDICTIONS_FILE, WEIGHTS_FILE, SUMMARY_FILE, *keep}
    for one in unfinished.iterdir():
        if one.name in files:
            continue
        if one.is_dir():
            shutil.rmtree(one)
        else:
            one.unlink()
    final = unfinished.parent / name
    unfinished.rename(final)
    return final


def _weights(model) -> list:
    """The variables that make the answer: layers' weights, no counters of random draws."""
    return list(model.weights)


def _damaged(folder: Path, file: str, why: str) -> RunError:
    return RunError(
        f"The run {folder.parent.name}/{folder.name} is damaged and left out: "
        f"in {file}, {why}. Remove its folder or train it again."
    )


def _write_json(path: Path, values: dict) -> None:
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        json.dump(values, file, indent=2, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def _read_json(path: Path) -> dict:
    try:
        if path.stat().st_size > _LARGEST_TEXT:
            raise _damaged(path.parent, path.name, "it is too large")
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _damaged(path.parent, path.name, "it is missing") from error
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path.parent, path.name, "it is no readable JSON") from error
    if not isinstance(values, dict):
        raise _damaged(path.parent, path.name, "it holds no object")
    return values


def _load_config(folder: Path) -> RunConfig:
    values = _read_json(folder / CONFIG_FILE)
    try:
        return RunConfig.from_dict(values)
    except EngineError as error:
        raise _damaged(folder, CONFIG_FILE, str(error).rstrip(".")) from error


def _load_summary(folder: Path) -> dict:
    summary = _read_json(folder / SUMMARY_FILE)
    for field, kind in SUMMARY_FIELDS.items():
        value = summary.get(field)
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise _damaged(folder, SUMMARY_FILE, f"{field} is missing or no {kind.__name__}")
    return summary


def _load_history(path: Path) -> pd.DataFrame:
    try:
        if path.stat().st_size > _LARGEST_TEXT:
            raise _damaged(path.parent, path.name, "it is too large")
        history = pd.read_csv(path)
    except FileNotFoundError as error:
        raise _damaged(path.parent, path.name, "it is missing") from error
    except (OSError, ValueError) as error:
        raise _damaged(path.parent, path.name, "it is no readable table") from error
    if tuple(history.columns) != HISTORY_COLUMNS:
        raise _damaged(path.parent, path.name, f"the columns are not {','.join(HISTORY_COLUMNS)}")
    if history["epoch"].tolist() != list(range(1, len(history) + 1)) or history.empty:
        raise _damaged(path.parent, path.name, "the epochs do not count up from 1")
    if not history["phase"].isin(PHASES).all():
        raise _damaged(path.parent, path.name, "a phase is unknown")
    numbers = [column for column in HISTORY_COLUMNS if column not in ("epoch", "phase")]
    try:
        return history.astype(dict.fromkeys(numbers, "float64"))
    except (ValueError, TypeError) as error:
        raise _damaged(path.parent, path.name, "a value is no number") from error


def _load_predictions(folder: Path, config: RunConfig) -> Predictions:
    path = folder / PREDICTIONS_FILE
    try:
        if path.stat().st_size > _LARGEST_ARRAYS:
            raise _damaged(folder, PREDICTIONS_FILE, "it is too large")
        with np.load(path, allow_pickle=False) as file:
            arrays = {
                key: file[key] for key in ("image_ids", "split", "y_true", "y_prob", "class_names")
            }
    except FileNotFoundError as error:
        raise _damaged(folder, PREDICTIONS_FILE, "it is missing") from error
    except RunError:
        raise
    except Exception as error:  # numpy, zipfile and zlib each have their own
        raise _damaged(folder, PREDICTIONS_FILE, "it cannot be read") from error
    predictions = Predictions(**{**arrays, "class_names": tuple(arrays["class_names"].tolist())})
    count, classes = len(predictions.image_ids), len(config.class_names)
    checks = {
        "the class names are not those of the configuration": predictions.class_names
        == config.class_names,
        "the shapes do not fit together": predictions.image_ids.shape
        == predictions.split.shape
        == predictions.y_true.shape
        == (count,)
        and predictions.y_prob.shape == (count, classes),
        "the types are not text, integers and floats": predictions.image_ids.dtype.kind == "U"
        and predictions.split.dtype.kind == "U"
        and predictions.y_true.dtype.kind in "iu"
        and predictions.y_prob.dtype.kind == "f",
    }
    for problem, fine in checks.items():
        if not fine:
            raise _damaged(folder, PREDICTIONS_FILE, problem)
    if count and not (predictions.y_true.min() >= 0 and predictions.y_true.max() < classes):
        raise _damaged(folder, PREDICTIONS_FILE, "a label is no class")
    if not np.isin(predictions.split, ("validation", "test")).all():
        raise _damaged(folder, PREDICTIONS_FILE, "a split is neither validation nor test")
    if len(np.unique(predictions.image_ids)) != count:
        raise _damaged(folder, PREDICTIONS_FILE, "a photo stands twice")
    if not np.allclose(predictions.y_prob.sum(axis=1), 1, atol=1e-2):
        raise _damaged(folder, PREDICTIONS_FILE, "probabilities do not add up to 1")
    return predictions
