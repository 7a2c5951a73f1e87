import math

import numpy as np
import pandas as pd
import pytest

from engine.views.sentences.calibration import rejections_in_words, sure_and_right, why_it_passes


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


def test_rejections():
    row = {
        "run": "plain",
        "model": "scratch",
        "threshold": 0.298,
        "false_alarms": 0.046,
        "false_alarms_low": 0.029,
        "false_alarms_high": 0.072,
        "photos": 372,
        "noticed": math.nan,
        "noticed_low": math.nan,
        "noticed_high": math.nan,
        "out_of_distribution": 0,
        "source": None,
    }
    shown = rejections_in_words(pd.DataFrame([row]))["plain"]
    assert shown.to_dict() == {
        "It passes below": "29.8\u00a0%",
        "False alarms, on 372 test photos of its classes": "4.6\u00a0% (2.9 to 7.2)",
    }
    row |= {"noticed": 0.5, "noticed_low": 0.4, "noticed_high": 0.6, "out_of_distribution": 1400}
    row["source"] = "scenes"
    shown = rejections_in_words(pd.DataFrame([row]))["plain"]
    assert shown["Noticed, of 1,400 pictures of scenes"] == "50.0\u00a0% (40.0 to 60.0)"
