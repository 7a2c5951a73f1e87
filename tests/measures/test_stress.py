"""The stress test, with stand-ins for models: they answer by the brightness of the picture."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from engine.errors import EngineError
from engine.measures import stress
from engine.scenes import RANGES, SceneParameters, draw_scene, parameters_of
from engine.serving.predict import Answer

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


def test_redraw_draws_a_test_picture_again():
    image_id = "test/stadium/000.png"
    expected = draw_scene(dataclasses.replace(parameters_of(image_id), scale=0.5))
    np.testing.assert_array_equal(stress.redraw(image_id, "scale", 0.5), expected)


@pytest.mark.parametrize(
    ("image_id", "parameter", "value", "message"),
    [
        ("test/stadium/000.png", "clutter", 1, "must be one of rotation, scale"),
        ("test/stadium/000.png", "scale", 9, "`scale` must be between 0.3 and 2.0"),
        ("test/stadium/000.png", "rotation", float("nan"), "Received: nan"),
        ("../000.png", "scale", 1, "must be one of the scenes'"),
    ],
)
def test_redraw_refuses(image_id, parameter, value, message):
    with pytest.raises(EngineError, match=message):
        stress.redraw(image_id, parameter, value)


def test_the_values_lie_in_range():
    for parameter, change in stress.REDRAWN.items():
        allowed = RANGES[parameter]
        assert sorted(change.values) == list(change.values)
        assert change.unchanged in change.values
        assert allowed.low <= change.values[0] and change.values[-1] <= allowed.high
