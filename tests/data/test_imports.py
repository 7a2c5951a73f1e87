import shutil
import zipfile

import numpy as np
import pytest

from engine.data import imports as imports_module
from engine.data.catalog import CATALOG
from engine.data.data_set import list_data_sets, load_data_set
from engine.data.images import encode_png
from engine.data.imports import open_data_set
from engine.data.prepared import load_prepared
from engine.disk import paths
from engine.errors import EngineError
from tests.told import counted_to


@pytest.fixture(autouse=True)
def artifacts(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.ARTIFACTS_VARIABLE, str(tmp_path / "artifacts"))


def write_folder(folder, first=0, classes=("hat", "dress"), count=5):
    for number, class_name in enumerate(classes):
        for index in range(count):
            path = folder / class_name / f"{index}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(
                encode_png(np.full((10, 12, 3), first + 10 * number + index, np.uint8))
            )
    return folder


def write_zip(folder, path):
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.rglob("*.*")):
            archive.write(file, file.relative_to(folder.parent))
    return path


def write_arrays(folder, value=0):
    folder.mkdir(exist_ok=True)
    np.save(folder / "data_train.npy", np.full((10, 8, 8, 3), value, np.uint8))
    np.save(folder / "labels_train.npy", np.arange(10) % 2)
    return folder


def files_below(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(reference, match):
    before = list_data_sets()
    with pytest.raises(EngineError, match=match) as caught:
        open_data_set(reference)
    assert "\n" not in str(caught.value)
    assert list_data_sets() == before
    assert not list(paths.data_folder().glob(".*"))


def test_imports_a_folder_and_leaves_it_alone(tmp_path):
    folder = write_folder(tmp_path / "My Hats!")
    before = files_below(folder)
    calls = []
    data_set = open_data_set(folder, counted_to(calls.append))
    assert (data_set.name, data_set.title, data_set.source) == ("my-hats", "My Hats!", "My Hats!")
    assert data_set.class_names == ("dress", "hat")
    assert len(data_set.photos) == 10
    assert data_set.folder == paths.data_folder() / "my-hats"
    assert load_prepared(data_set, 224).shape == (10, 224, 224, 3)
    assert calls == [(10, 10, "prepare")]
    assert files_below(folder) == before
    assert open_data_set("my-hats") == load_data_set("my-hats") == data_set


def test_imports_a_zip(tmp_path):
    folder = write_folder(tmp_path / "hats")
    path = write_zip(folder, tmp_path / "Hats 2.zip")
    data_set = open_data_set(str(path))
    assert (data_set.name, data_set.source) == ("hats-2", "Hats 2.zip")
    assert data_set.photos["image_id"][0] == "dress/0.png"
    # The same photos as the folder's have the same digest.
    assert data_set.digest == open_data_set(folder).digest


def test_imports_arrays(tmp_path):
    folder = write_arrays(tmp_path / "digits")
    data_set = open_data_set(folder)
    assert data_set.class_names == ("0", "1")
    assert data_set.photos["image_id"].tolist()[:2] == ["0/000000.png", "0/000002.png"]
    assert set(data_set.photos["width"]) == {8}


def test_imports_a_zip_of_arrays(tmp_path):
    folder = write_arrays(tmp_path / "digits")
    with zipfile.ZipFile(tmp_path / "digits.zip", "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    assert len(open_data_set(tmp_path / "digits.zip").photos) == 10


@pytest.mark.parametrize("kind", ["folder", "zip", "arrays"])
def test_what_was_imported_is_not_imported_again(tmp_path, monkeypatch, kind):
    path = tmp_path / "hats"
    if kind == "arrays":
        write_arrays(path)
    else:
        write_folder(path)
    if kind == "zip":
        path = write_zip(path, tmp_path / "hats.zip")
    first = open_data_set(path)
    monkeypatch.setattr(imports_module, "ready", None)  # would fail if it were called
    monkeypatch.setattr(imports_module, "extract_zip", None)
    monkeypatch.setattr(imports_module, "write_photos", None)
    assert open_data_set(path) == first
    assert list_data_sets() == ["hats"]


def test_other_photos_of_the_same_name_get_a_name_of_their_own(tmp_path):
    first = open_data_set(write_folder(tmp_path / "a/hats"))
    other = write_folder(tmp_path / "b/hats", first=100)
    second = open_data_set(other)
    assert second.name == f"hats-{second.digest[:6]}"
    assert load_data_set("hats") == first
    assert open_data_set(other) == second
    assert list_data_sets() == ["hats", second.name]


def test_photos_of_ones_own_never_take_a_catalog_name(tmp_path):
    data_set = open_data_set(write_folder(tmp_path / "clothing"))
    assert data_set.name == f"clothing-{data_set.digest[:6]}"


def test_removed_photos_come_back(tmp_path):
    folder = write_folder(tmp_path / "hats")
    shutil.rmtree(open_data_set(folder).folder / "photos")
    refused("hats", "not on this machine")
    assert open_data_set(folder).has_photos
    assert list_data_sets() == ["hats"]


def test_a_damaged_index_is_one_error_and_photos_can_be_imported_again(tmp_path):
    folder = write_folder(tmp_path / "hats")
    (open_data_set(folder).folder / "data_set.json").write_text("{")
    refused("hats", "hats/data_set.json .* damaged")
    again = open_data_set(folder)
    assert again.has_photos
    assert open_data_set(folder) == again


def test_unreadable_photos_are_reported(tmp_path):
    folder = write_folder(tmp_path / "hats", count=6)
    (folder / "hat/0.png").write_bytes(b"not a photo")
    data_set = open_data_set(folder)
    assert [file for file, _ in data_set.unreadable] == ["hat/0.png"]
    assert len(data_set.photos) == 11
    assert open_data_set(folder) == data_set


def test_a_relative_path_works_and_a_name_goes_before_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "hats")
    first = open_data_set("hats")  # no data set of that name yet: the folder
    write_folder(tmp_path / "hats", first=100)
    assert open_data_set("hats") == first
    assert open_data_set("./hats") != first
    monkeypatch.chdir(tmp_path / "hats")
    assert open_data_set(".").title == "hats"


def test_a_catalog_name_without_photos_says_how_to_bring_them():
    refused("clothing", "`python -m engine data clothing`")


@pytest.mark.parametrize("reference", ["", "nuts", "no/such/folder", "../nuts", "a\0b"])
def test_refuses_unknown_references(reference):
    refused(reference, "must be one of clothing, objects, scenes, or the path of a folder")


def test_an_unknown_name_lists_those_that_are_here(tmp_path):
    open_data_set(write_folder(tmp_path / "hats"))
    refused("nuts", "must be one of clothing, hats, objects, scenes, or the path")
    assert "clothing" in CATALOG


def test_refuses_folders_that_cannot_be_shared_out(tmp_path):
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", "Received: empty, without photos")
    refused(write_folder(tmp_path / "one", classes=("hat",)), "at least 2 classes.* hat")
    refused(write_folder(tmp_path / "few", count=4), "at least 5 readable photos")


def test_refuses_files_that_are_no_zip(tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0")
    refused(tmp_path / "photo.jpg", "whole zip file")


def test_refuses_arrays_without_labels(tmp_path):
    folder = write_arrays(tmp_path / "digits")
    (folder / "labels_train.npy").unlink()
    refused(folder, "must hold both data_train.npy and labels_train.npy")


def test_an_interruption_leaves_nothing(tmp_path):
    def interrupt(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_data_set(write_folder(tmp_path / "hats"), counted_to(interrupt))
    assert list(paths.data_folder().iterdir()) == []
