import numpy as np
import pytest

from engine.data import ready as ready_module
from engine.data.data_set import load_data_set
from engine.data.folders import find_photos
from engine.data.images import encode_png
from engine.data.prepared import load_prepared, prepared_name
from engine.data.ready import ready
from engine.disk import paths
from engine.errors import EngineError
from tests.told import counted_to

ABOUT = {
    "name": "clothes",
    "title": "Clothes",
    "description": "Squares",
    "licence": "CC0",
    "source": "clothes.zip",
    "digest": "ab" * 32,
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.ARTIFACTS_VARIABLE, str(tmp_path))
    return tmp_path / "data/clothes"


def write(folder, class_folder, count, start=0):
    for index in range(start, start + count):
        path = folder / "photos" / class_folder / f"{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_png(np.full((10, 12 + index, 3), index, np.uint8)))


def test_a_data_set_from_class_folders(folder):
    write(folder, "hat", 6)
    write(folder, "dress", 5)
    made = ready(folder, find_photos(folder / "photos"), **ABOUT)
    loaded = load_data_set("clothes")
    assert loaded == made
    assert loaded.class_names == ("dress", "hat")
    assert loaded.photos["image_id"].tolist() == sorted(loaded.photos["image_id"])
    assert loaded.photos["label"].tolist() == [0] * 5 + [1] * 6
    assert loaded.photos["width"].tolist() == [12, 13, 14, 15, 16, 12, 13, 14, 15, 16, 17]
    assert set(loaded.photos["height"]) == {10}
    assert loaded.photos["split"].value_counts().to_dict() == {
        "train": 7,
        "validation": 2,
        "test": 2,
    }
    assert sorted(one.name for one in (folder / "prepared").iterdir()) == [
        prepared_name(size) for size in (224, 300)
    ]
    assert load_prepared(loaded, 224)[:, 0, 0, 0].tolist() == [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5]


def test_the_test_folder_is_the_test_split(folder):
    for name in ("hat", "dress"):
        write(folder, f"train/{name}", 6)
        write(folder, f"validation/{name}", 4)
        write(folder, f"test/{name}", 2)
    photos = ready(folder, find_photos(folder / "photos"), **ABOUT).photos
    in_test = photos["image_id"].str.startswith("test/")
    assert ((photos["split"] == "test") == in_test).all()
    # The rest is pooled and drawn anew: 20 % of it validates, wherever it came from.
    assert (photos["split"] == "validation").sum() == 4


def test_unreadable_photos_are_reported_and_left_out(folder):
    write(folder, "hat", 6)
    write(folder, "dress", 6)
    (folder / "photos/hat/2.png").write_bytes(b"not a photo")
    (folder / "photos/hat/notes.txt").write_bytes(b"a note")
    data_set = ready(folder, find_photos(folder / "photos"), **ABOUT)
    assert len(data_set.photos) == 11
    assert "hat/2.png" not in set(data_set.photos["image_id"])
    assert [file for file, _ in data_set.unreadable] == ["hat/2.png", "hat/notes.txt"]
    assert "must be an undamaged" in data_set.unreadable[0][1]
    assert not (folder / "photos/hat/2.png").exists()
    assert load_prepared(data_set, 300).shape == (11, 300, 300, 3)
    assert load_data_set("clothes").unreadable == data_set.unreadable


def test_unreadable_photos_may_leave_too_few(folder):
    write(folder, "hat", 5)
    write(folder, "dress", 5)
    (folder / "photos/hat/2.png").write_bytes(b"not a photo")
    with pytest.raises(EngineError, match=r"4 of class 'hat'\. Not readable: hat/2\.png$"):
        ready(folder, find_photos(folder / "photos"), **ABOUT)
    assert not (folder / "data_set.json").exists()


def test_too_few_photos_are_noticed_before_the_long_work(folder):
    write(folder, "hat", 4)
    write(folder, "dress", 9)
    calls = []
    with pytest.raises(EngineError, match="Received: 4 of class 'hat'"):
        ready(folder, find_photos(folder / "photos"), counted_to(calls.append), **ABOUT)
    assert calls == []


def test_a_large_data_set_is_prepared_on_demand(folder, monkeypatch):
    monkeypatch.setattr(ready_module, "_PREPARE_AT_ONCE_BYTES", 10**6)
    write(folder, "hat", 5)
    write(folder, "dress", 5)
    data_set = ready(folder, find_photos(folder / "photos"), **ABOUT)
    assert list((folder / "prepared").iterdir()) == []
    assert data_set.photos["width"].tolist() == [12, 13, 14, 15, 16] * 2
    assert load_prepared(data_set, 16).shape == (10, 16, 16, 3)
