"""Whether a model's certainty can be trusted."""

import math

import numpy as np
import pandas as pd

from engine.measures.calibration import FALSE_ALARMS
from engine.text import percent

QUESTION = "When a model says that it is 90 % sure, is it right nine times in ten?"
CALIBRATION_ERROR = (
    "Expected calibration error: photos are sorted into ten bins by how sure the model is; in "
    "each, how sure it is on average is compared with how often it is right; the distances are "
    "averaged, weighted by photos. 0 is perfect."
)
RELIABILITY = (
    "Each mark holds the photos of which the model is about so sure, small ones fewer than ten. "
    "Dotted: as right as sure; below it, surer than right. Bars: 95 % intervals."
)
COVERAGE = (
    "From the left: only the photos it is surest of, then more and more. A model that knows what "
    "it does not know starts high. The marks: where it says “none of these”."
)


def sure_and_right(confidence: np.ndarray, correct: np.ndarray) -> str:
    """How sure a model is on average, how often right, and what that makes of it.

    Args:
        confidence: (n,) from 0 to 1, at least one.
        correct: (n,) bool: whether the answer was right.
    """
    sure, right = float(confidence.mean()), float(correct.mean())
    return (
        f"On average **{percent(sure)} sure** and **{percent(right)} right**: "
        f"{_trust(sure, right, len(correct))}."
    )


def why_it_passes(classes: int) -> str:
    """Why and when a model passes.

    Args:
        classes: How many classes it knows.
    """
    return (
        f"A model knows {classes} classes and names one of them, whatever it is shown. So Live "
        f"prediction lets it pass where it is less sure than on {100 * (1 - FALSE_ALARMS):.0f} of "
        "100 validation photos. Measured on photos that chose nothing:"
    )


def rejections_in_words(table: pd.DataFrame) -> pd.DataFrame:
    """What `rejection_table` found, as people read it: a column a run, a row a fact.

    Names of data sets, which a visitor may have chosen, stand in the index as they are.
    """
    columns = {}
    for row in table.to_dict("records"):
        alarms = f"False alarms, on {row['photos']:,} test photos of its classes"
        columns[row["run"]] = {
            "It passes below": percent(row["threshold"]),
            alarms: _share(row, "false_alarms"),
        }
        if row["out_of_distribution"]:
            noticed = f"Noticed, of {row['out_of_distribution']:,} pictures of {row['source']}"
            columns[row["run"]][noticed] = _share(row, "noticed")
    return pd.DataFrame(columns)


def _share(row: dict, name: str) -> str:
    low, high = (100 * row[f"{name}_{end}"] for end in ("low", "high"))
    return f"{percent(row[name])} ({low:.1f} to {high:.1f})"


def _trust(sure: float, right: float, photos: int) -> str:
    """Whether a model trusts itself too much, beyond what chance explains."""
    # Two standard errors of the share of right answers.
    chance = 2 * math.sqrt(max(right * (1 - right), 1e-9) / photos)
    if sure - right > chance:
        return "it trusts itself too much"
    return "it trusts itself too little" if right - sure > chance else "about as it should be"
