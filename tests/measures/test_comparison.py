"""Two runs of one data set: which are compared, and on which photos."""

import dataclasses

import numpy as np
import pytest

from engine import runs
from engine.disk import paths
from engine.errors import EngineError
from engine.measures.answers import OUTCOMES
from engine.measures.comparison import compare, default_pair, load_comparison, networks_of
from engine.runs import Predictions
from tests.conftest import make_run


def without(run, image_ids):
    """The run as if it had not answered some photos."""
    kept = ~np.isin(run.predictions.image_ids, list(image_ids))
    part = run.predictions
    return dataclasses.replace(
        run,
        predictions=Predictions(
            part.image_ids[kept],
            part.split[kept],
            part.y_true[kept],
            part.y_prob[kept],
            part.class_names,
        ),
    )


def renamed_classes(run, names):
    """The run as if its classes had other names."""
    return dataclasses.replace(
        run,
        config=dataclasses.replace(run.config, class_names=names),
        predictions=dataclasses.replace(run.predictions, class_names=names),
    )


def test_the_presets_runs_are_compared(tiny_runs):
    comparison = load_comparison("tiny")
    assert (comparison.left.name, comparison.right.name) == ("scratch", "resnet50")
    assert list(comparison.runs) == ["scratch", "resnet50"]
    assert list(comparison.sides) == ["left", "right"]
    assert comparison.complete
    assert comparison.split == "test"
    assert len(comparison.pairs) == 6
    # Right less left: three photos only resnet50 gets right, none only scratch.
    assert comparison.evidence.difference == pytest.approx(0.5)
    assert comparison.evidence.counts == dict(zip(OUTCOMES, (2, 0, 3, 1), strict=True))
    assert comparison.evidence_of("validation").photos == 6
    assert comparison.unpaired is None
    assert comparison.problems == []
    assert set(comparison.answers("test")["left"].split) == {"test"}
    assert comparison.accuracies["run"].tolist() == ["scratch"] * 2 + ["resnet50"] * 2


def test_swapped_runs_turn_the_sign(tiny_runs):
    comparison = load_comparison("tiny", "resnet50", "scratch")
    assert list(comparison.runs) == ["resnet50", "scratch"]
    assert comparison.evidence.difference == pytest.approx(-0.5)
    assert comparison.evidence.counts["only left"] == 3
    assert comparison.accuracies["run"].tolist() == ["resnet50"] * 2 + ["scratch"] * 2


def test_the_pair_from_nothing_and_from_imagenet(tiny_runs, tiny_data_set):
    for pair in (("scratch", "resnet50"), ("resnet50", "scratch")):
        from_scratch, pretrained = load_comparison("tiny", *pair).transfer
        assert (from_scratch.name, pretrained.name) == ("scratch", "resnet50")
    make_run(tiny_data_set, "scratch", name="plain")
    assert load_comparison("tiny", "scratch", "plain").transfer is None


@pytest.fixture
def four_runs(tiny_runs, tiny_data_set):
    for model, name in (("scratch", "plain"), ("resnet50", "again")):
        make_run(tiny_data_set, model, name=name, root=paths.runs_folder())
    return tiny_runs


def test_runs_of_networks_stand_in_order(four_runs, tiny_data_set):
    make_run(tiny_data_set, "baseline-hog")
    comparison = load_comparison("tiny")
    assert [run.name for run in comparison.all_runs] == ["scratch", "plain", "resnet50", "again"]
    assert list(comparison.baselines) == ["baseline-hog"]


@pytest.mark.parametrize(
    ("left", "right", "names"),
    [
        (None, None, ["scratch", "resnet50"]),
        ("plain", None, ["plain", "resnet50"]),
        (None, "plain", ["scratch", "plain"]),
        # The default of the other side would be the very run that was chosen.
        ("resnet50", None, ["resnet50", "scratch"]),
        (None, "scratch", ["resnet50", "scratch"]),
        ("plain", "again", ["plain", "again"]),
        ("again", "again", ["again"]),
    ],
)
def test_what_is_chosen(four_runs, left, right, names):
    assert list(load_comparison("tiny", left, right).runs) == names


def test_of_one_model_the_first_two_are_compared(tiny_data_set):
    for name in ("scratch-b", "scratch", "scratch-a"):
        make_run(tiny_data_set, "scratch", name=name)
    assert list(load_comparison("tiny").runs) == ["scratch", "scratch-a"]


def test_the_first_of_each_model_where_none_is_named_after_it(tiny_data_set):
    for model, name in (("scratch", "b"), ("scratch", "a"), ("resnet50", "c")):
        make_run(tiny_data_set, model, name=name)
    assert list(load_comparison("tiny").runs) == ["a", "c"]


@pytest.mark.parametrize("chosen", [{}, {"left": "resnet50"}, {"right": "resnet50"}])
def test_one_run_alone_stands_on_the_left(tiny_data_set, chosen):
    make_run(tiny_data_set, "resnet50")
    comparison = load_comparison("tiny", **chosen)
    assert list(comparison.sides) == ["left"]
    assert comparison.right is None
    assert not comparison.complete
    assert comparison.pairs is None and comparison.evidence is None
    assert comparison.unpaired is None and comparison.transfer is None


def test_a_run_beside_itself_is_not_paired(tiny_runs):
    comparison = load_comparison("tiny", "scratch", "scratch")
    assert comparison.left is comparison.right
    assert not comparison.complete
    assert comparison.pairs is None and comparison.evidence is None
    assert comparison.accuracies["run"].tolist() == ["scratch"] * 2


@pytest.mark.parametrize("name", ["x", "", "../scratch", "baseline-hog"])
def test_a_run_that_is_no_network_of_the_data_set(tiny_runs, tiny_data_set, name):
    make_run(tiny_data_set, "baseline-hog")
    for chosen in ({"left": name}, {"right": name}):
        with pytest.raises(EngineError, match="must be one of those of tiny: scratch, resnet50"):
            load_comparison("tiny", **chosen)


def test_no_run_at_all(tiny_data_set):
    make_run(tiny_data_set, "baseline-hog")
    with pytest.raises(EngineError, match="python -m engine train tiny scratch"):
        load_comparison("tiny")
    nothing = compare(tiny_data_set, [])
    assert nothing.runs == {} and nothing.sides == {}
    assert nothing.accuracies.empty
    assert nothing.split == "test"
    assert default_pair(networks_of([])) == (None, None)


def test_a_damaged_run_is_named_and_the_other_shown(tiny_runs):
    (tiny_runs["resnet50"].folder / runs.HISTORY_FILE).write_text("x")
    comparison = load_comparison("tiny")
    assert list(comparison.runs) == ["scratch"]
    assert runs.HISTORY_FILE in comparison.problems[0]


def test_only_photos_that_both_answered_are_paired(tiny_data_set, tiny_runs):
    scratch, resnet50 = tiny_runs.values()
    gone = tiny_data_set.photos.loc[tiny_data_set.photos["split"] == "test", "image_id"].iloc[:2]
    comparison = compare(tiny_data_set, [without(scratch, gone), resnet50])
    assert len(comparison.pairs) == 4
    assert comparison.evidence.photos == 4
    left, right = comparison.answers("test").values()
    assert left.image_ids.tolist() == right.image_ids.tolist()
    assert not set(gone) & set(left.image_ids.tolist())
    # Each accuracy stays that of all photos the run answered.
    test = comparison.accuracies[comparison.accuracies["split"] == "test"]
    assert test["photos"].tolist() == [4, 6]


def test_validation_is_shown_where_no_test_photo_is_shared(tiny_data_set, tiny_runs):
    scratch, resnet50 = tiny_runs.values()
    test = tiny_data_set.photos[tiny_data_set.photos["split"] == "test"]["image_id"]
    comparison = compare(tiny_data_set, [without(scratch, test), resnet50])
    assert comparison.split == "validation"
    assert comparison.evidence.photos == 6
    assert comparison.evidence_of("test") is None
    assert {side: len(part.y_true) for side, part in comparison.answers("test").items()} == {
        "left": 0,
        "right": 6,
    }


def test_runs_without_a_photo_in_common(tiny_data_set, tiny_runs):
    scratch, resnet50 = tiny_runs.values()
    ids = tiny_data_set.photos["image_id"]
    halves = without(scratch, ids[::2]), without(resnet50, ids[1::2])
    comparison = compare(tiny_data_set, halves)
    assert comparison.pairs is None and comparison.evidence is None
    assert comparison.unpaired == "The two runs answered no photo in common."
    assert len(comparison.accuracies) == 4


def test_runs_that_disagree_about_the_labels_are_not_paired(tiny_runs):
    path = tiny_runs["scratch"].folder / runs.PREDICTIONS_FILE
    with np.load(path) as stored:
        parts = dict(stored)
    parts["y_true"] = (parts["y_true"] + 1) % 3
    np.savez(path, **parts)
    comparison = load_comparison("tiny")
    assert comparison.pairs is None
    assert "must agree on the true class" in comparison.unpaired
    assert len(comparison.answers("test")["left"].y_true) == 6


def test_classes_in_another_order_are_the_same_classes(tiny_data_set, tiny_runs):
    scratch, resnet50 = tiny_runs.values()
    part = resnet50.predictions
    turned = dataclasses.replace(
        part,
        y_true=2 - part.y_true,
        y_prob=part.y_prob[:, ::-1],
        class_names=part.class_names[::-1],
    )
    other = dataclasses.replace(resnet50, predictions=turned)
    comparison = compare(tiny_data_set, [scratch, other])
    assert comparison.evidence.counts == load_comparison("tiny").evidence.counts
    assert comparison.answers("test")["right"].class_names == scratch.config.class_names


def test_a_class_that_only_one_run_knows(tiny_data_set, tiny_runs):
    scratch, resnet50 = tiny_runs.values()
    # Right where the photo shows a cross or a dot; what the others call stripe it calls ring.
    other = renamed_classes(resnet50, ("cross", "dot", "ring"))
    stripes = tiny_data_set.photos.loc[tiny_data_set.photos["class_name"] == "stripe", "image_id"]
    comparison = compare(tiny_data_set, [scratch, without(other, stripes)])
    assert len(comparison.pairs) == 4
    left, right = comparison.answers("test").values()
    assert left.class_names == right.class_names == ("cross", "dot", "stripe", "ring")
    assert left.y_prob.shape == right.y_prob.shape == (4, 4)
    assert not left.y_prob[:, 3].any() and not right.y_prob[:, 2].any()
    np.testing.assert_allclose(right.y_prob.sum(axis=1), 1, rtol=1e-6)
