"""Whatever words the processes use, and whatever they print: pages know how the work stands."""

import contextlib
import io
import sys

import psutil
import pytest

from engine import jobs, runs
from engine.data.uploads import keep_zip
from engine.disk.progress_file import last_event
from engine.jobs import imports, train
from engine.jobs.trainings import training_job
from tests.conftest import make_data_set
from tests.photo_files import class_files, zip_of

SMALL = ["--image-size", "32", "--filters", "4", "--dense-units", "8", "--precision", "float32"]
# The command line, all of whose words are others.
PROGRAM = """
import dataclasses, sys
from engine.progress import Progress

tell = Progress._tell

def in_other_words(self, event):
    message = "error: 99%: 3 of 4 photos" if event.message else ""
    tell(self, dataclasses.replace(event, title="Irgendwas", message=message))

Progress._tell = in_other_words
print("tiny/scratch: nothing", "my-fruit: 1 photos of 2 classes, none", "error: no", sep="\\n")
from engine.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def other_words(monkeypatch, artifacts):
    """The processes that pages start use other words."""

    def patched(command):
        return lambda *arguments: [sys.executable, "-c", PROGRAM, *command(*arguments)[3:]]

    for module in (imports, train):
        monkeypatch.setattr(module, "_command", patched(module._command))


def end_of(job):
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(job.record()["process_id"]).wait(timeout=240)


@pytest.mark.parametrize("content", [zip_of(class_files()), b"no zip"], ids=["good", "bad"])
def test_an_import(other_words, content):
    jobs.start_import(keep_zip("My fruit.zip", io.BytesIO(content)))
    end_of(imports._job())
    state = jobs.importing()
    assert not state.running
    if content == b"no zip":
        assert "must be a whole zip file" in state.problem
        assert state.result is None
    else:
        assert (state.share, state.problem, state.result) == (1.0, None, "my-fruit")
        assert "Irgendwas: 100%" in imports._job().log_lines()


@pytest.mark.parametrize(
    ("flags", "status"), [(["--epochs", "2"], "done"), (["--dropout", "7"], "failed")]
)
def test_a_training(other_words, artifacts, flags, status):
    make_data_set(artifacts / "data" / "tiny")
    name = jobs.start_training("tiny", "scratch", "scratch", [*SMALL, *flags])
    end_of(training_job("tiny", name))
    (training,) = jobs.trainings()
    assert training.status == status, jobs.training_log("tiny", name)
    event = last_event(training_job("tiny", name).progress_path)
    if status == "failed":
        assert "`dropout` must be between" in training.message
        assert event.result is None
    else:
        assert event.result == "tiny/scratch"
        assert len(runs.find_run("tiny", "scratch").history) == 2
