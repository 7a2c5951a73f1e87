"""Photos as a model sees them: decoded and resized once, kept as one array a size.

Training reads every photo in every epoch, and decoding costs more than the smaller model's
own arithmetic; from here an epoch's photos are a memory-mapped read.
"""

import contextlib
import hashlib
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import numpy as np

from engine.data.data_set import PHOTOS_FOLDER, DataSet, photos_missing
from engine.data.images import PIXELS, PhotoError, read_photo, resize_for_model
from engine.disk.atomic import atomic_file
from engine.disk.leftovers import remove_leftovers
from engine.errors import EngineError
from engine.models.specs import SPECS
from engine.progress import Progress

PREPARED_FOLDER = "prepared"
SIZES = tuple(sorted({spec.preset.image_size for spec in SPECS.values()}))
#: Pillow lets other threads run while it decodes; more than two would crowd a free host.
_THREADS = 2
_BATCH = 32
_SMALLEST, _LARGEST = 8, 1024


def prepare(
    photos_folder: Path,
    image_ids: Sequence[str],
    into: Path,
    sizes: Sequence[int] = SIZES,
    progress: Progress | None = None,
) -> list[tuple[int, int] | str]:
    """Decode every photo once and write an array for each size into `into`.

    Each array is uint8 of shape `(readable photos, size, size, 3)`, in the order of `image_ids`.

    Args:
        photos_folder: Folder the image ids start from.
        image_ids: Photos in order.
        into: Folder of the arrays; existing ones are replaced in one step.
        sizes: Sides in pixels.
        progress: Told how many photos are done.

    Returns:
        For each photo its width and height in pixels, or the reason why it cannot be read.

    Raises:
        EngineError: If the disk has too little room.
    """

    def decode(image_id: str) -> tuple[tuple[int, int], list[np.ndarray]] | str:
        try:
            photo = read_photo(photos_folder / image_id)
        except PhotoError as error:
            return str(error)
        return photo.shape[1::-1], [resize_for_model(photo, size) for size in sizes]

    into.mkdir(parents=True, exist_ok=True)
    remove_leftovers(into)  # before the room is measured: they are large
    needed, free = bytes_of(len(image_ids), sizes), shutil.disk_usage(into).free
    if needed > free:
        raise EngineError(
            f"Preparing {len(image_ids)} photos at {' and '.join(map(str, sizes))} pixels takes "
            f"{needed / 1e9:.1f} GB of disk. Received: {free / 1e9:.1f} GB free"
        )
    progress = progress or Progress()
    progress.stage("prepare", "Preparing the photos", unit="photos")
    outcomes: list[tuple[int, int] | str] = []
    with contextlib.ExitStack() as files:
        # Not durable: it is large, and made again from the photos.
        opened = [atomic_file(into / prepared_name(size), durable=False) for size in sizes]
        stacks = [
            _Stack(files.enter_context(file), size)
            for file, size in zip(opened, sizes, strict=True)
        ]
        with ThreadPoolExecutor(_THREADS) as pool:
            # In batches, so that no more than a batch of decoded photos waits in memory.
            for start in range(0, len(image_ids), _BATCH):
                for outcome in pool.map(decode, image_ids[start : start + _BATCH]):
                    if isinstance(outcome, str):
                        outcomes.append(outcome)
                        continue
                    shape, resized = outcome
                    outcomes.append(shape)
                    for stack, photo in zip(stacks, resized, strict=True):
                        stack.append(photo)
                progress.update(len(outcomes), len(image_ids))
        for stack in stacks:
            stack.finish()
    return outcomes


def prepared_name(size: int) -> str:
    """The file of the photos at one size, named by all that their pixels depend on but themselves.

    The photos lie beside it and come and go with it.
    """
    return f"{size}-{hashlib.sha256(f'{size}, {PIXELS}'.encode()).hexdigest()[:12]}.npy"


def bytes_of(photos: int, sizes: Sequence[int]) -> int:
    """Bytes on disk of `photos` prepared photos at these sizes."""
    return photos * sum(3 * size * size for size in sizes)


def load_prepared(
    data_set: DataSet,
    size: int,
    progress: Progress | None = None,
) -> np.ndarray:
    """The photos of `data_set` at one size; made on first use for sizes without a preset.

    Returns:
        uint8 of shape `(photos, size, size, 3)`, memory-mapped, read-only; row i belongs to
        row i of `data_set.photos`.

    Raises:
        EngineError: If the size is not 8 to 1024 pixels, the photos are not here, one of them
            can no longer be read, or the disk refuses.
    """
    if type(size) is not int or not _SMALLEST <= size <= _LARGEST:
        raise EngineError(
            f"`size` must be a whole number of pixels between {_SMALLEST} and {_LARGEST}. "
            f"Received: {size!r}"
        )
    path = data_set.folder / PREPARED_FOLDER / prepared_name(size)
    shape = (len(data_set.photos), size, size, 3)
    prepared = _load(path, shape)
    if prepared is not None:
        return prepared
    if not data_set.has_photos:
        raise EngineError(photos_missing(data_set.name))
    image_ids = data_set.photos["image_id"].tolist()
    photos_folder = data_set.folder / PHOTOS_FOLDER
    try:
        outcomes = prepare(photos_folder, image_ids, path.parent, (size,), progress)
    except OSError as error:
        raise EngineError(
            f"The prepared photos of {data_set.name} could not be written: "
            f"{error.strerror or error} ({path.parent})."
        ) from error
    for image_id, outcome in zip(image_ids, outcomes, strict=True):
        if isinstance(outcome, str):
            path.unlink(missing_ok=True)
            raise EngineError(
                f"The data set {data_set.name} is damaged: its photo {image_id} can no longer "
                f"be read; remove the folder {data_set.folder} and bring or import it again."
            )
    prepared = _load(path, shape)
    if prepared is None:
        raise EngineError(
            f"The prepared photos of {data_set.name} were removed or changed while they were made "
            f"({path.name}): try again."
        )
    return prepared


def _load(path: Path, shape: tuple[int, ...]) -> np.ndarray | None:
    """The array at `path`, or None where it is absent, cut short or of another shape."""
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return array if array.shape == shape and array.dtype == np.uint8 else None


class _Stack:
    """A `.npy` file of photos that grows row by row: its length is known only at the end."""

    def __init__(self, file: BinaryIO, size: int):
        self.file = file
        self.size = size
        self.count = 0
        self._write_header()

    def append(self, photo: np.ndarray) -> None:
        self.file.write(np.ascontiguousarray(photo, dtype=np.uint8).data)
        self.count += 1

    def finish(self) -> None:
        # NumPy pads the header so that the first axis can grow: its length stays the same.
        self.file.seek(0)
        self._write_header()

    def _write_header(self) -> None:
        np.lib.format.write_array_header_1_0(
            self.file,
            {
                "descr": "|u1",
                "fortran_order": False,
                "shape": (self.count, self.size, self.size, 3),
            },
        )
