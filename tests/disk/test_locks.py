import errno
import os
import subprocess
import sys

import filelock
import pytest

from engine.disk.locks import only_process
from engine.errors import EngineError

HOLD = (
    "import sys\n"
    "from pathlib import Path\n"
    "from engine.disk.locks import only_process\n"
    "with only_process(Path(sys.argv[1]), 'It is done'):\n"
    "    print('held', flush=True)\n"
    "    input()\n"
)


@pytest.fixture
def lock(tmp_path):
    return tmp_path / "locks" / "work"


@pytest.fixture
def other(lock):
    """Another process that holds the lock until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.communicate(timeout=60)


def assert_held(
    lock, sentence=r"^Bread is being baked by another process: wait until it has ended\.$"
):
    with (
        pytest.raises(EngineError, match=sentence),
        only_process(lock, "Bread is being baked"),
    ):
        pytest.fail("two hold the lock")


def assert_free(lock):
    with only_process(lock, "Bread is being baked"):
        assert_held(lock)


def test_one_process_at_a_time(lock, other):
    assert_held(lock)
    other.communicate(b"\n", timeout=60)
    assert_free(lock)
    assert_free(lock)


def test_nothing_is_left_of_it(lock):
    with only_process(lock, "Bread is being baked"):
        assert lock.is_file()
    assert list(lock.parent.iterdir()) == []


def test_whoever_opened_the_file_before_it_went_does_not_hold_it(lock, monkeypatch):
    import fcntl

    flock, first = fcntl.flock, only_process(lock, "Bread is being baked")

    def late(*arguments):
        monkeypatch.setattr(fcntl, "flock", flock)
        first.__exit__(None, None, None)
        return flock(*arguments)

    first.__enter__()
    monkeypatch.setattr(fcntl, "flock", late)
    assert_held(lock)
    assert_free(lock)


def test_a_killed_process_holds_nobody_up(lock, other):
    assert_held(lock)
    other.kill()
    other.wait(timeout=60)
    assert_free(lock)


def test_an_error_opens_the_lock(lock):
    with pytest.raises(KeyError), only_process(lock, "Bread is being baked"):
        raise KeyError
    assert_free(lock)


def test_a_file_that_somebody_left_is_no_lock(lock):
    lock.parent.mkdir()
    lock.write_text("left")
    with only_process(lock, "Bread is being baked"):
        assert_held(lock, "wait until it has ended")


def test_a_disk_that_refuses(tmp_path):
    (tmp_path / "locks").write_text("a file")
    with pytest.raises(OSError, match="locks"), only_process(tmp_path / "locks" / "work", "It is"):
        pytest.fail("there is no lock")


@pytest.mark.filterwarnings("ignore:flock not supported on this filesystem")
class TestADiskWithoutLocks:
    """Filelock then takes a file that says who is at work."""

    @pytest.fixture(autouse=True)
    def no_locks(self, monkeypatch):
        import fcntl

        def unknown(*_):
            raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

        monkeypatch.setattr(fcntl, "flock", unknown)

    def test_one_at_a_time_all_the_same(self, lock):
        with only_process(lock, "Bread is being baked"):
            assert_held(lock, "ended, or remove .*work if it runs on no machine")
        assert not lock.exists()

    def test_of_another_machine_the_sentence_says_how_to_go_on(self, lock):
        lock.parent.mkdir()
        with filelock.SoftFileLock(lock):
            mine = lock.read_text()
        lock.write_text(mine.replace(os.uname().nodename, "another-machine"))
        assert_held(lock, r"wait until it has ended, or remove .*work if it runs on no machine\.$")
        assert lock.exists()
