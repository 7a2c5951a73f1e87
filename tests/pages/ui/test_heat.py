import numpy as np

from pages.ui.heat import overlay

SEEN = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)


def heat_in_a_corner():
    heat = np.zeros((4, 4), "float32")
    heat[0, 0] = 1
    return heat


def test_without_strength_there_is_the_photo_alone():
    np.testing.assert_array_equal(overlay(SEEN, heat_in_a_corner(), 0), SEEN)


def test_the_heat_glows_where_it_is():
    shown = overlay(SEEN, heat_in_a_corner(), 1).astype(int).sum(axis=2)
    assert shown.shape == (40, 40)
    assert shown[2, 2] > 500
    assert shown[30, 30] < 100


def test_no_heat_is_dark_all_over():
    shown = overlay(SEEN, np.zeros((7, 7), "float32"), 1)
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) == 1
