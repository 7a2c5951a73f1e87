"""A run's most probable classes for one photo, as horizontal bars."""

import plotly.graph_objects as go

from engine.text import plain_html
from engine.views.charts.style import styled
from engine.views.looks import Look

#: Longer class names would run into the number on a phone; the hover has them whole.
_NAME_LENGTH = 22
_ROW_PIXELS = 46
_TRACK = "rgba(138, 147, 163, 0.18)"


def probability_chart(
    ranked: list[tuple[str, float]], look: Look, class_count: int, true_class: str | None = None
) -> go.Figure:
    """Bars of one run's answer to one photo, the most probable class on top.

    Names and numbers stand above the bars, so that these have the whole width of a phone.

    Args:
        ranked: (class name, probability) pairs, as `engine.measures.answers.top_k` gives them.
        look: Of the run whose answer it is.
        class_count: Number of classes it chose from.
        true_class: Name of the photo's true class where it is known; its bar is marked.
    """
    rows = list(range(len(ranked)))
    figure = go.Figure(
        go.Bar(
            # Positions, because two long names may be shortened to the same label.
            y=rows,
            x=[100 * probability for _, probability in ranked],
            orientation="h",
            width=0.4,
            offset=0,
            marker={"color": look.colour, "cornerradius": 4},
            customdata=[
                (plain_html(name), plain_html(exact_percent(value))) for name, value in ranked
            ],
            hovertemplate=(
                f"{plain_html(look.title)}<br>"
                "<b>%{customdata[0]}</b>: %{customdata[1]}<extra></extra>"
            ),
        )
    )
    for row, (name, probability) in zip(rows, ranked, strict=True):
        figure.add_shape(
            {"type": "rect", "x0": 0, "x1": 100, "y0": row, "y1": row + 0.4},
            fillcolor=_TRACK,
            line_width=0,
            layer="below",
        )
        number = plain_html(exact_percent(probability))
        for text, x, anchor in (
            (_label(name, name == true_class), 0, "left"),
            (f"<b>{number}</b>", 100, "right"),
        ):
            figure.add_annotation(
                text=text,
                x=x,
                y=row,
                xanchor=anchor,
                yanchor="bottom",
                showarrow=False,
                borderpad=0,
            )
    title = f"The {len(ranked)} most probable of {class_count}"
    if len(ranked) == class_count:
        title = f"All {class_count} classes"
    elif len(ranked) == 1:
        title = f"The most probable of {class_count}"
    styled(figure, title, "Probability (%)", "", height=100 + _ROW_PIXELS * len(ranked))
    figure.update_yaxes(range=[len(ranked) - 0.45, -0.6], fixedrange=True, visible=False)
    figure.update_xaxes(range=[-1, 104], tickvals=[0, 25, 50, 75, 100], fixedrange=True)
    figure.update_layout(margin={"l": 4, "r": 12, "t": 44}, title_font_size=16, showlegend=False)
    return figure


def exact_percent(probability: float) -> str:
    """0.934 -> `93.4 %`; what rounds to none or all says so: `< 0.1 %`, `> 99.9 %`."""
    if 0 < probability < 0.0005:
        return "< 0.1\u00a0%"
    if 0.9995 <= probability < 1:
        return "> 99.9\u00a0%"
    return f"{100 * probability:.1f}\u00a0%"


def _label(name: str, is_true: bool) -> str:
    short = name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 1]}…"
    return f"<b>✔ {plain_html(short)}</b> (true)" if is_true else plain_html(short)
