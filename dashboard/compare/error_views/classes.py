"""Class by class: how the matrices differ, and the scores of each class."""

import pandas as pd
import streamlit as st

from dashboard.compare.error_views.answers import Answers, shown_classes
from dashboard.ui.chart import show
from dashboard.ui.frame import Comparison
from dashboard.ui.tables import show_sortable
from engine.measures.answers import SIDES
from engine.views.charts import confusion
from engine.views.charts.scores import SCORE_TITLES, scores_figure
from engine.views.looks import Look, mid_sentence, side_looks
from engine.views.sentences import errors as sentences


def class_by_class(
    comparison: Comparison, answers: dict[str, Answers], report: pd.DataFrame, split: str
) -> None:
    """The difference of the matrices, and the scores of each class as a chart and a table."""
    sides = side_looks(comparison.runs)
    if len(sides) == 1:
        scores_chart(report, sides)
    else:
        difference, scores = st.columns(2)
        with difference:
            shown = shown_classes(answers)
            counts = [one.counts for one in answers.values()]
            values = [one.values.loc[shown, shown] for one in answers.values()]
            show(
                confusion.difference_figure(
                    dict(zip(SIDES, counts, strict=True)),
                    dict(zip(SIDES, values, strict=True)),
                    sides,
                ),
                key="difference",
            )
            st.caption(sentences.DIFFERENCE)
        with scores:
            scores_chart(report, sides)
    scores_table(report, sides, split)


@st.fragment
def scores_chart(report: pd.DataFrame, sides: dict[str, Look]) -> None:
    """One score of each class, the score in the address."""
    score = st.segmented_control(
        "Score",
        list(SCORE_TITLES.values()),
        default=SCORE_TITLES["recall"],
        required=True,
        key="score",
        bind="query-params",
        help=sentences.SCORES,
    )
    (score,) = (name for name, title in SCORE_TITLES.items() if title == score)
    show(scores_figure(report, score, sides), key="scores")


def scores_table(report: pd.DataFrame, sides: dict[str, Look], split: str) -> None:
    """Precision, recall, F1 and support of each class; a click on a header sorts."""
    table, settings = pd.DataFrame({"Class": report["class_name"]}), {}
    settings["Class"] = st.column_config.TextColumn(pinned=True)
    table["Photos"] = report["support"]
    settings["Photos"] = st.column_config.NumberColumn(help="Support: photos of this true label.")
    difference = " less ".join(
        mid_sentence(sides[side].short_title) for side in reversed(SIDES) if side in sides
    )
    for score, title in SCORE_TITLES.items():
        for side, look in sides.items():
            header = f"{title} {look.icon}"
            table[header] = 100 * report[f"{score}_{side}"]
            settings[header] = st.column_config.NumberColumn(
                format="%.0f %%", help=f"{title} of {look.title}."
            )
        if len(sides) > 1:
            header = f"{title} Δ"
            table[header] = 100 * report[f"{score}_difference"]
            settings[header] = st.column_config.NumberColumn(
                format="%+.0f", help=f"{title} of {difference}, in percentage points."
            )
    show_sortable(
        table,
        report,
        f"scores-by-class-{split}",
        hide_index=True,
        column_config=settings,
        height=min(35 * len(table) + 38, 560),
    )
