"""Accuracy of both models and of the baselines on both splits, as dots."""

import plotly.graph_objects as go
from pandas import DataFrame, Series

from engine.recipes.config import BASELINE_TITLES, BASELINES
from engine.views.charts.style import MEASURED_AXIS, MEASURED_MARGIN, styled
from engine.views.charts.theme import (
    BASELINE_SYMBOL,
    MODEL_COLOURS,
    MODEL_SYMBOLS,
    NEUTRAL,
    SHORT_BASELINE_TITLES,
    SHORT_TITLES,
    TITLES,
)

#: From the top of a split's rows, and how much of the height each takes. Baselines carry less
#: weight than the models.
_ROWS = {"resnet50": 1.1, "scratch": 1.15, **dict.fromkeys(reversed(BASELINES), 0.62)}
_BETWEEN_SPLITS = 0.6
#: Pixels a row of height 1, and those above and below all rows.
_ROW_PIXELS, _FRAME_PIXELS = 40, 120


def accuracy_chart(table: DataFrame, baselines: DataFrame) -> go.Figure:
    """Dots, those of the models with 95 % intervals: one group of rows a split, one row a model.

    The dots carry their names, so that there is no legend to look up or to wrap on a phone.

    Args:
        table: `engine.measures.findings.accuracy_table` of the models, at least one row.
        baselines: The same of the baselines, perhaps no row.
    """
    splits = [split for split in ("test", "validation") if (table["split"] == split).any()]
    names = [one for one in _ROWS if one in {*table["model"], *baselines["model"]}]
    places, middles, top = {}, {}, 0.0
    for split in splits:
        for name in names:
            places[name, split] = top - _ROWS[name] / 2
            top -= _ROWS[name]
        middles[split] = (places[names[0], split] + places[names[-1], split]) / 2
        top -= _BETWEEN_SPLITS
    figure = go.Figure()
    for model, rows in table.groupby("model", sort=False):
        _add_model(figure, model, rows, _y(rows, places))
    for name, rows in baselines[baselines["split"].isin(splits)].groupby("model", sort=False):
        _add_baseline(figure, name, rows, _y(rows, places))
    photos = table.drop_duplicates("split").set_index("split")["photos"]
    return styled(
        figure,
        "Photos named correctly",
        "Accuracy (%), with its 95 % interval",
        "",
        round(_FRAME_PIXELS - _ROW_PIXELS * top),
        # A little beyond both ends: a whole dot must fit.
        x_axis={
            "range": [-2, 103],
            "tickvals": list(range(0, 101, 20)),
            "showgrid": True,
            "fixedrange": True,
            **MEASURED_AXIS,
        },
        y_axis={
            "tickvals": list(middles.values()),
            "ticktext": [f"{split.capitalize()}<br>{photos[split]:,} photos" for split in splits],
            "range": [top + _BETWEEN_SPLITS / 2, 0.3],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
            **MEASURED_AXIS,
        },
        # Room for "Validation", in the size of the numbers.
        margin={**MEASURED_MARGIN, "l": 96},
        showlegend=False,
    )


def _y(rows: DataFrame, places: dict[tuple[str, str], float]) -> list[float]:
    return [places[row.model, row.split] for row in rows.itertuples()]


def _add_model(figure: go.Figure, model: str, rows: DataFrame, y: list[float]) -> None:
    percent = 100 * rows["accuracy"]
    figure.add_scatter(
        name=TITLES[model],
        x=percent,
        y=y,
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
        **_hover(TITLES[model], rows, percent),
    )


def _add_baseline(figure: go.Figure, name: str, rows: DataFrame, y: list[float]) -> None:
    percent, title = 100 * rows["accuracy"], SHORT_BASELINE_TITLES[name]
    figure.add_scatter(
        name=BASELINE_TITLES[name],
        x=percent,
        y=y,
        mode="markers+text",
        text=[f"\u00a0\u00a0{title} {value:.0f} %\u00a0\u00a0" for value in percent],
        # Beside the mark, not above it: less weight than the models.
        textposition=["middle right" if value < 50 else "middle left" for value in percent],
        textfont={"color": NEUTRAL, "size": 14},
        cliponaxis=False,
        marker={"color": NEUTRAL, "symbol": BASELINE_SYMBOL, "size": 10},
        **_hover(BASELINE_TITLES[name], rows, percent),
    )


def _hover(title: str, rows: DataFrame, percent: Series) -> dict:
    counts = zip(
        rows["split"],
        rows["correct"],
        rows["photos"],
        100 * rows["low"],
        100 * rows["high"],
        strict=True,
    )
    return {
        "customdata": list(counts),
        "hovertemplate": (
            f"<b>{title}</b>, %{{customdata[0]}}<br>"
            "%{customdata[1]:,} of %{customdata[2]:,} photos right = %{x:.1f} %<br>"
            "95 % interval: %{customdata[3]:.1f} to %{customdata[4]:.1f} %<extra></extra>"
        ),
    }


def _side(percent: float) -> str:
    """Where a label has room: inwards, near the ends of the axis."""
    if percent > 60:
        return "top left"
    return "top right" if percent < 40 else "top center"
