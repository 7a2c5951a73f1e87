"""What commands print while they work, with a clock that the tests set."""

import pytest

from engine.commands.terminal import Progress


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_line_each_percent(capsys):
    progress = Progress()
    for done in range(1, 401):
        progress(done, 400, "Working")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 101
    assert lines[1] == "Working: 1%"
    assert lines[-1] == "Working: 100%"


def test_long_work_says_how_much_time_is_left(capsys, clock):
    progress = Progress(clock)
    progress(1, 101, "Working")
    clock.now += 5
    progress(3, 101, "Working")  # too soon to tell
    clock.now += 55
    progress(26, 101, "Working")  # 25 a minute
    clock.now += 180
    progress(101, 101, "Working")
    assert capsys.readouterr().err.splitlines() == [
        "Working: 0%",
        "Working: 2%",
        "Working: 25%, 3.0 minutes left",
        "Working: 100%",
    ]


@pytest.mark.parametrize("next_work", ["Working", "Other work"])
def test_the_next_piece_of_work_is_timed_by_itself(capsys, clock, next_work):
    progress = Progress(clock)
    progress(0, 10, "Working")
    clock.now += 1000
    progress(10, 10, "Working")
    progress(0, 10, next_work)
    clock.now += 60
    progress(5, 10, next_work)
    assert capsys.readouterr().err.splitlines()[-1] == f"{next_work}: 50%, 1.0 minutes left"


def test_two_pieces_of_one_step_are_both_told(capsys):
    progress = Progress()
    progress(16, 16, "Working")
    progress(16, 16, "Working")
    assert capsys.readouterr().err.splitlines() == ["Working: 100%"] * 2


def test_a_length_that_nobody_knows(capsys, clock):
    progress = Progress(clock)
    for done in (1, 2_000_000):
        progress(done, None, "Downloading")
        clock.now += 60
    assert capsys.readouterr().err.splitlines() == ["Downloading: 1", "Downloading: 2,000,000"]


def test_at_a_terminal_one_line_grows(capsys, clock, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    progress = Progress(clock)
    progress(0, 2, "Working")
    clock.now += 60
    progress(1, 2, "Working")
    progress(2, 2, "Working")
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1 and printed.endswith("\n")
    assert [one.rstrip() for one in printed.split("\r")[1:]] == [
        "Working: 0%",
        "Working: 50%, 1.0 minutes left",
        "Working: 100%",
    ]
