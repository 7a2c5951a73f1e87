"""All settings of a recipe by name, wherever in it they lie: read, and replaced together."""

import dataclasses
import typing
from collections.abc import Mapping
from typing import Any

from engine.errors import EngineError
from engine.recipes.recipe import Augmentation, Recipe
from engine.recipes.settings import Setting, settings_of

_AUGMENTATION = dict(settings_of(Augmentation))
#: Every setting of a network, by the name of its field: the recipe's own, then its augmentation's.
RECIPE_SETTINGS: Mapping[str, Setting] = {**dict(settings_of(Recipe)), **_AUGMENTATION}
#: The type of each, as its field is annotated.
SETTING_TYPES: Mapping[str, Any] = {
    name: typing.get_type_hints(Augmentation if name in _AUGMENTATION else Recipe)[name]
    for name in RECIPE_SETTINGS
}


def value_of(recipe: Recipe, name: str) -> Any:
    """The value of a setting.

    Args:
        recipe: Of a network.
        name: One of `RECIPE_SETTINGS`.
    """
    return getattr(recipe.augmentation if name in _AUGMENTATION else recipe, name)


def with_values(recipe: Recipe, values: Mapping[str, Any]) -> Recipe:
    """The recipe with some settings replaced, all at once: half of them might be no recipe.

    Args:
        recipe: Of a network.
        values: By name, of `RECIPE_SETTINGS`.

    Raises:
        EngineError: If a name is none of a setting, or a value is out of range.
    """
    if unknown := sorted(values.keys() - RECIPE_SETTINGS.keys()):
        raise EngineError(
            f"A setting must be one of {', '.join(RECIPE_SETTINGS)}. Received: {unknown[0]!r}"
        )
    nested = {name: value for name, value in values.items() if name in _AUGMENTATION}
    own = {name: value for name, value in values.items() if name not in _AUGMENTATION}
    augmentation = dataclasses.replace(recipe.augmentation, **nested)
    return dataclasses.replace(recipe, augmentation=augmentation, **own)


def refuse_settings_of_others(model: str, names: frozenset[str], taken: frozenset[str]) -> None:
    """Refuse settings that a model does not take.

    Args:
        model: Name of the model.
        names: The settings that were chosen for it.
        taken: `ModelSpec.settings` of it.

    Raises:
        EngineError: If it does not take one of them.
    """
    wrong = sorted(name for name in names - taken if RECIPE_SETTINGS[name].of_model)
    if wrong:
        flags = " and ".join(f"`--{name.replace('_', '-')}`" for name in wrong)
        verb = "does" if len(wrong) == 1 else "do"
        raise EngineError(f"{flags} {verb} not go with {model}, which has its own layers.")
