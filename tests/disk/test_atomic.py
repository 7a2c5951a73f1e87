import errno
import os
import signal
import stat
import subprocess
import sys

import pytest

from engine.disk.atomic import atomic_file, atomic_path, write_bytes, write_text
from engine.disk.leftovers import temporary_name

WRITERS = {"path": atomic_path, "file": atomic_file}


def names(folder):
    return sorted(one.name for one in folder.iterdir())


def test_a_text_is_written_as_it_is(tmp_path):
    write_text(tmp_path / "a.txt", "Äpfel\n1,2\r\n")
    assert (tmp_path / "a.txt").read_bytes() == "Äpfel\n1,2\r\n".encode()
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("durable", [True, False])
def test_what_stood_there_is_replaced(tmp_path, durable):
    path = tmp_path / "a.bin"
    for content in (b"old", b"", b"new"):
        write_bytes(path, content, durable)
        assert path.read_bytes() == content
    assert names(tmp_path) == ["a.bin"]


@pytest.mark.parametrize("durable", [True, False])
def test_only_what_must_outlive_a_power_cut_is_flushed(tmp_path, monkeypatch, durable):
    flushed = []
    monkeypatch.setattr(os, "fsync", lambda file: flushed.append(os.fstat(file).st_size))
    write_bytes(tmp_path / "a.bin", b"12345", durable)
    assert flushed == [5] * durable


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("kind", WRITERS)
def test_after_an_error_everything_is_as_before(tmp_path, kind, error):
    (tmp_path / "a.txt").write_text("old")
    with pytest.raises(error), WRITERS[kind](tmp_path / "a.txt") as one:
        one.write_text("half") if kind == "path" else one.write(b"half")
        assert len(names(tmp_path)) == 2
        raise error
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


def test_a_full_disk_leaves_what_stood_there(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "a.txt").write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_text(tmp_path / "a.txt", "new")
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


def test_a_folder_in_its_place_is_never_removed(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OSError, match=r"a\.txt"):
        write_text(tmp_path / "a.txt", "new")
    assert names(tmp_path) == ["a.txt"]


def test_a_folder_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_text(tmp_path / "none" / "a.txt", "new")
    assert names(tmp_path) == []


def test_a_library_that_wrote_nothing_is_noticed(tmp_path):
    with pytest.raises(FileNotFoundError), atomic_path(tmp_path / "a.txt"):
        pass
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "name", ["epoch-0001.weights.h5", "a.npz", "a.csv", "no-ending", ".hidden"]
)
def test_libraries_see_the_ending_of_the_name(tmp_path, name):
    with atomic_path(tmp_path / name) as partial:
        assert partial.parent == tmp_path
        assert partial.name.startswith(".building-")
        assert partial.suffixes[-2:] == (tmp_path / name).suffixes[-2:]
        partial.write_bytes(b"1")
    assert names(tmp_path) == [name]


def test_no_listing_takes_half_a_file_for_a_whole_one(tmp_path):
    with atomic_file(tmp_path / "1.training.json") as file:
        file.write(b"{")
        assert list(tmp_path.glob("*.json")) == list(tmp_path.glob(".*.training.json")) == []


@pytest.mark.parametrize("kind", WRITERS)
def test_two_writers_of_one_file_do_not_meet(tmp_path, kind):
    path = tmp_path / "a.txt"
    with WRITERS[kind](path) as one, WRITERS[kind](path) as other:
        for number, partial in enumerate((one, other)):
            text = f"whole {number}"
            partial.write_text(text) if kind == "path" else partial.write(text.encode())
    # The outer one takes its place last.
    assert path.read_text() == "whole 0"
    assert names(tmp_path) == ["a.txt"]


def test_as_readable_as_any_file(tmp_path):
    (tmp_path / "ordinary").write_bytes(b"")
    write_bytes(tmp_path / "a.bin", b"1")
    one, other = ((tmp_path / name).stat().st_mode for name in ("ordinary", "a.bin"))
    assert stat.S_IMODE(one) == stat.S_IMODE(other)


def test_the_longest_name_a_disk_takes(tmp_path):
    path = tmp_path / ("ä" * 125 + ".html")  # 255 bytes
    write_text(path, "<html>")
    assert path.read_text() == "<html>"


def test_what_a_killed_writer_left_goes_with_the_next_one(tmp_path):
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from engine.disk.atomic import atomic_file\n"
        "with atomic_file(Path(sys.argv[1])) as file:\n"
        "    file.write(b'half')\n"
        "    file.flush()\n"
        "    print('written', flush=True)\n"
        "    input()\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "a.txt")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"written\n"
    (left,) = names(tmp_path)
    write_text(tmp_path / "a.txt", "another's")  # it still writes: nobody touches its file
    assert names(tmp_path) == [left, "a.txt"]
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    write_text(tmp_path / "b.txt", "1")
    assert names(tmp_path) == ["a.txt", "b.txt"]
    assert (tmp_path / "a.txt").read_text() == "another's"


def test_its_own_unfinished_files_stay(tmp_path):
    (tmp_path / temporary_name("mine")).write_text("1")
    write_text(tmp_path / "a.txt", "1")
    assert names(tmp_path) == [temporary_name("mine"), "a.txt"]
