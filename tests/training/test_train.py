"""Whole trainings on tiny photos, and what happens when one is killed and goes on.

A killed training is a process of its own that sends itself SIGKILL at one exact moment.
"""

import contextlib
import dataclasses
import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine import runs
from engine.data import load_data_set, load_prepared
from engine.disk import paths
from engine.disk.progress_file import last_event
from engine.errors import EngineError
from engine.models import find_spec
from engine.models.backend import use_backend
from engine.models.resnet50 import PRESET as RESNET50
from engine.models.scratch import PRESET as SCRATCH
from engine.progress import Progress
from engine.recipes.config import RunConfig
from engine.recipes.recipe import Augmentation, Phase
from engine.training.train import class_weights, train
from tests.conftest import make_data_set
from tests.told import said_to

ROOT = Path(__file__).resolve().parents[2]
TINY_SCRATCH = dataclasses.replace(
    SCRATCH,
    image_size=32,
    batch_size=8,
    filters=(4,),
    dense_units=8,
    dropout=0.1,
    augmentation=Augmentation(0.02, 0.05),
    # Two phases, so that a training can be killed on either side of their boundary.
    phases=(Phase("scratch", 2, 5e-3), Phase("scratch", 2, 1e-3)),
)
TINY_RESNET50 = dataclasses.replace(
    RESNET50,
    image_size=32,
    batch_size=9,
    dense_units=8,
    phases=(Phase("head", 1, 1e-3, "head"), Phase("fine_tune", 1, 1e-4, "all")),
)

# Trains like `engine.training.train`, and dies at `moment` of the epoch `number`.
KILLED = """
import json, os, signal, sys
from pathlib import Path
from engine.models.backend import use_backend
use_backend("training")
from engine import runs
from engine.recipes.config import RunConfig
from engine.data import load_data_set
from engine.training import callbacks
from engine.training.train import train

moment, number = sys.argv[1], int(sys.argv[2])
config = RunConfig.from_dict(json.loads(sys.stdin.read()))

def die():
    os.kill(os.getpid(), signal.SIGKILL)

class Deadly(callbacks.keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if moment == "batch" and self.epoch == number and batch == 1:
            die()

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch + 1

def before(kind, method, what, when):
    original = getattr(kind, method)
    def replaced(self, epoch, logs=None):
        if moment == what and when(epoch) == number:
            die()
        original(self, epoch, logs)
    setattr(kind, method, replaced)

one_based = lambda epoch: epoch + 1
before(callbacks.History, "on_epoch_end", "before row", one_based)
before(callbacks.States, "on_epoch_end", "before state", one_based)
before(callbacks.Tidy, "on_epoch_end", "after state", one_based)

replace = Path.replace
def half_written(self, target):
    if moment == "half state" and f"epoch-{number:04d}" in str(target):
        with self.open("r+b") as file:
            file.truncate(self.stat().st_size // 2)
        die()
    return replace(self, target)
Path.replace = half_written

chain = callbacks.epoch_callbacks
callbacks.epoch_callbacks = lambda *arguments: [Deadly(), *chain(*arguments)]
resume = runs.unfinished_folder(config.data_set, config.name).exists()
train(config, load_data_set(config.data_set), resume)
"""


@pytest.fixture(scope="module", autouse=True)
def tensorflow():
    use_backend("training")


@pytest.fixture
def data_set(artifacts):
    return make_data_set(artifacts / "data" / "tiny", per_class=10)


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    """An artifacts folder with a training that was interrupted after its third epoch."""
    folder = tmp_path_factory.mktemp("interrupted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.ARTIFACTS_VARIABLE, str(folder))
        data_set = make_data_set(folder / "data" / "tiny")
        interrupt(3, configure(data_set), data_set)
    return folder


@pytest.fixture
def unfinished(interrupted, data_set):
    """The folder of an unfinished run of `data_set` after three epochs."""
    shutil.copytree(interrupted / "runs", paths.runs_folder())
    return runs.unfinished_folder("tiny", "scratch")


def configure(data_set, recipe=TINY_SCRATCH, **changes):
    values = {
        "name": recipe.model,
        "data_set": data_set.name,
        "data_set_digest": data_set.digest,
        "split_seed": data_set.split_seed,
        "class_names": data_set.class_names,
        "recipe": recipe,
        "precision": "float32",
    }
    return RunConfig(**{**values, **changes})


def interrupt(epoch, config, data_set):
    """Train, and press Ctrl-C once this epoch is complete."""

    def hear(line):
        if line.startswith(f"epoch {epoch + 1}/") or "is the best" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(config, data_set, progress=said_to(hear))


def answers_of_stored_weights(folder, data_set):
    """Probabilities of the model rebuilt from the run's files alone."""
    from engine.models.build import build_model

    run = runs.load_run(folder)
    recipe = run.config.recipe
    model = build_model(recipe, len(run.config.class_names))
    runs.load_weights(folder, model)
    photos = load_prepared(data_set, recipe.image_size)
    rows = data_set.photos.reset_index().set_index("image_id")["index"]
    return model.predict(photos[rows[run.predictions.image_ids].to_numpy()], verbose=0)


def assert_complete(folder, data_set, epochs):
    run = runs.load_run(folder)
    assert run.history["epoch"].tolist() == list(range(1, epochs + 1))
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [
            runs.CONFIG_FILE,
            runs.HISTORY_FILE,
            runs.PREDICTIONS_FILE,
            runs.SUMMARY_FILE,
            runs.WEIGHTS_FILE,
        ]
    )
    assert runs.unfinished_runs(data_set.name) == []
    table = data_set.photos[data_set.photos["split"] != "train"]
    assert set(run.predictions.image_ids) == set(table["image_id"])
    expected = table.set_index("image_id").loc[run.predictions.image_ids]
    assert run.predictions.y_true.tolist() == expected["label"].tolist()
    assert run.predictions.split.tolist() == expected["split"].tolist()
    np.testing.assert_allclose(
        answers_of_stored_weights(folder, data_set), run.predictions.y_prob, atol=1e-5
    )
    validation = run.predictions.of_split("validation")
    accuracy = float(np.mean(validation.y_pred == validation.y_true))
    best = run.history.set_index("epoch")["val_accuracy"]
    assert run.summary["validation_accuracy"] == accuracy
    assert run.summary["best_epoch"] == best.idxmax()
    # What the best epoch's row says, up to one photo that float16 may have turned.
    assert accuracy == pytest.approx(best.max(), abs=1.01 / len(validation.y_true))
    return run


# Whole trainings.


def test_scratch_from_configuration_to_run(data_set):
    lines = []
    folder = train(configure(data_set), data_set, progress=said_to(lines.append))
    assert folder == paths.runs_folder() / "tiny" / "scratch"
    run = assert_complete(folder, data_set, epochs=4)
    assert run.config == configure(data_set)
    assert run.history["learning_rate"].tolist() == pytest.approx([5e-3, 5e-3, 1e-3, 1e-3])
    summary = run.summary
    assert summary["epochs"] == 4
    assert summary["parameters"] == summary["trainable_parameters"] > 0
    assert summary["training_seconds"] == pytest.approx(run.history["seconds"].sum())
    assert (summary["validation_photos"], summary["test_photos"]) == (6, 6)
    assert "keras" in summary["versions"]
    # On a slow machine there are lines within an epoch, too.
    assert [line.split(" took ")[0] for line in lines if " took " in line] == [
        f"epoch {epoch}/4 (scratch)" for epoch in (1, 2, 3, 4)
    ]
    assert lines[0] == "training scratch on tiny in float32"
    assert "is the best on the validation split" in lines[-1]


def test_resnet50_from_configuration_to_run(data_set, random_imagenet, monkeypatch):
    from engine.models import build as models

    def load(*arguments):
        backbones.append(original(*arguments))
        weights.append([one.copy() for one in backbones[0].get_weights()])
        return backbones[0]

    def hear(line):
        lines.append(line)
        if " took " in line:
            weights.append([one.copy() for one in backbones[0].get_weights()])

    original, backbones, weights, lines = models.load_backbone, [], [], []
    monkeypatch.setattr(models, "load_backbone", load)
    folder = train(configure(data_set, TINY_RESNET50), data_set, progress=said_to(hear))
    run = assert_complete(folder, data_set, epochs=2)
    assert run.history["phase"].tolist() == ["head", "fine_tune"]
    assert run.history["learning_rate"].tolist() == pytest.approx([1e-3, 1e-4])
    assert lines[0] == "searching for the weights"
    loaded, after_head, after_fine_tune = weights
    for one, two in zip(loaded, after_head, strict=True):
        np.testing.assert_array_equal(one, two)
    changes = zip(loaded, after_fine_tune, strict=True)
    assert max(np.abs(one - two).max() for one, two in changes) > 1e-6
    assert run.summary["trainable_parameters"] < run.summary["parameters"]


def test_bfloat16_training_stores_a_run_like_any_other(data_set):
    recipe = dataclasses.replace(TINY_SCRATCH, phases=(Phase("scratch", 1, 5e-3),))
    folder = train(configure(data_set, recipe, precision="bfloat16"), data_set)
    assert runs.load_run(folder).summary["precision"] == "bfloat16"


def test_it_learns(data_set):
    recipe = dataclasses.replace(
        TINY_SCRATCH, head="average", dropout=0.0, phases=(Phase("scratch", 12, 3e-2),)
    )
    folder = train(configure(data_set, recipe), data_set)
    assert runs.load_run(folder).summary["validation_accuracy"] > 0.8  # a guess has 0.33


def test_the_same_seed_gives_the_same_history(data_set):
    recipe = dataclasses.replace(TINY_SCRATCH, phases=(Phase("scratch", 1, 5e-3),))
    histories = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        config = configure(data_set, dataclasses.replace(recipe, seed=seed), name=name)
        folder = train(config, data_set)
        histories.append(runs.load_run(folder).history[["loss", "val_loss"]].to_numpy())
    np.testing.assert_allclose(histories[1], histories[0], rtol=1e-4)
    assert np.abs(histories[2] - histories[0]).max() > 1e-3


def test_a_head_on_a_frozen_backbone_learns_from_features(data_set, random_imagenet):
    from engine.models.build import build_model, load_backbone

    recipe = dataclasses.replace(
        TINY_RESNET50,
        augmentation=Augmentation(0.0, 0.0),
        phases=(Phase("head", 3, 1e-3, "head"),),
    )
    lines = []
    folder = train(configure(data_set, recipe), data_set, progress=said_to(lines.append))
    run = assert_complete(folder, data_set, epochs=3)
    assert any(line.startswith("features of ResNet50") for line in lines)
    assert run.history["phase"].tolist() == ["head"] * 3
    whole = build_model(recipe, 3, backbone=load_backbone(find_spec("resnet50").backbone, 32))
    assert run.summary["parameters"] == whole.count_params()
    head = sum(
        int(np.prod(one.shape))
        for name in ("dense", "predictions")
        for one in whole.get_layer(name).weights
    )
    assert run.summary["trainable_parameters"] == head
    # The first epoch counts what computing the features took.
    from engine.training.features import View, load_features

    features = load_features(data_set, View(32))
    assert run.history["seconds"][0] >= round(features.seconds, 3)


# Stopped.


def stop_at(folder, start):
    """A progress function that asks for the end once a line starts so."""

    def hear(line):
        if line.startswith(start):
            runs.request_stop(folder)

    return said_to(hear)


@contextlib.contextmanager
def stopped_while_waiting(data_set, run, progress, check):
    """In place of `own_turn`: the wish to stop comes before the turn."""
    runs.request_stop(runs.unfinished_folder(data_set, run))
    check()
    yield


def test_a_stopped_training_keeps_its_best_epoch_as_a_run(data_set):
    unfinished = runs.unfinished_folder("tiny", "scratch")
    folder = train(configure(data_set), data_set, progress=stop_at(unfinished, "epoch 2/4"))
    assert_complete(folder, data_set, epochs=2)


@pytest.mark.parametrize("line", ["training scratch", "waiting"])
def test_stopped_before_the_first_epoch_nothing_is_kept(data_set, line, monkeypatch):
    unfinished = runs.unfinished_folder("tiny", "scratch")
    if line == "waiting":
        monkeypatch.setattr("engine.training.train.own_turn", stopped_while_waiting)
    with pytest.raises(EngineError, match=r"stopped before its first epoch .* nothing is kept"):
        train(configure(data_set), data_set, progress=stop_at(unfinished, line))
    assert runs.unfinished_runs("tiny") == []
    assert runs.load_runs("tiny") == ([], [])


def test_stopped_while_it_waits_to_go_on_it_keeps_what_it_has_learnt(
    unfinished, data_set, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr("engine.training.train.own_turn", stopped_while_waiting)
        with pytest.raises(EngineError, match="what it has learnt is kept"):
            resume(data_set)
    # Going on forgets the wish to stop.
    folder, epochs = resume(data_set)
    assert epochs == [4]
    assert_complete(folder, data_set, epochs=4)


def test_whoever_watches_sees_each_epoch_pass(data_set, monkeypatch):
    from engine.training import callbacks

    monkeypatch.setattr(callbacks, "_NOTE_EVERY_SECONDS", 0.0)
    unfinished, told, tables = runs.unfinished_folder("tiny", "scratch"), [], []

    def hear(event):
        told.append(event)
        if event.stage == "train" and event.share == 1:
            # On the disk, other processes see the same.
            assert last_event(runs.progress_path(unfinished)) == event
            tables.append(runs.load_batches(unfinished))

    train(configure(data_set), data_set, progress=Progress(hear))
    batches = tables[-1]
    assert len(batches) == 4 * 3  # 18 photos in batches of 8
    np.testing.assert_allclose(batches["epoch"][:3], [1 / 3, 2 / 3, 1], atol=1e-3)
    assert batches["epoch"].iloc[-1] == 4
    assert [*dict.fromkeys(one.stage for one in told)] == ["start", "train", "answer"]
    epochs = [one for one in told if one.stage == "train" and one.done is not None]
    assert {(one.in_all, one.unit) for one in epochs} == {(4, "epochs")}
    of_batches = [one.done for one in epochs if not one.message]
    assert of_batches == pytest.approx(batches["epoch"].tolist(), abs=1e-3)
    assert min(one.seconds_left for one in epochs) == epochs[-1].seconds_left == 0


# Killed, and going on.


def kill(data_set, moment, number):
    """Train or go on training in a process of its own, until it kills itself."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, moment, str(number)],
        cwd=ROOT,
        input=json.dumps(configure(data_set).to_dict()),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def resume(data_set, config=None):
    """Go on, and return the run's folder and the epochs that were trained."""
    lines = []
    folder = train(
        config or configure(data_set), data_set, resume=True, progress=said_to(lines.append)
    )
    return folder, [int(line.split()[1].split("/")[0]) for line in lines if " took " in line]


def test_a_training_that_is_killed_again_and_again(data_set):
    folder = runs.unfinished_folder("tiny", "scratch")
    for moment, number, rows, states in [
        ("batch", 1, 0, []),  # before anything was learnt
        ("half state", 2, 2, [1]),
        ("after state", 2, 2, [1, 2]),  # exactly between the phases
        ("before state", 3, 3, [2]),  # a row without its state
        ("batch", 4, 3, [2, 3]),  # in the middle of a phase: its optimiser goes on
    ]:
        kill(data_set, moment, number)
        path = runs.history_path(folder)
        assert len(path.read_text().splitlines()[1:] if path.exists() else []) == rows
        assert set(states) <= set(runs.state_epochs(folder)) <= {*states, 1}
        assert runs.load_runs("tiny") == ([], [])
    folder, epochs = resume(data_set)
    assert epochs == [4]
    assert_complete(folder, data_set, epochs=4)


def test_a_training_that_is_killed_before_its_run_has_its_place(unfinished, data_set, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(runs, "publish", lambda *arguments: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            resume(data_set)
    folder, epochs = resume(data_set)
    assert epochs == []
    assert_complete(folder, data_set, epochs=4)


@pytest.mark.parametrize("share", [0, 0.99])
def test_a_damaged_state_costs_one_epoch(unfinished, data_set, share):
    damaged = runs.state_path(unfinished, 3)
    content = damaged.read_bytes()
    damaged.write_bytes(content[: int(len(content) * share)])
    folder, epochs = resume(data_set)
    assert epochs == [3, 4]
    assert_complete(folder, data_set, epochs=4)


def test_states_that_are_all_damaged_are_never_taken_for_a_fresh_start(unfinished, data_set):
    for epoch in runs.state_epochs(unfinished):
        runs.state_path(unfinished, epoch).write_bytes(b"")
    with pytest.raises(EngineError, match=r"No saved state .* remove the folder \.scratch"):
        resume(data_set)
    assert len(runs.load_history(unfinished)) == 3


def test_a_best_state_that_is_lost_is_one_sentence(unfinished, data_set):
    lines = runs.history_path(unfinished).read_text().splitlines()
    lines[1] = "1,scratch,0.1,1,0.1,2,0.005,1"  # an unbeatable first epoch
    runs.history_path(unfinished).write_text("\n".join(lines) + "\n")
    runs.state_path(unfinished, 1).unlink(missing_ok=True)
    with pytest.raises(EngineError, match="state of epoch 1, the best"):
        resume(data_set)


def test_an_interrupted_training_equals_one_that_was_not(data_set):
    recipe = dataclasses.replace(
        TINY_SCRATCH,
        dropout=0.0,
        augmentation=Augmentation(0.0, 0.0),
        phases=(Phase("scratch", 3, 5e-3),),
    )
    whole = train(configure(data_set, recipe, name="whole"), data_set)
    interrupt(2, configure(data_set, recipe), data_set)
    resumed, epochs = resume(data_set, configure(data_set, recipe))
    assert epochs == [3]
    columns = ["epoch", "loss", "accuracy", "val_loss", "val_accuracy", "learning_rate"]
    one, two = (runs.load_run(folder).history[columns] for folder in (whole, resumed))
    np.testing.assert_allclose(two.to_numpy(float), one.to_numpy(float), rtol=1e-3, atol=1e-5)


# What is refused.


def test_other_photos_are_refused(data_set):
    config = configure(data_set, data_set_digest="0" * 64)
    with pytest.raises(EngineError, match="not those this run was configured for"):
        train(config, data_set)
    assert runs.unfinished_runs("tiny") == []


def test_a_taken_name_is_refused(tiny_data_set, tiny_runs):
    with pytest.raises(EngineError, match=r"name of the run must be free.*Received: 'scratch'"):
        train(configure(tiny_data_set), tiny_data_set)
    assert runs.unfinished_runs("tiny") == []


def test_an_unfinished_run_is_never_overwritten(unfinished, data_set):
    before = runs.fingerprint(unfinished)
    with pytest.raises(EngineError, match="go on with --resume"):
        train(configure(data_set), data_set)
    assert runs.fingerprint(unfinished) == before


def test_resuming_with_another_configuration_is_refused(unfinished, data_set):
    before = runs.fingerprint(unfinished)
    with pytest.raises(EngineError, match="another configuration"):
        resume(data_set, configure(data_set, dataclasses.replace(TINY_SCRATCH, seed=2)))
    assert runs.fingerprint(unfinished) == before


def test_resuming_what_was_never_started_is_refused(data_set):
    with pytest.raises(EngineError, match=runs.CONFIG_FILE):
        resume(data_set)


def test_a_run_that_is_being_trained_is_left_alone(unfinished, data_set):
    with (
        runs.lock_unfinished(unfinished),
        pytest.raises(EngineError, match="trained by another process"),
    ):
        resume(data_set)
    assert runs.state_epochs(unfinished)


def test_an_interruption_before_the_first_epoch_leaves_nothing_behind(data_set, monkeypatch):
    def interrupted(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.training.learners.load_prepared", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(configure(data_set), data_set)
    assert runs.unfinished_runs("tiny") == []


def test_photos_that_are_not_here_leave_nothing_behind(data_set):
    shutil.rmtree(data_set.folder / "photos")
    with pytest.raises(EngineError, match="not on this machine"):
        train(configure(data_set), load_data_set("tiny"))
    assert runs.unfinished_runs("tiny") == []


def test_weights_that_cannot_be_had_leave_nothing_behind(data_set, tmp_path):
    with pytest.raises(EngineError, match="existing file"):
        train(
            configure(data_set, TINY_RESNET50),
            data_set,
            weights_file=tmp_path / "missing.h5",
        )
    assert runs.unfinished_runs("tiny") == []


# Diverging.


def with_wild_rate(config, phase, rate=1e30):
    """A learning rate that no configuration allows, in one phase."""
    object.__setattr__(config.recipe.phases[phase], "learning_rate", rate)
    return config


def fresh_recipe():
    return dataclasses.replace(
        TINY_SCRATCH, phases=(Phase("scratch", 2, 5e-3), Phase("scratch", 2, 1e-3))
    )


def test_a_training_that_diverges_at_once_ends_in_one_sentence(data_set):
    config = with_wild_rate(configure(data_set, fresh_recipe()), phase=0)
    with pytest.raises(EngineError, match="diverged") as error:
        train(config, data_set)
    assert "lower learning rate" in str(error.value)
    assert runs.load_runs("tiny") == ([], [])
    assert runs.unfinished_runs("tiny") == []


def test_a_training_that_diverges_later_keeps_its_best_epoch(data_set, monkeypatch):
    from engine.models import build as models

    def compile_and_spoil(model, recipe, phase):
        original(model, recipe, phase)
        if phase is recipe.phases[1]:
            model.set_weights([one * np.nan for one in model.get_weights()])

    original = models.compile_model
    monkeypatch.setattr(models, "compile_model", compile_and_spoil)
    lines = []
    folder = train(configure(data_set, fresh_recipe()), data_set, progress=said_to(lines.append))
    run = runs.load_run(folder)
    assert len(run.history) == 3  # the third has no loss, the fourth is not tried
    assert np.isnan(run.history["loss"][2]) and np.isnan(run.history["val_accuracy"][2])
    assert run.summary["best_epoch"] in (1, 2)
    assert any("diverged" in line for line in lines)


def test_the_largest_learning_rate_ends_in_a_run_or_one_sentence(data_set):
    recipe = dataclasses.replace(fresh_recipe(), phases=(Phase("scratch", 1, 10.0),))
    try:
        folder = train(configure(data_set, recipe), data_set)
    except EngineError as error:
        assert "diverged" in str(error)
    else:
        assert runs.load_run(folder).summary["epochs"] == 1


def test_a_training_ends_early_and_goes_on_as_it_would_have(data_set, monkeypatch):
    recipe = dataclasses.replace(
        TINY_SCRATCH, patience=1, schedule="cosine", phases=(Phase("scratch", 30, 1e-9),)
    )
    lines = []
    folder = train(configure(data_set, recipe), data_set, progress=said_to(lines.append))
    run = runs.load_run(folder)
    # At that rate nothing is learnt: the second epoch is no better than the first.
    assert run.summary["epochs"] == 2
    assert run.history["learning_rate"].tolist() == sorted(run.history["learning_rate"])[::-1]
    assert any("no better epoch in the last 1" in line for line in lines)


def test_rare_classes_can_count_for_more(data_set):
    weights = class_weights(data_set)
    split = data_set.photos[data_set.photos["split"] == "train"]
    counts = split["label"].value_counts()
    for label, weight in weights.items():
        assert weight * counts[label] == pytest.approx(len(split) / len(counts))
    recipe = dataclasses.replace(
        TINY_SCRATCH, class_weights=True, phases=(Phase("scratch", 1, 5e-3),)
    )
    folder = train(configure(data_set, recipe), data_set)
    assert runs.load_run(folder).config.recipe.class_weights
