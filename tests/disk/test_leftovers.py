import os
import subprocess
import sys

import pytest

from engine.disk.leftovers import remove_leftovers, temporary_name


@pytest.fixture
def ended_process():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_leftovers_of_ended_processes_are_removed(tmp_path, ended_process):
    (tmp_path / f".building-{ended_process}-abc").mkdir()
    (tmp_path / f".building-{ended_process}-abc/photo.jpg").write_bytes(b"1")
    (tmp_path / f".building-{ended_process}-300.npy").write_bytes(b"1")
    (tmp_path / temporary_name("mine")).mkdir()
    (tmp_path / "clothing").mkdir()
    remove_leftovers(tmp_path)
    assert sorted(one.name for one in tmp_path.iterdir()) == [temporary_name("mine"), "clothing"]


def test_old_leftovers_are_removed_whoever_has_their_number_now(tmp_path):
    leftover = tmp_path / temporary_name("mine")
    leftover.mkdir()
    os.utime(leftover, (0, 0))
    remove_leftovers(tmp_path)
    assert list(tmp_path.iterdir()) == []
