import shutil

import pytest

from engine import runs
from engine.disk import paths
from engine.errors import EngineError
from engine.runs import RunError
from tests.conftest import make_run


def test_published_runs_come_first_each_by_name(tiny_data_set, tiny_runs):
    make_run(tiny_data_set, "scratch", name="a", root=paths.runs_folder())
    found, problems = runs.load_runs("tiny")
    assert [(one.name, one.published) for one in found] == [
        ("resnet50", True),
        ("scratch", True),
        ("a", False),
    ]
    assert problems == []
    assert runs.data_sets_with_runs() == ["tiny"]


def test_find_run_by_name(run):
    assert runs.find_run("tiny", "scratch").folder == run.folder
    with pytest.raises(EngineError, match=r"tiny: resnet50, scratch\. Received: 'best'"):
        runs.find_run("tiny", "best")
    with pytest.raises(EngineError, match="none yet"):
        runs.find_run("other", "scratch")


def test_no_artifacts_at_all(artifacts):
    artifacts.rmdir()
    assert runs.data_sets_with_runs() == []
    assert runs.load_runs("tiny") == ([], [])
    assert runs.unfinished_runs("tiny") == []


def test_fingerprint_changes_with_the_run(run):
    before = runs.fingerprint(run.folder)
    assert runs.fingerprint(run.folder) == before
    runs.save_summary(run.folder, {**run.summary, "processor": "another processor"})
    assert runs.fingerprint(run.folder) != before
    shutil.rmtree(run.folder)
    assert runs.fingerprint(run.folder) == ()


def test_unfinished_runs_are_never_listed(run, tiny_data_set):
    folder = runs.unfinished_folder("tiny", "next")
    folder.mkdir(parents=True)
    for file in runs.FILES:
        shutil.copy(run.folder / file, folder)
    assert runs.unfinished_runs("tiny") == ["next"]
    assert [one.name for one in runs.find_run_folders("tiny")] == ["resnet50", "scratch"]
    shutil.rmtree(paths.published_folder())
    assert runs.data_sets_with_runs() == []


def test_leftovers_of_writing_are_no_damage_and_no_run(run):
    for name in (
        "config.partial",
        "predictions.partial.npz",
        "weights.safetensors.partial",
        ".building-1-0123456789abcdef",
        ".building-1-0123456789abcdef.safetensors",
        "lock",
    ):
        (run.folder / name).write_bytes(b"half")
    (run.folder.parent / "notes.txt").write_text("not a run")
    (runs.unfinished_folder("tiny", "x").parent).mkdir(parents=True)
    runs.unfinished_folder("tiny", "x").write_text("a file, not a run")
    found, problems = runs.load_runs("tiny")
    assert ([one.name for one in found], problems) == (["resnet50", "scratch"], [])
    assert runs.unfinished_runs("tiny") == []


def test_folders_that_are_removed_meanwhile(run, monkeypatch):
    listed = runs.find_run_folders("tiny")
    shutil.rmtree(run.folder)
    monkeypatch.setattr(runs.find, "find_run_folders", lambda data_set: listed)
    found, problems = runs.load_runs("tiny")
    assert ([one.name for one in found], problems) == (["resnet50"], [])
    with pytest.raises(RunError, match="missing"):
        runs.find_run("tiny", "scratch")


@pytest.mark.parametrize(
    "name", ["../x", "..", ".", "", "a/b", "a\\b", "/etc", ".hidden", "x" * 65]
)
def test_names_that_leave_their_folder_are_refused(artifacts, name):
    for call in (
        lambda: runs.unfinished_folder("tiny", name),
        lambda: runs.unfinished_folder(name, "x"),
        lambda: runs.free_name("tiny", name),
        lambda: runs.find_run_folders(name),
        lambda: runs.load_runs(name),
        lambda: runs.unfinished_runs(name),
    ):
        with pytest.raises(EngineError, match="letters, digits"):
            call()
    with pytest.raises(EngineError, match="Received"):
        runs.find_run("tiny", name)


def test_free_name_counts_on(run):
    assert runs.free_name("tiny", "other") == "other"
    assert runs.free_name("tiny", "scratch") == "scratch-2"
    runs.unfinished_folder("tiny", "scratch-2").mkdir(parents=True)
    assert runs.free_name("tiny", "scratch") == "scratch-3"


def test_a_free_name_is_beside_others_and_never_too_long(run, tiny_data_set):
    assert runs.free_name("tiny", "scratch", beside={"scratch-2"}) == "scratch-3"
    long = "x" * 64
    assert runs.free_name("tiny", long) == long
    make_run(tiny_data_set, "scratch", name=long)
    assert runs.free_name("tiny", long) == "x" * 62 + "-2"
