"""What is printed of the events of long work."""

import pytest

from engine.commands.terminal import Terminal
from engine.progress import Event, Progress


@pytest.fixture
def progress():
    return Progress(Terminal())


def lines(capsys):
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err.splitlines()


def test_a_line_each_percent(progress, capsys):
    progress.stage("work", "Working")
    for done in range(1, 401):
        progress.update(done, 400)
    printed = lines(capsys)
    assert len(printed) == 101
    assert printed[1] == "Working: 1%"
    assert printed[-1] == "Working: 100%"


@pytest.mark.parametrize("in_all", [7, 29, 100, 3781])
def test_no_percent_is_left_out_by_rounding(progress, capsys, in_all):
    progress.stage("work", "Working")
    for done in range(in_all + 1):
        progress.update(done, in_all)
    expected = dict.fromkeys(f"Working: {100 * done // in_all}%" for done in range(in_all + 1))
    assert lines(capsys) == list(expected)


def test_long_work_says_how_much_time_is_left(progress, capsys):
    progress.stage("work", "Working")
    progress.update(1, 4, seconds_left=180.0)
    assert lines(capsys) == ["Working: 25%, 3.0 minutes left"]


def test_two_pieces_of_one_step_are_both_told(progress, capsys):
    for _ in range(2):
        progress.stage("work", "Working")
        progress.update(16, 16)
    assert lines(capsys) == ["Working: 100%"] * 2


def test_a_length_that_nobody_knows(progress, capsys):
    progress.stage("download", "Downloading", unit="bytes")
    for done in (1, 999_999, 2_000_000):
        progress.update(done)
    assert lines(capsys) == ["Downloading: 1", "Downloading: 2,000,000"]


def test_words_are_printed_as_they_are(progress, capsys):
    progress.stage("train", "Training", unit="epochs")
    progress.say("training scratch on tiny")
    progress.update(0.5, 2)  # epochs are told by the lines that they bring
    progress.update(1, 2, message="epoch 1/2 took 3 s")
    progress.fail("The disk is full.")
    assert lines(capsys) == [
        "training scratch on tiny",
        "epoch 1/2 took 3 s",
        "error: The disk is full.",
    ]


def test_at_a_terminal_one_line_grows(progress, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    progress.stage("work", "Working")
    progress.update(0, 2)
    progress.update(1, 2, seconds_left=60.0)
    progress.update(2, 2)
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1 and printed.endswith("\n")
    assert [one.rstrip() for one in printed.split("\r")[1:]] == [
        "Working: 0%",
        "Working: 50%, 1.0 minutes left",
        "Working: 100%",
    ]


def test_words_do_not_run_into_the_line_that_grows(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    terminal = Terminal()
    terminal(Event("work", "Working", 1, 2))
    terminal(Event(problem="The disk is full."))
    terminal(Event(message="And so on."))
    assert [one.strip() for one in capsys.readouterr().err.splitlines() if one.strip()] == [
        "Working: 50%",
        "error: The disk is full.",
        "And so on.",
    ]
