"""Class by class: how the matrices differ, and the scores of each class."""

import pandas as pd
import streamlit as st

from engine.views.charts import confusion
from engine.views.charts.scores import SCORE_TITLES, scores_figure
from engine.views.looks import Look
from engine.views.sentences import errors as sentences
from engine.views.sentences.verdict import less
from pages.compare.error_views.answers import Answers, shown_classes
from pages.ui.chart import show
from pages.ui.tables import show_sortable


def class_by_class(
    answers: dict[str, Answers], looks: dict[str, Look], report: pd.DataFrame, split: str
) -> None:
    """The difference of the matrices, and the scores of each class as a chart and a table."""
    if len(looks) == 1:
        scores_chart(report, looks)
    else:
        difference, scores = st.columns(2)
        with difference:
            shown = shown_classes(answers)
            show(
                confusion.difference_figure(
                    {side: one.counts for side, one in answers.items()},
                    {side: one.values.loc[shown, shown] for side, one in answers.items()},
                    looks,
                ),
                key="difference",
            )
            st.caption(sentences.difference_in_words(looks))
        with scores:
            scores_chart(report, looks)
    scores_table(report, looks, split)


@st.fragment
def scores_chart(report: pd.DataFrame, looks: dict[str, Look]) -> None:
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
    show(scores_figure(report, score, looks), key="scores")


def scores_table(report: pd.DataFrame, looks: dict[str, Look], split: str) -> None:
    """Precision, recall, F1 and support of each class; a click on a header sorts."""
    table, settings = pd.DataFrame({"Class": report["class_name"]}), {}
    settings["Class"] = st.column_config.TextColumn(pinned=True)
    table["Photos"] = report["support"]
    settings["Photos"] = st.column_config.NumberColumn(help="Support: photos of this true label.")
    for score, title in SCORE_TITLES.items():
        for side, look in looks.items():
            header = f"{title} {look.icon}"
            table[header] = 100 * report[f"{score}_{side}"]
            settings[header] = st.column_config.NumberColumn(
                format="%.0f %%", help=f"{title} of {look.title}."
            )
        if len(looks) > 1:
            header = f"{title} Δ"
            table[header] = 100 * report[f"{score}_difference"]
            settings[header] = st.column_config.NumberColumn(
                format="%+.0f", help=f"{title} of {less(looks)}, in percentage points."
            )
    show_sortable(
        table,
        report,
        f"scores-by-class-{split}",
        hide_index=True,
        column_config=settings,
        height=min(35 * len(table) + 38, 560),
    )
