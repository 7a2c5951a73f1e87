from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data import prepared as prepared_module
from engine.data.data_set import DataSet
from engine.data.images import encode_png, resize_for_model
from engine.data.prepared import SIZES, bytes_of, load_prepared, prepare, prepared_name
from engine.errors import EngineError
from tests.told import counted_to

RNG = np.random.default_rng(0)
PHOTOS = [RNG.integers(0, 256, (20 + index, 30, 3), dtype=np.uint8) for index in range(5)]
IMAGE_IDS = [f"hat/{index}.png" for index in range(5)]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "photos/hat").mkdir(parents=True)
    for image_id, photo in zip(IMAGE_IDS, PHOTOS, strict=True):
        (tmp_path / "photos" / image_id).write_bytes(encode_png(photo))
    return tmp_path


def data_set(folder: Path, has_photos=True):
    return DataSet(
        name="hats",
        title="Hats",
        description="",
        licence="CC0",
        source="hats",
        digest="ab" * 32,
        split_seed=1,
        class_names=("hat", "cap"),
        photos=pd.DataFrame({"image_id": IMAGE_IDS}),
        unreadable=(),
        folder=folder,
        has_photos=has_photos,
    )


def assert_prepared(array, size):
    assert (array.shape, array.dtype) == ((5, size, size, 3), np.uint8)
    assert isinstance(array, np.memmap)
    assert not array.flags.writeable
    for row, photo in zip(array, PHOTOS, strict=True):
        np.testing.assert_array_equal(row, resize_for_model(photo, size))


def test_the_presets_sizes_are_prepared_by_default():
    assert SIZES == (224, 300)


def test_prepares_every_size_and_tells_the_photos_sizes(folder):
    calls = []
    outcomes = prepare(
        folder / "photos", IMAGE_IDS, folder / "prepared", (8, 16), counted_to(calls.append)
    )
    assert outcomes == [(30, 20 + index) for index in range(5)]
    assert calls == [(5, 5, "prepare")]
    assert sorted(one.name for one in (folder / "prepared").iterdir()) == [
        prepared_name(16),
        prepared_name(8),
    ]
    for size in (8, 16):
        assert_prepared(load_prepared(data_set(folder), size), size)


def test_unreadable_photos_give_a_reason_and_no_row(folder):
    (folder / "photos" / IMAGE_IDS[1]).write_bytes(b"not a photo")
    (folder / "photos" / IMAGE_IDS[3]).unlink()
    outcomes = prepare(folder / "photos", IMAGE_IDS, folder / "prepared", (16,))
    assert [isinstance(outcome, str) for outcome in outcomes] == [False, True, False, True, False]
    assert "1.png" in outcomes[1]
    array = np.load(folder / "prepared" / prepared_name(16))
    assert array.shape == (3, 16, 16, 3)
    np.testing.assert_array_equal(array[1], resize_for_model(PHOTOS[2], 16))


def test_more_photos_than_a_batch_keep_their_order(folder, monkeypatch):
    monkeypatch.setattr(prepared_module, "_BATCH", 2)
    prepare(folder / "photos", IMAGE_IDS, folder / "prepared", (16,))
    assert_prepared(load_prepared(data_set(folder), 16), 16)


def test_an_interruption_leaves_no_array(folder):
    def interrupt(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare(folder / "photos", IMAGE_IDS, folder / "prepared", (16,), counted_to(interrupt))
    assert list((folder / "prepared").iterdir()) == []


def test_refuses_a_disk_that_is_too_small(folder, monkeypatch):
    monkeypatch.setattr(
        prepared_module.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 10**9})
    )
    with pytest.raises(EngineError, match=r"takes 2.1 GB of disk. Received: 1.0 GB free"):
        prepare(folder / "photos", ["a"] * 5000, folder / "prepared")
    assert bytes_of(2, (10, 100)) == 2 * 3 * (100 + 10_000)


def test_another_size_is_made_once(folder):
    assert_prepared(load_prepared(data_set(folder), 12), 12)
    for image_id in IMAGE_IDS:
        (folder / "photos" / image_id).unlink()
    assert_prepared(load_prepared(data_set(folder), 12), 12)


@pytest.mark.parametrize("damage", ["cut short", "empty", "text", "another shape", "floats"])
def test_a_damaged_array_is_made_again(folder, damage):
    load_prepared(data_set(folder), 12)
    path = folder / "prepared" / prepared_name(12)
    if damage == "cut short":
        path.write_bytes(path.read_bytes()[:-1])
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "text":
        path.write_bytes(b"text")
    elif damage == "another shape":
        np.save(path, np.zeros((4, 12, 12, 3), np.uint8))
    else:
        np.save(path, np.zeros((5, 12, 12, 3), np.float32))
    assert_prepared(load_prepared(data_set(folder), 12), 12)


@pytest.mark.parametrize("size", [0, 7, 1025, -300, 300.0, "300", None, True])
def test_refuses_other_sizes(folder, size):
    with pytest.raises(EngineError, match="whole number of pixels"):
        load_prepared(data_set(folder), size)


def test_a_lost_photo_is_named(folder):
    (folder / "photos" / IMAGE_IDS[2]).unlink()
    with pytest.raises(EngineError, match=r"its photo hat/2.png can no longer be read"):
        load_prepared(data_set(folder), 12)
    assert list((folder / "prepared").iterdir()) == []


def test_an_array_that_another_process_removes_at_once(folder, monkeypatch):
    def made_and_removed(photos_folder, image_ids, into, sizes, progress):
        outcomes = prepare(photos_folder, image_ids, into, sizes, progress)
        (into / prepared_name(12)).unlink()
        return outcomes

    monkeypatch.setattr(prepared_module, "prepare", made_and_removed)
    with pytest.raises(EngineError, match="removed or changed while they were made"):
        load_prepared(data_set(folder), 12)


def test_without_photos_it_says_how_to_bring_them(folder):
    with pytest.raises(EngineError, match="python -m engine data hats"):
        load_prepared(data_set(folder, has_photos=False), 12)


def test_a_disk_that_refuses_is_one_sentence(folder):
    (folder / "prepared").write_text("a file, not a folder")
    with pytest.raises(EngineError, match="could not be written"):
        load_prepared(data_set(folder), 12)


def test_pixels_that_are_made_otherwise_have_another_name(monkeypatch):
    before = prepared_name(224)
    assert before.startswith("224-")
    assert prepared_name(300)[4:] != before[4:]
    monkeypatch.setattr(prepared_module, "PIXELS", "another way")
    assert prepared_name(224) != before
