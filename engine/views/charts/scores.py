"""Precision, recall or F1 of each class, as a Plotly figure."""

import pandas as pd
import plotly.graph_objects as go

from engine.text import plain_html
from engine.views.charts.style import class_label, class_rows_height, mark_of, styled
from engine.views.colours import NEUTRAL
from engine.views.looks import Look

SCORE_TITLES = {"precision": "Precision", "recall": "Recall", "f1": "F1"}


def scores_figure(report: pd.DataFrame, score: str, looks: dict[str, Look]) -> go.Figure:
    """One score of each class, a point a run; two runs are joined by a line.

    Args:
        report: One row a class, as `engine.measures.metrics.class_scores` gives.
        score: `precision`, `recall` or `f1`.
        looks: Look of the run of each side that `report` has columns of, the left one first.
    """
    # Bar-like charts are read from the top: the weakest class of the left run stands there.
    report = report.sort_values(f"{score}_{next(iter(looks))}", ascending=False, kind="stable")
    positions = list(range(len(report)))
    figure = go.Figure()
    if len(looks) == 2:
        ends = zip(*(report[f"{score}_{side}"] for side in looks), strict=True)
        x, y = [], []
        for position, (one, other) in enumerate(ends):
            x += [100 * one, 100 * other, None]
            y += [position, position, None]
        line = {"color": NEUTRAL, "width": 3}
        figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", showlegend=False)
    for side, look in looks.items():
        figure.add_scatter(
            x=100 * report[f"{score}_{side}"],
            y=positions,
            mode="markers",
            name=plain_html(look.short_title),
            marker=mark_of(look, 13),
            customdata=[
                (plain_html(name), support)
                for name, support in zip(report["class_name"], report["support"], strict=True)
            ],
            hovertemplate=(
                f"<b>%{{customdata[0]}}</b> (%{{customdata[1]}} photos)<br>{SCORE_TITLES[score]} "
                f"of {plain_html(look.title)}: %{{x:.1f}} %<extra></extra>"
            ),
        )
    styled(
        figure,
        f"{SCORE_TITLES[score]} of each class",
        f"{SCORE_TITLES[score]} (%)",
        "",
        height=class_rows_height(len(report)),
    )
    figure.update_layout(title={"y": 0.98, "yanchor": "top"}, margin={"t": 80})
    figure.update_xaxes(range=[-3, 103], fixedrange=True)
    figure.update_yaxes(
        tickvals=positions,
        ticktext=[class_label(name) for name in report["class_name"]],
        range=[-0.6, len(report) - 0.4],
        fixedrange=True,
        title_text=None,
        showgrid=True,
    )
    return figure
