"""Accuracy against photos per class: medians as lines, ranges over the seeds as bands."""

from typing import Any

import plotly.graph_objects as go
from pandas import DataFrame

from engine.runs import ALL_PHOTOS
from engine.text import plain_html
from engine.views.charts.style import LEGEND, line_of, mark_of, styled
from engine.views.colours import transparent
from engine.views.looks import Look

_BAND_OPACITY = 0.2


def learning_curve_chart(
    summary: DataFrame, trained: dict[str, float], looks: dict[str, Look]
) -> go.Figure:
    """Median test accuracy of each model on a logarithmic axis, its range as a band.

    Args:
        summary: `engine.measures.little_data.summarise_curve`.
        trained: Test accuracy of a run trained in full on all photos, by model: a hollow mark.
        looks: Look of each model, as `engine.views.looks.learning_curve_looks` gives them.
    """
    figure = go.Figure()
    for model, rows in summary.groupby("model", sort=False):
        x, look = rows["per_class"].tolist(), looks[str(model)]
        name = plain_html(look.short_title)
        figure.add_scatter(
            name=f"{name}, range",
            x=x + x[::-1],
            y=[*(100 * rows["high"]), *(100 * rows["low"])[::-1]],
            fill="toself",
            fillcolor=transparent(look.colour, _BAND_OPACITY),
            mode="lines",
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            name=name,
            x=x,
            y=100 * rows["median"],
            mode="lines+markers",
            line=line_of(look),
            marker=mark_of(look, 11),
            customdata=[[_said(row)] for row in rows.itertuples()],
            hovertemplate=f"<b>{name}</b>, %{{customdata[0]}}<extra></extra>",
        )
    ticks = summary.drop_duplicates("photos_per_class").sort_values("per_class")
    for model, accuracy in trained.items():
        look = looks[model]
        figure.add_scatter(
            name=f"{plain_html(look.title)}, in full",
            x=[ticks["per_class"].iloc[-1]],
            y=[100 * accuracy],
            mode="markers+text",
            text=["in full"],
            textposition="top left",
            textfont={"size": 14},
            cliponaxis=False,
            marker={
                **mark_of(look, 15),
                "symbol": f"{look.symbol}-open",
                "line": {"width": 2.5},
            },
            hovertemplate=(
                f"<b>{plain_html(look.title)}</b>, trained in full<br>%{{y:.1f}} %<extra></extra>"
            ),
            showlegend=False,
        )
    return styled(
        figure,
        "Test accuracy by photos",
        "Photos per class (all: on average)",
        "Accuracy (%)",
        430,
        x_axis={
            "type": "log",
            "tickvals": ticks["per_class"].tolist(),
            "ticktext": [_tick(row) for row in ticks.itertuples()],
            "minor": {"ticks": ""},
        },
        y_axis={"range": [0, 103], "tickvals": list(range(0, 101, 20))},
        legend={**LEGEND, "font": {"size": 14}},
    )


def _said(row: Any) -> str:
    size = "all" if row.photos_per_class == ALL_PHOTOS else f"{row.photos_per_class} a class"
    seeds = "".join(
        f"<br>seed {seed}: {100 * accuracy:.1f} %"
        for seed, accuracy in zip(row.seeds, row.accuracies, strict=True)
    )
    return f"{size}: {row.photos:,} photos<br>median {100 * row.median:.1f} %{seeds}"


def _tick(row: Any) -> str:
    if row.photos_per_class != ALL_PHOTOS:
        return str(row.photos_per_class)
    return f"all<br>({row.per_class:.0f})"
