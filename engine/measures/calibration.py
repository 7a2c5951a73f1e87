"""How far a model's own certainty can be trusted.

Its certainty, or confidence, is the probability it gives to the class it answers. Imports numpy
and pandas alone, as `engine.measures.metrics` does; the tests hold it to scikit-learn.

Throughout, n is the number of photos, `confidence` is (n,) from 0 to 1, and `correct` is (n,)
bool: whether the answer was right.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from engine.measures.metrics import wilson_interval
from engine.runs import Predictions, Run

BINS = 10
#: Of 100 photos of known classes, so many may wrongly be called "none of these".
FALSE_ALARMS = 0.05


def confidence_and_correct(part: Predictions) -> tuple[np.ndarray, np.ndarray]:
    """How sure a run is of its answer to each photo, and whether the answer is right."""
    # Stored probabilities may exceed 1 by a rounding.
    return np.minimum(part.y_prob.max(axis=1).astype("float64"), 1.0), part.y_pred == part.y_true


def reliability_table(confidence: ArrayLike, correct: ArrayLike, bins: int = BINS) -> pd.DataFrame:
    """Photos sorted into bins by confidence: how sure the model was, and how often right.

    Args:
        confidence: (n,).
        correct: (n,).
        bins: Number of bins of equal width from 0 to 1; each holds its upper edge.

    Returns:
        One row for each bin that holds a photo: above, up_to (edges), photos, confidence (mean),
        accuracy, low, high (its 95 % Wilson interval).

    Raises:
        ValueError: If the two differ in shape, a confidence is not from 0 to 1, or `bins` is
            below 1.
    """
    sure, right = _checked(confidence, correct)
    if bins < 1:
        raise ValueError(f"`bins` must be at least 1. Received: {bins!r}")
    # Rounded first: 0.7 * 10 must not land above 7.
    places = np.ceil(np.round(sure * bins, 9)).astype(int).clip(1, bins) - 1
    rows = []
    for place in np.unique(places):
        inside = places == place
        photos, hits = int(inside.sum()), int(right[inside].sum())
        rows.append(
            (
                place / bins,
                (place + 1) / bins,
                photos,
                float(sure[inside].mean()),
                hits / photos,
                *wilson_interval(hits, photos),
            )
        )
    columns = ["above", "up_to", "photos", "confidence", "accuracy", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def expected_calibration_error(
    confidence: ArrayLike, correct: ArrayLike, bins: int = BINS
) -> float:
    """Mean distance between confidence and accuracy over the bins, weighted by their photos.

    C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, "On Calibration of Modern Neural Networks"
    (2017), equation 3. 0 is perfect; NaN for zero photos.

    Raises:
        ValueError: As `reliability_table`.
    """
    table = reliability_table(confidence, correct, bins)
    if table.empty:
        return math.nan
    distance = (table["accuracy"] - table["confidence"]).abs()
    return float(np.average(distance, weights=table["photos"]))


def coverage_table(confidence: ArrayLike, correct: ArrayLike) -> pd.DataFrame:
    """Accuracy among the photos a model is surest of, for each share of photos it answers.

    R. El-Yaniv and Y. Wiener, "On the Foundations of Noise-free Selective Classification" (2010).

    Returns:
        One row for each confidence that occurs, the highest first: threshold (answered are the
        photos of at least this confidence), coverage (their share), accuracy (among them),
        photos (their number).

    Raises:
        ValueError: As `reliability_table`.
    """
    sure, answers_right = _checked(confidence, correct)
    order = np.argsort(-sure, kind="stable")
    sure, right = sure[order], np.cumsum(answers_right[order])
    # Photos of equal confidence are answered together or not at all.
    last = np.flatnonzero(np.append(sure[1:] != sure[:-1], True)[: len(sure)])
    answered = last + 1
    return pd.DataFrame(
        {
            "threshold": sure[last],
            "coverage": answered / max(1, len(sure)),
            "accuracy": right[last] / answered,
            "photos": answered,
        }
    )


def accuracy_above(coverage: pd.DataFrame, threshold: float) -> tuple[float, float] | None:
    """What is left where a model passes below a threshold.

    Args:
        coverage: A `coverage_table`.
        threshold: Answers below this confidence are not given.

    Returns:
        (coverage, accuracy among the answered photos); None if no photo is answered.
    """
    kept = coverage[coverage["threshold"] >= threshold]
    return None if kept.empty else tuple(kept.iloc[-1][["coverage", "accuracy"]])


@dataclass(frozen=True)
class Rejection:
    """When to say "none of these, probably" instead of an answer.

    Chosen on the validation split, measured on the test split.

    Attributes:
        threshold: Answers below this confidence are rejected.
        false_alarms: Share of test photos of known classes that are rejected.
        low: Lower end of its 95 % Wilson interval.
        high: Upper end.
        photos: Number of test photos it was measured on.
    """

    threshold: float
    false_alarms: float
    low: float
    high: float
    photos: int


def choose_rejection(predictions: Predictions, share: float = FALSE_ALARMS) -> Rejection:
    """The confidence below which an answer is better not given.

    Args:
        predictions: Of one run, at least a photo of each split.
        share: Of the validation photos, so many fall below the threshold.

    Returns:
        The threshold with its measured rate of false alarms.
    """
    chosen, _ = confidence_and_correct(predictions.of_split("validation"))
    measured, _ = confidence_and_correct(predictions.of_split("test"))
    threshold = float(np.quantile(chosen, share))
    rejected = int((measured < threshold).sum())
    low, high = wilson_interval(rejected, len(measured))
    return Rejection(threshold, rejected / len(measured), low, high, len(measured))


@dataclass(frozen=True)
class Noticed:
    """How many pictures of no known class a rejection notices.

    Attributes:
        share: Share of the pictures that are rejected, 0 to 1.
        low: Lower end of its 95 % Wilson interval.
        high: Upper end.
        pictures: Number of pictures.
    """

    share: float
    low: float
    high: float
    pictures: int


def noticed_as_unknown(pictures: pd.DataFrame, threshold: float) -> Noticed:
    """How many out-of-distribution pictures are rejected.

    Args:
        pictures: `out_of_distribution.csv` of a run, at least one row.
        threshold: Answers below this confidence are rejected.
    """
    rejected, count = int((pictures["probability"] < threshold).sum()), len(pictures)
    return Noticed(rejected / count, *wilson_interval(rejected, count), count)


def rejection_table(runs: Iterable[Run]) -> pd.DataFrame:
    """When each run passes, how often wrongly, and how often rightly.

    Args:
        runs: The runs.

    Returns:
        One row a run: run, model, threshold, false_alarms, false_alarms_low, false_alarms_high,
        photos, noticed, noticed_low, noticed_high, out_of_distribution (number of such pictures),
        source (their data set). NaN, 0 and None where these were not measured.
    """
    rows = []
    for run in runs:
        rejection = choose_rejection(run.predictions)
        row = {
            "run": run.name,
            "model": run.model,
            "threshold": rejection.threshold,
            "false_alarms": rejection.false_alarms,
            "false_alarms_low": rejection.low,
            "false_alarms_high": rejection.high,
            "photos": rejection.photos,
            "noticed": math.nan,
            "noticed_low": math.nan,
            "noticed_high": math.nan,
            "out_of_distribution": 0,
            "source": None,
        }
        if run.out_of_distribution is not None:
            found = noticed_as_unknown(run.out_of_distribution, rejection.threshold)
            row |= {
                "noticed": found.share,
                "noticed_low": found.low,
                "noticed_high": found.high,
                "out_of_distribution": found.pictures,
                "source": run.out_of_distribution["picture"].iloc[0].split("/")[0],
            }
        rows.append(row)
    return pd.DataFrame(rows)


def _checked(confidence: ArrayLike, correct: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    sure, right = np.asarray(confidence, "float64"), np.asarray(correct, bool)
    if sure.ndim != 1 or sure.shape != right.shape:
        raise ValueError(
            "`confidence` and `correct` must both have shape (n,). "
            f"Received: {sure.shape} and {right.shape}"
        )
    if sure.size and not (sure.min() >= 0 and sure.max() <= 1):
        raise ValueError(
            f"`confidence` must be from 0 to 1. Received: {sure.min()!r} to {sure.max()!r}"
        )
    return sure, right
