import pandas as pd
import pytest

from engine.charts.accuracy import accuracy_chart
from engine.charts.theme import MODEL_COLOURS, MODEL_SYMBOLS


def table(*models, splits=("test", "validation")):
    rows = [
        (model, split, 10, 8 - place, 0.8 - place / 10, 0.5, 0.9)
        for model in models
        for place, split in enumerate(splits)
    ]
    columns = ["model", "split", "photos", "correct", "accuracy", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def test_dots_and_intervals_are_in_percent():
    figure = accuracy_chart(table("scratch", "resnet50"), {})
    assert [trace.name for trace in figure.data] == ["CNN from scratch", "Fine-tuned ResNet50"]
    for trace, model in zip(figure.data, ("scratch", "resnet50"), strict=True):
        assert list(trace.x) == pytest.approx([80, 70])
        assert list(trace.error_x.array) == pytest.approx([10, 20])
        assert list(trace.error_x.arrayminus) == pytest.approx([30, 20])
        assert trace.marker.color == MODEL_COLOURS[model]
        assert trace.marker.symbol == MODEL_SYMBOLS[model]
    assert figure.data[0].text[0] == "Scratch <b>80.0 %</b>"
    assert list(figure.layout.yaxis.ticktext) == ["Test<br>10 photos", "Validation<br>10 photos"]


def test_no_two_dots_share_a_row():
    figure = accuracy_chart(table("scratch", "resnet50"), {"test": ("a", 0.1)})
    rows = [y for trace in figure.data for y in trace.y]
    assert len(rows) == len(set(rows)) == 5


def test_baseline_shows_a_class_name_as_text():
    figure = accuracy_chart(table("scratch"), {"test": ("<b>x", 0.25)})
    (baseline,) = [trace for trace in figure.data if trace.name == "Baseline"]
    assert list(baseline.x) == [25]
    assert "&lt;b&gt;x" in baseline.text[0]


def test_one_split_alone():
    figure = accuracy_chart(table("scratch", splits=("validation",)), {"test": ("a", 0.1)})
    assert list(figure.layout.yaxis.ticktext) == ["Validation<br>10 photos"]
    assert len(figure.data) == 1
