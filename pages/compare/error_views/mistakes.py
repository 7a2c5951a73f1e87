"""Confident mistakes: the wrong answers that each run is surest of."""

import pandas as pd
import streamlit as st

from engine.data import DataSet
from engine.measures.answers import most_confident_mistakes
from engine.views.looks import Look
from pages.compare.error_views.answers import Answers
from pages.ui.answers import show_answers
from pages.ui.text import plain
from pages.ui.why import Why

CONFIDENT_MISTAKES = 8


def confident_mistakes(
    data_set: DataSet,
    answers: dict[str, Answers],
    looks: dict[str, Look],
    said: pd.DataFrame,
    why: Why | None,
) -> None:
    """The wrong answers that each run is surest of."""
    for side, one in answers.items():
        mistakes = most_confident_mistakes(one.table, CONFIDENT_MISTAKES)
        st.markdown(f"##### {looks[side].marked(plain(looks[side].title))}")
        if mistakes.empty:
            st.markdown("It makes no mistake on this split.")
            continue
        photos = mistakes[["image_id"]].merge(said, on="image_id")
        show_answers(data_set, photos, looks, f"mistakes_{one.run.name}", why)
