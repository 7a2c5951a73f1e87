"""Which process something belongs to, noted on disk, and whether that process still runs.

The disk may be shared: by computers of a network, or by containers of one computer. Process ids
mean something on one machine alone, so a record names that, too. Whether a process of another
machine still runs nobody can ask: it touches a file of its own while it does (`heartbeat`), and
counts as ended once the file has not been touched for `SILENT_SECONDS`.
"""

import contextlib
import functools
import hashlib
import os
import platform
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeGuard

#: Process ids are used again: two processes are one if they also started in the same second.
_SAME_START_SECONDS = 1.0
#: A network disk may show the time of a file a minute late, and clocks differ a little.
SILENT_SECONDS = 120.0
_HEARTBEAT_SECONDS = 15.0
#: Environment variable: the file that a process was started to touch while it runs.
HEARTBEAT_VARIABLE = "SCRATCH_VS_TRANSFER_HEARTBEAT"


@functools.cache
def host() -> str:
    """The machine, or container, on which this process has its id: letters, digits and `_`.

    Its name for people, and a digest of what tells apart two of one name: each start of the system
    and each container has process ids of its own.
    """
    parts = [platform.node()]
    with contextlib.suppress(OSError):  # Linux alone has them; elsewhere the name has to do
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
        parts.append(str(Path("/proc/self/ns/pid").readlink()))
    name = re.sub(r"[^A-Za-z0-9]+", "_", platform.node())[:32]
    return f"{name}_{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:8]}"


def identity(process_id: int | None = None) -> dict[str, Any]:
    """What tells a process from all others, JSON types: its machine, its id and when it started.

    Args:
        process_id: Of another process than this one, on this machine.
    """
    process_id = process_id or os.getpid()
    return {"host": host(), "process_id": process_id, "started": _start_of(process_id)}


def is_here(record: Any) -> bool:
    """Whether a record that `identity` made is of this machine; so are those of old versions."""
    return isinstance(record, dict) and record.get("host", host()) == host()


def is_alive(record: Any, file: Path) -> TypeGuard[dict[str, Any]]:
    """Whether the process of a record that `identity` made runs; False for a damaged record.

    Args:
        record: What was read.
        file: What that process touches by `heartbeat`, to judge by if it is another machine's.
    """
    try:
        process_id, recorded = int(record["process_id"]), float(record["started"])
    except (ValueError, TypeError, KeyError, OverflowError):
        return False
    if not is_here(record):
        return seconds_since_touched(file) < SILENT_SECONDS
    started = _start_of(process_id)
    return started is not None and abs(started - recorded) < _SAME_START_SECONDS


def seconds_since_touched(path: Path) -> float:
    """How long ago a file or folder was touched; infinite where there is none."""
    try:
        return time.time() - path.stat().st_mtime
    except OSError:
        return float("inf")


@contextlib.contextmanager
def heartbeat(path: Path, every: float = _HEARTBEAT_SECONDS) -> Iterator[None]:
    """Touch a file or folder again and again, so that other machines see that this process lives.

    One that is not there, or not any more, is not made.

    Args:
        path: What to touch.
        every: Seconds.
    """
    ended = threading.Event()

    def beat() -> None:
        while True:
            with contextlib.suppress(OSError):  # it went, or the disk is away for a moment
                os.utime(path)
            if ended.wait(every):
                return

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def own_heartbeat() -> contextlib.AbstractContextManager[None]:
    """`heartbeat` on the file that whoever started this process named in its environment."""
    # Processes that this one starts are others.
    path = os.environ.pop(HEARTBEAT_VARIABLE, "")
    return heartbeat(Path(path)) if path else contextlib.nullcontext()


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
