"""Accuracy of the compared runs and of the baselines on both splits, as dots."""

from typing import Any

import plotly.graph_objects as go
from pandas import DataFrame, Series

from engine.text import plain_html
from engine.views.charts.style import MEASURED_AXIS, MEASURED_MARGIN, mark_of, styled
from engine.views.colours import NEUTRAL
from engine.views.looks import Look

#: How much of the height a row takes. Baselines carry less weight than the compared runs.
_ROW, _BASELINE_ROW = 1.12, 0.62
_BETWEEN_SPLITS = 0.6
#: Pixels a row of height 1, and those above and below all rows.
_ROW_PIXELS, _FRAME_PIXELS = 40, 120


def accuracy_chart(table: DataFrame, baselines: DataFrame, looks: dict[str, Look]) -> go.Figure:
    """Dots, those of networks with 95 % intervals: one group of rows a split, one row a run.

    The dots carry their names, so that there is no legend to look up or to wrap on a phone.

    Args:
        table: `engine.measures.findings.accuracy_table` of the compared runs, at least one row.
        baselines: The same of the baselines, perhaps no row.
        looks: Look of each run, by its name in the tables. The last one stands on top of each
            group, with the baselines below all others.
    """
    splits = [split for split in ("test", "validation") if (table["split"] == split).any()]
    drawn = {*table["run"], *baselines["model"]}
    names = [name for name in reversed(looks) if name in drawn]
    names.sort(key=lambda name: looks[str(name)].is_baseline)
    places, middles, top = {}, {}, 0.0
    for split in splits:
        for name in names:
            height = _BASELINE_ROW if looks[str(name)].is_baseline else _ROW
            places[name, split] = top - height / 2
            top -= height
        middles[split] = (places[names[0], split] + places[names[-1], split]) / 2
        top -= _BETWEEN_SPLITS
    figure = go.Figure()
    for run, rows in table.groupby("run", sort=False):
        _add_run(figure, looks[str(run)], rows, _y(rows["run"], rows["split"], places))
    for run, rows in baselines[baselines["split"].isin(splits)].groupby("model", sort=False):
        _add_baseline(figure, looks[str(run)], rows, _y(rows["model"], rows["split"], places))
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


def _y(names: Series, splits: Series, places: dict[tuple[str, str], float]) -> list[float]:
    return [places[place] for place in zip(names, splits, strict=True)]


def _add_run(figure: go.Figure, look: Look, rows: DataFrame, y: list[float]) -> None:
    percent = 100 * rows["accuracy"]
    figure.add_scatter(
        name=plain_html(look.title),
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
        text=[f"{plain_html(look.short_title)} <b>{value:.1f} %</b>" for value in percent],
        textposition=[_side(value) for value in percent],
        cliponaxis=False,
        marker=mark_of(look, 15),
        **_hover(look, rows, percent),
    )


def _add_baseline(figure: go.Figure, look: Look, rows: DataFrame, y: list[float]) -> None:
    percent, title = 100 * rows["accuracy"], plain_html(look.short_title)
    figure.add_scatter(
        name=plain_html(look.title),
        x=percent,
        y=y,
        mode="markers+text",
        text=[f"\u00a0\u00a0{title} {value:.0f} %\u00a0\u00a0" for value in percent],
        # Beside the mark, not above it: less weight than the models.
        textposition=["middle right" if value < 50 else "middle left" for value in percent],
        textfont={"color": NEUTRAL, "size": 14},
        cliponaxis=False,
        # They have a row each, so that all may have the same mark.
        marker={"color": NEUTRAL, "symbol": "square", "size": 10},
        **_hover(look, rows, percent),
    )


def _hover(look: Look, rows: DataFrame, percent: Series) -> dict[str, Any]:
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
            f"<b>{plain_html(look.title)}</b>, %{{customdata[0]}}<br>"
            "%{customdata[1]:,} of %{customdata[2]:,} photos right = %{x:.1f} %<br>"
            "95 % interval: %{customdata[3]:.1f} to %{customdata[4]:.1f} %<extra></extra>"
        ),
    }


def _side(percent: float) -> str:
    """Where a label has room: inwards, near the ends of the axis."""
    if percent > 60:
        return "top left"
    return "top right" if percent < 40 else "top center"
