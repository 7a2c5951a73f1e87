"""What long work tells, with a clock that the tests set."""

import pytest

from engine.progress import Event, Progress


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def told():
    """The events that were told."""
    return []


@pytest.fixture
def progress(told, clock):
    return Progress(told.append, clock=clock)


def test_a_stage_begins_without_a_count(progress, told):
    progress.stage("prepare", "Preparing the photos", unit="photos")
    progress.update(3, 4)
    progress.stage("check", "Checking")
    assert told == [
        Event("prepare", "Preparing the photos", unit="photos"),
        Event("prepare", "Preparing the photos", 3, 4, "photos"),
        Event("check", "Checking"),
    ]


def test_a_line_for_people_changes_nothing_but_itself(progress, told):
    progress.stage("train", "Training", unit="epochs")
    progress.update(1.5, 3, seconds_left=20.0, message="half of the second epoch")
    progress.say("going on")
    progress.update(2, 3, seconds_left=10.0)
    assert [(one.done, one.seconds_left, one.message) for one in told[1:]] == [
        (1.5, 20.0, "half of the second epoch"),
        (1.5, 20.0, "going on"),
        (2, 10.0, ""),
    ]


def test_a_result_stays_whatever_comes_after_it(progress, told):
    progress.finish("fruit")
    progress.stage("duplicates", "Looking for duplicates")
    progress.fail("The disk\nis full.")
    assert [one.result for one in told] == ["fruit"] * 3
    assert [one.problem for one in told] == [None, None, "The disk is full."]


@pytest.mark.parametrize(
    ("done", "in_all", "share"),
    [(None, None, None), (3, None, None), (0, 0, None), (0, 4, 0.0), (3, 4, 0.75), (5, 4, 1.0)],
)
def test_the_share_that_is_done(done, in_all, share):
    assert Event(done=done, in_all=in_all).share == share


def test_the_time_that_is_left_is_that_of_the_stage(progress, told, clock):
    def left_after(seconds, done, in_all=101):
        clock.now += seconds
        progress.update(done, in_all)
        return told[-1].seconds_left

    progress.stage("work", "Working")
    assert left_after(0, 1) is None
    assert left_after(5, 3) is None  # too soon to tell
    assert left_after(55, 26) == 180  # 25 a minute
    assert left_after(180, 101) is None
    progress.stage("work", "Working")  # called alike, and timed by itself
    assert left_after(1000, 1) is None
    assert left_after(60, 51) == 60
    assert left_after(60, 52, in_all=None) is None


def test_a_listener_of_a_while_is_asked_first_and_can_end_the_work(progress, told):
    def stop(event):
        raise KeyboardInterrupt

    with progress.also(stop), pytest.raises(KeyboardInterrupt):
        progress.say("not told")
    progress.say("told")
    assert [one.message for one in told] == ["told"]


def test_nobody_needs_to_listen():
    progress = Progress()
    progress.stage("work", "Working")
    progress.update(1, 2)
    progress.finish("it")
