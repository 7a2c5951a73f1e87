"""Features of the backbone: computed once, kept, and computed anew where they are damaged."""

import dataclasses

import numpy as np
import pytest

from engine.data import load_prepared
from engine.errors import EngineError
from engine.models.augmentation import build_augmentation
from engine.models.resnet50 import BACKBONE
from engine.models.specs import SPECS
from engine.recipes.recipe import Augmentation
from engine.training import features as room
from engine.training.features import FEATURES_FOLDER, View, load_features, measure_pace
from tests.conftest import make_data_set
from tests.told import said_to

PLAIN = View(32)
TURNED = View(32, augmentation=Augmentation(0.1, 0.1), seed=1)


class FakeBackbone:
    """Stands for the network: the mean colour of each photo, and how often it was asked."""

    def __init__(self, *arguments):
        self.photos, self.batches = 0, []

    def predict_on_batch(self, batch):
        self.photos += len(batch)
        self.batches.append(batch)
        return np.repeat(batch.mean(axis=(1, 2)), 2, axis=1).astype("float32")


@pytest.fixture
def backbone(monkeypatch):
    """A fake backbone in place of ResNet50, and parts of 8 photos."""
    from engine.models import build as models

    fake = FakeBackbone()
    monkeypatch.setattr(models, "load_backbone", lambda *arguments: None)
    monkeypatch.setattr(models, "build_feature_extractor", lambda *arguments: fake)
    monkeypatch.setattr(room, "PART", 8)
    return fake


def parts_of(data_set, view):
    return sorted((data_set.folder / FEATURES_FOLDER / view.name).iterdir())


def test_a_view_is_named_by_all_that_its_features_depend_on(monkeypatch):
    views = [
        PLAIN,
        View(64),
        View(32, "bfloat16"),
        TURNED,
        dataclasses.replace(TURNED, seed=2),
        dataclasses.replace(TURNED, number=1),
        *(
            dataclasses.replace(TURNED, augmentation=Augmentation(**{**changes, field: 0.2}))
            for changes in ({"rotation": 0.1, "zoom": 0.1},)
            for field in changes
        ),
    ]
    assert len({view.name for view in views}) == len(views)
    # Photos that nothing changes look the same whatever the seed of the changes.
    assert View(32, seed=7).name == PLAIN.name
    before = PLAIN.name
    other = dataclasses.replace(BACKBONE, identity="resnet50, other weights")
    spec = dataclasses.replace(SPECS["resnet50"], backbone=other)
    monkeypatch.setitem(SPECS, "resnet50", spec)
    assert PLAIN.name != before


def test_a_new_kind_of_augmentation_has_features_of_its_own():
    @dataclasses.dataclass(frozen=True)
    class Grown(Augmentation):
        flip: bool = False

    assert View(32, augmentation=Grown(0.1, 0.1, flip=True)).name != TURNED.name
    assert not Grown(0.0, 0.0, flip=True).changes_nothing


def test_a_model_without_a_backbone_has_no_features():
    with pytest.raises(EngineError, match="come from a backbone"):
        assert View(32, model="scratch").name


def test_rows_are_those_of_the_photos(tiny_data_set, backbone):
    found = load_features(tiny_data_set, PLAIN)
    photos = load_prepared(tiny_data_set, 32).astype("float32")
    np.testing.assert_allclose(found.values[:, ::2], photos.mean(axis=(1, 2)), rtol=1e-6)
    assert found.values.dtype == np.float32
    assert found.seconds > 0
    assert backbone.photos == 30
    assert [one.name for one in parts_of(tiny_data_set, PLAIN)] == [
        f"{number:03d}.safetensors" for number in range(4)
    ]


def test_they_are_computed_once(tiny_data_set, backbone):
    first = load_features(tiny_data_set, PLAIN)
    lines = []
    again = load_features(tiny_data_set, PLAIN, progress=said_to(lines.append))
    assert (backbone.photos, lines) == (30, [])
    np.testing.assert_array_equal(again.values, first.values)
    # What it took when it was computed, to a thousandth a part.
    assert again.seconds == pytest.approx(first.seconds, abs=0.003)


def test_progress_says_how_much_is_left(tiny_data_set, backbone):
    lines = []
    load_features(tiny_data_set, PLAIN, progress=said_to(lines.append))
    assert [line.split(", about")[0].split(": ")[1] for line in lines] == [
        f"{number} of 30 photos" for number in (8, 16, 24, 30)
    ]
    assert lines[-1].endswith("about 0 seconds left")


def test_changed_views_are_of_training_photos(tiny_data_set, backbone):
    found = load_features(tiny_data_set, TURNED)
    train = np.flatnonzero((tiny_data_set.photos["split"] == "train").to_numpy())
    assert len(found.values) == backbone.photos == 18
    np.testing.assert_array_equal(TURNED.rows(tiny_data_set), train)
    # Turned and zoomed by the very layers that training uses, a draw of its own for each part.
    state = np.random.SeedSequence((1, 0, 1)).generate_state(1)[0]
    layers = build_augmentation(TURNED.augmentation, int(state) >> 1)
    photos = load_prepared(tiny_data_set, 32)[train[8:16]].astype("float32")
    np.testing.assert_allclose(backbone.batches[1], layers(photos, training=True), atol=1e-3)


def test_another_draw_is_another_view(tiny_data_set, backbone):
    views = [TURNED, dataclasses.replace(TURNED, number=1), dataclasses.replace(TURNED, seed=2)]
    values = [load_features(tiny_data_set, view).values for view in views]
    assert len({view.name for view in views}) == 3
    assert not np.allclose(values[0], values[1])
    assert not np.allclose(values[0], values[2])
    np.testing.assert_array_equal(load_features(tiny_data_set, TURNED).values, values[0])


@pytest.mark.parametrize("view", [PLAIN, TURNED], ids=["plain", "turned"])
@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: b"x" * 99,
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),  # one bit of one number
    ],
)
def test_a_damaged_part_alone_is_computed_anew(tiny_data_set, backbone, view, damage):
    before = load_features(tiny_data_set, view).values
    asked = backbone.photos
    path = parts_of(tiny_data_set, view)[1]
    path.write_bytes(damage(path.read_bytes()))
    np.testing.assert_array_equal(load_features(tiny_data_set, view).values, before)
    assert backbone.photos == asked + 8


def test_what_a_killed_computation_has_done_is_kept(tiny_data_set, backbone, monkeypatch):
    whole = load_features(tiny_data_set, TURNED).values
    for path in parts_of(tiny_data_set, TURNED):
        path.unlink()

    def stop(line):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_features(tiny_data_set, TURNED, progress=said_to(stop))
    assert len(parts_of(tiny_data_set, TURNED)) == 1
    asked = backbone.photos
    np.testing.assert_array_equal(load_features(tiny_data_set, TURNED).values, whole)
    assert backbone.photos == asked + 10


def test_parts_of_other_photos_are_computed_anew(artifacts, backbone):
    data_set = make_data_set(artifacts / "data" / "tiny")
    load_features(data_set, PLAIN)
    load_features(dataclasses.replace(data_set, digest="0" * 64), PLAIN)
    assert backbone.photos == 60
    other_split = data_set.photos.assign(split=data_set.photos["split"].to_numpy()[::-1])
    moved = dataclasses.replace(data_set, photos=other_split)
    load_features(data_set, TURNED)
    asked = backbone.photos
    load_features(moved, TURNED)
    assert backbone.photos > asked


def test_pace_is_that_of_now(tiny_data_set, backbone):
    load_features(tiny_data_set, TURNED)
    backbone.photos = 0
    assert 0 < measure_pace(tiny_data_set, TURNED, photos=10) < 1
    assert backbone.photos == 20  # ten to warm up
    assert not (tiny_data_set.folder / FEATURES_FOLDER / PLAIN.name).exists()


def test_without_the_photos_nothing_is_written(artifacts, backbone):
    data_set = make_data_set(artifacts / "published" / "tiny", with_photos=False)
    with pytest.raises(EngineError, match="python -m engine data tiny"):
        load_features(data_set, PLAIN)
    assert not (data_set.folder / FEATURES_FOLDER).exists()


def test_the_backbone_averages_over_the_photo(random_imagenet):
    from engine.models.build import build_feature_extractor, load_backbone

    photos = np.random.default_rng(0).uniform(0, 255, (2, 64, 64, 3)).astype("float32")
    backbone = load_backbone(BACKBONE, 64)
    model = build_feature_extractor(BACKBONE, 64, backbone)
    caffe = photos[..., ::-1] - np.array([103.939, 116.779, 123.68], "float32")
    maps = np.asarray(backbone(caffe))
    assert maps.shape == (2, 2, 2, 2048)
    np.testing.assert_allclose(
        model.predict_on_batch(photos), maps.mean(axis=(1, 2)), rtol=1e-3, atol=1e-3
    )
    in_half = load_backbone(BACKBONE, 64, "bfloat16")
    half = build_feature_extractor(BACKBONE, 64, in_half).predict_on_batch(photos)
    assert half.dtype == np.float32
