import pandas as pd
import pytest

from engine import runs
from engine.views.charts.live import LiveCurve, live_chart
from engine.views.looks import look_of_model, looks_of_names


def curve(model, accuracies, batches=(), epochs=10, name=None):
    history = pd.DataFrame(
        {
            "epoch": range(1, len(accuracies) + 1),
            "accuracy": [one / 2 for one in accuracies],
            "val_accuracy": list(accuracies),
        }
    )
    noted = pd.DataFrame(list(batches), columns=list(runs.BATCHES_COLUMNS))
    look = looks_of_names({name or model: model})[name or model]
    return LiveCurve(look, history, noted, epochs)


def test_a_line_by_batch_and_marks_by_epoch_for_each_training():
    figure = live_chart(
        [
            curve("scratch", [0.4, 0.5], [(0.5, 1.0, 0.3), (1.0, 0.9, 0.35)]),
            curve("resnet50", [0.8], epochs=4),
        ]
    )
    by_batch, by_epoch, *others = figure.data
    assert (list(by_batch.x), list(by_batch.y)) == ([0.5, 1.0], [30.0, 35.0])
    assert (list(by_epoch.x), list(by_epoch.y)) == ([1, 2], [40.0, 50.0])
    assert [one.line.color for one in figure.data] == [
        *[look_of_model("scratch").colour] * 2,
        *[look_of_model("resnet50").colour] * 2,
    ]
    # Without batches it is drawn by epoch.
    assert [list(one.y) for one in others] == [[40.0], [80.0]]
    assert figure.layout.xaxis.range == pytest.approx((0, 10.2))
    assert figure.layout.yaxis.title.text == "Accuracy (%)"


def test_a_training_that_has_not_begun_has_axes_all_the_same():
    figure = live_chart([curve("scratch", [], epochs=0)])
    assert figure.layout.xaxis.range == pytest.approx((0, 1.02))
    assert [len(one.x) for one in figure.data] == [0, 0]


def test_a_name_is_shown_as_it_is():
    figure = live_chart([curve("scratch", [0.5], name="<b>mine</b>")])
    assert figure.data[0].name == "CNN from scratch (&lt;b&gt;mine&lt;/b&gt;): training"
