"""Baselines from configuration to run, and the answers of a run to a photo."""

import dataclasses

import numpy as np
import pytest

from engine import runs
from engine.data import load_prepared
from engine.disk import paths
from engine.errors import EngineError
from engine.recipes.baseline import FIT
from engine.recipes.config import RunConfig
from engine.runs import RunError
from engine.serving.predict import Predictor
from engine.training.baselines import BIAS, KERNEL, fit, probabilities
from engine.training.results import rows_of
from engine.training.train import train
from tests.presets import BASELINE_PRESETS, BASELINES
from tests.told import said_to

TINY = {
    "baseline-majority": dataclasses.replace(BASELINE_PRESETS["baseline-majority"], image_size=8),
    "baseline-pixels": dataclasses.replace(BASELINE_PRESETS["baseline-pixels"], image_size=8),
    "baseline-hog": dataclasses.replace(BASELINE_PRESETS["baseline-hog"], image_size=32, cell=8),
    "baseline-features": dataclasses.replace(BASELINE_PRESETS["baseline-features"], image_size=32),
}


def configure(data_set, model, **changes):
    values = {
        "name": model,
        "data_set": data_set.name,
        "data_set_digest": data_set.digest,
        "split_seed": data_set.split_seed,
        "class_names": data_set.class_names,
        "recipe": TINY[model],
        "precision": "float32",
    }
    return RunConfig(**{**values, **changes})


@pytest.fixture
def described():
    """Three classes of points around three corners, and their labels."""
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 3, 120)
    corners = np.array([[0, 0, 9, 1], [3, 0, 9, 1], [0, 40, 9, 1]], "float32")
    return corners[labels] + generator.normal(size=(120, 4)) * (1, 9, 1, 0), labels


# The regression.


def test_probabilities_are_those_of_scikit_learn(described):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    points, labels = described
    ours = probabilities(points, *fit(points, labels, 3, strength=0.1))
    theirs = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=5000))
    theirs.fit(points, labels)
    np.testing.assert_allclose(ours, theirs.predict_proba(points), atol=1e-4)
    assert ours.dtype == np.float32


def test_two_classes_are_two_columns(described):
    from sklearn.linear_model import LogisticRegression

    points, labels = described
    points = (points - points.mean(axis=0))[:, :3]
    points = points / points.std(axis=0)
    labels = labels % 2
    kernel, bias = fit(points, labels, 2, strength=1.0)
    assert (kernel.shape, bias.shape) == ((3, 2), (2,))
    theirs = LogisticRegression(C=1.0).fit(points, labels).predict_proba(points)
    np.testing.assert_allclose(probabilities(points, kernel, bias), theirs, atol=1e-3)


@pytest.mark.parametrize("length", [0, 4])
def test_the_order_of_the_photos_does_not_matter(described, length):
    """The report called models that are not deep biased by how the photos were ordered."""
    points, labels = described[0][:, :length], described[1]
    kernel, bias = fit(points, labels, 3, strength=0.1)
    right = probabilities(points, kernel, bias).argmax(axis=1) == labels
    by_class = np.argsort(labels, kind="stable")
    for order in (by_class, by_class[::-1], np.random.default_rng(1).permutation(len(labels))):
        again = fit(points[order], labels[order], 3, strength=0.1)
        answers = probabilities(points, *again)
        np.testing.assert_allclose(answers, probabilities(points, kernel, bias), atol=1e-4)
        assert ((answers.argmax(axis=1) == labels) == right).all()


def test_the_same_photos_give_the_same_weights(described):
    for one, other in zip(fit(*described, 3, 0.1), fit(*described, 3, 0.1), strict=True):
        np.testing.assert_array_equal(one, other)


def test_less_strength_is_less_sure(described):
    points, labels = described
    sure = [probabilities(points, *fit(points, labels, 3, one)).max() for one in (1e-4, 1.0)]
    assert sure[0] < 0.4 < sure[1]


def test_the_most_frequent_class_wins_by_a_single_photo():
    labels = np.repeat([0, 1, 2], [3000, 3001, 1])
    kernel, bias = fit(np.zeros((len(labels), 0)), labels, 3, strength=None)
    assert kernel.shape == (0, 3)
    stored = bias.astype("float16").astype("float32")
    answers = probabilities(np.zeros((2, 0)), kernel, stored)
    assert answers.argmax(axis=1).tolist() == [1, 1]
    np.testing.assert_allclose(answers[0], np.array([3000, 3001, 1]) / 6002, atol=1e-4)


def test_large_logits_do_not_overflow():
    answers = probabilities(np.array([[1e4]]), np.array([[1.0, -1.0]]), np.zeros(2))
    assert answers.tolist() == [[1.0, 0.0]]


# Whole runs.


@pytest.mark.parametrize("model", BASELINES[:3])
def test_from_configuration_to_run(tiny_data_set, model):
    lines, config = [], configure(tiny_data_set, model)
    run = runs.load_run(train(config, tiny_data_set, progress=said_to(lines.append)))
    assert run.folder == paths.runs_folder() / "tiny" / model
    assert sorted(one.name for one in run.folder.iterdir()) == sorted(runs.FILES)
    assert (run.config, run.model) == (config, model)
    row = run.history.iloc[0]
    assert (len(run.history), row["epoch"], row["phase"]) == (1, 1, FIT)
    assert np.isfinite([row["loss"], row["val_loss"]]).all()
    validation = run.predictions.of_split("validation")
    assert row["val_accuracy"] == np.mean(validation.y_pred == validation.y_true)
    assert run.summary["validation_accuracy"] == row["val_accuracy"]
    assert (run.summary["best_epoch"], run.summary["epochs"]) == (1, 1)
    assert lines[:2] == ["describing 30 photos", f"fitting {model} on tiny"]
    if model == "baseline-majority":
        assert row["val_accuracy"] == pytest.approx(1 / 3)
        assert "strength" not in run.summary
        return
    if model == "baseline-pixels":  # the flat colours of the photos give their class away
        assert row["val_accuracy"] == run.summary["test_accuracy"] == 1.0
    tried = run.summary["strengths_tried"]
    assert list(tried) == ["1e-05", "0.0001", "0.001", "0.01", "0.1"]
    best = max(tried.values())
    # Of those that are equally good, the one that regularises most.
    assert f"{run.summary['strength']:g}" == next(key for key in tried if tried[key] == best)


def test_the_strength_is_chosen_on_validation_alone(tiny_data_set, monkeypatch):
    """Whatever the test photos hold, the weights stay the same."""
    from engine.training import baselines

    before = runs.load_run(train(configure(tiny_data_set, "baseline-pixels"), tiny_data_set))
    photos = np.array(load_prepared(tiny_data_set, 8))
    photos[rows_of(tiny_data_set, "test")] = 0
    monkeypatch.setattr(baselines, "load_prepared", lambda data_set, size: photos)
    config = configure(tiny_data_set, "baseline-pixels", name="black")
    after = runs.load_run(train(config, tiny_data_set))
    assert after.weights_path.read_bytes() == before.weights_path.read_bytes()
    assert after.summary["strengths_tried"] == before.summary["strengths_tried"]
    assert after.summary["test_accuracy"] < before.summary["test_accuracy"]


@pytest.mark.parametrize("model", BASELINES[:3])
def test_live_answers_are_the_stored_ones(tiny_data_set, model):
    run = runs.load_run(train(configure(tiny_data_set, model), tiny_data_set))
    predictor, stored = Predictor(run), run.predictions
    for image_id, y_prob in zip(stored.image_ids, stored.y_prob, strict=True):
        answer = predictor.predict(tiny_data_set.read_photo(image_id))
        np.testing.assert_allclose(answer.probabilities, y_prob, atol=1e-6)
        assert answer.seen.shape == (TINY[model].image_size,) * 2 + (3,)
        assert answer.milliseconds > 0


def test_a_baseline_gives_no_reasons(tiny_data_set):
    config = configure(tiny_data_set, "baseline-pixels")
    predictor = Predictor(runs.load_run(train(config, tiny_data_set)))
    with pytest.raises(EngineError, match=r"scratch, resnet50.*'baseline-pixels'"):
        predictor.explain(np.zeros((8, 8, 3), "uint8"), 0)


def test_weights_of_another_baseline_are_refused(tiny_data_set):
    config = configure(tiny_data_set, "baseline-pixels")
    run = runs.load_run(train(config, tiny_data_set))
    for arrays in (
        {KERNEL: np.zeros((191, 3)), BIAS: np.zeros(3)},
        {KERNEL: np.zeros((192, 2)), BIAS: np.zeros(3)},
        {KERNEL: np.zeros((192, 3))},
    ):
        runs.save_arrays(run.folder, arrays)
        with pytest.raises(RunError, match=runs.WEIGHTS_FILE):
            Predictor(run)


def test_what_fails_leaves_the_name_free(tiny_data_set, monkeypatch):
    from engine.training import baselines

    def refuse(*arguments):
        raise EngineError("No such photos.")

    monkeypatch.setattr(baselines, "load_prepared", refuse)
    with pytest.raises(EngineError, match="No such photos"):
        train(configure(tiny_data_set, "baseline-pixels"), tiny_data_set)
    assert runs.unfinished_runs("tiny") == []


def test_features_from_configuration_to_answer(tiny_data_set, random_imagenet):
    import keras

    lines, config = [], configure(tiny_data_set, "baseline-features")
    keras.utils.set_random_seed(1)  # the weights that the fixture draws
    run = runs.load_run(train(config, tiny_data_set, progress=said_to(lines.append)))
    assert "features of ResNet50" in "\n".join(lines)
    assert run.summary["validation_accuracy"] == 1.0
    assert run.summary["parameters"] == 2048 * 3 + 3
    # The features are there now: another fit computes none, and comes to the same weights.
    config = configure(tiny_data_set, "baseline-features", name="again")
    again = runs.load_run(train(config, tiny_data_set, progress=said_to((more := []).append)))
    assert "features of ResNet50" not in "\n".join(more)
    assert again.weights_path.read_bytes() == run.weights_path.read_bytes()
    # What they took is counted, though another process may have computed them.
    assert again.summary["training_seconds"] > 0
    keras.utils.set_random_seed(1)
    predictor = Predictor(run)
    for number in range(3):
        photo = tiny_data_set.read_photo(run.predictions.image_ids[number])
        answer = predictor.predict(photo).probabilities
        np.testing.assert_allclose(answer, run.predictions.y_prob[number], atol=0.01)
