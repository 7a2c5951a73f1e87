"""The charts of the stress test, by their data."""

import pandas as pd

from engine.views.charts.stress import line_styles, strip_chart
from engine.views.charts.theme import MODEL_COLOURS

MODELS = {"scratch": "scratch", "scratch-plain": "scratch", "resnet50": "resnet50"}
TITLES = {"scratch": "CNN", "scratch-plain": "CNN <plain>", "resnet50": "ResNet50"}
ANSWERS = pd.DataFrame(
    [
        (value, model, probability, predicted)
        for model in MODELS
        for value, probability, predicted in ((0.3, 0.1, "building"), (1.0, 0.9, "stadium"))
    ],
    columns=["value", "model", "probability", "predicted"],
)


def _lines(figure):
    return [one for one in figure.data if one.mode == "lines+markers"]


def test_runs_of_one_model_share_its_colour_and_differ_in_dash():
    styles = line_styles(MODELS)
    for name, model in MODELS.items():
        assert styles[name]["line"]["color"] == MODEL_COLOURS[model]
    assert styles["scratch"]["line"]["dash"] == styles["resnet50"]["line"]["dash"] == "solid"
    assert styles["scratch-plain"]["line"]["dash"] == "dash"
    assert styles["scratch-plain"]["marker"]["symbol"] != styles["scratch"]["marker"]["symbol"]


def test_strip():
    figure = strip_chart(ANSWERS, TITLES, MODELS, "Scale", "×", 0.7, "stadium")
    lines = _lines(figure)
    assert [line.name for line in lines] == ["CNN", "CNN &lt;plain&gt;", "ResNet50"]
    assert list(lines[0].x) == [0.3, 1.0]
    assert list(lines[0].y) == [10, 90]
    assert list(lines[0].customdata[0]) == ["building", "wrong"]
    assert list(lines[0].customdata[1]) == ["stadium", "right"]
    (here,) = figure.layout.shapes
    assert here.x0 == here.x1 == 0.7
    assert figure.layout.xaxis.title.text == "Scale (×)"
    assert figure.layout.yaxis.title.text == "Probability (%)"


def test_strip_of_a_parameter_without_unit():
    figure = strip_chart(ANSWERS, TITLES, MODELS, "Clutter", "", 0.5, "stadium")
    assert figure.layout.xaxis.title.text == "Clutter"
