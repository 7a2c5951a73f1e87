"""Events of long work as JSON lines, for whoever watches it from another process.

The last whole line says where the work stands. A reader looks at the end of the file alone, and
passes over what a kill has torn, what a full disk has left out, and what it does not know.
"""

import contextlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from engine.progress import Event

#: Environment variable: the file that a process was started to write its events into.
PROGRESS_VARIABLE = "SCRATCH_VS_TRANSFER_PROGRESS"
#: Numbers alone are noted so often: more often than a page looks, seldom enough to cost nothing.
_EVERY_SECONDS = 0.5
#: Hundreds of lines.
_TAIL_BYTES = 2**16
_MOST = 1e18


class ProgressFile:
    """Writes events into a file, as a listener of `engine.progress.Progress`.

    That the disk refuses ends no work: what watches it then sees an older event.

    Args:
        path: The file; what an earlier piece of work has written there goes.
        clock: Gives seconds that never run backwards.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic):
        self._path, self._clock = path, clock
        self._told: Event | None = None
        self._when = 0.0
        self._start = ""
        with contextlib.suppress(OSError):
            path.write_bytes(b"")

    def __call__(self, event: Event) -> None:
        now, told = self._clock(), _but_for_numbers(event)
        if told == self._told and event.share != 1 and now - self._when < _EVERY_SECONDS:
            return
        self._told, self._when = told, now
        line = json.dumps(
            {name: value for name, value in asdict(event).items() if value not in ("", None)}
        )
        try:
            # Opened each time: on Windows, the folder of a file that is open cannot be renamed.
            with self._path.open("a", encoding="ascii") as file:
                file.write(f"{self._start}{line}\n")
            self._start = ""
        except OSError:
            self._start = "\n"  # the line may have been written in part


def own_progress_file() -> list[ProgressFile]:
    """The file that whoever started this process named in its environment, if anybody did."""
    # Processes that this one starts are others.
    path = os.environ.pop(PROGRESS_VARIABLE, "")
    return [ProgressFile(Path(path))] if path else []


def last_event(path: Path) -> Event | None:
    """The last event in a file; None where it holds none, or cannot be read."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL_BYTES))
            lines = file.read(_TAIL_BYTES).split(b"\n")
    except OSError:
        return None
    events = (_event(line) for line in reversed(lines))
    return next((event for event in events if event is not None), None)


def _but_for_numbers(event: Event) -> Event:
    """An event as it is while nothing but its numbers changes."""
    counts = None if event.done is None else 0
    return replace(event, done=counts, in_all=None, seconds_left=None)


def _event(line: bytes) -> Event | None:
    """The event of a line; None where it is none, or is torn."""
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, dict) or "stage" not in values:
        return None
    known = {one.name: values[one.name] for one in fields(Event) if one.name in values}
    return Event(**known) if all(map(_fits, known, known.values())) else None


def _fits(name: str, value: Any) -> bool:
    if name in ("done", "in_all", "seconds_left"):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return value is None or (is_number and 0 <= value <= _MOST)
    return isinstance(value, str) or (value is None and name in ("problem", "result"))
