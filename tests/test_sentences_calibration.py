import numpy as np
import pytest

from engine.sentences.calibration import sure_and_right, why_it_passes


@pytest.mark.parametrize(
    ("sure", "right", "words"),
    [
        (0.8, 0.5, "it trusts itself too much"),
        (0.5, 0.8, "it trusts itself too little"),
        # Two standard errors of 80 in 100 are 8 points.
        (0.87, 0.8, "about as it should be"),
        (0.89, 0.8, "it trusts itself too much"),
    ],
)
def test_trust(sure, right, words):
    correct = np.arange(100) < 100 * right
    said = sure_and_right(np.full(100, sure), correct)
    assert said == (
        f"On average **{100 * sure:.1f}\u00a0% sure** and **{100 * right:.1f}\u00a0% right**: "
        f"{words}."
    )


def test_when_it_passes():
    assert "knows 10 classes" in why_it_passes(10)
    assert "less sure than on 95 of 100 validation photos" in why_it_passes(10)
