"""A chart on a page."""

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st


def show(figure: go.Figure, key: str, on_click: Callable[[], None] | None = None) -> None:
    """Draw a figure over the whole width, with the buttons that a class needs and no others.

    Args:
        figure: The figure.
        key: Unique on the page.
        on_click: Called after a click on a point, before the page runs again; `clicked(key)`
            tells which.
    """
    st.plotly_chart(
        figure,
        width="stretch",
        key=key,
        on_select=on_click or "ignore",
        selection_mode="points",
        config={
            "displaylogo": False,
            "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        },
    )


def clicked(key: str) -> float | None:
    """Where along the horizontal axis the visitor clicked on a point; None where nowhere."""
    points = st.session_state[key]["selection"]["points"]
    return points[0]["x"] if points else None
