"""Whether this machine only shows: a hosted page that visitors cannot change."""

import os

from engine.errors import EngineError

#: Environment variable; a secret of the host becomes one (`pages/ui/frame.py`).
VARIABLE = "READ_ONLY"
_NO = {"", "0", "false", "no", "off"}


def is_read_only() -> bool:
    """Whether nothing may be trained, brought or removed from a page."""
    return os.environ.get(VARIABLE, "").strip().lower() not in _NO


def refuse_if_read_only(what: str) -> None:
    """Refuse on a machine that only shows.

    Args:
        what: What was wanted, as the subject of a sentence: "Training".

    Raises:
        EngineError: If this machine only shows.
    """
    if is_read_only():
        raise EngineError(
            f"{what} is off on this page, which only shows: install the project on a machine of "
            f"your own, or start it there without {VARIABLE}."
        )
