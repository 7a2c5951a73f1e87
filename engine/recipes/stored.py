"""Frozen dataclasses from JSON: strict about what is there, open to what is not yet known.

A field that is missing takes its default, so that runs of an earlier time stay readable when a
setting is added. A field that is not known is refused: what it changed would be ignored.
"""

import dataclasses
import reprlib
import types
import typing
from typing import Any

from engine import __version__
from engine.errors import EngineError
from engine.recipes.baseline import BASELINE_PREFIX


def from_json(kind: type, values: Any) -> Any:
    """Build a (nested) dataclass from JSON types.

    Args:
        kind: The dataclass. Its fields are str, int, float, bool, tuples, dataclasses, or a union
            of `Recipe` and `Baseline`, of which the name of the model says which.
        values: What `json` made of its fields.

    Raises:
        EngineError: If a field without a default is missing, one is unknown, or a value is of
            another type or range.
    """
    if not isinstance(values, dict):
        raise EngineError(f"`{kind.__name__}` must be an object. Received: {reprlib.repr(values)}")
    hints = typing.get_type_hints(kind)
    needed = {field.name for field in dataclasses.fields(kind) if not _has_default(field)}
    if missing := sorted(needed - values.keys()):
        raise EngineError(
            f"`{kind.__name__}` must have the field {missing[0]}. "
            f"Received: {reprlib.repr(list(values))}"
        )
    if unknown := sorted(values.keys() - hints.keys(), key=str):
        raise EngineError(
            f"`{kind.__name__}` has no field of that name in version {__version__}, a later one "
            f"may know it. Received: {reprlib.repr(unknown[0])}"
        )
    return kind(
        **{
            name: _convert(name, hint, values[name])
            for name, hint in hints.items()
            if name in values
        }
    )


def _has_default(field: dataclasses.Field[Any]) -> bool:
    return not (
        field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    )


def _convert(name: str, hint: Any, value: Any) -> Any:
    if isinstance(hint, types.UnionType):  # the model says which
        network, baseline = typing.get_args(hint)
        model = value.get("model") if isinstance(value, dict) else None
        hint = baseline if str(model).startswith(BASELINE_PREFIX) else network
    if dataclasses.is_dataclass(hint):
        return from_json(typing.cast(type, hint), value)
    if isinstance(hint, types.GenericAlias):  # tuple[item, ...]
        if not isinstance(value, (list, tuple)):
            raise EngineError(f"`{name}` must be a list. Received: {reprlib.repr(value)}")
        item = typing.get_args(hint)[0]
        return tuple(_convert(name, item, one) for one in value)
    if hint is float and type(value) is int and abs(value) < 2**53:
        value = float(value)
    if type(value) is not hint:
        raise EngineError(
            f"`{name}` must be of type {hint.__name__}. Received: {reprlib.repr(value)}"
        )
    return value
