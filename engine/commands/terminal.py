"""What a person at a terminal reads while a command works: its events, as lines on stderr."""

import argparse
import sys
from typing import Any, Protocol

from engine.progress import Event
from engine.text import duration

#: A download without a known length counts in steps of so many bytes.
_STEP = 1_000_000


class Commands(Protocol):
    """Where a command adds its own parser: what `add_subparsers` of `argparse` gives."""

    def add_parser(self, name: str, **words: Any) -> argparse.ArgumentParser: ...


class Terminal:
    """Prints events: one line that grows at a terminal; a line each percent into a file.

    What an event says in words is a line of its own. Epochs are not counted in percent: each has
    such a line, with its accuracy.
    """

    def __init__(self) -> None:
        self._last: tuple[str, int] | None = None
        #: Whether the line that grows has not come to its end.
        self._grows = False

    def __call__(self, event: Event) -> None:
        if event.problem is not None:
            self._line(f"error: {event.problem}")
        elif event.message:
            self._line(event.message)
        elif event.done is None:  # the next piece of work, even one that is called like the last
            self._last = None
        elif event.unit != "epochs":
            self._count(event, event.done)

    def _line(self, text: str) -> None:
        if self._grows:
            print(file=sys.stderr)
            self._grows = False
        print(text, file=sys.stderr, flush=True)

    def _count(self, event: Event, done: float) -> None:
        left = ""
        if event.seconds_left is not None:
            left = f", {duration(event.seconds_left / 60)} left"
        far = f"{done:,}" if event.percent is None else f"{event.percent}%"
        if sys.stderr.isatty():
            line = f"{event.title}: {far}{left}"
            self._grows = event.share != 1
            print(f"\r{line:<70}", end="" if self._grows else "\n", file=sys.stderr, flush=True)
            return
        step = int(done // _STEP) if event.percent is None else event.percent
        if (event.title, step) != self._last:
            self._last = (event.title, step)
            print(f"{event.title}: {far}{left}", file=sys.stderr, flush=True)
