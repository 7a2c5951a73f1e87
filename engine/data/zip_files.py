"""Untrusted zip files: checked before and while they are unpacked."""

import lzma
import stat
import struct
import zipfile
import zlib
from pathlib import Path

from engine.data.archives import (
    MAX_RATIO,
    Limits,
    check_bytes,
    check_count,
    check_path,
    grows_too_much,
    photo_limits,
    unpacking,
)
from engine.errors import EngineError
from engine.progress import Progress

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


def extract_zip(
    path: Path,
    into: Path,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> None:
    """Unpack the zip file `path` into the new folder `into`; all of it, or nothing.

    Args:
        path: The zip file.
        into: Folder that is made; must not exist yet.
        progress: Told how many bytes are unpacked.
        limits: What it may hold; by default what photos need.

    Raises:
        EngineError: If the file is not a whole zip file, is encrypted, holds a path that would
            leave the folder or a link, or is too large, in files, in bytes or in ratio.
    """
    path = Path(path)
    limits = limits or photo_limits()
    with unpacking(path, into, "zip file", _DAMAGED) as unpacked, zipfile.ZipFile(path) as archive:
        members = _checked(archive.infolist(), path.name, limits)
        _extract(archive, members, unpacked, path.name, progress or Progress(), limits)


def _checked(members: list[zipfile.ZipInfo], name: str, limits: Limits) -> list[zipfile.ZipInfo]:
    """The files among `members`, after everything their headers can tell was checked."""
    check_count(len(members), limits, name)
    for member in members:
        # Also the name as it stands in the archive: zipfile cuts it at NUL, for example.
        check_path(member.filename, name)
        check_path(member.orig_filename, name)
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
        if grows_too_much(member.file_size, member.compress_size):
            raise EngineError(
                f"The archive {name} must not hold files that grow more than {MAX_RATIO}-fold. "
                f"Received: {member.filename!a} of {member.file_size} bytes, packed into "
                f"{member.compress_size}"
            )
        check_bytes(member.file_size, limits.file_bytes, f"a file in the archive {name}")
    files = [member for member in members if not member.is_dir()]
    check_bytes(sum(member.file_size for member in files), limits.bytes, f"the archive {name}")
    return files


def _extract(
    archive: zipfile.ZipFile,
    files: list[zipfile.ZipInfo],
    folder: Path,
    name: str,
    progress: Progress,
    limits: Limits,
) -> None:
    progress.stage("unpack", "Unpacking", unit="bytes")
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
                check_bytes(written, limits.file_bytes, f"a file in the archive {name}")
                check_bytes(done + written, limits.bytes, f"the archive {name}")
                file.write(block)
        done += written
        progress.update(done, in_all)
