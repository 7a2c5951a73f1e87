"""The notice where photos are missing, and the grid, as every page shows them."""

import re

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from engine import jobs
from engine.errors import EngineError
from tests.conftest import make_data_set
from tests.page_runner import TIMEOUT, photo_captions, texts

BRING = "bring_clothing"


def show_notice(name):
    """A page of its own: it runs without this module's globals."""
    import streamlit as st

    from engine.data import load_data_set
    from pages.ui.photos import photos_here

    st.write("here" if photos_here(load_data_set(name), "The photos of this test") else "missing")


def notice(name) -> AppTest:
    page = AppTest.from_function(show_notice, args=(name,), default_timeout=TIMEOUT).run()
    assert not page.exception
    return page


def progress(page) -> list:
    return [one.proto for one in page.get("progress")]


@pytest.fixture
def job(monkeypatch):
    """A job that does what the test says: its state, and how often it was started."""

    class Job:
        state = None
        started = 0

    def start(name):
        assert name == "clothing"
        Job.started += 1
        Job.state = jobs.JobState(True, None, "Starting")

    monkeypatch.setattr(jobs, "bringing", lambda name: Job.state)
    monkeypatch.setattr(jobs, "start_bringing", start)
    return Job


@pytest.fixture
def clothing(artifacts):
    """The index of `clothing`, without photos, as it is published."""
    return make_data_set(artifacts / "published" / "clothing", with_photos=False)


def test_photos_that_are_here_need_no_notice(tiny_data_set):
    page = notice("tiny")
    assert texts(page) == "here"
    assert not page.button


def test_a_data_set_of_the_catalog_has_a_button(clothing, job):
    page = notice("clothing")
    assert "The photos of this test need the photos of Clothing" in texts(page)
    assert texts(page).endswith("missing")
    assert page.button(key=BRING).label == "Bring the photos (3,781)"
    assert not progress(page)


def test_read_only_explains_that_bringing_is_off(clothing, monkeypatch):
    monkeypatch.setenv("READ_ONLY", "1")
    page = notice("clothing")
    assert "The photos of this test need the photos of Clothing" in texts(page)
    assert "Bringing them is off on this page, which only shows" in texts(page)
    assert not page.button


def test_another_data_set_says_how_to_import_it(artifacts):
    make_data_set(artifacts / "published" / "tiny", with_photos=False)
    page = notice("tiny")
    assert "python -m engine data PATH_OF_tiny" in texts(page)
    assert not page.button


def test_the_button_starts_the_job_and_shows_how_far_it_is(clothing, job):
    page = notice("clothing")
    page.button(key=BRING).click().run()
    assert not page.exception
    assert job.started == 1
    assert not page.button
    job.state = jobs.JobState(True, 0.4, "Downloading: 40 %")
    page.run()
    (bar,) = progress(page)
    assert bar.value == 40
    assert bar.text.startswith(r"Downloading\: 40 %")


def test_asks_again_by_itself_only_while_the_job_runs(clothing, job, monkeypatch):
    every = []
    fragment = st.fragment

    def watched(function, run_every=None):
        every.append(run_every)
        return fragment(function, run_every=run_every)

    monkeypatch.setattr(st, "fragment", watched)
    notice("clothing")
    job.state = jobs.JobState(True, 0.4, "Downloading: 40 %")
    notice("clothing")
    job.state = jobs.JobState(False, None, "Failed", "It failed.")
    notice("clothing")
    assert [one is not None for one in every] == [False, True, False]


def test_the_whole_page_runs_again_when_the_job_has_ended(clothing, job, monkeypatch):
    # The page sees the job running; when the fragment looks, it has ended and the photos are here.
    states = [jobs.JobState(True, 0.99, "Preparing the photos: 99 %")]

    def bringing(name):
        if states:
            return states.pop()
        make_data_set(clothing.folder.parent.parent / "data" / "clothing")
        return jobs.JobState(False, 1.0, "Done")

    monkeypatch.setattr(jobs, "bringing", bringing)
    assert texts(notice("clothing")) == "here"


def test_a_failure_is_a_sentence_and_the_button_again(clothing, job):
    job.state = jobs.JobState(False, None, "Failed", "The server answered 404 [Not_Found].")
    page = notice("clothing")
    assert [one.value for one in page.error] == ["The server answered 404 \\[Not\\_Found\\]\\."]
    page.button(key=BRING).click().run()
    assert job.started == 1
    assert not page.error


def test_a_job_that_cannot_start_is_a_sentence(clothing, job, monkeypatch):
    def refuse(name):
        raise EngineError("The disk is full.")

    monkeypatch.setattr(jobs, "start_bringing", refuse)
    page = notice("clothing")
    page.button(key=BRING).click().run()
    assert not page.exception
    assert [one.value for one in page.error] == ["The disk is full\\."]
    assert page.button(key=BRING)


def test_photos_removed_after_they_had_come_can_be_brought_again(clothing, job):
    job.state = jobs.JobState(False, 1.0, "Done")
    page = notice("clothing")
    assert page.button(key=BRING)
    assert not page.error


def show_grid(name):
    import streamlit as st

    from engine.data import load_data_set
    from pages.ui.photos import photo_grid

    def choose(image_id):
        st.session_state["chosen"] = image_id

    photo_grid(
        load_data_set(name),
        ["dot/000.jpg", "dot/001.jpg", "../secret.jpg"],
        ["first", "second", "third"],
        choose=("Choose", ":material/check:", choose),
    )


def test_the_grid_shows_what_can_be_read_and_says_why_not(tiny_data_set):
    tiny_data_set.photo_path("dot/001.jpg").write_bytes(b"no photo")
    page = AppTest.from_function(show_grid, args=("tiny",), default_timeout=TIMEOUT).run()
    assert not page.exception
    assert photo_captions(page) == ["first"]
    unreadable, hostile = (one.value for one in page.caption)
    assert re.search(r"Cannot read 001(.|\n)*second", unreadable)
    assert re.search(r"must be one of the 30 photos(.|\n)*third", hostile)
    page.button(key="choose_dot/000.jpg").click().run()
    assert page.session_state["chosen"] == "dot/000.jpg"
