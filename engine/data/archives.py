"""What untrusted archives may hold, and the folder they are unpacked into.

`zip_files` and `tar_files` read them.
"""

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from engine.disk.leftovers import temporary_name
from engine.errors import EngineError

MAX_FILES = 200_000
MAX_BYTES = 4 * 2**30
MAX_FILE_BYTES = 256 * 2**20
#: Photos are compressed already and hardly shrink; a file that grows 200-fold is a trap.
MAX_RATIO = 200
MAX_DEPTH = 32
_RATIO_FROM_BYTES = 2**20


@dataclass(frozen=True)
class Limits:
    """What an archive may hold at most.

    Attributes:
        files: Number of files and folders.
        bytes: Of all files, unpacked.
        file_bytes: Of each file, unpacked.
    """

    files: int
    bytes: int
    file_bytes: int


def photo_limits() -> Limits:
    """What photos need."""
    return Limits(MAX_FILES, MAX_BYTES, MAX_FILE_BYTES)


@contextlib.contextmanager
def unpacking(
    path: Path, into: Path, kind: str, damaged: tuple[type[Exception], ...]
) -> Iterator[Path]:
    """A new folder to unpack an archive into, which becomes `into` if all goes well.

    Args:
        path: The archive.
        into: Folder that is made; must not exist yet.
        kind: What the archive must be, such as "zip file".
        damaged: What reading a damaged archive raises.

    Raises:
        EngineError: In place of `damaged`, and of what the disk refuses.
    """
    into = Path(into)
    into.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=temporary_name(), dir=into.parent))
    unpacked = temporary / "unpacked"
    unpacked.mkdir()
    try:
        yield unpacked
        unpacked.rename(into)
    except FileNotFoundError as error:
        raise EngineError(f"The archive must be a {kind} that exists. Received: {path}") from error
    except EngineError:
        raise
    except damaged as error:
        raise EngineError(
            f"The archive must be a whole {kind} of a common kind; it is damaged, cut short "
            f"or something else. Received: {path.name}"
        ) from error
    except OSError as error:
        raise EngineError(
            f"The archive {path.name} could not be unpacked: {error.strerror or error}."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def check_count(count: int, limits: Limits, name: str) -> None:
    """Refuse an archive `name` of `count` files and folders, or more, where that is too many.

    Raises:
        EngineError: If it is.
    """
    if count > limits.files:
        raise EngineError(
            f"The archive {name} must hold at most {limits.files} files. Received: {count}"
        )


def check_path(text: str, name: str) -> None:
    """Refuse a path in the archive `name` that could lead out of the folder it is unpacked into.

    Raises:
        EngineError: If it could, or is written in another way than with `/`.
    """
    parts = PurePosixPath(text).parts
    if (
        not parts
        or text.startswith("/")
        or ".." in parts
        or any(sign in text for sign in ("\\", "\0"))
        or re.match("[A-Za-z]:", text)
        or len(parts) > MAX_DEPTH
    ):
        raise EngineError(
            f"The archive {name} must hold only paths below its own folder, written "
            f"with '/' and at most {MAX_DEPTH} deep. Received: {text[:200]!a}"
        )


def check_bytes(count: int, limit: int, what: str) -> None:
    """Refuse `what`, such as "the archive x.zip", where `count` unpacked bytes are too many.

    Raises:
        EngineError: If they are.
    """
    if count > limit:
        raise EngineError(
            f"Unpacked, {what} must have at most {limit // 2**20} MiB. "
            f"Received: {-(-count // 2**20)} MiB or more"
        )


def grows_too_much(unpacked: int, packed: int) -> bool:
    """Whether so many bytes out of so few are a trap; a small file may be all of one colour."""
    return unpacked > _RATIO_FROM_BYTES and unpacked > MAX_RATIO * packed
