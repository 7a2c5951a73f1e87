"""Files that appear whole or not at all, and in one step: nobody ever reads half of one.

A file is written beside its place, under a hidden name of its own, and renamed when it is complete.
What a killed writer left under such a name goes when the next file is written there.
"""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from engine.disk.leftovers import remove_leftovers, temporary_name


@contextlib.contextmanager
def atomic_path(path: Path, durable: bool = True) -> Iterator[Path]:
    """A path for a library to write to, of the same ending; it takes its place at the end.

    Args:
        path: Where the file belongs; one that stands there is replaced, a link too.
        durable: Whether the content reaches the disk before the file takes its place, so that it
            survives a power cut. It costs a moment: leave it out for what is computed again.

    Raises:
        OSError: If the disk refuses. As after any other error, what stood there stays.
    """
    with _beside(path, durable, ending="".join(path.suffixes[-2:])) as partial:
        yield partial


@contextlib.contextmanager
def atomic_file(path: Path, durable: bool = True) -> Iterator[BinaryIO]:
    """A file to write into, that takes its place at the end.

    Args:
        path: As for `atomic_path`.
        durable: As for `atomic_path`.

    Raises:
        OSError: As `atomic_path`.
    """
    # Without an ending: no `glob("*.json")` takes it for a whole one.
    with _beside(path, durable, ending="") as partial, partial.open("xb") as file:
        yield file


def write_bytes(path: Path, content: bytes, durable: bool = True) -> None:
    """Write a whole file in one step.

    Args:
        path: As for `atomic_path`.
        content: All of it.
        durable: As for `atomic_path`.

    Raises:
        OSError: As `atomic_path`.
    """
    with atomic_file(path, durable) as file:
        file.write(content)


def write_text(path: Path, text: str, durable: bool = True) -> None:
    """Write a whole text in one step: UTF-8, line ends as they are.

    Args:
        path: As for `atomic_path`.
        text: All of it.
        durable: As for `atomic_path`.

    Raises:
        OSError: As `atomic_path`.
    """
    write_bytes(path, text.encode("utf-8"), durable)


@contextlib.contextmanager
def _beside(path: Path, durable: bool, ending: str) -> Iterator[Path]:
    remove_leftovers(path.parent)
    partial = path.with_name(temporary_name(secrets.token_hex(8) + ending))
    try:
        yield partial
        if durable:
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
