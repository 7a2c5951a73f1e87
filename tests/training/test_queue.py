import contextlib
import json
import os
import subprocess
import sys
import time

import pytest

from engine.disk import paths
from engine.disk.process_identity import SILENT_SECONDS, host, identity
from engine.progress import Progress
from engine.training import queue
from engine.training.queue import Turn, own_turn, take_ticket, turns
from tests.told import said_to


class GaveUpError(Exception):
    """Raised in place of waiting on."""


@pytest.fixture
def other(artifacts):
    """Another process, that lives until its input ends."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.communicate(b"\n", timeout=60)


def put_ticket(name, process_id, run="first"):
    folder = paths.runs_folder() / ".turns"
    folder.mkdir(parents=True, exist_ok=True)
    ticket = {"data_set": "tiny", "run": run, **identity(process_id)}
    (folder / name).write_text(json.dumps(ticket))
    return folder / name


def calm():
    """Nobody asked to stop."""


def never(seconds):
    raise AssertionError("it should not have waited")


def test_nobody_is_there(artifacts):
    assert turns() == []
    with own_turn("tiny", "scratch", said_to(pytest.fail), calm, never):
        assert [(one.data_set, one.run) for one in turns()] == [("tiny", "scratch")]
    assert turns() == []


def test_waits_for_the_one_before_and_says_so_once(other):
    ticket = put_ticket("0001-1.json", other.pid)
    looks, lines = [], []

    def wait(seconds):
        assert seconds > 0
        looks.append([one.run for one in turns()])
        if len(looks) == 3:
            ticket.unlink()

    with own_turn("tiny", "second", said_to(lines.append), calm, wait):
        assert [one.run for one in turns()] == ["second"]
    assert looks == [["first", "second"]] * 3
    assert lines == ["waiting: 1 training on this machine came before"]


def test_a_killed_training_holds_nobody_up(artifacts):
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    ticket = put_ticket("0001-1.json", process.pid)
    assert turns() == [Turn("tiny", "first", process.pid, host(), ahead=0)]
    process.kill()
    process.communicate(timeout=60)
    assert turns() == []
    with own_turn("tiny", "second", said_to(pytest.fail), calm, never):
        assert not ticket.exists()


def test_whoever_comes_later_does_not_count(other):
    with own_turn("tiny", "first", said_to(pytest.fail), calm, never):
        put_ticket("9" * 20 + "-1.json", other.pid, run="later")
        assert [one.run for one in turns()] == ["first", "later"]


def test_giving_up_gives_the_ticket_back(other):
    put_ticket("0001-1.json", other.pid)

    def give_up():
        raise GaveUpError

    with pytest.raises(GaveUpError), own_turn("tiny", "second", Progress(), give_up, never):
        pytest.fail("it was not its turn")
    assert [one.run for one in turns()] == ["first"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"process_id": 1}', '"x"'])
def test_a_damaged_ticket_does_not_count(artifacts, text):
    folder = paths.runs_folder() / ".turns"
    folder.mkdir(parents=True)
    (folder / "0001-1.json").write_text(text)
    assert turns() == []
    with own_turn("tiny", "scratch", said_to(pytest.fail), calm, never):
        assert len(turns()) == 1


def test_a_ticket_that_was_taken_for_this_process_is_its_own(other):
    # Whoever starts two processes takes their tickets in this order.
    mine = take_ticket("tiny", "first", os.getpid())
    take_ticket("tiny", "second", other.pid)
    with own_turn("tiny", "first", said_to(pytest.fail), calm, never):
        assert [one.run for one in turns()] == ["first", "second"]
    assert not mine.exists()
    assert [one.run for one in turns()] == ["second"]


def test_a_ticket_of_an_earlier_process_of_this_id_is_not_its_own(artifacts):
    folder = paths.runs_folder() / ".turns"
    folder.mkdir(parents=True)
    ticket = {"data_set": "tiny", "run": "old", **identity()}
    ticket["started"] -= 3600
    (folder / f"0001-{os.getpid()}.json").write_text(json.dumps(ticket))
    with own_turn("tiny", "new", said_to(pytest.fail), calm, never):
        assert [one.run for one in turns()] == ["new"]


ELSEWHERE = "another_0123abcd"


def put_ticket_of_another_machine(name, run, silent_seconds=0.0):
    # Its process has the id of this one.
    path = put_ticket(name, os.getpid(), run)
    path.write_text(json.dumps({**json.loads(path.read_text()), "host": ELSEWHERE}))
    then = time.time() - silent_seconds
    os.utime(path, (then, then))
    return path


def test_nobody_waits_for_another_machine_which_is_seen(artifacts):
    theirs = put_ticket_of_another_machine(f"0001-{os.getpid()}.json", "theirs")
    with own_turn("tiny", "mine", said_to(pytest.fail), calm, never):
        assert [(one.run, one.host, one.ahead) for one in turns()] == [
            ("theirs", ELSEWHERE, 0),
            ("mine", host(), 0),
        ]
    # A ticket of the same process id is not taken for one of this process, nor given back.
    assert theirs.exists()


def test_each_machine_has_its_own_order(other):
    put_ticket("0001-1.json", other.pid, "a")
    put_ticket_of_another_machine("0002-1.json", "b")
    put_ticket_of_another_machine("0003-1.json", "c")
    put_ticket("0004-1.json", other.pid, "d")
    put_ticket_of_another_machine("0005-1.json", "e")
    assert [(one.run, one.ahead) for one in turns()] == [
        *(("a", 0), ("b", 0), ("c", 1), ("d", 1), ("e", 2))
    ]


def test_another_machine_that_has_fallen_silent_is_forgotten(artifacts):
    put_ticket_of_another_machine("0001-1.json", "asleep", SILENT_SECONDS - 20)
    put_ticket_of_another_machine("0002-1.json", "dead", SILENT_SECONDS + 20)
    assert [one.run for one in turns()] == ["asleep"]
    with own_turn("tiny", "mine", said_to(pytest.fail), calm, never):
        names = sorted(path.name for path in (paths.runs_folder() / ".turns").iterdir())
        assert names[0] == "0001-1.json"
        assert len(names) == 2


def test_a_training_touches_its_ticket(artifacts, monkeypatch):
    beating = []

    @contextlib.contextmanager
    def heartbeat(path):
        beating.append(path)
        yield
        beating.remove(path)

    monkeypatch.setattr(queue, "heartbeat", heartbeat)
    with own_turn("tiny", "mine", said_to(pytest.fail), calm, never):
        (path,) = beating
        assert json.loads(path.read_text())["run"] == "mine"
    assert beating == []


def test_a_ticket_of_an_old_version_is_of_this_machine(other):
    path = put_ticket("0001-1.json", other.pid)
    ticket = json.loads(path.read_text())
    del ticket["host"]
    path.write_text(json.dumps(ticket))
    assert turns() == [Turn("tiny", "first", other.pid, host(), ahead=0)]
