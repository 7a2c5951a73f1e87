import pandas as pd
import pytest

from engine.measures.little_data import Match, match, short_classes, summarise_curve
from engine.runs import LEARNING_CURVE_COLUMNS


def table(**points):
    """Rows from `model_size=(photos, accuracies by seed)`."""
    rows = []
    for name, (photos, accuracies) in points.items():
        model, size = name.split("_")
        rows += [
            (model, size, seed, photos, 60, 5, 0.5, accuracy, 100, 1.0, "5" * 64)
            for seed, accuracy in enumerate(accuracies, start=1)
        ]
    return pd.DataFrame(rows, columns=list(LEARNING_CURVE_COLUMNS))


CURVE = table(
    resnet50_all=(2727, [0.9, 0.91, 0.89]),
    scratch_all=(2727, [0.5, 0.6, 0.58]),
    scratch_5=(50, [0.2, 0.25, 0.1]),
    resnet50_20=(200, [0.75, 0.7, 0.8]),
    resnet50_5=(50, [0.55, 0.6, 0.4]),
    scratch_20=(200, [0.3, 0.3, 0.3]),
)


PAIR = ("resnet50", "scratch")


def test_medians_and_ranges_from_the_smallest_size_on():
    summary = summarise_curve(CURVE.iloc[::-1], 10)
    assert summary["model"].tolist() == ["scratch"] * 3 + ["resnet50"] * 3
    assert summary["photos_per_class"].tolist() == ["5", "20", "all"] * 2
    assert summary["per_class"].tolist() == [5, 20, 272.7] * 2
    first = summary.iloc[0]
    assert (first["median"], first["low"], first["high"]) == (0.2, 0.1, 0.25)
    # Whatever the order of the rows, by seed.
    assert (first["seeds"], first["accuracies"]) == ((1, 2, 3), (0.2, 0.25, 0.1))


def test_how_few_photos_match_the_other_model():
    assert match(summarise_curve(CURVE, 10), *PAIR) == Match("20", 0.75, 2727, 0.58)


def test_the_other_trained_in_full_counts_where_it_is_better():
    summary = summarise_curve(CURVE, 10)
    assert match(summary, *PAIR, 0.8) == Match("all", 0.9, 2727, 0.8, in_full=True)
    assert match(summary, *PAIR, 0.5) == Match("20", 0.75, 2727, 0.58)
    # A curve that ends earlier says nothing about all photos.
    ended = summary[summary["photos_per_class"] != "all"]
    assert match(ended, *PAIR, 0.8) == Match("5", 0.55, 200, 0.3)


def test_it_may_take_all_photos_or_never_happen():
    few = table(scratch_all=(30, [0.8]), resnet50_5=(15, [0.2]), resnet50_all=(30, [0.8]))
    assert match(summarise_curve(few, 3), *PAIR) == Match("all", 0.8, 30, 0.8)
    never = table(scratch_all=(30, [0.8]), resnet50_5=(15, [0.2]), resnet50_all=(30, [0.7]))
    assert match(summarise_curve(never, 3), *PAIR) == Match(None, 0.7, 30, 0.8)


@pytest.mark.parametrize("model", ["scratch", "resnet50"])
def test_one_model_alone_matches_nothing(model):
    assert match(summarise_curve(CURVE[CURVE["model"] == model], 10), *PAIR) is None


def test_classes_that_are_too_small():
    photos = pd.DataFrame(
        {
            "class_name": ["a"] * 3 + ["b"] * 5 + ["a"] * 9,
            "split": ["train"] * 8 + ["test"] * 9,
        }
    )
    assert short_classes(photos, "3") == {}
    assert short_classes(photos, "5") == {"a": 3}
    assert short_classes(photos, "6") == {"a": 3, "b": 5}
    assert short_classes(photos, "all") == {}
