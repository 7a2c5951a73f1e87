import numpy as np
import pytest

from engine.data.splits import assign_splits, photos_missing_of
from engine.errors import EngineError


def counts(splits, labels, label):
    names, numbers = np.unique(np.asarray(splits)[np.asarray(labels) == label], return_counts=True)
    return dict(zip(names, numbers.tolist(), strict=True))


def test_without_a_test_folder_a_fifth_tests_and_a_fifth_of_the_rest_validates():
    labels = [0] * 100 + [1] * 50
    splits = assign_splits(labels, ("a", "b"))
    assert counts(splits, labels, 0) == {"train": 64, "validation": 16, "test": 20}
    assert counts(splits, labels, 1) == {"train": 32, "validation": 8, "test": 10}


def test_a_test_folder_stays_and_a_fifth_of_the_rest_validates():
    labels = [0] * 60 + [1] * 60
    fixed_test = [index % 6 == 0 for index in range(120)]
    splits = assign_splits(labels, ("a", "b"), fixed_test)
    assert (splits == "test").tolist() == fixed_test
    assert counts(splits, labels, 0) == {"train": 40, "validation": 10, "test": 10}


def test_the_smallest_class_is_in_every_split_beside_a_large_one():
    labels = [0] * 1000 + [1] * 5
    splits = assign_splits(labels, ("a", "b"))
    assert counts(splits, labels, 1) == {"train": 3, "validation": 1, "test": 1}


def test_the_seed_decides():
    labels = [0, 1] * 40
    first = assign_splits(labels, ("a", "b"), seed=3).tolist()
    assert assign_splits(labels, ("a", "b"), seed=3).tolist() == first
    assert assign_splits(labels, ("a", "b"), seed=4).tolist() != first


def test_the_split_of_a_seed_never_changes():
    # Published runs hold these positions: another draw would mix test photos into training.
    splits = assign_splits([0] * 10 + [1] * 10, ("a", "b"), seed=1)
    assert np.flatnonzero(splits == "test").tolist() == [2, 9, 16, 19]
    assert np.flatnonzero(splits == "validation").tolist() == [3, 8, 11, 12]


@pytest.mark.parametrize("names", [(), ("a",)])
def test_refuses_fewer_than_two_classes(names):
    with pytest.raises(EngineError, match="at least 2 classes"):
        assign_splits([0] * 9 * len(names), names)


def test_refuses_a_class_with_too_few_photos():
    with pytest.raises(EngineError, match=r"at least 5 .* Received: 4 of class 'hat'"):
        assign_splits([0] * 9 + [1] * 4, ("dress", "hat"))


def test_names_every_class_with_too_few_photos():
    labels = [0] * 9 + [1] * 4 + [2] * 1
    with pytest.raises(EngineError, match=r"Received: 4 of class 'hat', 1 of class 'shoe'$"):
        assign_splits(labels, ("dress", "hat", "shoe"))
    names = [f"{number:02d}" for number in range(25)]
    with pytest.raises(EngineError, match=r"1 of class '09' and 15 more classes$"):
        assign_splits(range(25), names)


@pytest.mark.parametrize(("tests", "rest"), [(0, 9), (4, 3)])
def test_refuses_a_class_that_a_test_folder_leaves_with_too_few(tests, rest):
    labels = [0] * 10 + [1] * (tests + rest)
    fixed_test = [index < 5 for index in range(10)] + [True] * tests + [False] * rest
    with pytest.raises(EngineError, match=f"Received: {tests} and {rest} of class 'hat'"):
        assign_splits(labels, ("dress", "hat"), fixed_test)


def test_says_what_is_missing():
    assert photos_missing_of({"apples": 5, "pears": 3, "plums": 0}) == {"pears": 2, "plums": 5}
    assert photos_missing_of({}) == {}
