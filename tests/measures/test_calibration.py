import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import calibration_curve

from engine.measures.calibration import (
    accuracy_above,
    choose_rejection,
    confidence_and_correct,
    coverage_table,
    expected_calibration_error,
    noticed_as_unknown,
    rejection_table,
    reliability_table,
)
from engine.measures.metrics import wilson_interval
from engine.runs import OUT_OF_DISTRIBUTION_COLUMNS, Predictions


def predictions(validation, test):
    """Two classes; the confidences of the photos of each split, all right."""
    confidence = np.array([*validation, *test])
    return Predictions(
        image_ids=np.array([f"{n}.jpg" for n in range(len(confidence))]),
        split=np.array(["validation"] * len(validation) + ["test"] * len(test), dtype=np.str_),
        y_true=np.zeros(len(confidence), dtype=np.int64),
        y_prob=np.stack([confidence, 1 - confidence], axis=1).astype("float32"),
        class_names=("a", "b"),
    )


def test_confidence_is_the_probability_of_the_answer():
    part = Predictions(
        np.array(["1", "2"]),
        np.array(["test", "test"]),
        np.array([0, 0]),
        np.array([[0.7, 0.3], [0.0, 1.0009]], "float32"),
        ("a", "b"),
    )
    confidence, correct = confidence_and_correct(part)
    assert confidence.tolist() == pytest.approx([0.7, 1.0])
    assert confidence.max() <= 1
    assert correct.tolist() == [True, False]


def test_reliability_by_hand():
    table = reliability_table([0.15, 0.2, 0.21, 0.95, 1.0, 0.0], [0, 1, 1, 1, 0, 0])
    assert table["above"].tolist() == pytest.approx([0.0, 0.1, 0.2, 0.9])
    assert table["up_to"].tolist() == pytest.approx([0.1, 0.2, 0.3, 1.0])
    assert table["photos"].tolist() == [1, 2, 1, 2]
    assert table["confidence"].tolist() == pytest.approx([0, 0.175, 0.21, 0.975])
    assert table["accuracy"].tolist() == [0, 0.5, 1, 0.5]
    assert (table.loc[1, "low"], table.loc[1, "high"]) == wilson_interval(1, 2)


def test_edges_belong_to_the_bin_below():
    table = reliability_table([n / 10 for n in range(1, 11)], [True] * 10)
    assert table["photos"].tolist() == [1] * 10


def test_reliability_as_scikit_learn():
    generator = np.random.default_rng(4)
    confidence = generator.uniform(0.1, 1, 500)
    correct = generator.uniform(size=500) < confidence**2
    table = reliability_table(confidence, correct)
    accuracy, mean = calibration_curve(correct, confidence, n_bins=10)
    np.testing.assert_allclose(table["accuracy"], accuracy)
    np.testing.assert_allclose(table["confidence"], mean)


def test_calibration_error_by_hand():
    # 2 photos at 0.75, half of them right; 2 at 0.95, all right: (2 * 0.25 + 2 * 0.05) / 4.
    assert expected_calibration_error([0.75, 0.75, 0.95, 0.95], [1, 0, 1, 1]) == pytest.approx(0.15)
    assert math.isnan(expected_calibration_error([], []))


def test_a_model_that_knows_itself_has_no_error():
    confidence = np.repeat([0.25, 0.5, 0.75], 400)
    correct = np.concatenate([np.arange(400) < 400 * one for one in (0.25, 0.5, 0.75)])
    assert expected_calibration_error(confidence, correct) == pytest.approx(0)


def test_coverage_by_hand():
    table = coverage_table([0.5, 0.9, 0.7, 0.7], [False, True, True, False])
    assert table["threshold"].tolist() == [0.9, 0.7, 0.5]
    assert table["coverage"].tolist() == [0.25, 0.75, 1.0]
    assert table["accuracy"].tolist() == pytest.approx([1, 2 / 3, 1 / 2])
    assert table["photos"].tolist() == [1, 3, 4]
    assert coverage_table([], []).empty


@pytest.mark.parametrize(
    ("confidence", "correct", "what"),
    [
        ([0.5], [1, 0], "shape"),
        ([[0.5]], [[1]], "shape"),
        ([1.2], [1], "from 0 to 1"),
        ([-0.1], [1], "from 0 to 1"),
        ([math.nan], [1], "from 0 to 1"),
    ],
)
def test_what_is_no_confidence(confidence, correct, what):
    for function in (reliability_table, coverage_table):
        with pytest.raises(ValueError, match=what):
            function(confidence, correct)


def test_no_bins():
    with pytest.raises(ValueError, match="bins"):
        reliability_table([0.5], [1], bins=0)


def test_rejection_is_chosen_on_validation_and_measured_on_test():
    validation = np.linspace(0.5, 1, 101)
    found = choose_rejection(predictions(validation, [0.51, 0.52, 0.6, 0.9]))
    assert found.threshold == pytest.approx(0.525)
    assert found.false_alarms == 0.5
    assert (found.low, found.high) == wilson_interval(2, 4)
    assert found.photos == 4


def test_pictures_below_the_threshold_are_noticed():
    found = noticed_as_unknown(pd.DataFrame({"probability": [0.2, 0.4, 0.5, 0.9]}), 0.5)
    assert found.share == 0.5
    assert (found.low, found.high) == wilson_interval(2, 4)
    assert found.pictures == 4


def test_what_is_left_above_a_threshold():
    coverage = coverage_table([0.9, 0.8, 0.6, 0.5], [True, True, False, True])
    assert accuracy_above(coverage, 0.6) == pytest.approx((0.75, 2 / 3))
    assert accuracy_above(coverage, 0.95) is None


def test_when_each_run_passes(tiny_runs):
    run = tiny_runs["scratch"]
    # Both are 80 % sure of everything, so none of the test photos is below.
    table = rejection_table([run])
    (row,) = table.to_dict("records")
    assert (row["threshold"], row["false_alarms"]) == pytest.approx((0.8, 0))
    assert (row["out_of_distribution"], row["source"]) == (0, None)
    table = pd.DataFrame(
        [("scenes/a.png", "dot", 0.3), ("scenes/b.png", "dot", 0.9)],
        columns=list(OUT_OF_DISTRIBUTION_COLUMNS),
    )
    (row,) = rejection_table([replace(run, out_of_distribution=table)]).to_dict("records")
    assert (row["noticed"], row["out_of_distribution"], row["source"]) == (0.5, 2, "scenes")
    assert (row["noticed_low"], row["noticed_high"]) == wilson_interval(1, 2)
