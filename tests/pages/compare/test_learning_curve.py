"""The page "Too little data", without a browser."""

import json
from functools import partial

import pandas as pd
import pytest

from engine import runs
from engine.disk import paths
from pages.ui.navigation import LEARNING_CURVE, PAGES, offered
from tests.conftest import make_run
from tests.measures.test_little_data import table
from tests.page_runner import open_page, texts

open_learning_curve = partial(open_page, LEARNING_CURVE.path)


def save(data_set, root=None, **points):
    found = table(**points).assign(data_set_digest=data_set.digest)
    path = (root or paths.runs_folder()) / data_set.name / runs.LEARNING_CURVE_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    found.to_csv(path, index=False)
    return path


CURVE = {
    "scratch_2": (6, [0.3, 0.4, 0.35]),
    "scratch_all": (18, [0.5, 0.6, 0.55]),
    "resnet50_2": (6, [0.5, 0.56, 0.6]),
    "resnet50_all": (18, [0.9, 0.9, 0.9]),
}


@pytest.fixture
def measured(tiny_data_set):
    save(tiny_data_set, **CURVE)
    return tiny_data_set


def chart(page) -> dict:
    (found,) = page.get("plotly_chart")
    return json.loads(found.proto.spec)


def test_without_any_data_set(artifacts):
    assert "There is no data set yet" in texts(open_learning_curve())


def test_without_a_measurement(tiny_runs):
    page = open_learning_curve()
    assert "python -m engine learning-curve tiny" in page.info[0].value
    assert not page.get("plotly_chart")
    assert [one.value for one in page.title] == ["Too little data"]


def test_lines_words_and_numbers(measured):
    page = open_learning_curve()
    shown = texts(page)
    assert (
        "2 photos per class are enough for the frozen ResNet50 to name 56.0\u00a0% right: no fewer "
        "than 55.0\u00a0%, what the CNN from scratch reaches with 18 photos." in shown
    )
    assert "**ResNet50 is in its frozen phase**" in shown
    assert "the median of 3 seeds" in shown
    names = [one["name"] for one in chart(page)["data"]]
    assert names[1::2] == ["Scratch", "ResNet50, frozen phase"]
    numbers = page.table[0].value
    assert numbers.index.tolist() == ["2", "all"]
    assert numbers["Photos"].tolist() == ["6", "18"]
    assert numbers["🟠 CNN from scratch"].tolist() == [
        "35.0\u00a0% (30.0 to 40.0)",
        "55.0\u00a0% (50.0 to 60.0)",
    ]
    assert numbers["🔷 ResNet50, frozen"].iloc[1] == "90.0\u00a0% (90.0 to 90.0)"
    assert page.get("download_button")[0].proto.label == "Download as CSV"


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ({"scratch_all": (18, [0.5]), "resnet50_1": (3, [0.5])}, "1 photo per class is enough"),
        (
            {"scratch_all": (18, [0.5]), "resnet50_2": (6, [0.1]), "resnet50_all": (18, [0.6])},
            "needs all photos to reach 50.0\u00a0%",
        ),
        (
            {"scratch_all": (18, [0.5]), "resnet50_all": (18, [0.4])},
            "reaches 40.0\u00a0% at most, less than 50.0\u00a0%",
        ),
        ({"scratch_all": (18, [0.5])}, "Only one of the two models"),
        ({"resnet50_5": (15, [0.5])}, "Only one of the two models"),
    ],
)
def test_the_sentence_follows_from_the_numbers(tiny_data_set, points, said):
    save(tiny_data_set, **points)
    page = open_learning_curve()
    assert said in texts(page)
    assert len(page.table) == 1


def test_classes_with_fewer_photos_than_asked_are_named(tiny_data_set):
    save(tiny_data_set, scratch_7=(18, [0.5]), resnet50_7=(18, [0.6]))
    assert (
        "7 photos per class: fewer where a class has no more (cross 6, dot 6, stripe 6)."
        in texts(open_learning_curve())
    )


def test_runs_trained_in_full_stand_beside(measured):
    make_run(measured, "resnet50", wrong=1)
    mark = chart(open_learning_curve())["data"][-1]
    assert (mark["name"], mark["y"]) == ("Fine-tuned ResNet50, in full", [pytest.approx(500 / 6)])


def test_scratch_trained_in_full_is_what_counts(measured):
    make_run(measured, "scratch", wrong=1)
    assert (
        "needs all photos to reach 83.3\u00a0%, what the CNN from scratch reaches with 18 photos, "
        "trained in full." in texts(open_learning_curve())
    )


def test_of_other_photos(tiny_data_set):
    path = save(tiny_data_set, **CURVE)
    other = pd.read_csv(path).assign(data_set_digest="0" * 64)
    other.to_csv(path, index=False)
    page = open_learning_curve()
    assert "another version of these photos" in page.warning[0].value
    assert len(page.table) == 1


def test_a_damaged_file_is_named(measured):
    runs.learning_curve_paths("tiny")[0].write_text("no table\n")
    page = open_learning_curve()
    assert r"learning\_curve\.csv" in page.error[0].value
    assert not page.get("plotly_chart")


def test_a_new_measurement_shows_at_the_next_visit(tiny_data_set):
    save(tiny_data_set, paths.published_folder(), **CURVE)
    assert "35.0\u00a0% (30.0 to 40.0)" in open_learning_curve().table[0].value.to_string()
    save(tiny_data_set, **{**CURVE, "scratch_2": (6, [0.1, 0.1, 0.1])})
    assert "10.0\u00a0% (10.0 to 10.0)" in open_learning_curve().table[0].value.to_string()


def test_hostile_addresses(measured):
    page = open_learning_curve(data_set="../../etc", run_scratch="<script>", by="x" * 5000)
    assert len(page.table) == 1


def test_of_one_seed_there_is_no_range(tiny_data_set, tiny_runs):
    save(tiny_data_set, **{name: (photos, some[:1]) for name, (photos, some) in CURVE.items()})
    page = open_learning_curve()
    shown = texts(page)
    assert "One seed, and with it one draw of the photos" in shown
    assert "the median of" not in shown


def test_the_page_is_offered_where_the_data_set_was_measured(tiny_data_set, tiny_runs):
    assert LEARNING_CURVE not in offered("tiny")
    save(tiny_data_set, **CURVE)
    assert offered("tiny") == PAGES
    assert LEARNING_CURVE not in offered("scenes")
    assert LEARNING_CURVE not in offered(None)
