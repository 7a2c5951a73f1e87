"""Overview: the question, the answer in numbers, and what they cost."""

from functools import partial

import pandas as pd
import streamlit as st

from dashboard.ui import address, cache
from dashboard.ui.address import file_name
from dashboard.ui.answers import answer_caption
from dashboard.ui.baselines import show_least_to_try
from dashboard.ui.chart import show
from dashboard.ui.frame import Comparison, has_both_models, need_runs, open_page
from dashboard.ui.navigation import (
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
from dashboard.ui.outcomes import outcome_tiles
from dashboard.ui.photos import photo_grid, photos_here
from dashboard.ui.tables import show_table
from dashboard.ui.text import plain
from engine.data import CATALOG
from engine.errors import EngineError
from engine.measures import findings
from engine.measures.answers import SIDES, only_one_right, paired_table, prediction_table
from engine.measures.evidence import Evidence, paired_evidence
from engine.text import percent
from engine.views.charts.accuracy import accuracy_chart
from engine.views.looks import Look, baseline_looks, looks_of, side_looks
from engine.views.sentences.method import how_measured
from engine.views.sentences.overview import (
    ANOTHER_VERSION,
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
from engine.views.sentences.verdict import WHAT_DOES_NOT_FOLLOW, interval_of_points, verdict

PHOTOS_EACH = 4


def main() -> None:
    comparison = open_page(OVERVIEW, QUESTION)
    _data_set_line(comparison)
    need_runs(comparison, both=False)
    table = findings.accuracy_table(
        {model: run.predictions for model, run in comparison.runs.items()}
    )
    if table.empty:
        st.info("The runs hold no predictions for validation or test photos.")
        st.stop()
    split = "test" if (table["split"] == "test").any() else "validation"
    pairs = _paired(comparison, split)
    evidence = None if pairs is None else paired_evidence(pairs)
    _headline(comparison, table, split, evidence)
    looks = {**looks_of(comparison.runs), **baseline_looks()}
    _cards(comparison, looks, table, evidence)
    baselines = findings.baseline_table(comparison.data_set.photos, comparison.baselines)
    show(accuracy_chart(table, baselines, looks), key="accuracy")
    _report_button(comparison)
    show_least_to_try(comparison, baselines, split)
    left, right = st.columns(2, gap="large")
    with left:
        _cost(comparison, looks)
    with right:
        _source_report(comparison, table)
    if evidence is not None:
        _is_it_real(split, evidence)
        _only_one_right(comparison, pairs)
    _next_pages(comparison)
    _how_measured(comparison)


def _data_set_line(comparison: Comparison) -> None:
    data_set = comparison.data_set
    st.caption(
        f":material/photo_library: **{plain(data_set.title)}**: "
        f"{plain(data_set.description.rstrip('.'))}. {len(data_set.photos):,} photos in "
        f"{len(data_set.class_names)} classes: {splits_in_words(data_set)}."
    )
    others = [name for name in CATALOG if name != data_set.name and has_both_models(name)]
    for name in others:
        st.button(
            f"Or look at {CATALOG[name].title}: {CATALOG[name].description.lower()}",
            icon=":material/swap_horiz:",
            type="tertiary",
            key=f"go_{name}",
            on_click=address.choose,
            args=(address.DATA_SET, name),
        )


def _paired(comparison: Comparison, split: str) -> pd.DataFrame | None:
    """What both models said about each photo of the split; None if there is but one model."""
    if not comparison.complete:
        return None
    tables = [
        prediction_table(part.image_ids, part.y_true, part.y_prob, part.class_names)
        for part in (run.predictions.of_split(split) for run in comparison.runs.values())
    ]
    try:
        return paired_table(*tables)
    except EngineError as error:
        st.warning(str(error), icon=":material/warning:")
        return None


def _headline(
    comparison: Comparison, table: pd.DataFrame, split: str, evidence: Evidence | None
) -> None:
    digests = {run.config.data_set_digest for run in comparison.runs.values()}
    if len(digests | {comparison.data_set.digest}) > 1:
        st.warning(ANOTHER_VERSION, icon=":material/difference:")
    st.markdown(f"#### {headline(table, split, evidence)}")
    if note := head_alone(comparison.runs):
        st.caption(plain(note))


def _cards(
    comparison: Comparison,
    looks: dict[str, Look],
    table: pd.DataFrame,
    evidence: Evidence | None,
) -> None:
    columns = st.columns(len(comparison.runs) + comparison.complete)
    for column, model in zip(columns, comparison.runs, strict=False):
        with column.container(border=True, height="stretch", gap="xsmall"):
            test = findings.accuracy_of(table, model, "test")
            if test is not None:
                title = looks[model].marked(f"{plain(looks[model].title)}, test")
                st.metric(title, percent(test["accuracy"]))
                st.caption(
                    f"95 % interval {interval(test)}  \n"
                    f"about **{errors_per_100(test)} in 100 photos**"
                )
            validation = findings.accuracy_of(table, model, "validation")
            if validation is not None:
                st.caption(
                    f"Validation **{percent(validation['accuracy'])}**, "
                    f"95 % interval {interval(validation)}"
                )
    if comparison.complete:
        with columns[-1].container(border=True, height="stretch", gap="xsmall"):
            _gap_card(comparison, table, evidence)


def _gap_card(comparison: Comparison, table: pd.DataFrame, evidence: Evidence | None) -> None:
    test, validation = (
        findings.accuracy_gap(table, *comparison.runs, split) for split in ("test", "validation")
    )
    if test is not None:
        st.metric(
            "Gap on test",
            f"{100 * test:+.1f} points",
            help="Percentage points: accuracy of the fine-tuned ResNet50 less that of the CNN "
            "from scratch.",
        )
        if evidence is not None:
            st.caption(
                f"95 % interval {interval_of_points(evidence)}  \n"
                + ("**hardly chance**" if evidence.clear else "**it may be chance**")
            )
    if validation is not None:
        st.caption(f"Validation **{100 * validation:+.1f} points**")


def _cost(comparison: Comparison, looks: dict[str, Look]) -> None:
    st.subheader("What it took")
    costs = findings.cost_table(comparison.runs)
    shown = cost_in_words(costs).rename(
        columns={key: look.marked(plain(look.short_title)) for key, look in looks.items()}
    )
    show_table(shown, costs, "what-it-took")
    processors = {plain(run.summary["processor"]) for run in comparison.runs.values()}
    st.caption(f"Trained on: {'; '.join(sorted(processors))}. Best epoch: on validation.")


def _source_report(comparison: Comparison, table: pd.DataFrame) -> None:
    st.subheader("Beside the source report")
    histories = {model: run.history for model, run in comparison.runs.items()}
    rows = pd.DataFrame(beside_the_report(table, histories), columns=["", "Report", "Here"])
    raw = findings.source_report_table(table, histories)
    show_table(rows.set_index(""), raw, "beside-the-source-report")
    st.caption(BESIDE_THE_REPORT)
    if comparison.complete:
        sentence = overtaking_sentence(histories["resnet50"], histories["scratch"])
        st.markdown(f":material/timer: {sentence}")


def _is_it_real(split: str, evidence: Evidence) -> None:
    st.subheader("Is the difference real?")
    outcome_tiles(evidence.counts, split)
    st.markdown(verdict(evidence, split))
    st.caption(WHAT_DOES_NOT_FOLLOW)


def _only_one_right(comparison: Comparison, pairs: pd.DataFrame) -> None:
    st.subheader("Photos that only one model gets right")
    sides = side_looks(comparison.runs)
    found = {side: only_one_right(pairs, side) for side in reversed(SIDES)}
    if not photos_here(comparison.data_set, "These examples"):
        return
    st.caption("Those where the model that is right was surest, with what each model said.")
    for column, (side, rows) in zip(st.columns(2, gap="large"), found.items(), strict=True):
        with column:
            st.markdown(f"**{sides[side].marked(f'Only {plain(sides[side].phrase)} is right')}**")
            if rows.empty:
                st.caption("No photo.")
            shown = rows.head(PHOTOS_EACH)
            captions = [answer_caption(row, sides) for _, row in shown.iterrows()]
            photo_grid(comparison.data_set, shown["image_id"], captions)


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


def _how_measured(comparison: Comparison) -> None:
    seeds = {model: run.config.recipe.seed for model, run in comparison.runs.items()}
    with st.expander("How this was measured", icon=":material/straighten:"):
        rules = how_measured(comparison.data_set, seeds)
        st.markdown("\n".join(f"- **{title}.** {sentences}" for title, sentences in rules))


def _report_button(comparison: Comparison) -> None:
    """One file of everything, made when it is asked for: the button turns while it is."""
    st.download_button(
        "Download the report",
        partial(
            cache.report,
            comparison.data_set,
            comparison.runs,
            [*comparison.all_runs, *comparison.baselines.values()],
            comparison.problems,
        ),
        file_name=f"{file_name('report')}.html",
        mime="text/html",
        icon=":material/summarize:",
        key="report",
        on_click="ignore",
        help="The whole comparison as one file of 2 MB that opens in any browser, without a "
        "network: charts, tables, how it was measured, and how to do it again.",
    )


main()
