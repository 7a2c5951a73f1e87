"""Accuracy against photos per class: medians as lines, ranges over the seeds as bands."""

import plotly.graph_objects as go
from pandas import DataFrame

from engine.runs import ALL_PHOTOS
from engine.views.charts.style import LEGEND, styled
from engine.views.charts.theme import MODEL_COLOURS, MODEL_SYMBOLS, TITLES

#: In the legend: the curve is not of the run that the other pages show.
_NAMES = {"scratch": "Scratch", "resnet50": "ResNet50, frozen phase"}
_BAND_OPACITY = 0.2


def learning_curve_chart(summary: DataFrame, trained: dict[str, float]) -> go.Figure:
    """Median test accuracy of each model on a logarithmic axis, its range as a band.

    Args:
        summary: `engine.measures.little_data.summarise_curve`.
        trained: Test accuracy of a run trained in full on all photos, by model: a hollow mark.
    """
    figure = go.Figure()
    for model, rows in summary.groupby("model", sort=False):
        x, colour = rows["per_class"].tolist(), MODEL_COLOURS[model]
        figure.add_scatter(
            name=f"{TITLES[model]}, range",
            x=x + x[::-1],
            y=[*(100 * rows["high"]), *(100 * rows["low"])[::-1]],
            fill="toself",
            fillcolor=_transparent(colour, _BAND_OPACITY),
            mode="lines",
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
        )
        figure.add_scatter(
            name=_NAMES[model],
            x=x,
            y=100 * rows["median"],
            mode="lines+markers",
            line={"color": colour, "width": 3},
            marker={"size": 11, "symbol": MODEL_SYMBOLS[model]},
            customdata=[[_said(row)] for row in rows.itertuples()],
            hovertemplate=f"<b>{_NAMES[model]}</b>, %{{customdata[0]}}<extra></extra>",
        )
    ticks = summary.drop_duplicates("photos_per_class").sort_values("per_class")
    for model, accuracy in trained.items():
        figure.add_scatter(
            name=f"{TITLES[model]}, in full",
            x=[ticks["per_class"].iloc[-1]],
            y=[100 * accuracy],
            mode="markers+text",
            text=["in full"],
            textposition="top left",
            textfont={"size": 14},
            cliponaxis=False,
            marker={
                "size": 15,
                "symbol": f"{MODEL_SYMBOLS[model]}-open",
                "color": MODEL_COLOURS[model],
                "line": {"width": 2.5},
            },
            hovertemplate=(
                f"<b>{TITLES[model]}</b>, trained in full<br>%{{y:.1f}} %<extra></extra>"
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


def _said(row) -> str:
    size = "all" if row.photos_per_class == ALL_PHOTOS else f"{row.photos_per_class} a class"
    seeds = "".join(
        f"<br>seed {seed}: {100 * accuracy:.1f} %"
        for seed, accuracy in zip(row.seeds, row.accuracies, strict=True)
    )
    return f"{size}: {row.photos:,} photos<br>median {100 * row.median:.1f} %{seeds}"


def _tick(row) -> str:
    if row.photos_per_class != ALL_PHOTOS:
        return row.photos_per_class
    return f"all<br>({row.per_class:.0f})"


def _transparent(colour: str, opacity: float) -> str:
    """`#rrggbb` as `rgba(...)`."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"
