"""Which process something belongs to, noted on disk, and whether that process still runs."""

import os

#: Process ids are used again: two processes are one if they also started in the same second.
_SAME_START_SECONDS = 1.0


def identity(process_id: int | None = None) -> dict:
    """What tells a process from all others, JSON types: its id and when it started.

    Args:
        process_id: Of another process than this one.
    """
    process_id = process_id or os.getpid()
    return {"process_id": process_id, "started": _start_of(process_id)}


def is_alive(record) -> bool:
    """Whether the process of a record that `identity` made runs; False for a damaged record."""
    try:
        process_id, recorded = int(record["process_id"]), float(record["started"])
    except (ValueError, TypeError, KeyError, OverflowError):
        return False
    started = _start_of(process_id)
    return started is not None and abs(started - recorded) < _SAME_START_SECONDS


def _start_of(process_id: int) -> float | None:
    """When a process started, in seconds since 1970; None where it has ended."""
    import psutil

    try:
        process = psutil.Process(process_id)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return process.create_time()
    except (psutil.Error, ValueError, OverflowError):
        return None
