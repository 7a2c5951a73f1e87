"""Names of what is not finished yet, and the removal of what killed processes left under them."""

import contextlib
import os
import re
import shutil
import time
from pathlib import Path

_TEMPORARY = re.compile(r"\.building-(\d+)-.*")
#: After a killed attempt its process number may belong to someone else; age then decides.
_ABANDONED_AFTER_SECONDS = 3600


def temporary_name(of: str = "") -> str:
    """Start of the name of something unfinished that this process makes."""
    return f".building-{os.getpid()}-{of}"


def remove_leftovers(folder: Path) -> None:
    """Remove what killed attempts left unfinished in `folder`."""
    for leftover in folder.glob(".building-*"):
        made_by = _TEMPORARY.fullmatch(leftover.name)
        with contextlib.suppress(OSError):  # a living attempt may finish at this moment
            old = time.time() - leftover.stat().st_mtime > _ABANDONED_AFTER_SECONDS
            if made_by is None or not (old or not _is_running(int(made_by[1]))):
                continue
            if leftover.is_dir():
                shutil.rmtree(leftover)
            else:
                leftover.unlink()


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
