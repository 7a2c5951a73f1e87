"""How far long work is: one kind of event, for terminals, pages and other processes alike.

Long work is given a `Progress` and tells it what it does; whoever listens gets an `Event` each
time. Stage, unit and numbers are for machines. Title and message are words for people: they may
change, for nothing but a person reads them.
"""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

#: Seconds: before that much of a stage has passed, the time that is left would be a guess.
_SOON = 10


@dataclass(frozen=True)
class Event:
    """Where long work stands.

    Attributes:
        stage: What it does, a word for machines: `download`, `prepare`, `train`.
        title: The same for people: "Preparing the photos".
        done: How much of the stage is done, in units; None where nothing has been counted yet.
        in_all: How many units there are; None where nobody knows.
        unit: What is counted, a word for machines: `bytes`, `photos`, `epochs`.
        seconds_left: Until the stage ends, at the pace so far; None where that would be a guess.
        message: A line for people about just this event; empty where the numbers say all.
        problem: Why the work failed, one sentence; None while it has not.
        result: Name of what the work has made; None until it is there, and kept from then on.
    """

    stage: str = "start"
    title: str = "Starting"
    done: float | None = None
    in_all: float | None = None
    unit: str = ""
    seconds_left: float | None = None
    message: str = ""
    problem: str | None = None
    result: str | None = None

    @property
    def share(self) -> float | None:
        """The share of the stage that is done, 0 to 1; None where it is not known."""
        if self.done is None or not self.in_all:
            return None
        return min(1.0, self.done / self.in_all)

    @property
    def percent(self) -> int | None:
        """`share` in percent, rounded down: 100 only when all is done."""
        if self.done is None or not self.in_all:
            return None
        return min(100, int(100 * self.done // self.in_all))


#: What one raises ends the work that told it.
Listener = Callable[[Event], object]


class Progress:
    """What long work tells how far it is.

    Args:
        *listeners: Called with each event, one after the other.
        clock: Gives seconds that never run backwards.

    Example:

        progress.stage("prepare", "Preparing the photos", unit="photos")
        for done, photo in enumerate(photos, start=1):
            prepare(photo)
            progress.update(done, len(photos))
    """

    def __init__(self, *listeners: Listener, clock: Callable[[], float] = time.monotonic):
        self._listeners = list(listeners)
        self._clock = clock
        self._now = Event()
        self._first: tuple[float, float] | None = None

    @contextlib.contextmanager
    def also(self, listener: Listener) -> Iterator[None]:
        """Within, `listener` is called too, and before the others."""
        self._listeners.insert(0, listener)
        try:
            yield
        finally:
            self._listeners.remove(listener)

    def stage(self, name: str, title: str, unit: str = "") -> None:
        """Begin the next piece of work.

        Args:
            name: A word for machines.
            title: What it is, for people, as the start of a line: "Preparing the photos".
            unit: What `update` will count.
        """
        self._now = Event(name, title, unit=unit, result=self._now.result)
        self._first = None
        self._tell(self._now)

    def update(
        self,
        done: float,
        in_all: float | None = None,
        *,
        seconds_left: float | None = None,
        message: str = "",
    ) -> None:
        """Tell how much of the stage is done.

        Args:
            done: Units.
            in_all: Units; None where nobody knows.
            seconds_left: Until the stage ends; by default what the pace so far lets expect.
            message: A line for people, where numbers do not say all.
        """
        if seconds_left is None:
            seconds_left = self._seconds_left(done, in_all)
        self._now = replace(self._now, done=done, in_all=in_all, seconds_left=seconds_left)
        self._tell(replace(self._now, message=message))

    def say(self, message: str) -> None:
        """Tell people a line; where the work stands stays as it is."""
        self._tell(replace(self._now, message=message))

    def finish(self, result: str) -> None:
        """Tell that what was wanted is there, whatever is still done after it.

        Args:
            result: Its name.
        """
        self._now = Event("done", "Done", result=result)
        self._tell(self._now)

    def fail(self, problem: str) -> None:
        """Tell that the work ends here, and why, in one sentence."""
        self._tell(replace(self._now, problem=" ".join(problem.splitlines())))

    def _tell(self, event: Event) -> None:
        for listener in [*self._listeners]:
            listener(event)

    def _seconds_left(self, done: float, in_all: float | None) -> float | None:
        now = self._clock()
        if self._first is None:
            self._first = (now, done)
        began, first = self._first
        if not in_all or not first < done < in_all or now - began < _SOON:
            return None
        return (now - began) * (in_all - done) / (done - first)
