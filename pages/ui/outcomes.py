"""The four outcomes for a photo that both runs answered: their names, tiles and links."""

from collections.abc import Mapping

import streamlit as st

from engine.views.looks import Look
from engine.views.sentences.errors import outcome_titles
from pages.ui.navigation import ERRORS, link
from pages.ui.split import SPLIT_TITLES

#: The view of the Errors page that shows their photos.
WHO_IS_RIGHT = "Who is right"
#: Pixels; two fit beside each other on a phone of 390 px, four at 1280 px.
_TILE_WIDTH = 170


def outcome_tiles(
    counts: dict[str, int], looks: Mapping[str, Look], split: str | None = None
) -> None:
    """A tile for each outcome with its number of photos.

    Args:
        counts: Number of photos of each of `engine.measures.answers.OUTCOMES`.
        looks: The look of the run of each side.
        split: The split whose photos the tiles lead to; None for no links.
    """
    with st.container(horizontal=True):
        for outcome, title in outcome_titles(looks).items():
            with st.container(border=True, width=_TILE_WIDTH, gap="xsmall"):
                st.metric(title, f"{counts[outcome]:,}")
                if split is not None:
                    link(
                        ERRORS,
                        "See them",
                        icon=":material/arrow_forward:",
                        errors_view=WHO_IS_RIGHT,
                        errors_split=SPLIT_TITLES[split],
                        outcome=title,
                    )
