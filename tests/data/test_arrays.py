import pickle

import numpy as np
import pytest

from engine.data.arrays import arrays_digest, has_arrays, write_photos
from engine.data.images import read_photo
from engine.errors import EngineError
from tests.told import counted_to

SIDE = 9
LABELS = np.arange(12) % 2  # two classes of six
RNG = np.random.default_rng(0)
COLOUR = RNG.integers(0, 256, (12, SIDE, SIDE, 3), dtype=np.uint8)
GREY = COLOUR[..., :1]


def save(folder, data=COLOUR, labels=LABELS, names=None):
    np.save(folder / "data_train.npy", data)
    np.save(folder / "labels_train.npy", labels)
    if names is not None:
        (folder / "class_names.txt").write_text(names, encoding="utf-8")


def photos_of(folder):
    """`{image id: pixels}` of what `write_photos` makes of `folder`."""
    into = folder / "written"
    write_photos(folder, into)
    return {
        path.relative_to(into).as_posix(): read_photo(path) for path in sorted(into.glob("*/*"))
    }


def assert_photos(folder, expected):
    photos = photos_of(folder)
    assert list(photos) == [f"{label}/{index:06d}.png" for label in (0, 1) for index in range(12)
                            if index % 2 == label]  # fmt: skip
    for name, photo in photos.items():
        np.testing.assert_array_equal(photo, expected[int(name[2:8])])


def refused(folder, match):
    with pytest.raises(EngineError, match=match) as caught:
        write_photos(folder, folder / "written")
    assert "\n" not in str(caught.value)
    assert not (folder / "written").exists()


@pytest.mark.parametrize(
    "data",
    [
        COLOUR,
        np.asfortranarray(COLOUR),
        np.moveaxis(COLOUR, 0, -1),
        COLOUR.reshape(12, -1),
        COLOUR.reshape(12, -1).T,
        COLOUR.astype(">i4"),
        COLOUR.astype(np.float32),
        COLOUR / 255,
        (COLOUR / 255).astype(np.float16),
    ],
    ids=["NHWC", "Fortran", "HWCN", "rows", "columns", "int32", "0-255", "0-1", "half"],
)
def test_every_layout_of_colour_photos_gives_the_same_pixels(tmp_path, data):
    save(tmp_path, data)
    assert_photos(tmp_path, COLOUR)


@pytest.mark.parametrize(
    "data",
    [
        GREY,
        GREY[..., 0],
        np.moveaxis(GREY, 0, -1),
        np.moveaxis(GREY[..., 0], 0, -1),
        GREY.reshape(12, -1),
        GREY.reshape(12, -1).T,
    ],
    ids=["NHW1", "NHW", "HW1N", "HWN", "rows", "columns"],
)
def test_every_layout_of_grey_photos_gives_the_same_pixels(tmp_path, data):
    save(tmp_path, data)
    assert_photos(tmp_path, np.broadcast_to(GREY, COLOUR.shape))


def test_where_both_axes_fit_the_first_counts_the_photos(tmp_path):
    data = RNG.integers(0, 256, (12, 12, 12), dtype=np.uint8)
    save(tmp_path, data)
    assert_photos(tmp_path, np.repeat(data[..., np.newaxis], 3, axis=-1))


def test_floats_above_one_are_not_stretched(tmp_path):
    data = np.zeros((12, SIDE, SIDE, 3))
    data[0, 0, 0] = 1.4  # one value of one photo tells that all are 0-255
    save(tmp_path, data)
    expected = np.zeros(COLOUR.shape)
    expected[0, 0, 0] = 1
    assert_photos(tmp_path, expected)


@pytest.mark.parametrize(
    "labels",
    [
        LABELS.reshape(-1, 1),
        LABELS.reshape(1, -1),
        LABELS.astype(float),
        LABELS.astype(bool),
        LABELS.astype(str),
        LABELS.astype("S1"),
    ],
)
def test_labels_of_every_kind(tmp_path, labels):
    save(tmp_path, labels=labels)
    assert_photos(tmp_path, COLOUR)


def test_class_names_are_made_safe_for_folders(tmp_path):
    save(tmp_path, names="\ufeff../T-shirt/top\n Röcke & Co. \r\n\n")
    names = {name.split("/")[0] for name in photos_of(tmp_path)}
    assert names == {"_T-shirt_top", "Röcke & Co"}


def test_class_names_may_be_the_labels(tmp_path):
    save(tmp_path, labels=np.array(["hat", "dress"] * 6), names="dress\nhat\nshoes\n")
    assert {name.split("/")[0] for name in photos_of(tmp_path)} == {"hat", "dress"}


def test_progress_counts_photos(tmp_path):
    save(tmp_path)
    calls = []
    write_photos(tmp_path, tmp_path / "written", counted_to(calls.append))
    assert calls[0] == (1, 12, "read_arrays")
    assert calls[-1] == (12, 12, "read_arrays")


@pytest.mark.parametrize(
    ("labels", "names", "match"),
    [
        (LABELS, "dress\n", "must name every label"),
        (LABELS - 1, "dress\nhat\n", "must name every label"),
        (np.array(["hat", "sock"] * 6), "dress\nhat\n", "label 'sock'"),
        (LABELS, "a/b\na:b\n", "must differ"),
        (LABELS, "...\nhat\n", "letter or digit"),
        (LABELS + 0.5, None, "whole numbers or texts"),
        (np.where(LABELS, np.nan, 1), None, "whole numbers or texts"),
        (LABELS * 1j, None, "whole numbers or texts"),
        (np.array([b"\xff", b"a"] * 6), None, "UTF-8"),
        (np.eye(12), None, "must have the shape"),
        (np.array(1), None, "must have the shape"),
        (np.zeros(12, int), None, "at least 2 classes"),
        (LABELS[:0], None, "1 to 200000 photos. Received: 0"),
        (LABELS[:0], "dress\nhat\n", "1 to 200000 photos. Received: 0"),
        (np.zeros(200_001, "int8"), None, "1 to 200000 photos. Received: 200001"),
        (np.array([0] * 11 + [1]), None, "Received: 1 of class '1'"),
    ],
)
def test_refuses_labels(tmp_path, labels, names, match):
    save(tmp_path, labels=labels, names=names)
    refused(tmp_path, match)


def test_refuses_class_names_of_another_encoding(tmp_path):
    save(tmp_path)
    (tmp_path / "class_names.txt").write_bytes("Röcke\nHüte\n".encode("latin-1"))
    refused(tmp_path, "UTF-8")


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (COLOUR[:11], r"shape \(11, 9, 9, 3\) and 12 labels"),
        (COLOUR.reshape(12, 3, SIDE, SIDE), "must have the shape"),
        (np.zeros((12, 100 + 1), np.uint8), "must have the shape"),
        (np.zeros(12, np.uint8), "must have the shape"),
        (np.zeros((12, 7, 7, 3), np.uint8), "8 to 4096 pixels"),
        (np.zeros((12, 8, 5000), np.uint8), "8 to 4096 pixels"),
        (COLOUR.astype(int) - 1, "0 to 255"),
        (COLOUR.astype(int) + 1, "0 to 255"),
        (np.where(COLOUR == 7, np.nan, 1.0), "0 to 255"),
        (np.where(COLOUR == 7, np.inf, 1.0), "0 to 255"),
        (COLOUR > 7, "whole or floating-point numbers"),
        (COLOUR.astype(complex), "whole or floating-point numbers"),
        (COLOUR.astype(str), "whole or floating-point numbers"),
    ],
)
def test_refuses_data(tmp_path, data, match):
    save(tmp_path, data)
    refused(tmp_path, match)


@pytest.mark.parametrize("name", ["data_train.npy", "labels_train.npy"])
def test_refuses_files_that_are_no_array(tmp_path, name):
    save(tmp_path)
    path = tmp_path / name
    whole = path.read_bytes()
    contents = [
        b"",
        b"hello",
        whole[:-1],
        whole[:40],
        pickle.dumps([1]),
        b"\x93NUMPY\x01\0\x04\0{[(",
    ]
    for content in contents:
        path.write_bytes(content)
        refused(tmp_path, f"The file {name} must be a whole NumPy array")
    np.save(path, np.array([{}, []], dtype=object), allow_pickle=True)
    refused(tmp_path, f"The file {name} must be a whole NumPy array")
    with path.open("wb") as file:
        np.savez(file, a=LABELS)
    refused(tmp_path, "Received: an .npz archive")
    path.unlink()
    refused(tmp_path, f"Received: no {name}")


def test_knows_a_folder_of_arrays_and_its_digest(tmp_path):
    assert not has_arrays(tmp_path)
    save(tmp_path)
    assert has_arrays(tmp_path)
    first = arrays_digest(tmp_path)
    save(tmp_path, names="dress\nhat\n")
    assert len({first, arrays_digest(tmp_path)}) == 2
    assert len(first) == 64
