"""The photo whose answer everybody knows, and the resizing that it takes."""

import random

import numpy as np
import pytest

from engine.models.pretrained import known_answer
from tests.models.pretrained.stand_in import KNOWN


def test_known_answer(keras_tensors):
    import keras

    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        random.seed(7)
        state = random.getstate()
        answer = known_answer.check_known_answer(keras_tensors)
        assert keras.config.dtype_policy().name == "mixed_bfloat16"
        assert random.getstate() == state  # the seeds of the model trained next
    finally:
        keras.config.set_dtype_policy(before)
    assert answer == pytest.approx(KNOWN, abs=1e-4)


def test_resize_is_plain_bilinear():
    photo = np.random.default_rng(0).integers(0, 256, (37, 53, 3), np.uint8)
    resized = known_answer._resize_bilinear(photo, 10)
    y, x = 4.5 * 3.7 - 0.5, 7.5 * 5.3 - 0.5  # centre of the new pixel (4, 7), in the old photo
    top, left = int(y), int(x)
    corners = photo[top : top + 2, left : left + 2].astype(float)
    weights = np.outer([1 - y % 1, y % 1], [1 - x % 1, x % 1])
    np.testing.assert_allclose(resized[4, 7], np.einsum("ij,ijc->c", weights, corners), rtol=1e-4)
    assert resized.shape == (10, 10, 3)
