"""How far the two runs are apart, class by class."""

import plotly.graph_objects as go
from pandas import DataFrame

from engine.text import plain_html
from engine.views.charts.style import mark_of, styled
from engine.views.colours import NEUTRAL
from engine.views.looks import Look, mid_sentence

#: Of more, those with the largest differences are drawn.
MOST_CLASSES = 30
#: The mark where neither is ahead.
_NOBODY = {"color": NEUTRAL, "symbol": "square", "size": 13}
_ROW = 34  # pixels
_AROUND = 150  # title and axis


def difference_chart(table: DataFrame, looks: dict[str, Look]) -> go.Figure:
    """Difference of recall of each class with its interval, in the colour of who is ahead.

    Of many classes, `MOST_CLASSES` with the largest differences.

    Args:
        table: `engine.measures.evidence.class_differences`, the largest difference first.
        looks: Look of the run of each side, `left` and `right`.
    """
    left, right = looks["left"], looks["right"]
    left_title = plain_html(mid_sentence(left.short_title))
    right_title = plain_html(right.short_title)
    largest = table["difference"].abs().nlargest(MOST_CLASSES).index
    table = table[table.index.isin(largest)]
    figure = go.Figure()
    figure.add_vline(x=0, line={"color": NEUTRAL, "width": 2})
    for mark, rows in (
        (mark_of(right, 13), table[table["difference"] > 0]),
        (mark_of(left, 13), table[table["difference"] < 0]),
        (_NOBODY, table[table["difference"] == 0]),
    ):
        if rows.empty:
            continue
        points = (100 * rows["difference"]).tolist()
        ahead = rows["only right"], rows["only left"]
        figure.add_scatter(
            x=points,
            y=[f"{plain_html(name)} " for name in rows["class_name"]],
            error_x={
                "type": "data",
                "symmetric": False,
                "array": (100 * (rows["high"] - rows["difference"])).tolist(),
                "arrayminus": (100 * (rows["difference"] - rows["low"])).tolist(),
                "thickness": 3,
                "width": 6,
            },
            mode="markers",
            marker=mark,
            customdata=list(
                zip(
                    rows["photos"].tolist(),
                    *(part.tolist() for part in ahead),
                    (100 * rows["low"]).tolist(),
                    (100 * rows["high"]).tolist(),
                    strict=True,
                )
            ),
            hovertemplate=(
                "<b>%{y}</b>, %{customdata[0]} photos: %{x:+.0f} points<br>"
                f"only {right_title} right %{{customdata[1]}}, "
                f"only {left_title} right %{{customdata[2]}}<br>"
                "95 % interval: %{customdata[3]:+.0f} to %{customdata[4]:+.0f} points"
                "<extra></extra>"
            ),
            showlegend=False,
        )
    styled(
        figure,
        f"{right_title} less {left_title}, by class",
        "Difference of recall (points)",
        "",
        height=_ROW * len(table) + _AROUND,
    )
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=[f"{plain_html(name)} " for name in table["class_name"]][::-1],
        fixedrange=True,
    )
    figure.update_xaxes(zeroline=False, fixedrange=True)
    return figure
