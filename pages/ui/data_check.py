"""The view "Data check" of the Data set page: can these photos and labels be trusted?"""

import streamlit as st

from engine.data import DataSet
from engine.data.duplicates import load_duplicates
from engine.errors import EngineError
from engine.measures.comparison import Comparison
from engine.measures.data_check import describe_doubles
from engine.runs import Run
from engine.text import percent
from engine.views.looks import looks_of
from pages.ui import cache
from pages.ui.photos import photo_grid, photos_here
from pages.ui.tables import csv_button, show_sortable
from pages.ui.text import plain

_SUSPECTS = 20
_GROUPS = 20


def show_data_check(comparison: Comparison) -> None:
    """Doubles, contradicting labels, imbalance, and labels that look wrong."""
    data_set = comparison.data_set
    here = photos_here(data_set, "The photos of this check")
    _doubles(data_set, here)
    st.subheader("Balance of the classes")
    st.markdown(balance_in_words(data_set))
    _label_errors(comparison, here)


def _doubles(data_set: DataSet, here: bool) -> None:
    st.subheader("Photos that stand twice")
    try:
        found = load_duplicates(data_set)
    except EngineError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if found is None:
        st.info(
            "These photos have not been checked for doubles yet. Check them at a terminal, which "
            f"takes seconds:\n```\npython -m engine check {data_set.name}\n```",
            icon=":material/content_copy:",
        )
        return
    doubles = describe_doubles(found, data_set.photos)
    groups = doubles.drop_duplicates("group")
    conflicts, leaks = int(groups["conflict"].sum()), int(groups["leak"].sum())
    with st.container(horizontal=True):
        for title, number, explanation in (
            ("Stand twice", len(groups), "The same pixels, or nearly: saved anew."),
            ("with other labels", conflicts, "At least one of the labels must be wrong."),
            (
                "in other splits",
                leaks,
                "What a model is tested on, it has learnt by heart: the score is too good.",
            ),
        ):
            st.metric(title, f"{number:,}", border=True, width=170, help=explanation)
    if groups.empty:
        st.markdown(f"None of the {len(data_set.photos):,} photos stands twice.")
        return
    if not here:
        names = {"group": "Group", "class_name": "Label", "split": "Split", "image_id": "Photo"}
        shown = doubles[list(names)].rename(columns=names)
        show_sortable(shown, doubles, "doubles", hide_index=True)
        return
    for number in groups["group"].head(_GROUPS):
        rows = doubles[doubles["group"] == number]
        captions = [f"**{plain(row.class_name)}**, {row.split}" for row in rows.itertuples()]
        photo_grid(data_set, rows["image_id"], captions)
    csv_button(doubles, "doubles")
    if len(groups) > _GROUPS:
        st.caption(f"The first {_GROUPS} of {len(groups):,}.")


def balance_in_words(data_set: DataSet) -> str:
    """How unequal the classes are and what follows from it: Markdown."""
    counts = data_set.photos["class_name"].value_counts()
    most, fewest = counts.index[0], counts.index[-1]
    ratio = counts.iloc[0] / counts.iloc[-1]
    if ratio == 1:
        return (
            f"Every class has {counts.iloc[0]:,} photos. That is balanced: accuracy says what it "
            "seems to say."
        )
    text = (
        f"**{plain(most)}** has {counts.iloc[0]:,} photos, **{plain(fewest)}** "
        f"{counts.iloc[-1]:,}: {ratio:.1f} times as many. "
    )
    if ratio < 1.5:
        text += "That is balanced: accuracy says what it seems to say."
    else:
        share = counts.iloc[0] / counts.sum()
        text += (
            f"Who always answers {plain(most)} is right on {percent(share, 0)} of all photos, so "
            "look at the scores class by class, too, on the Errors page."
        )
    return text


def _label_errors(comparison: Comparison, here: bool) -> None:
    st.subheader("Labels that look wrong")
    run = _best_run(comparison)
    if run is None:
        st.caption("This takes a trained run: its answers to photos it was not trained on.")
        return
    with st.spinner("Looking for labels that contradict the answers"):
        suspects = cache.probable_label_errors(run)
    checked = len(run.predictions.y_true)
    look = looks_of({run.name: run})[run.name]
    st.markdown(
        f"{plain(look.title)} answered {checked:,} validation and test photos that it was not "
        f"trained on. By confident learning, **{len(suspects):,}** of their labels are suspect: "
        "the model is as sure of another class as it usually is where that class is right. It may "
        "be the model that is wrong, so look for yourself."
    )
    if suspects.empty:
        return
    with st.expander("All of them as a table", icon=":material/table:"):
        show_sortable(
            suspects.assign(quality=100 * suspects["quality"]),
            suspects,
            "suspect-labels",
            hide_index=True,
            column_config={
                "quality": st.column_config.NumberColumn(
                    "probability of the label", format="%.2f %%"
                )
            },
        )
    if not here:
        return
    shown = suspects.head(_SUSPECTS)
    captions = [
        f"**{plain(row.label)}**, {row.split}  \nrather {plain(row.suggested)}?"
        for row in shown.itertuples()
    ]
    photo_grid(comparison.data_set, shown["image_id"], captions)
    if len(suspects) > _SUSPECTS:
        st.caption(f"The {_SUSPECTS} most suspect.")


def _best_run(comparison: Comparison) -> Run | None:
    """The run with the highest validation accuracy: its doubts weigh most."""
    runs = comparison.runs.values()
    return max(runs, key=lambda run: run.summary["validation_accuracy"], default=None)
