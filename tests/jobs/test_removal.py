import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import runs
from engine.data import list_data_sets, load_data_set
from engine.disk import paths
from engine.errors import EngineError
from engine.jobs import JobState, Training, removal
from engine.jobs.removal import deletable, delete_data_set
from tests.conftest import make_data_set, make_run


@pytest.fixture
def own(tiny_data_set):
    """The data set `tiny`, imported here, with a run `mine` that was trained here."""
    make_run(tiny_data_set, "scratch", name="mine", root=paths.runs_folder())
    return tiny_data_set


@pytest.fixture
def published(artifacts):
    """`tiny` as published, index and run; its photos were brought here, a run was trained."""
    data_set = make_data_set(artifacts / "published" / "tiny", with_photos=False)
    make_run(data_set, "scratch")
    make_data_set(artifacts / "data" / "tiny")
    make_run(data_set, "scratch", name="mine", root=paths.runs_folder())
    return data_set


def content(folder):
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file())


def refused(match):
    before = content(paths.artifacts_folder())
    with pytest.raises(EngineError, match=match):
        delete_data_set("tiny")
    assert content(paths.artifacts_folder()) == before


def test_what_there_is_to_delete(own):
    runs.unfinished_folder("tiny", "next").mkdir()
    there = deletable("tiny")
    assert there == removal.Deletable(True, True, ("mine",), ("next",), False)
    assert there and there.trained
    assert not deletable("other")


def test_of_a_published_data_set_only_what_came_here(published):
    assert deletable("tiny") == removal.Deletable(False, True, ("mine",), (), False)
    delete_data_set("tiny")
    assert [one.name for one in runs.find_run_folders("tiny")] == ["scratch"]
    assert not load_data_set("tiny").has_photos
    assert not deletable("tiny")


def test_a_deleted_data_set_is_gone(own):
    delete_data_set("tiny")
    assert list_data_sets() == runs.data_sets_with_runs() == []
    assert content(paths.artifacts_folder()) == []


def test_its_photos_alone(own):
    delete_data_set("tiny", keep_runs=True)
    data_set = load_data_set("tiny")
    assert not data_set.has_photos
    assert data_set.photos.equals(own.photos)
    assert [one.name for one in runs.load_runs("tiny")[0]] == ["mine"]
    assert sorted(one.name for one in paths.data_folder().iterdir()) == ["tiny"]
    assert content(data_set.folder) == ["data_set.json", "photos.csv"]
    with pytest.raises(EngineError, match="no photos of tiny on this machine"):
        delete_data_set("tiny", keep_runs=True)


def test_the_photos_alone_of_a_published_data_set(published):
    delete_data_set("tiny", keep_runs=True)
    assert [one.name for one in runs.find_run_folders("tiny")] == ["scratch", "mine"]
    assert not (paths.data_folder() / "tiny").exists()


def test_without_a_run_nothing_is_kept(tiny_data_set):
    delete_data_set("tiny", keep_runs=True)
    assert content(paths.artifacts_folder()) == []


def test_a_damaged_index_can_be_deleted(own):
    (own.folder / "data_set.json").write_text("{")
    delete_data_set("tiny")
    assert content(paths.artifacts_folder()) == []


@pytest.mark.parametrize("name", ["nothing", "published"])
def test_nothing_to_delete(own, artifacts, name):
    make_data_set(artifacts / "published" / "published", with_photos=False)
    before = content(artifacts)
    with pytest.raises(EngineError, match=f"came with the project stays. Received: '{name}'"):
        delete_data_set(name)
    assert content(artifacts) == before


@pytest.mark.parametrize("name", ["", "..", "../tiny", "a/b", ".hidden"])
def test_what_is_no_name(own, artifacts, name):
    before = content(artifacts)
    with pytest.raises(EngineError, match="letters, digits"):
        delete_data_set(name)
    assert content(artifacts) == before


@pytest.mark.parametrize(
    ("folder", "match"),
    [
        (lambda: runs.unfinished_folder("tiny", "next"), "The run next is being trained"),
        (lambda: runs.unfinished_learning_curve("tiny"), "learning curve of tiny is being"),
    ],
)
def test_while_something_is_at_work_on_it(own, folder, match):
    folder().mkdir()
    program = (
        "import sys; from pathlib import Path; from engine import runs\n"
        "with runs.lock_unfinished(Path(sys.argv[1])):\n"
        "    print('locked', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, folder()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as process:
        assert process.stdout.readline() == b"locked\n"
        refused(match)
        process.stdin.close()
    delete_data_set("tiny")
    assert content(paths.artifacts_folder()) == []


def test_while_a_training_waits_or_starts(own, monkeypatch):
    waits = Training("tiny", "next", "scratch", "starting", 0, "")
    monkeypatch.setattr(removal.jobs, "trainings", lambda name: [waits])
    refused("The run next of tiny is being trained: stop it first")


def test_while_its_photos_are_brought(own, monkeypatch):
    monkeypatch.setitem(removal.CATALOG, "tiny", None)
    monkeypatch.setattr(removal.jobs, "bringing", lambda name: JobState(True, 0.5, "Downloading"))
    refused("are being brought")


def test_a_disk_that_refuses_is_one_sentence(own, monkeypatch):
    def refuse(path, target):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "rename", refuse)
    refused("tiny could not be deleted: Permission denied")


def test_nothing_goes_where_nothing_may_be_written(own, monkeypatch):
    monkeypatch.setenv("READ_ONLY", "1")
    refused("Deleting a data set is off")
