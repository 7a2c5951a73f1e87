"""The source report's format: all photos in `data_train.npy`, all labels in `labels_train.npy`.

They become one PNG file a photo, which loses nothing, so that from there everything goes the
same way as for folders of photos.
"""

import functools
import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.archives import MAX_FILES
from engine.data.folders import file_digest
from engine.data.images import encode_png
from engine.data.splits import check_counts
from engine.errors import EngineError
from engine.progress import Progress

DATA_FILE = "data_train.npy"
LABELS_FILE = "labels_train.npy"
NAMES_FILE = "class_names.txt"

_SMALLEST_SIDE = 8
_LARGEST_SIDE = 4096
_BLOCK_VALUES = 2**22
_LAYOUTS = (
    "photos x height x width x 3, photos x height x width, photos x (side*side*3), or the same "
    "with the photos along the last axis"
)


def has_arrays(folder: Path) -> bool:
    """Whether `folder` holds (part of) the two arrays."""
    return (folder / DATA_FILE).is_file() or (folder / LABELS_FILE).is_file()


def arrays_digest(folder: Path) -> str:
    """One sha256 for the two arrays and the class names, 64 hexadecimal digits."""
    whole = hashlib.sha256()
    for name in (DATA_FILE, LABELS_FILE, NAMES_FILE):
        if (folder / name).is_file():
            whole.update(f"{file_digest(folder / name)}  {name}\n".encode())
    return whole.hexdigest()


def write_photos(
    folder: Path,
    into: Path,
    progress: Progress | None = None,
) -> None:
    """Write the photos of the two arrays in `folder` as `into/<class>/<index, 6 digits>.png`.

    `data_train.npy` holds N photos in one of these shapes; where the number of labels fits the
    first axis, the first axis counts the photos, else the last:

    - `(N, height, width, 3)`, `(N, height, width, 1)`, `(height, width, 3 or 1, N)`
    - `(N, height, width)`, `(height, width, N)`: grey
    - `(N, side*side*3)`, `(N, side*side)` and both with N last: flattened

    Values are integers 0-255, or floats 0-255, or 0-1 if no value of the whole array exceeds 1.
    `labels_train.npy` holds N whole numbers or texts, of shape `(N,)`, `(N, 1)` or `(1, N)`.
    `class_names.txt`, if there is one, names label 0 in its first line, label 1 in the second;
    without it a class is called like its label.

    Raises:
        EngineError: If a file is missing, damaged, pickled, or holds something else.
    """
    data = _load(folder / DATA_FILE)
    labels = _labels(folder / LABELS_FILE)
    if not 0 < len(labels) <= MAX_FILES:
        raise EngineError(
            f"The arrays must hold 1 to {MAX_FILES} photos. Received: {len(labels)} labels"
        )
    photo_at = _layout(data, len(labels))
    names = _names(folder / NAMES_FILE, labels)
    class_names = sorted(set(names))
    check_counts([class_names.index(name) for name in names], class_names)
    scale = _scale(data)
    for name in class_names:
        (into / name).mkdir(parents=True, exist_ok=True)
    progress = progress or Progress()
    progress.stage("read_arrays", "Reading the arrays", unit="photos")
    for index, name in enumerate(names):
        photo = photo_at(index)
        if scale is not None:
            photo = np.rint(photo * scale)
        photo = np.ascontiguousarray(np.broadcast_to(photo.astype(np.uint8), (*photo.shape[:2], 3)))
        (into / name / f"{index:06d}.png").write_bytes(encode_png(photo))
        progress.update(index + 1, len(names))


def _load(path: Path) -> np.ndarray:
    if not path.is_file():
        raise EngineError(
            f"The folder must hold both {DATA_FILE} and {LABELS_FILE}. Received: no {path.name}"
        )
    # NumPy documents no list of what a hostile header makes it raise.
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:
        raise EngineError(
            f"The file {path.name} must be a whole NumPy array saved without pickling; it is "
            "damaged, cut short or something else."
        ) from error
    if not isinstance(array, np.ndarray):  # an .npz under another name
        array.close()
        raise EngineError(f"The file {path.name} must hold one array. Received: an .npz archive")
    return array


def _labels(path: Path) -> list[int] | list[str]:
    array = _load(path)
    if array.ndim == 2 and 1 in array.shape:
        array = array.reshape(-1)
    if array.ndim != 1:
        raise EngineError(
            f"The labels in {path.name} must have the shape (photos,), (photos, 1) or "
            f"(1, photos). Received: {array.shape}"
        )
    values = np.array(array)
    if values.dtype.kind == "f" and np.isfinite(values).all() and (values % 1 == 0).all():
        return [int(value) for value in values]
    if values.dtype.kind in "biu":
        return [int(value) for value in values]
    if values.dtype.kind == "U":
        return values.tolist()
    if values.dtype.kind == "S":
        try:
            return [value.decode() for value in values.tolist()]
        except UnicodeDecodeError as error:
            raise EngineError(f"The texts in {path.name} must be written in UTF-8.") from error
    raise EngineError(
        f"The labels in {path.name} must be whole numbers or texts. Received: {values.dtype}"
    )


def _layout(data: np.ndarray, count: int) -> Callable[[int], np.ndarray]:
    """A function that gives photo `index` as an array of shape `(height, width, 3 or 1)`."""
    for axis in (0, -1):
        if data.ndim < 2 or data.shape[axis] != count:
            continue
        shape = _photo_shape(data.shape[1:] if axis == 0 else data.shape[:-1])
        if shape is None:
            continue
        if not all(_SMALLEST_SIDE <= side <= _LARGEST_SIDE for side in shape[:2]):
            raise EngineError(
                f"The photos in {DATA_FILE} must be {_SMALLEST_SIDE} to {_LARGEST_SIDE} pixels "
                f"wide and high. Received: {shape[1]} x {shape[0]} pixels"
            )
        return functools.partial(_photo, np.moveaxis(data, axis, 0), shape)
    raise EngineError(
        f"The array in {DATA_FILE} must have the shape {_LAYOUTS}, with as many photos as "
        f"{LABELS_FILE} has labels. Received: shape {data.shape} and {count} labels"
    )


def _photo(photos: np.ndarray, shape: tuple[int, int, int], index: int) -> np.ndarray:
    return photos[index].reshape(shape)


def _photo_shape(shape: tuple[int, ...]) -> tuple[int, int, int] | None:
    """`(height, width, channels)` of one photo stored in this shape."""
    if len(shape) == 3:
        return shape if shape[2] in (1, 3) else None
    if len(shape) == 2:
        return (*shape, 1)
    for channels in (3, 1):  # no number is both a square and three times a square
        side = round((shape[0] / channels) ** 0.5)
        if side and channels * side * side == shape[0]:
            return side, side, channels
    return None


def _scale(data: np.ndarray) -> float | None:
    """Factor from the array's values to 0-255; None where they are bytes already."""
    if data.dtype == np.uint8:
        return None
    if data.dtype.kind not in "iuf":
        raise EngineError(
            f"The values in {DATA_FILE} must be whole or floating-point numbers. "
            f"Received: {data.dtype}"
        )
    lowest, highest = np.inf, -np.inf
    for block in _blocks(data):
        # min and max carry a NaN on, and it fails the comparison below.
        lowest, highest = np.minimum(lowest, block.min()), np.maximum(highest, block.max())
    if not (lowest >= 0 and highest <= 255):
        raise EngineError(
            f"The values in {DATA_FILE} must be 0 to 255, or 0 to 1 as floats. "
            f"Received: {lowest} to {highest}"
        )
    return 255.0 if data.dtype.kind == "f" and highest <= 1 else 1.0


def _blocks(data: np.ndarray) -> Iterator[np.ndarray]:
    """The values in the order they lie on disk, a few megabytes at a time."""
    values = data.reshape(-1, order="A")
    for start in range(0, values.size, _BLOCK_VALUES):
        yield values[start : start + _BLOCK_VALUES]


def _names(path: Path, labels: Sequence[Any]) -> list[str]:
    """Class name of each label, whole numbers or texts, safe as a folder's name."""
    names = {label: str(label) for label in set(labels)}
    if path.is_file():
        lines = _lines(path)
        allowed = set(lines if isinstance(labels[0], str) else range(len(lines)))
        outside = sorted(names.keys() - allowed)
        if outside:
            raise EngineError(
                f"The file {path.name} must name every label, one a line, label 0 first. "
                f"Received: {len(lines)} names, and label {outside[0]!r}"
            )
        if not isinstance(labels[0], str):
            names = {label: lines[label] for label in names}
    safe = {label: _safe(name) for label, name in names.items()}
    if len(set(safe.values())) < len(safe):
        raise EngineError(
            f"The class names must differ in letters or digits. "
            f"Received: {', '.join(sorted(names.values()))[:200]}"
        )
    return [safe[label] for label in labels]


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise EngineError(f"The file {path.name} must be written in UTF-8.") from error
    return [line.strip() for line in text.rstrip().splitlines()]


def _safe(name: str) -> str:
    kept = "".join(c if c.isalnum() or c in " -_.,&+()'" else "_" for c in name)
    # A leading dot hides a folder; 50 letters of any alphabet fit a file name.
    kept = kept[:50].strip(" .")
    if not kept.strip("_"):
        raise EngineError(
            f"Every class name must have a letter or digit. Received: {ascii(name)[:80]}"
        )
    return kept
