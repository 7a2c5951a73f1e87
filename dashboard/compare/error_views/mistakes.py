"""Confident mistakes: the wrong answers that each model is surest of."""

import pandas as pd
import streamlit as st

from dashboard.compare.error_views.answers import Answers, sides_of
from dashboard.ui.answers import show_answers
from dashboard.ui.frame import Comparison
from dashboard.ui.why import Why
from engine.measures.answers import most_confident_mistakes
from engine.views.charts.theme import TITLES, coloured

CONFIDENT_MISTAKES = 8


def confident_mistakes(
    comparison: Comparison, answers: dict[str, Answers], said: pd.DataFrame, why: Why | None
) -> None:
    """The wrong answers that each model is surest of."""
    for model, one in answers.items():
        mistakes = most_confident_mistakes(one.table, CONFIDENT_MISTAKES)
        st.markdown(f"##### {coloured(model, TITLES[model])}")
        if mistakes.empty:
            st.markdown("It makes no mistake on this split.")
            continue
        photos = mistakes[["image_id"]].merge(said, on="image_id")
        show_answers(comparison.data_set, photos, sides_of(answers), f"mistakes_{model}", why)
