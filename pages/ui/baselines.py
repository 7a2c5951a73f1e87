"""What is the least one should try: the baselines beside the runs that are compared."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from engine.measures.comparison import Comparison
from engine.measures.findings import majority_class
from engine.models.specs import BASELINE_SPECS
from engine.views.looks import Look
from engine.views.sentences.baselines import HOW_FITTED, TITLE, baselines_in_words, least_to_try
from pages.ui.tables import show_table
from pages.ui.text import plain


def show_least_to_try(
    comparison: Comparison, looks: Mapping[str, Look], table: pd.DataFrame
) -> None:
    """Say what the baselines reach, and what that says about the runs that are compared.

    Args:
        comparison: What the sidebar chose.
        looks: The look of the run of each side.
        table: `engine.measures.findings.baseline_table` of its baselines.
    """
    split = comparison.split
    st.subheader(TITLE)
    rows = table[table["split"] == split]
    if len(rows):
        st.markdown(least_to_try(rows, comparison, looks, split))
        majority = plain(majority_class(comparison.data_set.photos) or "")
        show_table(baselines_in_words(rows, comparison.baselines, majority), table, "baselines")
        st.caption(HOW_FITTED)
    missing = [name for name in BASELINE_SPECS if name not in comparison.baselines]
    if missing:
        commands = "\n".join(
            f"python -m engine train {comparison.data_set.name} {name}" for name in missing
        )
        st.info(
            "Not fitted yet. At a terminal, in seconds, or in minutes for the features of "
            f"ResNet50:\n```\n{commands}\n```",
            icon=":material/straighten:",
        )
