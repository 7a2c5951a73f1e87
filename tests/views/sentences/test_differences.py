import dataclasses

import pytest

from engine.measures.comparison import load_comparison
from engine.recipes.recipe import Augmentation
from engine.views.looks import looks_of
from engine.views.sentences.differences import (
    differences_in_full,
    differences_in_words,
    what_differs,
)
from tests.conftest import make_run
from tests.measures.test_comparison import without


@pytest.fixture
def comparison(tiny_runs):
    return load_comparison("tiny")


@pytest.fixture
def twins(tiny_runs, tiny_data_set):
    """Two runs of one model and of the same settings."""
    make_run(tiny_data_set, "scratch", name="plain", wrong=2)
    return load_comparison("tiny", "scratch", "plain")


def shown(comparison):
    return differences_in_words(comparison, looks_of(comparison.sides))


def with_right(comparison, recipe=None, **values):
    config = dataclasses.replace(comparison.right.config, **values)
    config = dataclasses.replace(
        config, recipe=dataclasses.replace(config.recipe, **(recipe or {}))
    )
    right = dataclasses.replace(comparison.right, config=config)
    return dataclasses.replace(comparison, right=right)


def test_two_models(comparison):
    table = shown(comparison)
    assert table.columns.tolist() == ["Scratch", "ResNet50", "ResNet50 less scratch"]
    assert table.index[0] == "Model"
    assert table.loc["Model"].tolist() == ["CNN from scratch", "Fine-tuned ResNet50", ""]
    assert table.loc["Optimiser"].tolist() == ["adam", "rmsprop", ""]
    assert table.loc["Phase 2", "Scratch"] == "–"
    assert table.loc["Phase 2", "ResNet50"].endswith("the backbone from conv4 on")
    alone = table.loc["Of its model alone"]
    assert alone.iloc[0] == "Filters of each convolution: 16, 32; Batch normalisation: no"
    assert alone.iloc[1] == "–"
    test = table.loc["Test accuracy"]
    assert test.iloc[0] == "33.3\u00a0% (9.7 to 70.0)"
    assert test.iloc[2].startswith("+50.0 points (")
    assert test.iloc[2].endswith(", it may be chance")
    assert "Parameters" not in table.index  # the same
    assert table.loc["Training time"].tolist() == ["8 seconds", "15 seconds", ""]
    raw = differences_in_full(comparison)
    assert {"model", "phases.2", "test_accuracy", "parameters"} <= set(raw["what"])


def test_only_what_differs_is_shown(twins):
    assert shown(twins).index.tolist() == ["Test accuracy", "Validation accuracy"]
    table = shown(with_right(twins, {"augmentation": Augmentation(rotation=0.0)}))
    assert table.loc["Rotation of the training photos (±°)"].tolist() == ["36", "0", ""]


def test_what_follows(twins):
    assert what_differs(twins).endswith("so is every setting: what is left is chance.")
    seed = with_right(twins, {"seed": 2})
    assert what_differs(seed).endswith("every setting but the seed: what is left is chance.")
    one = with_right(twins, {"dropout": 0.5})
    assert what_differs(one).endswith("it explains what is more than chance.")
    two = with_right(twins, {"dropout": 0.5, "seed": 2})
    assert what_differs(two).endswith("no single one of them explains the result.")
    data = with_right(twins, {"dropout": 0.5}, split_seed=7)
    assert what_differs(data).startswith("The data differ, too")


def test_other_data(twins):
    names = ("cross", *(f"class {number}" for number in range(7)))
    table = shown(with_right(twins, data_set_digest="0" * 64, split_seed=7, class_names=names))
    assert table.loc["Photos (digest)"].tolist()[1:] == ["0" * 12, ""]
    assert table.loc["Seed of the split"].tolist() == ["1", "7", ""]
    own = table.loc["Classes that only it knows"].tolist()
    assert own[0] == "dot, stripe"
    assert own[1] == "class 0, class 1, class 2, class 3, class 4 and 2 more"


def test_nothing_in_common_has_no_difference(twins):
    ids = twins.data_set.photos["image_id"]
    apart = dataclasses.replace(
        twins, left=without(twins.left, ids[::2]), right=without(twins.right, ids[1::2])
    )
    assert shown(apart).loc["Test accuracy"].iloc[2] == "no photo in common"
