"""Collecting photos on the page Train: classes, files, the camera, and what may go wrong."""

from functools import partial

import pytest

from engine import jobs
from engine.data.collections import create_collection, list_collections, open_collection
from engine.errors import EngineError
from pages.own.training import imports
from pages.ui.navigation import TRAIN
from tests.page_runner import open_page, texts
from tests.photo_files import jpeg

pytestmark = pytest.mark.usefixtures("tiny_data_set")
open_collect = partial(open_page, TRAIN.path, way="Collect here")


@pytest.fixture
def fruit(artifacts):
    """A collection `Fruit` with the empty classes `apples` and `pears`."""
    collection = create_collection("Fruit")
    collection.add_class("apples")
    collection.add_class("pears")
    return collection


def run(widget):
    page = widget.run()
    assert not page.exception
    return page


def name(page, key, text):
    """Fill in a name and press its button."""
    page.text_input(key=key).set_value(text)
    return run(page.button(key=f"do_{key}").click())


def drop(page, *contents):
    files = [(file, content, "image/jpeg") for file, content in contents]
    return run(page.file_uploader[0].set_value(files))


def warnings(page) -> str:
    return "\n".join(one.value for one in page.warning)


def test_from_nothing_to_a_data_set(monkeypatch):
    page = name(open_collect(), "new_collection", "Fruit")
    assert list_collections() == ["Fruit"]
    assert "at least 2 classes with 5 photos each" in texts(page)
    page = name(page, "new_class", "Äpfel _rot")
    page = name(page, "new_class", "pears")
    assert page.text_input(key="new_class").value == ""
    # The new class is the one that photos go to next.
    assert page.segmented_control(key="collect_class").value == "pears"
    page = drop(page, *((f"{number}.jpg", jpeg(number)) for number in range(5)))
    assert "Missing: **Äpfel \\_rot** 5 more." in texts(page)
    assert page.button(key="import_collection").disabled
    run(page.segmented_control(key="collect_class").set_value("Äpfel _rot"))
    page = drop(page, *((f"{number}.jpg", jpeg(number)) for number in range(5, 11)))
    assert page.toast[0].value == "6 photos added to Äpfel \\_rot"
    assert "**Enough to train on:** 11 photos of 2 classes." in texts(page)
    started = []
    monkeypatch.setattr(jobs, "start_import", started.append)
    run(page.button(key="import_collection").click())
    assert started == [open_collection("Fruit").folder]


def test_limits_stand_where_photos_are_uploaded(fruit):
    page = open_collect()
    uploader = page.file_uploader[0]
    assert "20 MB and 50 megapixels" in uploader.label
    assert "5,000 photos" in uploader.help


def test_the_uploader_is_empty_again_and_nothing_comes_twice(fruit):
    page = drop(open_collect(), ("a.jpg", jpeg(1)))
    assert fruit.counts() == {"apples": 1, "pears": 0}
    assert not page.file_uploader[0].value
    run(page)
    assert not page.warning
    assert fruit.counts() == {"apples": 1, "pears": 0}


def test_files_that_are_refused_are_named_with_the_reason(fruit):
    page = drop(
        open_collect(),
        ("good.jpg", jpeg(1)),
        ("[bad].jpg", b"no photo"),
        ("empty.jpg", b""),
        ("again.jpg", jpeg(1)),
    )
    assert fruit.counts() == {"apples": 1, "pears": 0}
    shown = warnings(page)
    assert "3 files were not added" in shown
    assert "Cannot read \\[bad\\]\\.jpg" in shown
    assert "empty\\.jpg\\: the file is empty" in shown
    assert "again\\.jpg is in the class 'apples' already" in shown
    assert not run(page).warning  # said once


def test_very_many_refused_files_are_counted(fruit):
    page = drop(open_collect(), *((f"{number}.jpg", b"x") for number in range(14)))
    assert "14 files were not added" in warnings(page)
    assert warnings(page).endswith("- and 4 more")


def test_the_camera_adds_each_shot_once(fruit):
    page = open_collect()
    run(page.segmented_control(key="collect_source").set_value("Camera"))
    page.camera_input(key="collect_camera").set_value(("shot.jpg", jpeg(1), "image/jpeg"))
    page = run(page)
    assert fruit.counts() == {"apples": 1, "pears": 0}
    # The shot is still in the widget: it belongs to the class it was taken for.
    page = run(page.segmented_control(key="collect_class").set_value("pears"))
    assert fruit.counts() == {"apples": 1, "pears": 0}
    assert not page.warning
    page.camera_input(key="collect_camera").set_value(("shot.jpg", jpeg(2), "image/jpeg"))
    run(page)
    assert fruit.counts() == {"apples": 1, "pears": 1}


def test_a_bad_photo_is_removed(fruit):
    kept = fruit.add_photo("apples", jpeg(1))
    bad = fruit.add_photo("apples", jpeg(2))
    page = open_collect()
    run(page.button(key=f"remove_apples_{bad}").click())
    assert fruit.photos("apples") == [kept]
    assert len([one for one in page.button if one.key.startswith("remove_apples_")]) == 1


def test_a_photo_that_someone_else_removed_meanwhile(fruit):
    photo = fruit.add_photo("apples", jpeg(1))
    page = open_collect()
    fruit.remove_photo("apples", photo)
    page = run(page.button(key=f"remove_apples_{photo}").click())
    assert "removed meanwhile" in page.error[0].value


def test_a_damaged_photo_can_be_removed(fruit):
    photo = fruit.add_photo("apples", jpeg(1), "a.jpg")
    fruit.photo_path("apples", photo).write_bytes(b"damaged")
    page = open_collect()
    assert "Cannot read" in texts(page)
    run(page.button(key=f"remove_apples_{photo}").click())
    assert fruit.counts()["apples"] == 0


def test_many_photos_have_pages(fruit):
    for number in range(25):
        fruit.add_photo("apples", jpeg(number))
    page = open_collect()
    assert len(page.get("image")) == 24
    # The last that came is shown first.
    first = next(one.key for one in page.button if one.key.startswith("remove_apples_"))
    assert first.startswith("remove_apples_0025-")


def test_classes_are_renamed_and_removed(fruit):
    fruit.add_photo("apples", jpeg(1))
    page = name(open_collect(), "rename_class", "Äpfel")
    assert fruit.counts() == {"pears": 0, "Äpfel": 1}
    assert page.segmented_control(key="collect_class").value == "Äpfel"
    page = run(page.button(key="remove_class").click())
    assert fruit.counts() == {"pears": 0}
    assert page.segmented_control(key="collect_class").value == "pears"
    page = run(page.button(key="remove_class").click())
    assert fruit.counts() == {}
    assert not page.file_uploader


@pytest.mark.parametrize("key", ["new_collection", "new_class", "rename_class"])
def test_a_name_that_is_refused_stays_to_be_corrected(fruit, key):
    page = name(open_collect(), key, "a/b")
    assert "must be 1 to 40 characters" in page.error[0].value
    assert page.text_input(key=key).value == "a/b"
    assert not run(page).error  # said once
    assert fruit.counts() == {"apples": 0, "pears": 0}
    assert list_collections() == ["Fruit"]


def test_several_collections(fruit):
    page = name(open_collect(), "new_collection", "Shoes")
    assert page.selectbox(key="collection").value == "Shoes"
    page = name(page, "new_class", "boots")
    assert open_collection("Shoes").counts() == {"boots": 0}
    page = run(page.button(key="remove_collection").click())
    assert list_collections() == ["Fruit"]
    assert page.selectbox(key="collection").value == "Fruit"
    page = run(page.button(key="remove_collection").click())
    assert list_collections() == []
    assert page.text_input(key="new_collection").label == "Name of the collection"


def test_a_collection_that_someone_else_removed_meanwhile(fruit):
    create_collection("Shoes")
    page = open_collect()
    fruit.remove()
    page = run(page)
    assert page.selectbox(key="collection").value == "Shoes"


def test_an_import_that_cannot_start_is_a_sentence(fruit, monkeypatch):
    for number in range(10):
        fruit.add_photo("apples" if number < 5 else "pears", jpeg(number))

    def refuse(source):
        raise EngineError("Other photos are being imported.")

    monkeypatch.setattr(imports.jobs, "start_import", refuse)
    page = run(open_collect().button(key="import_collection").click())
    assert page.error[0].value == "Other photos are being imported\\."
