"""How sure models are beside how right they are."""

import plotly.graph_objects as go
from pandas import DataFrame

from engine.text import plain_html
from engine.views.charts.style import MEASURED_AXIS, MEASURED_MARGIN, line_of, mark_of, styled
from engine.views.colours import NEUTRAL
from engine.views.looks import Look

#: A bin of fewer photos is drawn small, and no line leads through it.
_FEW = 10
#: Points of a line over all photos: more than a screen has pixels to tell apart.
_MOST_POINTS = 300


def reliability_chart(tables: dict[str, DataFrame], looks: dict[str, Look]) -> go.Figure:
    """Accuracy against confidence, a mark for each bin; on the diagonal they agree.

    Args:
        tables: `engine.measures.calibration.reliability_table` of each run.
        looks: Look of each run, by the same keys.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 100],
        y=[0, 100],
        mode="lines",
        line={"color": NEUTRAL, "width": 2, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
    )
    for key, table in tables.items():
        look = looks[key]
        title = plain_html(look.title)
        accuracy = 100 * table["accuracy"]
        enough = table["photos"] >= _FEW
        figure.add_scatter(
            name=plain_html(look.short_title),
            x=(100 * table["confidence"]).tolist(),
            y=accuracy.tolist(),
            error_y={
                "type": "data",
                "symmetric": False,
                # Those of the small marks would cover the chart.
                "array": (100 * table["high"] - accuracy).where(enough, 0).tolist(),
                "arrayminus": (accuracy - 100 * table["low"]).where(enough, 0).tolist(),
                "thickness": 2,
                "width": 5,
            },
            mode="markers",
            marker={
                **mark_of(look, 13),
                "size": [13 if one else 7 for one in enough],
                "opacity": 1,
            },
            customdata=list(
                zip(
                    table["photos"].tolist(),
                    (100 * table["low"]).tolist(),
                    (100 * table["high"]).tolist(),
                    strict=True,
                )
            ),
            hovertemplate=(
                f"<b>{title}</b>, %{{customdata[0]}} photos<br>"
                "%{x:.0f} % sure on average, %{y:.0f} % right<br>"
                "95 % interval: %{customdata[1]:.0f} to %{customdata[2]:.0f} %<extra></extra>"
            ),
        )
        # A line through bins of two or three photos would show chance alone.
        figure.add_scatter(
            x=(100 * table.loc[enough, "confidence"]).tolist(),
            y=accuracy[enough].tolist(),
            mode="lines",
            line=line_of(look),
            hoverinfo="skip",
            showlegend=False,
        )
    styled(figure, "How right, when so sure", "Sure (%)", "Right (%)", height=420)
    return _percent_axes(figure)


def coverage_chart(
    tables: dict[str, DataFrame],
    marks: dict[str, tuple[float, float]],
    looks: dict[str, Look],
) -> go.Figure:
    """Accuracy against the share of photos answered, the surest first.

    Args:
        tables: `engine.measures.calibration.coverage_table` of each run.
        marks: For each run to mark, coverage and accuracy where it says "none of these".
        looks: Look of each run, by the same keys.
    """
    figure = go.Figure()
    for key, table in tables.items():
        look = looks[key]
        title = plain_html(look.title)
        # Of very few answered photos the accuracy is noise.
        drawn = table[table["photos"] >= min(_FEW, table["photos"].max())]
        drawn = drawn.iloc[:: max(1, len(drawn) // _MOST_POINTS)]
        figure.add_scatter(
            name=plain_html(look.short_title),
            x=(100 * drawn["coverage"]).tolist(),
            y=(100 * drawn["accuracy"]).tolist(),
            mode="lines",
            line=line_of(look),
            customdata=list(
                zip((100 * drawn["threshold"]).tolist(), drawn["photos"].tolist(), strict=True)
            ),
            hovertemplate=(
                f"<b>{title}</b><br>answers the %{{customdata[1]}} photos it is at least "
                "%{customdata[0]:.0f} % sure of (%{x:.0f} %)<br>%{y:.1f} % of them right"
                "<extra></extra>"
            ),
        )
        if key in marks:
            coverage, accuracy = marks[key]
            figure.add_scatter(
                x=[100 * coverage],
                y=[100 * accuracy],
                mode="markers",
                marker=mark_of(look, 14),
                showlegend=False,
                hovertemplate=(
                    f"<b>{title}</b> with “none of these”<br>answers %{{x:.0f}} % of the "
                    "photos, %{y:.1f} % of them right<extra></extra>"
                ),
            )
    styled(figure, "How right, if it may pass", "Photos answered (%)", "Right (%)", height=420)
    return _percent_axes(figure)


def _percent_axes(figure: go.Figure) -> go.Figure:
    ticks = {"range": [-2, 103], "tickvals": list(range(0, 101, 20)), "fixedrange": True}
    ticks |= MEASURED_AXIS
    figure.update_xaxes(zeroline=False, **ticks)
    figure.update_yaxes(zeroline=False, **ticks)
    figure.update_layout(margin=MEASURED_MARGIN)
    return figure
