"""A file that a person named to be written: checked before the work, whole or not at all after."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from engine.disk.atomic import atomic_file
from engine.errors import EngineError


def check_output(path: Path, what: str) -> None:
    """Say at once, before seconds of work, where a file cannot be written.

    Args:
        path: Where it should lie.
        what: What it is, as in "the report".

    Raises:
        EngineError: If the path is a folder, or its folder is missing or cannot be written.
    """
    if path.is_dir():
        raise EngineError(f"The {what} must be a file, not a folder. Received: {str(path)!r}")
    if path.exists() and not path.is_file():  # a device would be replaced by a file
        raise EngineError(f"The {what} must be an ordinary file. Received: {str(path)!r}")
    folder = path.parent
    if not folder.is_dir():
        raise EngineError(
            f"The folder of the {what} must be there: make {str(folder)!r} first. "
            f"Received: {str(path)!r}"
        )
    if not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise EngineError(f"The {what} must be a file that can be written. Received: {str(path)!r}")


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write into that takes its place at the end; one that was there is replaced.

    Args:
        path: Where it belongs.
    """
    with atomic_file(path.resolve()) as file:  # a link stays one
        yield file
