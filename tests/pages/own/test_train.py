"""The page Train: bringing photos as a zip or as arrays, watching the import, and read-only."""

import contextlib
import json
import re
import sys
from functools import partial

import psutil
import pytest
import streamlit as st

from engine import jobs
from engine.data import list_data_sets, load_data_set
from engine.disk import paths
from engine.jobs import imports
from pages.ui.navigation import TRAIN
from tests.page_runner import open_page, texts
from tests.photo_files import BAD_ZIPS, arrays, class_files, zip_of

open_train = partial(open_page, TRAIN.path)
SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]


@pytest.fixture(autouse=True)
def ended(tiny_data_set):
    """A data set to begin with, and no process that outlives a test."""
    yield
    with contextlib.suppress(OSError, psutil.NoSuchProcess):
        psutil.Process(process_id()).kill()
        wait()


@pytest.fixture
def sleeping(monkeypatch):
    """Imports that never end by themselves."""
    monkeypatch.setattr(imports, "_command", lambda source: SLEEPS)


def process_id():
    return json.loads((paths.data_folder() / ".importing.json").read_text())["process_id"]


def wait():
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(process_id()).wait(timeout=120)


def progress(page) -> list:
    return [one.proto for one in page.get("progress")]


def upload_zip(page, content, name="My fruit.zip"):
    page.file_uploader(key="zip").set_value((name, content, "application/zip")).run()
    page.button(key="import_zip").click().run()
    assert not page.exception
    return page


def ended_import(page):
    wait()
    page.run()
    assert not page.exception
    return page


def successes(page) -> str:
    return "\n".join(one.value for one in page.success)


def test_says_what_is_chosen_and_states_the_limits(tiny_runs):
    page = open_train()
    assert "Chosen in the sidebar: **Tiny**, 30 photos of 3 classes." in texts(page)
    assert "at most 500 MB" in page.file_uploader(key="zip").label
    for limit in ("4 GB", "200,000 files", "20 MB", "50 megapixels", "at least 5 photos"):
        assert limit in texts(page)
    assert not [one for one in page.button if one.key == "import_zip"]


def test_only_the_chosen_way_is_drawn():
    page = open_train(way="NumPy arrays")
    keys = [one.key for one in page.file_uploader]
    assert keys == ["data_array", "labels_array", "class_names"]
    page.segmented_control(key="way").set_value("Collect here").run()
    assert not page.file_uploader
    page.segmented_control(key="way").set_value("A zip file").run()
    assert [one.key for one in page.file_uploader] == ["zip"]


def test_a_zip_becomes_the_chosen_data_set():
    page = open_train(data_set="tiny")
    upload_zip(page, zip_of({**class_files(), "pears/a.txt": b"a note"}))
    ended_import(page)
    assert page.selectbox(key="data_set_box").value == "my-fruit"
    assert "**My fruit\\.zip** was imported" in successes(page)
    assert "chosen in the sidebar" in successes(page)
    # Its check is open: what was brought is looked at first.
    assert "None of the 10 photos." in texts(page)
    assert "1 file, each with the reason" in texts(page)
    assert page.query_params["data_set"] == "my-fruit"
    page.button(key="dismiss_import").click().run()
    assert not page.success
    assert page.selectbox(key="data_set_box").value == "my-fruit"


def test_a_visitor_who_comes_later_is_not_led_away():
    upload_zip(open_train(), zip_of(class_files()))
    wait()
    page = open_train(data_set="tiny")
    assert page.selectbox(key="data_set_box").value == "tiny"
    assert "one of the data sets in the sidebar" in successes(page)
    page.button(key="choose_import").click().run()
    assert page.selectbox(key="data_set_box").value == "my-fruit"
    assert not page.exception


def test_a_running_import_survives_a_reload(sleeping):
    upload_zip(open_train(), zip_of(class_files()))
    page = open_train()
    (bar,) = progress(page)
    assert bar.text.startswith("**My fruit\\.zip** is being imported")
    assert not page.file_uploader
    psutil.Process(process_id()).kill()
    ended_import(page)
    assert "**My fruit\\.zip** could not be imported" in page.error[0].value
    assert "interrupted" in page.error[0].value
    assert page.file_uploader(key="zip")
    page.button(key="dismiss_import").click().run()
    assert not page.error


def test_a_page_asks_again_by_itself_only_while_an_import_runs(sleeping, monkeypatch):
    every, fragment = [], st.fragment

    def watched(function, run_every=None):
        every.append(run_every)
        return fragment(function, run_every=run_every)

    monkeypatch.setattr(st, "fragment", watched)
    page = open_train()
    assert every == []
    upload_zip(page, zip_of(class_files()))
    assert set(every) == {1.0}


@pytest.mark.parametrize("kind", ["damaged", "leaves the folder", "too few"])
def test_a_bad_zip_is_a_sentence_and_the_ways_again(kind):
    content, match = BAD_ZIPS[kind]
    page = ended_import(upload_zip(open_train(), content))
    (error,) = page.error
    assert "**My fruit\\.zip** could not be imported" in error.value
    assert re.search(match, error.value.replace("\\", ""))
    assert page.file_uploader(key="zip")
    assert page.selectbox(key="data_set_box").value == "tiny"
    assert list_data_sets() == ["tiny"]


def test_an_empty_zip_is_a_sentence_at_once():
    page = upload_zip(open_train(), b"")
    assert "must not be empty" in page.error[0].value
    assert jobs.importing() is None


def test_two_visitors_at_once(sleeping):
    first, second = open_train(), open_train()
    second.file_uploader(key="zip").set_value(("b.zip", zip_of(class_files()), "x")).run()
    upload_zip(first, zip_of(class_files()))
    second.button(key="import_zip").click().run()
    assert not second.exception
    # The other import is what this visitor sees now; the upload can be repeated after it.
    assert progress(second)[0].text.startswith("**My fruit\\.zip** is being imported")


@pytest.mark.parametrize("photos_last", [False, True])
def test_arrays_in_both_orientations(photos_last):
    page = open_train(way="NumPy arrays")
    assert page.button(key="import_arrays").disabled
    contents = arrays(photos_last)
    for key, name in (("data_array", "data_train.npy"), ("labels_array", "labels_train.npy")):
        page.file_uploader(key=key).set_value((f"my {name}", contents[name], "x"))
    page.file_uploader(key="class_names").set_value(("names.txt", b"apples\npears", "text/plain"))
    page.text_input(key="arrays_name").set_value("Fruit").run()
    page.button(key="import_arrays").click().run()
    ended_import(page)
    assert page.selectbox(key="data_set_box").value == "fruit"
    data_set = load_data_set("fruit")
    assert data_set.class_names == ("apples", "pears")
    assert set(data_set.photos["width"]) == {24}


def test_wrong_arrays_are_a_sentence():
    page = open_train(way="NumPy arrays")
    for key in ("data_array", "labels_array"):
        page.file_uploader(key=key).set_value(("a.npy", arrays()["labels_train.npy"], "x"))
    page.run()
    page.button(key="import_arrays").click().run()
    ended_import(page)
    assert "My arrays** could not be imported" in page.error[0].value
    assert list_data_sets() == ["tiny"]


def test_read_only(monkeypatch, artifacts):
    before = sorted(artifacts.rglob("*"))
    monkeypatch.setenv("READ_ONLY", "1")
    for way in ("A zip file", "NumPy arrays", "Collect here"):
        page = open_train(way=way)
        (notice,) = page.info
        assert "only shows" in notice.value
        assert not page.file_uploader
        assert not page.button
        labels = [one.proto.label for one in page.get("page_link")]
        assert "Live prediction works here, too, with a photo of yours" in labels
    assert sorted(artifacts.rglob("*")) == before
