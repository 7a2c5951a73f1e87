import contextlib
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import zipfile

import numpy as np
import psutil
import pytest

from engine import jobs
from engine.data import load_data_set
from engine.data.folders import content_digest
from engine.data.images import encode_png
from engine.disk import paths
from engine.errors import EngineError
from engine.jobs import bring

TOP = "clothing-dataset-small-1234"
NAMES = [
    f"{split}/{class_name}/{index}.png"
    for split, count in (("train", 4), ("validation", 2), ("test", 2))
    for class_name in ("dress", "hat")
    for index in range(count)
]
# What `python -m engine data clothing` runs, with a catalog that promises other photos.
PROGRAM = """
import dataclasses, sys
from engine.__main__ import main
from engine.data import CATALOG
CATALOG["clothing"] = dataclasses.replace(CATALOG["clothing"], digest={digest!r}, photos=16)
sys.exit(main(["data", "clothing"]))
"""


class Server(http.server.ThreadingHTTPServer):
    """Serves one small archive of photos, its last byte only once `released`."""

    daemon_threads = True

    def __init__(self, content):
        super().__init__(("127.0.0.1", 0), Handler)
        self.content = content
        self.requests = 0
        self.asked = threading.Event()
        self.released = threading.Event()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests += 1
        if self.path == "/missing.zip":
            self.send_error(404)
            return
        content = self.server.content
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # a killed client hangs up
            self.wfile.write(content[:-1])
            self.wfile.flush()
            self.server.asked.set()
            self.server.released.wait(120)
            self.wfile.write(content[-1:])

    def log_message(self, *_):
        pass


@pytest.fixture
def server(artifacts, tmp_path, monkeypatch):
    """A server of a tiny archive, and a catalog entry in the child that promises it."""
    source, archive = tmp_path / "source", tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for number, name in enumerate(NAMES):
            photo = encode_png(np.full((10, 12, 3), number, np.uint8))
            file.writestr(f"{TOP}/{name}", photo)
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes(photo)
    program = PROGRAM.format(digest=content_digest(source, NAMES))
    monkeypatch.setattr(bring, "_command", lambda name: [sys.executable, "-c", program])
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with Server(archive.read_bytes()) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        use(server, monkeypatch, "whole.zip")
        yield server
        server.released.set()
        wait_for_end(process_id())
        server.shutdown()
        thread.join()


def use(server, monkeypatch, name):
    address = f"http://127.0.0.1:{server.server_port}/{name}"
    monkeypatch.setenv("SCRATCH_VS_TRANSFER_CLOTHING_URL", address)


def process_id():
    record = paths.data_folder() / ".bringing-clothing.json"
    return json.loads(record.read_text())["process_id"]


def wait_for_end(process):
    with contextlib.suppress(psutil.NoSuchProcess):  # reaped: no zombie stays either
        psutil.Process(process).wait(timeout=120)


def test_the_command_is_the_one_of_the_readme():
    assert bring._command("clothing") == [sys.executable, "-m", "engine", "data", "clothing"]


def test_nothing_has_been_started(artifacts):
    assert jobs.bringing("clothing") is None


@pytest.mark.parametrize("name", ["shoes", "../clothing", "", "--archive"])
def test_only_names_of_the_catalog_are_allowed(artifacts, name):
    for function in (jobs.start_bringing, jobs.bringing):
        with pytest.raises(
            EngineError, match=r"one of the catalog: clothing, objects, scenes\. Received: "
        ):
            function(name)
    assert not paths.data_folder().exists()


def test_read_only(artifacts, monkeypatch):
    monkeypatch.setenv("READ_ONLY", "1")
    with pytest.raises(EngineError, match="Bringing photos is off on this page"):
        jobs.start_bringing("clothing")
    assert not paths.data_folder().exists()


def test_brings_the_photos_in_one_process_of_its_own(server):
    visitors = [threading.Thread(target=jobs.start_bringing, args=("clothing",)) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert server.asked.wait(120)
    state = jobs.bringing("clothing")
    assert state.running and state.problem is None
    assert state.share is None or 0 <= state.share <= 1
    brought_by = process_id()
    assert os.getsid(brought_by) != os.getsid(0)  # survives Ctrl-C at the server

    jobs.start_bringing("clothing")
    assert process_id() == brought_by

    server.released.set()
    wait_for_end(brought_by)
    assert jobs.bringing("clothing") == jobs.JobState(False, 1.0, "Done", result="clothing")
    assert load_data_set("clothing").has_photos
    assert server.requests == 1
    assert not psutil.pid_exists(brought_by)


def test_another_server_sees_what_this_one_started(server):
    jobs.start_bringing("clothing")
    assert server.asked.wait(120)
    program = (
        "from engine import jobs; jobs.start_bringing('clothing'); "
        "print(jobs.bringing('clothing').running)"
    )
    other = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    assert other.stdout == "True\n"
    assert server.requests == 1


def test_a_failure_is_one_sentence_and_can_be_repeated(server, monkeypatch):
    server.released.set()
    use(server, monkeypatch, "missing.zip")
    jobs.start_bringing("clothing")
    wait_for_end(process_id())
    state = jobs.bringing("clothing")
    assert not state.running
    assert state.problem.startswith("The server answered 404 (Not Found) instead of the file http")
    assert "\n" not in state.problem

    use(server, monkeypatch, "whole.zip")
    jobs.start_bringing("clothing")
    wait_for_end(process_id())
    assert jobs.bringing("clothing").problem is None
    assert load_data_set("clothing").has_photos


def test_a_killed_process_was_interrupted(server):
    jobs.start_bringing("clothing")
    assert server.asked.wait(120)
    os.kill(process_id(), signal.SIGKILL)
    wait_for_end(process_id())
    state = jobs.bringing("clothing")
    assert (state.running, state.problem) == (False, jobs.INTERRUPTED)
    assert "press the button again" in state.problem


def test_a_process_number_used_again_is_not_the_job(artifacts):
    paths.data_folder().mkdir()
    record = paths.data_folder() / ".bringing-clothing.json"
    started = psutil.Process().create_time()
    record.write_text(json.dumps({"process_id": os.getpid(), "started": started}))
    assert jobs.bringing("clothing").running
    record.write_text(json.dumps({"process_id": os.getpid(), "started": started - 60}))
    assert not jobs.bringing("clothing").running


@pytest.mark.parametrize("content", ["", "{", "[]", '{"process_id": 1}', '{"process_id": "x"}'])
def test_a_damaged_record_counts_as_interrupted(artifacts, content):
    paths.data_folder().mkdir()
    (paths.data_folder() / ".bringing-clothing.json").write_text(content)
    assert jobs.bringing("clothing").problem == jobs.INTERRUPTED


def test_a_disk_that_refuses_is_one_sentence(artifacts):
    (artifacts / "data").write_text("a file where the folder belongs")
    with pytest.raises(EngineError, match=r"python -m engine data clothing` at a terminal\.$"):
        jobs.start_bringing("clothing")
