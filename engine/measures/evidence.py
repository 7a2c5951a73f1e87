"""Is the difference between two runs real? Both answered the same photos, so it is paired.

What counts are the photos on which the two disagree: those both get right, or both get wrong,
say nothing about which is better. Imports numpy and pandas alone, as `engine.measures.metrics`
does.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engine.measures.answers import OUTCOMES, outcome_counts
from engine.measures.metrics import check_columns, wilson_interval

RESAMPLES = 10_000
#: Below it, chance alone is a poor explanation: the usual convention.
SIGNIFICANCE = 0.05


@dataclass(frozen=True)
class Evidence:
    """How far the right run is ahead of the left one on the same photos, and how sure that is.

    Attributes:
        counts: Number of photos of each of `OUTCOMES`.
        photos: Number of photos.
        difference: Accuracy of the right run less that of the left one, -1 to 1.
        low: Lower end of the 95 % interval of the difference.
        high: Upper end.
        p_value: Of the exact McNemar test.
    """

    counts: dict[str, int]
    photos: int
    difference: float
    low: float
    high: float
    p_value: float

    @property
    def clear(self) -> bool:
        """Whether chance in the choice of photos is a poor explanation of the difference."""
        return self.p_value < SIGNIFICANCE


def paired_evidence(
    pairs: pd.DataFrame, resamples: int = RESAMPLES, seed: int = 1
) -> Evidence | None:
    """The difference of the two accuracies, its bootstrap interval, and McNemar's test.

    Args:
        pairs: An `engine.measures.answers.paired_table`.
        resamples: Number of bootstrap resamples.
        seed: Of the resampling: the same photos give the same interval.

    Returns:
        The evidence; None without a photo.

    Raises:
        ValueError: If the column `outcome` is missing.
    """
    counts = outcome_counts(pairs)
    photos = sum(counts.values())
    if not photos:
        return None
    only_left, only_right = counts["only left"], counts["only right"]
    low, high = bootstrap_interval(counts, resamples, seed)
    return Evidence(
        counts=counts,
        photos=photos,
        difference=(only_right - only_left) / photos,
        low=low,
        high=high,
        p_value=mcnemar_exact(only_left, only_right),
    )


def mcnemar_exact(only_one: int, only_other: int) -> float:
    """The exact, two-sided McNemar test of two runs on the same photos.

    If both were equally good, each photo that only one of them gets right would be either's with
    even chances: the p-value is that of a binomial test with share 1/2. Q. McNemar, "Note on the
    sampling error of the difference between correlated proportions or percentages",
    Psychometrika 12 (1947).

    Args:
        only_one: Number of photos that only the one model gets right.
        only_other: Number of photos that only the other gets right.

    Returns:
        The chance, 0 to 1, of a split at least as uneven; 1 without such photos.

    Raises:
        ValueError: If a number is negative.
    """
    if min(only_one, only_other) < 0:
        raise ValueError(
            "`only_one` and `only_other` must be at least 0. "
            f"Received: {only_one!r} and {only_other!r}"
        )
    discordant = only_one + only_other
    # Whole numbers to the last step, each from the one before: no sum of tiny floats loses a digit.
    ways = tail = 1
    for count in range(min(only_one, only_other)):
        ways = ways * (discordant - count) // (count + 1)
        tail += ways
    return min(1.0, 2 * tail / 2**discordant)


def bootstrap_interval(
    counts: dict[str, int], resamples: int = RESAMPLES, seed: int = 1
) -> tuple[float, float]:
    """95 % paired percentile bootstrap interval of the difference of the two accuracies.

    Drawing n photos with replacement, each with both runs' answers, is drawing how many of
    them have which outcome: a multinomial draw. So 10,000 resamples take a millisecond.
    B. Efron and R. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.

    Args:
        counts: Number of photos of each of `OUTCOMES`, at least one photo in all.
        resamples: Number of resamples.
        seed: Of the draws.

    Returns:
        (low, high) of the right run's accuracy less that of the left one, -1 to 1.
    """
    photos = sum(counts.values())
    shares = [counts[outcome] / photos for outcome in OUTCOMES]
    draws = np.random.default_rng(seed).multinomial(photos, shares, size=resamples)
    drawn = dict(zip(OUTCOMES, draws.T, strict=True))
    differences = (drawn["only right"] - drawn["only left"]) / photos
    low, high = np.percentile(differences, [2.5, 97.5])
    return float(low), float(high)


def newcombe_interval(
    both: int, only_one: int, only_other: int, neither: int, confidence: float = 0.95
) -> tuple[float, float]:
    """Interval of the difference of two shares measured on the same photos.

    Newcombe's method 10: the Wilson intervals of both shares, joined by their correlation. It
    stays honest for a dozen photos, where a bootstrap that never saw a mistake would say that
    there are none. R. G. Newcombe, "Improved confidence intervals for the difference between
    binomial proportions based on paired data", Statistics in Medicine 17 (1998).

    Args:
        both: Number of photos that both runs get right.
        only_one: Number that only the one gets right.
        only_other: Number that only the other gets right.
        neither: Number that none gets right.
        confidence: Between 0 and 1, both excluded.

    Returns:
        (low, high) of the one's share less the other's, -1 to 1; (NaN, NaN) without photos.

    Raises:
        ValueError: If a number is negative, or `confidence` is out of range.
    """
    if min(both, only_one, only_other, neither) < 0:
        raise ValueError(
            "The numbers of photos must be at least 0. "
            f"Received: {both!r}, {only_one!r}, {only_other!r}, {neither!r}"
        )
    photos = both + only_one + only_other + neither
    if not photos:
        return math.nan, math.nan
    one, other = both + only_one, both + only_other
    low_one, high_one = wilson_interval(one, photos, confidence)
    low_other, high_other = wilson_interval(other, photos, confidence)
    below, above = one / photos - low_one, high_one - one / photos
    below_other, above_other = other / photos - low_other, high_other - other / photos
    phi = _phi(both, only_one, only_other, neither)
    difference = (only_one - only_other) / photos
    down = below**2 - 2 * phi * below * above_other + above_other**2
    up = above**2 - 2 * phi * above * below_other + below_other**2
    # A square of a difference where phi is 1: floating point may leave -1e-20.
    return difference - math.sqrt(max(0.0, down)), difference + math.sqrt(max(0.0, up))


def _phi(both: int, only_one: int, only_other: int, neither: int) -> float:
    """Correlation of the two runs' being right, continuity-corrected as Newcombe does."""
    margins = (
        (both + only_one) * (only_other + neither) * (both + only_other) * (only_one + neither)
    )
    if not margins:
        return 0.0
    covariance = float(both * neither - only_one * only_other)
    if covariance > 0:
        covariance = max(0.0, covariance - (both + only_one + only_other + neither) / 2)
    return covariance / math.sqrt(margins)


def class_differences(pairs: pd.DataFrame) -> pd.DataFrame:
    """How much more of each class the right run finds than the left one, with 95 % intervals.

    Args:
        pairs: An `engine.measures.answers.paired_table`.

    Returns:
        One row a class, the largest difference first: class_name, photos, the four `OUTCOMES`
        (numbers of photos), difference (of recall, right less left, -1 to 1), low, high
        (`newcombe_interval`).

    Raises:
        ValueError: If a column is missing.
    """
    check_columns("pairs", pairs, ("true", "outcome"))
    rows = []
    for name, group in pairs.groupby("true", sort=True):
        counts = outcome_counts(group)
        low, high = newcombe_interval(
            counts["both right"],
            counts["only right"],
            counts["only left"],
            counts["both wrong"],
        )
        difference = (counts["only right"] - counts["only left"]) / len(group)
        rows.append((name, len(group), *counts.values(), difference, low, high))
    columns = ["class_name", "photos", *OUTCOMES, "difference", "low", "high"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("difference", ascending=False, kind="stable", ignore_index=True)
