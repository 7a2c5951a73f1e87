"""The confusion matrices, the choice of a cell or a class, and its photos."""

import re
from functools import partial

import pandas as pd
import streamlit as st

from engine.data import DataSet
from engine.measures import metrics
from engine.measures.answers import matching_photos, right_answers
from engine.runs import Run
from engine.text import counted
from engine.views.charts import confusion
from engine.views.looks import Look
from engine.views.sentences import errors as sentences
from pages.compare.error_views.answers import (
    MOST_CLASSES,
    PHOTOS_A_PAGE,
    Answers,
    first_page,
    shown_classes,
)
from pages.ui.answers import show_answer_pages
from pages.ui.chart import show
from pages.ui.older_links import accept_older, older_titles
from pages.ui.tables import csv_button
from pages.ui.text import plain
from pages.ui.why import Why

ANY, WRONG, EITHER = "any label", "any wrong label", "Either model"


@st.fragment  # A click reruns this part alone.
def matrices_and_photos(
    data_set: DataSet,
    answers: dict[str, Answers],
    looks: dict[str, Look],
    said: pd.DataFrame,
    split: str,
    why: Why | None,
) -> None:
    """The confusion matrices, the choice of a cell or a class, and its photos."""
    st.markdown(
        f"{sentences.MATRICES} "
        + ("**Click a cell, or choose below,** " if takes_clicks() else "**Choose a cell below** ")
        + "to see its photos."
    )
    if len(shown_classes(answers)) < len(said["true"].unique()):
        st.caption(f"The {MOST_CLASSES} classes with the most mistakes are drawn.")
    matrices = st.container()  # Drawn last: they frame what the boxes below them chose.
    true, predicted, who = choose(answers, looks)
    chosen = [side for side, look in looks.items() if who in (look.short_title, EITHER)]
    cell = (None if true == ANY else true, None if predicted in (ANY, WRONG) else predicted)
    with matrices:
        draw_matrices(answers, looks, chosen, cell, split)
    photos = matching_photos(said, chosen, *cell, only_wrong=predicted == WRONG)
    describe_choice(photos, looks, chosen, true, predicted)
    if len(photos):
        show_answer_pages(data_set, photos, looks, "photo_page", PHOTOS_A_PAGE, why)


def takes_clicks() -> bool:
    """Whether cells can be clicked: Plotly takes a finger's tap for the cell tapped before."""
    return not re.search(r"Mobi|Android|iPhone|iPad", st.context.headers.get("User-Agent", ""))


def take_click(owner: str, chart: str, class_names: list[str]) -> None:
    """Carry a click on a matrix over to the boxes below it."""
    cell = confusion.clicked_cell(st.session_state[chart].selection.points, class_names)
    if cell is not None:
        st.session_state["true_label"], st.session_state["predicted_label"] = cell
        st.session_state["model"] = owner
        first_page("photo_page")


def choose(answers: dict[str, Answers], looks: dict[str, Look]) -> tuple[str, str, str]:
    """The three boxes: true label, predicted label, and whose prediction."""
    first = next(iter(answers.values()))
    names = list(first.counts.index)
    keys = ("true_label", "predicted_label")
    if not any(key in st.session_state or key in st.query_params for key in keys):
        for key, start in zip(keys, starting_cell(first.run), strict=True):
            st.session_state[key] = start
    owners = [look.short_title for look in looks.values()]
    if len(owners) > 1:
        owners.append(EITHER)
    sides = {side: one.run for side, one in answers.items()}
    accept_older("model", owners, older_titles(sides, looks))
    bound = {"bind": "query-params", "on_change": first_page, "args": ("photo_page",)}
    # No default, so that every choice stands in the address; cleared boxes mean any label.
    labels = {"index": None, "placeholder": ANY, **bound}
    left, middle, right = st.columns(3)
    true = left.selectbox("True label", [ANY, *names], key="true_label", **labels)
    predicted = middle.selectbox(
        "Predicted label", [ANY, WRONG, *names], key="predicted_label", **labels
    )
    return (
        true or ANY,
        predicted or ANY,
        right.selectbox("Predicted by", owners, key="model", **bound),
    )


def starting_cell(run: Run) -> tuple[str, str]:
    """The most frequent mistake over both splits, so that a plain link means one thing."""
    names = run.predictions.class_names
    cell = metrics.largest_confusion(run.predictions.y_true, run.predictions.y_pred, len(names))
    return (ANY, WRONG) if cell is None else (names[cell[0]], names[cell[1]])


def draw_matrices(
    answers: dict[str, Answers], looks: dict[str, Look], chosen: list[str], cell: tuple, split: str
) -> None:
    """The matrix of each run, with a frame around the chosen cell, row or column."""
    shown = shown_classes(answers)
    values = {side: one.values.loc[shown, shown] for side, one in answers.items()}
    largest = confusion.full_colour(values.values())
    for column, (side, one) in zip(st.columns(len(answers)), answers.items(), strict=True):
        key = f"matrix_{one.run.name}"
        figure = confusion.confusion_figure(
            one.counts,
            values[side],
            looks[side],
            largest,
            cell if side in chosen else None,
        )
        on_click = partial(take_click, looks[side].short_title, key, shown)
        with column:
            show(
                figure,
                key,
                f"Confusion matrix of {looks[side].title}",
                on_select=on_click if takes_clicks() else "ignore",
                selection_mode="points",
            )
            csv_button(matrix_rows(one.counts), f"confusions-{one.run.name}-{split}")


def matrix_rows(counts: pd.DataFrame) -> pd.DataFrame:
    """A confusion matrix as a table of numbers of photos, its rows named in the first column."""
    return counts.rename_axis(columns=None).reset_index()


def describe_choice(
    photos: pd.DataFrame, looks: dict[str, Look], chosen: list[str], true: str, predicted: str
) -> None:
    """What was chosen, how many photos that is, and who gets how many of them right."""
    of = "" if true == ANY else f" of **{plain(true)}**"
    by = " or ".join(_marked(looks[side]) for side in chosen)
    said = {ANY: "", WRONG: f", wrong by {by}"}.get(
        predicted, f", called **{plain(predicted)}** by {by}"
    )
    lines = [f"##### {counted(len(photos), 'photo')}{of}{said}"]
    if photos.empty:
        lines.append("No photo stands in this cell: choose another one.")
    else:
        rights = (
            f"{_marked(look)} gets **{right_answers(photos, side)} of {len(photos)}** right"
            for side, look in looks.items()
        )
        lines.append(" · ".join(rights))
    st.markdown("\n\n".join(lines))


def _marked(look: Look) -> str:
    return look.marked(plain(look.short_title))
