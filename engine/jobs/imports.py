"""Importing a visitor's photos: `python -m engine data PATH --check`, one import at a time.

Where it comes from is an upload, which is removed when the import has ended, well or not, or a
collection, which stays.
"""

import contextlib
import sys
import threading
from pathlib import Path

import psutil

from engine.data.uploads import remove_upload
from engine.disk import paths
from engine.disk.read_only import refuse_if_read_only
from engine.errors import EngineError
from engine.jobs.process import Job, lock
from engine.jobs.state import JobState, state_of

INTERRUPTED_IMPORT = "The import was interrupted; bring the photos once more."


def start_import(source: Path) -> None:
    """Start to import an upload or a collection.

    Args:
        source: A path that `engine.data.uploads` returned, or the folder of a collection. An
            upload is removed when the import has ended, and when it cannot be started.

    Raises:
        EngineError: If this machine is read-only, another import runs, or no process can be
            started.
    """
    job = _job()
    try:
        refuse_if_read_only("Importing photos")
        with lock:
            if job.is_running():
                raise EngineError(
                    "Other photos are being imported on this machine just now: bring these when "
                    "that has ended."
                )
            _clear(job)
            process_id = job.start(_command(source), source=str(source.resolve()))
    except OSError as error:
        remove_upload(source)
        raise EngineError(
            f"The photos cannot be imported from here: {error.strerror or error}."
        ) from error
    except EngineError:
        remove_upload(source)
        raise
    # Whoever started it may have closed the page by then.
    threading.Thread(target=_clear_at_the_end, args=(process_id, source), daemon=True).start()


def importing() -> JobState | None:
    """How far the import is that was started last; its result is the data set's name.

    None where none was started, or the last one was dismissed.
    """
    job = _job()
    state = state_of(job, INTERRUPTED_IMPORT)
    if state is not None and not state.running:
        with lock:
            if not job.is_running():
                _clear(job)
    return state


def imported_from() -> str:
    """The visitor's name of what was imported last, or is being imported; empty if unknown."""
    return Path(str((_job().record() or {}).get("source", ""))).name


def dismiss_import() -> None:
    """Forget how the last import ended; nothing where one runs.

    Raises:
        EngineError: If this machine is read-only.
    """
    refuse_if_read_only("Importing photos")
    job = _job()
    with lock:
        if not job.is_running():
            _clear(job)
            job.forget()


def _command(source: Path) -> list[str]:
    return [sys.executable, "-m", "engine", "data", str(source.resolve()), "--check"]


def _job() -> Job:
    return Job(paths.data_folder(), "importing")


def _clear(job: Job) -> None:
    """Remove the upload that the last import came from."""
    if source := (job.record() or {}).get("source"):
        remove_upload(Path(str(source)))


def _clear_at_the_end(process_id: int, source: Path) -> None:
    with contextlib.suppress(psutil.Error):
        psutil.Process(process_id).wait()
    remove_upload(source)
