import math

import pandas as pd
import pytest

from engine.measures.histories import curves_table
from engine.runs import HISTORY_COLUMNS
from engine.views.charts.curves import axis_ranges, curves_chart, fine_tuning_start, spread
from engine.views.looks import look_of_model, looks_of_names
from tests.presets import BASELINES, MODELS


def history(accuracies, phases=None, losses=None):
    rows = [
        (
            position + 1,
            (phases or ["scratch"] * len(accuracies))[position],
            (losses or [0.5] * len(accuracies))[position],
            accuracy,
            0.6,
            accuracy - 0.1,
            0.1,
            60.0,
        )
        for position, accuracy in enumerate(accuracies)
    ]
    return pd.DataFrame(rows, columns=list(HISTORY_COLUMNS))


LOOKS = {name: look_of_model(name) for name in (*MODELS, *BASELINES)}
TWO_PHASES = history([0.5, 0.6, 0.7], ["head", "head", "fine_tune"])


def chart(one, measure="accuracy", by="epoch", best=None, model="resnet50", **more):
    curves, looks = curves_table({model: one}), more.pop("looks", LOOKS)
    ranges = axis_ranges(curves, measure, by)
    return curves_chart(curves, model, measure, by, best, ranges, looks, **more)


def test_training_is_dashed_and_validation_solid():
    train, validation = chart(TWO_PHASES).data
    assert (train.line.dash, validation.line.dash) == ("dash", "solid")
    assert list(train.x) == [1, 2, 3]
    assert list(train.y) == pytest.approx([50, 60, 70])
    assert list(validation.y) == pytest.approx([40, 50, 60])


def test_by_time_counts_minutes():
    train, _ = chart(TWO_PHASES, "loss", "minutes").data
    assert list(train.x) == [1, 2, 3]
    assert list(train.y) == [0.5, 0.5, 0.5]


def test_fine_tuning_starts_between_two_epochs_or_after_minutes():
    curves = curves_table({"resnet50": TWO_PHASES})
    assert fine_tuning_start(curves, "epoch") == 2.5
    assert fine_tuning_start(curves, "minutes") == 2.0
    assert fine_tuning_start(curves_table({"scratch": history([0.5])}), "epoch") is None
    at_once = curves_table({"resnet50": history([0.5], ["fine_tune"])})
    assert fine_tuning_start(at_once, "minutes") == 0.0
    figure = chart(TWO_PHASES)
    assert [shape.x0 for shape in figure.layout.shapes] == [2.5]
    assert "fine-tuning starts" in [one.text for one in figure.layout.annotations]


def test_best_epoch_is_a_star_with_its_number():
    star = chart(TWO_PHASES, best=3).data[-1]
    assert (star.name, list(star.x), list(star.y)) == ("Best epoch", [3.0], [pytest.approx(60)])
    texts = [one.text for one in chart(TWO_PHASES, best=3).layout.annotations]
    assert "<b>epoch 3: 60.0 %</b>" in texts


def test_the_other_run_is_a_line_in_its_colour():
    figure = chart(history([0.5, 0.6]), model="scratch", others={"resnet50": 0.9})
    assert figure.layout.shapes[0].line.color == LOOKS["resnet50"].colour
    assert figure.layout.shapes[0].y0 == pytest.approx(90)
    assert figure.layout.annotations[0].text == "best of ResNet50: 90.0 %"


def test_a_run_carries_its_name_and_its_own_colour():
    looks = looks_of_names({"scratch": "scratch", "a<b>": "scratch"})
    figure = chart(history([0.5]), model="a<b>", looks=looks, others={"scratch": 0.9})
    assert figure.layout.title.text == "CNN from scratch (a&lt;b&gt;): accuracy"
    assert {one.line.color for one in figure.data} == {looks["a<b>"].colour}
    assert figure.layout.shapes[0].line.color == looks["scratch"].colour
    assert figure.layout.annotations[0].text == "best of Scratch: 90.0 %"


def test_all_runs_share_their_axes():
    curves = curves_table(
        {"scratch": history([0.5] * 10), "resnet50": history([0.5] * 4, losses=[4.0] * 4)}
    )
    assert axis_ranges(curves, "accuracy", "epoch") == ([0, pytest.approx(10.3)], [0, 105])
    assert axis_ranges(curves, "loss", "minutes")[1] == [0, pytest.approx(4.2)]


def test_a_single_epoch_shows_as_a_marker():
    train, validation = chart(history([0.5])).data
    assert "markers" in train.mode
    assert "markers" in validation.mode


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_diverged_epochs_are_gaps(bad):
    one = history([0.5] * 20, losses=[0.5] * 19 + [bad])
    train, _ = chart(one, "loss", best=20).data[:2]
    assert math.isnan(train.y[-1])
    assert "markers" in train.mode
    curves = curves_table({"resnet50": history([math.nan], losses=[bad])})
    x_range, y_range = axis_ranges(curves, "loss", "minutes")
    assert all(map(math.isfinite, x_range + y_range))


def test_nothing_to_mark_where_the_best_epoch_has_no_number():
    one = history([math.nan, math.nan])
    assert len(chart(one, best=2).data) == 2
    assert len(chart(one, best=None).data) == 2


def test_baselines_are_dotted_lines_with_names_beside_the_chart():
    found = {"baseline-hog": 0.7, "baseline-majority": 0.25}
    figure = chart(history([0.5, 0.6]), model="scratch", baselines=found)
    lines, labels = (trace for trace in figure.data if trace.name == "Baselines")
    assert lines.line.dash == "dot"
    assert list(lines.y) == [25, 25, None, 70, 70, None]
    assert list(lines.x) == [*figure.layout.xaxis.range, None] * 2
    assert lines.customdata[3] == "Regression on colours and HOG<br>validation 70.0 %"
    assert list(labels.text) == ["most frequent<br>25 %", "colours + HOG<br>70 %"]
    assert list(labels.y) == [25, 70]
    assert set(labels.x) == {figure.layout.xaxis.range[1]}
    assert figure.layout.margin.r > 50
    assert not [one for one in chart(history([0.5])).data if one.name == "Baselines"]


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([], []),
        ([10, 50], [10, 50]),
        ([10, 12], [6, 16]),
        ([10, 12, 40], [6, 16, 40]),
        # The pair moves apart and onto the third: all three share the room.
        ([10, 12, 24], [46 / 3 - 10, 46 / 3, 46 / 3 + 10]),
        ([5, 5, 5], [-5, 5, 15]),
    ],
)
def test_labels_keep_apart(values, places):
    assert spread(values, 10) == pytest.approx(places)
