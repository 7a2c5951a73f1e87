import io

import numpy as np
import pytest
from PIL import Image

from engine.data import collections as module
from engine.data import open_data_set
from engine.data.collections import (
    create_collection,
    list_collections,
    open_collection,
)
from engine.data.images import PhotoError, encode_jpeg, encode_png
from engine.disk import paths
from engine.errors import EngineError

pytestmark = pytest.mark.usefixtures("artifacts")


def photo(number) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 256, (12, 16, 3), dtype=np.uint8)


@pytest.fixture
def fruit():
    """A collection `Fruit` with the empty classes `apples` and `pears`."""
    collection = create_collection("Fruit")
    collection.add_class("apples")
    collection.add_class("pears")
    return collection


def refused(match, function, *arguments, error=EngineError):
    before = files_below()
    with pytest.raises(error, match=match) as caught:
        function(*arguments)
    assert "\n" not in str(caught.value)
    assert files_below() == before


def files_below():
    folder = paths.data_folder()
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*"))


def test_there_is_none_at_first():
    assert list_collections() == []
    refused("must be one that is here: none yet. Received: 'Fruit'", open_collection, "Fruit")
    assert not paths.data_folder().exists()


def test_photos_come_into_classes_and_stay(fruit):
    first = fruit.add_photo("apples", encode_jpeg(photo(1)), "Mein Apfel.JPG")
    second = fruit.add_photo("apples", encode_png(photo(2)), "no ending")
    third = fruit.add_photo("pears", encode_png(photo(3)), "../x/pear.png")
    assert list_collections() == ["Fruit"]
    assert fruit.counts() == {"apples": 2, "pears": 1}
    assert fruit.photos("apples") == [first, second]
    assert [first[:5], first[-4:]] == ["0001-", ".jpg"]
    assert [second[:5], second[-4:]] == ["0002-", ".jpg"]
    assert third.endswith(".png")
    # As it came: what is lost here is lost for every training.
    assert fruit.photo_path("apples", first).read_bytes() == encode_jpeg(photo(1))
    assert open_collection("Fruit") == fruit


def test_names_are_text_and_made_tidy(fruit):
    assert fruit.add_class("  große \n Äpfel ") == "große Äpfel"
    assert create_collection(" A\u0308pfel").name == "Äpfel"
    assert "große Äpfel" in fruit.class_names()


@pytest.mark.parametrize("name", ["", "..", "a/b", "../up", ".hidden", "a\0b"])
def test_refuses_names_that_are_no_folder_s_name(fruit, name):
    for function in (fruit.add_class, create_collection):
        refused(r"must be 1 to 40 characters.* Received: ", function, name)
    refused("must be 1 to 40 characters", fruit.rename_class, "apples", name)


def test_refuses_names_that_are_taken(fruit):
    refused("Received: 'APPLES' beside 'apples'", fruit.add_class, "APPLES")
    refused("Received: 'pears' beside 'pears'", fruit.rename_class, "apples", "pears")
    refused("Received: 'fruit' beside 'Fruit'", create_collection, "fruit")


def test_the_same_photo_is_refused_wherever_it_stands(fruit):
    fruit.add_photo("apples", encode_png(photo(1)), "a.png")
    # The same pixels in another file are the same photo.
    bitmap = io.BytesIO()
    Image.fromarray(photo(1)).save(bitmap, "BMP")
    for data, name in ((encode_png(photo(1)), "apples"), (bitmap.getvalue(), "pears")):
        refused(
            "b.png is in the class 'apples' already", fruit.add_photo, name, data, "x/b.png",
            error=PhotoError,
        )  # fmt: skip
    (only,) = fruit.photos("apples")
    fruit.remove_photo("apples", only)
    fruit.add_photo("pears", encode_png(photo(1)), "b.png")
    assert fruit.counts() == {"apples": 0, "pears": 1}


@pytest.mark.parametrize("data", [b"", b"no photo", b"<svg/>", encode_png(photo(1))[:60]])
def test_refuses_files_that_are_no_photos_by_name(fruit, data):
    refused(r"Cannot read a\.png", fruit.add_photo, "apples", data, "x/a.png", error=PhotoError)


def test_limits(fruit, monkeypatch):
    fruit.add_photo("apples", encode_png(photo(1)))
    monkeypatch.setattr(module, "MAX_PHOTOS", 1)
    data = encode_png(photo(2))
    refused("at most 1 photos.* Received: b.png", fruit.add_photo, "pears", data, "b.png")
    monkeypatch.setattr(module, "MAX_CLASSES", 2)
    refused("at most 2 classes", fruit.add_class, "plums")
    monkeypatch.setattr(module, "MAX_COLLECTIONS", 1)
    refused("at most 1 collections", create_collection, "Shoes")


def test_a_class_is_renamed_with_its_photos(fruit):
    photo_name = fruit.add_photo("apples", encode_png(photo(1)))
    assert fruit.rename_class("apples", "Apples") == "Apples"
    assert fruit.rename_class("Apples", "Äpfel") == "Äpfel"
    assert fruit.class_names() == ["pears", "Äpfel"]
    assert fruit.photos("Äpfel") == [photo_name]


def test_what_is_removed_is_gone(fruit):
    first = fruit.add_photo("apples", encode_png(photo(1)))
    second = fruit.add_photo("apples", encode_png(photo(2)))
    fruit.remove_photo("apples", first)
    assert fruit.photos("apples") == [second]
    assert fruit.add_photo("apples", encode_png(photo(3))).startswith("0003-")
    fruit.remove_class("apples")
    assert fruit.class_names() == ["pears"]
    fruit.remove()
    assert list_collections() == []
    assert files_below() == [".collections"]


@pytest.mark.parametrize("name", ["plums", "", "..", ".", "../Other/pears"])
def test_only_classes_that_are_there(fruit, name):
    create_collection("Other").add_class("pears")
    data = encode_png(photo(1))
    for function, arguments in (
        (fruit.photos, (name,)),
        (fruit.add_photo, (name, data)),
        (fruit.rename_class, (name, "new")),
        (fruit.remove_class, (name,)),
        (fruit.remove_photo, (name, "1.jpg")),
    ):
        refused("must be one of the collection: apples, pears. Received: ", function, *arguments)


@pytest.mark.parametrize("name", ["", "..", "../pears", "0001-x.jpg", "/etc/passwd"])
def test_only_photos_that_are_there(fruit, name):
    fruit.add_photo("apples", encode_png(photo(1)))
    for function in (fruit.photo_path, fruit.remove_photo):
        refused("may have been removed meanwhile. Received: ", function, "apples", name)


def test_what_someone_else_laid_there_is_passed_over(fruit):
    fruit.add_photo("apples", encode_png(photo(1)))
    (fruit.folder / "apples" / "notes.txt").write_text("a note")
    (fruit.folder / "apples" / ".building-1-0002-x.jpg").write_text("half a photo")
    (fruit.folder / "readme.txt").write_text("a note")
    (fruit.folder.parent / "file").write_text("no collection")
    (fruit.folder / "link").symlink_to(fruit.folder / "apples")
    assert list_collections() == ["Fruit"]
    assert fruit.counts() == {"apples": 1, "pears": 0}
    assert fruit.add_photo("apples", encode_png(photo(2))).startswith("0002-")


def test_a_disk_that_refuses_is_one_sentence(fruit, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.Path, "open", full)
    refused("No space left", fruit.add_photo, "apples", encode_png(photo(1)))


def test_a_collection_becomes_a_data_set_and_grows_on(fruit):
    for number in range(10):
        name = ("apples", "pears")[number % 2]
        fruit.add_photo(name, encode_png(photo(number)))
    first = open_data_set(fruit.folder)
    assert (first.name, first.title, first.class_names) == ("fruit", "Fruit", ("apples", "pears"))
    assert fruit.counts() == {"apples": 5, "pears": 5}
    assert open_data_set(fruit.folder) == first
    fruit.add_photo("apples", encode_png(photo(10)))
    second = open_data_set(fruit.folder)
    assert second.name == f"fruit-{second.digest[:6]}"
    assert len(first.photos) == 10
    assert len(second.photos) == 11


def test_read_only(fruit, monkeypatch):
    data = encode_png(photo(1))
    kept = fruit.add_photo("apples", data)
    monkeypatch.setenv("READ_ONLY", "1")
    for function, arguments in (
        (create_collection, ("Shoes",)),
        (fruit.add_class, ("plums",)),
        (fruit.rename_class, ("apples", "plums")),
        (fruit.remove_class, ("apples",)),
        (fruit.add_photo, ("pears", data)),
        (fruit.remove_photo, ("apples", kept)),
        (fruit.remove, ()),
    ):
        refused("Collecting photos is off on this page", function, *arguments)
