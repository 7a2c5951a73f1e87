import numpy as np
import pytest

from engine.measures.calibration import coverage_table, reliability_table
from engine.views.charts.calibration import coverage_chart, reliability_chart
from engine.views.looks import look_of_model, looks_of_names

LOOKS = {model: look_of_model(model) for model in ("scratch", "resnet50")}
CONFIDENCE = np.linspace(0.3, 1, 500)
CORRECT = np.random.default_rng(0).uniform(size=500) < CONFIDENCE


def test_reliability_in_percent_with_the_colours_of_the_models():
    table = reliability_table(CONFIDENCE, CORRECT)
    figure = reliability_chart({"scratch": table, "resnet50": table}, LOOKS)
    diagonal, scratch, _, resnet50, _ = figure.data
    assert list(diagonal.x) == list(diagonal.y) == [0, 100]
    assert scratch.marker.color == LOOKS["scratch"].colour
    assert resnet50.marker.color == LOOKS["resnet50"].colour
    assert list(scratch.x) == pytest.approx((100 * table["confidence"]).tolist())
    ends = np.array(scratch.y) + np.array(scratch.error_y.array)
    enough = (table["photos"] >= 10).to_numpy()
    assert enough.sum() > 5
    assert ends[enough] == pytest.approx((100 * table["high"]).to_numpy()[enough])


def test_each_run_has_its_own_line_and_mark():
    looks = looks_of_names({"scratch": "scratch", "a<b>": "scratch"})
    table = reliability_table(CONFIDENCE, CORRECT)
    _, *drawn = reliability_chart(dict.fromkeys(looks, table), looks).data
    for marks, line, look in zip(drawn[::2], drawn[1::2], looks.values(), strict=True):
        assert (marks.marker.color, marks.marker.symbol) == (look.colour, look.symbol)
        assert (line.line.color, line.line.dash) == (look.colour, look.dash)
    assert drawn[2].name == "Scratch (a&lt;b&gt;)"
    lines = coverage_chart(dict.fromkeys(looks, coverage_table(CONFIDENCE, CORRECT)), {}, looks)
    assert [one.line.dash for one in lines.data] == [look.dash for look in looks.values()]
    assert lines.data[1].name == "Scratch (a&lt;b&gt;)"


def test_coverage_ends_with_all_photos():
    table = coverage_table(CONFIDENCE, CORRECT)
    line, mark = coverage_chart({"scratch": table}, {"scratch": (0.9, 0.7)}, LOOKS).data
    assert max(line.x) == pytest.approx(100, abs=0.5)
    assert min(line.x) >= 2  # ten photos
    assert len(line.x) <= 500
    assert (list(mark.x), list(mark.y)) == ([90], [70])
    assert mark.marker.color == LOOKS["scratch"].colour


def test_very_few_photos_are_drawn():
    table = coverage_table([0.4, 0.9], [False, True])
    (line,) = coverage_chart({"resnet50": table}, {}, LOOKS).data
    assert list(line.y) == [50]


def test_no_line_leads_through_bins_of_few_photos():
    table = reliability_table([0.35] * 3 + [0.75] * 12 + [0.95] * 12, [True] * 27)
    _, marks, line = reliability_chart({"scratch": table}, LOOKS).data
    assert list(marks.x) == pytest.approx([35, 75, 95])
    assert list(line.x) == pytest.approx([75, 95])
    assert marks.marker.size[0] < marks.marker.size[1]
    assert marks.error_y.arrayminus[0] == 0 < marks.error_y.arrayminus[1]
