"""Accuracy on changed photos, with stand-ins for models that answer by what they see."""

import threading
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from engine import runs
from engine.errors import EngineError
from engine.measures.distortions import DISTORTIONS, distort
from engine.measures.robustness import (
    changed_picture,
    changes_of,
    measure_robustness,
    replace_changes,
)
from engine.measures.stress import redraw
from engine.runs import ROBUSTNESS_COLUMNS
from engine.scenes import SCENE_CLASSES
from engine.serving.predict import Answer
from tests.conftest import CLASS_NAMES, make_run
from tests.told import counted_to


class ByColour:
    """Names the class of the tiny data set whose colour is strongest; of a dark photo, the first.

    Remembers what it saw.
    """

    def __init__(self, class_names=CLASS_NAMES, dark=60):
        self.run = SimpleNamespace(config=SimpleNamespace(class_names=class_names))
        self.dark, self.seen, self._lock = dark, [], threading.Lock()

    def predict(self, photo):
        with self._lock:
            self.seen.append(photo)
        colours = photo.reshape(-1, 3).mean(axis=0)
        label = 0 if colours.max() < self.dark else int(colours.argmax())
        return Answer(np.eye(3, dtype="float32")[label], photo, 1.0)


class Always:
    def __init__(self, label, class_names):
        self.run = SimpleNamespace(config=SimpleNamespace(class_names=class_names))
        self.label = label

    def predict(self, photo):
        return Answer(np.eye(len(SCENE_CLASSES), dtype="float32")[self.label], photo, 1.0)


def few(data_set, *image_ids):
    keep = data_set.photos["image_id"].isin(image_ids)
    object.__setattr__(data_set, "photos", data_set.photos[keep].reset_index(drop=True))
    return data_set


def test_accuracy_falls_where_a_model_fails(tiny_data_set):
    told = []
    tables = measure_robustness(
        tiny_data_set,
        {"sees in the dark": ByColour(dark=0), "does not": ByColour()},
        counted_to(told.append),
        {"brightness": (0.15, 1), "rotation": (0, 90)},
    )
    assert told == [(done, 6, "robustness") for done in range(1, 7)]
    table = tables["does not"]
    assert tuple(table.columns) == ROBUSTNESS_COLUMNS
    assert table["parameter"].tolist() == ["brightness"] * 2 + ["rotation"] * 2
    assert table["value"].tolist() == [0.15, 1, 0, 90]
    assert table["accuracy"].tolist() == pytest.approx([1 / 3, 1, 1, 1])
    assert table["images"].tolist() == [6] * 4
    assert tables["sees in the dark"]["accuracy"].tolist() == [1] * 4


def test_models_see_the_photos_themselves_and_changed(tiny_data_set):
    image_id = tiny_data_set.photos.loc[tiny_data_set.photos["split"] == "test", "image_id"].iloc[0]
    model = ByColour()
    measure_robustness(
        few(tiny_data_set, image_id), {"one": model}, None, {"blur": (0, 2), "zoom": (1,)}
    )
    photo = tiny_data_set.read_photo(image_id)
    # As it is, a photo is shown once, however many changes leave it so.
    assert len(model.seen) == 2
    np.testing.assert_array_equal(model.seen[0], photo)
    np.testing.assert_array_equal(model.seen[1], distort(photo, "blur", 2))


def test_by_default_everything_is_measured(tiny_data_set):
    (table,) = measure_robustness(tiny_data_set, {"one": ByColour()}).values()
    for name, change in DISTORTIONS.items():
        assert tuple(table.loc[table["parameter"] == name, "value"]) == change.values


def test_unchanged_photos_have_the_accuracy_that_the_run_stored(tiny_data_set):
    run = make_run(tiny_data_set, "scratch", wrong=2)
    stored = run.predictions.of_split("test")
    by_pixels = {
        tiny_data_set.read_photo(image_id).tobytes(): probabilities
        for image_id, probabilities in zip(stored.image_ids, stored.y_prob, strict=True)
    }

    class AsStored:
        def __init__(self):
            self.run = run

        def predict(self, photo):
            return Answer(by_pixels[photo.tobytes()], photo, 1.0)

    unchanged = {name: (change.unchanged,) for name, change in DISTORTIONS.items()}
    (table,) = measure_robustness(tiny_data_set, {"one": AsStored()}, None, unchanged).values()
    assert table["accuracy"].tolist() == pytest.approx([run.summary["test_accuracy"]] * 6)


def test_answers_are_compared_by_name(tiny_data_set):
    model = ByColour(class_names=tuple(reversed(CLASS_NAMES)))
    (table,) = measure_robustness(tiny_data_set, {"one": model}, None, {"zoom": (1,)}).values()
    assert table["accuracy"].tolist() == pytest.approx([1 / 3])


def test_scenes_are_drawn_again_or_changed_like_photos(drawn_data_set):
    image_id = "test/stadium/000.png"
    stadium, other = (
        Always(SCENE_CLASSES.index(name), SCENE_CLASSES) for name in ("stadium", "beach")
    )
    tables = measure_robustness(
        few(drawn_data_set, image_id),
        {"right": stadium, "wrong": other},
        None,
        {"rotation": (0, 90), "scale": (1,), "jpeg_quality": (5, 100)},
    )
    assert tables["right"]["accuracy"].tolist() == [1] * 5
    assert tables["wrong"]["accuracy"].tolist() == [0] * 5


def test_one_picture_changed(drawn_data_set, tiny_data_set):
    image_id = "test/stadium/000.png"
    scene = drawn_data_set.read_photo(image_id)
    for parameter, value in (("rotation", 90), ("scale", 0.5), ("rotation", 0)):
        np.testing.assert_array_equal(
            changed_picture(drawn_data_set, image_id, parameter, value),
            redraw(image_id, parameter, value),
        )
    np.testing.assert_array_equal(
        changed_picture(drawn_data_set, image_id, "blur", 2), distort(scene, "blur", 2)
    )
    photo = tiny_data_set.read_photo("dot/009.jpg")
    np.testing.assert_array_equal(
        changed_picture(tiny_data_set, "dot/009.jpg", "rotation", 90),
        distort(photo, "rotation", 90),
    )
    np.testing.assert_array_equal(changed_picture(tiny_data_set, "dot/009.jpg", "zoom", 1), photo)


def test_what_can_be_changed(drawn_data_set, tiny_data_set):
    photos = ["rotation", "zoom", "shift", "brightness", "blur", "jpeg_quality"]
    assert list(changes_of(tiny_data_set)) == photos
    assert list(changes_of(drawn_data_set)) == ["rotation", "scale", *photos[1:]]
    with pytest.raises(EngineError, match="must be one of rotation, zoom"):
        changed_picture(tiny_data_set, "dot/009.jpg", "scale", 1)


def test_no_test_photo(tiny_data_set):
    with pytest.raises(EngineError, match="tiny has no test photos"):
        measure_robustness(few(tiny_data_set, "dot/000.jpg"), {"one": ByColour()})


def test_a_photo_that_is_gone_ends_it(tiny_data_set):
    tiny_data_set.photo_path("stripe/009.jpg").unlink()
    with pytest.raises(EngineError, match="there is no such file"):
        measure_robustness(tiny_data_set, {"one": ByColour()}, None, {"zoom": (1,)})


def test_what_is_measured_can_be_kept(tiny_data_set):
    run = make_run(tiny_data_set, "scratch")
    table = measure_robustness(tiny_data_set, {"one": ByColour()})["one"]
    runs.save_robustness(run.folder, table)
    assert len(runs.load_run(run.folder).robustness) == len(table) == 48


def test_some_changes_are_measured_anew_and_the_others_stay():
    def table(*rows):
        return pd.DataFrame(rows, columns=list(ROBUSTNESS_COLUMNS))

    before = table(("rotation", 0.0, 0.9, 10), ("gone", 1.0, 0.1, 10), ("blur", 0.0, 0.5, 10))
    measured = table(("zoom", 0.5, 0.4, 10), ("blur", 0.0, 0.6, 10), ("blur", 1.0, 0.3, 10))
    order = ["rotation", "zoom", "blur"]
    replaced = replace_changes(before, measured, order)
    expected = table(
        ("rotation", 0.0, 0.9, 10),
        ("zoom", 0.5, 0.4, 10),
        ("blur", 0.0, 0.6, 10),
        ("blur", 1.0, 0.3, 10),
        ("gone", 1.0, 0.1, 10),
    )
    pd.testing.assert_frame_equal(replaced, expected)
    assert replace_changes(None, measured, order) is measured
