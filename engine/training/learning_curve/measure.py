"""Trains what is planned, keeps what is done, and says how far it is."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from engine import runs
from engine.data import DataSet
from engine.errors import EngineError
from engine.models.backend import use_backend
from engine.progress import Progress
from engine.runs import ALL_PHOTOS, LEARNING_CURVE_COLUMNS, LEARNING_CURVE_MODELS
from engine.text import duration
from engine.training.features import measure_pace
from engine.training.learning_curve.cost import FrozenCost, frozen_cost
from engine.training.learning_curve.learners import HeadLearner, ScratchLearner
from engine.training.learning_curve.plan import SEEDS, SIZES, Training, plan_trainings
from engine.training.results import rows_of


def measure_learning_curve(
    data_set: DataSet,
    sizes: Sequence[str] = SIZES,
    seeds: Sequence[int] = SEEDS,
    weights_file: Path | None = None,
    progress: Progress | None = None,
    more: bool = False,
) -> tuple[pd.DataFrame, FrozenCost]:
    """Train both models at every size and seed, and write `learning_curve.csv`.

    A measurement that was killed goes on after its last complete training.

    Args:
        data_set: The photos.
        sizes: Photos per class, of `SIZES` or others.
        seeds: Seeds.
        weights_file: ImageNet weights to use instead of the usual sources.
        progress: Told how many trainings are done.
        more: Whether to keep what an earlier learning curve has measured of the same photos, and
            to measure only what it lacks.

    Returns:
        The table, columns `LEARNING_CURVE_COLUMNS`, and what storing the features saved.

    Raises:
        EngineError: If the photos are not here, the ImageNet weights cannot be had, a training
            diverged from the start, the earlier learning curve is damaged, or another process
            measures the same.
    """
    plan = plan_trainings(data_set, sizes, seeds)
    if not plan:
        raise EngineError(
            f"Each class of {data_set.name} has fewer photos than the sizes ask for: add "
            f"{ALL_PHOTOS}."
        )
    earlier = _of_these_photos(runs.load_learning_curve(data_set.name) if more else None, data_set)
    progress = progress or Progress()
    use_backend("training")
    scratch = ScratchLearner(data_set)
    head = HeadLearner(data_set, weights_file, progress)
    folder = runs.unfinished_learning_curve(data_set.name)
    folder.mkdir(parents=True, exist_ok=True)
    with runs.lock_unfinished(folder, f"The learning curve of {data_set.name} is being measured"):
        killed = _of_these_photos(runs.load_finished_trainings(folder, data_set.name), data_set)
        progress.stage("learning_curve", "Training on few photos", unit="trainings")
        rows = {**_rows_of(earlier, plan), **_rows_of(killed, plan)}
        if rows:
            progress.update(
                len(rows),
                len(plan),
                message=f"going on: {len(rows)} of {len(plan)} trainings are done",
            )
        for training in plan:
            if training in rows:
                continue
            learner = scratch if training.model == "scratch" else head
            rows[training] = _train(training, data_set, learner)
            done = [rows[one] for one in plan if one in rows]
            runs.save_finished_trainings(folder, _table(done))
            left = _seconds_left(rows, plan, data_set)
            progress.update(
                len(rows),
                len(plan),
                seconds_left=left,
                message=_line_of(training, rows, len(plan), left),
            )
        pace = measure_pace(data_set, head.views[0], weights_file)
        table = _table([rows[one] for one in plan])
        whole = _with_others(table, earlier)
        runs.save_finished_trainings(folder, whole)
        runs.publish_learning_curve(folder, data_set.name)
    runs.discard(folder)
    return whole, frozen_cost(plan, table, data_set, head.photos, pace)


def _train(training: Training, data_set: DataSet, learner) -> dict:
    """Train, keep the best epoch, measure it on the test photos: a row of the table."""
    import keras

    began = time.perf_counter()
    keras.utils.clear_session()
    keras.utils.set_random_seed(training.seed)
    labels = data_set.photos["label"].to_numpy()
    validation, test = (rows_of(data_set, split) for split in ("validation", "test"))
    model, learn, answer = learner.begin(training)
    best, best_epoch, kept = -1.0, 0, None
    for epoch in training.looks:
        learn(epoch)
        answers = answer(validation)
        if not np.isfinite(answers).all():
            break  # it diverged, and cannot recover
        accuracy = float(np.mean(answers.argmax(axis=1) == labels[validation]))
        if accuracy > best:
            best, best_epoch, kept = accuracy, epoch, model.get_weights()
    if kept is None:
        raise EngineError(
            f"The training of {training.model} on {len(training.rows)} photos diverged from the "
            "start, so its learning curve cannot be measured."
        )
    model.set_weights(kept)
    accuracy = float(np.mean(answer(test).argmax(axis=1) == labels[test]))
    return {
        "model": training.model,
        "photos_per_class": training.photos_per_class,
        "seed": training.seed,
        "photos": len(training.rows),
        "epochs": training.epochs,
        "best_epoch": best_epoch,
        "validation_accuracy": best,
        "accuracy": accuracy,
        "images": len(test),
        "seconds": round(time.perf_counter() - began, 3),
        "data_set_digest": data_set.digest,
    }


def _line_of(training: Training, rows: dict, planned: int, left: float | None) -> str:
    """What a training came to, and how long the rest will take."""
    row = rows[training]
    size = (
        "all photos"
        if training.photos_per_class == ALL_PHOTOS
        else (f"{training.photos_per_class} a class")
    )
    return (
        f"{len(rows)}/{planned} {training.model}, {size}, seed {training.seed}: "
        f"{row['photos']:,} photos, best epoch {row['best_epoch']} of {row['epochs']}, "
        f"validation accuracy {row['validation_accuracy']:.3f}, {row['seconds']:.0f} s"
        + (f"; about {duration(left / 60)} left" if left is not None else "")
    )


def _seconds_left(rows: dict, plan: list[Training], data_set: DataSet) -> float | None:
    """What the other trainings will take; None before each model has been trained once."""
    looked_at = len(rows_of(data_set, "validation"))
    left = 0.0
    for model in LEARNING_CURVE_MODELS:
        own = [one for one in plan if one.model == model]
        # A photo that is only looked at costs about a third of one that is learnt from.
        work = {one: len(one.rows) * one.epochs + looked_at * len(one.looks) / 3 for one in own}
        done = [one for one in own if one in rows]
        if own and not done:
            return None
        pace = sum(rows[one]["seconds"] for one in done) / sum(work[one] for one in done)
        left += pace * sum(work[one] for one in own if one not in rows)
    return left


def _of_these_photos(table: pd.DataFrame | None, data_set: DataSet) -> pd.DataFrame:
    """The rows that were measured on these very photos."""
    if table is None:
        return _table([])
    return table[table["data_set_digest"] == data_set.digest]


def _rows_of(table: pd.DataFrame, plan: list[Training]) -> dict[Training, dict]:
    """The trainings of a plan that a table has, each with its row."""
    found = {}
    for row, values in zip(table.itertuples(), table.to_dict("records"), strict=True):
        for training in plan:
            if training.is_row(row):
                found[training] = values
    return found


def _with_others(table: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """A table with the earlier rows of sizes and seeds that it does not have, by seed."""
    key = ["model", "photos_per_class", "seed"]
    whole = pd.concat([table, earlier]) if len(earlier) else table
    return whole.drop_duplicates(key).sort_values("seed", kind="stable", ignore_index=True)


def _table(rows: list[dict]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(LEARNING_CURVE_COLUMNS))
