"""What all pages share: which data set opens, and which runs are compared."""

import pytest

from engine import paths
from pages.ui.navigation import OVERVIEW
from tests.conftest import make_data_set, make_run
from tests.pages import open_page, texts


@pytest.fixture
def clothing_and_scenes(drawn_data_set):
    """Both catalog data sets as they are published, each with one run."""
    clothing = make_data_set(paths.published_folder() / "clothing", with_photos=False)
    for data_set in (clothing, drawn_data_set):
        make_run(data_set, "scratch")
    return clothing


def opened(**query) -> str:
    return open_page(OVERVIEW.path, **query).selectbox(key="data_set").value


def test_drawn_pictures_open_first_where_no_photos_are_here(clothing_and_scenes):
    assert opened() == "scenes"


def test_real_photos_open_first_where_they_are_here(clothing_and_scenes, artifacts):
    make_data_set(artifacts / "data" / "clothing")
    assert opened() == "clothing"


def test_a_data_set_without_runs_does_not_open_first(drawn_data_set):
    clothing = make_data_set(paths.published_folder() / "clothing", with_photos=False)
    make_run(clothing, "scratch")
    assert opened() == "clothing"


def test_the_address_decides(clothing_and_scenes):
    assert opened(data_set="clothing") == "clothing"


def test_overview_offers_the_other_data_set(clothing_and_scenes):
    page = open_page(OVERVIEW.path)
    assert "Drawn places and plants" in texts(page)
    page.button(key="go_clothing").click().run()
    assert not page.exception
    assert page.selectbox(key="data_set").value == "clothing"


def test_one_of_several_runs_is_chosen(tiny_data_set):
    for name in ("scratch-a", "scratch", "scratch-b"):
        make_run(tiny_data_set, "scratch", name=name)
    box = open_page(OVERVIEW.path).selectbox(key="run_scratch")
    assert box.options == ["scratch", "scratch-a", "scratch-b"]
    assert box.value == "scratch"
