"""The callbacks by themselves; `test_train` runs them in whole trainings."""

import math

import numpy as np
import pandas as pd
import pytest

from engine import runs
from engine.models.backend import use_backend
from tests.told import said_to

LOGS = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.2, "val_accuracy": 0.4}


@pytest.fixture(scope="module")
def callbacks():
    use_backend("training")
    from engine.training import callbacks

    return callbacks


@pytest.fixture
def model():
    use_backend("training")
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


@pytest.fixture
def train(callbacks, model, tmp_path):
    """Runs the callbacks through epochs with these validation accuracies, as `fit` would."""

    def run_epochs(accuracies, first=0, phase="scratch", folder=tmp_path, epochs=10, **logs):
        lines = []
        chain = callbacks.epoch_callbacks(folder, phase, epochs, said_to(lines.append))
        for one in chain:
            one.set_model(model)
            one.set_params({"steps": 4})
            one.on_train_begin()
        for epoch, accuracy in enumerate(accuracies, start=first):
            numbers = {**LOGS, **logs, "val_accuracy": accuracy}
            for one in chain:
                one.on_epoch_begin(epoch)
            for one in chain:
                one.on_epoch_end(epoch, numbers)
        for one in chain:
            one.on_train_end()
        return lines

    return run_epochs


def test_each_epoch_gets_its_row(train, tmp_path):
    train([0.4, 0.5])
    train([0.6], first=2, phase="fine_tune")
    history = runs.load_history(tmp_path)
    assert history["epoch"].tolist() == [1, 2, 3]
    assert history["phase"].tolist() == ["scratch", "scratch", "fine_tune"]
    assert history["val_accuracy"].tolist() == [0.4, 0.5, 0.6]
    assert history["learning_rate"].tolist() == pytest.approx([0.01] * 3)
    assert (history["seconds"] >= 0).all()


def test_states_of_the_best_and_the_last_epochs_stay(train, tmp_path):
    kept = []
    for epoch, accuracy in enumerate([0.4, 0.9, 0.5, 0.6, 0.95, 0.1]):
        train([accuracy], first=epoch)
        kept.append(runs.state_epochs(tmp_path))
    # When epoch 5 becomes the best, epoch 2 stays: epoch 5 may turn out damaged.
    assert kept == [[1], [1, 2], [2, 3], [2, 3, 4], [2, 4, 5], [5, 6]]
    assert len(list((tmp_path / runs.STATES_FOLDER).iterdir())) == 2


def test_a_state_holds_the_weights_of_its_epoch(train, model, tmp_path):
    train([0.4])
    saved = [np.array(one) for one in model.get_weights()]
    model.set_weights([one + 1 for one in saved])
    model.load_weights(runs.state_path(tmp_path, 1))
    for one, other in zip(model.get_weights(), saved, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("name", ["run-0000-x", "{epoch}", "{}", "a{{b", "100%"])
def test_any_folder_name_will_do(train, tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    train([0.4, 0.5], folder=folder)
    assert runs.state_epochs(folder) == [1, 2]


@pytest.mark.parametrize("field", ["loss", "val_loss"])
def test_an_epoch_without_a_loss_is_never_the_best_and_the_last(train, model, tmp_path, field):
    model.stop_training = False
    train([0.4])
    assert not model.stop_training
    train([0.9], first=1, **{field: math.nan})
    assert model.stop_training
    history = runs.load_history(tmp_path)
    assert pd.isna(history["val_accuracy"][1])
    assert runs.best_epoch(history) == 1
    assert 1 in runs.state_epochs(tmp_path)


def test_progress_says_how_far_it_is(train, tmp_path):
    first, second = train([0.3, 0.4], epochs=5)
    assert first.startswith("epoch 1/5 (scratch) took ")
    assert second.startswith("epoch 2/5 (scratch) took ")
    assert "validation accuracy 0.400" in second
    assert "left" in second


def test_long_epochs_say_how_far_they_are(callbacks, monkeypatch):
    now = [100.0]
    monkeypatch.setattr(callbacks.time, "perf_counter", lambda: now[0])
    lines = []
    numbers = callbacks.EpochNumbers("head", 2, said_to(lines.append))
    numbers.set_params({"steps": 4})
    numbers.on_epoch_begin(0)
    for batch, seconds in enumerate([5, 11, 12]):
        now[0] = 100.0 + seconds
        numbers.on_train_batch_end(batch, {"loss": 0.5, "accuracy": 0.75})
    # Half of the first of two epochs took 11 s: 33 s are left.
    assert lines == ["epoch 1/2 (head), 50%: loss 0.500, accuracy 0.750, about 33 s left"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (40.4, "40 s"),
        (89, "89 s"),
        (90, "2 min"),
        (720, "12 min"),
        (3599, "1 h 00 min"),
        (7500, "2 h 05 min"),
        (90_000, "25 h 00 min"),
    ],
)
def test_durations_as_a_person_says_them(callbacks, seconds, text):
    assert callbacks.format_duration(seconds) == text
