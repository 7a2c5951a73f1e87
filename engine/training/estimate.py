"""How long a training will take, from how long others took.

A training of the same model tells the seconds a photo of each phase; how much more or less
arithmetic a photo is in another recipe can be counted. Runs of this processor go before those that
came with the project.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.data import DataSet, load_data_set
from engine.errors import EngineError
from engine.models import find_spec, head_inputs, learns_from_features
from engine.models.backend import processor_name
from engine.recipes.recipe import Recipe
from engine.runs import Run

#: A step of a head that learns from stored features, measured on two cores.
_FEATURES_STEP_SECONDS = 0.035


@dataclass(frozen=True)
class Estimate:
    """How long a training will probably take.

    Attributes:
        seconds: From the start of its process to the complete run.
        measured_on: The run whose pace this is: `clothing/scratch`.
        here: Whether that run was trained on a processor like this one.
    """

    seconds: float
    measured_on: str
    here: bool


def work_of(recipe: Recipe, classes: int) -> float:
    """Multiplications for one photo on its way through the model, without augmentation."""
    spec = find_spec(recipe.model)
    return spec.work(recipe) + (head_inputs(recipe) + classes) * recipe.dense_units


def estimate_training(
    recipe: Recipe,
    data_set: DataSet,
    measured: Iterable[Run],
    load: Callable[[str], DataSet] = load_data_set,
) -> Estimate | None:
    """How long a training will take.

    Args:
        recipe: What will be trained.
        data_set: Its photos.
        measured: Runs that could tell, of any data set and model.
        load: Gives the data set of a run.

    Returns:
        None where no run could tell.
    """
    processor = processor_name()
    for run in _references(recipe.model, measured, processor):
        seconds = _seconds(recipe, data_set, run, load)
        if seconds is not None:
            name = f"{run.config.data_set}/{run.name}"
            return Estimate(seconds, name, run.summary["processor"] == processor)
    return None


def _references(model: str, measured: Iterable[Run], processor: str) -> list[Run]:
    """Runs of a model, those of this processor first, of these the newest."""
    found = [run for run in measured if run.model == model]
    # One that learnt from features does not tell what a photo costs.
    found = [run for run in found if not learns_from_features(run.config.recipe)]
    found.sort(key=lambda run: run.summary["date"], reverse=True)
    return sorted(found, key=lambda run: run.summary["processor"] != processor)


def _seconds(recipe: Recipe, data_set: DataSet, run: Run, load) -> float | None:
    """At the pace of `run`; None where it does not have the phases."""
    try:
        measured = _counts(load(run.config.data_set))
    except EngineError:
        return None
    counts, reference = _counts(data_set), run.config.recipe
    classes = len(data_set.class_names)
    ratio = work_of(recipe, classes) / work_of(reference, len(run.config.class_names))
    pace = {}
    for phase in reference.phases:
        rows = run.history[run.history["phase"] == phase.name]
        if len(rows):
            passes = _passes(phase.trainable, *measured[:2])
            pace[phase.trainable] = float(rows["seconds"].median()) / passes * ratio
    seconds = find_spec(recipe.model).start_seconds
    if learns_from_features(recipe):
        if "head" not in pace:
            return None
        steps = -(-counts[0] // recipe.batch_size) * recipe.epochs
        return seconds + sum(counts) * pace["head"] + steps * _FEATURES_STEP_SECONDS
    for phase in recipe.phases:
        if phase.trainable not in pace:
            return None
        seconds += phase.epochs * _passes(phase.trainable, *counts[:2]) * pace[phase.trainable]
    return seconds


def _passes(trainable: str, train: int, validation: int) -> float:
    """What an epoch costs, in photos to learn from.

    A photo that is only looked at costs as much while the backbone is frozen, else about a third:
    the way back through a network is twice as long as the way there.
    """
    return train + (validation if trainable == "head" else validation / 3)


def _counts(data_set: DataSet) -> tuple[int, int, int]:
    """Photos to train on, to validate and to test."""
    split = data_set.photos["split"].value_counts()
    return tuple(int(split.get(one, 0)) for one in ("train", "validation", "test"))
