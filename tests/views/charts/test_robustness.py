"""The chart of accuracy along one change, by its data."""

import math

import pandas as pd
import pytest

from engine.measures.breaking import robustness_curve
from engine.measures.distortions import DISTORTIONS
from engine.views.charts.robustness import robustness_chart
from engine.views.colours import NEUTRAL, transparent
from engine.views.looks import looks_of_names

MODELS = {"scratch": "scratch", "a<b>": "scratch", "resnet50": "resnet50"}


def chart(parameter="rotation", values=(90.0, 0.0), trained=None, models=MODELS):
    rows = [(parameter, value, 0.5 + n / 10, 400) for n, value in enumerate(values)]
    table = pd.DataFrame(rows, columns=["parameter", "value", "accuracy", "images"])
    curves = dict.fromkeys(models, robustness_curve(table, parameter))
    return robustness_chart(curves, looks_of_names(models), DISTORTIONS[parameter], 0.125, trained)


def lines(figure):
    return [one for one in figure.data if one.mode == "lines+markers"]


def test_a_line_and_a_band_for_each_run():
    figure = chart()
    assert [one.name for one in lines(figure)] == [
        "CNN from scratch",
        "CNN from scratch (a&lt;b&gt;)",
        "Fine-tuned ResNet50",
    ]
    assert list(lines(figure)[0].x) == [0, 90]
    assert list(lines(figure)[0].y) == [60, 50]
    bands = [one for one in figure.data if one.fill == "toself"]
    assert len(bands) == 3 and not any(one.showlegend for one in bands)
    assert list(bands[0].x) == [0, 90, 90, 0]
    # The upper ends there, the lower ends back.
    images, low, high = lines(figure)[0].customdata[0]
    assert images == 400 and low < 60 < high
    assert (bands[0].y[0], bands[0].y[-1]) == pytest.approx((high, low))


def test_of_baselines_only_the_hover_tells_the_interval():
    figure = chart(models={"scratch": "scratch", "baseline-hog": "baseline-hog"})
    assert len(lines(figure)) == 2
    (band,) = [one for one in figure.data if one.fill == "toself"]
    assert band.fillcolor == transparent(lines(figure)[0].line.color, 0.16)
    assert lines(figure)[1].line.color == NEUTRAL
    _, low, high = lines(figure)[1].customdata[0]
    assert low < 60 < high


def test_each_further_run_gets_a_row_of_the_legend():
    titles = [f"run-{number}" for number in range(7)]
    models = dict.fromkeys(titles, "scratch")
    table = pd.DataFrame(
        {"value": [0.0], "accuracy": [0.5], "images": [4], "low": 0.2, "high": 0.8}
    )
    figure = robustness_chart(
        dict.fromkeys(titles, table),
        looks_of_names(models),
        DISTORTIONS["blur"],
        0.1,
    )
    assert figure.layout.height == chart().layout.height + 4 * 24


def test_each_run_has_its_own_line_and_mark():
    looks = looks_of_names(MODELS)
    for line, look in zip(lines(chart()), looks.values(), strict=True):
        assert (line.line.color, line.line.dash) == (look.colour, look.dash)
        assert (line.marker.color, line.marker.symbol) == (look.colour, look.symbol)


def test_guessing_is_a_line_and_training_a_shade():
    (guessing,) = chart().layout.shapes
    assert guessing.y0 == guessing.y1 == 12.5
    _, shade = chart(trained=(-36, 36)).layout.shapes
    assert (shade.x0, shade.x1) == (-36, 36)


def test_axes():
    figure = chart()
    assert figure.layout.title.text == "Accuracy against rotation"
    assert figure.layout.xaxis.title.text == "Rotation (°)"
    assert figure.layout.xaxis.dtick == 60
    zoom = chart("zoom", (0.5, 1.0, 2.0)).layout.xaxis
    assert zoom.type == "log"
    assert list(zoom.ticktext) == ["0.5", "1", "2"]
    assert zoom.range[0] < math.log10(0.5) and math.log10(2) < zoom.range[1]
    assert chart("jpeg_quality", (1.0, 100.0)).layout.title.text == "Accuracy against JPEG quality"
    assert chart("jpeg_quality", (1.0, 100.0)).layout.xaxis.title.text == "JPEG quality"
    assert chart("blur", (0.0, 5.0)).layout.xaxis.tickvals is None


@pytest.mark.parametrize("values", [(0.0, 1.0), (-1.0,), (1.0,)])
def test_values_that_have_no_logarithm_or_no_width(values):
    figure = chart("zoom", values)
    assert list(lines(figure)[0].x) == sorted(values)
    assert (figure.layout.xaxis.type == "log") == (min(values) > 0)


def test_one_run_alone():
    assert len(lines(chart(models={"resnet50": "resnet50"}))) == 1
