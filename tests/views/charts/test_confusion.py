"""The numbers in the figures of the errors page."""

import pandas as pd
import pytest

from engine.measures import metrics
from engine.views.charts import confusion
from engine.views.colours import mixed
from engine.views.looks import look_of_model, looks_of_names

LOOK = look_of_model("scratch")
SIDES = {"left": LOOK, "right": look_of_model("resnet50")}
NAMES = ("dress", "hat", "t<b>x")
Y_TRUE = [0, 0, 0, 0, 1, 1]
SCRATCH = [0, 0, 0, 1, 1, 0]
RESNET50 = [0, 0, 0, 0, 1, 0]


def _tables(y_pred, normalize=None):
    return metrics.confusion_table(Y_TRUE, y_pred, NAMES, normalize)


def _difference(left, right, normalize=None):
    sides = {"left": left, "right": right}
    counts, compared = (
        {side: _tables(said, way) for side, said in sides.items()} for way in (None, normalize)
    )
    return confusion.difference_figure(counts, compared, SIDES)


def _written(figure):
    """{(row, column): text} of the cells with a text."""
    return {
        (row, column): text
        for row, texts in enumerate(figure.data[0].text or ())
        for column, text in enumerate(texts)
        if text
    }


def test_confusion_figure_of_counts():
    counts = _tables(SCRATCH)
    figure = confusion.confusion_figure(counts, counts, LOOK, 3.0)
    heatmap, markers = figure.data
    assert [list(row) for row in heatmap.z] == [[3, 1, 0], [1, 1, 0], [0, 0, 0]]
    assert (heatmap.zmin, heatmap.zmax) == (0, 3)
    assert _written(figure) == {(0, 0): "3", (0, 1): "1", (1, 0): "1", (1, 1): "1"}
    assert "1 of 4" in markers.text[1]
    assert "photos of <b>dress</b><br>were called <b>hat</b>" in markers.text[1]
    assert (markers.x[1], markers.y[1]) == (1, 0)
    assert figure.layout.xaxis.title.text == "Predicted label"
    assert figure.layout.yaxis.title.text == "True label"
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]  # the first class on top


def test_confusion_figure_of_shares_keeps_the_photos_in_the_hover():
    figure = confusion.confusion_figure(_tables(SCRATCH), _tables(SCRATCH, "true"), LOOK, 1.0)
    assert _written(figure)[0, 0] == "75"
    assert _written(figure)[1, 0] == "50"
    assert "3 of 4" in figure.data[1].text[0]


def test_confusion_figure_of_some_classes_counts_the_photos_of_all():
    counts = _tables(SCRATCH)
    figure = confusion.confusion_figure(counts, counts.loc[["dress"], ["dress"]], LOOK, 3.0)
    assert "3 of 4" in figure.data[1].text[0]
    assert len(figure.data[1].x) == 1


def test_class_names_are_text():
    counts = _tables(SCRATCH)
    figure = confusion.confusion_figure(counts, counts, LOOK, 3.0)
    assert figure.layout.xaxis.ticktext[2] == "t&lt;b&gt;x"
    assert "t&lt;b&gt;x" in figure.data[1].text[2]


@pytest.mark.parametrize(
    ("chosen", "corners"),
    [
        (("dress", "hat"), (0.5, 1.5, -0.5, 0.5)),
        (("hat", None), (-0.5, 2.5, 0.5, 1.5)),
        ((None, "hat"), (0.5, 1.5, -0.5, 2.5)),
    ],
)
def test_the_choice_is_framed(chosen, corners):
    counts = _tables(SCRATCH)
    (frame,) = confusion.confusion_figure(counts, counts, LOOK, 3.0, chosen).layout.shapes
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == corners


@pytest.mark.parametrize("chosen", [None, (None, None), ("gone", "hat"), ("hat", "gone")])
def test_nothing_is_framed(chosen):
    counts = _tables(SCRATCH)
    figure = confusion.confusion_figure(counts, counts, LOOK, 3.0, chosen)
    assert not figure.layout.shapes


def test_many_classes_are_not_written():
    names = [f"class {number}" for number in range(20)]
    counts = metrics.confusion_table(range(20), range(20), names)
    figure = confusion.confusion_figure(counts, counts, LOOK, 1.0)
    assert not _written(figure)
    assert len(figure.data[1].text) == 400


def test_full_colour():
    counts = [_tables(SCRATCH), _tables(RESNET50)]
    assert confusion.full_colour(counts) == 4
    assert confusion.full_colour([_tables(SCRATCH, "true")]) == 1
    assert confusion.full_colour([_tables(SCRATCH) * 0]) == 1


def test_difference_is_right_less_left_around_zero():
    figure = _difference(SCRATCH, RESNET50)
    heatmap = figure.data[0]
    assert [list(row) for row in heatmap.z] == [[1, -1, 0], [0, 0, 0], [0, 0, 0]]
    assert heatmap.zmin == -heatmap.zmax == -1
    assert _written(figure) == {(0, 0): "+1", (0, 1): "−1"}
    positions = [position for position, _ in heatmap.colorscale]
    assert positions == sorted(positions)
    ends = [mixed(look.colour, look.colour, 0) for look in SIDES.values()]
    assert [heatmap.colorscale[0][1], heatmap.colorscale[-1][1]] == ends
    assert "Scratch: 1 of 4<br>ResNet50: 0 of 4" in figure.data[1].text[1]


def test_difference_of_shares_is_written_in_points():
    figure = _difference(SCRATCH, RESNET50, "true")
    assert _written(figure) == {(0, 0): "+25", (0, 1): "−25"}
    assert figure.layout.title.text == "ResNet50 less scratch (points)"


def test_equal_answers_differ_nowhere():
    figure = _difference(SCRATCH, SCRATCH)
    assert (figure.data[0].zmin, figure.data[0].zmax) == (-1, 1)
    assert not _written(figure)


def test_two_runs_of_one_model_have_a_name_and_a_colour_each():
    looks = looks_of_names({"scratch": "scratch", "a<b>": "scratch"})
    counts = _tables(SCRATCH)
    figure = confusion.confusion_figure(counts, counts, looks["a<b>"], 3.0)
    assert figure.layout.title.text == "▲ CNN from scratch (a&lt;b&gt;)"
    assert "by CNN from scratch (a&lt;b&gt;)" in figure.data[1].text[0]
    sides = dict(zip(("left", "right"), looks.values(), strict=True))
    tables = dict.fromkeys(sides, counts)
    figure = confusion.difference_figure(tables, tables, sides)
    assert figure.layout.title.text == "Scratch (a&lt;b&gt;) less scratch (photos)"
    scale = figure.data[0].colorscale
    assert scale[0][1] != scale[-1][1]


def test_clicked_cell():
    assert confusion.clicked_cell([{"x": 1, "y": 0}], NAMES) == ("dress", "hat")


@pytest.mark.parametrize(
    "points", [None, [], [{}], [{"x": 3, "y": 0}], [{"x": 0, "y": -1}], [{"x": "a", "y": None}]]
)
def test_no_clicked_cell(points):
    assert confusion.clicked_cell(points, NAMES) is None


@pytest.mark.parametrize(
    ("share", "text"), [(0.004, "<1"), (0.996, ">99"), (1.0, "100"), (0.125, "12"), (0.5, "50")]
)
def test_shares_in_percent_are_neither_none_nor_all(share, text):
    values = pd.DataFrame([[share]], index=["dress"], columns=["dress"])
    counts = pd.DataFrame([[1]], index=["dress"], columns=["dress"])
    figure = confusion.confusion_figure(counts, values, LOOK, 1.0)
    assert _written(figure) == {(0, 0): text}
