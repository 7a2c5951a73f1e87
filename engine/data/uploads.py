"""What a visitor uploaded to be imported, until it is.

    artifacts/data/.uploads/<random>/<file name>.zip
    artifacts/data/.uploads/<random>/<name>/data_train.npy, labels_train.npy, class_names.txt

An upload appears whole or not at all, and under the visitor's name for it, because the data set
that is made of it is called so.
"""

import secrets
import shutil
import time
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from engine.data.arrays import DATA_FILE, LABELS_FILE, NAMES_FILE
from engine.disk import paths
from engine.disk.read_only import refuse_if_read_only
from engine.disk.staging import building_folder
from engine.errors import EngineError

UPLOADS_FOLDER = ".uploads"
#: Of one file. A browser sends it into the server's memory first.
MAX_BYTES = 500 * 2**20
#: Room that stays free on the disk: what is unpacked and prepared comes on top of the upload.
_KEPT_FREE_BYTES = 2**30
LONGEST_NAME = 60  # characters: with four bytes each they fit a file name
_FORGOTTEN_AFTER_SECONDS = 24 * 3600
_BLOCK = 2**20


def keep_zip(name: str, file: BinaryIO) -> Path:
    """Keep an uploaded zip file.

    Args:
        name: The visitor's name of the file.
        file: Its content, from any position.

    Returns:
        Where it lies: a path for `engine.data.open_data_set`, and for `remove_upload` later.

    Raises:
        EngineError: If this machine is read-only, the file is empty, larger than `MAX_BYTES`
            or not called `.zip`, or the disk refuses.
    """
    if not name.lower().endswith(".zip"):
        raise EngineError(
            f"The file must be a zip file, whose name ends with .zip. Received: {name[:100]!a}"
        )
    return _keep({f"{_safe(name[:-4])}.zip": file})[0]


def keep_arrays(name: str, files: Mapping[str, BinaryIO]) -> Path:
    """Keep uploaded NumPy arrays.

    Args:
        name: What the visitor calls the photos in them.
        files: By `data_train.npy`, `labels_train.npy` and perhaps `class_names.txt`, the
            content, from any position.

    Returns:
        Their folder: a path for `engine.data.open_data_set`, and for `remove_upload` later.

    Raises:
        EngineError: If this machine is read-only, a file is missing, unknown, empty or larger
            than `MAX_BYTES`, or the disk refuses.
    """
    needed, allowed = {DATA_FILE, LABELS_FILE}, {DATA_FILE, LABELS_FILE, NAMES_FILE}
    if not needed <= set(files) <= allowed:
        raise EngineError(
            f"The upload must hold both {DATA_FILE} and {LABELS_FILE}, and may hold {NAMES_FILE}. "
            f"Received: {', '.join(sorted(files)) or 'nothing'}"
        )
    folder = _safe(name)
    return _keep({f"{folder}/{file_name}": file for file_name, file in files.items()})[0].parent


def remove_upload(path: Path) -> None:
    """Remove an upload; a path that is none, or no longer, is left alone.

    Args:
        path: As `keep_zip` or `keep_arrays` returned it.
    """
    path = Path(path).resolve()
    if path.parent.parent == _folder().resolve():
        shutil.rmtree(path.parent, ignore_errors=True)


def remove_old_uploads() -> None:
    """Remove uploads of yesterday and before, which nobody imports any more."""
    for upload in _folder().glob("*"):
        try:
            old = time.time() - upload.stat().st_mtime > _FORGOTTEN_AFTER_SECONDS
        except OSError:  # removed at this moment
            continue
        if old:
            shutil.rmtree(upload, ignore_errors=True)


def _keep(files: Mapping[str, BinaryIO]) -> list[Path]:
    """Keep all `files`, by their path within the upload; where each lies."""
    refuse_if_read_only("Bringing photos")
    for path, file in files.items():
        size = file.seek(0, 2)
        if not 0 < size <= MAX_BYTES:
            raise EngineError(
                f"The file {path.split('/')[-1]} must not be empty and have at most "
                f"{MAX_BYTES >> 20} MB. Received: {-(-size // 2**20)} MB"
            )
    remove_old_uploads()
    with building_folder(_folder()) as building:
        _check_room(sum(file.seek(0, 2) for file in files.values()))
        whole = building / "whole"
        for path, file in files.items():
            (whole / path).parent.mkdir(parents=True, exist_ok=True)
            file.seek(0)
            with (whole / path).open("xb") as kept:
                shutil.copyfileobj(file, kept, _BLOCK)
        # Two visitors may upload files of one name.
        upload = _folder() / secrets.token_hex(8)
        whole.rename(upload)
        return [upload / path for path in files]


def _check_room(size: int) -> None:
    free = shutil.disk_usage(_folder()).free
    if size + _KEPT_FREE_BYTES > free:
        raise EngineError(
            f"The disk of this machine has too little room: the upload takes {size / 1e9:.1f} GB "
            f"and {_KEPT_FREE_BYTES / 1e9:.1f} GB must stay free. Received: {free / 1e9:.1f} GB "
            "free"
        )


def _folder() -> Path:
    return paths.data_folder() / UPLOADS_FOLDER


def _safe(name: str) -> str:
    """The last part of a visitor's file name, as a file name on any machine."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1])
    kept = "".join(c if c.isprintable() and c not in '<>:"|?*' else "_" for c in last)
    return kept[:LONGEST_NAME].strip(" .") or "photos"
