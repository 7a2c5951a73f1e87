"""Training curves of one run; charts of several runs share their axes."""

import math
from typing import Any

import plotly.graph_objects as go
from pandas import DataFrame

from engine.text import plain_html
from engine.views.charts.style import LEGEND, MEASURED_AXIS, MEASURED_MARGIN, styled
from engine.views.colours import NEUTRAL
from engine.views.looks import Look

#: Horizontal axes: column of `engine.measures.histories.curves_table`, and its name with the unit.
AXES = {"epoch": "Epoch", "minutes": "Training time (minutes)"}
MEASURES = {"accuracy": "Accuracy (%)", "loss": "Loss (cross-entropy)"}
_DASHES = {"train": "dash", "validation": "solid"}
#: With few epochs, or beside a gap, a line alone may be invisible.
_MARKERS_UP_TO = 12
#: Percentage points that two lines of small text take on the axis of accuracies.
_LINE_OF_TEXT = 13.0


def axis_ranges(curves: DataFrame, measure: str, by: str) -> tuple[list[float], list[float]]:
    """Ranges (x, y) that hold the curves of all runs.

    Args:
        curves: `engine.measures.histories.curves_table` of all runs.
        measure: `accuracy` or `loss`.
        by: `epoch` or `minutes`.
    """
    values = [value for value in curves[measure] if math.isfinite(value)]
    end = max((value for value in curves[by] if math.isfinite(value)), default=1)
    top = 100 if measure == "accuracy" else max(values, default=1)
    return [0, max(end, 1e-3) * 1.03], [0, top * 1.05 or 1]


def curves_chart(
    curves: DataFrame,
    run: str,
    measure: str,
    by: str,
    best_epoch: int | None,
    ranges: tuple[list[float], list[float]],
    looks: dict[str, Look],
    others: dict[str, float] | None = None,
    baselines: dict[str, float] | None = None,
) -> go.Figure:
    """Training (dashed) and validation (solid) of one run.

    Args:
        curves: The rows of `engine.measures.histories.curves_table` of this run.
        run: The key of this run in `looks`.
        measure: `accuracy` (shown in percent) or `loss`.
        by: `epoch` or `minutes`.
        best_epoch: Epoch to mark; None for none.
        ranges: `axis_ranges` of all runs.
        looks: Look of this run, of the others and of the baselines.
        others: Best validation accuracy of other runs, by key, drawn as dotted lines.
        baselines: Validation accuracy of baselines, by key, drawn as dotted grey lines.
    """
    scale, unit = (100, " %") if measure == "accuracy" else (1, "")
    digits = ".1f" if measure == "accuracy" else ".3f"
    look = looks[run]
    figure = go.Figure()
    for split, dash in _DASHES.items():
        rows = curves[curves["split"] == split]
        values = scale * rows[measure].where(rows[measure].map(math.isfinite))
        markers = len(rows) <= _MARKERS_UP_TO or values.isna().any()
        figure.add_scatter(
            name="Training" if split == "train" else "Validation",
            x=rows[by],
            y=values,
            mode="lines+markers" if markers else "lines",
            line={"color": look.colour, "dash": dash, "width": 2 if split == "train" else 3.5},
            marker={"size": 6, "symbol": look.symbol},
            opacity=0.65 if split == "train" else 1,
            customdata=list(zip(rows["epoch"], rows["minutes"], strict=True)),
            hovertemplate=(
                f"{split}: %{{y:{digits}}}{unit}<br>epoch %{{customdata[0]}}, "
                "after %{customdata[1]:.1f} minutes<extra></extra>"
            ),
        )
    x_range, y_range = ranges
    margin = MEASURED_MARGIN
    if baselines:
        _add_baselines(
            figure, {key: scale * value for key, value in baselines.items()}, looks, x_range
        )
        # Room beside the chart for the labels, and above it for a legend that on a phone, where
        # they leave it too little, wraps into two rows.
        margin = {**MEASURED_MARGIN, "r": 98, "t": 84}
    lines = [_reference(scale * value, looks[key]) for key, value in (others or {}).items()]
    start = fine_tuning_start(curves, by)
    if start is not None:
        lines.append(_fine_tuning(start, measure))
    styled(
        figure,
        f"{plain_html(look.title)}: {measure}",
        AXES[by],
        MEASURES[measure],
        350 + (24 if baselines else 0),
        x_axis={"range": x_range, **MEASURED_AXIS},
        y_axis={"range": y_range, "rangemode": "tozero", **MEASURED_AXIS},
        legend={**LEGEND, "font": {"size": 14}},
        # Plain lists: Plotly's own lines across a chart take it milliseconds each.
        shapes=[line for line, _ in lines],
        annotations=[label for _, label in lines],
        margin=margin,
    )
    if baselines:
        figure.layout.title.update(y=1, yref="container", yanchor="top", pad={"t": 12})
    _add_best(figure, curves, look, measure, by, best_epoch, (scale, digits, unit), x_range[1])
    return figure


def fine_tuning_start(curves: DataFrame, by: str) -> float | None:
    """Where fine-tuning starts: between two epochs, or minutes after the start; None if never."""
    rows = curves[curves["split"] == "train"]
    fine_tune = rows.loc[rows["phase"] == "fine_tune", "epoch"]
    if fine_tune.empty:
        return None
    first = int(fine_tune.iloc[0])
    if by == "epoch":
        return first - 0.5
    before = rows.loc[rows["epoch"] < first, "minutes"]
    return float(before.iloc[-1]) if len(before) else 0.0


def _reference(value: float, other: Look) -> tuple[dict[str, Any], dict[str, Any]]:
    """A line across the chart and its label."""
    line = {"color": other.colour, "dash": "dot", "width": 2}
    label = {
        "text": f"best of {plain_html(other.short_title)}: {value:.1f} %",
        "font": {"size": 13},
        "xref": "x domain",
        "x": 1,
        "xanchor": "right",
        "y": value,
        "yanchor": "bottom" if value < 85 else "top",
        "showarrow": False,
    }
    across = {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "y0": value, "y1": value}
    return {**across, "line": line}, label


def _add_baselines(
    figure: go.Figure, baselines: dict[str, float], looks: dict[str, Look], x_range: list[float]
) -> None:
    names = sorted(baselines, key=lambda name: baselines[name])
    x, y, said = [], [], []
    for name in names:
        x += [*x_range, None]
        y += [baselines[name], baselines[name], None]
        said += [f"{plain_html(looks[name].title)}<br>validation {baselines[name]:.1f} %"] * 3
    figure.add_scatter(
        name="Baselines",
        showlegend=False,
        x=x,
        y=y,
        mode="lines",
        line={"color": NEUTRAL, "dash": "dot", "width": 1.5},
        customdata=said,
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure.add_scatter(
        name="Baselines",
        showlegend=False,
        x=[x_range[1]] * len(names),
        y=spread([baselines[name] for name in names], _LINE_OF_TEXT),
        mode="text",
        text=[
            f"{plain_html(looks[name].short_title)}<br>{baselines[name]:.0f} %" for name in names
        ],
        textposition="middle right",
        textfont={"size": 12, "color": NEUTRAL},
        cliponaxis=False,  # beside the chart, where no curve runs through it
        hoverinfo="skip",
    )


def spread(values: list[float], apart: float) -> list[float]:
    """Places for labels: as near to `values`, which rise, as labels `apart` from each other can be.

    Those in each other's way share the room around their middle.
    """
    groups = []
    for value in values:
        groups.append([value])
        while len(groups) > 1 and _lowest(groups[-1], apart) < _highest(groups[-2], apart) + apart:
            groups[-2:] = [groups[-2] + groups[-1]]
    return [
        _lowest(group, apart) + position * apart
        for group in groups
        for position in range(len(group))
    ]


def _lowest(group: list[float], apart: float) -> float:
    return sum(group) / len(group) - apart * (len(group) - 1) / 2


def _highest(group: list[float], apart: float) -> float:
    return _lowest(group, apart) + apart * (len(group) - 1)


def _fine_tuning(start: float, measure: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A line up the chart and its label, where the curves are not."""
    low = measure == "accuracy"
    label = {
        "text": "fine-tuning starts",
        "font": {"size": 13},
        "x": start,
        "xanchor": "left",
        "yref": "y domain",
        "y": 0 if low else 1,
        "yanchor": "bottom" if low else "top",
        "showarrow": False,
    }
    up = {"type": "line", "x0": start, "x1": start, "yref": "y domain", "y0": 0, "y1": 1}
    return {**up, "line": {"color": NEUTRAL, "width": 2}}, label


def _add_best(
    figure: go.Figure,
    curves: DataFrame,
    look: Look,
    measure: str,
    by: str,
    best_epoch: int | None,
    number: tuple[float, str, str],
    x_end: float,
) -> None:
    rows = curves[(curves["split"] == "validation") & (curves["epoch"] == best_epoch)]
    if rows.empty or not math.isfinite(rows[measure].iloc[0]):
        return
    scale, digits, unit = number
    x, y = float(rows[by].iloc[0]), scale * float(rows[measure].iloc[0])
    text = f"{y:{digits}}{unit}"
    figure.add_scatter(
        name="Best epoch",
        showlegend=False,  # its label says it, and three entries wrap on a phone
        x=[x],
        y=[y],
        mode="markers",
        marker={
            "symbol": "star",
            "size": 18,
            "color": look.colour,
            "line": {"color": "white", "width": 1.5},
        },
        hovertemplate=f"best epoch: {best_epoch}<br>validation {text}<extra></extra>",
    )
    figure.add_annotation(
        x=x,
        y=y,
        text=f"<b>epoch {best_epoch}: {text}</b>",
        showarrow=False,
        xanchor="right" if x > x_end / 2 else "left",
        yshift=-24 if measure == "accuracy" else 24,
        font={"size": 14},
    )
