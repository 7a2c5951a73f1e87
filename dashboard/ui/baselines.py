"""What is the least one should try: the baselines beside the two models."""

import pandas as pd
import streamlit as st

from dashboard.ui.frame import Comparison
from dashboard.ui.tables import show_table
from dashboard.ui.text import plain
from engine.measures.findings import majority_class
from engine.models.specs import BASELINES
from engine.views.sentences.baselines import HOW_FITTED, TITLE, baselines_in_words, least_to_try


def show_least_to_try(comparison: Comparison, table: pd.DataFrame, split: str) -> None:
    """Say what the baselines reach, and what that says about the two models.

    Args:
        comparison: What the sidebar chose.
        table: `engine.measures.findings.baseline_table` of its baselines.
        split: The split to measure on.
    """
    st.subheader(TITLE)
    rows = table[table["split"] == split]
    if len(rows):
        st.markdown(least_to_try(rows, comparison.baselines, comparison.runs, split))
        majority = plain(majority_class(comparison.data_set.photos) or "")
        show_table(baselines_in_words(rows, comparison.baselines, majority), table, "baselines")
        st.caption(HOW_FITTED)
    missing = [name for name in BASELINES if name not in comparison.baselines]
    if missing:
        commands = "\n".join(
            f"python -m engine train {comparison.data_set.name} {name}" for name in missing
        )
        st.info(
            "Not fitted yet. At a terminal, in seconds, or in minutes for the features of "
            f"ResNet50:\n```\n{commands}\n```",
            icon=":material/straighten:",
        )
