"""How trainings go while they go: accuracy batch by batch, and epoch by epoch."""

from dataclasses import dataclass

import plotly.graph_objects as go
from pandas import DataFrame

from engine.text import plain_html
from engine.views.charts.style import LEGEND_BELOW, line_of, mark_of, styled
from engine.views.looks import Look


@dataclass(frozen=True, eq=False)
class LiveCurve:
    """One training.

    Attributes:
        look: Of the run that it becomes.
        history: Complete epochs, columns `engine.runs.HISTORY_COLUMNS`; may be empty.
        batches: Columns `engine.runs.BATCHES_COLUMNS`; may be empty.
        epochs: How many there will be, or 0.
    """

    look: Look
    history: DataFrame
    batches: DataFrame
    epochs: int


def live_chart(curves: list[LiveCurve]) -> go.Figure:
    """Accuracy of trainings: a thin line by batch, on training photos; marks by epoch, on others.

    Args:
        curves: The trainings, at least one.
    """
    figure = go.Figure()
    for curve in curves:
        title = plain_html(curve.look.title)
        # A finished run keeps its epochs only.
        learnt = curve.batches if len(curve.batches) else curve.history
        figure.add_scatter(
            name=f"{title}: training",
            x=learnt["epoch"].tolist(),
            y=(100 * learnt["accuracy"]).tolist(),
            mode="lines",
            line=line_of(curve.look, 1.5),
            opacity=0.7,
            hovertemplate=f"{title}<br>training photos of epoch %{{x:.1f}}: "
            "%{y:.1f} %<extra></extra>",
        )
        figure.add_scatter(
            name=f"{title}: validation",
            x=curve.history["epoch"].tolist(),
            y=(100 * curve.history["val_accuracy"]).tolist(),
            mode="lines+markers",
            line=line_of(curve.look, 3.5),
            marker=mark_of(curve.look, 9),
            hovertemplate=f"{title}<br>validation photos after epoch %{{x}}: "
            "%{y:.1f} %<extra></extra>",
        )
    # The axis stands still while the curves grow.
    end = max([1, *(max(one.epochs, len(one.history)) for one in curves)])
    return styled(
        figure,
        "Accuracy while they learn",
        "Epoch",
        "Accuracy (%)",
        380,
        x_axis={"range": [0, end * 1.02], "fixedrange": True},
        y_axis={"range": [0, 105], "fixedrange": True, "tickvals": [0, 25, 50, 75, 100]},
        legend=LEGEND_BELOW,
        # What a visitor has hidden in the legend stays hidden at the next look.
        uirevision="live",
    )
