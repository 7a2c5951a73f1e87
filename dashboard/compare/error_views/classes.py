"""Class by class: how the matrices differ, and the scores of each class."""

import pandas as pd
import streamlit as st

from dashboard.compare.error_views.answers import Answers, shown_classes, sides_of
from dashboard.ui.chart import show
from dashboard.ui.tables import show_sortable
from engine.views.charts import confusion
from engine.views.charts.theme import MODEL_ICONS, TITLES
from engine.views.sentences import errors as sentences


def class_by_class(answers: dict[str, Answers], report: pd.DataFrame, split: str) -> None:
    """The difference of the matrices, and the scores of each class as a chart and a table."""
    sides = sides_of(answers)
    if len(sides) == 1:
        scores_chart(report, sides)
    else:
        difference, scores = st.columns(2)
        with difference:
            shown = shown_classes(answers)
            show(
                confusion.difference_figure(
                    *(one.counts for one in answers.values()),
                    *(one.values.loc[shown, shown] for one in answers.values()),
                ),
                key="difference",
            )
            st.caption(sentences.DIFFERENCE)
        with scores:
            scores_chart(report, sides)
    scores_table(report, sides, split)


@st.fragment
def scores_chart(report: pd.DataFrame, sides: dict[str, str]) -> None:
    """One score of each class, the score in the address."""
    score = st.segmented_control(
        "Score",
        list(confusion.SCORE_TITLES.values()),
        default=confusion.SCORE_TITLES["recall"],
        required=True,
        key="score",
        bind="query-params",
        help=sentences.SCORES,
    )
    (score,) = (name for name, title in confusion.SCORE_TITLES.items() if title == score)
    show(confusion.scores_figure(report, score, sides), key="scores")


def scores_table(report: pd.DataFrame, sides: dict[str, str], split: str) -> None:
    """Precision, recall, F1 and support of each class; a click on a header sorts."""
    table, settings = pd.DataFrame({"Class": report["class_name"]}), {}
    settings["Class"] = st.column_config.TextColumn(pinned=True)
    table["Photos"] = report["support"]
    settings["Photos"] = st.column_config.NumberColumn(help="Support: photos of this true label.")
    for score, title in confusion.SCORE_TITLES.items():
        for side, model in sides.items():
            header = f"{title} {MODEL_ICONS[model]}"
            table[header] = 100 * report[f"{score}_{side}"]
            settings[header] = st.column_config.NumberColumn(
                format="%.0f %%", help=f"{title} of {TITLES[model]}."
            )
        if len(sides) > 1:
            header = f"{title} Δ"
            table[header] = 100 * report[f"{score}_difference"]
            settings[header] = st.column_config.NumberColumn(
                format="%+.0f", help=f"{title} of ResNet50 less scratch, in percentage points."
            )
    show_sortable(
        table,
        report,
        f"scores-by-class-{split}",
        hide_index=True,
        column_config=settings,
        height=min(35 * len(table) + 38, 560),
    )
