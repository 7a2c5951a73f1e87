"""Confident mistakes: the wrong answers that each model is surest of."""

import pandas as pd
import streamlit as st

from dashboard.compare.error_views.answers import Answers
from dashboard.ui.answers import show_answers
from dashboard.ui.frame import Comparison
from dashboard.ui.text import plain
from dashboard.ui.why import Why
from engine.measures.answers import most_confident_mistakes
from engine.views.looks import side_looks

CONFIDENT_MISTAKES = 8


def confident_mistakes(
    comparison: Comparison, answers: dict[str, Answers], said: pd.DataFrame, why: Why | None
) -> None:
    """The wrong answers that each model is surest of."""
    sides = side_looks(comparison.runs)
    for model, one in answers.items():
        mistakes = most_confident_mistakes(one.table, CONFIDENT_MISTAKES)
        st.markdown(f"##### {one.look.marked(plain(one.look.title))}")
        if mistakes.empty:
            st.markdown("It makes no mistake on this split.")
            continue
        photos = mistakes[["image_id"]].merge(said, on="image_id")
        show_answers(comparison.data_set, photos, sides, f"mistakes_{model}", why)
