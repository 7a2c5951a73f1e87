"""A training's life as a process of its own, as a page starts and watches it."""

import contextlib
import json
import os
import subprocess
import sys
import time

import psutil
import pytest

from engine import jobs, runs
from engine.disk import paths
from engine.errors import EngineError
from engine.jobs import train as module
from tests.conftest import make_data_set, make_run

#: Small, and more epochs than any test waits for.
SMALL = ["--image-size", "32", "--filters", "4", "--dense-units", "8", "--batch-size", "8"]
SMALL += ["--precision", "float32", "--learning-rate", "1e-3"]
LONG = [*SMALL, "--epochs", "5000"]


@pytest.fixture
def data_set(artifacts):
    found = make_data_set(artifacts / "data" / "tiny")
    yield found
    for record in paths.runs_folder().glob("tiny/.*.training.json"):
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(json.loads(record.read_text())["process_id"])
            process.kill()
            process.wait(timeout=60)


def process_of(name):
    record = json.loads((paths.runs_folder() / "tiny" / f".{name}.training.json").read_text())
    return psutil.Process(record["process_id"])


def state(name="scratch"):
    return next((one for one in jobs.trainings() if one.run == name), None)


def until(true, name="scratch", process=None, seconds=240):
    """Wait for what the process writes, as a page does: by looking again."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, (state(name), jobs.training_log("tiny", name))
        # Until the process ends, or a moment has passed.
        with contextlib.suppress(psutil.Error):
            (process or process_of(name)).wait(timeout=0.1)


def ended(name="scratch"):
    return not state(name) or not state(name).alive


def epochs_of(name="scratch"):
    return len(jobs.learnt_so_far("tiny", name).history)


def test_a_training_from_start_to_end(data_set):
    assert jobs.trainings() == []
    name = jobs.start_training("tiny", "scratch", "scratch", [*SMALL, "--epochs", "3"])
    assert name == "scratch"
    assert state().alive
    assert state().model == "scratch"
    until(ended)
    assert state().status == "done", jobs.training_log("tiny", name)
    assert runs.find_run("tiny", "scratch").history["epoch"].tolist() == [1, 2, 3]
    assert any("epoch 3/3" in line for line in jobs.training_log("tiny", name))
    learnt = jobs.learnt_so_far("tiny", name)
    assert (len(learnt.history), learnt.epochs) == (3, 3)
    jobs.forget_training("tiny", name)
    assert jobs.trainings() == []
    assert runs.find_run("tiny", "scratch").name == "scratch"


def test_a_training_is_watched_waited_for_and_stopped(data_set):
    first = jobs.start_training("tiny", "scratch", "scratch", LONG)
    second = jobs.start_training("tiny", "scratch", "scratch", LONG)
    assert (first, second) == ("scratch", "scratch-2")
    until(lambda: epochs_of() >= 2)
    until(lambda: state("scratch-2").status == "waiting", "scratch-2")
    assert [(one.run, one.status, one.ahead) for one in jobs.trainings("tiny")] == [
        ("scratch", "running", 0),
        ("scratch-2", "waiting", 1),
    ]
    assert 0 < state().share < 1
    assert "5000" in state().message
    for name in (first, second):
        with pytest.raises(EngineError, match="still runs: stop it first"):
            jobs.forget_training("tiny", name)
        with pytest.raises(EngineError, match="still runs: wait until it has ended"):
            jobs.resume_training("tiny", name)

    jobs.stop_training("tiny", "scratch-2")
    assert state("scratch-2").status in ("stopping", "failed")
    until(lambda: ended("scratch-2"), "scratch-2")
    assert state("scratch-2").status == "failed"
    assert "nothing is kept" in state("scratch-2").message
    assert runs.unfinished_runs("tiny") == ["scratch"]

    jobs.stop_training("tiny", "scratch")
    until(ended)
    run = runs.find_run("tiny", "scratch")
    assert len(run.history) < 5000
    assert run.summary["best_epoch"] == runs.best_epoch(run.history)


def test_a_killed_training_is_noticed_and_goes_on(data_set):
    jobs.start_training("tiny", "scratch", "scratch", LONG)
    seen = 0
    for _ in range(2):
        until(lambda: epochs_of() > seen + 1)  # noqa: B023
        process_of("scratch").kill()
        until(ended)
        assert state().status == "interrupted"
        seen = epochs_of()
        jobs.resume_training("tiny", "scratch")
    until(lambda: epochs_of() > seen + 1)
    jobs.stop_training("tiny", "scratch")
    until(ended)
    history = runs.find_run("tiny", "scratch").history
    assert history["epoch"].tolist() == list(range(1, len(history) + 1))
    assert len(history) > seen


def test_a_training_killed_before_it_learnt_goes_on_or_is_removed(data_set):
    jobs.start_training("tiny", "scratch", "scratch", LONG)
    until(lambda: runs.unfinished_runs("tiny"))
    process_of("scratch").kill()
    until(ended)
    assert state().status == "interrupted"
    jobs.forget_training("tiny", "scratch")
    assert jobs.trainings() == []
    assert runs.unfinished_runs("tiny") == []


def test_what_the_command_refuses_is_told(data_set):
    jobs.start_training("tiny", "scratch", "scratch", ["--dropout", "7"])
    until(ended)
    assert state().status == "failed"
    assert "`dropout` must be between" in state().message
    jobs.forget_training("tiny", "scratch")


def test_a_training_of_a_terminal_is_seen_as_well(data_set):
    program = [sys.executable, "-m", "engine", "train", "tiny", "scratch", *LONG]
    process = subprocess.Popen(
        program, **paths.child_process(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: epochs_of() >= 1, process=psutil.Process(process.pid))
        assert state().status == "running"
        assert state().share > 0
        assert "5000" in state().message
        assert jobs.training_log("tiny", "scratch") == []
    finally:
        process.kill()
        process.communicate(timeout=60)
    assert state().status == "interrupted"


def test_wrong_names_and_models_start_nothing(tiny_data_set):
    for arguments in (
        ("nowhere", "scratch", "scratch"),
        ("tiny", "baseline-hog", "a"),
        ("tiny", "scratch", "../a"),
        ("../tiny", "scratch", "a"),
    ):
        with pytest.raises(EngineError, match="Received"):
            jobs.start_training(*arguments)
    assert not paths.runs_folder().exists()


def test_photos_that_are_not_here(artifacts):
    make_data_set(artifacts / "data" / "tiny", with_photos=False)
    with pytest.raises(EngineError, match="not on this machine"):
        jobs.start_training("tiny", "scratch", "scratch")


def test_a_name_that_is_taken_gets_a_number(tiny_data_set, monkeypatch):
    make_run(tiny_data_set, "scratch")
    started = []
    monkeypatch.setattr(module, "_start", lambda *arguments: started.append(arguments))
    assert jobs.start_training("tiny", "scratch", "scratch", ["--quick"]) == "scratch-2"
    assert started == [("tiny", "scratch", "scratch-2", ["--quick"])]


def test_a_process_that_cannot_be_started(tiny_data_set, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(EngineError, match="cannot be started from here"):
        jobs.start_training("tiny", "scratch", "scratch")


def test_a_training_of_another_machine_that_shares_the_disk(artifacts):
    runs.unfinished_folder("tiny", "theirs").mkdir(parents=True)
    ticket = artifacts / "runs" / ".turns" / "0001-1.json"
    ticket.parent.mkdir()
    machine = {"host": "another_0123abcd", "process_id": os.getpid(), "started": 1.0}
    ticket.write_text(json.dumps({"data_set": "tiny", "run": "theirs", **machine}))
    assert (state("theirs").status, state("theirs").ahead) == ("running", 0)
    with pytest.raises(EngineError, match="still runs: stop it first"):
        jobs.forget_training("tiny", "theirs")
    jobs.stop_training("tiny", "theirs")  # it looks for the wish on the disk
    assert state("theirs").status == "stopping"

    os.utime(ticket, (0, 0))  # the machine has lost its power
    assert state("theirs").status == "interrupted"
    jobs.forget_training("tiny", "theirs")
    assert jobs.trainings() == []


def test_nothing_is_started_on_a_machine_that_only_shows(tiny_data_set, monkeypatch):
    monkeypatch.setenv("READ_ONLY", "1")
    for work in (
        lambda: jobs.start_training("tiny", "scratch", "scratch"),
        lambda: jobs.resume_training("tiny", "scratch"),
        lambda: jobs.stop_training("tiny", "scratch"),
        lambda: jobs.forget_training("tiny", "scratch"),
    ):
        with pytest.raises(EngineError, match="off on this page"):
            work()
    assert not paths.runs_folder().exists()
