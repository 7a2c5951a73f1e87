"""What a value may be, said in one sentence where it is something else."""

import reprlib
from typing import Any

from engine.errors import EngineError


def check_one_of(field: str, value: object, allowed: tuple[object, ...]) -> None:
    """Refuse a value that is none of those allowed.

    Raises:
        EngineError: If it is not.
    """
    if value not in allowed:
        raise EngineError(
            f"`{field}` must be one of {', '.join(map(str, allowed))}. "
            f"Received: {reprlib.repr(value)}"
        )


def check_between(field: str, value: Any, low: float, high: float) -> None:
    """Refuse a number outside `low` to `high`, both allowed.

    Raises:
        EngineError: If it is outside, or no number at all (NaN).
    """
    if not low <= value <= high:  # also refuses NaN
        raise EngineError(
            f"`{field}` must be between {low} and {high}. Received: {reprlib.repr(value)}"
        )
