"""A chart on a page."""

import plotly.graph_objects as go
import streamlit as st


def show(figure: go.Figure, key: str) -> None:
    """Draw a figure over the whole width, with the buttons that a class needs and no others."""
    st.plotly_chart(
        figure,
        width="stretch",
        key=key,
        config={
            "displaylogo": False,
            "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
        },
    )
