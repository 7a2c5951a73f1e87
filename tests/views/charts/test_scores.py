import pytest

from engine.measures import metrics
from engine.views.charts.scores import scores_figure
from engine.views.looks import look_of_model, looks_of_names

NAMES = ("dress", "hat", "t<b>x")
Y_TRUE = [0, 0, 0, 0, 1, 1]
LEFT, RIGHT = (
    metrics.per_class_report(Y_TRUE, y_pred, NAMES)
    for y_pred in ([0, 0, 0, 1, 1, 0], [0, 0, 0, 0, 1, 0])
)
SIDES = {"left": look_of_model("scratch"), "right": look_of_model("resnet50")}


def test_two_runs_are_joined():
    figure = scores_figure(metrics.class_scores(LEFT, RIGHT), "recall", SIDES)
    line, left, right = figure.data
    # The weakest class of the left run is the last, and so on top.
    assert list(figure.layout.yaxis.ticktext) == ["dress", "hat", "t&lt;b&gt;x"]
    assert list(left.x) == [75, 50, 0]
    assert list(right.x) == [100, 50, 0]
    assert list(line.x) == [75, 100, None, 50, 50, None, 0, 0, None]
    assert list(left.customdata[0]) == ["dress", 4]


def test_two_runs_of_one_model_have_a_name_and_a_mark_each():
    looks = looks_of_names({"scratch": "scratch", "a<b>": "scratch"}).values()
    sides = dict(zip(("left", "right"), looks, strict=True))
    _, left, right = scores_figure(metrics.class_scores(LEFT, RIGHT), "recall", sides).data
    assert (left.name, right.name) == ("Scratch", "Scratch (a&lt;b&gt;)")
    assert left.marker.symbol != right.marker.symbol
    assert left.marker.color != right.marker.color


def test_one_run_alone():
    (points,) = scores_figure(metrics.class_scores(RIGHT), "f1", {"left": SIDES["right"]}).data
    assert points.name == "ResNet50"
    assert max(points.x) == pytest.approx(100 * 8 / 9)
