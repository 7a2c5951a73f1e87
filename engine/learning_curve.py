"""Test accuracy against photos per class: how many photos does each model need?

Both models learn from the same photos, a few of each class, drawn by seed; those of a smaller size
are among those of a larger one. `resnet50` learns as in the first phase of its recipe, the
backbone frozen: its head is trained on stored features (`engine.features`), for as many steps as
that phase takes with all photos. `scratch` learns by its own recipe, but for more epochs where
there are few photos, and for fewer where there are many. Each keeps its best epoch by validation
accuracy; the test photos are only measured. All of it is computed in float32, so that curves of two
machines can be compared.
"""

import dataclasses
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from engine import runs
from engine.backend import use_backend
from engine.config import MODELS
from engine.data import DataSet, load_prepared
from engine.errors import EngineError
from engine.features import CHANNELS, View, load_features, measure_pace
from engine.presets import RESNET50, SCRATCH
from engine.results import rows_of
from engine.runs import ALL_PHOTOS, LEARNING_CURVE_COLUMNS
from engine.text import duration

SIZES = ("5", "10", "20", "50", "100", ALL_PHOTOS)
SEEDS = (1, 2, 3)
#: Augmented views of each training photo whose features are stored: epochs take turns with them.
VIEWS = 4
#: How often a training looks at the validation photos, at even distances.
LOOKS = 12
#: `scratch` is shown at least this many photos, in at least so many epochs: in tens of steps on a
#: few photos it would not even begin to learn. On two cores that took 200 to 260 seconds a size of
#: clothing, and 10 epochs with all its 2,727 photos 630: half an hour a seed.
SCRATCH_PHOTOS = 8_000
SCRATCH_EPOCHS = 10
_LARGEST_SIZE = 10_000


@dataclass(frozen=True, eq=False)
class Training:
    """One point of the curve.

    Attributes:
        model: `scratch` or `resnet50`.
        photos_per_class: How many photos of each class, or `all`.
        seed: Of the draw of the photos, the weights, the order and the augmentation.
        rows: Rows of `data_set.photos` to learn from.
        epochs: Number of epochs.
    """

    model: str
    photos_per_class: str
    seed: int
    rows: np.ndarray
    epochs: int

    @property
    def looks(self) -> list[int]:
        """The epochs after which it looks at the validation photos; the last is one of them."""
        looks = min(LOOKS, self.epochs)
        return [round(self.epochs * (number + 1) / looks) for number in range(looks)]

    def is_row(self, row) -> bool:
        """Whether a row of the table is of this training."""
        own = (self.model, self.photos_per_class, self.seed, len(self.rows), self.epochs)
        return own == (row.model, row.photos_per_class, row.seed, row.photos, row.epochs)


@dataclass(frozen=True)
class FrozenCost:
    """What storing the features saved.

    Attributes:
        photos: Photos that went through the backbone to be stored, in all views.
        passes: Photos that would have gone through it in training, validating and testing.
        pace: Seconds a photo.
        heads: Seconds of training the heads on stored features.
    """

    photos: int
    passes: int
    pace: float
    heads: float

    @property
    def stored(self) -> float:
        """Seconds of computing the features once and training all heads."""
        return self.photos * self.pace + self.heads

    @property
    def recomputed(self) -> float:
        """Seconds of the same trainings with the backbone in every epoch."""
        return self.passes * self.pace + self.heads


def check_sizes(sizes: Sequence[str]) -> tuple[str, ...]:
    """The sizes in order, each once.

    Raises:
        EngineError: If one is neither a number of photos nor `all`, or there are none.
    """
    for size in sizes:
        if size != ALL_PHOTOS and not (
            size.isascii() and size.isdigit() and 1 <= int(size[:9]) <= _LARGEST_SIZE
        ):
            raise EngineError(
                f"A size must be a number of photos per class, 1 to {_LARGEST_SIZE:,}, or "
                f"{ALL_PHOTOS}. Received: {size!r}"
            )
    if not sizes:
        raise EngineError("There must be at least one size.")
    numbers = sorted({int(size) for size in sizes if size != ALL_PHOTOS})
    return (*map(str, numbers), *([ALL_PHOTOS] if ALL_PHOTOS in sizes else []))


def check_seeds(seeds: Sequence[int]) -> tuple[int, ...]:
    """The seeds in order, each once.

    Raises:
        EngineError: If one is negative or too large, or there are none.
    """
    for seed in seeds:
        if not 0 <= seed < 2**31:
            raise EngineError(f"A seed must be between 0 and {2**31 - 1}. Received: {seed}")
    if not seeds:
        raise EngineError("There must be at least one seed.")
    return tuple(sorted(set(seeds)))


def draw_subset(data_set: DataSet, photos_per_class: str, seed: int) -> np.ndarray:
    """Rows of training photos, equally many of each class as far as it has them, sorted.

    For one seed, those of a smaller size are among those of a larger one.
    """
    train = rows_of(data_set, "train")
    if photos_per_class == ALL_PHOTOS:
        return train
    labels = data_set.photos["label"].to_numpy()[train]
    drawn = [
        np.random.default_rng((seed, label)).permutation(train[labels == label])
        for label in range(len(data_set.class_names))
    ]
    return np.sort(np.concatenate([one[: int(photos_per_class)] for one in drawn]))


def plan_trainings(
    data_set: DataSet, sizes: Sequence[str] = SIZES, seeds: Sequence[int] = SEEDS
) -> list[Training]:
    """All trainings, seed by seed from the smallest size on.

    Sizes that every class falls short of are left out: they would be all photos once more.
    """
    labels = data_set.photos["label"].to_numpy()[rows_of(data_set, "train")]
    largest = int(np.bincount(labels).max())
    sizes = [size for size in check_sizes(sizes) if size == ALL_PHOTOS or int(size) < largest]
    trainings = []
    for seed in check_seeds(seeds):
        for size in sizes:
            rows = draw_subset(data_set, size, seed)
            epochs = {
                "scratch": _scratch_epochs(len(rows)),
                "resnet50": _head_epochs(len(rows), len(labels)),
            }
            trainings += [Training(model, size, seed, rows, epochs[model]) for model in MODELS]
    return trainings


def measure_learning_curve(
    data_set: DataSet,
    sizes: Sequence[str] = SIZES,
    seeds: Sequence[int] = SEEDS,
    weights_file: Path | None = None,
    progress: Callable[[str], None] = print,
    more: bool = False,
) -> tuple[pd.DataFrame, FrozenCost]:
    """Train both models at every size and seed, and write `learning_curve.csv`.

    A measurement that was killed goes on after its last complete training.

    Args:
        data_set: The photos.
        sizes: Photos per class, of `SIZES` or others.
        seeds: Seeds.
        weights_file: ImageNet weights to use instead of the usual sources.
        progress: Called with one line of text at a time.
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
    use_backend("training")
    scratch = _Scratch(data_set)
    head = _Head(data_set, weights_file, progress)
    folder = runs.unfinished_learning_curve(data_set.name)
    folder.mkdir(parents=True, exist_ok=True)
    with runs.lock_unfinished(folder, f"The learning curve of {data_set.name} is being measured"):
        killed = _of_these_photos(runs.load_finished_trainings(folder, data_set.name), data_set)
        rows = {**_rows_of(earlier, plan), **_rows_of(killed, plan)}
        if rows:
            progress(f"going on: {len(rows)} of {len(plan)} trainings are done")
        for training in plan:
            if training in rows:
                continue
            learner = scratch if training.model == "scratch" else head
            rows[training] = _train(training, data_set, learner)
            done = [rows[one] for one in plan if one in rows]
            runs.save_finished_trainings(folder, _table(done))
            progress(_report(training, rows, plan, data_set))
        pace = measure_pace(data_set, head.views[0], weights_file)
        table = _table([rows[one] for one in plan])
        whole = _with_others(table, earlier)
        runs.save_finished_trainings(folder, whole)
        runs.publish_learning_curve(folder, data_set.name)
    runs.discard(folder)
    return whole, frozen_cost(plan, table, data_set, head.photos, pace)


def frozen_cost(
    plan: list[Training], table: pd.DataFrame, data_set: DataSet, photos: int, pace: float
) -> FrozenCost:
    """What the frozen phase took, and what it would have taken without stored features.

    Args:
        plan: The trainings.
        table: Their rows, in the same order.
        data_set: The photos.
        photos: Photos whose features were stored, in all views.
        pace: Seconds a photo.
    """
    heads = [one for one in plan if one.model == "resnet50"]
    validation, test = (len(rows_of(data_set, split)) for split in ("validation", "test"))
    passes = sum(len(one.rows) * one.epochs + validation * len(one.looks) + test for one in heads)
    seconds = table.loc[table["model"] == "resnet50", "seconds"].sum()
    return FrozenCost(photos, passes, pace, float(seconds))


def _scratch_epochs(photos: int) -> int:
    return max(SCRATCH_EPOCHS, math.ceil(SCRATCH_PHOTOS / photos))


def _head_epochs(photos: int, all_photos: int) -> int:
    """As many steps as the first phase of the recipe takes with all photos."""
    steps_with_all = math.ceil(all_photos / RESNET50.batch_size) * RESNET50.phases[0].epochs
    return math.ceil(steps_with_all / math.ceil(photos / RESNET50.batch_size))


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


class _Scratch:
    """Trains `scratch` by its recipe, on photos."""

    def __init__(self, data_set: DataSet):
        self.photos = load_prepared(data_set, SCRATCH.image_size)
        self.labels = data_set.photos["label"].to_numpy()
        self.classes = len(data_set.class_names)

    def begin(self, training: Training):
        """The model; a function that trains it up to an epoch; one that answers to rows."""
        from engine.batches import PhotoBatches
        from engine.models import build_model, compile_model

        recipe = dataclasses.replace(SCRATCH, seed=training.seed)
        model = build_model(recipe, self.classes)
        compile_model(model, recipe, recipe.phases[0])
        size, done = recipe.batch_size, 0

        def learn(epoch: int) -> None:
            nonlocal done
            batches = PhotoBatches(
                self.photos, self.labels, training.rows, size, training.seed, first_epoch=done
            )
            model.fit(batches, initial_epoch=done, epochs=epoch, shuffle=False, verbose=0)
            done = epoch

        def answer(rows: np.ndarray) -> np.ndarray:
            return model.predict(PhotoBatches(self.photos, self.labels, rows, size), verbose=0)

        return model, learn, answer


class _Head:
    """Trains the head of `resnet50` by the first phase of its recipe, on stored features."""

    def __init__(self, data_set: DataSet, weights_file: Path | None, progress):
        self.labels = data_set.photos["label"].to_numpy()
        self.classes = len(data_set.class_names)
        size, changes = RESNET50.image_size, RESNET50.augmentation
        self.views = [
            View(size, augmentation=changes, seed=RESNET50.seed, number=number)
            for number in range(VIEWS)
        ]
        # The photos as they are: the very features of `baseline-features`.
        self.plain = load_features(data_set, View(size), weights_file, progress).values
        self.changed = [
            load_features(data_set, view, weights_file, progress).values for view in self.views
        ]
        self.photos = len(self.plain) + sum(map(len, self.changed))
        self.train = self.views[0].rows(data_set)

    def begin(self, training: Training):
        """The model; a function that trains it up to an epoch; one that answers to rows."""
        from engine.models import build_head_model, compile_model

        recipe = dataclasses.replace(RESNET50, seed=training.seed)
        model = build_head_model(recipe, self.classes, CHANNELS)
        compile_model(model, recipe, recipe.phases[0])
        places, done = np.searchsorted(self.train, training.rows), 0
        labels = self.labels[training.rows]

        def learn(epoch: int) -> None:
            nonlocal done
            for number in range(done, epoch):
                seen = self.changed[number % VIEWS][places]
                order = np.random.default_rng((training.seed, number)).permutation(len(places))
                for start in range(0, len(order), recipe.batch_size):
                    batch = order[start : start + recipe.batch_size]
                    # Not `fit`: setting it up takes longer than the few steps of a small epoch.
                    model.train_on_batch(seen[batch], labels[batch])
            done = epoch

        def answer(rows: np.ndarray) -> np.ndarray:
            return model.predict_on_batch(self.plain[rows])

        return model, learn, answer


def _report(training: Training, rows: dict, plan: list[Training], data_set: DataSet) -> str:
    """One line: what the training came to, and how long the rest will take."""
    row = rows[training]
    size = (
        "all photos"
        if training.photos_per_class == ALL_PHOTOS
        else (f"{training.photos_per_class} a class")
    )
    left = _seconds_left(rows, plan, data_set)
    return (
        f"{len(rows)}/{len(plan)} {training.model}, {size}, seed {training.seed}: "
        f"{row['photos']:,} photos, best epoch {row['best_epoch']} of {row['epochs']}, "
        f"validation accuracy {row['validation_accuracy']:.3f}, {row['seconds']:.0f} s"
        + (f"; about {duration(left / 60)} left" if left is not None else "")
    )


def _seconds_left(rows: dict, plan: list[Training], data_set: DataSet) -> float | None:
    """What the other trainings will take; None before each model has been trained once."""
    looked_at = len(rows_of(data_set, "validation"))
    left = 0.0
    for model in MODELS:
        own = [one for one in plan if one.model == model]
        # A photo that is only looked at costs about a third of one that is learnt from.
        work = {one: len(one.rows) * one.epochs + looked_at * len(one.looks) / 3 for one in own}
        done = [one for one in own if one in rows]
        if own and not done:
            return None
        pace = sum(rows[one]["seconds"] for one in done) / sum(work[one] for one in done)
        left += pace * sum(work[one] for one in own if one not in rows)
    return left
