"""Calibration: how far a model's own certainty can be trusted."""

import streamlit as st

from engine.measures import calibration
from engine.measures.comparison import Comparison
from engine.text import percent
from engine.views.charts.calibration import coverage_chart, reliability_chart
from engine.views.looks import Look, looks_of
from engine.views.sentences.calibration import (
    CALIBRATION_ERROR,
    COVERAGE,
    QUESTION,
    RELIABILITY,
    rejections_in_words,
    sure_and_right,
    why_it_passes,
)
from pages.ui.chart import show
from pages.ui.frame import need_runs, open_page
from pages.ui.navigation import CALIBRATION, LIVE_PREDICTION, link
from pages.ui.split import choose_split
from pages.ui.tables import show_table
from pages.ui.text import plain


def main() -> None:
    comparison = open_page(CALIBRATION, QUESTION)
    looks = looks_of(comparison.sides)
    need_runs(comparison, looks)
    split = choose_split("calibration_split")
    sides = comparison.sides
    answers = {
        side: calibration.confidence_and_correct(run.predictions.of_split(split))
        for side, run in sides.items()
    }
    in_words(answers, looks)
    rejections = {
        side: calibration.choose_rejection(run.predictions) for side, run in sides.items()
    }
    draw_charts(answers, looks, rejections)
    none_of_these(comparison, looks)


def in_words(answers: dict, looks: dict[str, Look]) -> None:
    """For each run: how sure it is on average, how often right, and the calibration error."""
    for column, (side, (confidence, correct)) in zip(
        st.columns(len(answers)), answers.items(), strict=True
    ):
        with column.container(border=True, height="stretch", gap="xsmall"):
            error = calibration.expected_calibration_error(confidence, correct)
            st.metric(
                looks[side].marked(f"{plain(looks[side].title)}, calibration error"),
                f"{100 * error:.1f} points",
                help=CALIBRATION_ERROR,
            )
            st.caption(sure_and_right(confidence, correct))


def draw_charts(answers: dict, looks: dict[str, Look], rejections: dict) -> None:
    """The reliability diagram, and accuracy against coverage."""
    left, right = st.columns(2, gap="medium")
    with left:
        show(
            reliability_chart(
                {side: calibration.reliability_table(*one) for side, one in answers.items()},
                looks,
            ),
            key="reliability",
        )
        st.caption(RELIABILITY)
    with right:
        coverage = {side: calibration.coverage_table(*one) for side, one in answers.items()}
        marks = {
            side: calibration.accuracy_above(coverage[side], rejection.threshold)
            for side, rejection in rejections.items()
        }
        marks = {side: mark for side, mark in marks.items() if mark is not None}
        show(coverage_chart(coverage, marks, looks), key="coverage")
        st.caption(COVERAGE)


def none_of_these(comparison: Comparison, looks: dict[str, Look]) -> None:
    """When Live prediction answers "none of these, probably", and how well that works."""
    st.subheader("“None of these, probably”")
    st.markdown(why_it_passes(len(comparison.data_set.class_names)))
    table = calibration.rejection_table(comparison.runs.values())
    names = {
        run.name: looks[side].marked(plain(looks[side].short_title))
        for side, run in comparison.sides.items()
    }
    shown = rejections_in_words(table).rename(index=plain, columns=names)
    show_table(shown, table, "none-of-these")
    missing = [run for run in comparison.runs.values() if run.out_of_distribution is None]
    if missing:
        names = " ".join(run.name for run in missing)
        st.info(
            "How often it notices pictures that are none of its classes has not been measured yet "
            "for every run. Measure it at a terminal:\n```\npython -m engine out-of-distribution "
            f"{comparison.data_set.name} {names}\n```",
            icon=":material/monitoring:",
        )
    named_most(comparison, looks)
    link(LIVE_PREDICTION, "Try it with a picture of your own")


def named_most(comparison: Comparison, looks: dict[str, Look]) -> None:
    """What out-of-distribution pictures are called most often."""
    sentences = []
    for side, run in comparison.sides.items():
        if run.out_of_distribution is None:
            continue
        shares = run.out_of_distribution["predicted"].value_counts(normalize=True).head(2)
        said = " and ".join(
            f"**{plain(name)}** ({percent(one, 0)})" for name, one in shares.items()
        )
        sentences.append(f"{looks[side].marked(plain(looks[side].short_title))} says {said}.")
    if sentences:
        st.markdown("What they are called most often: " + " ".join(sentences))


main()
