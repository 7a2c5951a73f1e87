import hashlib

import numpy as np
import pytest

from engine.errors import EngineError
from engine.measures.distortions import DISTORTIONS, WORKING_SIDE, distort, working_square
from engine.models.augmentation import move_pixels


@pytest.fixture(scope="module")
def photo():
    """Smooth colours, upright, 80 x 60: what is moved can be told from what was there."""
    y, x = np.mgrid[:80, :60]
    return np.stack([3 * x, 2 * y, 40 + x + y], axis=-1).astype("uint8")


@pytest.fixture(scope="module")
def rough():
    """Noise, upright, 80 x 60: even a slight change changes it."""
    return np.random.RandomState(7).randint(0, 256, (80, 60, 3)).astype("uint8")


@pytest.fixture(scope="module")
def square(photo):
    return photo[10:70]


def everything():
    return [(name, value) for name, change in DISTORTIONS.items() for value in change.values]


def test_the_middle_square(photo, square):
    np.testing.assert_array_equal(working_square(photo), square)
    np.testing.assert_array_equal(
        working_square(photo.transpose(1, 0, 2)), square.transpose(1, 0, 2)
    )
    assert working_square(square) is not photo
    np.testing.assert_array_equal(working_square(square), square)


def test_large_photos_are_made_smaller_and_small_ones_stay():
    large = np.full((900, 1200, 3), 7, "uint8")
    assert working_square(large).shape == (WORKING_SIDE, WORKING_SIDE, 3)
    assert working_square(large[:5, :3]).shape == (3, 3, 3)


@pytest.mark.parametrize(("parameter", "value"), everything())
def test_every_value(rough, parameter, value):
    kept = rough.copy()
    changed = distort(rough, parameter, value)
    np.testing.assert_array_equal(rough, kept)
    if value == DISTORTIONS[parameter].unchanged:
        assert changed is rough
        return
    assert (changed.dtype, changed.shape) == (np.uint8, (60, 60, 3))
    assert (changed != working_square(rough)).any()
    np.testing.assert_array_equal(changed, distort(working_square(rough), parameter, value))


@pytest.mark.parametrize(("parameter", "value"), everything())
def test_photos_of_one_pixel_and_of_one_colour(parameter, value):
    assert distort(np.full((1, 1, 3), 9, "uint8"), parameter, value).shape == (1, 1, 3)
    grey = distort(np.full((40, 40, 3), 128, "uint8"), parameter, value)
    # Nothing comes in from outside: no black corners. JPEG may round a little.
    assert np.ptp(grey) == 0
    if parameter != "brightness":
        assert abs(int(grey[0, 0, 0]) - 128) <= (8 if parameter == "jpeg_quality" else 0)


def test_the_mapping_says_where_nothing_changes():
    for change in DISTORTIONS.values():
        assert change.unchanged in change.values
        assert list(change.values) == sorted(set(change.values))
        assert not change.ratio or change.values[0] > 0
        assert change.title and change.explanation.endswith(".")


def test_rotation_turns_counter_clockwise(square):
    np.testing.assert_array_equal(distort(square, "rotation", 90), np.rot90(square))
    np.testing.assert_array_equal(distort(square, "rotation", 180), np.rot90(square, 2))
    np.testing.assert_array_equal(
        distort(square, "rotation", 180), distort(square, "rotation", -180)
    )


@pytest.mark.parametrize("degrees", [-30, 15, 60, 120])
def test_rotation_fills_corners_as_training_does(square, degrees):
    angle, middle = np.deg2rad(degrees), (len(square) - 1) / 2
    cos, sin = np.cos(angle), np.sin(angle)
    # The pixel at (x, y) of the result comes from there turned clockwise, about the middle.
    transform = [
        *(cos, -sin, middle - cos * middle + sin * middle),
        *(sin, cos, middle - sin * middle - cos * middle),
        *(0, 0),
    ]
    trained = move_pixels(square.astype("float32"), np.array(transform, "float32"))
    difference = np.abs(distort(square, "rotation", degrees) - trained)
    # Pillow blends in whole numbers; where the reflection folds, it may fold a pixel aside.
    assert np.percentile(difference, 99) <= 2


def test_zoom_in_shows_the_middle(square):
    near = distort(square, "zoom", 2).astype(float)
    assert abs(near[30, 30] - square[30, 30]).max() <= 4
    # A quarter in from the edge stands at the edge.
    assert abs(near[0, 0] - square[15, 15]).max() <= 4
    assert abs(near[59, 59] - square[44, 44]).max() <= 4


def test_zoom_out_shows_all_and_its_reflection(square):
    far = distort(square, "zoom", 0.5).astype(float)
    assert abs(far[15, 15] - square[0, 0]).max() <= 6
    assert abs(far[44, 44] - square[59, 59]).max() <= 6
    np.testing.assert_allclose(far[:15], far[15:30][::-1], atol=1)
    np.testing.assert_allclose(far[:, :15], far[:, 15:30][:, ::-1], atol=1)


def test_shift_moves_right_and_left(square):
    right = distort(square, "shift", 30)
    np.testing.assert_array_equal(right[:, 18:], square[:, :-18])
    np.testing.assert_array_equal(right[:, :18], square[:, :18][:, ::-1])
    left = distort(square, "shift", -30)
    np.testing.assert_array_equal(left[:, :-18], square[:, 18:])


def test_brightness_multiplies_and_clips(square):
    dark = distort(square, "brightness", 0.3)
    np.testing.assert_array_equal(dark, np.rint(square * 0.3).astype("uint8"))
    bright = distort(square, "brightness", 5)
    np.testing.assert_array_equal(bright, np.minimum(5 * square.astype(int), 255))


def test_blur_is_a_share_of_the_side():
    spot = np.zeros((200, 200, 3), "uint8")
    spot[90:110, 90:110] = 255
    slightly, much = (distort(spot, "blur", percent) for percent in (1, 5))
    assert slightly[100, 100, 0] > much[100, 100, 0] > 0
    # A photo with twice as many pixels a side looks the same.
    double = distort(np.repeat(np.repeat(spot, 2, axis=0), 2, axis=1), "blur", 5)
    np.testing.assert_allclose(double[::2, ::2], much, atol=8)


def test_the_lower_the_quality_the_more_is_lost(rough):
    square = working_square(rough).astype(float)
    lost = [
        np.abs(distort(rough, "jpeg_quality", quality) - square).mean() for quality in (50, 10, 1)
    ]
    assert 0 < lost[0] < lost[1] < lost[2]


@pytest.mark.parametrize(
    ("parameter", "value", "digest"),
    [
        ("rotation", 30, "755747da7690"),
        ("zoom", 0.55, "e2bde20025ce"),
        ("shift", -15, "c6629c462bc8"),
        ("brightness", 1.8, "415d9dfb5b00"),
        ("blur", 2, "d6e3c0f76353"),
    ],
)
def test_the_same_pixels_everywhere(rough, parameter, value, digest):
    pixels = distort(rough, parameter, value)
    assert hashlib.sha256(pixels.tobytes()).hexdigest()[:12] == digest


@pytest.mark.parametrize(
    ("parameter", "value", "message"),
    [
        ("contrast", 1, "must be one of rotation, zoom, .* Received: 'contrast'"),
        ("rotation", 181, "`rotation` must be between -180 and 180. Received: 181"),
        ("zoom", 0, "`zoom` must be between 0.4 and 2.5"),
        ("jpeg_quality", 0, "`jpeg_quality` must be between 1 and 100"),
        ("blur", float("nan"), "Received: nan"),
        ("brightness", float("inf"), "Received: inf"),
    ],
)
def test_refused(square, parameter, value, message):
    with pytest.raises(EngineError, match=message):
        distort(square, parameter, value)
