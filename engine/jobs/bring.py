"""Bringing the photos of a catalog data set: `python -m engine data NAME`."""

import sys

from engine.data.catalog import CATALOG
from engine.disk import paths
from engine.disk.read_only import refuse_if_read_only
from engine.errors import EngineError
from engine.jobs.process import Job, lock
from engine.jobs.state import JobState, state_of

INTERRUPTED = "Bringing the photos was interrupted; press the button again."


def start_bringing(name: str) -> None:
    """Start to bring the photos of a catalog data set; nothing where that runs already.

    Args:
        name: Name in the catalog.

    Raises:
        EngineError: If the name is not in the catalog, this machine is read-only, or no process
            can be started.
    """
    job = _job(name)
    refuse_if_read_only("Bringing photos")
    with lock:
        if job.is_running():
            return
        try:
            job.start(_command(name))
        except OSError as error:
            raise EngineError(
                f"The photos cannot be brought from here ({error.strerror or error}): "
                f"run `python -m engine data {name}` at a terminal."
            ) from error


def bringing(name: str) -> JobState | None:
    """How far bringing the photos of a data set is; None where nobody has started it.

    Args:
        name: Name in the catalog.

    Raises:
        EngineError: If the name is not in the catalog.
    """
    return state_of(_job(name), INTERRUPTED)


def _command(name: str) -> list[str]:
    return [sys.executable, "-m", "engine", "data", name]


def _job(name: str) -> Job:
    if name not in CATALOG:
        raise EngineError(
            f"The data set must be one of the catalog: {', '.join(CATALOG)}. Received: {name!r}"
        )
    return Job(paths.data_folder(), f"bringing-{name}")
