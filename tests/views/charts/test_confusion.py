"""The numbers in the figures of the errors page."""

import pandas as pd
import pytest

from engine.measures import metrics
from engine.views.charts import confusion
from engine.views.charts.theme import MODEL_COLOURS

NAMES = ("dress", "hat", "t<b>x")
Y_TRUE = [0, 0, 0, 0, 1, 1]
SCRATCH = [0, 0, 0, 1, 1, 0]
RESNET50 = [0, 0, 0, 0, 1, 0]


def _tables(y_pred, normalize=None):
    return metrics.confusion_table(Y_TRUE, y_pred, NAMES, normalize)


def _report():
    return metrics.class_scores(
        metrics.per_class_report(Y_TRUE, SCRATCH, NAMES),
        metrics.per_class_report(Y_TRUE, RESNET50, NAMES),
    )


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
    figure = confusion.confusion_figure(counts, counts, "scratch", 3.0)
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
    figure = confusion.confusion_figure(_tables(SCRATCH), _tables(SCRATCH, "true"), "scratch", 1.0)
    assert _written(figure)[0, 0] == "75"
    assert _written(figure)[1, 0] == "50"
    assert "3 of 4" in figure.data[1].text[0]


def test_confusion_figure_of_some_classes_counts_the_photos_of_all():
    counts = _tables(SCRATCH)
    figure = confusion.confusion_figure(counts, counts.loc[["dress"], ["dress"]], "scratch", 3.0)
    assert "3 of 4" in figure.data[1].text[0]
    assert len(figure.data[1].x) == 1


def test_class_names_are_text():
    counts = _tables(SCRATCH)
    figure = confusion.confusion_figure(counts, counts, "scratch", 3.0)
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
    (frame,) = confusion.confusion_figure(counts, counts, "scratch", 3.0, chosen).layout.shapes
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == corners


@pytest.mark.parametrize("chosen", [None, (None, None), ("gone", "hat"), ("hat", "gone")])
def test_nothing_is_framed(chosen):
    counts = _tables(SCRATCH)
    figure = confusion.confusion_figure(counts, counts, "scratch", 3.0, chosen)
    assert not figure.layout.shapes


def test_many_classes_are_not_written():
    names = [f"class {number}" for number in range(20)]
    counts = metrics.confusion_table(range(20), range(20), names)
    figure = confusion.confusion_figure(counts, counts, "resnet50", 1.0)
    assert not _written(figure)
    assert len(figure.data[1].text) == 400


def test_full_colour():
    counts = [_tables(SCRATCH), _tables(RESNET50)]
    assert confusion.full_colour(counts) == 4
    assert confusion.full_colour([_tables(SCRATCH, "true")]) == 1
    assert confusion.full_colour([_tables(SCRATCH) * 0]) == 1


def test_difference_is_resnet50_less_scratch_around_zero():
    counts = [_tables(SCRATCH), _tables(RESNET50)]
    figure = confusion.difference_figure(*counts, *counts)
    heatmap = figure.data[0]
    assert [list(row) for row in heatmap.z] == [[1, -1, 0], [0, 0, 0], [0, 0, 0]]
    assert heatmap.zmin == -heatmap.zmax == -1
    assert _written(figure) == {(0, 0): "+1", (0, 1): "−1"}
    positions = [position for position, _ in heatmap.colorscale]
    assert positions == sorted(positions)
    ends = [
        "rgb({},{},{})".format(*(int(MODEL_COLOURS[model][at : at + 2], 16) for at in (1, 3, 5)))
        for model in ("scratch", "resnet50")
    ]
    assert [heatmap.colorscale[0][1], heatmap.colorscale[-1][1]] == ends
    assert "Scratch: 1 of 4<br>ResNet50: 0 of 4" in figure.data[1].text[1]


def test_difference_of_shares_is_written_in_points():
    counts = [_tables(SCRATCH), _tables(RESNET50)]
    shares = [_tables(SCRATCH, "true"), _tables(RESNET50, "true")]
    figure = confusion.difference_figure(*counts, *shares)
    assert _written(figure) == {(0, 0): "+25", (0, 1): "−25"}
    assert "points" in figure.layout.title.text


def test_equal_models_differ_nowhere():
    counts = _tables(SCRATCH)
    figure = confusion.difference_figure(counts, counts, counts, counts)
    assert (figure.data[0].zmin, figure.data[0].zmax) == (-1, 1)
    assert not _written(figure)


def test_scores_figure_joins_the_two_models():
    figure = confusion.scores_figure(_report(), "recall", {"left": "scratch", "right": "resnet50"})
    line, scratch, resnet50 = figure.data
    # The weakest class of scratch is the last, and so on top.
    assert list(figure.layout.yaxis.ticktext) == ["dress", "hat", "t&lt;b&gt;x"]
    assert list(scratch.x) == [75, 50, 0]
    assert list(resnet50.x) == [100, 50, 0]
    assert list(line.x) == [75, 100, None, 50, 50, None, 0, 0, None]
    assert scratch.marker.symbol != resnet50.marker.symbol
    assert list(scratch.customdata[0]) == ["dress", 4]


def test_scores_figure_of_one_model():
    report = metrics.class_scores(metrics.per_class_report(Y_TRUE, RESNET50, NAMES))
    (points,) = confusion.scores_figure(report, "f1", {"left": "resnet50"}).data
    assert points.name == "ResNet50"
    assert max(points.x) == pytest.approx(100 * 8 / 9)


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
    figure = confusion.confusion_figure(counts, values, "scratch", 1.0)
    assert _written(figure) == {(0, 0): text}
