"""The four outcomes for a photo that both models answered: their names, tiles and links."""

import streamlit as st

from dashboard.ui.navigation import ERRORS, link
from dashboard.ui.split import SPLIT_TITLES
from engine.views.sentences.errors import OUTCOME_TITLES

#: The view of the Errors page that shows their photos.
WHO_IS_RIGHT = "Who is right"
#: Pixels; two fit beside each other on a phone of 390 px, four at 1280 px.
_TILE_WIDTH = 170


def outcome_tiles(counts: dict[str, int], split: str | None = None) -> None:
    """A tile for each outcome with its number of photos.

    Args:
        counts: Number of photos of each of `engine.measures.answers.OUTCOMES`.
        split: The split whose photos the tiles lead to; None for no links.
    """
    with st.container(horizontal=True):
        for outcome, title in OUTCOME_TITLES.items():
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
