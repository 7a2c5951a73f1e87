"""How far a process is, read from the lines it has printed."""

import re
from dataclasses import dataclass

from engine.jobs.process import Job, lock

_PERCENT = re.compile(r"(.+): (\d{1,3})%.*")
_BYTES = re.compile(r"(.+): ([\d,]+)")


@dataclass(frozen=True)
class JobState:
    """How far a process is that brings or imports photos.

    Attributes:
        running: Whether the process runs.
        share: Share of the current step that is done, 0 to 1, or None where it is not known.
        message: What it is doing, in one line: "Downloading: 40 %".
        error: Where it ended with a failure, why, in one sentence; else None.
        result: Where it ended well, its last line; else None.
    """

    running: bool
    share: float | None
    message: str
    error: str | None = None
    result: str | None = None


def state_of(job: Job, result_start: str, interrupted: str) -> JobState | None:
    """How far a process of `python -m engine data` is; None where it was never started.

    Args:
        job: The process.
        result_start: How the line starts that it prints when all went well.
        interrupted: What to say where it ended without a word.
    """
    with lock:
        if not job.record_path.is_file():
            return None
        # In this order: what ends in between has then already printed its last line.
        running = job.is_running()
        lines = job.log_lines()
    if running:
        share, message = _progress(lines)
        return JobState(True, share, message)
    for line in reversed(lines):
        if line.startswith("error: "):
            return JobState(False, None, "Failed", line.removeprefix("error: "))
        if line.startswith(result_start):
            return JobState(False, 1.0, "Done", result=line)
    return JobState(False, None, "Interrupted", interrupted)


def _progress(lines: list[str]) -> tuple[float | None, str]:
    """Share and message of the last progress line."""
    for line in reversed(lines):
        if found := _PERCENT.fullmatch(line):
            percent = min(100, int(found[2]))
            return percent / 100, f"{found[1]}: {percent} %"
        if found := _BYTES.fullmatch(line):  # a server that does not say how much will come
            megabytes = int(found[2].replace(",", "")) / 1e6
            return None, f"{found[1]}: {megabytes:.0f} MB"
    return None, "Starting"
