import subprocess
import sys

import psutil
import pytest

from engine.disk.process_identity import identity, is_alive


def test_this_process_is_alive():
    record = identity()
    assert record["process_id"] == psutil.Process().pid
    assert is_alive(record)


def test_a_process_that_has_ended_is_not():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    record = identity(process.pid)
    assert is_alive(record)
    process.communicate(b"\n", timeout=60)
    assert not is_alive(record)


def test_an_id_that_now_belongs_to_another_process():
    record = identity()
    assert not is_alive({**record, "started": record["started"] - 3600})


@pytest.mark.parametrize(
    "record",
    [
        None,
        [],
        {},
        {"process_id": 1},
        {"process_id": "x", "started": 1},
        {"process_id": 10**30, "started": 1},
        {"process_id": 1, "started": None},
    ],
)
def test_a_damaged_record_is_no_process(record):
    assert not is_alive(record)
