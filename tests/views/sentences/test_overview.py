import dataclasses

import numpy as np
import pytest

from engine.measures.comparison import load_comparison
from engine.measures.findings import cost_table
from engine.runs import Predictions
from engine.views.looks import looks_of
from engine.views.sentences.overview import (
    beside_the_report,
    cost_in_words,
    errors_per_100,
    head_alone,
    headline,
    interval,
    overtaking_sentence,
    splits_in_words,
)
from tests.conftest import make_run
from tests.measures.test_comparison import without
from tests.presets import QUICK_PRESETS


@pytest.fixture
def comparison(tiny_runs):
    return load_comparison("tiny")


def seen(comparison):
    return looks_of(comparison.sides)


def with_answers(run, right, photos=40):
    """The run as if it had answered so many of as many test photos right."""
    y_true = np.zeros(photos, int)
    y_prob = np.full((photos, 3), 0.1, dtype="float32")
    y_prob[np.arange(photos), np.where(np.arange(photos) < right, 0, 1)] = 0.8
    ids = np.array([f"{number}.jpg" for number in range(photos)])
    split = np.full(photos, "test")
    part = Predictions(ids, split, y_true, y_prob, run.predictions.class_names)
    return dataclasses.replace(run, predictions=part)


def test_splits(tiny_data_set):
    assert splits_in_words(tiny_data_set) == (
        "18 to train on, 6 to choose the best epoch, 6 to test on"
    )


def test_few_photos_tell_nothing_apart(comparison):
    assert headline(comparison, seen(comparison)) == (
        "On 6 test photos that neither learned from, the fine-tuned ResNet50 names "
        "**83.3\u00a0%** right, the CNN from scratch **33.3\u00a0%**: too few photos to tell them "
        "apart."
    )


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        (10, 30, "fine-tuning wins by 50 points."),
        (30, 10, "training from scratch wins by 50 points."),
    ],
)
def test_the_winner_is_named_where_chance_is_a_poor_explanation(comparison, left, right, words):
    apart = dataclasses.replace(
        comparison,
        left=with_answers(comparison.left, left),
        right=with_answers(comparison.right, right),
    )
    assert headline(apart, seen(apart)).endswith(words)
    swapped = dataclasses.replace(apart, left=apart.right, right=apart.left)
    said = headline(swapped, seen(swapped))
    assert said.endswith(words)
    assert "the CNN from scratch names" in said


def test_two_runs_of_one_model_are_told_apart_by_name(comparison, tiny_data_set):
    plain = make_run(tiny_data_set, "scratch", name="plain")
    apart = dataclasses.replace(
        comparison, left=with_answers(comparison.left, 10), right=with_answers(plain, 30)
    )
    said = headline(apart, seen(apart))
    assert (
        "the CNN from scratch (plain) names **75.0\u00a0%** right, the CNN from scratch **25"
        in said
    )
    assert said.endswith("the CNN from scratch (plain) wins by 50 points.")
    assert overtaking_sentence(apart, seen(apart)) is None


def test_one_run_alone(comparison):
    alone = dataclasses.replace(comparison, right=None)
    assert headline(alone, seen(alone)) == (
        "On 6 test photos that it never learned from, the CNN from scratch names "
        "**33.3\u00a0%** right."
    )


def test_runs_without_a_photo_in_common_are_told_one_after_the_other(comparison):
    ids = comparison.data_set.photos["image_id"]
    apart = dataclasses.replace(
        comparison,
        left=without(comparison.left, ids[::2]),
        right=without(comparison.right, ids[1::2]),
    )
    said = headline(apart, seen(apart))
    assert said.count("that it never learned from") == 2
    assert "wins" not in said


def test_interval_and_errors(comparison):
    row = comparison.accuracies.iloc[0]
    assert interval(row) == "9.7 to 70.0\u00a0%"
    assert errors_per_100(row) == "67 errors"
    assert errors_per_100(row.replace(row["accuracy"], 0.99)) == "1 error"
    assert errors_per_100(row.replace(row["accuracy"], 0.998)) == "fewer than 1 error"
    assert errors_per_100(row.replace(row["accuracy"], 1.0)) == "0 errors"


def test_overtaking(comparison):
    looks = seen(comparison)
    said = overtaking_sentence(comparison, looks)
    assert said.startswith("ResNet50 passed the best validation accuracy of the CNN from scratch (")
    assert "**at epoch 1, after 2 seconds**" in said
    swapped = dataclasses.replace(comparison, left=comparison.right, right=comparison.left)
    assert overtaking_sentence(swapped, seen(swapped)) == said
    slow = dataclasses.replace(comparison.right, history=comparison.left.history)
    fast = dataclasses.replace(comparison.left, history=comparison.right.history)
    never = dataclasses.replace(comparison, left=fast, right=slow)
    assert "never passed" in overtaking_sentence(never, looks)


def test_beside_the_source_report(comparison):
    rows = beside_the_report(comparison)
    assert [here for _, _, here in rows] == ["33.3\u00a0%", "83.3\u00a0%", "at epoch 1"]
    swapped = dataclasses.replace(comparison, left=comparison.right, right=comparison.left)
    assert beside_the_report(swapped) == rows
    alone = dataclasses.replace(comparison, right=None)
    assert [here for _, _, here in beside_the_report(alone)] == ["33.3\u00a0%", "not trained yet"]


def test_what_it_took(tiny_runs):
    table = cost_table(tiny_runs.values())
    shown = cost_in_words(table)
    assert shown.loc["Parameters"].tolist() == ["1,234", "1,234"]
    assert shown.loc["of these trained"].tolist() == ["all", "all"]
    assert shown.loc["Best epoch"].tolist() == ["3", "6"]
    assert shown.loc["Training time"].tolist() == ["8 seconds", "15 seconds"]
    part = table.assign(trainable_parameters=34, best_epoch=float("nan"))
    assert cost_in_words(part).loc["of these trained"].tolist() == ["34", "34"]
    assert cost_in_words(part).loc["Best epoch"].tolist() == ["none", "none"]


def test_a_resnet50_of_which_only_the_head_learnt(comparison):
    assert head_alone(comparison) == []
    run = comparison.right
    config = dataclasses.replace(run.config, name="quick", recipe=QUICK_PRESETS["resnet50"])
    quick = dataclasses.replace(run, config=config)
    (note,) = head_alone(dataclasses.replace(comparison, right=quick))
    assert note.startswith("Of this ResNet50 (run quick) only the head learnt")
