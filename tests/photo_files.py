"""Files as visitors bring them: photos, zips and arrays, good and hostile."""

import io
import zipfile

import numpy as np

from engine.data.images import encode_jpeg, encode_png


def photo(number: int = 0) -> np.ndarray:
    """A photo of its own for each number, uint8 (24, 32, 3): coarse noise, no double of another."""
    coarse = np.random.default_rng(number).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return coarse.repeat(4, axis=0).repeat(4, axis=1)


def jpeg(number: int = 0) -> bytes:
    """`photo` as a JPEG file."""
    return encode_jpeg(photo(number))


def class_files(classes=("apples", "pears"), count: int = 5) -> dict[str, bytes]:
    """Path and content of `count` photos of each class."""
    return {
        f"{name}/{number}.png": encode_png(photo(100 * position + number))
        for position, name in enumerate(classes)
        for number in range(count)
    }


def zip_of(files: dict[str, bytes], **options) -> bytes:
    """A zip file of them."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", **options) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def npy(array) -> bytes:
    """An `.npy` file of an array."""
    content = io.BytesIO()
    np.save(content, array)
    return content.getvalue()


def arrays(photos_last: bool = False) -> dict[str, bytes]:
    """The report's two files, 12 photos of 2 classes, counted along the first or last axis."""
    photos = np.stack([photo(number)[:, :24] for number in range(12)])
    if photos_last:
        photos = np.moveaxis(photos, 0, -1)
    return {"data_train.npy": npy(photos), "labels_train.npy": npy(np.arange(12) % 2)}


#: Zip files that are refused, each with what its refusal says.
BAD_ZIPS = {
    "damaged": (zip_of(class_files())[:-200], "whole zip file"),
    "no zip": (b"\xff\xd8\xff\xe0 a photo, renamed", "whole zip file"),
    "leaves the folder": (
        zip_of({**class_files(), "../../evil.png": jpeg()}),
        "only paths below its own folder",
    ),
    "bomb": (
        zip_of(
            {**class_files(), "apples/big.png": bytes(64 * 2**20)},
            compression=zipfile.ZIP_DEFLATED,
        ),
        "grow more than 200-fold",
    ),
    "empty": (zip_of({}), "without photos in class folders"),
    "no photos": (zip_of({"apples/a.txt": b"text"}), "without photos in class folders"),
    "one class": (zip_of(class_files(("apples",))), "at least 2 classes"),
    "too few": (
        zip_of({**class_files(), **class_files(("plums",), 2)}),
        "at least 5 readable photos .* Received: 2 of class 'plums'",
    ),
    "too few that can be read": (
        zip_of({**class_files(), "pears/0.png": b"no photo"}),
        "Received: 4 of class 'pears'. Not readable: pears/0.png",
    ),
}
