"""Accuracy of both models on both splits, as dots with their intervals."""

import plotly.graph_objects as go
from pandas import DataFrame

from pages.ui.charts.style import styled
from pages.ui.text import plain_html
from pages.ui.theme import MODEL_COLOURS, MODEL_SYMBOLS, NEUTRAL, TITLES

_ROWS = {"test": 1.0, "validation": 0.0}
_OFFSETS = {"scratch": -0.18, "resnet50": 0.18}


def accuracy_chart(table: DataFrame, baseline: tuple[str, float] | None = None) -> go.Figure:
    """Dots with 95 % intervals: one row a split, one dot a model.

    Args:
        table: `engine.findings.accuracy_table`.
        baseline: A class name and the accuracy of always answering it, drawn as a dotted line.
    """
    figure = go.Figure()
    for model, rows in table.groupby("model", sort=False):
        percent = 100 * rows["accuracy"]
        figure.add_scatter(
            name=TITLES[model],
            x=percent,
            y=rows["split"].map(_ROWS) + _OFFSETS[model],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": 100 * rows["high"] - percent,
                "arrayminus": percent - 100 * rows["low"],
                "thickness": 3,
                "width": 7,
            },
            mode="markers+text",
            text=[f"{value:.1f} %" for value in percent],
            textposition="top center",
            cliponaxis=False,
            marker={"color": MODEL_COLOURS[model], "symbol": MODEL_SYMBOLS[model], "size": 15},
            customdata=list(
                zip(
                    rows["split"],
                    rows["correct"],
                    rows["photos"],
                    100 * rows["low"],
                    100 * rows["high"],
                    strict=True,
                )
            ),
            hovertemplate=(
                f"<b>{TITLES[model]}</b>, %{{customdata[0]}}<br>"
                "%{customdata[1]:,} of %{customdata[2]:,} photos right = %{x:.1f} %<br>"
                "95 % interval: %{customdata[3]:.1f} to %{customdata[4]:.1f} %<extra></extra>"
            ),
        )
    if baseline is not None:
        name, share = baseline
        figure.add_vline(
            x=100 * share,
            line={"color": NEUTRAL, "dash": "dot", "width": 2},
            annotation={
                "text": f"always “{plain_html(name)}”: {100 * share:.0f} %",
                "yref": "paper",
                "y": 0.5,
                "yanchor": "middle",
                "xanchor": "left" if share < 0.5 else "right",
                "font": {"size": 13, "color": NEUTRAL},
            },
        )
    styled(figure, "Photos named correctly", "Accuracy (%), with its 95 % interval", "", 330)
    photos = table.drop_duplicates("split").set_index("split")["photos"]
    splits = [split for split in _ROWS if split in photos.index]
    figure.update_yaxes(
        tickvals=[_ROWS[split] for split in splits],
        ticktext=[f"{split.capitalize()}<br>{photos[split]:,} photos" for split in splits],
        range=[min(map(_ROWS.get, splits)) - 0.5, max(map(_ROWS.get, splits)) + 0.6],
        showgrid=False,
        zeroline=False,
        fixedrange=True,
    )
    # A little beyond 100 %: a label above a perfect score must fit.
    figure.update_xaxes(range=[0, 106], tickvals=list(range(0, 101, 20)), fixedrange=True)
    return figure
