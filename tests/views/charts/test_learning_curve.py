import pytest

from engine.measures.little_data import summarise_curve
from engine.views.charts.learning_curve import learning_curve_chart
from engine.views.colours import transparent
from engine.views.looks import learning_curve_looks
from tests.measures.test_little_data import CURVE, table

LOOKS = learning_curve_looks(("scratch", "resnet50"))
SUMMARY = summarise_curve(CURVE, 10)


def test_medians_are_lines_on_a_logarithmic_axis():
    figure = learning_curve_chart(SUMMARY, {}, LOOKS)
    lines = [trace for trace in figure.data if trace.showlegend is not False]
    assert [line.name for line in lines] == ["Scratch", "ResNet50, frozen phase"]
    assert list(lines[0].x) == [5, 20, 272.7]
    assert list(lines[0].y) == pytest.approx([20, 30, 58])
    assert lines[1].line.color == LOOKS["resnet50"].colour
    assert figure.layout.xaxis.type == "log"
    assert list(figure.layout.xaxis.tickvals) == [5, 20, 272.7]
    assert list(figure.layout.xaxis.ticktext) == ["5", "20", "all<br>(273)"]


def test_ranges_are_bands_in_the_models_colours():
    band = learning_curve_chart(SUMMARY, {}, LOOKS).data[0]
    assert band.fill == "toself"
    assert list(band.x) == [5, 20, 272.7, 272.7, 20, 5]
    assert list(band.y) == pytest.approx([25, 30, 60, 50, 30, 10])
    assert band.fillcolor == transparent(LOOKS["scratch"].colour, 0.2)


def test_hovering_shows_every_seed():
    line = learning_curve_chart(SUMMARY, {}, LOOKS).data[1]
    assert line.customdata[0][0] == (
        "5 a class: 50 photos<br>median 20.0 %<br>seed 1: 20.0 %<br>seed 2: 25.0 %"
        "<br>seed 3: 10.0 %"
    )
    assert line.customdata[2][0].startswith("all: 2,727 photos")


def test_runs_trained_in_full_are_hollow():
    (mark,) = learning_curve_chart(SUMMARY, {"resnet50": 0.906}, LOOKS).data[4:]
    assert (list(mark.x), list(mark.y)) == ([272.7], [pytest.approx(90.6)])
    assert mark.marker.symbol == f"{LOOKS['resnet50'].symbol}-open"


def test_one_model_and_one_size():
    figure = learning_curve_chart(summarise_curve(table(scratch_5=(15, [0.5])), 3), {}, LOOKS)
    assert [len(trace.x) for trace in figure.data] == [2, 1]
