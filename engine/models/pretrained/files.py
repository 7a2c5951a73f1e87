"""Files of weights in the Keras cache, and the checksums that show them whole."""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.errors import EngineError, one_line

_DIGEST = "tensors_sha256"


def cache_folder() -> Path:
    """Where Keras keeps what it downloads."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "models"


@contextlib.contextmanager
def cache_workspace() -> Iterator[Path]:
    """A folder beside the cached files, on the same disk, so that a rename is all or nothing."""
    try:
        cache_folder().mkdir(parents=True, exist_ok=True)
        folder = tempfile.TemporaryDirectory(dir=cache_folder(), prefix=".fetching-")
    except OSError as error:
        raise EngineError(
            f"The Keras cache must be a folder one can write to: {one_line(error)}. "
            f"Received: {str(cache_folder())!r}"
        ) from error
    with folder as workspace:
        yield Path(workspace)


def checksum(path: Path, algorithm: str) -> bytes:
    """The checksum of a file, by an algorithm of `hashlib`.

    Raises:
        EngineError: If the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, algorithm).digest()
    except OSError as error:
        raise EngineError(f"The weights file cannot be read: {one_line(error)}") from error


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """The tensors of a file that `write_safetensors` wrote.

    Raises:
        EngineError: If it is damaged, or another's.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise EngineError(
            f"The weights file cannot be read as safetensors: {one_line(error)}. "
            f"Received: {str(path)!r}"
        ) from error
    if metadata.get(_DIGEST) != _tensors_sha256(tensors):
        raise EngineError(
            "The weights file must be one that was converted here, with its checksum. "
            f"Received: {str(path)!r}"
        )
    return tensors


def write_safetensors(path: Path, tensors: dict[str, np.ndarray]) -> None:
    """Write tensors with their checksum, so that a changed number is noticed.

    Raises:
        EngineError: If the file cannot be written.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    tensors = {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}
    try:
        save_file(tensors, path, {_DIGEST: _tensors_sha256(tensors)})
    except (SafetensorError, OSError) as error:
        raise EngineError(f"The weights cannot be kept: {one_line(error)}") from error


def _tensors_sha256(tensors: dict[str, np.ndarray]) -> str:
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(f"{name} {tensors[name].shape} {tensors[name].dtype}\n".encode())
        digest.update(np.ascontiguousarray(tensors[name]).data)
    return digest.hexdigest()
