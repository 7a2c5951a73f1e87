"""How a job stands, from its record and its events; nothing of it hangs on a word."""

import json
import os

import psutil
import pytest

from engine.disk.progress_file import ProgressFile
from engine.jobs.process import Job
from engine.jobs.state import JobState, in_words, state_of
from engine.progress import Event, Progress

INTERRUPTED = "It was interrupted."


@pytest.fixture
def job(tmp_path):
    """A job that is this process."""
    job = Job(tmp_path, "work")
    record = {"process_id": os.getpid(), "started": psutil.Process().create_time()}
    job.record_path.write_text(json.dumps(record))
    return job


@pytest.fixture
def ended(job):
    """The job after its process."""
    job.record_path.write_text(json.dumps({"process_id": os.getpid(), "started": 0.0}))
    return job


def test_a_job_that_was_never_started(tmp_path):
    assert state_of(Job(tmp_path, "work"), INTERRUPTED) is None


def test_a_job_that_has_not_said_a_word(job):
    assert state_of(job, INTERRUPTED) == JobState(True, None, "Starting")


def test_a_job_says_how_far_it_is(job):
    progress = Progress(ProgressFile(job.progress_path))
    progress.stage("download", "Downloading", unit="bytes")
    assert state_of(job, INTERRUPTED) == JobState(True, None, "Downloading")
    progress.update(10, 10)
    assert state_of(job, INTERRUPTED) == JobState(True, 1.0, "Downloading: 100 %")


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (None, JobState(False, None, "Interrupted", INTERRUPTED)),
        (Event("unpack", done=1, in_all=2), JobState(False, None, "Interrupted", INTERRUPTED)),
        (Event(problem="No."), JobState(False, None, "Failed", "No.")),
        (Event(result="error"), JobState(False, 1.0, "Done", result="error")),
        # What came after it, such as a check, does not take the result away.
        (Event(result="fruit", problem="No."), JobState(False, 1.0, "Done", result="fruit")),
    ],
)
def test_how_a_job_has_ended(ended, event, state):
    if event is not None:
        ProgressFile(ended.progress_path)(event)
    assert state_of(ended, INTERRUPTED) == state


@pytest.mark.parametrize("content", [b"", b'{"stage": "unp', b"\x00\xff", b"{}\n[]\n"])
def test_a_file_that_was_torn_is_no_crash(job, content):
    job.progress_path.write_bytes(content)
    assert state_of(job, INTERRUPTED) == JobState(True, None, "Starting")


def test_what_was_printed_says_nothing(ended):
    ended.log_path.write_text("error: No.\nfruit: 30 photos of 3 classes, 18 train\nPreparing: 5%")
    assert state_of(ended, INTERRUPTED).problem == INTERRUPTED


@pytest.mark.parametrize("word", ["", "Fertig", "error: No.", "Preparing the photos: 99%"])
def test_words_are_for_people_alone(job, word):
    def events(title, message):
        progress = Progress(ProgressFile(job.progress_path))
        states = []
        for tell in (
            lambda: progress.stage("unpack", title, unit="bytes"),
            lambda: progress.update(1, 4, message=message),
            lambda: progress.say(message),
            lambda: progress.finish("fruit"),
            lambda: progress.stage("duplicates", title),
        ):
            tell()
            state = state_of(job, INTERRUPTED)
            states.append((state.running, state.share, state.problem, state.result))
        return states

    assert events(word, word) == events("Unpacking", "")


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (Event(), "Starting"),
        (Event("prepare", "Preparing the photos"), "Preparing the photos"),
        (Event("prepare", "Preparing", 29, 100, "photos"), "Preparing: 29 %"),
        (Event("prepare", "Preparing", 99.9, 100), "Preparing: 99 %"),
        (
            Event("prepare", "Preparing", 1, 4, "photos", 90.0),
            "Preparing: 25 %, about 1.5 minutes left",
        ),
        (Event("download", "Downloading", 12_582_912, None, "bytes"), "Downloading: 13 MB"),
        (Event("count", "Counting", 1200), "Counting: 1,200"),
        (Event("train", "Training", 0.1, 40, "epochs"), "Epoch 1 of 40"),
        (
            Event("train", "Training", 3.5, 10, "epochs", 90.0),
            "Epoch 4 of 10, about 1.5 minutes left",
        ),
        (Event("train", "Training", 2.9999999, 10, "epochs"), "Epoch 4 of 10"),
        (Event("train", "Training", 10, 10, "epochs", 0.0), "Epoch 10 of 10, about 0 seconds left"),
        (Event("train", "Training", 3.5, 10, "epochs", message="It took 3 s."), "Epoch 4 of 10"),
        (Event("train", "Training", unit="epochs", message="Just so."), "Just so."),
        (Event("weights", "Weights", 38, 95, "bytes", message="38 of 95 MB"), "38 of 95 MB"),
    ],
)
def test_where_work_stands_in_words(event, words):
    assert in_words(event) == words
