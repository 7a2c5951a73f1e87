"""The charts of the stress test, by their data."""

import pandas as pd

from engine.views.charts.stress import strip_chart
from engine.views.looks import looks_of_names

LOOKS = looks_of_names({"scratch": "scratch", "a<b>": "scratch", "resnet50": "resnet50"})
ANSWERS = pd.DataFrame(
    [
        (value, model, probability, predicted)
        for model in LOOKS
        for value, probability, predicted in ((0.3, 0.1, "building"), (1.0, 0.9, "stadium"))
    ],
    columns=["value", "model", "probability", "predicted"],
)


def _strip(axis="Scale", unit="×"):
    return strip_chart(ANSWERS, LOOKS, axis, unit, 0.7, "stadium")


def _lines(figure):
    return [one for one in figure.data if one.mode == "lines+markers"]


def test_each_run_has_its_own_line_and_mark():
    for line, look in zip(_lines(_strip()), LOOKS.values(), strict=True):
        assert (line.line.color, line.line.dash) == (look.colour, look.dash)
        assert (line.marker.color, line.marker.symbol) == (look.colour, look.symbol)


def test_strip():
    figure = _strip()
    lines = _lines(figure)
    assert [line.name for line in lines] == [
        "CNN from scratch",
        "CNN from scratch (a&lt;b&gt;)",
        "Fine-tuned ResNet50",
    ]
    assert list(lines[0].x) == [0.3, 1.0]
    assert list(lines[0].y) == [10, 90]
    assert list(lines[0].customdata[0]) == ["building", "wrong"]
    assert list(lines[0].customdata[1]) == ["stadium", "right"]
    (here,) = figure.layout.shapes
    assert here.x0 == here.x1 == 0.7
    assert figure.layout.xaxis.title.text == "Scale (×)"
    assert figure.layout.yaxis.title.text == "Probability (%)"


def test_strip_of_a_parameter_without_unit():
    figure = _strip("Clutter", "")
    assert figure.layout.xaxis.title.text == "Clutter"
