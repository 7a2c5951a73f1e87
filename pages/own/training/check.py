"""The check of a data set before anything trains on it."""

import pandas as pd
import streamlit as st

from engine.data import DataSet
from engine.data.duplicates import load_duplicates
from engine.errors import EngineError
from engine.measures.data_check import describe_doubles
from engine.views.charts.data_set import class_chart, photos_per_class
from engine.views.sentences.photos import GOOD_START, how_split
from pages.ui.chart import show
from pages.ui.data_check import balance_in_words
from pages.ui.tables import show_sortable
from pages.ui.text import plain

#: So many small classes are named; one sentence holds no more.
_CLASSES_NAMED = 8


def show_check(data_set: DataSet) -> None:
    """Photos of each class and split, and all that may be wrong with them."""
    counts = photos_per_class(data_set.photos)
    show(class_chart(counts), key="photos_to_train_on")
    _point(":material/call_split:", "Split", how_split(data_set))
    _point(":material/balance:", "Balance", balance_in_words(data_set))
    _few(counts)
    _doubles(data_set)
    _left_out(data_set)


def _point(icon: str, title: str, text: str) -> None:
    st.markdown(f"{icon} **{title}.** {text}")


def _few(counts: pd.DataFrame) -> None:
    few = counts["train"][counts["train"] < GOOD_START].sort_values(kind="stable")
    if few.empty:
        text = f"Every class has {GOOD_START} photos or more to train on."
    else:
        named = ", ".join(
            f"**{plain(name)}** {GOOD_START - count} more (has {count})"
            for name, count in few.head(_CLASSES_NAMED).items()
        )
        more = len(few) - _CLASSES_NAMED
        text = (
            f"It can train, but {GOOD_START} photos of each class to train on are a good start. "
            f"That takes {named}{f' and {more} other classes' if more > 0 else ''}."
        )
    _point(":material/photo_library:", "Enough photos", text)


def _doubles(data_set: DataSet) -> None:
    title = "Photos that stand twice"
    try:
        found = load_duplicates(data_set)
    except EngineError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    if found is None:
        text = f"Not looked for yet: `python -m engine check {data_set.name}` does, at a terminal."
        _point(":material/content_copy:", title, text)
        return
    if found.empty:
        text = f"None of the {len(data_set.photos):,} photos."
        _point(":material/content_copy:", title, text)
        return
    doubles = describe_doubles(found, data_set.photos)
    exact = int((doubles.groupby("group")["difference"].max() == 0).sum())
    groups = doubles.drop_duplicates("group")
    conflicts, leaks = int(groups["conflict"].sum()), int(groups["leak"].sum())
    text = f"{len(groups):,}, of which {exact:,} with exactly the same pixels. "
    text += (
        f"**{conflicts:,} with labels that contradict each other**: at least one is wrong. "
        if conflicts
        else "None with labels that contradict each other. "
    )
    if leaks:
        text += f"{leaks:,} in more than one split: the score will be a little too good. "
    _point(":material/content_copy:", title, text)
    names = {"group": "Group", "class_name": "Label", "split": "Split", "image_id": "Photo"}
    shown = doubles[list(names)].rename(columns=names)
    show_sortable(shown, doubles, "doubles", hide_index=True)


def _left_out(data_set: DataSet) -> None:
    title = "Left out"
    if not data_set.unreadable:
        _point(":material/broken_image:", title, "No file: all could be read.")
        return
    count = len(data_set.unreadable)
    text = f"{count:,} {'file' if count == 1 else 'files'}, each with the reason:"
    _point(":material/broken_image:", title, text)
    table = pd.DataFrame(data_set.unreadable, columns=["File", "Why it was left out"])
    show_sortable(table, table, "left-out", hide_index=True)
