"""What all commands print while they work: progress, on stderr."""

import math
import sys
import time
from collections.abc import Callable

from engine.text import duration

#: Seconds: before that much is done, the time that is left would be a guess.
_SOON = 10


def say(line: str) -> None:
    """One line on stderr, at once."""
    print(line, file=sys.stderr, flush=True)


class Progress:
    """One line that grows at a terminal; a line each percent where the output is a file.

    Called as `progress(done, in_all, what)`. Says how much time is left where the work is long.

    Args:
        clock: Gives seconds that never run backwards.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self.clock = clock
        self.last = None
        self.what, self.began, self.first, self.done = None, 0.0, 0, 0

    def __call__(self, done: int, total: int | None, what: str) -> None:
        if what != self.what or done < self.done:  # the next piece of work
            self.what, self.began, self.first = what, self.clock(), done
            self.last = None
        # Once all is done, what comes next is another piece, even one that is just as long.
        self.done = math.inf if total and done >= total else done
        if sys.stderr.isatty():
            share = f"{done / total:.0%}" if total else f"{done:,}"
            end = "\n" if total and done >= total else ""
            line = f"{what}: {share}{self._left(done, total)}"
            print(f"\r{line:<70}", end=end, file=sys.stderr, flush=True)
            return
        # A download without a known length counts in steps of a million bytes.
        step = (what, done * 100 // total if total else done // 1_000_000)
        if step != self.last:
            self.last = step
            share = f"{step[1]}%" if total else f"{done:,}"
            print(f"{what}: {share}{self._left(done, total)}", file=sys.stderr, flush=True)

    def _left(self, done: int, total: int | None) -> str:
        passed = self.clock() - self.began
        if not total or not self.first < done < total or passed < _SOON:
            return ""
        seconds = passed * (total - done) / (done - self.first)
        return f", {duration(seconds / 60)} left"


#: Called as `show_progress(done, in_all, what)`.
show_progress = Progress()
