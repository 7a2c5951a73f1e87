"""A table on a page, and the file that it can be taken home as."""

from functools import partial

import pandas as pd
import streamlit as st

from engine.views.spreadsheet import csv_bytes, guarded
from pages.ui.address import file_name


def show_table(shown: pd.DataFrame, raw: pd.DataFrame, content: str) -> None:
    """A short table in words, with the numbers behind it as a CSV file.

    Args:
        shown: As people read it; its text is Markdown.
        raw: The numbers in full, a column for each thing that is measured.
        content: What the file is called, after the data set: letters and dashes.
    """
    with st.container(gap="xsmall"):
        st.table(shown)
        csv_button(raw, content)


def show_sortable(shown: pd.DataFrame, raw: pd.DataFrame, content: str, **settings) -> None:
    """A long table that is sorted and searched on the page, with its numbers as a CSV file.

    Args:
        shown: As people read it.
        raw: The numbers in full, a column for each thing that is measured.
        content: What the file is called, after the data set: letters and dashes.
        settings: More arguments of `st.dataframe`.
    """
    with st.container(gap="xsmall"):
        # Its own toolbar saves what it shows, in no standard form: no formula in there, either.
        st.dataframe(guarded(shown), **settings)
        csv_button(raw, content)


def csv_button(raw: pd.DataFrame, content: str) -> None:
    """A small button that saves a table as `<data set>-<content>.csv`."""
    st.download_button(
        "Download as CSV",
        # A function: the file is made when the button is pressed, not whenever a page is drawn.
        partial(csv_bytes, raw),
        file_name=f"{file_name(content)}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary",
        key=f"csv_{content}",
        on_click="ignore",
    )
