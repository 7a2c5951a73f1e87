"""Metrics against numbers worked by hand, scikit-learn and scipy."""

import math

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn import metrics as sklearn_metrics

from engine.errors import EngineError
from engine.measures import metrics

NAMES = ("dress", "hat", "shirt")

# Three dresses (two right, one taken for a hat), one hat (right), no shirt but one hat too many:
# rows are true. `shirt` is never true and never predicted.
Y_TRUE, Y_PRED = [0, 0, 0, 1], [0, 0, 1, 1]


def _random_labels(seed):
    generator = np.random.default_rng(seed)
    class_count = int(generator.integers(2, 8))
    n = int(generator.integers(1, 60))
    # The last class is drawn for neither in some seeds: empty rows and columns.
    y_true = generator.integers(0, class_count - seed % 2, n)
    y_pred = generator.integers(0, class_count - seed % 3 // 2, n)
    return y_true, y_pred, class_count


def test_accuracy():
    assert metrics.accuracy(Y_TRUE, Y_PRED) == 0.75
    assert metrics.accuracy([2], [2]) == 1.0
    assert math.isnan(metrics.accuracy([], []))


@pytest.mark.parametrize(
    ("y_true", "y_pred"),
    [([0, 1], [0]), ([0.5], [0]), ([[0]], [[0]]), (["dress"], ["dress"]), ([True], [True])],
)
def test_labels_of_wrong_shape_or_type(y_true, y_pred):
    with pytest.raises(ValueError, match="Received: "):
        metrics.accuracy(y_true, y_pred)


@pytest.mark.parametrize("label", [-1, 3])
def test_labels_out_of_range(label):
    with pytest.raises(ValueError, match="`y_true` must be between 0 and 2"):
        metrics.confusion_matrix([label], [0], 3)
    with pytest.raises(ValueError, match="`y_pred` must be between 0 and 2"):
        metrics.confusion_matrix([0], [label], 3)


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.999])
def test_wilson_interval_equals_scipy(confidence):
    generator = np.random.default_rng(5)
    totals = [1, 2, 372, *generator.integers(1, 4000, 10)]
    cases = [(k, n) for n in totals for k in (0, n, generator.integers(0, n + 1))]
    for correct, total in cases:
        expected = binomtest(int(correct), int(total)).proportion_ci(confidence, "wilson")
        assert metrics.wilson_interval(correct, total, confidence) == pytest.approx(
            tuple(expected), abs=1e-12
        )


def test_wilson_interval_ends():
    z = 1.959963984540054  # normal quantile of 0.975; at 0 of n the formula is z^2 / (n + z^2)
    low, high = metrics.wilson_interval(0, 10)
    assert low == 0.0
    assert high == pytest.approx(z**2 / (10 + z**2))
    assert metrics.wilson_interval(10, 10) == (pytest.approx(10 / (10 + z**2)), 1.0)
    assert all(math.isnan(end) for end in metrics.wilson_interval(0, 0))


@pytest.mark.parametrize(
    "arguments", [(-1, 3), (4, 3), (0, -1), (math.nan, 3), (1, 3, 0.0), (1, 3, 1.0), (1, 3, 95)]
)
def test_wilson_interval_refuses(arguments):
    with pytest.raises(ValueError, match="Received: "):
        metrics.wilson_interval(*arguments)


def test_confusion_matrix_by_hand():
    def matrix(normalize=None):
        return metrics.confusion_matrix(Y_TRUE, Y_PRED, 3, normalize).tolist()

    assert matrix() == [[2, 1, 0], [0, 1, 0], [0, 0, 0]]
    assert matrix("true") == [[2 / 3, 1 / 3, 0], [0, 1, 0], [0, 0, 0]]
    assert matrix("pred") == [[1, 0.5, 0], [0, 0.5, 0], [0, 0, 0]]
    assert matrix("all") == [[0.5, 0.25, 0], [0, 0.25, 0], [0, 0, 0]]


@pytest.mark.parametrize("normalize", metrics.NORMALIZE)
@pytest.mark.parametrize("seed", range(6))
def test_confusion_matrix_equals_scikit_learn(seed, normalize):
    y_true, y_pred, class_count = _random_labels(seed)
    expected = sklearn_metrics.confusion_matrix(
        y_true, y_pred, labels=range(class_count), normalize=normalize
    )
    matrix = metrics.confusion_matrix(y_true, y_pred, class_count, normalize)
    np.testing.assert_allclose(matrix, expected, rtol=1e-12)
    assert matrix.dtype == (np.int64 if normalize is None else np.float64)


@pytest.mark.parametrize("normalize", metrics.NORMALIZE)
def test_confusion_matrix_of_zero_photos(normalize):
    assert metrics.confusion_matrix([], [], 2, normalize).tolist() == [[0, 0], [0, 0]]


def test_confusion_matrix_takes_small_int_types():
    labels = np.array([199], dtype=np.uint8)
    assert metrics.confusion_matrix(labels, labels, 200)[199, 199] == 1


def test_confusion_matrix_refuses_normalize():
    with pytest.raises(ValueError, match=r"`normalize` must be one of .* Received: 'rows'"):
        metrics.confusion_matrix(Y_TRUE, Y_PRED, 3, "rows")


def test_confusion_table():
    table = metrics.confusion_table(Y_TRUE, Y_PRED, NAMES)
    assert (table.index.name, table.columns.name) == ("True label", "Predicted label")
    assert tuple(table.index) == tuple(table.columns) == NAMES
    assert table.loc["dress", "hat"] == 1
    assert table.loc["hat", "dress"] == 0
    shares = metrics.confusion_table(Y_TRUE, Y_PRED, NAMES, normalize="true")
    assert shares.loc["dress", "hat"] == 1 / 3


@pytest.mark.parametrize("class_names", [(), ("hat", "hat")])
def test_class_names_must_differ(class_names):
    with pytest.raises(ValueError, match="`class_names` must be"):
        metrics.confusion_table([], [], class_names)


def test_largest_confusion():
    assert metrics.largest_confusion([0, 0, 0, 1, 2], [0, 1, 1, 0, 1], 3) == (0, 1)
    assert metrics.largest_confusion([0, 1, 2], [1, 0, 2], 3) == (0, 1)  # the first of equals
    assert metrics.largest_confusion([0, 1], [0, 1], 2) is None
    assert metrics.largest_confusion([], [], 2) is None


def test_most_confused_classes():
    one = [[9, 0, 0], [0, 9, 2], [0, 0, 9]]
    other = [[0, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert metrics.most_confused_classes([one], 2) == [1, 2]
    assert metrics.most_confused_classes([one, other], 1) == [2]
    assert metrics.most_confused_classes([one], 5) == [0, 1, 2]
    with pytest.raises(ValueError, match="`count` must be at least 1"):
        metrics.most_confused_classes([one], 0)
    with pytest.raises(ValueError, match="0 matrices"):
        metrics.most_confused_classes([], 1)


def test_per_class_report_by_hand():
    report = metrics.per_class_report(Y_TRUE, Y_PRED, NAMES)
    assert list(report.columns) == ["class_name", "precision", "recall", "f1", "support"]
    assert report.values.tolist() == [
        ["dress", 1.0, 2 / 3, 0.8, 3],
        ["hat", 0.5, 1.0, 2 / 3, 1],
        ["shirt", 0.0, 0.0, 0.0, 0],
    ]


@pytest.mark.parametrize("seed", range(10))
def test_per_class_report_equals_scikit_learn(seed):
    y_true, y_pred, class_count = _random_labels(seed)
    names = [f"class {position}" for position in range(class_count)]
    report = metrics.per_class_report(y_true, y_pred, names)
    expected = sklearn_metrics.precision_recall_fscore_support(
        y_true, y_pred, labels=range(class_count), zero_division=0
    )
    columns = ["precision", "recall", "f1", "support"]
    np.testing.assert_allclose(report[columns].to_numpy(float).T, np.array(expected), rtol=1e-12)
    assert metrics.accuracy(y_true, y_pred) == pytest.approx(
        sklearn_metrics.accuracy_score(y_true, y_pred)
    )


def test_per_class_report_of_zero_photos():
    report = metrics.per_class_report([], [], NAMES)
    assert report[["precision", "recall", "f1", "support"]].to_numpy().sum() == 0
    assert tuple(report["class_name"]) == NAMES


def test_class_scores_of_two():
    left = metrics.per_class_report(Y_TRUE, Y_PRED, NAMES)
    right = metrics.per_class_report(Y_TRUE, Y_TRUE, NAMES)
    table = metrics.class_scores(left, right)
    assert list(table.columns) == [
        "class_name",
        "support",
        *(
            f"{score}_{of}"
            for score in ("precision", "recall", "f1")
            for of in ("left", "right", "difference")
        ),
    ]
    assert table["support"].tolist() == [3, 1, 0]
    assert table["precision_left"].tolist() == [1.0, 0.5, 0.0]
    assert table["recall_right"].tolist() == [1.0, 1.0, 0.0]
    assert table["recall_difference"].tolist() == [1 - 2 / 3, 0.0, 0.0]
    assert table["precision_difference"].tolist() == [0.0, 0.5, 0.0]


def test_class_scores_refuses_different_photos():
    report = metrics.per_class_report(Y_TRUE, Y_PRED, NAMES)
    with pytest.raises(EngineError, match="same photos of each class"):
        metrics.class_scores(report, metrics.per_class_report([0], [0], NAMES))
    with pytest.raises(EngineError, match="same classes"):
        metrics.class_scores(report, metrics.per_class_report(Y_TRUE, Y_PRED, NAMES[::-1]))
    with pytest.raises(ValueError, match="`right` must have the columns"):
        metrics.class_scores(report, report.drop(columns="f1"))


def test_class_scores_of_one():
    report = metrics.per_class_report(Y_TRUE, Y_PRED, NAMES)
    table = metrics.class_scores(report)
    assert list(table) == ["class_name", "support", "precision_left", "recall_left", "f1_left"]
    assert table["recall_left"].tolist() == [2 / 3, 1, 0]
    with pytest.raises(ValueError, match="`left` must have the columns"):
        metrics.class_scores(report.drop(columns="f1"))
