"""Data sets appear whole or not at all: built in a hidden folder, then renamed.

Two processes may bring the same data set at once; each builds its own, the first one stays.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from engine.disk import paths
from engine.disk.leftovers import remove_leftovers, temporary_name
from engine.disk.process_identity import heartbeat
from engine.errors import EngineError


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """What the disk refuses within becomes one sentence.

    Raises:
        EngineError: If the disk refuses.
    """
    try:
        yield
    except OSError as error:
        raise EngineError(
            "The photos could not be read from or written to the disk: "
            f"{error.strerror or error} ({error.filename or paths.data_folder()})."
        ) from error


@contextlib.contextmanager
def building_folder(root: Path | None = None) -> Iterator[Path]:
    """A new hidden folder inside the data folder; what is left in it at the end is removed.

    Args:
        root: Another folder to make it in; made where it is missing.

    Raises:
        EngineError: If the disk refuses, here or in what is done with the folder.
    """
    root = root or paths.data_folder()
    with disk_errors(), hidden_folder(root) as folder:
        yield folder


@contextlib.contextmanager
def hidden_folder(parent: Path) -> Iterator[Path]:
    """A new hidden folder inside `parent`; what is left in it at the end is removed.

    What ended processes left there is removed, too.

    Raises:
        OSError: If the disk refuses.
    """
    parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(parent)
    folder = Path(tempfile.mkdtemp(prefix=temporary_name(), dir=parent))
    try:
        with heartbeat(folder):  # what is written deep inside does not touch it
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def move_into_place(built: Path, target: Path, is_complete: Callable[[], bool]) -> None:
    """Rename the finished folder `built` to `target`, unless a good data set stands there.

    Args:
        built: A finished folder on the same disk.
        target: Where it belongs.
        is_complete: Whether what stands at `target` is good.
    """
    try:
        built.rename(target)
    except OSError:
        if is_complete():  # someone else was faster
            return
        # What is there is broken (photos removed by hand, say): it makes room.
        aside = Path(tempfile.mkdtemp(prefix=temporary_name(), dir=target.parent))
        try:
            target.rename(aside / "replaced")
            built.rename(target)
        except OSError:
            if not is_complete():
                raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
