"""Doubtful labels: photos on which both runs agree against the label."""

import pandas as pd
import streamlit as st

from engine.data import DataSet
from engine.measures.answers import doubtful_labels
from engine.text import counted
from engine.views.looks import Look
from pages.ui.answers import show_answers
from pages.ui.why import Why

DOUBTFUL_LABELS = 12


def show_doubtful_labels(
    data_set: DataSet, looks: dict[str, Look], said: pd.DataFrame, why: Why | None
) -> None:
    """Photos on which both runs agree against the label."""
    doubtful = doubtful_labels(said)
    if doubtful.empty:
        st.markdown(
            "On no photo of this split do both models agree against the label, each at least "
            "50 % sure."
        )
        return
    st.markdown(
        "Both models agree with each other against the label of "
        f"**{counted(len(doubtful), 'photo')}**, each at least 50 % sure. Models share blind "
        "spots, but so do the people who label: look for yourself."
    )
    if len(doubtful) > DOUBTFUL_LABELS:
        st.caption(f"The {DOUBTFUL_LABELS} of which they are surest.")
    show_answers(data_set, doubtful.head(DOUBTFUL_LABELS), looks, "doubtful", why)
