"""What the chosen runs say about the photos of the chosen split: what every view starts from."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from engine.measures import metrics
from engine.measures.comparison import prediction_table_of
from engine.runs import Predictions, Run

SHARES, COUNTS = "% of true label", "Photos"
#: Two rows at 1280 px; each photo takes a browser 10 ms.
PHOTOS_A_PAGE = 10
#: A matrix of more classes cannot be read; the boxes and the table keep all of them.
MOST_CLASSES = 30


@dataclass(frozen=True, eq=False)
class Answers:
    """What one run says about the photos of the split.

    Attributes:
        run: Which run.
        table: `engine.measures.answers.prediction_table`.
        report: `engine.measures.metrics.per_class_report`.
        counts: `engine.measures.metrics.confusion_table` in photos.
        values: What the cells show: `counts`, or shares of each true label.
    """

    run: Run
    table: pd.DataFrame
    report: pd.DataFrame
    counts: pd.DataFrame
    values: pd.DataFrame


def read_answers(run: Run, part: Predictions, cells: str) -> Answers:
    """The answers of a run to the photos of one split that are shown."""
    labels = (part.y_true, part.y_pred, part.class_names)
    counts = metrics.confusion_table(*labels)
    shares = cells == SHARES
    return Answers(
        run=run,
        table=prediction_table_of(part),
        report=metrics.per_class_report(*labels),
        counts=counts,
        values=metrics.confusion_table(*labels, normalize="true") if shares else counts,
    )


def shown_classes(answers: dict[str, Answers]) -> list[str]:
    """The classes of the matrices: all, or those with the most mistakes."""
    counts = [one.counts for one in answers.values()]
    names = list(counts[0].index)
    return [names[at] for at in metrics.most_confused_classes(counts, MOST_CLASSES)]


def first_page(key: str) -> None:
    """Another choice starts on its first page of photos."""
    if st.session_state.get(key, 1) != 1:
        st.session_state[key] = 1
