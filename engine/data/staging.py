"""Data sets appear whole or not at all: built in a hidden folder, then renamed.

Two processes may bring the same data set at once; each builds its own, the first one stays.
"""

import contextlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from engine import paths

_TEMPORARY = re.compile(r"\.building-(\d+)-.*")
#: After a killed attempt its process number may belong to someone else; age then decides.
_ABANDONED_AFTER_SECONDS = 3600


@contextlib.contextmanager
def building_folder() -> Iterator[Path]:
    """A new hidden folder inside the data folder, removed at the end unless it was renamed."""
    root = paths.data_folder()
    root.mkdir(parents=True, exist_ok=True)
    remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f".building-{os.getpid()}-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def move_into_place(built: Path, target: Path, is_complete) -> bool:
    """Rename the finished folder `built` to `target`.

    Args:
        built: A finished folder on the same disk.
        target: Where it belongs.
        is_complete: Called without arguments; whether what stands at `target` is good.

    Returns:
        False if a good data set stood there already; then `built` is left alone.
    """
    built.chmod(0o755)  # mkdtemp's folders are the owner's alone
    try:
        built.rename(target)
    except OSError:
        if is_complete():
            return False
        # What is there is broken (photos removed by hand, say): put it aside, it goes with
        # the leftovers.
        aside = Path(tempfile.mkdtemp(prefix=f".building-{os.getpid()}-", dir=target.parent))
        try:
            target.rename(aside / "replaced")
            built.rename(target)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return True


def remove_leftovers() -> None:
    """Remove hidden folders of attempts that were killed."""
    root = paths.data_folder()
    for folder in root.glob(".building-*"):
        made_by = _TEMPORARY.fullmatch(folder.name)
        with contextlib.suppress(OSError):
            old = time.time() - folder.stat().st_mtime > _ABANDONED_AFTER_SECONDS
            if made_by and (old or not _is_running(int(made_by[1]))):
                shutil.rmtree(folder, ignore_errors=True)


def _is_running(process: int) -> bool:
    if os.name != "posix":  # elsewhere os.kill(process, 0) may end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
