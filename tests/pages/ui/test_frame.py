"""What all pages share: which data set opens, and which runs are compared."""

import pytest
from streamlit.testing.v1 import AppTest

from engine.disk import paths
from pages.ui.navigation import OVERVIEW, PAGES, TRAIN, YOUR_RUNS
from tests.conftest import make_data_set, make_run
from tests.page_runner import TIMEOUT, open_page, texts
from tests.presets import BASELINES, MODELS
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


@pytest.fixture
def four_runs(tiny_runs, tiny_data_set):
    make_run(tiny_data_set, "scratch", name="scratch-b", wrong=3)
    make_run(tiny_data_set, "resnet50", name="again", wrong=2)


def chosen(page: AppTest) -> list[str]:
    """The runs in the boxes of the sidebar: left, right."""
    return [page.selectbox(key=f"{key}_box").value for key in ("left", "right")]


def headline(page: AppTest) -> str:
    return next(one.value for one in page.markdown if one.value.startswith("#### "))


def test_any_two_runs_are_compared(four_runs):
    page = open_page(OVERVIEW.path)
    assert chosen(page) == ["scratch", "resnet50"]
    for key in ("left", "right"):
        assert page.selectbox(key=f"{key}_box").options == [
            "scratch",
            "scratch-b",
            "resnet50",
            "again",
        ]
    page.selectbox(key="right_box").select("scratch-b").run()
    assert not page.exception
    assert chosen(page) == ["scratch", "scratch-b"]
    assert "the CNN from scratch (scratch-b) names **50.0" in headline(page)
    assert page.query_params["runs"] == "scratch~scratch-b"
    assert page.selectbox(key="right_box").label.startswith("Right: ▲")


def test_two_runs_change_places_where_one_is_chosen_on_the_other_side(four_runs):
    page = open_page(OVERVIEW.path)
    page.selectbox(key="left_box").select("resnet50").run()
    assert chosen(page) == ["resnet50", "scratch"]


def test_one_button_swaps_both(four_runs):
    page = open_page(OVERVIEW.path, runs="scratch-b~")
    assert "names **83.3" in headline(page)
    page.button(key="swap").click().run()
    assert chosen(page) == ["resnet50", "scratch-b"]
    assert page.query_params["runs"] == "resnet50~scratch-b"
    assert "the CNN from scratch (scratch-b) names **50.0" in headline(page)
    gap = next(one for one in page.metric if one.label == "Gap on test")
    assert gap.value == "-33.3 points"


@pytest.mark.parametrize(
    ("query", "runs"),
    [
        ({"run_scratch": "scratch-b"}, ["scratch-b", "resnet50"]),
        ({"run_resnet50": "again"}, ["scratch", "again"]),
        ({"run_scratch": "scratch-b", "run_resnet50": "again"}, ["scratch-b", "again"]),
        ({"run_scratch": "scratch-b", "left": "again"}, ["again", "resnet50"]),
        ({"run_scratch": "scratch-b", "runs": "again~"}, ["again", "resnet50"]),
        ({"runs": "again~scratch-b"}, ["again", "scratch-b"]),
        ({"runs": "~scratch"}, ["resnet50", "scratch"]),
        ({"runs": "again"}, ["again", "resnet50"]),
        ({"runs": "again~scratch~resnet50"}, ["again", "resnet50"]),
        ({"runs": "~" * 5000}, ["scratch", "resnet50"]),
        ({"left": "again", "right": "scratch-b"}, ["again", "scratch-b"]),
        ({"left": "<script>", "right": "../x"}, ["scratch", "resnet50"]),
        ({"left": "", "run_resnet50": "x" * 5000}, ["scratch", "resnet50"]),
    ],
)
def test_what_an_address_asks_for(four_runs, query, runs):
    assert chosen(open_page(OVERVIEW.path, **query)) == runs


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_a_run_beside_itself_is_said_and_never_paired(four_runs, page):
    shown = open_page(page.path, runs="again~again")
    assert chosen(shown) == ["again", "again"]
    said = "Left and right are the same run, again" in texts(shown)
    assert said == (page.title in SHOWS_RUNS)
    assert "Is the difference real?" not in [one.value for one in shown.subheader]


#: Pages whose numbers are those of the two runs.
SHOWS_RUNS = {
    "Overview",
    "Training curves",
    "Errors",
    "Calibration",
    "Robustness",
    "Live prediction",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_every_page_shows_two_runs_of_one_model(four_runs, page):
    shown = open_page(page.path, runs="scratch~scratch-b")
    assert chosen(shown) == ["scratch", "scratch-b"]


def test_one_run_alone_leaves_nothing_to_choose(tiny_data_set):
    make_run(tiny_data_set, "scratch")
    page = open_page(OVERVIEW.path, runs="scratch~scratch")
    assert [one.key for one in page.selectbox] == ["data_set_box"]
    assert not [one for one in page.button if one.key == "swap"]
    assert "has no run of Fine-tuned ResNet50 yet" in texts(page)


def test_two_runs_of_one_model_are_a_comparison(tiny_data_set):
    for name in ("scratch-a", "scratch-b"):
        make_run(tiny_data_set, "scratch", name=name)
    page = open_page(OVERVIEW.path)
    assert chosen(page) == ["scratch-a", "scratch-b"]
    assert "has no run of" not in texts(page)


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
    page = AppTest.from_file(PROJECT / "pages" / "entry.py", default_timeout=TIMEOUT)
    page.secrets["READ_ONLY"] = value
    page.switch_page(TRAIN.path).run()
    assert not page.exception
    assert "This is off here" in texts(page)
