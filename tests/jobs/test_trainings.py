"""How trainings stand, from what lies on disk; `test_train` watches real ones."""

import json
import os

import psutil
import pytest

from engine import jobs, runs
from engine.disk import paths
from engine.disk.progress_file import ProgressFile
from engine.errors import EngineError
from engine.jobs.trainings import training_job
from engine.progress import Event
from engine.training.queue import take_ticket

EPOCHS = Event("train", "Training", 3.5, 10, "epochs", 90.0)


def put_record(name="scratch", event=None, lines=(), **record):
    """What a page has noted of a training that it started; without a living process by default."""
    job = training_job("tiny", name)
    job.folder.mkdir(parents=True, exist_ok=True)
    job.record_path.write_text(json.dumps({"process_id": 0, **record}))
    job.log_path.write_text("".join(f"{line}\n" for line in lines))
    if event is not None:
        ProgressFile(job.progress_path)(event)
    return job


def put_unfinished(name="scratch", event=None):
    folder = runs.unfinished_folder("tiny", name)
    folder.mkdir(parents=True)
    if event is not None:
        ProgressFile(runs.progress_path(folder))(event)
    return folder


def state():
    (found,) = jobs.trainings()
    return found


def this_process():
    return {"process_id": os.getpid(), "started": psutil.Process().create_time()}


def test_a_run_that_was_done_and_has_gone_since_is_not_told(tiny_data_set):
    put_record(event=Event(result="tiny/scratch"), model="scratch")
    put_record("other", model="resnet50")
    assert [(one.run, one.model, one.status) for one in jobs.trainings()] == [
        ("other", "resnet50", "failed")
    ]


def test_why_a_training_has_failed(tiny_data_set):
    put_record(event=Event(problem="The dropout must be small."))
    assert (state().status, state().share) == ("failed", None)
    assert state().message == "The dropout must be small."


def test_what_a_training_has_printed_says_nothing(tiny_data_set):
    put_record(lines=["error: No.", "tiny/scratch: validation accuracy 0.9"])
    assert (state().status, state().message) == ("failed", "It ended without a word.")


def test_a_training_that_has_not_said_a_word(tiny_data_set):
    put_record(**this_process())
    assert (state().status, state().share) == ("starting", None)
    assert state().message == "Starting Python and TensorFlow"


def test_how_far_the_training_of_a_page_is(tiny_data_set):
    put_record(event=EPOCHS, **this_process())
    # The same process has written that before: what its job says counts.
    put_unfinished(event=Event("start", "Starting"))
    take_ticket("tiny", "scratch")
    assert (state().status, state().share) == ("running", 0.35)
    assert state().message == "Epoch 4 of 10, about 1.5 minutes left"


def test_how_far_the_training_of_a_terminal_is(tiny_data_set):
    # A page has started an earlier attempt, which was killed.
    put_record(event=Event("train", "Training", 1, 10, "epochs"))
    put_unfinished(event=EPOCHS)
    take_ticket("tiny", "scratch")
    assert (state().status, state().share) == ("running", 0.35)


@pytest.mark.parametrize("content", [b"", b'{"stage": "tra', b"\x00\xff\n", b"[]\n{}\n"])
def test_torn_events_leave_the_rest_in_place(tiny_data_set, content):
    folder = put_unfinished()
    take_ticket("tiny", "scratch")
    runs.progress_path(folder).write_bytes(content)
    assert (state().status, state().share) == ("running", None)
    assert state().message == "Starting Python and TensorFlow"


def test_of_those_that_have_ended_the_last_comes_first(tiny_data_set):
    names = ("early", "late", "middle")
    for name, when in zip(names, (100, 300, 200), strict=True):
        os.utime(put_record(name).record_path, (when, when))
    os.utime(put_unfinished("oldest"), (50, 50))  # of a terminal: without a record
    assert [one.run for one in jobs.trainings()] == ["late", "middle", "early", "oldest"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"model": 3}', "\x00"])
def test_a_damaged_record_is_no_crash(tiny_data_set, text):
    put_record().record_path.write_text(text)
    assert [(one.status, one.model) for one in jobs.trainings()] == [("failed", "scratch")]
    jobs.forget_training("tiny", "scratch")
    assert jobs.trainings() == []
    assert list((paths.runs_folder() / "tiny").iterdir()) == []


def test_what_tensorflow_says_while_it_is_loaded_is_left_out(tiny_data_set):
    greetings = [
        "I0000 00:00:1795386117.310990 1304 port.cc:153] oneDNN custom operations are on.",
        "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    ]
    lines = ["first", "Into the last epoch", "I12", ""]
    put_record(lines=[*lines[:2], *greetings, *lines[2:]])
    assert jobs.training_log("tiny", "scratch") == lines


def test_damaged_files_of_an_unfinished_run_are_no_crash(tiny_data_set):
    folder = put_unfinished()
    for file in (runs.CONFIG_FILE, runs.HISTORY_FILE, runs.BATCHES_FILE):
        (folder / file).write_text("{half")
    runs.progress_path(folder).write_text("{half")
    assert state().status == "interrupted"
    learnt = jobs.learnt_so_far("tiny", "scratch")
    assert (learnt.epochs, len(learnt.history), len(learnt.batches)) == (0, 0, 0)
    with pytest.raises(EngineError, match=runs.CONFIG_FILE):
        jobs.resume_training("tiny", "scratch")
