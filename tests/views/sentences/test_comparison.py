"""What is said before the numbers of two runs."""

import dataclasses

import pytest

from engine.measures.comparison import load_comparison
from engine.views.looks import looks_of
from engine.views.sentences.comparison import ANOTHER_VERSION, warnings
from tests.measures.test_comparison import renamed_classes, without


@pytest.fixture
def comparison(tiny_runs):
    return load_comparison("tiny")


def said(comparison):
    return warnings(comparison, looks_of(comparison.sides))


def configured(run, **values):
    return dataclasses.replace(run, config=dataclasses.replace(run.config, **values))


def test_runs_of_the_same_data_need_no_word(comparison):
    assert said(comparison) == []
    assert said(dataclasses.replace(comparison, right=None)) == []
    assert said(dataclasses.replace(comparison, left=None, right=None)) == []


def test_one_run_on_both_sides(comparison):
    twice = dataclasses.replace(comparison, right=comparison.left)
    (sentence,) = said(twice)
    assert sentence.startswith("Left and right are the same run, scratch: ")


def test_other_photos(comparison):
    one, other = (
        configured(run, data_set_digest=digit * 64)
        for run, digit in ((comparison.left, "0"), (comparison.right, "1"))
    )
    assert said(dataclasses.replace(comparison, right=other)) == [
        "The fine-tuned ResNet50 was trained on another version of these photos: train it again "
        "before you compare."
    ]
    (both,) = said(dataclasses.replace(comparison, left=one, right=other))
    assert "on two versions of these photos" in both
    same = configured(comparison.right, data_set_digest="0" * 64)
    assert said(dataclasses.replace(comparison, left=one, right=same)) == [ANOTHER_VERSION]
    assert said(dataclasses.replace(comparison, left=one, right=None)) == [
        "The CNN from scratch was trained on another version of these photos: train it again "
        "before you compare."
    ]


def test_another_split(comparison):
    other = configured(comparison.right, split_seed=7)
    (sentence,) = said(dataclasses.replace(comparison, right=other))
    assert "seed 1 for the CNN from scratch and seed 7 for the fine-tuned ResNet50" in sentence


def test_other_classes(comparison):
    names = ("cross", "dot", *(f"class {number}" for number in range(6)))
    wide = dataclasses.replace(
        comparison.right,
        config=dataclasses.replace(comparison.right.config, class_names=names),
    )
    (sentence,) = said(dataclasses.replace(comparison, right=wide))
    assert sentence == (
        "The two runs know different classes: only the CNN from scratch knows stripe; only the "
        "fine-tuned ResNet50 knows class 0, class 1, class 2, class 3, class 4 and 1 more."
    )


def test_photos_that_only_one_answered(comparison):
    ids = comparison.data_set.photos.loc[comparison.data_set.photos["split"] == "test", "image_id"]
    fewer = dataclasses.replace(comparison, right=without(comparison.right, ids[:1]))
    assert said(fewer) == [
        "1 photo that only one of the two runs answered is left out where they are compared photo "
        "by photo."
    ]


def test_nothing_in_common(comparison):
    ids = comparison.data_set.photos["image_id"]
    apart = dataclasses.replace(
        comparison,
        left=without(comparison.left, ids[::2]),
        right=without(comparison.right, ids[1::2]),
    )
    assert said(apart) == [
        "The two runs answered no photo in common. So nothing is compared photo by photo."
    ]


def test_labels_that_contradict_each_other(comparison):
    other = renamed_classes(comparison.right, ("dot", "cross", "stripe"))
    (sentence,) = said(dataclasses.replace(comparison, right=other))
    assert "must agree on the true class of each photo. Received: " in sentence
    assert sentence.endswith("So nothing is compared photo by photo.")
