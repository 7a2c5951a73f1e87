"""Read and check the files of one run: whatever is damaged is one sentence naming the file."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.disk.paths import published_folder
from engine.errors import EngineError
from engine.models import check_recipe
from engine.recipes.baseline import FIT
from engine.recipes.config import RunConfig
from engine.recipes.recipe import PHASES
from engine.runs.format import (
    CONFIG_FILE,
    HISTORY_COLUMNS,
    HISTORY_FILE,
    PREDICTIONS_FILE,
    SUMMARY_FIELDS,
    SUMMARY_FILE,
    WEIGHTS_FILE,
    Predictions,
    Run,
    RunError,
    damaged,
)
from engine.runs.measured import load_out_of_distribution, load_robustness
from engine.runs.tables import LARGEST_TEXT, read_table

_KINDS = {int: "whole number from 0 up", float: "number from 0 up", str: "text"}
_LARGEST_ARRAYS = 1024 * 1024 * 1024


def load_run(folder: Path) -> Run:
    """Read and check one run folder.

    Raises:
        RunError: If a file is missing, damaged or of an unknown format version.
    """
    config = _load_config(folder)
    if (config.data_set, config.name) != (folder.parent.name, folder.name):
        raise damaged(
            folder, CONFIG_FILE, f"the run is {config.data_set}/{config.name}, unlike its folder"
        )
    predictions = _load_predictions(folder, config)
    if not (folder / WEIGHTS_FILE).is_file():
        raise damaged(folder, WEIGHTS_FILE, "it is missing")
    summary, history = _load_summary(folder), _load_history(folder / HISTORY_FILE)
    if len(history) != summary["epochs"]:
        raise damaged(
            folder, HISTORY_FILE, f"there are not the {summary['epochs']} epochs of {SUMMARY_FILE}"
        )
    return Run(
        folder=folder,
        published=published_folder() in folder.parents,
        config=config,
        history=history,
        predictions=predictions,
        summary=summary,
        robustness=load_robustness(folder),
        out_of_distribution=load_out_of_distribution(folder),
    )


def load_unfinished_config(folder: Path) -> RunConfig:
    """The configuration of an unfinished run.

    Raises:
        RunError: If it is missing or damaged.
    """
    return _load_config(folder)


def load_history(folder: Path) -> pd.DataFrame:
    """The history so far of a run, finished or not.

    Raises:
        RunError: If it is missing or damaged.
    """
    return _load_history(folder / HISTORY_FILE)


def best_epoch(history: pd.DataFrame) -> int | None:
    """The epoch of the highest validation accuracy, the first of equals; None if all diverged."""
    accuracy = history["val_accuracy"]
    return None if accuracy.isna().all() else int(history["epoch"].iloc[accuracy.argmax()])


def _read_json(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_TEXT:
            raise damaged(path.parent, path.name, "it is too large")
        values = json.loads(
            path.read_text(encoding="utf-8"), parse_float=_finite, parse_constant=_finite
        )
    except FileNotFoundError as error:
        raise damaged(path.parent, path.name, "it is missing") from error
    except RunError:
        raise
    except (OSError, ValueError, RecursionError) as error:
        raise damaged(path.parent, path.name, "it is no readable JSON") from error
    if not isinstance(values, dict):
        raise damaged(path.parent, path.name, "it holds no object")
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
        config = RunConfig.from_dict(values)
        check_recipe(config.recipe)
    except EngineError as error:
        raise damaged(folder, CONFIG_FILE, str(error)) from error
    return config


def _load_summary(folder: Path) -> dict[str, Any]:
    summary = _read_json(folder / SUMMARY_FILE)
    for field, kind in SUMMARY_FIELDS.items():
        value: Any = summary.get(field)
        if kind is float and type(value) is int and value < 2**53:
            value = summary[field] = float(value)
        if type(value) is not kind or (kind is not str and not 0 <= value < 2**53):
            raise damaged(folder, SUMMARY_FILE, f"{field} is missing or no {_KINDS[kind]}")
    for field in ("validation_accuracy", "test_accuracy"):
        if summary[field] > 1:
            raise damaged(folder, SUMMARY_FILE, f"{field} exceeds 1")
    if not 1 <= summary["best_epoch"] <= summary["epochs"]:
        raise damaged(folder, SUMMARY_FILE, "best_epoch is none of the epochs")
    return summary


def _load_history(path: Path) -> pd.DataFrame:
    history, text = read_table(path)
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
        "a phase is unknown": lambda: history["phase"].isin((*PHASES, FIT)).all(),
        "a value is no number": lambda: all(history[one].dtype.kind in "if" for one in numbers),
        "a learning rate or a number of seconds is missing": lambda: np.isfinite(
            history[["learning_rate", "seconds"]].to_numpy("float64")
        ).all(),
    }
    for problem, is_fine in checks.items():
        if not is_fine():
            raise damaged(path.parent, path.name, problem)
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
            raise damaged(folder, PREDICTIONS_FILE, problem)
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
                raise damaged(folder, PREDICTIONS_FILE, "the arrays are too large")
            return {
                key: file[key] for key in ("image_ids", "split", "y_true", "y_prob", "class_names")
            }
    except FileNotFoundError as error:
        raise damaged(folder, PREDICTIONS_FILE, "it is missing") from error
    except RunError:
        raise
    except Exception as error:  # numpy, zipfile and zlib each have their own
        raise damaged(folder, PREDICTIONS_FILE, "the arrays cannot be read") from error
