"""What all pages share: which data set opens, and which runs are compared."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.ui.navigation import OVERVIEW, PAGES, TRAIN, YOUR_RUNS
from engine.disk import paths
from engine.models.specs import BASELINES, MODELS
from tests.conftest import make_data_set, make_run
from tests.page_runner import TIMEOUT, open_page, texts
from tests.server import PROJECT


@pytest.fixture
def clothing_and_scenes(drawn_data_set):
    """Both catalog data sets as they are published, each with the runs of both models."""
    clothing = make_data_set(paths.published_folder() / "clothing", with_photos=False)
    for data_set in (clothing, drawn_data_set):
        for model in MODELS:
            make_run(data_set, model)
    return clothing


def opened(**query) -> str:
    return open_page(OVERVIEW.path, **query).selectbox(key="data_set_box").value


def test_drawn_pictures_open_first_where_no_photos_are_here(clothing_and_scenes):
    assert opened() == "scenes"


def test_real_photos_open_first_where_they_are_here(clothing_and_scenes, artifacts):
    make_data_set(artifacts / "data" / "clothing")
    assert opened() == "clothing"


def test_a_data_set_without_runs_does_not_open_first(drawn_data_set):
    clothing = make_data_set(paths.published_folder() / "clothing", with_photos=False)
    make_run(clothing, "scratch")
    assert opened() == "clothing"


def test_a_data_set_with_half_a_comparison_does_not_open_first(drawn_data_set):
    clothing = make_data_set(paths.published_folder() / "clothing", with_photos=False)
    for model in MODELS:
        make_run(clothing, model)
    make_run(drawn_data_set, "resnet50")
    make_run(drawn_data_set, "scratch", name="scratch-plain")
    page = open_page(OVERVIEW.path)
    assert page.selectbox(key="data_set_box").value == "clothing"
    assert not [one for one in page.button if one.key == "go_scenes"]


def test_the_address_decides(clothing_and_scenes):
    assert opened(data_set="clothing") == "clothing"


@pytest.mark.parametrize("asked", ["nothing", "../../etc", ""])
def test_an_unknown_data_set_in_the_address_opens_the_first(clothing_and_scenes, asked):
    assert opened(data_set=asked) == "scenes"


def test_overview_offers_the_other_data_set(clothing_and_scenes):
    page = open_page(OVERVIEW.path)
    assert "Drawn places and plants" in texts(page)
    page.button(key="go_clothing").click().run()
    assert not page.exception
    assert page.selectbox(key="data_set_box").value == "clothing"


def test_one_of_several_runs_is_chosen(tiny_data_set):
    for name in ("scratch-a", "scratch", "scratch-b"):
        make_run(tiny_data_set, "scratch", name=name)
    box = open_page(OVERVIEW.path).selectbox(key="run_scratch_box")
    assert box.options == ["scratch", "scratch-a", "scratch-b"]
    assert box.value == "scratch"


#: The one page that is about all runs.
COMPARING = [page for page in PAGES if page is not YOUR_RUNS]


@pytest.mark.parametrize("page", COMPARING, ids=lambda page: page.title)
def test_baselines_are_no_choice_on_any_page(tiny_runs, tiny_data_set, page):
    before = open_page(page.path)
    for name in BASELINES:
        make_run(tiny_data_set, name)
    after = open_page(page.path)
    assert [one.value for one in after.error] == [one.value for one in before.error]
    for kind in ("selectbox", "multiselect"):
        shown = [
            (one.key, list(one.options)) for one in getattr(after, kind, ()) if one.key is not None
        ]
        assert shown == [
            (one.key, list(one.options)) for one in getattr(before, kind, ()) if one.key is not None
        ]


def test_baselines_complete_no_comparison(drawn_data_set):
    clothing = make_data_set(paths.published_folder() / "clothing", with_photos=False)
    for model in MODELS:
        make_run(clothing, model)
    for model in ("scratch", *BASELINES):
        make_run(drawn_data_set, model)
    assert opened() == "clothing"


@pytest.mark.parametrize("value", [True, 1, "1"])
def test_a_secret_of_the_host_makes_it_read_only(tiny_data_set, monkeypatch, value):
    monkeypatch.setenv("READ_ONLY", "")
    page = AppTest.from_file(PROJECT / "streamlit_app.py", default_timeout=TIMEOUT)
    page.secrets["READ_ONLY"] = value
    page.switch_page(TRAIN.path).run()
    assert not page.exception
    assert "This is off here" in texts(page)
