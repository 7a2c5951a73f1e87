"""How sure models are while a scene is drawn again and again."""

import plotly.graph_objects as go
from pandas import DataFrame

from engine.text import plain_html
from engine.views.charts.style import LEGEND_BELOW, line_of, mark_of, styled
from engine.views.colours import NEUTRAL
from engine.views.looks import Look


def strip_chart(
    answers: DataFrame,
    looks: dict[str, Look],
    axis: str,
    unit: str,
    here: float,
    true_class: str,
) -> go.Figure:
    """Probability of the true class along one parameter, with a line where the scene is.

    Args:
        answers: As `engine.measures.stress.answers_along` gives them.
        looks: Look of each run that is drawn, by its name.
        axis: What the parameter is called.
        unit: Unit of its values, or nothing.
        here: Its value in the scene that is shown.
        true_class: Name of the scene's class.
    """
    figure = go.Figure()
    for name, look in looks.items():
        title = plain_html(look.title)
        rows = answers[answers["model"] == name]
        right = rows["predicted"] == true_class
        figure.add_scatter(
            name=title,
            x=rows["value"].tolist(),
            y=(100 * rows["probability"]).tolist(),
            mode="lines+markers",
            line=line_of(look),
            marker=mark_of(look, 9),
            customdata=[
                (plain_html(said), "right" if good else "wrong")
                for said, good in zip(rows["predicted"], right, strict=True)
            ],
            hovertemplate=(
                f"{title}<br>{axis} %{{x:.3g}}{unit}: {true_class} %{{y:.1f}} %"
                "<br>it says <b>%{customdata[0]}</b>, %{customdata[1]}<extra></extra>"
            ),
        )
    figure.add_shape(
        type="line",
        x0=here,
        x1=here,
        y0=0,
        y1=105,
        line={"color": NEUTRAL, "width": 2, "dash": "dot"},
    )
    figure.add_annotation(
        x=here, y=105, text="<b>here</b>", showarrow=False, yanchor="bottom", font={"size": 14}
    )
    styled(
        figure,
        f"How sure of “{true_class}”",
        f"{axis} ({unit})" if unit else axis,
        "Probability (%)",
        height=360,
    )
    return _finished(figure, unit)


def _finished(figure: go.Figure, unit: str) -> go.Figure:
    figure.update_yaxes(range=[-4, 116], tickvals=[0, 25, 50, 75, 100], fixedrange=True)
    figure.update_xaxes(fixedrange=True)
    if unit == "°":
        figure.update_xaxes(tick0=0, dtick=90)
    figure.update_layout(
        legend=LEGEND_BELOW,
        hovermode="closest",
    )
    return figure
