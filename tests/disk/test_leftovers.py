import os
import subprocess
import sys
import time

import pytest

from engine.disk.leftovers import remove_leftovers, temporary_name
from engine.disk.process_identity import SILENT_SECONDS, host, identity


@pytest.fixture
def ended_process():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def left(folder, owner, hours_ago=0.0):
    """A folder and a file that an owner has begun; whether they are there after a removal."""
    then = time.time() - 3600 * hours_ago
    begun = [folder / f".building-{owner}-abc", folder / f".building-{owner}-300.npy"]
    begun[0].mkdir()
    (begun[0] / "photo.jpg").write_bytes(b"1")
    begun[1].write_bytes(b"1")
    for one in begun:
        os.utime(one, (then, then))
    remove_leftovers(folder)
    there = {one.exists() for one in begun}
    assert len(there) == 1
    return not there.pop()


def test_the_name_says_whose_it_is(tmp_path):
    assert temporary_name("mine") == f"{temporary_name()}mine"
    assert temporary_name().startswith(f".building-{host()}-{os.getpid()}-")


def test_of_an_ended_process_they_are_removed(tmp_path, ended_process):
    assert left(tmp_path, f"{host()}-{ended_process}-176")


def test_of_an_earlier_process_of_this_id_too(tmp_path):
    assert left(tmp_path, f"{host()}-{os.getpid()}-176")


@pytest.mark.parametrize("hours", [0, 100])
def test_of_a_living_process_they_stay_however_old(tmp_path, hours):
    assert not left(tmp_path, temporary_name().removeprefix(".building-").rstrip("-"), hours)


@pytest.mark.parametrize(("hours", "gone"), [(0, False), (0.9, False), (1.1, True)])
def test_of_another_machine_they_stay_while_they_are_touched(tmp_path, hours, gone):
    # On this machine, the process of this id has long ended, or lives.
    for process_id in (1, os.getpid()):
        folder = tmp_path / str(process_id)
        folder.mkdir()
        assert left(folder, f"another_0123abcd-{process_id}-176", hours) == gone
    assert SILENT_SECONDS < 0.9 * 3600


@pytest.mark.parametrize("hours", [0, 2])
def test_of_an_old_version_that_named_the_process_alone(tmp_path, ended_process, hours):
    assert left(tmp_path, ended_process, hours)
    # After a while the id may belong to someone else.
    assert left(tmp_path, os.getpid(), hours) == (hours > 1)


@pytest.mark.parametrize(
    "name", ["clothing", ".building", ".building-x", ".building-x-1-2-y", "building-1-x", ".turns"]
)
def test_what_has_another_name_stays(tmp_path, name):
    (tmp_path / name).mkdir()
    os.utime(tmp_path / name, (0, 0))
    remove_leftovers(tmp_path)
    assert (tmp_path / name).is_dir()


@pytest.mark.parametrize("started", ["0", "9" * 30, "9" * 60])
def test_a_start_that_no_process_can_have(tmp_path, started):
    (tmp_path / f".building-{host()}-{'9' * 30}-{started}-x").mkdir()
    remove_leftovers(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_folder(tmp_path):
    remove_leftovers(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_own_identity_is_that_of_the_name():
    start = temporary_name().split("-")[3]
    assert int(start) / 100 == pytest.approx(identity()["started"], abs=0.01)
