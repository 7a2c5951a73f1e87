"""Names that visitors choose, for what becomes a folder: text in any alphabet, yet safe."""

import unicodedata
from collections.abc import Sequence

from engine.data.folders import SYSTEM_FILES
from engine.errors import EngineError

LONGEST_NAME = 40  # characters
_FORBIDDEN = '/\\:*?"<>|'
#: Names that Windows keeps for devices.
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)}


def free_name(name: str, taken: Sequence[str], what: str) -> str:
    """A visitor's name, if it is allowed and not taken.

    Args:
        name: As the visitor wrote it.
        taken: The names that are there.
        what: What is named, in the middle of a sentence: "class".

    Returns:
        The name without needless spaces, its letters composed.

    Raises:
        EngineError: If it is not safe as a folder's name on any machine, or is taken.
    """
    tidy = unicodedata.normalize("NFC", " ".join(name.split()))
    if (
        not 0 < len(tidy) <= LONGEST_NAME
        or not tidy.isprintable()
        or any(sign in tidy for sign in _FORBIDDEN)
        or tidy.startswith(".")
        or tidy.endswith(".")
        or tidy.casefold() in SYSTEM_FILES
        or tidy.casefold().split(".")[0] in _DEVICES
    ):
        raise EngineError(
            f"The name of a {what} must be 1 to {LONGEST_NAME} characters, no dot at its start "
            f"or end, and none of {' '.join(_FORBIDDEN)}. Received: {name[:100]!a}"
        )
    # Some file systems take "Hat" and "hat" for one folder.
    same = [one for one in taken if one.casefold() == tidy.casefold()]
    if same:
        raise EngineError(
            f"The name of a {what} must differ from those that are here. Received: {tidy!r} "
            f"beside {same[0]!r}"
        )
    return tidy
