"""Settings as people read them: the one place that turns the fields of a recipe into words.

A field made by `engine.recipes.settings.setting` brings its own words; another is called by its
name, so that a new setting is shown before anybody has thought of how.
"""

import dataclasses
import typing
from collections.abc import Iterator
from typing import Any

from engine.measures.differences import PHASES, settings_of_run
from engine.models.specs import find_baseline, find_spec, is_baseline
from engine.recipes.baseline import Baseline
from engine.recipes.config import RunConfig
from engine.recipes.recipe import ALL, HEAD, Recipe
from engine.recipes.settings import Setting, settings_of
from engine.text import counted

#: Of a run that has no such setting.
NONE = "–"
_LABELS = {"model": "Model", "precision": "Computed in"}
_LEARNS = {ALL: "all layers learn", HEAD: "only the head learns"}


def settings_in_words(config: RunConfig) -> dict[str, str]:
    """Everything that was chosen for a run: what it is called, and its value."""
    return {
        label_of(name): in_words(name, value) for name, value in settings_of_run(config).items()
    }


def label_of(name: str) -> str:
    """What a setting is called.

    Args:
        name: As in `engine.measures.differences.settings_of_run`.
    """
    if name in _SETTINGS:
        return _SETTINGS[name].label
    if name.startswith(PHASES):
        return f"Phase {name.removeprefix(PHASES)}"
    words = name.rsplit(".", maxsplit=1)[-1].replace("_", " ")
    return _LABELS.get(name, words[:1].upper() + words[1:])


def in_words(name: str, value: Any) -> str:
    """The value of a setting, in the unit of its label.

    Args:
        name: As in `engine.measures.differences.settings_of_run`.
        value: Its value; None where a run has no such setting.
    """
    match value:
        case None:
            words = NONE
        case bool():
            words = "yes" if value else "no"
        case dict():
            words = _phase(value) if name.startswith(PHASES) else _listed(value)
        case list():
            words = ", ".join(in_words(name, one) for one in value) or "none"
        case int() | float():
            words = _number(value * (_SETTINGS[name].scale if name in _SETTINGS else 1))
        case _:
            words = _title(value) if name == "model" else str(value)
    return words


def _phase(phase: dict[str, Any]) -> str:
    """`10 epochs at a learning rate of 0.0001: only the head learns`."""
    rest = {name: one for name, one in phase.items() if name not in _OF_A_PHASE}
    trainable = phase["trainable"]
    from_stage = f"the head learns, and the backbone from {trainable.removeprefix('from_')} on"
    return (
        f"{counted(phase['epochs'], 'epoch')} at a learning rate of "
        f"{_number(phase['learning_rate'])}: {_LEARNS.get(trainable, from_stage)}"
        + (f"; {_listed(rest)}" if rest else "")
    )


#: What the sentence on a phase tells; its name follows from the model.
_OF_A_PHASE = ("name", "epochs", "learning_rate", "trainable")


def _listed(values: dict[str, Any]) -> str:
    return ", ".join(f"{label_of(name)} {in_words(name, one)}" for name, one in values.items())


def _number(value: float) -> str:
    """0.00001 -> `0.00001`, not `1e-05`; 36.0 -> `36`."""
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _settings(kind: type, before: str = "") -> Iterator[tuple[str, Setting]]:
    """Every setting of a dataclass and of those in it, by its dotted name."""
    hints = typing.get_type_hints(kind)
    for name, one in settings_of(kind):
        yield f"{before}{name}", one
    for field in dataclasses.fields(kind):
        if dataclasses.is_dataclass(hints[field.name]):
            yield from _settings(hints[field.name], f"{before}{field.name}.")


_SETTINGS = {**dict(_settings(Baseline)), **dict(_settings(Recipe))}


def _title(model: str) -> str:
    return (find_baseline(model) if is_baseline(model) else find_spec(model)).title
