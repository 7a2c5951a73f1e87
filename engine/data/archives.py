"""Zip files from strangers: checked before and while they are unpacked."""

import lzma
import re
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
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
_BLOCK = 2**20

#: What zipfile raises on damaged files and on kinds of compression it does not know.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    ValueError,
)


@dataclass(frozen=True)
class Limits:
    """What a zip file may hold at most.

    Attributes:
        files: Number of files and folders.
        bytes: Of all files, unpacked.
        file_bytes: Of each file, unpacked.
    """

    files: int
    bytes: int
    file_bytes: int


def extract_zip(
    path: Path,
    into: Path,
    progress: Callable[[int, int | None, str], None] | None = None,
    limits: Limits | None = None,
) -> None:
    """Unpack the zip file `path` into the new folder `into`; all of it, or nothing.

    Args:
        path: The zip file.
        into: Folder that is made; must not exist yet.
        progress: Called as `progress(bytes_done, bytes_in_all, what)`.
        limits: What it may hold; by default what photos need.

    Raises:
        EngineError: If the file is not a whole zip file, is encrypted, holds a path that would
            leave the folder or a link, or is too large, in files, in bytes or in ratio.
    """
    path, into = Path(path), Path(into)
    limits = limits or Limits(MAX_FILES, MAX_BYTES, MAX_FILE_BYTES)
    into.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=temporary_name(), dir=into.parent))
    unpacked = temporary / "unpacked"
    unpacked.mkdir()
    try:
        with zipfile.ZipFile(path) as archive:
            members = _checked(archive.infolist(), path.name, limits)
            _extract(archive, members, unpacked, path.name, progress, limits)
        unpacked.rename(into)
    except FileNotFoundError as error:
        raise EngineError(
            f"The archive must be a zip file that exists. Received: {path}"
        ) from error
    except EngineError:
        raise
    except _DAMAGED as error:
        raise EngineError(
            f"The archive must be a whole zip file of a common kind; it is damaged, cut short "
            f"or something else. Received: {path.name}"
        ) from error
    except OSError as error:
        raise EngineError(
            f"The archive {path.name} could not be unpacked: {error.strerror or error}."
        ) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _checked(members: list[zipfile.ZipInfo], name: str, limits: Limits) -> list[zipfile.ZipInfo]:
    """The files among `members`, after everything their headers can tell was checked."""
    if len(members) > limits.files:
        raise EngineError(
            f"The archive {name} must hold at most {limits.files} files. Received: {len(members)}"
        )
    for member in members:
        # Also the name as it stands in the archive: zipfile cuts it at NUL, for example.
        for text in (member.filename, member.orig_filename):
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
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise EngineError(
                f"The archive {name} must hold files and folders, no links. "
                f"Received: {member.filename!a}"
            )
        if member.flag_bits & 0x1:
            raise EngineError(
                f"The archive {name} must not be encrypted. Received: {member.filename!a} "
                f"with a password"
            )
        if (
            member.file_size > _RATIO_FROM_BYTES
            and member.file_size > MAX_RATIO * member.compress_size
        ):
            raise EngineError(
                f"The archive {name} must not hold files that grow more than {MAX_RATIO}-fold. "
                f"Received: {member.filename!a} of {member.file_size} bytes, packed into "
                f"{member.compress_size}"
            )
        _check_bytes(member.file_size, limits.file_bytes, f"a file in the archive {name}")
    files = [member for member in members if not member.is_dir()]
    _check_bytes(sum(member.file_size for member in files), limits.bytes, f"the archive {name}")
    return files


def _extract(archive, files, folder: Path, name: str, progress, limits: Limits) -> None:
    in_all = sum(member.file_size for member in files)
    done = 0
    for member in files:
        target = folder / member.filename
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise EngineError(
                f"The archive {name} must hold each file once. Received: {member.filename!a} twice"
            )
        written = 0
        with archive.open(member) as packed, target.open("xb") as file:
            while block := packed.read(_BLOCK):
                # Headers may lie: what counts is what really comes out.
                written += len(block)
                _check_bytes(written, limits.file_bytes, f"a file in the archive {name}")
                _check_bytes(done + written, limits.bytes, f"the archive {name}")
                file.write(block)
        done += written
        if progress:
            progress(done, in_all, "Unpacking")


def _check_bytes(count: int, limit: int, what: str) -> None:
    if count > limit:
        raise EngineError(
            f"Unpacked, {what} must have at most {limit // 2**20} MiB. "
            f"Received: {-(-count // 2**20)} MiB or more"
        )
