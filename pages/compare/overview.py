"""Overview: the question, the answer in numbers, and what they cost."""

from functools import partial

import pandas as pd
import streamlit as st

from engine.data import CATALOG
from engine.measures import findings
from engine.measures.answers import SIDES, only_one_right
from engine.measures.comparison import Comparison
from engine.measures.source_report import source_report_table, stands_beside_the_report
from engine.text import percent
from engine.views.charts.accuracy import accuracy_chart
from engine.views.looks import Look, baseline_looks, looks_of
from engine.views.sentences import differences
from engine.views.sentences.method import how_measured
from engine.views.sentences.overview import (
    BESIDE_THE_REPORT,
    QUESTION,
    beside_the_report,
    cost_in_words,
    errors_per_100,
    head_alone,
    headline,
    interval,
    overtaking_sentence,
    splits_in_words,
)
from engine.views.sentences.verdict import interval_of_points, verdict, what_does_not_follow
from pages.ui import address, cache
from pages.ui.address import file_name
from pages.ui.answers import answer_caption
from pages.ui.baselines import show_least_to_try
from pages.ui.chart import show
from pages.ui.frame import need_runs, open_page, shows_a_comparison
from pages.ui.navigation import (
    CALIBRATION,
    DATA_SET,
    ERRORS,
    LEARNING_CURVE,
    LIVE_PREDICTION,
    OVERVIEW,
    ROBUSTNESS,
    STRESS_TEST,
    TRAIN,
    TRAINING_CURVES,
    link,
    offered,
)
from pages.ui.outcomes import outcome_tiles
from pages.ui.photos import photo_grid, photos_here
from pages.ui.tables import show_table
from pages.ui.text import plain

PHOTOS_EACH = 4


def main() -> None:
    comparison = open_page(OVERVIEW, QUESTION)
    looks = looks_of(comparison.sides)
    _data_set_line(comparison)
    need_runs(comparison, looks)
    if comparison.accuracies.empty:
        st.info("The runs hold no predictions for validation or test photos.")
        st.stop()
    st.markdown(f"#### {headline(comparison, looks)}")
    for note in head_alone(comparison):
        st.caption(plain(note))
    _cards(comparison, looks)
    baselines = findings.baseline_table(comparison.data_set.photos, comparison.baselines)
    drawn = {**looks_of(comparison.runs), **baseline_looks()}
    show(accuracy_chart(comparison.accuracies, baselines, drawn), key="accuracy")
    _report_button(comparison)
    _differences(comparison, looks)
    show_least_to_try(comparison, looks, baselines)
    _cost(comparison, looks)
    if comparison.evidence is not None:
        _is_it_real(comparison, looks)
        _only_one_right(comparison, looks)
    _next_pages(comparison)
    _how_measured(comparison, looks)


def _data_set_line(comparison: Comparison) -> None:
    data_set = comparison.data_set
    st.caption(
        f":material/photo_library: **{plain(data_set.title)}**: "
        f"{plain(data_set.description.rstrip('.'))}. {len(data_set.photos):,} photos in "
        f"{len(data_set.class_names)} classes: {splits_in_words(data_set)}."
    )
    others = [name for name in CATALOG if name != data_set.name and shows_a_comparison(name)]
    for name in others:
        st.button(
            f"Or look at {CATALOG[name].title}: {CATALOG[name].description.lower()}",
            icon=":material/swap_horiz:",
            type="tertiary",
            key=f"go_{name}",
            on_click=address.choose,
            args=(address.DATA_SET, name),
        )


def _cards(comparison: Comparison, looks: dict[str, Look]) -> None:
    sides = comparison.sides
    columns = st.columns(len(sides) + (comparison.evidence is not None))
    for column, (side, run) in zip(columns, sides.items(), strict=False):
        with column.container(border=True, height="stretch", gap="xsmall"):
            test = findings.accuracy_of(comparison.accuracies, run.name, "test")
            if test is not None:
                title = looks[side].marked(plain(looks[side].title))
                st.metric(f"{title}, test", percent(test["accuracy"]))
                st.caption(
                    f"95 % interval {interval(test)}  \n"
                    f"about **{errors_per_100(test)} in 100 photos**"
                )
            validation = findings.accuracy_of(comparison.accuracies, run.name, "validation")
            if validation is not None:
                st.caption(
                    f"Validation **{percent(validation['accuracy'])}**, "
                    f"95 % interval {interval(validation)}"
                )
    if comparison.evidence is not None:
        with columns[-1].container(border=True, height="stretch", gap="xsmall"):
            _gap_card(comparison, looks)


def _gap_card(comparison: Comparison, looks: dict[str, Look]) -> None:
    test, validation = (comparison.evidence_of(split) for split in ("test", "validation"))
    if test is not None:
        st.metric(
            "Gap on test",
            f"{100 * test.difference:+.1f} points",
            help=f"Percentage points: accuracy of {looks['right'].phrase} less that of "
            f"{looks['left'].phrase}, on the photos that both answered.",
        )
        st.caption(
            f"95 % interval {interval_of_points(test)}  \n"
            + ("**hardly chance**" if test.clear else "**it may be chance**")
        )
    if validation is not None:
        st.caption(f"Validation **{100 * validation.difference:+.1f} points**")


def _differences(comparison: Comparison, looks: dict[str, Look]) -> None:
    if not comparison.complete:
        return
    st.subheader(differences.TITLE)
    st.markdown(differences.what_differs(comparison))
    shown = differences.differences_in_words(comparison, looks)
    shown = shown.map(plain).rename(
        columns={look.short_title: look.marked(plain(look.short_title)) for look in looks.values()}
    )
    show_table(shown, differences.differences_in_full(comparison), "differences")


def _cost(comparison: Comparison, looks: dict[str, Look]) -> None:
    beside = stands_beside_the_report(comparison.runs)
    left, right = st.columns(2, gap="large") if beside else (st.container(), None)
    with left:
        st.subheader("What it took")
        costs = findings.cost_table(comparison.runs.values())
        names = {
            run.name: looks[side].marked(plain(looks[side].short_title))
            for side, run in comparison.sides.items()
        }
        show_table(cost_in_words(costs).rename(columns=names), costs, "what-it-took")
        processors = {plain(run.summary["processor"]) for run in comparison.runs.values()}
        st.caption(f"Trained on: {'; '.join(sorted(processors))}. Best epoch: on validation.")
    if beside:
        with right:
            _source_report(comparison)
    if sentence := overtaking_sentence(comparison, looks):
        st.markdown(f":material/timer: {sentence}")


def _source_report(comparison: Comparison) -> None:
    st.subheader("Beside the source report")
    rows = pd.DataFrame(beside_the_report(comparison), columns=["", "Report", "Here"])
    raw = source_report_table(comparison.accuracies, comparison.runs)
    show_table(rows.set_index(""), raw, "beside-the-source-report")
    st.caption(BESIDE_THE_REPORT)


def _is_it_real(comparison: Comparison, looks: dict[str, Look]) -> None:
    st.subheader("Is the difference real?")
    evidence, split = comparison.evidence, comparison.split
    outcome_tiles(evidence.counts, looks, split)
    st.markdown(verdict(evidence, split, looks))
    st.caption(what_does_not_follow(comparison, looks))


def _only_one_right(comparison: Comparison, looks: dict[str, Look]) -> None:
    st.subheader("Photos that only one model gets right")
    if not photos_here(comparison.data_set, "These examples"):
        return
    st.caption("Those where the model that is right was surest, with what each model said.")
    for column, side in zip(st.columns(2, gap="large"), reversed(SIDES), strict=True):
        with column:
            rows = only_one_right(comparison.pairs, side, PHOTOS_EACH)
            st.markdown(f"**{looks[side].marked(f'Only {plain(looks[side].phrase)} is right')}**")
            if rows.empty:
                st.caption("No photo.")
            captions = [answer_caption(row, looks) for _, row in rows.iterrows()]
            photo_grid(comparison.data_set, rows["image_id"], captions)


def _next_pages(comparison: Comparison) -> None:
    st.subheader("Where to look next")
    texts = {
        DATA_SET: "What do the photos look like, and what does a model see of them?",
        TRAINING_CURVES: "How fast did each model learn, and when did it start to overfit?",
        LEARNING_CURVE: "What if there were five photos a class, or twenty?",
        ERRORS: "Which classes are confused, and which mistakes are made with full confidence?",
        CALIBRATION: "When a model says it is 90 % sure, is it right nine times in ten?",
        ROBUSTNESS: "When photos are turned, dark or blurred, which model breaks first?",
        LIVE_PREDICTION: "Show both models a photo of your own.",
        STRESS_TEST: "Move the thing in a drawn picture until a model breaks.",
        TRAIN: "Bring photos of your own, and watch both models learn them.",
    }
    available = offered(comparison.data_set.name)
    pages = [page for page in texts if page in available]
    # Three a row: more would cut their titles.
    for start in range(0, len(pages), 3):
        for column, page in zip(st.columns(3), pages[start : start + 3], strict=False):
            with column.container(border=True, height="stretch", gap="xsmall"):
                link(page, f"**{page.title}**")
                st.caption(texts[page])


def _how_measured(comparison: Comparison, looks: dict[str, Look]) -> None:
    with st.expander("How this was measured", icon=":material/straighten:"):
        rules = how_measured(comparison, looks)
        st.markdown("\n".join(f"- **{title}.** {sentences}" for title, sentences in rules))


def _report_button(comparison: Comparison) -> None:
    """One file of everything, made when it is asked for: the button turns while it is."""
    st.download_button(
        "Download the report",
        partial(cache.report, comparison),
        file_name=f"{file_name('report')}.html",
        mime="text/html",
        icon=":material/summarize:",
        key="report",
        on_click="ignore",
        help="The whole comparison as one file of 2 MB that opens in any browser, without a "
        "network: charts, tables, how it was measured, and how to do it again.",
    )


main()
