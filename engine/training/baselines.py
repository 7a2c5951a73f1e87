"""Baselines: a logistic regression on a description of the photo.

All baselines are one model, softmax(description @ kernel + bias), and differ in how they describe
a photo. The one that does not look describes it by no numbers at all: its bias, the share of each
class in training, then says the most frequent class always.
"""

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from engine import runs
from engine.data import DataSet, load_prepared
from engine.errors import EngineError
from engine.models import find_baseline
from engine.models.weight_shapes import BIAS, KERNEL, weight_shapes
from engine.progress import Progress
from engine.recipes.baseline import FIT, Baseline
from engine.recipes.config import RunConfig
from engine.training.features import View, load_features
from engine.training.results import MEASURED_SPLITS, rows_of, save_results

#: Steps of the solver; on some thousand photos it converges in hundreds.
_MOST_STEPS = 5000


def fit_baseline(
    config: RunConfig,
    data_set: DataSet,
    folder: Path,
    weights_file: Path | None,
    progress: Progress,
) -> None:
    """Fit a baseline and write all files of its run.

    Args:
        config: The whole configuration; its recipe is a `Baseline`.
        data_set: The photos.
        folder: The unfinished run's folder.
        weights_file: ImageNet weights to use instead of the usual sources, where a backbone
            describes the photos.
        progress: Told what it does.

    Raises:
        EngineError: If the photos are not here, or the ImageNet weights cannot be had.
    """
    cpu_before, baseline = time.process_time(), config.recipe
    described, seconds = _describe_all(baseline, data_set, weights_file, progress)
    progress.stage("fit", "Fitting")
    progress.say(f"fitting {config.name} on {data_set.name}")
    began = time.perf_counter()
    labels = data_set.photos["label"].to_numpy()
    train, validation = (rows_of(data_set, split) for split in ("train", "validation"))
    classes = len(config.class_names)
    tried, best, kept, chosen = {}, -1.0, None, None
    for strength in baseline.strengths or (None,):
        weights = fit(described[train], labels[train], classes, strength, baseline.seed)
        answers = probabilities(described[validation], *weights)
        accuracy = float(np.mean(answers.argmax(axis=1) == labels[validation]))
        # More only: of strengths that are equally good, the first regularises most.
        if accuracy > best:
            best, kept, chosen = accuracy, weights, strength
        if strength is not None:
            tried[f"{strength:g}"] = accuracy
            progress.say(f"strength {strength:g}: validation accuracy {accuracy:.3f}")
    runs.save_arrays(folder, dict(zip((KERNEL, BIAS), kept, strict=True)))
    # Through the file, so that the stored answers are those of the stored float16 weights.
    kernel, bias = load(folder, baseline, classes)
    row = [1, FIT]
    for rows in (train, validation):
        answers = probabilities(described[rows], kernel, bias)
        row += [_cross_entropy(answers, labels[rows]), _accuracy(answers, labels[rows])]
    # There is no step to choose, hence no learning rate.
    row += [0.0, round(seconds + time.perf_counter() - began, 3)]
    history = pd.DataFrame([row], columns=list(runs.HISTORY_COLUMNS))
    history.to_csv(runs.history_path(folder), index=False, lineterminator="\n")
    chosen_among = {} if chosen is None else {"strength": chosen, "strengths_tried": tried}
    save_results(
        folder,
        config,
        data_set,
        probabilities(described[rows_of(data_set, *MEASURED_SPLITS)], kernel, bias),
        best_epoch=1,
        parameters=kernel.size + bias.size,
        trainable_parameters=kernel.size + bias.size,
        versions=("scikit-learn", *find_baseline(baseline.model).packages, "numpy", "pillow"),
        cpu_seconds_of_last_process=round(time.process_time() - cpu_before, 1),
        **chosen_among,
    )


def describe(baseline: Baseline, photos: np.ndarray) -> np.ndarray:
    """What a baseline knows of photos; not where a backbone describes them.

    Args:
        baseline: How to describe them.
        photos: uint8 or float (photos, size, size, 3), RGB, 0-255, may be memory-mapped.

    Returns:
        float32 (photos, length), the length that of its `BaselineSpec`.

    Raises:
        EngineError: If the baseline is not known, or a backbone describes its photos.
    """
    spec = find_baseline(baseline.model)
    if spec.describe is None:
        raise EngineError(
            f"Photos of this baseline are described by a network. Received: {spec.name}"
        )
    described = np.zeros((len(photos), spec.length(baseline)), "float32")
    for number, photo in enumerate(photos):
        described[number] = spec.describe(baseline, np.asarray(photo, "float32"))
    return described


def fit(
    described: np.ndarray, labels: np.ndarray, classes: int, strength: float | None, seed: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Fit the regression; the order of the photos does not matter.

    Args:
        described: float (photos, length), the descriptions.
        labels: int (photos,), each class at least once.
        classes: Number of classes.
        strength: scikit-learn's `C`, for descriptions scaled to mean 0 and deviation 1; without
            meaning where the length is 0.
        seed: Seed of whatever the solver draws.

    Returns:
        kernel, float64 (length, classes), and bias, float64 (classes,), for descriptions as they
        are, unscaled.
    """
    if described.shape[1] == 0:
        share = np.bincount(labels, minlength=classes) / len(labels)
        # Less the largest, so that float16 cannot make two of them equal.
        return np.zeros((0, classes)), np.log(share) - np.log(share.max())
    from sklearn.linear_model import LogisticRegression

    described = described.astype("float64")
    mean, deviation = described.mean(axis=0), described.std(axis=0)
    deviation[deviation == 0] = 1.0
    regression = LogisticRegression(C=strength, max_iter=_MOST_STEPS, random_state=seed)
    regression.fit((described - mean) / deviation, labels)
    kernel, bias = regression.coef_.T, regression.intercept_
    if classes == 2:  # scikit-learn keeps the second class only
        kernel = np.hstack([np.zeros_like(kernel), kernel])
        bias = np.array([0.0, bias[0]])
    kernel = kernel / deviation[:, np.newaxis]
    return kernel, bias - mean @ kernel


def probabilities(described: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """float32 (photos, classes), softmax(described @ kernel + bias)."""
    logits = described.astype("float64") @ kernel + bias
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True)).astype("float32")


def load(folder: Path, baseline: Baseline, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """The kernel and the bias of a run.

    Raises:
        RunError: If the file is damaged or belongs to another baseline.
    """
    arrays = runs.load_arrays(folder, weight_shapes(baseline, classes))
    return arrays[KERNEL], arrays[BIAS]


def build_answer(run: runs.Run, network: Callable | None = None) -> Callable:
    """A function from photos to answers, as `engine.serving.predict` wants it.

    Args:
        run: The run of a baseline.
        network: From float32 (1, size, size, 3) to a list with float32 (1, channels), the features
            of its backbone, where one describes the photos.

    Returns:
        From float32 (1, size, size, 3), RGB, 0-255, to a list with float32 (1, classes).

    Raises:
        RunError: If the weights are damaged or belong to another baseline.
    """
    baseline = run.config.recipe
    weights = load(run.folder, baseline, len(run.config.class_names))

    def answer(photos: np.ndarray) -> list[np.ndarray]:
        described = (
            describe(baseline, photos) if network is None else np.asarray(network(photos)[0])
        )
        return [probabilities(described, *weights)]

    return answer


def _describe_all(
    baseline: Baseline, data_set: DataSet, weights_file: Path | None, progress: Progress
) -> tuple[np.ndarray, float]:
    """Descriptions of all photos, and the seconds they took, be it in an earlier process."""
    if backbone := find_baseline(baseline.model).backbone:
        view = View(baseline.image_size, model=backbone.name)
        features = load_features(data_set, view, weights_file, progress)
        return features.values, features.seconds
    photos = load_prepared(data_set, baseline.image_size)
    progress.stage("describe", "Describing the photos", unit="photos")
    progress.say(f"describing {len(photos):,} photos")
    began = time.perf_counter()
    return describe(baseline, photos), time.perf_counter() - began


def _accuracy(answers: np.ndarray, labels: np.ndarray) -> float:
    return float(np.mean(answers.argmax(axis=1) == labels))


def _cross_entropy(answers: np.ndarray, labels: np.ndarray) -> float:
    likely = answers[np.arange(len(labels)), labels].astype("float64")
    # As Keras does: a probability that float32 rounds to 0 costs much, not everything.
    return float(-np.log(np.maximum(likely, 1e-7)).mean())
