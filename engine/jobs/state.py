"""How a process stands that brings or imports photos, and the words of events for pages."""

from dataclasses import dataclass

from engine.disk.progress_file import last_event
from engine.jobs.process import Job, lock
from engine.progress import Event
from engine.text import duration


@dataclass(frozen=True)
class JobState:
    """How far a process is.

    Attributes:
        running: Whether the process runs.
        share: Share of the current stage that is done, 0 to 1, or None where it is not known.
        message: What it is doing, in one line: "Downloading: 40 %".
        problem: Where it ended with a failure, why, in one sentence; else None.
        result: Where it ended well, the name of what it has made; else None.
    """

    running: bool
    share: float | None
    message: str
    problem: str | None = None
    result: str | None = None


def state_of(job: Job, interrupted: str) -> JobState | None:
    """How a process stands; None where it was never started.

    Args:
        job: The process.
        interrupted: What to say where it ended without a word.
    """
    with lock:
        if not job.record_path.is_file():
            return None
        # In this order: what ends in between has then already told its last event.
        running = job.is_running()
        event = last_event(job.progress_path) or Event()
    if running:
        return JobState(True, event.share, in_words(event))
    if event.result is not None:
        return JobState(False, 1.0, "Done", result=event.result)
    if event.problem is not None:
        return JobState(False, None, "Failed", event.problem)
    return JobState(False, None, "Interrupted", interrupted)


def in_words(event: Event) -> str:
    """Where work stands, in one line for people."""
    left = ""
    if event.seconds_left is not None:
        left = f", about {duration(event.seconds_left / 60)} left"
    if event.unit == "epochs" and event.done is not None and event.in_all:
        # Also where the event brings a line of its own: the text beside a bar keeps its form. The
        # epoch under way follows those that are whole.
        under_way = min(int(event.done + 1e-6) + 1, int(event.in_all))
        return f"Epoch {under_way} of {event.in_all:g}{left}"
    if event.message:
        return event.message
    if event.done is None:
        return event.title
    if event.percent is not None:
        return f"{event.title}: {event.percent} %{left}"
    if event.unit == "bytes":  # a server that does not say how much will come
        return f"{event.title}: {event.done / 1e6:.0f} MB"
    return f"{event.title}: {event.done:,}"
