import json
import os
import subprocess
import sys

import pytest

from engine.disk import paths
from engine.disk.process_identity import identity
from engine.training.queue import Turn, own_turn, take_ticket, turns


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
    with own_turn("tiny", "scratch", pytest.fail, calm, never):
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

    with own_turn("tiny", "second", lines.append, calm, wait):
        assert [one.run for one in turns()] == ["second"]
    assert looks == [["first", "second"]] * 3
    assert lines == ["waiting: 1 training on this machine came before"]


def test_a_killed_training_holds_nobody_up(artifacts):
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    ticket = put_ticket("0001-1.json", process.pid)
    assert turns() == [Turn("tiny", "first", process.pid)]
    process.kill()
    process.communicate(timeout=60)
    assert turns() == []
    with own_turn("tiny", "second", pytest.fail, calm, never):
        assert not ticket.exists()


def test_whoever_comes_later_does_not_count(other):
    with own_turn("tiny", "first", pytest.fail, calm, never):
        put_ticket("9" * 20 + "-1.json", other.pid, run="later")
        assert [one.run for one in turns()] == ["first", "later"]


def test_giving_up_gives_the_ticket_back(other):
    put_ticket("0001-1.json", other.pid)

    def give_up():
        raise GaveUpError

    with pytest.raises(GaveUpError), own_turn("tiny", "second", pytest.fail, give_up, never):
        pytest.fail("it was not its turn")
    assert [one.run for one in turns()] == ["first"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"process_id": 1}', '"x"'])
def test_a_damaged_ticket_does_not_count(artifacts, text):
    folder = paths.runs_folder() / ".turns"
    folder.mkdir(parents=True)
    (folder / "0001-1.json").write_text(text)
    assert turns() == []
    with own_turn("tiny", "scratch", pytest.fail, calm, never):
        assert len(turns()) == 1


def test_a_ticket_that_was_taken_for_this_process_is_its_own(other):
    # Whoever starts two processes takes their tickets in this order.
    mine = take_ticket("tiny", "first", os.getpid())
    take_ticket("tiny", "second", other.pid)
    with own_turn("tiny", "first", pytest.fail, calm, never):
        assert [one.run for one in turns()] == ["first", "second"]
    assert not mine.exists()
    assert [one.run for one in turns()] == ["second"]


def test_a_ticket_of_an_earlier_process_of_this_id_is_not_its_own(artifacts):
    folder = paths.runs_folder() / ".turns"
    folder.mkdir(parents=True)
    ticket = {"data_set": "tiny", "run": "old", **identity()}
    ticket["started"] -= 3600
    (folder / f"0001-{os.getpid()}.json").write_text(json.dumps(ticket))
    with own_turn("tiny", "new", pytest.fail, calm, never):
        assert [one.run for one in turns()] == ["new"]
