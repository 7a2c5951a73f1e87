"""The commands of `python -m engine` that lead to a report, from nothing."""

import shlex
from collections.abc import Sequence

from engine.config import RunConfig, with_epochs, with_learning_rate
from engine.data import CATALOG, DataSet
from engine.presets import PRESETS
from engine.runs import Run


def commands_for(data_set: DataSet, runs: list[Run], beside: Sequence[Run] = ()) -> list[str]:
    """Bring the photos, train each run, look at its scores, write the report.

    Args:
        data_set: The data set.
        runs: The runs that are compared, at most one a model.
        beside: Other runs that the report shows.
    """
    # Photos of one's own have no name yet when they are brought.
    photos = data_set.name if data_set.name in CATALOG else "path/to/photos"
    lines = [] if data_set.drawn else [f"python -m engine data {photos}"]
    for run in (*runs, *beside):
        lines += train_commands(run.config)
    lines += [f"python -m engine evaluate {data_set.name} {run.name}" for run in runs]
    if any(run.strangers is not None for run in runs):
        lines.append(f"python -m engine strangers {data_set.name}")
    if any(run.robustness is not None for run in (*runs, *beside)):
        lines.append(f"python -m engine robustness {data_set.name}")
    chosen = "".join(f" --{run.model} {run.name}" for run in runs if run.name != run.model)
    return [*lines, f"python -m engine report {data_set.name} report.html{chosen}"]


def train_commands(config: RunConfig) -> list[str]:
    """The command that trains a run of this configuration, with a flag for each difference.

    Phases that no flags give stand as a comment line before it.
    """
    recipe, preset = config.recipe, PRESETS[config.recipe.model]
    flags: list[str] = []
    if config.name != recipe.model:
        # A name is used once, and this one is taken.
        flags += ["--name", f"{config.name}-again"]
    nearest = preset
    if recipe.epochs != preset.epochs:
        nearest = with_epochs(nearest, recipe.epochs)
        flags += ["--epochs", str(recipe.epochs)]
    rate = recipe.phases[0].learning_rate
    if rate != preset.phases[0].learning_rate:
        nearest = with_learning_rate(nearest, rate)
        flags += ["--learning-rate", str(rate)]
    for field in ("batch_size", "seed", "image_size", "dropout", "dense_units", "head", "filters"):
        value = getattr(recipe, field)
        if value != getattr(preset, field):
            values = value if isinstance(value, tuple) else (value,)
            flags += [_flag(field), *map(str, values)]
    for field in ("rotation", "zoom"):
        value = getattr(recipe.augmentation, field)
        if value != getattr(preset.augmentation, field):
            flags += [_flag(field), str(value)]
    if recipe.batch_normalisation != preset.batch_normalisation:
        flags.append("--batch-normalisation")
    # The default depends on the processor.
    flags += ["--precision", config.precision]
    command = ["python", "-m", "engine", "train", config.data_set, recipe.model, *flags]
    comment = []
    if recipe.phases != nearest.phases or recipe.optimiser != preset.optimiser:
        phases = "; ".join(
            f"{one.name} {one.epochs} epochs at {one.learning_rate:g}, {one.trainable}"
            for one in recipe.phases
        )
        comment = [f"# first in engine/presets.py: {recipe.optimiser}; {phases}"]
    return [*comment, shlex.join(command)]


def _flag(field: str) -> str:
    return "--" + field.replace("_", "-")
