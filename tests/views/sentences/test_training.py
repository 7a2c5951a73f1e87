import numpy as np
import pandas as pd
import pytest

from engine.runs import HISTORY_COLUMNS
from engine.views.sentences.training import reading


def history(*accuracies, loss=1.0):
    rows = [
        (epoch, "scratch", loss, train, 1.0, validation, 1e-4, 2.0)
        for epoch, (train, validation) in enumerate(accuracies, 1)
    ]
    return pd.DataFrame(rows, columns=list(HISTORY_COLUMNS))


@pytest.mark.parametrize(
    ("accuracies", "words"),
    [
        (((0.9, 0.6), (0.95, 0.5)), "30 points better on photos it knows: **overfitting**"),
        (((0.5, 0.6),), "Validation is ahead"),
        (((0.62, 0.6),), "A gap of 2.0 points: hardly any overfitting"),
        (((0.6, 0.5), (0.6, 0.6)), "more epochs might help"),
        (((0.6, 0.6), *[(0.6, 0.5)] * 20), "Later epochs did not validate better"),
        (((0.6, np.nan),), "No epoch has a validation accuracy"),
    ],
)
def test_what_a_history_says(accuracies, words):
    assert words in reading(history(*accuracies))


def test_a_diverged_training_says_so():
    said = reading(history((0.6, 0.5), loss=np.nan))
    assert said.startswith("The loss was no number in 1 of 1 epochs: it diverged. At its best")
