"""The stress test, with stand-ins for models: they answer by the brightness of the picture."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from engine import stress
from engine.errors import EngineError
from engine.predict import Answer
from engine.scenes import RANGES, SceneParameters, draw_scene, parameters_of

CLASSES = ("building", "stadium")


class Brightness:
    """The brighter the picture, the surer of a stadium."""

    run = SimpleNamespace(config=SimpleNamespace(class_names=CLASSES))

    def predict(self, photo):
        stadium = photo.mean() / 255
        return Answer(np.array([1 - stadium, stadium], "float32"), photo, 1.0)


class Always(Brightness):
    """Always the same class, whatever it sees."""

    def __init__(self, label):
        self.label = label

    def predict(self, photo):
        return Answer(np.eye(2, dtype="float32")[self.label], photo, 1.0)


def test_values_run_from_end_to_end():
    values = stress.values_along("rotation", 5)
    assert values == [-180, -90, 0, 90, 180]
    assert stress.values_along("scale", 2) == [RANGES["scale"].low, RANGES["scale"].high]


def test_answers_along_equal_direct_answers():
    scene = SceneParameters("stadium", seed=4)
    model = Brightness()
    hours = [6.0, 13.0, 22.0]
    table = stress.answers_along(scene, "time_of_day", hours, {"one": model, "two": Always(0)})
    assert table["value"].tolist() == [6, 6, 13, 13, 22, 22]
    ones = table[table["model"] == "one"]
    for hour, probability in zip(ones["value"], ones["probability"], strict=True):
        picture = draw_scene(dataclasses.replace(scene, time_of_day=hour))
        assert probability == pytest.approx(model.predict(picture).probabilities[1])
    assert ones["probability"].nunique() == 3
    twos = table[table["model"] == "two"]
    assert set(twos["predicted"]) == {"building"}
    assert set(twos["probability"]) == {0.0}


def test_answers_along_refuses_values_out_of_range():
    with pytest.raises(EngineError, match="`scale` must be between"):
        stress.answers_along(SceneParameters("stadium"), "scale", [9], {"one": Brightness()})


def test_robustness_counts_the_right_answers():
    data_set = _drawn(["test/building/000.png", "test/stadium/000.png", "test/stadium/001.png"])
    told = []
    tables = stress.measure_robustness(
        data_set,
        {"buildings": Always(0), "stadiums": Always(1)},
        lambda done, in_all, what: told.append((done, in_all)),
        {"rotation": (0, 90), "scale": (1,)},
    )
    assert told == [(1, 3), (2, 3), (3, 3)]
    table = tables["stadiums"]
    assert table["parameter"].tolist() == ["rotation", "rotation", "scale"]
    assert table["value"].tolist() == [0, 90, 1]
    assert table["accuracy"].tolist() == pytest.approx([2 / 3] * 3)
    assert table["images"].tolist() == [3] * 3
    assert tables["buildings"]["accuracy"].tolist() == pytest.approx([1 / 3] * 3)


def test_robustness_draws_the_test_pictures_again():
    seen = []

    class Watches(Always):
        def predict(self, photo):
            seen.append(photo)
            return super().predict(photo)

    image_id = "test/stadium/000.png"
    stress.measure_robustness(_drawn([image_id]), {"one": Watches(1)}, None, {"scale": (0.5,)})
    expected = draw_scene(dataclasses.replace(parameters_of(image_id), scale=0.5))
    np.testing.assert_array_equal(seen, [expected])


def test_the_values_lie_in_range():
    for parameter, values in stress.ROBUSTNESS_VALUES.items():
        allowed = RANGES[parameter]
        assert sorted(values) == list(values)
        assert allowed.low <= values[0] and values[-1] <= allowed.high


def _drawn(image_ids):
    names = [image_id.split("/")[1] for image_id in image_ids]
    photos = pd.DataFrame(
        {
            "image_id": image_ids,
            "class_name": names,
            "label": [CLASSES.index(name) for name in names],
            "split": "test",
        }
    )
    return SimpleNamespace(photos=photos, drawn=True)
