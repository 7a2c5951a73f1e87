"""Long work in a process of its own, which survives the page that started it.

    artifacts/data/.bringing-<name>.json    which process brings the photos: its id and start
    artifacts/data/.bringing-<name>.log     what it has printed

Any page, also of a server started later, reads from these two files how far the work is.
"""

import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from engine import paths
from engine.data.catalog import CATALOG
from engine.errors import EngineError

INTERRUPTED = "Bringing the photos was interrupted; press the button again."

_PERCENT = re.compile(r"(.+): (\d{1,3})%")
_BYTES = re.compile(r"(.+): ([\d,]+)")
#: Process ids are used again: two processes are one if they also started in the same second.
_SAME_START_SECONDS = 1.0
_LOG_TAIL_BYTES = 2**16

#: Between looking whether a process runs and starting one, two visitors must not interleave.
_lock = threading.Lock()


@dataclass(frozen=True)
class BringState:
    """How far bringing the photos of a data set is.

    Attributes:
        running: Whether the process runs.
        share: Share of the current step that is done, 0 to 1, or None where it is not known.
        message: What it is doing, in one line: "Downloading: 40 %".
        error: Where it ended with a failure, why, in one sentence; else None.
    """

    running: bool
    share: float | None
    message: str
    error: str | None = None


def start_bringing(name: str) -> None:
    """Start to bring the photos of a catalog data set; nothing where that runs already.

    Args:
        name: Name in the catalog.

    Raises:
        EngineError: If the name is not in the catalog, or no process can be started.
    """
    _check_catalog(name)
    with _lock:
        if _is_running(name):
            return
        try:
            paths.data_folder().mkdir(parents=True, exist_ok=True)
            with _log_path(name).open("wb") as log:
                process = subprocess.Popen(
                    _command(name),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    **paths.child_process(),
                    start_new_session=True,  # Ctrl-C at the server is not meant for it
                )
            # Without someone waiting for it, an ended process would stay as a zombie.
            threading.Thread(target=process.wait, daemon=True).start()
            _write_record(name, process.pid)
        except OSError as error:
            raise EngineError(
                f"The photos cannot be brought from here ({error.strerror or error}): "
                f"run `python -m engine data {name}` at a terminal."
            ) from error


def bringing(name: str) -> BringState | None:
    """How far bringing the photos of a data set is; None where nobody has started it.

    Args:
        name: Name in the catalog.

    Raises:
        EngineError: If the name is not in the catalog.
    """
    _check_catalog(name)
    with _lock:
        if not _record_path(name).is_file():
            return None
        # In this order: what ends in between has then already printed its last line.
        running = _is_running(name)
        lines = _log_lines(name)
    if running:
        share, message = _progress(lines)
        return BringState(True, share, message)
    for line in reversed(lines):
        if line.startswith("error: "):
            return BringState(False, None, "Failed", line.removeprefix("error: "))
        if line.startswith(f"{name}: "):  # the command's result
            return BringState(False, 1.0, "Done")
    return BringState(False, None, "Interrupted", INTERRUPTED)


def _command(name: str) -> list[str]:
    return [sys.executable, "-m", "engine", "data", name]


def _check_catalog(name: str) -> None:
    if name not in CATALOG:
        raise EngineError(
            f"The data set must be one of the catalog: {', '.join(CATALOG)}. Received: {name!r}"
        )


def _record_path(name: str) -> Path:
    return paths.data_folder() / f".bringing-{name}.json"


def _log_path(name: str) -> Path:
    return paths.data_folder() / f".bringing-{name}.log"


def _write_record(name: str, process_id: int) -> None:
    path = _record_path(name)
    partial = path.with_suffix(".partial")
    record = {"process_id": process_id, "started": _start_of(process_id)}
    partial.write_text(json.dumps(record), encoding="utf-8")
    partial.replace(path)


def _is_running(name: str) -> bool:
    try:
        record = json.loads(_record_path(name).read_text(encoding="utf-8"))
        process_id, recorded = int(record["process_id"]), float(record["started"])
    except (OSError, ValueError, TypeError, KeyError):
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


def _log_lines(name: str) -> list[str]:
    try:
        with _log_path(name).open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - _LOG_TAIL_BYTES))
            return file.read().decode("utf-8", errors="replace").splitlines()
    except OSError:
        return []


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
