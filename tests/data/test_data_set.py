import dataclasses
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.data_set import DataSet, list_data_sets, load_data_set
from engine.data.images import PhotoError, encode_png
from engine.disk import paths
from engine.errors import EngineError


@pytest.fixture(autouse=True)
def artifacts(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.ARTIFACTS_VARIABLE, str(tmp_path))


def make(name="fruit", class_names=("NA", "null")):
    """A data set of four photos; its class names are those pandas likes to read as missing."""
    labels = [0, 0, 1, 1]
    return DataSet(
        name=name,
        title="Fruit, ripe",
        description="Früchte",
        licence="CC0",
        source="fruit.zip",
        digest="ab" * 32,
        split_seed=1,
        class_names=class_names,
        photos=pd.DataFrame(
            {
                "image_id": ["NA/1.jpg", "NA/2, big.jpg", "null/1.jpg", 'null/"2".jpg'],
                "class_name": [class_names[label] for label in labels],
                "label": labels,
                "split": ["train", "validation", "test", "train"],
                "width": [10, 11, 12, 13],
                "height": [20, 21, 22, 23],
            }
        ),
        unreadable=(("NA/3.jpg", "It is a link."),),
        folder=Path("nowhere"),
        has_photos=True,
        source_digest="cd" * 32,
        attribution="Photos by Zoë",
    )


def save(data_set, root=None, photos=False):
    folder = (root or paths.data_folder()) / data_set.name
    data_set.save_index(folder)
    if photos:
        (folder / "photos").mkdir()
    return folder


def test_the_index_comes_back_as_it_was_saved():
    saved = make()
    folder = save(saved, photos=True)
    loaded = load_data_set("fruit")
    assert loaded == dataclasses.replace(saved, folder=folder)
    pd.testing.assert_frame_equal(
        loaded.photos, saved.photos, check_dtype=False, check_column_type=False
    )
    assert loaded.photos["label"].dtype == "int64"
    assert sorted(one.name for one in folder.iterdir()) == ["data_set.json", "photos", "photos.csv"]


def test_saving_again_replaces_the_index():
    folder = save(make())
    dataclasses.replace(make(), title="New").save_index(folder)
    assert load_data_set("fruit").title == "New"


def test_the_published_index_serves_where_the_photos_are_not():
    folder = save(make(), paths.published_folder())
    published = load_data_set("fruit")
    assert (published.folder, published.has_photos) == (folder, False)
    here = save(make(), photos=True)
    assert (load_data_set("fruit").folder, load_data_set("fruit").has_photos) == (here, True)


def test_the_list_has_each_name_once_and_no_unfinished_folders():
    assert list_data_sets() == []
    save(make("b"))
    save(make("a"), paths.published_folder())
    save(make("b"), paths.published_folder())
    save(make(".building-1-x"))
    (paths.data_folder() / "empty").mkdir()
    assert list_data_sets() == ["a", "b"]


def test_the_path_of_a_photo():
    folder = save(make(), photos=True)
    data_set = load_data_set("fruit")
    assert data_set.photo_path("NA/2, big.jpg") == folder / "photos/NA/2, big.jpg"
    for image_id in ("NA/3.jpg", "../data_set.json", "", "/etc/passwd"):
        with pytest.raises(EngineError, match="one of the 4 photos"):
            data_set.photo_path(image_id)


def test_the_path_of_a_photo_that_is_not_here():
    save(make(), paths.published_folder())
    with pytest.raises(EngineError, match="python -m engine data fruit"):
        load_data_set("fruit").photo_path("NA/1.jpg")


def test_reads_a_photo():
    folder = save(make(), photos=True)
    pixels = np.arange(5 * 4 * 3, dtype="uint8").reshape(5, 4, 3)
    path = folder / "photos/NA/2, big.jpg"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode_png(pixels))
    data_set = load_data_set("fruit")
    np.testing.assert_array_equal(data_set.read_photo("NA/2, big.jpg"), pixels)
    path.unlink()
    with pytest.raises(PhotoError, match="there is no such file"):
        data_set.read_photo("NA/2, big.jpg")


def test_an_index_says_truthfully_whether_it_is_drawn():
    folder = save(make())
    index = folder / "data_set.json"
    index.write_text(index.read_text().replace('"drawn": false', '"drawn": "yes"'))
    with pytest.raises(EngineError, match="damaged"):
        load_data_set("fruit")


def test_an_index_from_before_photos_had_authors_is_read():
    index = save(make()) / "data_set.json"
    values = json.loads(index.read_text())
    del values["attribution"], values["drawn"]
    index.write_text(json.dumps(values))
    assert load_data_set("fruit") == dataclasses.replace(
        make(), attribution="", folder=index.parent, has_photos=False
    )
    index.write_text(json.dumps({**values, "attribution": ["Zoë"]}))
    with pytest.raises(EngineError, match="damaged"):
        load_data_set("fruit")


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", None])
def test_refuses_unsafe_names(name):
    with pytest.raises(EngineError, match="name of a data set"):
        load_data_set(name)


def test_refuses_unknown_names():
    save(make())
    with pytest.raises(EngineError, match=r"one that is here: fruit. Received: 'nuts'"):
        load_data_set("nuts")


def damaged(file):
    with pytest.raises(EngineError, match=f"fruit/{file} .* damaged") as caught:
        load_data_set("fruit")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        {"format_version": 2},
        {"name": "nuts"},
        {"title": None},
        {"split_seed": "1"},
        {"class_names": ["a"]},
        {"class_names": [1, 2]},
        {"class_names": None},
        {"unreadable": [["a"]]},
        {"unreadable": 3},
    ],
)
def test_a_changed_index_is_one_error(changes):
    path = save(make()) / "data_set.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    damaged("data_set.json")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", "\x00", "[" * 100_000])
def test_a_broken_index_is_one_error(text):
    (save(make()) / "data_set.json").write_text(text)
    damaged("data_set.json")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("NA/1.jpg", "../1.jpg"),
        ("NA/1.jpg", "/NA/1.jpg"),
        ("NA/1.jpg", "null/1.jpg"),
        ("NA/1.jpg,NA,0", "NA/1.jpg,null,0"),
        ("NA,0,train", "NA,7,train"),
        ("NA,0,train", "NA,x,train"),
        ("validation", "spare"),
        ("10,20", "10,"),
        ("image_id,", "id,"),
        ("NA/1.jpg,NA,0,train,10,20\n", ""),
    ],
)
def test_a_changed_table_is_one_error(old, new):
    path = save(make()) / "photos.csv"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    damaged("photos.csv")


def test_a_broken_table_is_one_error():
    path = save(make()) / "photos.csv"
    for content in (b"", b"\xff\xfe\x00", path.read_bytes()[:-30]):
        path.write_bytes(content)
        damaged("photos.csv")
    path.unlink()
    damaged("photos.csv")
