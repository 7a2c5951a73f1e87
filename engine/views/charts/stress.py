"""How sure models are while a scene is drawn again and again."""

from collections import Counter

import plotly.graph_objects as go
from pandas import DataFrame

from engine.text import plain_html
from engine.views.charts.style import LEGEND_BELOW, styled
from engine.views.charts.theme import BASELINE_SYMBOL, MODEL_COLOURS, MODEL_SYMBOLS, NEUTRAL

#: Of several runs of one model, the first is drawn solid.
_DASHES = ("solid", "dash", "dot", "dashdot")


def line_styles(runs: dict[str, str]) -> dict[str, dict]:
    """Colour, dash and symbol of each run: the colour is the model's, grey that of all baselines.

    Args:
        runs: Model or baseline of each run, by the run's name.
    """
    styles, seen = {}, Counter()
    for name, model in runs.items():
        colour = MODEL_COLOURS.get(model, NEUTRAL)
        symbol = MODEL_SYMBOLS.get(model, BASELINE_SYMBOL)
        styles[name] = {
            "line": {"color": colour, "dash": _DASHES[seen[colour] % len(_DASHES)], "width": 3},
            "marker": {"symbol": symbol + ("-open" if seen[colour] else ""), "size": 9},
        }
        seen[colour] += 1
    return styles


def strip_chart(
    answers: DataFrame,
    titles: dict[str, str],
    models: dict[str, str],
    axis: str,
    unit: str,
    here: float,
    true_class: str,
) -> go.Figure:
    """Probability of the true class along one parameter, with a line where the scene is.

    Args:
        answers: As `engine.measures.stress.answers_along` gives them.
        titles: Title of each run in the legend.
        models: Model of each run.
        axis: What the parameter is called.
        unit: Unit of its values, or nothing.
        here: Its value in the scene that is shown.
        true_class: Name of the scene's class.
    """
    figure = go.Figure()
    for name, style in line_styles(models).items():
        rows = answers[answers["model"] == name]
        right = rows["predicted"] == true_class
        figure.add_scatter(
            name=plain_html(titles[name]),
            x=rows["value"].tolist(),
            y=(100 * rows["probability"]).tolist(),
            mode="lines+markers",
            line=style["line"],
            marker={**style["marker"], "color": style["line"]["color"]},
            customdata=[
                (plain_html(said), "right" if good else "wrong")
                for said, good in zip(rows["predicted"], right, strict=True)
            ],
            hovertemplate=(
                f"{plain_html(titles[name])}<br>{axis} %{{x:.3g}}{unit}: {true_class} %{{y:.1f}} %"
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
