"""Accuracy against photos per class: what is drawn, what is trained, and what a kill leaves."""

import dataclasses
import itertools

import numpy as np
import pandas as pd
import pytest

from engine import runs
from engine.data import load_data_set
from engine.errors import EngineError
from engine.models.resnet50 import PRESET as RESNET50
from engine.models.scratch import PRESET as SCRATCH
from engine.recipes.recipe import Augmentation
from engine.training.features import Features
from engine.training.learning_curve import (
    Training,
    check_seeds,
    check_sizes,
    draw_subset,
    frozen_cost,
    learners,
    measure,
    measure_learning_curve,
    plan,
    plan_trainings,
)
from engine.training.results import rows_of
from tests.conftest import make_data_set
from tests.told import said_to


@pytest.fixture
def small(monkeypatch):
    """Recipes for tiny photos, and features that need no backbone: colours, a little changed."""
    scratch = dataclasses.replace(
        SCRATCH,
        image_size=32,
        filters=(4,),
        dense_units=8,
        dropout=0.0,
        augmentation=Augmentation(0.0, 0.0),
        phases=(dataclasses.replace(SCRATCH.phases[0], learning_rate=5e-3),),
    )
    resnet50 = dataclasses.replace(
        RESNET50,
        image_size=32,
        dense_units=8,
        phases=(dataclasses.replace(RESNET50.phases[0], epochs=8, learning_rate=1e-2),),
    )
    monkeypatch.setattr(learners, "SCRATCH", scratch)
    monkeypatch.setattr(learners, "RESNET50", resnet50)
    monkeypatch.setattr(plan, "RESNET50", resnet50)
    monkeypatch.setattr(plan, "SCRATCH_EPOCHS", 3)
    monkeypatch.setattr(plan, "SCRATCH_PHOTOS", 40)
    asked = []

    def load(data_set, view, weights_file=None, progress=None):
        asked.append(view)
        labels = data_set.photos["label"].to_numpy()[view.rows(data_set)]
        values = np.eye(3, 2048, dtype="float32")[labels] + 0.01 * view.number
        return Features(values.astype("float32"), 5.0)

    monkeypatch.setattr(learners, "load_features", load)
    monkeypatch.setattr(measure, "measure_pace", lambda data_set, view, weights_file=None: 0.5)
    return asked


# What is drawn.


@pytest.mark.parametrize("seed", [1, 2])
def test_small_draws_are_among_larger_ones(tiny_data_set, seed):
    draws = [set(draw_subset(tiny_data_set, size, seed)) for size in ("1", "2", "5", "all")]
    assert [len(one) for one in draws] == [3, 6, 15, 18]
    assert all(small < large for small, large in itertools.pairwise(draws))
    split = tiny_data_set.photos["split"].to_numpy()
    assert set(split[list(draws[-1])]) == {"train"}


def test_draws_are_balanced_and_by_seed(tiny_data_set):
    labels = tiny_data_set.photos["label"].to_numpy()
    one, other = (draw_subset(tiny_data_set, "2", seed) for seed in (1, 2))
    assert np.bincount(labels[one]).tolist() == [2, 2, 2]
    assert one.tolist() != other.tolist()
    assert one.tolist() == draw_subset(tiny_data_set, "2", 1).tolist()


def test_a_class_with_fewer_photos_gives_all_it_has(artifacts):
    data_set = make_data_set(artifacts / "data" / "tiny")
    photos = data_set.photos
    kept = photos[(photos["label"] > 0) | (photos["split"] != "train")]
    first = photos[(photos["label"] == 0) & (photos["split"] == "train")].head(2)
    fewer = dataclasses.replace(
        data_set, photos=kept.merge(first, how="outer").sort_values("image_id", ignore_index=True)
    )
    rows = draw_subset(fewer, "4", 1)
    assert np.bincount(fewer.photos["label"].to_numpy()[rows]).tolist() == [2, 4, 4]


def test_both_models_learn_from_the_same_photos(tiny_data_set):
    planned = plan_trainings(tiny_data_set, ("2", "all"), (2, 1))
    assert [(one.seed, one.photos_per_class, one.model) for one in planned] == [
        (seed, size, model)
        for seed in (1, 2)
        for size in ("2", "all")
        for model in ("scratch", "resnet50")
    ]
    for scratch, resnet50 in zip(planned[::2], planned[1::2], strict=True):
        assert scratch.rows.tolist() == resnet50.rows.tolist()


def test_sizes_that_every_class_falls_short_of_are_left_out(tiny_data_set):
    planned = plan_trainings(tiny_data_set, ("5", "6", "100", "all"), (1,))
    assert [one.photos_per_class for one in planned] == ["5", "5", "all", "all"]


def test_epochs_of_the_published_sizes():
    """What README and page say about clothing."""
    photos = (50, 100, 200, 500, 999, 2727)
    assert [plan._scratch_epochs(one) for one in photos] == [160, 80, 40, 16, 10, 10]
    # As many steps as the ten epochs of the recipe, 860, and never fewer epochs.
    assert [plan._head_epochs(one, 2727) for one in photos] == [430, 215, 123, 54, 27, 10]


def test_looks_are_spread_evenly_and_end_with_the_last_epoch():
    def looks(epochs):
        return Training("scratch", "5", 1, np.arange(15), epochs).looks

    assert looks(60) == list(range(5, 61, 5))
    assert looks(10) == list(range(1, 11))
    assert looks(13)[-1] == 13 and len(set(looks(13))) == 12
    assert looks(1) == [1]


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        (["all", "20", "5", "5"], ("5", "20", "all")),
        (["5"], ("5",)),
        (["0010"], ("10",)),
    ],
)
def test_sizes_in_order(sizes, kept):
    assert check_sizes(sizes) == kept


@pytest.mark.parametrize("sizes", [["0"], ["-5"], ["most"], [""], ["5.0"], ["10001"], ["²"], []])
def test_sizes_that_are_none(sizes):
    with pytest.raises(EngineError, match="size"):
        check_sizes(sizes)


@pytest.mark.parametrize("seeds", [[-1], [2**31], []])
def test_seeds_that_are_none(seeds):
    with pytest.raises(EngineError, match="seed"):
        check_seeds(seeds)


# What is measured.


def test_a_row_for_each_training(tiny_data_set, small):
    lines = []
    table, cost = measure_learning_curve(
        tiny_data_set, ("2", "all"), (1, 2), progress=said_to(lines.append)
    )
    assert len(table) == 8
    read = runs.load_learning_curve("tiny")
    assert read.to_dict("records") == table.to_dict("records")
    assert set(read["images"]) == {6}
    assert set(read["data_set_digest"]) == {tiny_data_set.digest}
    assert read["photos"].tolist() == [6, 6, 18, 18] * 2
    # The features give the class away, and there are steps enough to learn it.
    assert read.loc[read["model"] == "resnet50", "accuracy"].tolist() == [1.0] * 4
    scratch = read[read["model"] == "scratch"]
    assert scratch["epochs"].tolist() == [7, 3] * 2
    assert (scratch["best_epoch"] <= scratch["epochs"]).all()
    # One plain view and four turned ones, however many trainings there are.
    assert [one.augmentation is None for one in small] == [True] + [False] * learners.VIEWS
    assert [one.number for one in small[1:]] == list(range(learners.VIEWS))
    assert small[1].augmentation == RESNET50.augmentation
    assert not runs.unfinished_learning_curve("tiny").exists()
    assert lines[0].startswith("1/8 scratch, 2 a class, seed 1: 6 photos, best epoch")
    assert "left" not in lines[0]  # nothing is known of the other model yet
    assert all("about" in line for line in lines[1:])
    assert lines[-1].endswith("about 0 seconds left")
    assert cost.photos == 30 + 18 * learners.VIEWS


def test_the_same_seed_measures_the_same_heads(tiny_data_set, small):
    found = []
    for _ in range(2):
        table, _ = measure_learning_curve(tiny_data_set, ("2",), (3,))
        found.append(table.drop(columns="seconds").to_dict("records"))
    assert found[0] == found[1]


def test_a_killed_measurement_goes_on(tiny_data_set, small, monkeypatch):
    def stop(line):
        if line.startswith("3/4"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_learning_curve(tiny_data_set, ("2", "all"), (1,), progress=said_to(stop))
    assert runs.load_learning_curve("tiny") is None
    folder = runs.unfinished_learning_curve("tiny")
    before = runs.load_finished_trainings(folder, "tiny")
    assert len(before) == 3
    trained = []
    original = measure._train
    monkeypatch.setattr(
        measure, "_train", lambda *args: trained.append(args[0].model) or original(*args)
    )
    lines = []
    table, _ = measure_learning_curve(
        tiny_data_set, ("2", "all"), (1,), progress=said_to(lines.append)
    )
    assert lines[0] == "going on: 3 of 4 trainings are done"
    assert trained == ["resnet50"]
    assert table.head(3).to_dict("records") == before.to_dict("records")


def test_more_seeds_are_added_to_what_was_measured(tiny_data_set, small, monkeypatch):
    first, _ = measure_learning_curve(tiny_data_set, ("2",), (2,))
    trained = []
    original = measure._train
    monkeypatch.setattr(
        measure, "_train", lambda *args: trained.append(args[0].seed) or original(*args)
    )
    lines = []
    whole, _ = measure_learning_curve(
        tiny_data_set, ("2",), (1, 2), progress=said_to(lines.append), more=True
    )
    assert lines[0] == "going on: 2 of 4 trainings are done"
    assert trained == [1, 1]
    assert whole["seed"].tolist() == [1, 1, 2, 2]
    assert whole[2:].to_dict("records") == first.to_dict("records")
    # What was not asked for stays, too.
    whole, _ = measure_learning_curve(tiny_data_set, ("2",), (3,), more=True)
    assert whole["seed"].tolist() == [1, 1, 2, 2, 3, 3]
    assert runs.load_learning_curve("tiny").to_dict("records") == whole.to_dict("records")
    # Without it, everything is measured anew, and of other photos nothing is kept.
    other = dataclasses.replace(tiny_data_set, digest="0" * 64)
    assert len(measure_learning_curve(other, ("2",), (1,), more=True)[0]) == 2
    assert len(measure_learning_curve(tiny_data_set, ("2",), (1,))[0]) == 2


def test_finished_trainings_of_other_photos_do_not_count(tiny_data_set, small):
    def stop(line):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_learning_curve(tiny_data_set, ("2",), (1,), progress=said_to(stop))
    other = dataclasses.replace(tiny_data_set, digest="0" * 64)
    lines = []
    table, _ = measure_learning_curve(other, ("2",), (1,), progress=said_to(lines.append))
    assert not lines[0].startswith("going on")
    assert set(table["data_set_digest"]) == {"0" * 64}


def test_two_measurements_do_not_mix(tiny_data_set, small):
    folder = runs.unfinished_learning_curve("tiny")
    folder.mkdir(parents=True)
    with (
        runs.lock_unfinished(folder),
        pytest.raises(EngineError, match="learning curve of tiny is being measured by another"),
    ):
        measure_learning_curve(tiny_data_set, ("2",), (1,))


def test_the_best_epoch_is_chosen_on_validation_and_kept(tiny_data_set):
    """Of a model that gets better, then worse, then no number at all."""
    labels = tiny_data_set.photos["label"].to_numpy()
    validation, test = (rows_of(tiny_data_set, split) for split in ("validation", "test"))
    right = {1: 2, 2: 5, 3: 5, 4: 1}

    class Model:
        weights = None

        def get_weights(self):
            return self.weights

        def set_weights(self, weights):
            self.weights = weights

    class Learner:
        def begin(self, training):
            model = Model()

            def learn(epoch):
                model.weights = epoch

            def answer(rows):
                if model.weights == 5:
                    return np.full((len(rows), 3), np.nan)
                answers = np.eye(3, dtype="float32")[(labels[rows] + 1) % 3]
                # The test photos are named better the longer it trains: that must not count.
                count = right[model.weights] if len(rows) == len(validation) else model.weights
                if rows.tolist() == test.tolist():
                    count = model.weights
                answers[:count] = np.eye(3)[labels[rows[:count]]]
                return answers

            return model, learn, answer

    training = Training("resnet50", "2", 1, draw_subset(tiny_data_set, "2", 1), 6)
    row = measure._train(training, tiny_data_set, Learner())
    assert (row["best_epoch"], row["validation_accuracy"]) == (2, 5 / 6)
    assert row["accuracy"] == 2 / 6


def test_a_training_that_diverges_from_the_start_is_one_sentence(tiny_data_set):
    class Learner:
        def begin(self, training):
            return None, lambda epoch: None, lambda rows: np.full((len(rows), 3), np.nan)

    training = Training("scratch", "2", 1, draw_subset(tiny_data_set, "2", 1), 6)
    with pytest.raises(EngineError, match="scratch on 6 photos diverged"):
        measure._train(training, tiny_data_set, Learner())


# What storing the features saved.


def test_what_storing_the_features_saved(tiny_data_set, small):
    table, cost = measure_learning_curve(tiny_data_set, ("2", "all"), (1,))
    planned = plan_trainings(tiny_data_set, ("2", "all"), (1,))
    heads = [one for one in planned if one.model == "resnet50"]
    # Every photo of every epoch, the 6 validation photos at each look, and once the 6 test photos.
    passes = sum(len(one.rows) * one.epochs + 6 * len(one.looks) + 6 for one in heads)
    assert (cost.passes, cost.pace) == (passes, 0.5)
    seconds = table.loc[table["model"] == "resnet50", "seconds"].sum()
    assert cost.heads == pytest.approx(seconds)
    assert cost.recomputed == pytest.approx(passes * 0.5 + seconds)
    assert cost.stored == pytest.approx((30 + 18 * learners.VIEWS) * 0.5 + seconds)


def test_of_clothing_it_spares_the_backbone_nineteen_photos_of_twenty():
    """By the plan that is published; and it stays so with five minutes of training the heads."""
    data_set = load_data_set("clothing")
    planned = plan_trainings(data_set)
    assert len(planned) == 36
    heads = pd.DataFrame({"model": ["resnet50"], "seconds": [300.0]})
    stored = len(data_set.photos) + learners.VIEWS * (data_set.photos["split"] == "train").sum()
    cost = frozen_cost(planned, heads, data_set, stored, pace=0.03)
    assert (cost.photos, cost.passes) == (14_689, 596_445)
    assert cost.passes > 20 * cost.photos
    assert cost.recomputed > 20 * cost.stored
