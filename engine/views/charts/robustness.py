"""How right models are while all photos are changed in the same way, more and more."""

import math
from typing import Any

import plotly.graph_objects as go
from pandas import DataFrame

from engine.measures.distortions import Change
from engine.text import plain_html
from engine.views.charts.style import LEGEND_BELOW, line_of, mark_of, styled
from engine.views.colours import NEUTRAL, transparent
from engine.views.looks import Look

#: Pixels, with room for a legend of so many rows.
_HEIGHT, _ROWS_WITHIN = 420, 3
_ROW_HEIGHT = 24


def robustness_chart(
    curves: dict[str, DataFrame],
    looks: dict[str, Look],
    change: Change,
    chance: float,
    trained: tuple[float, float] | None = None,
) -> go.Figure:
    """Accuracy on the test split while one change grows, with 95 % intervals.

    The networks have a band each; four grey ones could not be told apart, so those of baselines
    are in the hover alone.

    Args:
        curves: `engine.measures.breaking.robustness_curve` of each run.
        looks: Look of each run, by the same names.
        change: What grows.
        chance: Accuracy of guessing, 0 to 1, drawn as a grey line.
        trained: Between which values photos were changed in training, shaded; None for no shade.
    """
    figure = go.Figure()
    for name, curve in curves.items():
        if not looks[name].is_baseline:
            _add_band(figure, curve, looks[name].colour)
    for name, curve in curves.items():
        look = looks[name]
        title = plain_html(look.title)
        figure.add_scatter(
            name=title,
            x=curve["value"].tolist(),
            y=(100 * curve["accuracy"]).tolist(),
            mode="lines+markers",
            line=line_of(look),
            marker={**mark_of(look, 9), "opacity": 1},
            customdata=list(
                zip(
                    curve["images"].tolist(),
                    (100 * curve["low"]).tolist(),
                    (100 * curve["high"]).tolist(),
                    strict=True,
                )
            ),
            hovertemplate=(
                f"<b>{title}</b><br>{change.title} %{{x:.3g}} {change.unit}: "
                "%{y:.1f} % of %{customdata[0]} photos right<br>"
                "95 % interval: %{customdata[1]:.1f} to %{customdata[2]:.1f} %<extra></extra>"
            ),
            # A click chooses the photos below; it must not make the other points pale.
            selected={"marker": {"opacity": 1}},
            unselected={"marker": {"opacity": 1}},
        )
    values = sorted({value for curve in curves.values() for value in curve["value"]})
    styled(
        figure,
        f"Accuracy against {_in_sentence(change.title)}",
        f"{change.title} ({change.unit})" if change.unit else change.title,
        "Accuracy on the test split (%)",
        # On a phone the legend has a row a run, which is taken from the lines.
        height=_HEIGHT + _ROW_HEIGHT * max(0, len(curves) - _ROWS_WITHIN),
        x_axis={"fixedrange": True, "zeroline": False, **_ticks(change, values)},
        y_axis={
            "range": [0, 103],
            "tickvals": list(range(0, 101, 20)),
            "fixedrange": True,
            "zeroline": False,
        },
        legend=LEGEND_BELOW,
        hovermode="closest",
        shapes=_shapes(chance, trained),
        annotations=_annotations(chance),
    )
    return figure


def _add_band(figure: go.Figure, curve: DataFrame, colour: str) -> None:
    values = curve["value"].tolist()
    figure.add_scatter(
        x=[*values, *reversed(values)],
        y=[*(100 * curve["high"]), *reversed((100 * curve["low"]).tolist())],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=transparent(colour, 0.16),
        hoverinfo="skip",
        showlegend=False,
    )


def _ticks(change: Change, values: list[float]) -> dict[str, Any]:
    if change.unit == "°":
        return {"dtick": 60, "tick0": 0}
    ticks = {"tickvals": values, "ticktext": [f"{value:g}" for value in values]}
    if change.ratio and values and values[0] > 0:
        margin = 0.03 * math.log10(values[-1] / values[0]) or 0.1
        ends = [math.log10(values[0]) - margin, math.log10(values[-1]) + margin]
        return {"type": "log", "range": ends, **ticks}
    # Small values of a blur lie too close for a label each.
    return {} if change.unchanged == 0 and values and values[0] == 0 else ticks


def _shapes(chance: float, trained: tuple[float, float] | None) -> list[dict[str, Any]]:
    shapes = [
        {
            "type": "line",
            "xref": "paper",
            "x0": 0,
            "x1": 1,
            "y0": 100 * chance,
            "y1": 100 * chance,
            "line": {"color": NEUTRAL, "width": 2, "dash": "dot"},
        }
    ]
    if trained is not None:
        shapes.append(
            {
                "type": "rect",
                "yref": "paper",
                "x0": trained[0],
                "x1": trained[1],
                "y0": 0,
                "y1": 1,
                "fillcolor": NEUTRAL,
                "opacity": 0.16,
                "line": {"width": 0},
                "layer": "below",
            }
        )
    return shapes


def _annotations(chance: float) -> list[dict[str, Any]]:
    return [
        {
            "xref": "paper",
            "x": 1,
            "xanchor": "right",
            "y": 100 * chance,
            "yanchor": "top",
            "text": "guessing",
            "showarrow": False,
            "font": {"size": 13},
        }
    ]


def _in_sentence(title: str) -> str:
    return title if title.startswith("JPEG") else title.lower()
