import numpy as np
import pytest

from engine.measures.calibration import coverage_table, reliability_table
from engine.views.charts.calibration import coverage_chart, reliability_chart
from engine.views.charts.theme import MODEL_COLOURS

CONFIDENCE = np.linspace(0.3, 1, 500)
CORRECT = np.random.default_rng(0).uniform(size=500) < CONFIDENCE


def test_reliability_in_percent_with_the_colours_of_the_models():
    table = reliability_table(CONFIDENCE, CORRECT)
    figure = reliability_chart({"scratch": table, "resnet50": table})
    diagonal, scratch, _, resnet50, _ = figure.data
    assert list(diagonal.x) == list(diagonal.y) == [0, 100]
    assert scratch.marker.color == MODEL_COLOURS["scratch"]
    assert resnet50.marker.color == MODEL_COLOURS["resnet50"]
    assert list(scratch.x) == pytest.approx((100 * table["confidence"]).tolist())
    ends = np.array(scratch.y) + np.array(scratch.error_y.array)
    enough = (table["photos"] >= 10).to_numpy()
    assert enough.sum() > 5
    assert ends[enough] == pytest.approx((100 * table["high"]).to_numpy()[enough])


def test_coverage_ends_with_all_photos():
    table = coverage_table(CONFIDENCE, CORRECT)
    line, mark = coverage_chart({"scratch": table}, {"scratch": (0.9, 0.7)}).data
    assert max(line.x) == pytest.approx(100, abs=0.5)
    assert min(line.x) >= 2  # ten photos
    assert len(line.x) <= 500
    assert (list(mark.x), list(mark.y)) == ([90], [70])
    assert mark.marker.color == MODEL_COLOURS["scratch"]


def test_very_few_photos_are_drawn():
    table = coverage_table([0.4, 0.9], [False, True])
    (line,) = coverage_chart({"resnet50": table}, {}).data
    assert list(line.y) == [50]


def test_no_line_leads_through_bins_of_few_photos():
    table = reliability_table([0.35] * 3 + [0.75] * 12 + [0.95] * 12, [True] * 27)
    _, marks, line = reliability_chart({"scratch": table}).data
    assert list(marks.x) == pytest.approx([35, 75, 95])
    assert list(line.x) == pytest.approx([75, 95])
    assert marks.marker.size[0] < marks.marker.size[1]
    assert marks.error_y.arrayminus[0] == 0 < marks.error_y.arrayminus[1]
