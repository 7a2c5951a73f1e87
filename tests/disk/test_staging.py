import contextlib
import errno
import os

import pytest

from engine.disk import paths, staging
from engine.disk.staging import building_folder, move_into_place
from engine.errors import EngineError


@pytest.fixture(autouse=True)
def artifacts(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.ARTIFACTS_VARIABLE, str(tmp_path / "artifacts"))


def test_the_folder_is_hidden_and_gone_afterwards():
    with building_folder() as building:
        assert building.parent == paths.data_folder()
        assert building.name.startswith(".")
        (building / "photo.jpg").write_bytes(b"1")
    assert list(paths.data_folder().iterdir()) == []


def test_the_folder_may_lie_elsewhere(tmp_path):
    with building_folder(tmp_path / "a" / "b") as building:
        assert building.parent == tmp_path / "a" / "b"
    assert list((tmp_path / "a" / "b").iterdir()) == []
    assert not paths.data_folder().exists()


def test_the_folder_is_gone_after_an_interruption():
    with pytest.raises(KeyboardInterrupt), building_folder() as building:
        (building / "photo.jpg").write_bytes(b"1")
        raise KeyboardInterrupt
    assert list(paths.data_folder().iterdir()) == []


def test_a_full_disk_is_one_sentence():
    with pytest.raises(EngineError, match="No space left"), building_folder():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_data_folder_that_cannot_be_made_is_one_sentence():
    paths.artifacts_folder().write_text("a file, not a folder")
    with pytest.raises(EngineError, match="could not be read from or written"), building_folder():
        pass


def make(folder, text):
    folder.mkdir()
    (folder / "index").write_text(text)
    return folder


def test_moving_into_place(tmp_path):
    move_into_place(make(tmp_path / "built", "new"), tmp_path / "target", lambda: False)
    assert (tmp_path / "target/index").read_text() == "new"
    assert [one.name for one in tmp_path.iterdir()] == ["target"]


def test_a_good_data_set_stays(tmp_path):
    make(tmp_path / "target", "old")
    move_into_place(make(tmp_path / "built", "new"), tmp_path / "target", lambda: True)
    assert (tmp_path / "target/index").read_text() == "old"


def test_a_broken_data_set_is_replaced(tmp_path):
    make(tmp_path / "target", "old")
    move_into_place(make(tmp_path / "built", "new"), tmp_path / "target", lambda: False)
    assert (tmp_path / "target/index").read_text() == "new"
    assert [one.name for one in tmp_path.iterdir()] == ["target"]


def test_other_machines_see_that_somebody_builds(tmp_path, monkeypatch):
    beating = []

    @contextlib.contextmanager
    def heartbeat(path):
        beating.append(path)
        yield
        beating.remove(path)

    monkeypatch.setattr(staging, "heartbeat", heartbeat)
    with building_folder(tmp_path) as building:
        assert beating == [building]
    assert beating == []
