"""The command that trains a run again, with a flag for each difference from its preset."""

import contextlib
import dataclasses
import math
import shlex
from dataclasses import dataclass

from engine.disk.paths import LONGEST_NAME
from engine.errors import EngineError
from engine.recipes.config import Baseline, Recipe, RunConfig, with_epochs, with_learning_rate
from engine.recipes.presets import BASELINE_PRESETS, PRESETS, QUICK_PRESETS

_FIELDS = ("batch_size", "seed", "image_size", "dropout", "dense_units", "head")
#: The command line refuses these for `resnet50`, which has its own layers.
_CONVOLUTIONS = ("filters", "batch_normalisation")
_AGAIN = "-again"


@dataclass(frozen=True)
class Reproduction:
    """How to train a run again.

    Attributes:
        command: `python -m engine train ...`, quoted for a shell.
        beyond: What no flag gives and has to be changed in `engine/recipes/presets.py` first, in
        words;
            empty where the command alone is exact.
    """

    command: str
    beyond: str

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
    if isinstance(recipe, Baseline):
        more, nearest = _baseline_flags(recipe)
    else:
        more, nearest = _flags(recipe)
        # The default depends on the processor.
        more += ["--precision", config.precision]
    command = ["python", "-m", "engine", "train", config.data_set, recipe.model, *flags, *more]
    return Reproduction(shlex.join(command), "" if nearest == recipe else _beyond(recipe, nearest))


def flags_of(recipe: Recipe) -> list[str]:
    """The flags of `python -m engine train` that give a recipe.

    Args:
        recipe: Of one of the two models.

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
    preset = BASELINE_PRESETS[baseline.model]
    if baseline.seed == preset.seed:
        return [], preset
    return ["--seed", str(baseline.seed)], dataclasses.replace(preset, seed=baseline.seed)


def _flags(recipe: Recipe) -> tuple[list[str], Recipe]:
    """The flags, and the recipe that they give: from the quick preset where fewer will do."""
    full = _flags_from(recipe, PRESETS[recipe.model], [])
    quick = _flags_from(recipe, QUICK_PRESETS[recipe.model], ["--quick"])
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
    fields = _FIELDS if recipe.model == "resnet50" else (*_FIELDS, *_CONVOLUTIONS)
    changes = {
        field: getattr(recipe, field)
        for field in fields
        if getattr(recipe, field) != getattr(preset, field)
    }
    for field, value in changes.items():
        flags += _flag(field, value)
    for field in ("rotation", "zoom"):
        value = getattr(recipe.augmentation, field)
        if value != getattr(preset.augmentation, field):
            flags += _flag(field, value)
    # All changes at once: half of them might be no recipe.
    return flags, dataclasses.replace(
        recipe,
        **{
            field.name: getattr(nearest, field.name)
            for field in dataclasses.fields(Recipe)
            if field.name not in (*fields, "augmentation")
        },
    )


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


def _flag(field: str, value) -> list[str]:
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
                    for one in recipe.phases
                )
            )
        else:
            text = " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            texts.append(f"{field.name.replace('_', ' ')} {text}")
    return "; ".join(texts)
