import dataclasses
import shutil

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from engine.data import load_data_set
from engine.data.duplicates import (
    DUPLICATES_COLUMNS,
    DUPLICATES_FILE,
    find_duplicates,
    load_duplicates,
    save_duplicates,
)
from engine.data.images import encode_jpeg, encode_png
from engine.disk import paths
from engine.errors import EngineError
from tests.told import counted_to


@pytest.fixture
def doubled(tiny_data_set):
    """`tiny` with photos of shapes, of which some stand twice."""
    generator = np.random.default_rng(5)
    folder = tiny_data_set.folder / "photos"
    for image_id in tiny_data_set.photos["image_id"]:
        rough = generator.integers(0, 256, (6, 8, 3), dtype=np.uint8)
        photo = np.asarray(Image.fromarray(rough).resize((400, 300), Image.Resampling.BICUBIC))
        (folder / image_id).write_bytes(encode_jpeg(photo))
    shutil.copy(folder / "cross/000.jpg", folder / "dot/003.jpg")
    saved_anew = np.asarray(Image.open(folder / "cross/000.jpg"))
    (folder / "stripe/009.jpg").write_bytes(encode_png(saved_anew))
    shutil.copy(folder / "dot/001.jpg", folder / "dot/002.jpg")
    shutil.rmtree(tiny_data_set.folder / "prepared", ignore_errors=True)
    return tiny_data_set


def test_doubles_are_found_whatever_their_labels_and_files(doubled):
    steps = []
    table = find_duplicates(doubled, counted_to(steps.append))
    assert tuple(table.columns) == DUPLICATES_COLUMNS
    assert table.groupby("group")["image_id"].apply(list).tolist() == [
        ["cross/000.jpg", "dot/003.jpg", "stripe/009.jpg"],
        ["dot/001.jpg", "dot/002.jpg"],
    ]
    assert table["difference"].max() <= 1
    assert steps[-1] == (30, 30, "duplicates")


def test_photos_that_only_look_alike_are_none(doubled):
    folder = doubled.folder / "photos"
    photo = np.asarray(Image.open(folder / "cross/004.jpg")).astype(int)
    # The same shapes in another light: the hash is the same, the pixels are not.
    (folder / "cross/005.jpg").write_bytes(encode_jpeg(np.clip(photo + 30, 0, 255).astype("uint8")))
    assert "cross/005.jpg" not in find_duplicates(doubled)["image_id"].tolist()


def test_no_doubles(doubled):
    folder = doubled.folder / "photos"
    keep = doubled.photos[~doubled.photos["image_id"].isin(["dot/002.jpg", "dot/003.jpg"])]
    keep = keep[keep["image_id"] != "stripe/009.jpg"].reset_index(drop=True)
    assert len(list(folder.rglob("*.jpg"))) == 30
    table = find_duplicates(dataclasses.replace(doubled, photos=keep))
    assert table.empty
    assert tuple(table.columns) == DUPLICATES_COLUMNS


def test_without_the_photos(tiny_data_set):
    shutil.rmtree(tiny_data_set.folder / "photos")
    with pytest.raises(EngineError, match="photos"):
        find_duplicates(dataclasses.replace(tiny_data_set, has_photos=False))


def table_of(data_set, count=2):
    ids = data_set.photos["image_id"].tolist()[:count]
    rows = [(1, image_id, 0.5 * number) for number, image_id in enumerate(ids)]
    return pd.DataFrame(rows, columns=list(DUPLICATES_COLUMNS))


@pytest.mark.parametrize("count", [0, 2])
def test_what_is_saved_is_read(tiny_data_set, count):
    assert load_duplicates(tiny_data_set) is None
    table = table_of(tiny_data_set, count).astype({"group": "int64", "difference": "float64"})
    save_duplicates(tiny_data_set, table)
    found = load_duplicates(load_data_set("tiny"))
    assert found.to_dict("records") == table.to_dict("records")


def test_the_published_index_of_the_same_photos_gets_it_too(tiny_data_set):
    published = paths.published_folder() / "tiny"
    tiny_data_set.save_index(published)
    save_duplicates(tiny_data_set, table_of(tiny_data_set))
    assert (published / DUPLICATES_FILE).is_file()
    shutil.rmtree(tiny_data_set.folder)
    assert len(load_duplicates(load_data_set("tiny"))) == 2


def test_the_published_index_of_other_photos_does_not(tiny_data_set):
    published = paths.published_folder() / "tiny"
    dataclasses.replace(tiny_data_set, digest="0" * 64).save_index(published)
    save_duplicates(tiny_data_set, table_of(tiny_data_set))
    assert not (published / DUPLICATES_FILE).exists()
    (published / "data_set.json").write_text("{")
    assert len(load_duplicates(tiny_data_set)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "group,image_id\n1,cross/000.jpg\n",
        "group,image_id,difference\n1,nowhere.jpg,0\n",
        "group,image_id,difference\none,cross/000.jpg,0\n",
        "group,image_id,difference\n1,cross/000.jpg,0\n1,cross/000.jpg,0\n",
        "group,image_id,difference\n,cross/000.jpg,0\n",
        "\0\0\0",
    ],
)
def test_a_damaged_table(tiny_data_set, text):
    (tiny_data_set.folder / DUPLICATES_FILE).write_text(text)
    with pytest.raises(EngineError, match=r"duplicates\.csv of tiny is damaged.* check tiny"):
        load_duplicates(tiny_data_set)
