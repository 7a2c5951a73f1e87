"""A chart on a page, and the picture that it can be taken home as."""

import html
import re

import plotly.graph_objects as go
import streamlit as st

from pages.ui.address import file_name

_FORMATS = {"PNG": "png", "SVG": "svg"}
_FORMAT_KEY = "chart_format"


def show(figure: go.Figure, key: str, alt: str | None = None, **settings) -> None:
    """Draw a figure over the whole width, with the buttons that a class needs and no others.

    The camera above it saves it as a picture of the format that `format_box` chose.

    Args:
        figure: The figure.
        key: Name of the chart, unique on its page: also of the picture's file.
        alt: What it shows, for those who cannot see it; its title if None.
        settings: More arguments of `st.plotly_chart`.
    """
    chosen = _FORMATS.get(st.session_state.get(_FORMAT_KEY), "png")
    st.plotly_chart(
        figure,
        width="stretch",
        key=key,
        alt=alt or _title(figure),
        config={
            "displaylogo": False,
            # On a phone the buttons always show: more than these would cover the title.
            "modeBarButtonsToRemove": [
                *("select2d", "lasso2d", "autoScale2d"),
                *("zoom2d", "pan2d", "zoomIn2d", "zoomOut2d"),
            ],
            "toImageButtonOptions": {
                "format": chosen,
                "filename": file_name(key),
                # A picture of pixels is put on slides and printed: twice as many as on the screen.
                "scale": 2 if chosen == "png" else 1,
            },
        },
        **settings,
    )


def clicked(key: str) -> float | None:
    """Where along the horizontal axis the visitor clicked on a point; None where nowhere."""
    points = st.session_state[key]["selection"]["points"]
    return points[0]["x"] if points else None


def format_box() -> None:
    """Choose what the camera above each chart saves: on all pages, for this visit.

    Plotly's toolbar has one camera, and a button of our own could not reach it: a function does
    not travel from here to the browser.
    """
    st.segmented_control(
        ":material/photo_camera: above a chart saves it as",
        list(_FORMATS),
        default="PNG",
        required=True,
        key=_FORMAT_KEY,
        persist_state="session",
        help="Point at a chart, or tap it: its buttons appear above it. PNG is made of pixels, "
        "twice as many as on your screen, for slides and messages. SVG is made of lines: sharp "
        "at any size, for print and to edit.",
    )


def _title(figure: go.Figure) -> str | None:
    """The title of a chart without Plotly's markup."""
    text = figure.layout.title.text
    return text and " ".join(html.unescape(re.sub("<[^>]*>", " ", text)).split())
