"""The format of a run: file names, columns, fields, and what a run is in memory."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.errors import EngineError
from engine.recipes.config import RunConfig

CONFIG_FILE = "config.json"
HISTORY_FILE = "history.csv"
PREDICTIONS_FILE = "predictions.npz"
WEIGHTS_FILE = "weights.safetensors"
SUMMARY_FILE = "summary.json"
#: What the folder of a complete run holds.
FILES = (CONFIG_FILE, HISTORY_FILE, PREDICTIONS_FILE, WEIGHTS_FILE, SUMMARY_FILE)
#: Measured after training: accuracy on changed test photos.
ROBUSTNESS_FILE = "robustness.csv"
#: Measured after training: answers to pictures that belong to no class.
OUT_OF_DISTRIBUTION_FILE = "out_of_distribution.csv"
#: Its name in earlier versions: read where there is none of today's name.
FORMER_OUT_OF_DISTRIBUTION_FILE = "strangers.csv"
STATES_FOLDER = "states"

#: The columns of `history.csv`.
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
#: The columns of `robustness.csv`: of `images` test pictures, all changed along one `parameter`
#: of `engine.measures.robustness.changes_of` by `value`, the share named right.
ROBUSTNESS_COLUMNS = ("parameter", "value", "accuracy", "images")
#: The columns of `out_of_distribution.csv`: a `picture` of none of the classes, the class that it
#: was called, and the probability of that answer.
OUT_OF_DISTRIBUTION_COLUMNS = ("picture", "predicted", "probability")
#: What `summary.json` must hold; more is allowed.
SUMMARY_FIELDS: dict[str, type[Any]] = {
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


class RunError(EngineError):
    """A run folder is damaged, or written by another version; the message names the file.

    Attributes:
        problem: Where one file is to blame, which one and why, without advice.
    """

    def __init__(self, message: str, problem: str = ""):
        super().__init__(message)
        self.problem = problem


def damaged(folder: Path, file: str, why: str) -> RunError:
    """The error that says which file of a run is damaged, and why."""
    return RunError(
        f"The run {folder.parent.name}/{folder.name} cannot be read because of its {file} "
        f"(remove its folder or train it again): {why}",
        problem=f"{file}: {why}",
    )


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
        robustness: Accuracy on changed test pictures, columns `ROBUSTNESS_COLUMNS`; None where it
            was not measured.
        out_of_distribution: Answers to pictures that belong to no class, columns
            `OUT_OF_DISTRIBUTION_COLUMNS`; None where it was not measured.
    """

    folder: Path
    published: bool
    config: RunConfig
    history: pd.DataFrame
    predictions: Predictions
    summary: dict[str, Any]
    robustness: pd.DataFrame | None = None
    out_of_distribution: pd.DataFrame | None = None

    @property
    def name(self) -> str:
        """Name of the run, unique within its data set."""
        return self.config.name

    @property
    def model(self) -> str:
        """The model of its recipe: a network or a baseline of `engine.models`."""
        return self.config.recipe.model

    @property
    def weights_path(self) -> Path:
        """The weights of the best epoch."""
        return self.folder / WEIGHTS_FILE
