"""Work that one process alone may do at a time, whichever machines share the disk."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from engine.errors import EngineError


@contextlib.contextmanager
def only_process(path: Path, what: str) -> Iterator[None]:
    """Keep work to this process; refuse at once where another one is at it.

    Args:
        path: The file to lock. It must lie outside any folder that the work renames or removes:
            Windows does neither while a file in it is open.
        what: The work, as the subject of a sentence: "The run scratch is being trained".

    Raises:
        EngineError: If another process is at it.
        OSError: If the disk refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # `FileLock` asks the system, which opens the lock when its process ends, however that ends; of
    # another machine, too, where the disk's server keeps locks (NFS from version 4 on, SMB). A
    # `SoftFileLock`, a file that says who is at work, would be left by every process that is
    # killed, so filelock takes it only where a disk knows no locks at all. There one whose process
    # has ended on this machine is passed over; only a person can tell of another machine's.
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        advice = f", or remove {path} if it runs on no machine" if _is_soft(path) else ""
        raise EngineError(f"{what} by another process: wait until it has ended{advice}.") from error
    try:
        yield
    finally:
        if not _is_soft(path):
            # While it is still held: of those who opened the file before, filelock lets nobody in.
            with contextlib.suppress(OSError):
                path.unlink()
        lock.release()


def _is_soft(path: Path) -> bool:
    """Whether the file itself is the lock: the system's locks need no content."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False
