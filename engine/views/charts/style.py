"""What all charts share: sizes to read from the back of a room."""

from typing import Any

import plotly.graph_objects as go

from engine.text import plain_html
from engine.views.looks import Look

#: Pixels; a projector at 1280 px makes 15 px about as large as the text around it.
FONT_SIZE = 15
#: Above the chart, in one row.
LEGEND = {"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "title": None}
#: Below the chart, where titles of several runs may take a row each.
LEGEND_BELOW = {
    "orientation": "h",
    "yref": "container",
    "yanchor": "bottom",
    "y": 0,
    "x": 0,
    "title": None,
    "font": {"size": 14},
}

#: Room for the names and numbers of both axes, where the numbers are short. Left to itself Plotly
#: measures them, and then draws the whole chart once more.
MEASURED_MARGIN = {"l": 64, "r": 14, "t": 60, "b": 58}
#: Goes with it, on both axes.
MEASURED_AXIS = {"automargin": False}

_LONGEST_LABEL = 12


def class_label(name: str) -> str:
    """The name of a class beside an axis, as Plotly shows it; cut where it is long."""
    return plain_html(cut(name))


def cut(name: str) -> str:
    """`name`, its end replaced by a dot dot dot where it is longer than a label beside an axis."""
    return name if len(name) <= _LONGEST_LABEL else f"{name[: _LONGEST_LABEL - 1]}…"


def class_rows_height(count: int) -> int:
    """Pixels of a chart with so many classes below each other."""
    return 150 + max(4, min(count, 30)) * (30 if count <= 15 else 22)


def line_of(look: Look, width: float = 3) -> dict[str, Any]:
    """The line of a run, as Plotly takes it; `width` in pixels."""
    return {"color": look.colour, "dash": look.dash, "width": width}


def mark_of(look: Look, size: float) -> dict[str, Any]:
    """The mark of a run, as Plotly takes it; `size` in pixels."""
    return {"color": look.colour, "symbol": look.symbol, "size": size}


def styled(
    figure: go.Figure,
    title: str,
    x: str,
    y: str,
    height: int = 380,
    x_axis: dict[str, Any] | None = None,
    y_axis: dict[str, Any] | None = None,
    **layout: Any,
) -> go.Figure:
    """Give a figure its title, axis names and sizes; colours of text come from the theme.

    Args:
        figure: The figure, changed in place and returned.
        title: What it shows.
        x: Name of the horizontal axis, with its unit.
        y: Name of the vertical axis, with its unit.
        height: Pixels.
        x_axis: More settings of the horizontal axis.
        y_axis: More settings of the vertical axis.
        layout: More settings of the layout.
    """
    axes = {}
    for name, text, more in (("xaxis", x, x_axis), ("yaxis", y, y_axis)):
        axes[name] = {
            "tickfont": {"size": 14},
            "automargin": True,
            "title": {"text": text, "font": {"size": FONT_SIZE}},
            **(more or {}),
        }
    settings = {
        "title": {"text": title, "font": {"size": 18}},
        "font": {"size": FONT_SIZE},
        "height": height,
        "margin": {"l": 10, "r": 10, "t": 60, "b": 10},
        "hoverlabel": {"font": {"size": FONT_SIZE}},
        "legend": LEGEND,
        **axes,
        **layout,
    }
    # In one go, and in place of what was there: each merge costs Plotly milliseconds, and a page
    # with four charts a tenth of a second.
    figure.update_layout(settings, overwrite=True)
    return figure
