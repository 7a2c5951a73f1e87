import contextlib
import dataclasses
import hashlib
import http.server
import io
import shutil
import tarfile
import threading
import zipfile

import numpy as np
import pytest

from engine.data.bringing import bring
from engine.data.catalog import CATALOG
from engine.data.data_set import list_data_sets, load_data_set
from engine.data.folders import content_digest
from engine.data.images import encode_png
from engine.data.imports import open_data_set
from engine.data.prepared import load_prepared
from engine.disk import paths
from engine.errors import EngineError
from engine.scenes import SCENE_CLASSES, draw_scene
from engine.scenes import data_set as scenes
from tests.told import counted_to

TOP = "clothing-dataset-small-1234"
NAMES = [
    f"{split}/{class_name}/{index}.png"
    for split, count in (("train", 4), ("validation", 2), ("test", 2))
    for class_name in ("dress", "hat")
    for index in range(count)
]


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """A small zip in the layout of the clothing archive, promised by the catalog."""
    monkeypatch.setenv(paths.ARTIFACTS_VARIABLE, str(tmp_path / "artifacts"))
    source = tmp_path / "source"
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(f"{TOP}/README.md", "About the photos")
        for number, name in enumerate(NAMES):
            photo = encode_png(np.full((10, 12, 3), number, np.uint8))
            file.writestr(f"{TOP}/{name}", photo)
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes(photo)
    promised = dataclasses.replace(
        CATALOG["clothing"],
        photos=len(NAMES),
        classes=2,
        digest=content_digest(source, NAMES),
    )
    monkeypatch.setitem(CATALOG, "clothing", promised)
    return path


@contextlib.contextmanager
def serving(archive):
    """Serves `archive` at any address below the one it gives; `missing` gives 404, `short` breaks
    off."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            content = archive.read_bytes()
            if "missing" in self.path:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # an interrupted client hangs up
                self.wfile.write(content[:-100] if "short" in self.path else content)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def server(archive, monkeypatch):
    """Called with a name, lets clothing be brought from a server of `archive`, under that name."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving(archive) as address:
        yield lambda name: monkeypatch.setenv(
            "SCRATCH_VS_TRANSFER_CLOTHING_URL", f"{address}/{name}"
        )


def assert_brought(data_set):
    assert data_set == load_data_set("clothing")
    assert data_set.has_photos
    assert data_set.digest == CATALOG["clothing"].digest
    assert data_set.class_names == ("dress", "hat")
    assert data_set.unreadable == ()
    assert data_set.photos["image_id"].tolist() == sorted(NAMES)
    counts = data_set.photos["split"].value_counts().to_dict()
    assert counts == {"train": 10, "validation": 2, "test": 4}
    assert all(data_set.photo_path(name).is_file() for name in NAMES)
    assert load_prepared(data_set, 224).shape == (16, 224, 224, 3)
    assert [one.name for one in paths.data_folder().iterdir()] == ["clothing"]
    assert sorted(one.name for one in data_set.folder.iterdir()) == [
        "data_set.json",
        "photos",
        "photos.csv",
        "prepared",
    ]


def refused(match, **options):
    with pytest.raises(EngineError, match=match) as caught:
        bring("clothing", **options)
    assert "\n" not in str(caught.value)
    assert list(paths.data_folder().iterdir()) == []


def test_brings_a_copy(archive):
    calls = []
    assert_brought(bring("clothing", archive, counted_to(calls.append)))
    assert {what for _, _, what in calls} == {"unpack", "prepare"}
    assert calls[-1] == (16, 16, "prepare")
    assert archive.exists()


def test_downloads(server):
    server("whole.zip")
    calls = []
    assert_brought(bring("clothing", progress=counted_to(calls.append)))
    assert calls[0][2] == "download"


def test_returns_at_once_what_is_here(archive):
    bring("clothing", archive)
    archive.unlink()
    assert_brought(bring("clothing", archive))


def test_photos_removed_by_hand_come_back(archive):
    data_set = bring("clothing", archive)
    data_set.photo_path(NAMES[0]).parent.parent.parent.rename(archive.parent / "elsewhere")
    assert not load_data_set("clothing").has_photos
    assert_brought(bring("clothing", archive))


def test_a_damaged_index_is_made_again(archive):
    (bring("clothing", archive).folder / "data_set.json").write_text("{")
    assert_brought(bring("clothing", archive))


def test_refuses_unknown_names(archive):
    with pytest.raises(EngineError, match=r"clothing, objects, scenes\. Received: 'shoes'"):
        bring("shoes", archive)


def test_refuses_other_photos(archive):
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(f"{TOP}/train/hat/more.png", encode_png(np.zeros((10, 12, 3), np.uint8)))
    refused("must hold the 16 photos of clothing .* Received: 17 photos", archive=archive)


def test_refuses_an_archive_without_photos(archive):
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("readme.txt", "nothing here")
    refused("Received: 0 photos", archive=archive)


def test_refuses_what_is_no_zip(archive):
    archive.write_bytes(archive.read_bytes()[:-200])
    refused("whole zip file", archive=archive)
    refused("zip file that exists", archive=archive.with_name("missing.zip"))


def test_a_failed_download_can_be_repeated(server):
    server("missing.zip")
    refused("answered 404")
    server("short.zip")
    refused("ended after")
    server("whole.zip")
    assert_brought(bring("clothing"))


def test_refuses_a_download_that_is_too_large(server, monkeypatch):
    entry = dataclasses.replace(CATALOG["clothing"], archive_bytes=100)
    monkeypatch.setitem(CATALOG, "clothing", entry)
    server("whole.zip")
    refused("at most 100 bytes")


@pytest.mark.parametrize("moment", ["download", "unpack", "prepare"])
def test_an_interruption_leaves_nothing_and_can_be_repeated(server, moment):
    def interrupt(count):
        if count[2] == moment:
            raise KeyboardInterrupt

    server("whole.zip")
    with pytest.raises(KeyboardInterrupt):
        bring("clothing", progress=counted_to(interrupt))
    assert list(paths.data_folder().iterdir()) == []
    assert list_data_sets() == []
    assert_brought(bring("clothing"))


def test_two_at_once_end_with_one_whole_data_set(archive):
    inner = []

    def second_attempt(count):
        if count[2] == "prepare" and not inner:
            inner.append(None)
            inner.append(bring("clothing", archive))

    assert_brought(bring("clothing", archive, counted_to(second_attempt)))
    assert_brought(inner[1])


def test_photos_of_ones_own_keep_their_name(archive):
    own = bring("clothing", archive)
    other = dataclasses.replace(CATALOG["clothing"], digest="0" * 64)
    with pytest.MonkeyPatch.context() as later:
        later.setitem(CATALOG, "clothing", other)
        before = sorted(own.folder.rglob("*"))
        with pytest.raises(EngineError, match=r"delete that data set first, .* from https://"):
            bring("clothing", archive)
        # Its index alone explains runs, too.
        shutil.rmtree(own.folder / "photos")
        with pytest.raises(EngineError, match="must not be that of other photos"):
            bring("clothing", archive)
    assert [one for one in before if one.exists()] == sorted(own.folder.rglob("*"))
    assert load_data_set("clothing").digest == own.digest


# photos in a tar file in the zip file

OBJECTS = [
    f"{folder}/image_{index:04d}.jpg"
    for folder in ("Leopards", "car_side", "watch")
    for index in range(1, 6)
]
TAR = "caltech-101/101_ObjectCategories.tar.gz"


def write_objects(path, files, tar=TAR):
    """Write a zip file in the layout of Caltech-101: `files` in a tar file in it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, content in files.items():
            header = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("caltech-101/Annotations.tar", b"not needed")
        file.writestr("__MACOSX/caltech-101/._Annotations.tar", b"not needed")
        file.writestr(tar, packed.getvalue())


@pytest.fixture
def objects(tmp_path, artifacts, monkeypatch):
    """A small archive in the layout of Caltech-101: three classes that are taken, two that are not.

    Its path, and what its tar file holds, by path.
    """
    photos = {
        name: encode_png(np.full((10, 12, 3), 9 * number, np.uint8))
        for number, name in enumerate([*OBJECTS, "Faces/image_0001.jpg", "wrench/image_0001.jpg"])
    }
    for name in OBJECTS:
        (tmp_path / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "source" / name).write_bytes(photos[name])
    files = {f"101_ObjectCategories/{name}": content for name, content in photos.items()}
    files["101_ObjectCategories/BACKGROUND_Google/tmp"] = b"left behind"
    promised = dataclasses.replace(
        CATALOG["objects"],
        photos=len(OBJECTS),
        classes=3,
        digest=content_digest(tmp_path / "source", OBJECTS),
    )
    monkeypatch.setitem(CATALOG, "objects", promised)
    path = tmp_path / "caltech-101.zip"
    write_objects(path, files)
    return path, files


def assert_objects(data_set):
    assert data_set == load_data_set("objects")
    assert data_set.class_names == ("car", "leopard", "watch")
    assert data_set.photos["image_id"].tolist() == sorted(OBJECTS)
    names = data_set.photos.set_index("image_id")["class_name"]
    assert names["Leopards/image_0001.jpg"] == "leopard"
    assert names["car_side/image_0005.jpg"] == "car"
    counts = data_set.photos.groupby(["class_name", "split"]).size().unstack()
    assert (counts == [1, 3, 1]).all(axis=None)  # test, train, validation
    assert "Perona" in data_set.attribution
    assert [one.name for one in paths.data_folder().iterdir()] == ["objects"]
    on_disk = [one for one in (data_set.folder / "photos").rglob("*") if one.is_file()]
    assert len(on_disk) == len(OBJECTS)


def refused_objects(path, match):
    with pytest.raises(EngineError, match=match) as caught:
        bring("objects", path)
    assert "\n" not in str(caught.value)
    assert list(paths.data_folder().iterdir()) == []


def test_brings_the_classes_of_the_catalog_out_of_a_tar_file(objects):
    calls = []
    assert_objects(bring("objects", objects[0], counted_to(calls.append)))
    assert {what for _, _, what in calls} == {"unpack", "prepare"}


@pytest.mark.parametrize("mirror", [False, True], ids=["its own address", "a mirror"])
def test_the_md5_is_that_of_the_address_in_the_catalog(objects, monkeypatch, mirror):
    path, _ = objects
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    right = hashlib.md5(path.read_bytes()).hexdigest()
    with serving(path) as address:

        def promise(md5):
            changed = {} if mirror else {"archive_url": f"{address}/caltech-101.zip"}
            entry = dataclasses.replace(CATALOG["objects"], archive_md5=md5, **changed)
            monkeypatch.setitem(CATALOG, "objects", entry)

        if mirror:
            monkeypatch.setenv("SCRATCH_VS_TRANSFER_OBJECTS_URL", f"{address}/packed-anew.zip")
        promise("0" * 32)
        if not mirror:
            refused_objects(None, f"must have the md5 0+: .* Received: {right}")
            promise(right)
        assert_objects(bring("objects"))


def test_refuses_an_archive_without_the_tar_file(objects):
    path, files = objects
    write_objects(path, files, tar="caltech-101/other.tar.gz")
    refused_objects(path, "must hold the file caltech-101/101_ObjectCategories.tar.gz")
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(TAR, b"no tar file")
    refused_objects(path, "whole tar.gz file")


def test_refuses_other_objects(objects):
    path, files = objects
    del files["101_ObjectCategories/watch/image_0003.jpg"]
    write_objects(path, files)
    refused_objects(path, "must hold the 15 photos of objects .* Received: 14 photos")


@pytest.mark.parametrize(
    ("name", "kind", "match"),
    [
        ("../Leopards/image_0009.jpg", tarfile.REGTYPE, "only paths below its own folder"),
        ("/Leopards/image_0009.jpg", tarfile.REGTYPE, "only paths below its own folder"),
        ("101_ObjectCategories/Leopards/image_0009.jpg", tarfile.SYMTYPE, "no links"),
        ("101_ObjectCategories/Leopards", tarfile.SYMTYPE, "no links"),
        ("101_ObjectCategories/Leopards/image_0009.jpg", tarfile.LNKTYPE, "no links"),
        ("101_ObjectCategories/Leopards/image_0009.jpg", tarfile.CHRTYPE, "no links"),
        ("101_ObjectCategories/wrench/image_0009.jpg", tarfile.SYMTYPE, "no links"),
    ],
)
def test_refuses_a_hostile_tar_file(objects, name, kind, match):
    path, files = objects
    hostile = tarfile.TarInfo(name)
    hostile.type, hostile.linkname = kind, "/etc"
    write_objects(path, {hostile: b"", **files})
    refused_objects(path, match)


def test_an_interruption_among_objects_leaves_nothing_and_can_be_repeated(objects):
    path, _ = objects
    calls = []

    def interrupt(count):
        calls.append(count)
        if len(calls) == 6:  # the zip file holds three files: within the tar file
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring("objects", path, counted_to(interrupt))
    assert list(paths.data_folder().iterdir()) == []
    assert_objects(bring("objects", path))


# drawn photos


@pytest.fixture
def few_scenes(tmp_path, monkeypatch):
    """A recipe of few pictures, so that drawing all of them takes no time."""
    monkeypatch.setenv(paths.ARTIFACTS_VARIABLE, str(tmp_path / "artifacts"))
    monkeypatch.setattr(scenes, "PICTURES_PER_CLASS", {"train": 5, "test": 1})
    scenes._all_parameters.cache_clear()
    yield
    scenes._all_parameters.cache_clear()


def test_drawn_photos_go_the_way_of_all_photos(few_scenes):
    calls = []
    data_set = bring("scenes", progress=counted_to(calls.append))
    assert {what for _, _, what in calls} == {"draw", "prepare"}
    assert data_set == load_data_set("scenes")
    assert data_set.drawn
    assert data_set.class_names == SCENE_CLASSES
    counts = data_set.photos["split"].value_counts().to_dict()
    assert counts == {"train": 32, "validation": 8, "test": 8}
    prepared = load_prepared(data_set, 300)
    for row, image_id in enumerate(data_set.photos["image_id"]):
        drawn = draw_scene(scenes.parameters_of(image_id))
        np.testing.assert_array_equal(prepared[row], drawn)
        np.testing.assert_array_equal(data_set.read_photo(image_id), drawn)


def test_drawn_photos_need_no_files_to_be_seen(few_scenes):
    data_set = bring("scenes")
    data_set.save_index(paths.published_folder() / "scenes")
    shutil.rmtree(paths.data_folder() / "scenes")
    published = load_data_set("scenes")
    assert published.has_photos
    image_id = "test/stadium/000.png"
    drawn = draw_scene(scenes.parameters_of(image_id))
    np.testing.assert_array_equal(published.read_photo(image_id), drawn)
    with pytest.raises(EngineError, match="must be one of the 48 photos"):
        published.read_photo("../../etc/passwd")
    # Training reads files: they are drawn when it asks.
    assert open_data_set("scenes").folder == paths.data_folder() / "scenes"
    assert load_prepared(open_data_set("scenes"), 224).shape == (48, 224, 224, 3)


def test_drawn_photos_have_no_archive(few_scenes, tmp_path):
    with pytest.raises(EngineError, match="scenes needs no archive"):
        bring("scenes", tmp_path / "archive.zip")
