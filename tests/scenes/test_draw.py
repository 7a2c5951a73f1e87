"""Pictures: always the same ones, and each parameter moves what it says it moves."""

import dataclasses
import hashlib

import numpy as np
import pytest

from engine.scenes.data_set import scene_parameters
from engine.scenes.draw import draw_scene
from engine.scenes.parameters import RANGES, SCENE_CLASSES, SceneParameters
from engine.scenes.streams import Streams

# A picture of each class with every part of it at work: clutter, weather, rotation, dusk.
DIGESTS = {
    "beach": "48419c8c01776d4992fbfa2814da64d6",
    "bridge": "37ba21fe4feff5e1c84829c66cf17599",
    "building": "3555d81ed26ac1bd379c941ae508093a",
    "flower": "899bf7bef212f95546eeb6ad5dfda25f",
    "forest": "cd5f665f677798c5d6d5a6a69af9d730",
    "mountain": "5412cd384254cafc525d6e570d3bb227",
    "stadium": "94fe35a1a4a6dfdcf5f1cf63cdc92915",
    "street": "73f0d018092a9488dc9e5dac620ad058",
}

# Of all pictures of a split, one after the other; `train` holds those of validation, too.
SPLIT_DIGESTS = {
    "train": "2f50b70fc238dcc8c91d61c5cf1f603f",
    "test": "a67feb1b419e2bb481fcfae43391a0ff",
}


def busy_scene(class_name, **changed):
    values = {
        "x": 0.2,
        "y": -0.1,
        "scale": 0.9,
        "rotation": 12.0,
        "clutter": 0.5,
        "time_of_day": 18.9,
        "palette": 0.3,
        "noise": 0.2,
        "seed": 11,
    }
    return SceneParameters(class_name, **(values | changed))


def difference(one, other):
    """Mean difference of two pictures in grey levels."""
    return np.abs(one.astype(int) - other.astype(int)).mean()


@pytest.mark.parametrize("class_name", SCENE_CLASSES)
def test_pictures_are_the_same_everywhere(class_name):
    pixels = draw_scene(busy_scene(class_name))
    assert hashlib.sha256(pixels.tobytes()).hexdigest()[:32] == DIGESTS[class_name]


@pytest.mark.parametrize("class_name", SCENE_CLASSES)
def test_pictures_are_rgb_bytes(class_name):
    pixels = draw_scene(SceneParameters(class_name))
    assert pixels.shape == (300, 300, 3)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    assert pixels.std() > 15


@pytest.mark.parametrize("class_name", SCENE_CLASSES)
@pytest.mark.parametrize("name", RANGES)
def test_every_parameter_does_something_and_both_ends_can_be_drawn(class_name, name):
    base = SceneParameters(class_name, clutter=0.4, seed=5)
    low, high = (
        draw_scene(dataclasses.replace(base, **{name: value}))
        for value in (RANGES[name].low, RANGES[name].high)
    )
    # Both ends of the rotation are the same picture upside down: compare with upright.
    if name == "rotation":
        assert difference(low, high) == 0
        high = draw_scene(base)
    assert difference(low, high) > 4


SMALL_STEPS = {
    "x": 0.01,
    "y": 0.01,
    "scale": 0.01,
    "rotation": 0.5,
    "clutter": 0.01,
    "time_of_day": 0.1,
    "palette": 0.01,
    "noise": 0.01,
}


@pytest.mark.parametrize("class_name", SCENE_CLASSES)
@pytest.mark.parametrize("name", SMALL_STEPS)
def test_a_small_step_changes_little(class_name, name):
    base = SceneParameters(class_name, clutter=0.45, time_of_day=17.0, noise=0.2, seed=3)
    stepped = dataclasses.replace(base, **{name: getattr(base, name) + SMALL_STEPS[name]})
    assert difference(draw_scene(base), draw_scene(stepped)) < 12


@pytest.mark.parametrize("class_name", SCENE_CLASSES)
@pytest.mark.parametrize("hour", [9.97, 12.97, 19.67])
def test_light_changes_smoothly_all_day(class_name, hour):
    before, after = (
        draw_scene(SceneParameters(class_name, time_of_day=time, clutter=0.0, noise=0.0, seed=9))
        for time in (hour, hour + 0.06)
    )
    assert difference(before, after) < 3


@pytest.mark.parametrize("class_name", SCENE_CLASSES)
def test_x_moves_the_thing_and_leaves_the_world_where_it_is(class_name):
    pictures = [
        draw_scene(SceneParameters(class_name, x=x, clutter=0.0, noise=0.0, scale=0.5, seed=8))
        for x in (-0.5, 0.5)
    ]
    changed = np.abs(pictures[0].astype(int) - pictures[1].astype(int)).sum(axis=2) > 30
    assert changed.any()
    assert changed.mean() < 0.9


@pytest.mark.parametrize("class_name", SCENE_CLASSES)
def test_upside_down_is_the_same_picture_turned(class_name):
    upright = SceneParameters(class_name, noise=0.0, clutter=0.0, seed=4)
    turned = draw_scene(dataclasses.replace(upright, rotation=180.0))[::-1, ::-1]
    assert difference(draw_scene(upright), turned) < 6


@pytest.mark.parametrize("rotation", [45.0, -135.0])
@pytest.mark.parametrize("class_name", SCENE_CLASSES)
def test_corners_are_never_empty(class_name, rotation):
    pixels = draw_scene(SceneParameters(class_name, rotation=rotation, noise=0.0))
    for corner in (pixels[:8, :8], pixels[:8, -8:], pixels[-8:, :8], pixels[-8:, -8:]):
        assert corner.mean() > 20


def test_clutter_hides_the_thing():
    clear, hidden = (
        draw_scene(SceneParameters("stadium", clutter=clutter, noise=0.0, seed=2))
        for clutter in (0.0, 1.0)
    )
    middle = np.s_[90:210, 60:240]
    changed = np.abs(clear[middle].astype(int) - hidden[middle].astype(int)).sum(axis=2) > 30
    assert changed.mean() > 0.4


def test_night_is_darker_than_noon():
    noon, night = (
        draw_scene(SceneParameters("mountain", time_of_day=hour)).mean() for hour in (13.0, 22.0)
    )
    assert night < noon / 2


def test_streams_do_not_depend_on_what_was_drawn_before():
    one, other = Streams(2**31 - 1), Streams(2**31 - 1)
    other.draws("something else", 17)
    assert np.array_equal(one.draws("trees", 4, 3), other.draws("trees", 4, 3))
    assert not np.array_equal(one.draws("trees", 12), one.draws("leaves", 12))
    assert not np.array_equal(one.draws("trees", 12), Streams(7).draws("trees", 12))


@pytest.mark.parametrize("split", SPLIT_DIGESTS)
def test_every_picture_of_a_split_is_the_same_everywhere(split):
    pixels = hashlib.sha256()
    for _, scene in scene_parameters(split):
        pixels.update(draw_scene(scene).tobytes())
    assert pixels.hexdigest()[:32] == SPLIT_DIGESTS[split]
