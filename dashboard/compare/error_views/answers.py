"""What the chosen runs say about the photos of the chosen split: what every view starts from."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from engine.measures import metrics
from engine.measures.answers import prediction_table
from engine.runs import Run
from engine.views.looks import Look

SHARES, COUNTS = "% of true label", "Photos"
#: Two rows at 1280 px; each photo takes a browser 10 ms.
PHOTOS_A_PAGE = 10
#: A matrix of more classes cannot be read; the boxes and the table keep all of them.
MOST_CLASSES = 30


@dataclass(frozen=True, eq=False)
class Answers:
    """What one run says about the photos of the split.

    Attributes:
        look: Of the run.
        table: `engine.measures.answers.prediction_table`.
        report: `engine.measures.metrics.per_class_report`.
        counts: `engine.measures.metrics.confusion_table` in photos.
        values: What the cells show: `counts`, or shares of each true label.
    """

    look: Look
    table: pd.DataFrame
    report: pd.DataFrame
    counts: pd.DataFrame
    values: pd.DataFrame


def read_answers(run: Run, look: Look, split: str, cells: str) -> Answers:
    """The answers of a run on one split."""
    part = run.predictions.of_split(split)
    labels = (part.y_true, part.y_pred, part.class_names)
    counts = metrics.confusion_table(*labels)
    shares = cells == SHARES
    return Answers(
        look=look,
        table=prediction_table(part.image_ids, part.y_true, part.y_prob, part.class_names),
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
