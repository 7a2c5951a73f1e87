import errno
import os
import shutil
from pathlib import Path

import pytest

from engine import runs
from engine.disk import paths
from engine.errors import EngineError
from engine.runs import RunError, delete_run, rename_run
from tests.conftest import make_run


@pytest.fixture
def own(tiny_runs, tiny_data_set):
    """A run `mine` of `tiny` that was trained here, beside two published ones."""
    return make_run(tiny_data_set, "scratch", name="mine", root=paths.runs_folder())


def names(data_set="tiny"):
    return [folder.name for folder in runs.find_run_folders(data_set)]


def files(folder):
    return {one.name: one.read_bytes() for one in folder.iterdir()}


def hidden():
    return [one.name for one in (paths.runs_folder() / "tiny").iterdir() if one.name[0] == "."]


def unchanged(own, before):
    assert files(own.folder) == before
    assert names() == ["resnet50", "scratch", "mine"]
    assert hidden() == []


# Renaming


def test_a_renamed_run_is_the_same_run(own):
    before = files(own.folder)
    folder = rename_run("tiny", "mine", "longer")
    run = runs.find_run("tiny", "longer")
    assert (run.folder, run.name) == (folder, "longer")
    assert names() == ["resnet50", "scratch", "longer"]
    after = files(folder)
    assert after.keys() == before.keys()
    assert {one for one in after if after[one] != before[one]} == {runs.CONFIG_FILE}
    assert hidden() == []


def test_it_takes_along_what_was_measured_afterwards(own):
    (own.folder / runs.OUT_OF_DISTRIBUTION_FILE).write_text(
        "picture,predicted,probability\nnoise,dot,0.5\n", encoding="utf-8"
    )
    rename_run("tiny", "mine", "longer")
    assert len(runs.find_run("tiny", "longer").out_of_distribution) == 1


def test_where_the_disk_knows_no_links(own, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    rename_run("tiny", "mine", "longer")
    assert runs.find_run("tiny", "longer").name == "longer"


@pytest.mark.parametrize("name", ["scratch", "mine"])
def test_a_taken_name_is_refused(own, name):
    before = files(own.folder)
    with pytest.raises(EngineError, match=f"must be free: tiny .*Received: '{name}'"):
        rename_run("tiny", "mine", name)
    unchanged(own, before)


def test_the_name_of_a_run_in_training_is_taken(own):
    runs.unfinished_folder("tiny", "next").mkdir()
    with pytest.raises(EngineError, match="in training"):
        rename_run("tiny", "mine", "next")


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", ".hidden", "a b", "x" * 65, "ü", "a\n"])
def test_what_is_no_name_is_refused(own, name):
    before = files(own.folder)
    with pytest.raises(EngineError, match="letters, digits, dots, dashes"):
        rename_run("tiny", "mine", name)
    unchanged(own, before)


def test_published_runs_keep_their_names(own, tiny_runs):
    with pytest.raises(EngineError, match="came with the project"):
        rename_run("tiny", "scratch", "other")
    assert names() == ["resnet50", "scratch", "mine"]


@pytest.mark.parametrize("name", ["nothing", "../x", "", ".mine.unfinished"])
def test_a_run_that_is_not_there(own, name):
    with pytest.raises(EngineError, match=r"imported here of tiny: mine\. Received"):
        rename_run("tiny", name, "other")
    with pytest.raises(EngineError, match=r"imported here of tiny: mine\. Received"):
        delete_run("tiny", name)


def test_a_damaged_run_keeps_its_name(own):
    (own.folder / runs.HISTORY_FILE).write_text("x")
    with pytest.raises(RunError, match=runs.HISTORY_FILE):
        rename_run("tiny", "mine", "other")
    assert names() == ["resnet50", "scratch", "mine"]


def test_a_full_disk_is_one_sentence_and_changes_nothing(own, monkeypatch):
    before = files(own.folder)

    def refuse(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(shutil, "copy2", refuse)
    with pytest.raises(EngineError, match=r"mine could not be renamed: .*No space left"):
        rename_run("tiny", "mine", "longer")
    unchanged(own, before)


def test_an_old_folder_that_cannot_go_keeps_the_old_name(own, monkeypatch):
    before, rename = files(own.folder), Path.rename

    def refuse(path, target):
        if path == own.folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(EngineError, match="Permission denied"):
        rename_run("tiny", "mine", "longer")
    unchanged(own, before)


# Deleting


def test_a_deleted_run_is_gone(own):
    delete_run("tiny", "mine")
    assert names() == ["resnet50", "scratch"]
    assert list((paths.runs_folder() / "tiny").iterdir()) == []


def test_a_run_that_cannot_be_read_can_be_deleted(own):
    (own.folder / runs.CONFIG_FILE).write_bytes(b"\0")
    delete_run("tiny", "mine")
    assert names() == ["resnet50", "scratch"]


def test_published_runs_stay(own, tiny_runs):
    before = files(tiny_runs["scratch"].folder)
    with pytest.raises(EngineError, match="came with the project"):
        delete_run("tiny", "scratch")
    assert files(tiny_runs["scratch"].folder) == before


def test_a_disk_that_refuses_deletes_nothing(own, monkeypatch):
    before, rename = files(own.folder), Path.rename

    def refuse(path, target):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(EngineError, match="mine could not be deleted: Permission denied"):
        delete_run("tiny", "mine")
    monkeypatch.setattr(Path, "rename", rename)
    unchanged(own, before)


def test_nothing_changes_where_nothing_may_be_written(own, monkeypatch):
    before = files(own.folder)
    monkeypatch.setenv("READ_ONLY", "1")
    with pytest.raises(EngineError, match="Renaming a run is off"):
        rename_run("tiny", "mine", "longer")
    with pytest.raises(EngineError, match="Deleting a run is off"):
        delete_run("tiny", "mine")
    unchanged(own, before)
