"""Names of what is not finished yet, and the removal of what killed processes left under them."""

import contextlib
import functools
import os
import re
import shutil
from pathlib import Path

from engine.disk.process_identity import identity, is_alive, is_here, seconds_since_touched

_START = ".building-"
_OWNER = re.compile(r"([A-Za-z0-9_]*_[0-9a-f]{8})-(\d+)-(\d+)-")
#: Before they named the machine and the start of the process.
_OLD_OWNER = re.compile(r"(\d+)-")
#: Of what another machine, or an old version, has made age decides: whoever is at work on
#: something writes into it or touches it.
_ABANDONED_AFTER_SECONDS = 3600


def temporary_name(of: str = "") -> str:
    """Start of the name of something unfinished that this process makes."""
    return f"{_start_of_names(os.getpid())}{of}"


def remove_leftovers(folder: Path) -> None:
    """Remove what killed attempts left unfinished in `folder`."""
    for leftover in folder.glob(f"{_START}*"):
        if _is_left(leftover):
            with contextlib.suppress(OSError):  # another process removes it at this moment
                if leftover.is_dir():
                    shutil.rmtree(leftover)
                else:
                    leftover.unlink()


@functools.cache
def _start_of_names(process_id: int) -> str:
    owner = identity(process_id)
    return f"{_START}{owner['host']}-{process_id}-{(owner['started'] or 0) * 100:.0f}-"


def _is_left(path: Path) -> bool:
    """Whether nobody will finish it."""
    name = path.name.removeprefix(_START)
    if owner := _OWNER.match(name):
        record = {"host": owner[1], "process_id": owner[2], "started": int(owner[3]) / 100}
        if is_here(record):
            return not is_alive(record, path)
        return seconds_since_touched(path) > _ABANDONED_AFTER_SECONDS
    if owner := _OLD_OWNER.match(name):
        return (
            seconds_since_touched(path) > _ABANDONED_AFTER_SECONDS
            or identity(int(owner[1]))["started"] is None
        )
    return False  # no name of ours
