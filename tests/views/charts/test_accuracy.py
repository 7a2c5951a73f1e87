import pandas as pd
import pytest

from engine.views.charts.accuracy import accuracy_chart
from engine.views.colours import NEUTRAL
from engine.views.looks import looks_of_names
from tests.presets import BASELINE_TITLES, BASELINES


def table(*models, splits=("test", "validation")):
    rows = [
        (model, model, split, 10, 8 - place, 0.8 - place / 10, 0.5, 0.9)
        for model in models
        for place, split in enumerate(splits)
    ]
    columns = ["run", "model", "split", "photos", "correct", "accuracy", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


NONE = table()
LOOKS = looks_of_names({name: name for name in ("scratch", "resnet50", *BASELINES)})


def test_dots_and_intervals_are_in_percent():
    figure = accuracy_chart(table("scratch", "resnet50"), NONE, LOOKS)
    assert [trace.name for trace in figure.data] == ["CNN from scratch", "Fine-tuned ResNet50"]
    for trace, model in zip(figure.data, ("scratch", "resnet50"), strict=True):
        assert list(trace.x) == pytest.approx([80, 70])
        assert list(trace.error_x.array) == pytest.approx([10, 20])
        assert list(trace.error_x.arrayminus) == pytest.approx([30, 20])
        assert trace.marker.color == LOOKS[model].colour
        assert trace.marker.symbol == LOOKS[model].symbol
    assert figure.data[0].text[0] == "Scratch <b>80.0 %</b>"
    assert list(figure.layout.yaxis.ticktext) == ["Test<br>10 photos", "Validation<br>10 photos"]


def test_no_two_dots_share_a_row():
    figure = accuracy_chart(table("scratch", "resnet50"), table(*BASELINES), LOOKS)
    rows = [y for trace in figure.data for y in trace.y]
    assert len(rows) == len(set(rows)) == 12
    # All test rows above all validation rows, and the models above the baselines.
    order = {trace.name: list(trace.y) for trace in figure.data}
    assert min(test for test, _ in order.values()) > max(low for _, low in order.values())
    tops = sorted(order, key=lambda name: -order[name][0])
    assert tops[:2] == ["Fine-tuned ResNet50", "CNN from scratch"]
    assert tops[2:] == [BASELINE_TITLES[name] for name in reversed(BASELINES)]
    assert figure.layout.height > accuracy_chart(table("scratch"), NONE, LOOKS).layout.height
    low, high = figure.layout.yaxis.range
    assert all(low < y < high for y in rows)


def test_baselines_are_grey_and_named():
    figure = accuracy_chart(table("scratch"), table("baseline-hog", "baseline-features"), LOOKS)
    marks = figure.data[1:]
    assert {mark.marker.color for mark in marks} == {NEUTRAL}
    assert "colours + HOG 80 %" in marks[0].text[0]
    assert marks[0].textposition[0] == "middle left"


def test_two_runs_of_one_model_stand_below_each_other_by_name_and_mark():
    looks = looks_of_names({"scratch": "scratch", "a<b>": "scratch"})
    figure = accuracy_chart(table("scratch", "a<b>"), NONE, looks)
    scratch, other = figure.data
    assert other.text[0] == "Scratch (a&lt;b&gt;) <b>80.0 %</b>"
    assert (scratch.marker.color, scratch.marker.symbol) != (
        other.marker.color,
        other.marker.symbol,
    )
    assert scratch.y[0] < other.y[0]


def test_one_split_alone():
    figure = accuracy_chart(table("scratch", splits=("validation",)), table(*BASELINES), LOOKS)
    assert list(figure.layout.yaxis.ticktext) == ["Validation<br>10 photos"]
    assert all(len(trace.y) == 1 for trace in figure.data)


def test_no_baseline_at_all():
    assert len(accuracy_chart(table("scratch"), NONE, LOOKS).data) == 1
