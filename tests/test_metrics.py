"""Metrics against numbers worked by hand, scikit-learn and scipy."""

import ast
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from sklearn import metrics as sklearn_metrics

from engine import metrics
from engine.errors import EngineError

NAMES = ("dress", "hat", "shirt")

# Three dresses (two right, one taken for a hat), one hat (right), no shirt but one hat too many:
# rows are true. `shirt` is never true and never predicted.
Y_TRUE, Y_PRED = [0, 0, 0, 1], [0, 0, 1, 1]


def _history(val_accuracy, phases=None, seconds=30.0):
    epochs = len(val_accuracy)
    return pd.DataFrame(
        {
            "epoch": range(1, epochs + 1),
            "phase": phases or ["scratch"] * epochs,
            "loss": [1.0 / epoch for epoch in range(1, epochs + 1)],
            "accuracy": [0.1 * epoch for epoch in range(1, epochs + 1)],
            "val_loss": [2.0 / epoch for epoch in range(1, epochs + 1)],
            "val_accuracy": val_accuracy,
            "learning_rate": 1e-3,
            "seconds": seconds,
        }
    )


def _empty_history():
    return pd.DataFrame(columns=list(metrics.HISTORY_COLUMNS))


def _table(image_ids, true, predicted, probability=0.9):
    """A `prediction_table` with these answers."""
    y_prob = np.full((len(true), 3), (1 - probability) / 2)
    y_prob[np.arange(len(true)), predicted] = probability
    return metrics.prediction_table(image_ids, true, y_prob, NAMES)


def _random_labels(seed):
    generator = np.random.default_rng(seed)
    class_count = int(generator.integers(2, 8))
    n = int(generator.integers(1, 60))
    # The last class is drawn for neither in some seeds: empty rows and columns.
    y_true = generator.integers(0, class_count - seed % 2, n)
    y_pred = generator.integers(0, class_count - seed % 3 // 2, n)
    return y_true, y_pred, class_count


def test_imports_are_light():
    source = Path(metrics.__file__).read_text(encoding="utf-8")
    imported = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module)
    assert imported == {"math", "dataclasses", "statistics", "numpy", "pandas", "engine.errors"}


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


def test_compare_per_class():
    scratch = metrics.per_class_report(Y_TRUE, Y_PRED, NAMES)
    resnet50 = metrics.per_class_report(Y_TRUE, Y_TRUE, NAMES)
    table = metrics.compare_per_class(scratch, resnet50)
    assert list(table.columns) == [
        "class_name",
        "support",
        *(
            f"{score}_{of}"
            for score in ("precision", "recall", "f1")
            for of in ("scratch", "resnet50", "difference")
        ),
    ]
    assert table["support"].tolist() == [3, 1, 0]
    assert table["precision_scratch"].tolist() == [1.0, 0.5, 0.0]
    assert table["recall_resnet50"].tolist() == [1.0, 1.0, 0.0]
    assert table["recall_difference"].tolist() == [1 - 2 / 3, 0.0, 0.0]
    assert table["precision_difference"].tolist() == [0.0, 0.5, 0.0]


def test_compare_per_class_refuses_different_photos():
    report = metrics.per_class_report(Y_TRUE, Y_PRED, NAMES)
    with pytest.raises(EngineError, match="same photos of each class"):
        metrics.compare_per_class(report, metrics.per_class_report([0], [0], NAMES))
    with pytest.raises(EngineError, match="same classes"):
        metrics.compare_per_class(report, metrics.per_class_report(Y_TRUE, Y_PRED, NAMES[::-1]))
    with pytest.raises(ValueError, match="`resnet50_report` must have the columns"):
        metrics.compare_per_class(report, report.drop(columns="f1"))


def test_prediction_table():
    y_prob = np.array([[0.25, 0.5, 0.25], [0.5, 0.5, 0.0]], dtype=np.float32)
    table = metrics.prediction_table(["test/a.jpg", "test/b.jpg"], [2, 0], y_prob, NAMES)
    assert list(table.columns) == [
        "image_id",
        "true",
        "predicted",
        "correct",
        "probability",
        "probability_true",
    ]
    assert table.values.tolist() == [
        ["test/a.jpg", "shirt", "hat", False, 0.5, 0.25],
        ["test/b.jpg", "dress", "dress", True, 0.5, 0.5],  # the first class on ties
    ]
    assert table["correct"].dtype == bool


def test_prediction_table_of_zero_photos():
    table = metrics.prediction_table([], [], np.zeros((0, 3), np.float32), NAMES)
    assert table.shape == (0, 6)
    assert metrics.most_confident_mistakes(table, 5).empty
    paired = metrics.paired_table(table, table)
    assert list(paired.columns)[-1] == "outcome"
    assert paired.empty
    assert metrics.paired_table(table, _table(["a"], [0], [0])).empty


def test_prediction_table_refuses():
    with pytest.raises(EngineError, match=r"once .* Received twice: 'a.jpg'"):
        _table(["a.jpg", "b.jpg", "a.jpg"], [0, 1, 0], [0, 1, 0])
    with pytest.raises(ValueError, match=r"y_prob of shape \(1, 2\), 3 class names"):
        metrics.prediction_table(["a"], [0], [[0.5, 0.5]], NAMES)
    with pytest.raises(ValueError, match=r"y_prob of shape \(1, 3\)"):
        metrics.prediction_table(["a", "b"], [0, 0], [[1, 0, 0]], NAMES)
    with pytest.raises(ValueError, match="equally long"):
        metrics.prediction_table(["a"], [0, 0], [[1, 0, 0]], NAMES)
    with pytest.raises(ValueError, match="`y_true` must be between"):
        metrics.prediction_table(["a"], [3], [[1, 0, 0]], NAMES)


def test_paired_table_has_every_outcome():
    scratch = _table(["a", "b", "c", "d", "alone"], [0, 1, 2, 0, 0], [0, 1, 0, 1, 0], 0.8)
    # Other order, one photo more: the join is by name.
    resnet50 = _table(["d", "c", "b", "a", "other"], [0, 2, 1, 0, 0], [2, 2, 0, 0, 0], 0.6)
    table = metrics.paired_table(scratch, resnet50)
    assert list(table.columns) == [
        "image_id",
        "true",
        "scratch",
        "scratch_probability",
        "resnet50",
        "resnet50_probability",
        "outcome",
    ]
    assert table.values.tolist() == [
        ["a", "dress", "dress", 0.8, "dress", 0.6, "both right"],
        ["b", "hat", "hat", 0.8, "dress", 0.6, "only scratch"],
        ["c", "shirt", "dress", 0.8, "shirt", 0.6, "only resnet50"],
        ["d", "dress", "hat", 0.8, "shirt", 0.6, "both wrong"],
    ]
    assert tuple(table["outcome"]) == metrics.OUTCOMES


def test_paired_table_refuses():
    one = _table(["a", "b"], [0, 1], [0, 1])
    with pytest.raises(EngineError, match="'hat' and 'shirt' for 'b'"):
        metrics.paired_table(one, _table(["b", "a"], [2, 0], [0, 1]))
    with pytest.raises(EngineError, match="Received twice: 'a'"):
        metrics.paired_table(one, pd.concat([one, one]))
    with pytest.raises(ValueError, match="`scratch` must have the columns"):
        metrics.paired_table(one.drop(columns="true"), one)


def test_most_confident_mistakes():
    table = pd.DataFrame(
        {
            "image_id": ["right", "low", "tie 1", "nan", "tie 2", "high"],
            "correct": [True, False, False, False, False, False],
            "probability": [0.99, 0.4, 0.7, math.nan, 0.7, 0.9],
        }
    )
    everything = metrics.most_confident_mistakes(table, 99)
    assert everything["image_id"].tolist() == ["high", "tie 1", "tie 2", "low", "nan"]
    assert everything.index.tolist() == list(range(5))
    assert metrics.most_confident_mistakes(table, 2)["image_id"].tolist() == ["high", "tie 1"]
    assert metrics.most_confident_mistakes(table, 0).empty
    with pytest.raises(ValueError, match=r"`count` must be at least 0\. Received: -1"):
        metrics.most_confident_mistakes(table, -1)


def test_history_summary():
    history = _history(
        [0.5, 0.8, 0.7, 0.8], ["head", "head", "fine_tune", "fine_tune"], [60, 30, 20, 10.5]
    )
    assert metrics.history_summary(history) == metrics.HistorySummary(
        epochs=4, best_epoch=2, best_val_accuracy=0.8, seconds=120.5, fine_tune_epoch=3
    )
    assert metrics.history_summary(_history([0.5])).fine_tune_epoch is None


def test_history_summary_of_a_diverged_run():
    summary = metrics.history_summary(_history([math.nan, 0.3, math.nan]))
    assert (summary.best_epoch, summary.best_val_accuracy, summary.epochs) == (2, 0.3, 3)
    for history in (_history([math.nan, math.nan]), _empty_history()):
        summary = metrics.history_summary(history)
        assert summary.best_epoch is None
        assert math.isnan(summary.best_val_accuracy)
        assert summary.seconds == 30 * len(history)


def test_overtaking_epoch():
    scratch = _history([0.3, 0.7, 0.6])
    assert metrics.overtaking_epoch(_history([0.5, 0.7, 0.71, 0.9]), scratch) == 3
    assert metrics.overtaking_epoch(_history([math.nan, 0.8]), scratch) == 2
    assert metrics.overtaking_epoch(_history([0.5, 0.7]), scratch) is None
    assert metrics.overtaking_epoch(_empty_history(), scratch) is None
    assert metrics.overtaking_epoch(_history([0.9]), _history([math.nan])) is None


def test_curves_table():
    table = metrics.curves_table(
        {
            "scratch": _history([0.4, math.nan], seconds=[60.0, 90.0]),
            "empty": _empty_history(),
            "resnet50": _history([0.6], ["head"], seconds=30.0),
        }
    )
    expected = pd.DataFrame(
        [
            ["scratch", 1, "scratch", 1.0, "train", 0.1, 1.0],
            ["scratch", 2, "scratch", 2.5, "train", 0.2, 0.5],
            ["scratch", 1, "scratch", 1.0, "validation", 0.4, 2.0],
            ["scratch", 2, "scratch", 2.5, "validation", math.nan, 1.0],
            ["resnet50", 1, "head", 0.5, "train", 0.1, 1.0],
            ["resnet50", 1, "head", 0.5, "validation", 0.6, 2.0],
        ],
        columns=["run", "epoch", "phase", "minutes", "split", "accuracy", "loss"],
    )
    pd.testing.assert_frame_equal(table, expected)


@pytest.mark.parametrize("histories", [{}, {"scratch": _empty_history()}])
def test_curves_table_of_nothing(histories):
    table = metrics.curves_table(histories)
    assert table.empty
    assert list(table.columns) == list(metrics.curves_table({"a": _history([0.5])}).columns)


def test_history_must_have_its_columns():
    history = _history([0.5]).drop(columns="seconds")
    with pytest.raises(ValueError, match=r"`history` must have .*, seconds\. Received: "):
        metrics.history_summary(history)
    with pytest.raises(ValueError, match="'scratch'"):
        metrics.curves_table({"scratch": history})
    with pytest.raises(ValueError, match="`resnet50_history`"):
        metrics.overtaking_epoch(history, _history([0.5]))


def test_top_k():
    probabilities = np.array([0.25, 0.5, 0.25], dtype=np.float32)
    assert metrics.top_k(probabilities, NAMES, 2) == [("hat", 0.5), ("dress", 0.25)]
    assert [name for name, _ in metrics.top_k(probabilities, NAMES, 9)] == ["hat", "dress", "shirt"]
    assert metrics.top_k([1.0, math.nan, 2.0], NAMES, 2) == [("shirt", 2.0), ("dress", 1.0)]
    assert type(metrics.top_k(probabilities, NAMES, 1)[0][1]) is float


@pytest.mark.parametrize(
    ("probabilities", "k"), [([0.5, 0.5], 1), ([[0.1, 0.2, 0.7]], 1), ([0.1, 0.2, 0.7], 0)]
)
def test_top_k_refuses(probabilities, k):
    with pytest.raises(ValueError, match="Received: "):
        metrics.top_k(probabilities, NAMES, k)


def _answers(**rows):
    """An `answers_table` of (scratch, its probability, resnet50, its probability) by true class."""
    return pd.DataFrame(
        [(image_id, *row) for image_id, row in rows.items()],
        columns=[
            "image_id",
            "true",
            "scratch",
            "scratch_probability",
            "resnet50",
            "resnet50_probability",
        ],
    )


ANSWERS = _answers(
    a=("dress", "hat", 0.6, "dress", 0.9),
    b=("dress", "hat", 0.8, "hat", 0.7),
    c=("dress", "dress", 0.99, "dress", 0.99),
    d=("hat", "hat", 0.5, "dress", 0.4),
)


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


def test_class_scores():
    reports = {
        model: metrics.per_class_report(Y_TRUE, y_pred, NAMES)
        for model, y_pred in (("scratch", Y_PRED), ("resnet50", Y_TRUE))
    }
    both = metrics.class_scores(reports)
    assert both["recall_difference"].tolist() == pytest.approx([1 / 3, 0, 0])
    one = metrics.class_scores({"resnet50": reports["resnet50"]})
    assert list(one) == [
        "class_name",
        "support",
        "precision_resnet50",
        "recall_resnet50",
        "f1_resnet50",
    ]
    with pytest.raises(ValueError, match="Received: none"):
        metrics.class_scores({})


def test_answers_table():
    scratch = _table(["a", "b"], [0, 1], [0, 0])
    resnet50 = _table(["b", "a"], [1, 0], [1, 0])
    both = metrics.answers_table({"scratch": scratch, "resnet50": resnet50})
    assert both["outcome"].tolist() == ["both right", "only resnet50"]
    one = metrics.answers_table({"resnet50": resnet50})
    assert list(one) == ["image_id", "true", "resnet50", "resnet50_probability"]
    assert one["resnet50"].tolist() == ["hat", "dress"]
    with pytest.raises(ValueError, match="Received: vgg"):
        metrics.answers_table({"vgg": scratch})


@pytest.mark.parametrize(
    ("models", "true", "predicted", "only_wrong", "expected"),
    [
        (["scratch"], "dress", "hat", False, "ba"),  # the surest first
        (["resnet50"], "dress", "hat", False, "b"),
        (["scratch", "resnet50"], "dress", "hat", False, "ba"),
        (["scratch"], None, "hat", False, "bad"),  # right ones last
        (["scratch"], "dress", None, False, "bac"),
        (["resnet50"], None, None, True, "bd"),
        (["scratch", "resnet50"], None, None, True, "bad"),
        (["scratch"], "shirt", None, False, ""),
    ],
)
def test_matching_photos(models, true, predicted, only_wrong, expected):
    photos = metrics.matching_photos(ANSWERS, models, true, predicted, only_wrong)
    assert "".join(photos["image_id"]) == expected


def test_matching_photos_refuses_no_model():
    with pytest.raises(ValueError, match="at least one model"):
        metrics.matching_photos(ANSWERS, [], None, None)


def test_right_answers():
    assert metrics.right_answers(ANSWERS, "scratch") == 2
    assert metrics.right_answers(ANSWERS, "resnet50") == 2
    assert metrics.right_answers(ANSWERS.head(0), "scratch") == 0


def test_outcome_counts():
    pairs = pd.DataFrame({"outcome": ["both wrong", "only scratch", "both wrong"]})
    assert metrics.outcome_counts(pairs) == {
        "both right": 0,
        "only scratch": 1,
        "only resnet50": 0,
        "both wrong": 2,
    }


def test_doubtful_labels():
    assert metrics.doubtful_labels(ANSWERS)["image_id"].tolist() == ["b"]
    assert metrics.doubtful_labels(ANSWERS, minimum=0.75).empty
    more = pd.concat([ANSWERS, _answers(e=("hat", "shirt", 0.9, "shirt", 0.95))])
    assert metrics.doubtful_labels(more)["image_id"].tolist() == ["e", "b"]
