import io
import os
import time
import tomllib

import pytest

from engine.data import uploads
from engine.data.uploads import keep_arrays, keep_zip, remove_old_uploads, remove_upload
from engine.disk import paths
from engine.errors import EngineError
from tests.server import PROJECT

pytestmark = pytest.mark.usefixtures("artifacts")
ARRAYS = {"data_train.npy": b"photos", "labels_train.npy": b"labels"}


def files(contents=ARRAYS):
    return {name: io.BytesIO(content) for name, content in contents.items()}


def kept():
    """Paths of all that is kept, below the folder of its upload."""
    root = paths.data_folder() / ".uploads"
    return sorted("/".join(one.relative_to(root).parts[1:]) for one in root.rglob("*.*"))


def refused(match, function, *arguments):
    with pytest.raises(EngineError, match=match) as caught:
        function(*arguments)
    assert "\n" not in str(caught.value)
    assert kept() == []


def test_the_server_lets_the_largest_upload_through():
    """Streamlit turns larger requests away, whatever the page's own limit is."""
    with (PROJECT / ".streamlit" / "config.toml").open("rb") as file:
        assert tomllib.load(file)["server"]["maxUploadSize"] == uploads.MAX_BYTES >> 20


def test_a_zip_is_kept_under_its_name_until_it_is_removed():
    file = io.BytesIO(b"a zip")
    file.read()  # someone may have looked at it before
    path = keep_zip("Meine Äpfel.ZIP", file)
    assert path.name == "Meine Äpfel.zip"
    assert path.read_bytes() == b"a zip"
    assert path.is_relative_to(paths.data_folder() / ".uploads")
    other = keep_zip("Meine Äpfel.zip", io.BytesIO(b"another"))
    remove_upload(path)
    assert not path.parent.exists()
    assert other.read_bytes() == b"another"
    remove_upload(path)


def test_arrays_are_kept_in_a_folder_of_their_name():
    folder = keep_arrays("My digits", files({**ARRAYS, "class_names.txt": b"a\nb"}))
    assert folder.name == "My digits"
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == {
        **ARRAYS,
        "class_names.txt": b"a\nb",
    }
    remove_upload(folder)
    assert kept() == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.zip", "passwd.zip"),
        ("C:\\photos\\fruit.zip", "fruit.zip"),
        (".hidden.zip", "hidden.zip"),
        ("..zip", "photos.zip"),
        ("a\0b\n.zip", "a_b_.zip"),
        ('<a>:"b"|?*.zip', "_a___b____.zip"),
        ("ä" * 300 + ".zip", "ä" * 60 + ".zip"),
        ("A\u0308pfel.zip", "Äpfel.zip"),
    ],
)
def test_names_are_made_safe(name, safe):
    assert keep_zip(name, io.BytesIO(b"1")).name == safe
    assert kept() == [safe]


@pytest.mark.parametrize("name", ["", "..", "/", ".", "a/.."])
def test_arrays_without_a_name_are_called_photos(name):
    assert keep_arrays(name, files()).name == "photos"


@pytest.mark.parametrize("name", ["", "zip", "photo.jpg", "a.zip.exe"])
def test_refuses_what_is_not_called_zip(name):
    refused("must be a zip file, whose name ends with .zip. Received", keep_zip, name, io.BytesIO())


def test_refuses_empty_and_large_files(monkeypatch):
    refused("must not be empty and have at most 500 MB", keep_zip, "a.zip", io.BytesIO())
    refused("labels_train.npy", keep_arrays, "a", files({**ARRAYS, "labels_train.npy": b""}))
    monkeypatch.setattr(uploads, "MAX_BYTES", 2**20)
    large = io.BytesIO(bytes(2**20 + 1))
    refused("a.zip must .* at most 1 MB. Received: 2 MB", keep_zip, "a.zip", large)


@pytest.mark.parametrize(
    "names",
    [[], ["data_train.npy"], ["labels_train.npy"], [*ARRAYS, "../evil.npy"], [*ARRAYS, "x"]],
)
def test_refuses_other_files_than_the_arrays(names):
    contents = dict.fromkeys(names, b"1")
    refused("must hold both data_train.npy and labels_train", keep_arrays, "a", files(contents))


def test_refuses_where_the_disk_has_no_room(monkeypatch):
    monkeypatch.setattr(uploads, "_KEPT_FREE_BYTES", 2**60)
    refused("too little room", keep_zip, "a.zip", io.BytesIO(b"1"))


def test_a_disk_that_refuses_is_one_sentence_and_nothing_stays(monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(uploads.shutil, "copyfileobj", full)
    refused("No space left on device", keep_zip, "a.zip", io.BytesIO(b"1"))
    assert list((paths.data_folder() / ".uploads").iterdir()) == []


def test_old_uploads_are_removed_by_the_next():
    old = keep_zip("old.zip", io.BytesIO(b"1"))
    young = keep_zip("young.zip", io.BytesIO(b"1"))
    yesterday = time.time() - 25 * 3600
    os.utime(old.parent, (yesterday, yesterday))
    keep_zip("new.zip", io.BytesIO(b"1"))
    assert kept() == ["new.zip", "young.zip"]
    os.utime(young.parent, (yesterday, yesterday))
    remove_old_uploads()
    assert kept() == ["new.zip"]


def test_removes_nothing_but_uploads(artifacts, tiny_data_set):
    before = sorted(artifacts.rglob("*"))
    root = paths.data_folder() / ".uploads"
    for path in (tiny_data_set.folder, root, root / "a/../../tiny/photos", root / "a"):
        remove_upload(path)
    assert sorted(artifacts.rglob("*")) == before


def test_read_only(monkeypatch):
    monkeypatch.setenv("READ_ONLY", "1")
    refused("is off on this page", keep_zip, "a.zip", io.BytesIO(b"1"))
    refused("is off on this page", keep_arrays, "a", files())
    assert not paths.data_folder().exists()
