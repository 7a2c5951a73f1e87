"""Accuracy of both models on both splits, as dots with their intervals."""

import plotly.graph_objects as go
from pandas import DataFrame

from engine.charts.style import styled
from engine.charts.theme import MODEL_COLOURS, MODEL_SYMBOLS, NEUTRAL, SHORT_TITLES, TITLES
from engine.text import plain_html

_ROWS = {"test": 1.0, "validation": 0.0}
_OFFSETS = {"resnet50": 0.22, "scratch": -0.08}
_BASELINE_OFFSET = -0.38


def accuracy_chart(table: DataFrame, baselines: dict[str, tuple[str, float]]) -> go.Figure:
    """Dots with 95 % intervals: one group of rows a split, one row a model.

    The dots carry their names, so that there is no legend to look up or to wrap on a phone.

    Args:
        table: `engine.findings.accuracy_table`, at least one row.
        baselines: For each split to mark, a class name and the accuracy of always answering it.
    """
    figure = go.Figure()
    for model, rows in table.groupby("model", sort=False):
        percent = 100 * rows["accuracy"]
        counts = zip(
            rows["split"],
            rows["correct"],
            rows["photos"],
            100 * rows["low"],
            100 * rows["high"],
            strict=True,
        )
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
            text=[f"{SHORT_TITLES[model]} <b>{value:.1f} %</b>" for value in percent],
            textposition=[_side(value) for value in percent],
            cliponaxis=False,
            marker={"color": MODEL_COLOURS[model], "symbol": MODEL_SYMBOLS[model], "size": 15},
            customdata=list(counts),
            hovertemplate=(
                f"<b>{TITLES[model]}</b>, %{{customdata[0]}}<br>"
                "%{customdata[1]:,} of %{customdata[2]:,} photos right = %{x:.1f} %<br>"
                "95 % interval: %{customdata[3]:.1f} to %{customdata[4]:.1f} %<extra></extra>"
            ),
        )
    splits = [split for split in _ROWS if (table["split"] == split).any()]
    _add_baselines(figure, {one: baselines[one] for one in splits if one in baselines})
    photos = table.drop_duplicates("split").set_index("split")["photos"]
    styled(
        figure,
        "Photos named correctly",
        "Accuracy (%), with its 95 % interval",
        "",
        380,
        # A little beyond both ends: a whole dot must fit.
        x_axis={
            "range": [-2, 103],
            "tickvals": list(range(0, 101, 20)),
            "showgrid": True,
            "fixedrange": True,
        },
        y_axis={
            "tickvals": [_ROWS[split] for split in splits],
            "ticktext": [f"{split.capitalize()}<br>{photos[split]:,} photos" for split in splits],
            "range": [min(map(_ROWS.get, splits)) - 0.5, max(map(_ROWS.get, splits)) + 0.5],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        showlegend=False,
    )
    return figure


def _add_baselines(figure: go.Figure, baselines: dict[str, tuple[str, float]]) -> None:
    if not baselines:
        return
    percent = [100 * share for _, share in baselines.values()]
    names = [plain_html(name) for name, _ in baselines.values()]
    figure.add_scatter(
        name="Baseline",
        x=percent,
        y=[_ROWS[split] + _BASELINE_OFFSET for split in baselines],
        mode="markers+text",
        text=[
            f"  always “{name}” {value:.0f} %" for name, value in zip(names, percent, strict=True)
        ],
        # Beside the mark, not above it: less weight than the models.
        textposition=["middle right" if value < 50 else "middle left" for value in percent],
        textfont={"color": NEUTRAL},
        cliponaxis=False,
        marker={"color": NEUTRAL, "symbol": "square", "size": 10},
        hovertemplate="A model without eyes: always the most frequent class<extra></extra>",
    )


def _side(percent: float) -> str:
    """Where a label has room: inwards, near the ends of the axis."""
    if percent > 60:
        return "top left"
    return "top right" if percent < 40 else "top center"
