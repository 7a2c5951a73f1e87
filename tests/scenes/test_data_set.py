"""The recipe of the data set: how many, which, and how hard."""

import hashlib
import warnings
from collections import Counter

import numpy as np
import pytest
from PIL import Image
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from engine.errors import EngineError
from engine.scenes import data_set
from engine.scenes.data_set import parameters_of, scene_parameters, write_scenes
from engine.scenes.draw import draw_scene
from engine.scenes.parameters import SCENE_CLASSES
from tests.told import counted_to

RECIPE = "63ced248fcf45f2245a8a295520b5255"


def test_the_recipe_is_the_same_everywhere():
    lines = [repr(pair) for split in ("train", "test") for pair in scene_parameters(split)]
    assert hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32] == RECIPE


@pytest.mark.parametrize(("split", "count"), [("train", 150), ("test", 50)])
def test_each_class_has_its_pictures_in_order(split, count):
    pairs = scene_parameters(split)
    assert Counter(parameters.class_name for _, parameters in pairs) == dict.fromkeys(
        SCENE_CLASSES, count
    )
    ids = [image_id for image_id, _ in pairs]
    assert ids == sorted(ids)
    assert ids[0] == f"{split}/beach/000.png"
    assert ids[-1] == f"{split}/street/{count - 1:03d}.png"
    assert all(name.split("/")[1] == parameters.class_name for name, parameters in pairs)


def test_no_test_picture_is_a_training_one():
    train = {parameters for _, parameters in scene_parameters("train")}
    test = {parameters for _, parameters in scene_parameters("test")}
    assert len(train) == 1200
    assert len(test) == 400
    assert not train & test
    assert not {parameters.seed for parameters in train} & {parameters.seed for parameters in test}


def test_most_pictures_are_upright_and_some_are_ambiguous():
    pictures = [parameters for _, parameters in scene_parameters("train")]
    assert max(abs(parameters.rotation) for parameters in pictures) <= 15
    ambiguous = [
        parameters
        for parameters in pictures
        if abs(parameters.x) > 0.6 or parameters.scale < 0.5 or parameters.clutter > 0.7
    ]
    assert len(ambiguous) == 48


def test_parameters_of_an_image_id():
    image_id, parameters = scene_parameters("test")[123]
    assert parameters_of(image_id) == parameters


@pytest.mark.parametrize("image_id", ["test/beach/050.png", "beach", "", None, ["x"]])
def test_an_unknown_image_id_is_refused(image_id):
    with pytest.raises(EngineError, match="The image id must be one of the scenes'"):
        parameters_of(image_id)


def test_an_unknown_split_is_refused():
    with pytest.raises(EngineError, match=r"`split` must be one of train, test\. Received: 'all'"):
        scene_parameters("all")


def test_pictures_are_written_where_they_belong(tmp_path, monkeypatch):
    few = dict(scene_parameters("train")[:2] + scene_parameters("test")[-1:])
    monkeypatch.setattr(data_set, "_all_parameters", lambda: few)
    seen = []
    digest = write_scenes(tmp_path / "scenes", counted_to(seen.append))
    assert seen == [(done, 3, "draw") for done in (1, 2, 3)]
    lines = [
        f"{hashlib.sha256(draw_scene(few[image_id]).tobytes()).hexdigest()}  {image_id}\n"
        for image_id in sorted(few)
    ]
    assert digest == hashlib.sha256("".join(lines).encode()).hexdigest()
    written = [path for path in (tmp_path / "scenes").rglob("*") if path.is_file()]
    assert len(written) == 3
    for image_id, parameters in few.items():
        with Image.open(tmp_path / "scenes" / image_id) as image:
            assert image.format == "PNG"
            assert np.array_equal(np.asarray(image), draw_scene(parameters))


def test_a_linear_model_on_small_pixels_does_not_solve_it():
    def small(split, step):
        pairs = scene_parameters(split)[::step]
        pixels = [
            np.asarray(
                Image.fromarray(draw_scene(parameters)).resize((24, 24), Image.Resampling.BOX)
            )
            for _, parameters in pairs
        ]
        return np.array(pixels).reshape(len(pairs), -1) / 255, [p.class_name for _, p in pairs]

    model = LogisticRegression(max_iter=300)
    # One thread: on a busy machine several would mostly wait for each other.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(*small("train", 3))
    assert 0.25 < model.score(*small("test", 2)) < 0.6
