import dataclasses

import numpy as np
import pytest

from engine.models import find_baseline
from engine.models.baselines.hog import colours_and_edges
from engine.training.baselines import describe
from tests.presets import BASELINE_PRESETS

PIXELS = dataclasses.replace(BASELINE_PRESETS["baseline-pixels"], image_size=8)
HOG = dataclasses.replace(BASELINE_PRESETS["baseline-hog"], image_size=32, cell=8)


def description_length(baseline):
    return find_baseline(baseline.model).length(baseline)


@pytest.fixture
def photos():
    return np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)


def test_nothing_is_no_numbers(photos):
    assert describe(BASELINE_PRESETS["baseline-majority"], photos).shape == (3, 0)


def test_pixels_are_themselves(photos):
    small = photos[:, :8, :8]
    described = describe(PIXELS, small)
    assert described.shape == (3, description_length(PIXELS)) == (3, 192)
    np.testing.assert_array_equal(described, small.reshape(3, -1).astype("float32") / 255)


@pytest.mark.parametrize("baseline", [PIXELS, HOG], ids=lambda one: one.model)
def test_training_and_answering_describe_alike(photos, baseline):
    small = photos[:, : baseline.image_size, : baseline.image_size]
    one_by_one = [describe(baseline, one[np.newaxis].astype("float32"))[0] for one in small]
    np.testing.assert_array_equal(describe(baseline, small), one_by_one)


def test_colours_are_shares_of_levels():
    photo = np.zeros((32, 32, 3), "float32")
    photo[:8] = (255, 0, 0)  # a quarter of it
    colours = colours_and_edges(HOG, photo)[:64]
    assert colours[0] == 0.75
    assert colours[3 * 16] == 0.25
    assert colours.sum() == 1
    # 64 is the first value of the second level of four.
    assert colours_and_edges(HOG, np.full((32, 32, 3), 63, "float32"))[0] == 1
    assert colours_and_edges(HOG, np.full((32, 32, 3), 64, "float32"))[0] == 0


def test_edges_know_their_direction():
    photo = np.zeros((32, 32, 3), "float32")
    photo[:, ::4] = 255
    photo[:, 1::4] = 255
    upright = colours_and_edges(HOG, photo)[64:].reshape(-1, 9)
    turned = colours_and_edges(HOG, photo.transpose(1, 0, 2))[64:].reshape(-1, 9)
    assert upright.sum(axis=0).argmax() != turned.sum(axis=0).argmax()
    assert description_length(HOG) == 64 + upright.size


def test_a_photo_of_one_colour_has_no_edges():
    edges = colours_and_edges(HOG, np.full((32, 32, 3), 90, "float32"))[64:]
    assert not edges.any()


def test_the_presets_lengths_are_those_of_their_descriptions():
    for baseline in BASELINE_PRESETS.values():
        if baseline.model != "baseline-features":
            photo = np.zeros((1, baseline.image_size, baseline.image_size, 3), "uint8")
            assert describe(baseline, photo).shape == (1, description_length(baseline))
