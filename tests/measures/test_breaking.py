import dataclasses

import pandas as pd
import pytest
from scipy.stats import binomtest

from engine.measures.breaking import (
    find_breaking,
    find_breakings,
    photos_to_break,
    robustness_curve,
    robustness_curves,
    trained_range,
)
from engine.measures.distortions import DISTORTIONS
from engine.recipes.recipe import Augmentation
from engine.runs import ROBUSTNESS_COLUMNS
from tests.conftest import make_run


def curve_of(accuracies: dict, images=400, parameter="rotation") -> pd.DataFrame:
    rows = [(parameter, float(value), one, images) for value, one in accuracies.items()]
    return robustness_curve(pd.DataFrame(rows, columns=list(ROBUSTNESS_COLUMNS)), parameter)


def test_a_curve_ascends_and_has_intervals():
    table = pd.DataFrame(
        [("rotation", 90.0, 0.5, 10), ("zoom", 1.0, 0.9, 10), ("rotation", 0.0, 0.7, 10)],
        columns=list(ROBUSTNESS_COLUMNS),
    )
    curve = robustness_curve(table, "rotation")
    assert curve["value"].tolist() == [0, 90]
    assert curve["accuracy"].tolist() == [0.7, 0.5]
    for row, correct in zip(curve.itertuples(), (7, 5), strict=True):
        expected = binomtest(correct, 10).proportion_ci(method="wilson")
        assert (row.low, row.high) == pytest.approx((expected.low, expected.high))
    empty = robustness_curve(table, "blur")
    assert empty.empty and {"low", "high"} <= set(empty.columns)


def test_curves_of_the_runs_that_were_measured(tiny_runs):
    table = pd.DataFrame([("zoom", 1.0, 0.9, 10)], columns=list(ROBUSTNESS_COLUMNS))
    measured = dataclasses.replace(tiny_runs["scratch"], robustness=table)
    found = robustness_curves([measured, tiny_runs["resnet50"]], "zoom")
    assert list(found) == ["scratch"]
    pd.testing.assert_frame_equal(found["scratch"], robustness_curve(table, "zoom"))
    assert robustness_curves([measured], "blur") == {}


def test_half_of_what_stands_above_guessing():
    # 0.9 unchanged and 0.1 by guessing: half is lost at 0.5.
    curve = curve_of({-90: 0.3, -45: 0.4, -20: 0.6, 0: 0.9, 20: 0.51, 45: 0.5, 90: 0.2})
    found = find_breaking(curve, 0, 0.1)
    assert found.half_lost == (-45, 45)
    assert (found.unchanged, found.worst, found.worst_at) == (0.9, 0.2, 90)
    assert found.loss == pytest.approx(0.7)
    assert found.clear


def test_half_may_be_lost_on_one_side_or_never():
    assert find_breaking(curve_of({0: 0.9, 1: 0.8, 2: 0.4}), 0, 0.1).half_lost == (2,)
    assert find_breaking(curve_of({0.5: 0.3, 1: 0.9, 2: 0.8}), 1, 0.1).half_lost == (0.5,)
    assert find_breaking(curve_of({0: 0.9, 1: 0.7}), 0, 0.1).half_lost == ()


def test_a_small_loss_may_be_chance():
    small = find_breaking(curve_of({0: 0.5, 1: 0.47}, images=100), 0, 0.1)
    assert not small.clear
    assert find_breaking(curve_of({0: 0.5, 1: 0.47}, images=10_000), 0, 0.1).clear
    # A change that helps costs nothing.
    assert not find_breaking(curve_of({0: 0.5, 1: 0.8}), 0, 0.1).clear


def test_of_equals_the_worst_is_the_closest():
    found = find_breaking(curve_of({-180: 0.2, -60: 0.2, 0: 0.9, 120: 0.2}), 0, 0.1)
    assert found.worst_at == -60
    assert find_breaking(curve_of({-180: 0.2, 0: 0.9, 180: 0.2}), 0, 0.1).worst_at == 180


def test_who_only_guesses_has_nothing_to_lose():
    assert find_breaking(curve_of({0: 0.1, 1: 0.02}), 0, 0.125).half_lost == ()


def test_without_the_unchanged_photos_there_is_nothing_to_compare_with():
    assert find_breaking(curve_of({1: 0.5, 2: 0.2}), 0, 0.1) is None
    assert find_breaking(curve_of({}), 0, 0.1) is None


def test_how_far_training_went():
    trained = Augmentation(rotation=0.1, zoom=0.2)
    assert trained_range(trained, "rotation") == (-36, 36)
    assert trained_range(trained, "zoom") == pytest.approx((1 / 1.2, 1 / 0.8))
    assert trained_range(trained, "blur") is None
    assert trained_range(Augmentation(0.0, 0.0), "rotation") is None
    assert trained_range(Augmentation(0.0, 0.0), "zoom") is None
    assert trained_range(Augmentation(rotation=1.0), "rotation") == (-180, 180)


def test_photos_that_all_name_right_class_after_class(tiny_data_set):
    # Wrong for the first photo and for the first four photos of the split.
    answers = [
        make_run(tiny_data_set, model, wrong=wrong).predictions
        for model, wrong in (("scratch", 4), ("resnet50", 1))
    ]
    ids, all_right = photos_to_break(tiny_data_set.photos, answers)
    assert (ids, all_right) == (["stripe/008.jpg", "stripe/009.jpg"], True)
    answers = answers[1:]
    ids, all_right = photos_to_break(tiny_data_set.photos, answers)
    assert all_right
    assert ids == [
        "cross/009.jpg",
        "dot/008.jpg",
        "stripe/008.jpg",
        "dot/009.jpg",
        "stripe/009.jpg",
    ]


def test_where_none_is_right_all_test_photos_serve(tiny_data_set):
    answers = make_run(tiny_data_set, "scratch", wrong=6).predictions
    for given in ([answers], []):
        ids, all_right = photos_to_break(tiny_data_set.photos, given)
        assert not all_right
        assert len(ids) == 6 and ids[0] == "cross/008.jpg"
    photos = tiny_data_set.photos
    assert photos_to_break(photos[photos["split"] == "train"], [answers]) == ([], False)


def test_every_measured_change_of_a_run(run):
    rows = [("blur", 0.0, 0.9, 100), ("blur", 5.0, 0.2, 100), ("zoom", 0.5, 0.4, 100)]
    table = pd.DataFrame(rows, columns=["parameter", "value", "accuracy", "images"])
    found = find_breakings(dataclasses.replace(run, robustness=table), DISTORTIONS, 3)
    # Of zoom there is nothing to compare with, and shift was not measured.
    assert list(found) == ["blur"]
    assert (found["blur"].worst, found["blur"].worst_at) == (0.2, 5.0)
    assert find_breakings(run, DISTORTIONS, 3) == {}
