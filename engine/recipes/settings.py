"""What a setting is: a field of a recipe that knows its own words, range and flag.

A field made by `setting(...)` carries a `Setting`. From that alone come the check of its value, its
flag at the command line, the flag in the command that repeats a run, its knob on the page Train and
its row in "What is different": a new setting is one line in `engine.recipes.recipe`, and the code
that obeys it.
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.recipes.checks import check_between, check_one_of


@dataclass(frozen=True)
class Setting:
    """How a field is chosen.

    Attributes:
        label: What it is called on pages and in tables, with its unit.
        help: What it does, in a sentence a student understands.
        low: Least value; of a tuple, of each of its values.
        high: Largest value, likewise.
        choices: The words that are allowed, where it is a word.
        offered: Values that the page Train offers beside the preset's own; none where the field
            has a knob of its own or none at all.
        scale: What a value is multiplied by where people read it: 360 shows a share of a turn in
            degrees.
        flag: Whether the command line has a flag of the field's name.
        of_report: Whether it is one of the report's own knobs, which the page shows first.
        of_model: Whether only some models take it: those whose `ModelSpec.settings` name it.
    """

    label: str
    help: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    offered: tuple[float, ...] = ()
    scale: float = 1.0
    flag: bool = True
    of_report: bool = False
    of_model: bool = False


def setting(label: str, *, default: Any = dataclasses.MISSING, **facts: Any) -> Any:
    """A dataclass field that is chosen.

    Args:
        label: As in `Setting`.
        default: What a run of a time before this setting had; none only for settings that every
            run has had.
        facts: The other attributes of `Setting`.
    """
    return dataclasses.field(default=default, metadata={Setting: Setting(label, **facts)})


def settings_of(kind: type | Any) -> Iterator[tuple[str, Setting]]:
    """Name and `Setting` of each field of a dataclass (or of an object of one) that has one."""
    for field in dataclasses.fields(kind):
        found = field.metadata.get(Setting)
        if found is not None:
            yield field.name, found


def check_settings(values: Any) -> None:
    """Check every setting of an object against its own range or choices.

    Raises:
        EngineError: If one is outside.
    """
    for name, one in settings_of(values):
        value = getattr(values, name)
        if one.choices:
            check_one_of(name, value, one.choices)
        elif one.low is not None and one.high is not None:
            for each in value if isinstance(value, tuple) else (value,):
                check_between(name, each, one.low, one.high)
