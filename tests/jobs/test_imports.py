import contextlib
import io
import json
import os
import re
import signal
import sys

import psutil
import pytest

from engine import jobs
from engine.data import list_data_sets, load_data_set
from engine.data.collections import create_collection
from engine.data.duplicates import load_duplicates
from engine.data.uploads import keep_arrays, keep_zip
from engine.disk import paths
from engine.errors import EngineError
from engine.jobs import imports
from tests.photo_files import BAD_ZIPS, arrays, class_files, jpeg, zip_of

SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture(autouse=True)
def ended(artifacts):
    """No process outlives a test."""
    yield
    with contextlib.suppress(TypeError, KeyError, psutil.NoSuchProcess):
        psutil.Process(record()["process_id"]).kill()
        wait()


def record():
    try:
        return json.loads((paths.data_folder() / ".importing.json").read_text())
    except (OSError, ValueError):
        return None


def wait():
    """Until the process has ended, and the thread that tidies up after it."""
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(record()["process_id"]).wait(timeout=120)
    return jobs.importing()


def files_below():
    """All files in the data folder but those of the job."""
    folder = paths.data_folder()
    return sorted(
        one.relative_to(folder).as_posix()
        for one in folder.rglob("*")
        if one.is_file() and not one.name.startswith(".importing.")
    )


def zip_here(content, name="My fruit.zip"):
    return keep_zip(name, io.BytesIO(content))


def test_the_command_is_one_of_the_command_line(tmp_path):
    command = imports._command(tmp_path / "a.zip")
    assert command == [sys.executable, "-m", "engine", "data", str(tmp_path / "a.zip"), "--check"]


def test_nothing_was_started():
    assert jobs.importing() is None
    assert jobs.imported_from() == ""
    jobs.dismiss_import()


def test_a_zip_becomes_a_data_set_that_was_checked():
    content = class_files(count=6)
    content["pears/double.png"] = content["apples/0.png"]
    content["pears/broken.jpg"] = b"no photo"
    jobs.start_import(zip_here(zip_of(content)))
    assert wait() == jobs.JobState(False, 1.0, "Done", result="my-fruit")
    assert jobs.imported_from() == "My fruit.zip"
    data_set = load_data_set("my-fruit")
    assert len(data_set.photos) == 13
    assert [file for file, _ in data_set.unreadable] == ["pears/broken.jpg"]
    assert load_duplicates(data_set)["image_id"].tolist() == ["apples/0.png", "pears/double.png"]
    assert all(name.startswith("my-fruit/") for name in files_below())
    jobs.dismiss_import()
    assert jobs.importing() is None
    assert list_data_sets() == ["my-fruit"]


@pytest.mark.parametrize("photos_last", [False, True])
def test_arrays_become_a_data_set(photos_last):
    contents = {name: io.BytesIO(data) for name, data in arrays(photos_last).items()}
    contents["class_names.txt"] = io.BytesIO("Äpfel\nBirnen".encode())
    jobs.start_import(keep_arrays("Obst", contents))
    assert wait().result == "obst"
    data_set = load_data_set("obst")
    assert data_set.class_names == ("Birnen", "Äpfel")
    assert len(data_set.photos) == 12


def test_a_collection_stays():
    collection = create_collection("Fruit")
    for number in range(10):
        name = "apples" if number < 5 else "pears"
        if number % 5 == 0:
            collection.add_class(name)
        collection.add_photo(name, jpeg(number))
    jobs.start_import(collection.folder)
    assert wait().result == "fruit"
    assert collection.counts() == {"apples": 5, "pears": 5}


@pytest.mark.parametrize("kind", BAD_ZIPS)
def test_a_bad_zip_is_one_sentence_and_leaves_nothing(kind):
    content, match = BAD_ZIPS[kind]
    jobs.start_import(zip_here(content))
    state = wait()
    assert (state.running, state.result) == (False, None)
    assert re.search(match, state.problem)
    assert "\n" not in state.problem
    assert "Traceback" not in "".join(imports._job().log_lines())
    assert files_below() == []


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("data_train.npy", b"no array", "whole NumPy array"),
        ("labels_train.npy", arrays()["data_train.npy"], "must have the shape"),
        ("data_train.npy", arrays()["labels_train.npy"], "must have the shape"),
        ("class_names.txt", b"only one", "must name every label"),
        ("class_names.txt", b"\xff\xfe\xff", "UTF-8"),
    ],
)
def test_bad_arrays_are_one_sentence_and_leave_nothing(name, content, match):
    contents = {**arrays(), name: content}
    jobs.start_import(keep_arrays("a", {one: io.BytesIO(d) for one, d in contents.items()}))
    assert match in wait().problem
    assert files_below() == []


def test_what_came_is_there_even_where_its_check_fails(monkeypatch):
    program = (
        "import sys\n"
        "from engine.data import duplicates\n"
        "def full(*_): raise OSError(28, 'No space left on device', 'duplicates.csv')\n"
        "duplicates.save_duplicates = full\n"
        "from engine.__main__ import main\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    command = imports._command
    monkeypatch.setattr(
        imports,
        "_command",
        lambda source: [sys.executable, "-c", program, *command(source)[3:]],
    )
    jobs.start_import(zip_here(zip_of(class_files())))
    state = wait()
    assert "error: The disk refuses: No space left" in imports._job().log_lines()[-1]
    assert (state.result, state.problem) == ("my-fruit", None)


def test_one_import_at_a_time(monkeypatch):
    monkeypatch.setattr(imports, "_command", lambda source: SLEEPS)
    first = zip_here(b"1", "first.zip")
    jobs.start_import(first)
    second = zip_here(b"2", "second.zip")
    with pytest.raises(EngineError, match="Other photos are being imported"):
        jobs.start_import(second)
    assert first.exists()
    assert not second.parent.exists()
    jobs.dismiss_import()  # not while it runs
    assert jobs.importing().running
    assert jobs.imported_from() == "first.zip"


def test_a_killed_import_was_interrupted_and_its_upload_is_removed(monkeypatch):
    monkeypatch.setattr(imports, "_command", lambda source: SLEEPS)
    upload = zip_here(b"1")
    jobs.start_import(upload)
    os.kill(record()["process_id"], signal.SIGKILL)
    assert wait().problem == "The import was interrupted; bring the photos once more."
    assert not upload.parent.exists()


def test_an_upload_whose_server_ended_is_removed_by_the_next_look(monkeypatch):
    """Without the thread that waits for the process."""
    monkeypatch.setattr(imports, "_clear_at_the_end", lambda *_: None)
    upload = zip_here(b"no zip")
    jobs.start_import(upload)
    wait()
    assert not upload.parent.exists()


def test_an_upload_nobody_looks_at_is_removed(monkeypatch):
    threads = []

    class Thread(imports.threading.Thread):
        def __init__(self, **options):
            super().__init__(**options)
            threads.append(self)

    monkeypatch.setattr(imports.threading, "Thread", Thread)
    upload = zip_here(b"no zip")
    jobs.start_import(upload)
    for thread in threads:
        thread.join(120)
    assert not upload.parent.exists()


def test_a_process_that_cannot_start_is_one_sentence(monkeypatch):
    monkeypatch.setattr(imports, "_command", lambda source: ["/no/such/program"])
    upload = zip_here(b"1")
    with pytest.raises(EngineError, match=r"cannot be imported from here: No such file"):
        jobs.start_import(upload)
    assert not upload.parent.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"source": 1}', '{"source": "/etc"}'])
def test_a_damaged_record_is_an_interrupted_import(content):
    paths.data_folder().mkdir()
    (paths.data_folder() / ".importing.json").write_text(content)
    assert jobs.importing().problem == imports.INTERRUPTED_IMPORT
    assert isinstance(jobs.imported_from(), str)


def test_read_only(monkeypatch):
    upload = zip_here(b"1")
    monkeypatch.setenv("READ_ONLY", "1")
    for function, arguments in ((jobs.start_import, (upload,)), (jobs.dismiss_import, ())):
        with pytest.raises(EngineError, match="Importing photos is off on this page"):
            function(*arguments)
    assert record() is None
