"""Untrusted tar files, packed with gzip: checked while they are unpacked.

A tar file has no table of contents: what it holds is known only at its end. So each file is checked
when it comes, and nothing stays of an archive that is refused at its last one.
"""

import gzip
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

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

#: tarfile reads long names, and whatever else stands before a file, into memory as a whole.
_LONGEST_HEADER = 2**20
#: Zeros that fill the last record: 10,240 bytes by habit.
_LONGEST_PADDING = 2**20

#: What tarfile and gzip raise on damaged files.
_DAMAGED = (
    tarfile.TarError,
    gzip.BadGzipFile,
    zlib.error,
    EOFError,
    ValueError,
    RecursionError,  # headers of headers of headers
)


def extract_tar(
    path: Path,
    into: Path,
    wanted: Callable[[PurePosixPath], bool] | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> None:
    """Unpack files of the `.tar.gz` file `path` into the new folder `into`; or nothing.

    Args:
        path: The tar file, packed with gzip.
        into: Folder that is made; must not exist yet.
        wanted: Which files are unpacked, by their paths in the archive; by default all. Those that
            are not are checked, too.
        progress: Told how many bytes of the archive are read.
        limits: What it may hold; by default what photos need.

    Raises:
        EngineError: If the file is no whole tar file, holds a path that would leave the folder, a
            link or a device, or is too large, in files, in bytes or in ratio.
    """
    path = Path(path)
    limits, progress = limits or photo_limits(), progress or Progress()
    progress.stage("unpack", "Unpacking", unit="bytes")
    with (
        unpacking(path, into, "tar.gz file", _DAMAGED) as unpacked,
        path.open("rb") as packed,
        gzip.open(packed) as stream,
    ):
        in_all = path.stat().st_size
        reader = _Forward(stream, path.name)
        total = 0
        # It reads, seeks and tells, which is all that tarfile does with a file.
        with tarfile.open(fileobj=cast(BinaryIO, reader), mode="r:") as archive:
            for count, member in enumerate(archive, start=1):
                check_count(count, limits, path.name)
                total += member.size
                _check(member, total, in_all, path.name, limits)
                if member.isdir() or not (wanted is None or wanted(PurePosixPath(member.name))):
                    continue
                _extract(archive, member, unpacked, path.name)
                progress.update(packed.tell(), in_all)
        reader.check_end()


class _Forward:
    """What tarfile reads from: bytes that come once, and only so many at a time."""

    def __init__(self, stream: gzip.GzipFile, name: str):
        self.stream = stream
        self.name = name
        self.last_read = b""

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= _LONGEST_HEADER:
            raise EngineError(
                f"The archive {self.name} must not hold names and remarks of more than "
                f"{_LONGEST_HEADER >> 20} MiB. Received: {size} bytes"
            )
        self.last_read = self.stream.read(size)
        return self.last_read

    def seek(self, position: int) -> int:
        # A header may say less than nothing of a size, and lead to itself.
        if position < self.stream.tell():
            raise tarfile.StreamError("only forward")
        return self.stream.seek(position)

    def tell(self) -> int:
        return self.stream.tell()

    def check_end(self) -> None:
        """Refuse an archive that just stops; tarfile takes any nonsense for its end."""
        rest = self.stream.read(_LONGEST_PADDING)  # gzip compares its checksum at the end
        if self.last_read != bytes(tarfile.BLOCKSIZE) or rest.strip(b"\0") or self.stream.read(1):
            raise tarfile.ReadError("no end")


def _check(member: tarfile.TarInfo, total: int, packed: int, name: str, limits: Limits) -> None:
    """Refuse a member for what its header says, or for what all until here are together."""
    if not (member.isdir() and member.name in ("", ".")):  # the folder that was packed, itself
        check_path(member.name, name)
    # A sparse file may be huge and take no room in the archive.
    if member.issparse() or not (member.isreg() or member.isdir()):
        raise EngineError(
            f"The archive {name} must hold files and folders, no links or devices. "
            f"Received: {member.name[:200]!a}"
        )
    if member.size < 0:
        raise tarfile.ReadError("a size below zero")
    check_bytes(member.size, limits.file_bytes, f"a file in the archive {name}")
    check_bytes(total, limits.bytes, f"the archive {name}")
    if grows_too_much(total, packed):
        raise EngineError(
            f"The archive {name} must not grow more than {MAX_RATIO}-fold. Received: {total} bytes "
            f"or more, packed into {packed}"
        )


def _extract(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, name: str) -> None:
    if (folder / member.name).exists():
        raise EngineError(
            f"The archive {name} must hold each file once. Received: {member.name[:200]!a} twice"
        )
    # Python's own filter looks at it once more, and who packed it says nothing about rights here.
    archive.extract(member, folder, set_attrs=False, filter="data")
