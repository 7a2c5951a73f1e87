"""What the report's chapters hold; `test_report_page` looks at them as a page."""

import dataclasses

import pandas as pd
import pytest

from engine import runs
from engine.disk import paths
from engine.measures.comparison import load_comparison
from engine.views.looks import look_of_model
from engine.views.report import SECTIONS
from engine.views.report.parts import Beside, Cards, Table, Text, charts_of
from engine.views.report.sections.answer import answer, baselines, evidence
from engine.views.report.sections.calibration import calibration
from engine.views.report.sections.data_set import data_set
from engine.views.report.sections.errors import class_differences, errors
from engine.views.report.sections.little_data import little_data
from engine.views.report.sections.method import method
from engine.views.report.sections.robustness import robustness
from engine.views.report.sections.training import training
from tests.conftest import make_run
from tests.measures.test_comparison import without
from tests.pages.compare.test_learning_curve import CURVE, save


@pytest.fixture
def comparison(tiny_runs):
    return load_comparison("tiny")


def tables(section):
    found = {}
    for part in section.parts:
        for one in part.parts if isinstance(part, Beside) else [part]:
            if isinstance(one, Table):
                found[one.name] = one
    return found


def test_names_are_used_once(comparison):
    sections = [section for section in (make(comparison) for make in SECTIONS) if section]
    names = [section.name for section in sections]
    charts = [chart.name for section in sections for chart in charts_of(section.parts)]
    files = [name for section in sections for name in tables(section)]
    for some in (names, charts, files):
        assert len(set(some)) == len(some)


def test_answer(comparison):
    section = answer(comparison)
    cards = next(part for part in section.parts if isinstance(part, Cards)).cards
    assert [(card.value, card.colour) for card in cards] == [
        ("33.3\u00a0%", look_of_model("scratch").colour),
        ("83.3\u00a0%", look_of_model("resnet50").colour),
        ("+50.0 points", None),
    ]
    assert tables(section)["accuracy"].raw["accuracy"].iloc[0] == pytest.approx(1 / 3)


def test_photos_of_another_version_are_a_warning(comparison):
    changed = dataclasses.replace(comparison.data_set, digest="0" * 64)
    section = answer(dataclasses.replace(comparison, data_set=changed))
    assert [part.style for part in section.parts if isinstance(part, Text)] == ["lead", "warning"]


def test_evidence_counts_all_outcomes(comparison):
    section = evidence(comparison)
    # Three photos to none: 2 / 2^3.
    shown = tables(section)["evidence"].shown[""]
    assert shown.loc["Exact McNemar test"] == "p = 0.25"
    assert shown.loc["Accuracy, ResNet50 less scratch"] == "+50.0 points"
    assert tables(section)["evidence"].raw["only right"].tolist() == [3]
    cards = section.parts[0].cards
    assert [(card.value, card.colour) for card in cards] == [
        ("3", look_of_model("resnet50").colour),
        ("0", look_of_model("scratch").colour),
        ("1", None),
        ("2", None),
    ]


def test_data_set_counts_photos(comparison):
    found = tables(data_set(comparison))
    assert found["data-set"].shown.loc["Licence"].item() == "CC0"
    assert "Left out" not in found["data-set"].shown.index
    assert found["photos-per-class"].raw["total"].tolist() == [10, 10, 10]


def test_data_set_says_who_made_the_photos(comparison):
    assert "Photos by" not in tables(data_set(comparison))["data-set"].shown.index
    made = dataclasses.replace(comparison.data_set, attribution="Ann Other")
    found = tables(data_set(dataclasses.replace(comparison, data_set=made)))
    assert found["data-set"].shown.loc["Photos by"].item() == "Ann Other"


def test_scores_of_each_class(comparison):
    found = tables(errors(comparison))
    assert found["scores-by-class"].shown.columns[1:3].tolist() == [
        "Precision, Scratch",
        "Precision, ResNet50",
    ]
    assert found["confusions-scratch"].raw.columns.tolist() == [
        "True label",
        "cross",
        "dot",
        "stripe",
    ]
    assert tables(class_differences(comparison))["class-differences"].raw["photos"].sum() == 6


def test_scores_stand_apart_where_the_photos_differ(comparison):
    ids = comparison.data_set.photos["image_id"]
    apart = dataclasses.replace(
        comparison,
        left=without(comparison.left, ids[::2]),
        right=without(comparison.right, ids[1::2]),
    )
    assert apart.pairs is None
    assert {"scores-by-class-scratch", "scores-by-class-resnet50"} <= set(tables(errors(apart)))
    assert class_differences(apart) is None
    assert evidence(apart) is None


def test_calibration_shows_out_of_distribution_where_it_was_measured(comparison, tiny_runs):
    name = "none-of-these"
    assert len(tables(calibration(comparison))[name].shown) == 2
    rows = [("scenes/a.png", "dot", 0.3), ("scenes/b.png", "dot", 0.9)]
    for run in tiny_runs.values():
        table = pd.DataFrame(rows, columns=list(runs.OUT_OF_DISTRIBUTION_COLUMNS))
        runs.save_out_of_distribution(run.folder, table)
    shown = tables(calibration(load_comparison("tiny")))[name].shown
    assert shown.loc["Noticed, of 2 pictures of scenes", "Scratch"].startswith("50.0\u00a0% (")


def test_robustness_compares_every_run_that_was_measured(comparison, tiny_runs, tiny_data_set):
    assert robustness(comparison) is None
    plain = make_run(tiny_data_set, "scratch", name="plain", root=paths.runs_folder())
    for run, parameters in (
        (tiny_runs["scratch"], ["rotation", "jpeg_quality"]),
        (plain, ["rotation"]),
    ):
        rows = [(name, value, 0.5, 6) for name in parameters for value in (0.0, 90.0)]
        runs.save_robustness(run.folder, pd.DataFrame(rows, columns=list(runs.ROBUSTNESS_COLUMNS)))
    section = robustness(load_comparison("tiny"))
    first, second = charts_of(section.parts)
    names = {one.name for one in first.figure.data if one.name}  # bands have none
    assert names == {"CNN from scratch", "CNN from scratch (plain)"}
    assert [one.name for one in second.figure.data if one.name] == ["CNN from scratch"]
    assert second.alt.startswith("Accuracy on the test split against JPEG quality")
    shown = tables(section)["robustness"].shown
    assert shown.loc["Rotation 90°"].tolist() == ["50.0\u00a0%"] * 2
    assert shown.loc["JPEG quality 0"].tolist().count("") == 1


def test_settings_and_versions(comparison):
    facts = tables(method(comparison))["settings"].shown
    assert facts.loc["Seed"].tolist() == ["1", "1"]
    assert facts.loc["Settings are those of the preset"].tolist() == ["no", "no"]
    assert "Versions" not in facts.index


def test_baselines_are_compared_with_both_models(comparison, tiny_data_set):
    _, table, _ = baselines(comparison).parts
    assert table.shown.index.tolist() == ["Most frequent class"]
    make_run(tiny_data_set, "baseline-hog", wrong=0)
    found = load_comparison("tiny")
    text, table, _ = baselines(found).parts
    assert "names 100.0\u00a0% of the 6 test photos right" in text.sentences
    assert table.raw["model"].tolist() == ["baseline-majority"] * 2 + ["baseline-hog"] * 2
    (accuracy, *_) = charts_of(training(found).parts)
    assert "colours + HOG<br>100 %" in accuracy.figure.data[-2].text


def test_little_data_is_told_where_it_was_measured(comparison, tiny_data_set):
    assert little_data(comparison) is None
    path = save(tiny_data_set, **CURVE)
    lead, chart, _, numbers = little_data(load_comparison("tiny")).parts
    assert lead.sentences.startswith("2 photos per class are enough for the frozen ResNet50")
    assert len(chart.figure.data) == 6  # line, band and hollow mark of each model
    assert numbers.shown.loc["all", "Photos"] == "18"
    save(dataclasses.replace(tiny_data_set, digest="0" * 64), **CURVE)
    assert little_data(load_comparison("tiny")) is None
    path.write_text("no table", encoding="utf-8")
    (warning,) = little_data(load_comparison("tiny")).parts
    assert warning.style == "warning"
    assert "learning_curve.csv" in warning.sentences
