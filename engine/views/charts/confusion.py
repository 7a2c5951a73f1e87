"""Confusion matrices and their difference, as Plotly figures.

Cells run from paper to the run's colour in both themes, so that dark text is legible on all:
Streamlit cannot tell for sure which theme a visitor sees. Nor does it report clicks on a heatmap:
an invisible marker in each cell has the hover text and takes the click (`clicked_cell`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from engine.text import plain_html
from engine.views.charts.style import FONT_SIZE, class_label, class_rows_height, cut, styled
from engine.views.colours import NEUTRAL, mixed
from engine.views.looks import Look, mid_sentence

#: The outline of what is chosen: the accent of the theme, the colour of no run.
CHOICE_COLOUR = "#7A5AF8"

_PAPER, _INK = "#F1F2F5", "#0B0E14"
#: (share of the scale, strength of the colour), rising fast at first: one wrong photo among
#: twenty must not look like none.
_STEPS = ((0, 0), (0.002, 0.12), (0.1, 0.35), (0.4, 0.7), (1, 1))
#: More numbers than this are too small to read at 390 px; the hover still tells them.
_MOST_WRITTEN_CLASSES = 15


def full_colour(tables: Iterable[pd.DataFrame]) -> float:
    """Value of the full colour of matrices that are compared: 1 of shares, else the largest."""
    tables = list(tables)
    if tables[0].dtypes.iloc[0].kind == "f":
        return 1.0
    return float(max(table.to_numpy().max() for table in tables)) or 1.0


def confusion_figure(
    counts: pd.DataFrame,
    values: pd.DataFrame,
    look: Look,
    largest: float,
    chosen: tuple[str | None, str | None] | None = None,
) -> go.Figure:
    """The confusion matrix of one run.

    Args:
        counts: `confusion_table` in photos, of all classes.
        values: What the cells show: `counts` again, or `confusion_table(normalize="true")`;
            maybe of some of the classes only.
        look: Of the run.
        largest: `full_colour` of the values of all runs that are compared.
        chosen: (true class, predicted class) to outline, None for any: a cell, row or column.
    """
    shares = values.dtypes.iloc[0].kind == "f"
    support = counts.sum(axis=1)[values.index].tolist()
    counts = counts.loc[values.index, values.columns]
    hover = [
        [
            f"<b>{photos} of {support[row]}</b> photos of "
            f"<b>{plain_html(true)}</b><br>were called <b>{plain_html(predicted)}</b>"
            f"<br>by {plain_html(look.title)}"
            for photos, predicted in zip(numbers, counts.columns, strict=True)
        ]
        for row, (true, numbers) in enumerate(
            zip(counts.index, counts.to_numpy().tolist(), strict=True)
        )
    ]
    figure = _matrix(values, hover, _shades(look), (0, largest))
    write = _percent if shares else str
    _write_values(figure, values, lambda value: write(value) if value else "")
    if chosen is not None:
        _outline(figure, counts, *chosen)
    return _finish(figure, look.marked(plain_html(look.title)), values)


def difference_figure(
    counts: dict[str, pd.DataFrame], compared: dict[str, pd.DataFrame], looks: dict[str, Look]
) -> go.Figure:
    """Confusion matrix of the right run less that of the left one, each in its own colour.

    Args:
        counts: `confusion_table` in photos of the sides `left` and `right`, of all classes.
        compared: What the cells compare, by side, as in `confusion_figure`.
        looks: Look of the run of each side.
    """
    values = compared["right"] - compared["left"]
    shares = values.dtypes.iloc[0].kind == "f"
    largest = float(values.abs().to_numpy().max(initial=0)) or 1.0
    below = [(0.5 - share / 2, colour) for share, colour in reversed(_shades(looks["left"]))]
    above = [(0.5 + share / 2, colour) for share, colour in _shades(looks["right"])]
    support = counts["left"].sum(axis=1)[values.index].tolist()
    tables = {
        plain_html(looks[side].short_title): counts[side]
        .loc[values.index, values.columns]
        .to_numpy()
        for side in ("left", "right")
    }
    hover = [
        [
            f"Photos of <b>{plain_html(true)}</b> called <b>{plain_html(predicted)}</b>"
            + "".join(
                f"<br>{title}: {table[row, column]} of {support[row]}"
                for title, table in tables.items()
            )
            for column, predicted in enumerate(values.columns)
        ]
        for row, true in enumerate(values.index)
    ]
    figure = _matrix(values, hover, below + above, (-largest, largest))

    def write(value: float) -> str:
        if not value:
            return ""
        return f"{100 * value if shares else value:+.0f}".replace("-", "−")

    _write_values(figure, values, write)
    title = f"{looks['right'].short_title} less {mid_sentence(looks['left'].short_title)}"
    return _finish(figure, f"{plain_html(title)} ({'points' if shares else 'photos'})", values)


def clicked_cell(
    points: Iterable[Mapping[str, Any]] | None, class_names: Sequence[str]
) -> tuple[str, str] | None:
    """The cell of a matrix that was clicked.

    Args:
        points: `selection.points` of the event of a `confusion_figure`.
        class_names: Classes of the matrix, in its order.

    Returns:
        (true class, predicted class), or None where no cell was.
    """
    for point in points or ():
        try:
            row, column = int(point["y"]), int(point["x"])
        except (KeyError, TypeError, ValueError):
            continue
        if 0 <= row < len(class_names) and 0 <= column < len(class_names):
            return class_names[row], class_names[column]
    return None


def _matrix(
    values: pd.DataFrame,
    hover: list[list[str]],
    scale: list[tuple[float, str]],
    limits: tuple[float, float],
) -> go.Figure:
    """Coloured cells at whole numbers, row 0 on top, each under an invisible marker."""
    rows, columns = values.shape
    figure = go.Figure(
        go.Heatmap(
            z=values.to_numpy().tolist(),
            x=list(range(columns)),
            y=list(range(rows)),
            colorscale=scale,
            zmin=limits[0],
            zmax=limits[1],
            showscale=False,
            hoverinfo="skip",
            xgap=1,
            ygap=1,
        )
    )
    hidden = {"marker": {"opacity": 0}}
    figure.add_scatter(
        x=[column for _ in range(rows) for column in range(columns)],
        y=[row for row in range(rows) for _ in range(columns)],
        mode="markers",
        marker={"symbol": "square", "size": 24, "opacity": 0, "color": NEUTRAL},
        selected=hidden,
        unselected=hidden,
        text=[text for row in hover for text in row],
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )
    return figure


def _shades(look: Look) -> list[tuple[float, str]]:
    """Colour scale from paper to the run's colour."""
    return [(share, mixed(_PAPER, look.colour, strength)) for share, strength in _STEPS]


def _write_values(figure: go.Figure, values: pd.DataFrame, write: Callable[[float], str]) -> None:
    """Write the values into their cells."""
    if len(values) > _MOST_WRITTEN_CLASSES:
        return
    figure.data[0].update(
        text=[[write(value) for value in row] for row in values.to_numpy().tolist()],
        texttemplate="%{text}",
        textfont={"size": 13 if len(values) <= 10 else 10, "color": _INK},
    )


def _outline(
    figure: go.Figure, table: pd.DataFrame, true: str | None, predicted: str | None
) -> None:
    """Draw a frame around a cell, a row or a column; nothing if both are None or not shown."""
    rows, columns = list(table.index), list(table.columns)
    if true is None and predicted is None:
        return
    if (true is not None and true not in rows) or (
        predicted is not None and predicted not in columns
    ):
        return
    y = (0, len(rows) - 1) if true is None else (rows.index(true),) * 2
    x = (0, len(columns) - 1) if predicted is None else (columns.index(predicted),) * 2
    figure.add_shape(
        type="rect",
        x0=x[0] - 0.5,
        x1=x[1] + 0.5,
        y0=y[0] - 0.5,
        y1=y[1] + 0.5,
        line={"color": CHOICE_COLOUR, "width": 3},
    )


def _finish(figure: go.Figure, title: str, values: pd.DataFrame) -> go.Figure:
    count = len(values)
    # Fixed, so that a finger on the chart scrolls the page.
    ticks = {"tickmode": "array", "tickvals": list(range(count)), "fixedrange": True}
    ticks |= {"showgrid": False, "zeroline": False, "ticks": "", "tickfont": {"size": 13}}
    ticks |= {"showline": False, "ticktext": [class_label(name) for name in values.index]}
    x_title, y_title = (
        {"text": text, "font": {"size": FONT_SIZE}, "standoff": standoff}
        for text, standoff in (("Predicted label", 8), ("True label", 4))
    )
    # Measured here: where Plotly measures by itself it draws twice, and a page waits for it.
    longest = max((_width(cut(name)) for name in values.index), default=0)
    ticks["automargin"] = False
    margin = {"l": longest + 34, "r": 10, "t": 60, "b": round(0.72 * longest) + 54}
    # Room for the frame.
    first, last = -0.55, count - 0.45
    return styled(
        figure,
        title,
        "",
        "",
        height=class_rows_height(count) + 40,
        x_axis={**ticks, "title": x_title, "tickangle": -45, "range": [first, last]},
        y_axis={**ticks, "title": y_title, "range": [last, first]},
        margin=margin,
        # -1: the nearest marker answers wherever in its cell the pointer is.
        hoverdistance=-1,
        hovermode="closest",
        clickmode="event+select",
    )


def _percent(share: float) -> str:
    """A share in whole percent; never 0 for a share that is not, nor 100 for one below 1."""
    percent = round(100 * share)
    if percent == 0 and share > 0:
        return "<1"
    if percent == 100 and share < 1:
        return ">99"
    return str(percent)


def _width(label: str) -> int:
    """Pixels of a label at 13 px, rather too many than too few: scripts differ."""
    return round(sum(7.5 if character.isascii() else 13 for character in label))
