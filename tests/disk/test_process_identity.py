import os
import re
import subprocess
import sys
import threading
import time

import psutil
import pytest

from engine.disk import process_identity
from engine.disk.process_identity import (
    HEARTBEAT_VARIABLE,
    SILENT_SECONDS,
    heartbeat,
    host,
    identity,
    is_alive,
    is_here,
    own_heartbeat,
    seconds_since_touched,
)

#: Of a machine that is not this one, whatever process has the id here.
ELSEWHERE = {"host": "another_0123abcd", "process_id": os.getpid(), "started": 1.0}


@pytest.fixture
def file(tmp_path):
    """The file in which a record lies, as if it was written a second ago."""
    path = tmp_path / "record.json"
    path.write_text("{}")
    touched(path, 1)
    return path


def touched(path, seconds_ago):
    then = time.time() - seconds_ago
    os.utime(path, (then, then))


def test_this_process_is_alive(file):
    record = identity()
    assert record["process_id"] == psutil.Process().pid
    assert is_here(record)
    assert is_alive(record, file)


def test_a_process_that_has_ended_is_not(file):
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    record = identity(process.pid)
    assert is_alive(record, file)
    process.communicate(b"\n", timeout=60)
    assert not is_alive(record, file)


def test_an_id_that_now_belongs_to_another_process(file):
    record = identity()
    assert not is_alive({**record, "started": record["started"] - 3600}, file)


def test_of_this_machine_its_file_does_not_count(file):
    touched(file, 10 * SILENT_SECONDS)
    assert is_alive(identity(), file)
    assert is_alive(identity(), file.with_name("none"))


def test_a_record_of_an_old_version_is_of_this_machine(file):
    record = identity()
    del record["host"]
    assert is_here(record)
    assert is_alive(record, file)
    assert not is_alive({**record, "started": record["started"] - 3600}, file)


@pytest.mark.parametrize(
    "record",
    [
        None,
        [],
        {},
        "x",
        {"process_id": 1},
        {"process_id": "x", "started": 1},
        {"process_id": 10**30, "started": 1},
        {"process_id": 1, "started": None},
        {"host": "another_0123abcd"},
        {"host": "another_0123abcd", "process_id": 1, "started": None},
    ],
)
def test_a_damaged_record_is_no_process(record, file):
    assert not is_alive(record, file)


@pytest.mark.parametrize("machine", ["another_0123abcd", "", None, 7, ["x"]])
def test_another_machine_s_process_lives_while_it_touches_its_file(machine, file):
    record = {**ELSEWHERE, "host": machine}
    assert not is_here(record)
    assert is_alive(record, file)
    touched(file, SILENT_SECONDS - 20)
    assert is_alive(record, file)
    touched(file, SILENT_SECONDS + 20)
    assert not is_alive(record, file)


def test_the_clock_of_another_machine_may_be_ahead(file):
    touched(file, -600)
    assert is_alive(ELSEWHERE, file)


def test_another_machine_s_file_that_is_gone(tmp_path):
    assert not is_alive(ELSEWHERE, tmp_path / "none")
    assert seconds_since_touched(tmp_path / "none") == float("inf")


class TestTheNameOfTheMachine:
    @pytest.fixture(autouse=True)
    def fresh(self):
        yield
        host.cache_clear()

    def named(self, monkeypatch, name):
        monkeypatch.setattr(process_identity.platform, "node", lambda: name)
        host.cache_clear()
        return host()

    def test_it_stays(self):
        first = host()
        host.cache_clear()
        assert host() == first

    def test_processes_of_one_machine_agree(self):
        program = "from engine.disk.process_identity import host; print(host())"
        printed = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        ).stdout
        assert printed == f"{host()}\n"

    @pytest.mark.parametrize(
        "name", ["lab-7.example.org", "", "Zoë's Laptop", "../..", "a" * 300, "x\n-1-2-"]
    )
    def test_it_may_stand_in_the_name_of_a_file(self, monkeypatch, name):
        assert re.fullmatch(r"[A-Za-z0-9_]{0,32}_[0-9a-f]{8}", self.named(monkeypatch, name))

    def test_it_tells_long_names_apart(self, monkeypatch):
        names = ["a" * 300, "a" * 299, "Zoë", "Zoe", "Zo e"]
        assert len({self.named(monkeypatch, name) for name in names}) == 5

    def test_two_machines_of_one_name_and_two_starts_of_one(self, monkeypatch):
        first = self.named(monkeypatch, "localhost")
        monkeypatch.setattr(process_identity.Path, "read_text", lambda *_, **__: "another start")
        assert self.named(monkeypatch, "localhost") != first

    def test_a_system_that_tells_only_its_name(self, monkeypatch):
        def none(*_, **__):
            raise FileNotFoundError

        monkeypatch.setattr(process_identity.Path, "read_text", none)
        assert self.named(monkeypatch, "laptop") == self.named(monkeypatch, "laptop")
        assert self.named(monkeypatch, "laptop") != self.named(monkeypatch, "desktop")


class TestHeartbeat:
    def test_it_touches_again_and_again_until_the_end(self, file, monkeypatch):
        beats, utime = threading.Semaphore(0), os.utime

        def beat(path):
            utime(path)
            beats.release()

        touched(file, 1000)
        monkeypatch.setattr(process_identity.os, "utime", beat)
        before = threading.active_count()
        with heartbeat(file, every=0.001):
            for _ in range(3):
                assert beats.acquire(timeout=60)
            assert is_alive(ELSEWHERE, file)
        assert threading.active_count() == before

    def test_what_is_gone_stays_gone(self, tmp_path, monkeypatch):
        tried, utime = threading.Semaphore(0), os.utime

        def beat(path):
            tried.release()
            utime(path)

        monkeypatch.setattr(process_identity.os, "utime", beat)
        with heartbeat(tmp_path / "none", every=0.001):
            for _ in range(3):
                assert tried.acquire(timeout=60)
        assert list(tmp_path.iterdir()) == []

    def test_an_error_ends_it(self, file):
        before = threading.active_count()
        with pytest.raises(KeyError), heartbeat(file):
            raise KeyError
        assert threading.active_count() == before

    def test_of_the_file_that_whoever_started_this_process_named(self, file, monkeypatch):
        touched(file, 1000)
        monkeypatch.setenv(HEARTBEAT_VARIABLE, str(file))
        with own_heartbeat():
            # What this process starts is not the same work.
            assert HEARTBEAT_VARIABLE not in os.environ
        assert seconds_since_touched(file) < 500

    @pytest.mark.parametrize("value", [None, ""])
    def test_of_nothing_where_nobody_named_a_file(self, monkeypatch, value):
        monkeypatch.delenv(HEARTBEAT_VARIABLE, raising=False)
        if value is not None:
            monkeypatch.setenv(HEARTBEAT_VARIABLE, value)
        before = threading.active_count()
        with own_heartbeat():
            assert threading.active_count() == before

    def test_every_command_touches_it(self, file):
        touched(file, 1000)
        subprocess.run(
            [sys.executable, "-m", "engine", "--help"],
            env={**os.environ, HEARTBEAT_VARIABLE: str(file)},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        assert seconds_since_touched(file) < 500
