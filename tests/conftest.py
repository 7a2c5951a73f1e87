"""What several test files share: an artifacts folder of their own, tiny data sets and runs."""

import dataclasses
import hashlib

import numpy as np
import pandas as pd
import pytest

from engine import runs
from engine.data import DataSet
from engine.data.images import encode_jpeg
from engine.disk import paths
from engine.models import pretrained
from engine.models.backend import use_backend
from engine.models.weight_shapes import weight_shapes
from engine.recipes.baseline import FIT
from engine.recipes.config import RunConfig
from engine.scenes import SCENE_CLASSES, scene_parameters
from tests.presets import BASELINE_PRESETS, PRESETS

CLASS_NAMES = ("cross", "dot", "stripe")


@pytest.fixture(scope="session", autouse=True)
def tensorflow():
    """One process, one backend: this one trains. What needs OpenVINO runs in another."""
    use_backend("training")


@pytest.fixture
def artifacts(tmp_path, monkeypatch):
    """An empty artifacts folder in place of the project's."""
    folder = tmp_path / "artifacts"
    folder.mkdir()
    monkeypatch.setenv(paths.ARTIFACTS_VARIABLE, str(folder))
    return folder


@pytest.fixture
def tiny_data_set(artifacts):
    """A data set `tiny` of 30 coloured photos, 64x48 pixels, with its photos on this machine."""
    return make_data_set(artifacts / "data" / "tiny")


@pytest.fixture
def drawn_data_set(artifacts):
    """The data set `scenes` as it is published: an index, and not one file of a picture."""
    rows = []
    for split in ("train", "test"):
        for image_id, parameters in scene_parameters(split):
            number = int(image_id[-7:-4])
            name = parameters.class_name
            kept = "validation" if split == "train" and number % 5 == 0 else split
            rows.append((image_id, name, SCENE_CLASSES.index(name), kept, 300, 300))
    columns = ["image_id", "class_name", "label", "split", "width", "height"]
    data_set = DataSet(
        name="scenes",
        title="Scenes",
        description="Drawn places and plants.",
        licence="MIT",
        source="engine.scenes",
        digest="5" * 64,
        split_seed=1,
        class_names=SCENE_CLASSES,
        photos=pd.DataFrame(rows, columns=columns).sort_values("image_id", ignore_index=True),
        unreadable=(),
        folder=paths.published_folder() / "scenes",
        has_photos=True,
        drawn=True,
    )
    data_set.save_index(data_set.folder)
    return data_set


@pytest.fixture
def tiny_runs(tiny_data_set):
    """Fake published runs `scratch` and `resnet50` of `tiny`: no weights that could answer."""
    return {
        model: make_run(tiny_data_set, model, wrong=wrong)
        for model, wrong in (("scratch", 4), ("resnet50", 1))
    }


@pytest.fixture
def run(tiny_runs):
    """The fake run `scratch` of `tiny`."""
    return tiny_runs["scratch"]


@pytest.fixture
def random_imagenet(monkeypatch):
    """Random weights in place of those of ImageNet."""

    def load(image_size, weights_file=None, progress=None):
        import keras

        if progress:
            progress.say("searching for the weights")
        backbone = keras.applications.ResNet50(
            include_top=False,
            weights=None,
            input_shape=(image_size, image_size, 3),
            name="resnet50",
        )
        # Random convolutions make large features, and a saturated softmax has no gradient.
        for layer in backbone.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                layer.moving_variance.assign(layer.moving_variance * 9)
        return backbone

    monkeypatch.setattr(pretrained, "load_imagenet_backbone", load)


def make_data_set(folder, per_class=10, with_photos=True) -> DataSet:
    """Write a data set of flat colours with noise; 60 % train, 20 % validation, 20 % test."""
    generator = np.random.default_rng(0)
    rows = []
    for label, class_name in enumerate(CLASS_NAMES):
        for number in range(per_class):
            image_id = f"{class_name}/{number:03d}.jpg"
            share = number / per_class
            split = "train" if share < 0.6 else "validation" if share < 0.8 else "test"
            rows.append((image_id, class_name, label, split, 64, 48))
            if with_photos:
                photo = generator.integers(0, 60, (48, 64, 3), dtype=np.uint8)
                photo[..., label] += 180
                path = folder / "photos" / image_id
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(encode_jpeg(photo))
    columns = ["image_id", "class_name", "label", "split", "width", "height"]
    data_set = DataSet(
        name=folder.name,
        title=folder.name.capitalize(),
        description="Flat colours with noise, drawn by the tests.",
        licence="CC0",
        source="the tests",
        digest=hashlib.sha256(folder.name.encode()).hexdigest(),
        split_seed=1,
        class_names=CLASS_NAMES,
        photos=pd.DataFrame(rows, columns=columns).sort_values("image_id", ignore_index=True),
        unreadable=(),
        folder=folder,
        has_photos=with_photos,
    )
    data_set.save_index(folder)
    return data_set


def make_run(data_set, model, wrong=1, name=None, root=None) -> runs.Run:
    """Write a fake complete run whose answers are wrong for the first `wrong` photos a split."""
    name = name or model
    config = RunConfig(
        name=name,
        data_set=data_set.name,
        data_set_digest=data_set.digest,
        split_seed=data_set.split_seed,
        class_names=data_set.class_names,
        recipe=BASELINE_PRESETS.get(model)
        or dataclasses.replace(PRESETS[model], image_size=32, dense_units=8),
        precision="float32",
    )
    folder = (root or paths.published_folder()) / data_set.name / name
    folder.mkdir(parents=True)
    runs.save_config(folder, config)
    table = data_set.photos[data_set.photos["split"] != "train"].sort_values("split")
    y_true = table["label"].to_numpy()
    rank = table.groupby("split").cumcount().to_numpy()
    classes = len(data_set.class_names)
    y_pred = np.where(rank < wrong, (y_true + 1) % classes, y_true)
    y_prob = np.full((len(table), classes), 0.2 / (classes - 1), dtype="float32")
    y_prob[np.arange(len(table)), y_pred] = 0.8
    predictions = runs.Predictions(
        table["image_id"].to_numpy(dtype=np.str_),
        table["split"].to_numpy(dtype=np.str_),
        y_true,
        y_prob,
        data_set.class_names,
    )
    runs.save_predictions(folder, predictions)
    rows = []
    phases = [(FIT, 0.0)]
    if model in PRESETS:
        phases = [(one.name, one.learning_rate) for one in config.recipe.phases for _ in range(3)]
    for epoch, (phase, learning_rate) in enumerate(phases, start=1):
        accuracy = (0.4 if model == "scratch" else 0.6) + 0.05 * epoch
        losses = (1 / epoch, accuracy, 1.2 / epoch, accuracy - 0.03)
        rows.append((epoch, phase, *losses, learning_rate, 2.5))
    history = pd.DataFrame(rows, columns=list(runs.HISTORY_COLUMNS))
    history.to_csv(runs.history_path(folder), index=False)
    right = {split: predictions.of_split(split) for split in ("validation", "test")}
    runs.save_summary(
        folder,
        {
            "model": model,
            "best_epoch": runs.best_epoch(history),
            "epochs": len(history),
            **{
                f"{split}_accuracy": float(np.mean(part.y_pred == part.y_true))
                for split, part in right.items()
            },
            "parameters": 1234,
            "trainable_parameters": 1234,
            "training_seconds": float(history["seconds"].sum()),
            "precision": "float32",
            "processor": "the tests",
            "date": "2026-01-01T00:00:00+00:00",
        },
    )
    (folder / runs.WEIGHTS_FILE).write_bytes(b"")
    return runs.load_run(folder)


def give_weights(run: runs.Run) -> runs.Run:
    """Give a fake run weights that fit its model, so that it can be exported."""
    shapes = weight_shapes(run.config.recipe, len(run.config.class_names))
    runs.save_arrays(run.folder, {name: np.zeros(shape) for name, shape in shapes.items()})
    return run
