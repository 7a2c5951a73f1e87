import contextlib
import json
import os
import sys

import psutil
import pytest

from engine.disk.process_identity import HEARTBEAT_VARIABLE
from engine.disk.progress_file import PROGRESS_VARIABLE, last_event
from engine.jobs.process import Job


@pytest.fixture
def job(tmp_path):
    return Job(tmp_path / "jobs", "work")


def end_of(job):
    psutil.Process(job.record()["process_id"]).wait(timeout=60)


def test_a_process_that_was_never_started(job):
    assert (job.record(), job.is_running(), job.log_lines()) == (None, False, [])
    job.forget()


def test_a_process_is_known_while_it_runs_and_what_it_printed_stays(job):
    program = "import time, sys; print('begun', flush=True); time.sleep(600)"
    job.start([sys.executable, "-c", program], name="clothing")
    try:
        assert job.is_running()
        assert job.record()["name"] == "clothing"
    finally:
        process = psutil.Process(job.record()["process_id"])
        process.kill()
        process.wait(timeout=60)
    assert not job.is_running()
    job.start([sys.executable, "-c", "print('one'); print('two')"])
    with contextlib.suppress(psutil.NoSuchProcess):
        end_of(job)
    assert job.log_lines() == ["one", "two"]
    job.forget()
    assert list(job.folder.iterdir()) == []


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"process_id": "x", "started": 1}', '{"process_id": 1}']
)
def test_a_damaged_record_is_no_running_process(job, text):
    job.folder.mkdir()
    job.record_path.write_text(text)
    assert not job.is_running()


def test_an_id_that_now_belongs_to_another_process(job):
    job.folder.mkdir()
    own = psutil.Process()
    record = {"process_id": own.pid, "started": own.create_time() - 3600}
    job.record_path.write_text(json.dumps(record))
    assert not job.is_running()


def test_of_another_machine_it_runs_while_its_record_is_touched(job):
    job.folder.mkdir()
    record = {"host": "another_0123abcd", "process_id": 1, "started": 1.0}
    job.record_path.write_text(json.dumps(record))
    assert job.is_running()
    os.utime(job.record_path, (0, 0))
    assert not job.is_running()


def test_a_process_knows_what_to_touch_and_where_to_say_how_far_it_is(job):
    names = (HEARTBEAT_VARIABLE, PROGRESS_VARIABLE)
    program = f"import os; print(*map(os.environ.get, {names}), sep=chr(10))"
    job.start([sys.executable, "-c", program])
    with contextlib.suppress(psutil.NoSuchProcess):
        end_of(job)
    assert job.log_lines() == [str(job.record_path), str(job.progress_path)]


def test_what_an_earlier_process_has_said_is_forgotten(job):
    job.folder.mkdir()
    job.progress_path.write_text('{"stage": "done", "result": "fruit"}')
    job.start([sys.executable, "-c", ""])
    assert last_event(job.progress_path) is None
    with contextlib.suppress(psutil.NoSuchProcess):
        end_of(job)


def test_only_the_end_of_a_long_log_is_read(job):
    job.folder.mkdir()
    job.log_path.write_text("start\n" + "x" * 2**17 + "\nend\n")
    lines = job.log_lines()
    assert lines[-1] == "end"
    assert "start" not in lines
