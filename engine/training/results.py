"""What every run ends with, whatever it trained: its answers and its summary."""

import contextlib
import datetime
import importlib.metadata
from pathlib import Path
from typing import Any

import numpy as np

from engine import runs
from engine.data import DataSet
from engine.models.backend import processor_name
from engine.recipes.config import RunConfig

#: The splits whose photos a run answers, in the order of its answers.
MEASURED_SPLITS = ("validation", "test")


def rows_of(data_set: DataSet, *splits: str) -> np.ndarray:
    """Rows of `data_set.photos` in these splits, one split after the other, int (n,)."""
    split = data_set.photos["split"].to_numpy()
    return np.concatenate([np.flatnonzero(split == one) for one in splits])


def save_results(
    folder: Path,
    config: RunConfig,
    data_set: DataSet,
    y_prob: np.ndarray,
    *,
    best_epoch: int,
    parameters: int,
    trainable_parameters: int,
    versions: tuple[str, ...],
    **more: Any,
) -> None:
    """Write `predictions.npz` and, last of all files, `summary.json`.

    Args:
        folder: The unfinished run's folder; its history is complete.
        config: Its configuration.
        data_set: The photos.
        y_prob: float (photos, classes), the answers to `rows_of(data_set, *MEASURED_SPLITS)`.
        best_epoch: The epoch whose weights gave these answers.
        parameters: How many numbers the model has.
        trainable_parameters: How many of them learned.
        versions: Names of the packages whose versions count.
        more: Further facts for the summary.
    """
    table = data_set.photos.iloc[rows_of(data_set, *MEASURED_SPLITS)]
    predictions = runs.Predictions(
        image_ids=table["image_id"].to_numpy(dtype=np.str_),
        split=table["split"].to_numpy(dtype=np.str_),
        y_true=table["label"].to_numpy(dtype=np.int64),
        y_prob=y_prob,
        class_names=config.class_names,
    )
    runs.save_predictions(folder, predictions)
    accuracies = {}
    for split in MEASURED_SPLITS:
        part = predictions.of_split(split)
        accuracies[f"{split}_accuracy"] = float(np.mean(part.y_pred == part.y_true))
        accuracies[f"{split}_photos"] = len(part.y_true)
    history = runs.load_history(folder)
    runs.save_summary(
        folder,
        {
            "model": config.recipe.model,
            "best_epoch": best_epoch,
            "epochs": len(history),
            **accuracies,
            "parameters": parameters,
            "trainable_parameters": trainable_parameters,
            "training_seconds": float(history["seconds"].sum()),
            "precision": config.precision,
            "processor": processor_name(),
            "versions": _versions(*versions),
            "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            **more,
        },
    )


def _versions(*packages: str) -> dict[str, str]:
    versions = {}
    for package in packages:
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            versions[package] = importlib.metadata.version(package)
    return versions
