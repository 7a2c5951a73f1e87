"""Events as JSON lines: what is written when, and what is read of a damaged file."""

import json

import pytest

from engine.disk.progress_file import (
    PROGRESS_VARIABLE,
    ProgressFile,
    last_event,
    own_progress_file,
)
from engine.progress import Event, Progress

EVENT = Event("prepare", "Preparing the photos", 3, 4, "photos", 12.5)
LINE = json.dumps({"stage": "prepare", "title": "Preparing the photos", "done": 3, "in_all": 4})


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def path(tmp_path):
    return tmp_path / "progress.jsonl"


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize(
    "event",
    [
        Event(),
        EVENT,
        Event("train", "Training", 1.5, 40, "epochs", 0.0, "half of the second – \N{SNOWMAN}\n"),
        Event("start", problem="The disk is full."),
        Event("done", "Done", result='a "data set"'),
        Event("download", "Downloading", 0, None, "bytes"),
    ],
)
def test_what_is_written_is_read_back(path, event):
    ProgressFile(path)(event)
    assert last_event(path) == event


def test_a_line_holds_what_is_known_and_nothing_else(path):
    ProgressFile(path)(Event("download", "Downloading", 0, None, "bytes"))
    assert lines_of(path) == [
        {"stage": "download", "title": "Downloading", "done": 0, "unit": "bytes"}
    ]


def test_numbers_alone_are_written_now_and_then_and_anything_else_at_once(path):
    clock = Clock()
    progress = Progress(ProgressFile(path, clock))
    progress.stage("prepare", "Preparing the photos", unit="photos")
    for done in range(1, 101):
        clock.now += 0.1
        progress.update(done, 100)
    counts = [line.get("done") for line in lines_of(path)]
    assert counts[0] is None
    assert counts[-1] == 100
    assert len(counts) == pytest.approx(100 * 0.1 / 0.5, abs=3)
    progress.say("a line")
    progress.say("another")
    progress.stage("check", "Checking")
    progress.finish("fruit")
    progress.fail("The disk is full.")
    assert [line["stage"] for line in lines_of(path)[len(counts) :]] == [
        *("prepare", "prepare", "check", "done", "done")
    ]


def test_another_piece_of_work_begins_with_an_empty_file(path):
    ProgressFile(path)(EVENT)
    file = ProgressFile(path)
    assert last_event(path) is None
    file(Event("train"))
    assert len(lines_of(path)) == 1


def test_a_disk_that_refuses_ends_no_work(tmp_path, path):
    file = ProgressFile(tmp_path / "missing" / "progress.jsonl")
    file(EVENT)
    file = ProgressFile(path)
    path.unlink()
    path.mkdir()
    file(EVENT)
    assert last_event(path) is None


def test_after_a_full_disk_the_next_line_is_whole(path, monkeypatch):
    file = ProgressFile(path)

    def torn(self, *_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(type(path), "open", torn)
        file(EVENT)
    path.write_text(LINE[:20])
    file(Event("start", problem="The disk is full."))
    assert last_event(path).problem == "The disk is full."


@pytest.mark.parametrize(
    "torn",
    [
        b"",
        b"\n\n",
        LINE[:-1].encode(),
        LINE[:10].encode(),
        b"\x00\xff\xfe{",
        b"[" * 5000,
        b"null",
        b"[]",
        b'"stage"',
        b"{}",
        b'{"stage": 3}',
        b'{"stage": null}',
        b'{"stage": "train", "title": ["Training"]}',
        b'{"stage": "train", "done": "3"}',
        b'{"stage": "train", "done": true}',
        b'{"stage": "train", "done": -1}',
        b'{"stage": "train", "done": NaN}',
        b'{"stage": "train", "in_all": Infinity}',
        b'{"stage": "train", "seconds_left": 1e999}',
        b'{"stage": "train", "done": 1' + b"0" * 4000 + b"}",
        b'{"stage": "train", "done": 1' + b"0" * 5000 + b"}",
        b'{"stage": "train", "problem": 5}',
        b"x" * 2**15,
    ],
)
def test_what_is_torn_or_no_event_is_passed_over(path, torn):
    path.write_bytes(LINE.encode() + b"\n" + torn)
    assert last_event(path) == Event("prepare", "Preparing the photos", 3, 4)
    path.write_bytes(torn)
    assert last_event(path) is None


def test_a_newer_version_may_say_more(path):
    path.write_text('{"stage": "train", "temperature": 40, "done": 1}')
    assert last_event(path) == Event("train", done=1)


def test_of_a_huge_file_the_end_alone_is_read(path, monkeypatch):
    with path.open("wb") as file:
        file.truncate(2**34)  # 16 GiB of nothing
        file.seek(0, 2)
        file.write(f"\n{LINE}\n".encode())
    assert last_event(path).done == 3


def test_a_file_that_is_not_there_or_none(tmp_path):
    assert last_event(tmp_path / "missing") is None
    assert last_event(tmp_path) is None


def test_a_process_writes_where_its_starter_says(path, monkeypatch):
    assert own_progress_file() == []
    monkeypatch.setenv(PROGRESS_VARIABLE, str(path))
    (file,) = own_progress_file()
    file(EVENT)
    assert last_event(path) == EVENT
    # What that process starts is another.
    assert own_progress_file() == []
