"""The command that trains a run again, with a flag for each difference from its preset."""

import contextlib
import dataclasses
import math
import shlex
from dataclasses import dataclass
from typing import Any

from engine.disk.paths import LONGEST_NAME
from engine.errors import EngineError
from engine.models import find_baseline, find_spec
from engine.recipes.baseline import Baseline
from engine.recipes.chosen import RECIPE_SETTINGS, value_of, with_values
from engine.recipes.config import RunConfig
from engine.recipes.recipe import Recipe, with_epochs, with_learning_rate, with_phases

_AGAIN = "-again"


@dataclass(frozen=True)
class Reproduction:
    """How to train a run again.

    Attributes:
        command: `python -m engine train ...`, quoted for a shell.
        beyond: What no flag gives and has to be changed in the preset first, in words; empty
            where the command alone is exact.
        preset_file: Where that preset stands, below the project's folder.
    """

    command: str
    beyond: str
    preset_file: str

    @property
    def exact(self) -> bool:
        """Whether the command gives the whole configuration of the run."""
        return not self.beyond


def reproduce(config: RunConfig) -> Reproduction:
    """The command that trains a run of this configuration.

    Args:
        config: Of the run. Its photos and splits are those of the data set of this name only where
            their digests are the same.
    """
    recipe = config.recipe
    flags: list[str] = []
    if config.name != recipe.model:
        # A name is used once, and this one is taken.
        flags += ["--name", config.name[: LONGEST_NAME - len(_AGAIN)] + _AGAIN]
    nearest: Recipe | Baseline
    if isinstance(recipe, Baseline):
        more, nearest = _baseline_flags(recipe)
        maker = find_baseline(recipe.model).check
    else:
        more, nearest = _flags(recipe)
        maker = find_spec(recipe.model).build_maps
        # The default depends on the processor.
        more += ["--precision", config.precision]
    command = ["python", "-m", "engine", "train", config.data_set, recipe.model, *flags, *more]
    return Reproduction(
        shlex.join(command),
        "" if nearest == recipe else _beyond(recipe, nearest),
        f"{maker.__module__.replace('.', '/')}.py",
    )


def flags_of(recipe: Recipe) -> list[str]:
    """The flags of `python -m engine train` that give a recipe.

    Args:
        recipe: Of a network.

    Raises:
        EngineError: If no flags give it.
    """
    flags, nearest = _flags(recipe)
    if nearest != recipe:
        raise EngineError(
            "The recipe must be one that the flags of `python -m engine train` give. "
            f"Received: {_beyond(recipe, nearest)}"
        )
    return flags


def _baseline_flags(baseline: Baseline) -> tuple[list[str], Baseline]:
    preset = find_baseline(baseline.model).preset
    if baseline.seed == preset.seed:
        return [], preset
    return ["--seed", str(baseline.seed)], dataclasses.replace(preset, seed=baseline.seed)


def _flags(recipe: Recipe) -> tuple[list[str], Recipe]:
    """The flags, and the recipe that they give: from the quick preset where fewer will do."""
    spec = find_spec(recipe.model)
    full = _flags_from(recipe, spec.preset, [])
    quick = _flags_from(recipe, spec.quick_preset, ["--quick"])
    return min(full, quick, key=lambda found: (found[1] != recipe, len(found[0])))


def _flags_from(recipe: Recipe, preset: Recipe, start: list[str]) -> tuple[list[str], Recipe]:
    """The flags that lead from a preset to a recipe, or as near as flags can."""
    flags, nearest = [*start], preset
    # What the flags themselves would refuse is beyond them.
    with contextlib.suppress(EngineError):
        if recipe.epochs != preset.epochs:
            nearest = with_epochs(nearest, recipe.epochs)
            flags += ["--epochs", str(recipe.epochs)]
    with contextlib.suppress(EngineError):
        if recipe.phases[0].learning_rate != nearest.phases[0].learning_rate:
            rate, nearest = _learning_rate(nearest, recipe)
            flags += ["--learning-rate", str(rate)]
    if nearest.phases != recipe.phases:
        more, phases = _phases(recipe, preset)
        if phases.phases == recipe.phases:  # exact, where the shorter flags are not
            flags, nearest = [*start, *more], phases
    taken = find_spec(recipe.model).settings
    changes = {
        name: value_of(recipe, name)
        for name, one in RECIPE_SETTINGS.items()
        if one.flag
        and (name in taken or not one.of_model)
        and value_of(recipe, name) != value_of(preset, name)
    }
    for name, value in changes.items():
        flags += _flag(name, value)
    return flags, with_values(nearest, changes)


def _phases(recipe: Recipe, preset: Recipe) -> tuple[list[str], Recipe]:
    """The flags that give the phases one by one, and the recipe that they give."""
    flags: list[str] = []
    nearest = preset
    fields = {"epochs": "epochs", "rates": "learning_rate", "trainable": "trainable"}
    for position, (flag, field) in enumerate(fields.items()):
        values = tuple(getattr(phase, field) for phase in recipe.phases)
        before = tuple(getattr(phase, field) for phase in nearest.phases)
        if values == before:
            continue
        # What the flags themselves would refuse is beyond them.
        with contextlib.suppress(EngineError):
            arguments: list[Any] = [None, None, None]
            arguments[position] = values
            nearest = with_phases(nearest, *arguments)
            flags += [f"--phase-{flag}", *map(str, values)]
    return flags, nearest


def _learning_rate(nearest: Recipe, recipe: Recipe) -> tuple[float, Recipe]:
    """The rate whose flag gives the phases of a recipe, and what it gives.

    The flag scales the preset's rates, which may round: 3e-4 given may be 2.9999999999999997e-4 in
    the run, and that, given again, something else. So the numbers beside it are tried, too.
    """
    rate = recipe.phases[0].learning_rate
    beside = [rate, math.nextafter(rate, 0), math.nextafter(rate, 1)]
    for candidate in (float(f"{rate:.12g}"), *beside):
        given = with_learning_rate(nearest, candidate)
        if given.phases == recipe.phases:
            return candidate, given
    return rate, with_learning_rate(nearest, rate)


def _flag(field: str, value: Any) -> list[str]:
    name = field.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    values = value if isinstance(value, tuple) else (value,)
    return [f"--{name}", *map(str, values)]


def _beyond(recipe: Recipe | Baseline, nearest: Recipe | Baseline) -> str:
    """What a recipe has and the nearest one that flags give has not."""
    texts = []
    for field in dataclasses.fields(recipe):
        value = getattr(recipe, field.name)
        if value == getattr(nearest, field.name):
            continue
        if field.name == "phases":
            texts.append(
                "; ".join(
                    f"{one.name} {one.epochs} epochs at {one.learning_rate:g}, {one.trainable}"
                    for one in value
                )
            )
        else:
            text = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            texts.append(f"{field.name.replace('_', ' ')} {text}")
    return "; ".join(texts)
