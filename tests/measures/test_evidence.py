import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from engine.measures.answers import OUTCOMES
from engine.measures.evidence import (
    bootstrap_interval,
    class_differences,
    mcnemar_exact,
    newcombe_interval,
    paired_evidence,
)
from engine.measures.metrics import wilson_interval


def pairs_of(**classes):
    """A paired table: for each class its numbers of photos, in the order of `OUTCOMES`."""
    rows = [
        (name, outcome)
        for name, counts in classes.items()
        for outcome, count in zip(OUTCOMES, counts, strict=True)
        for _ in range(count)
    ]
    return pd.DataFrame(rows, columns=["true", "outcome"])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    # By hand: 2 (C(5,0)) / 2^5; 2 (1 + 4) / 2^4; both tails meet in the middle; nothing to compare.
    [(0, 5, 2 / 32), (1, 3, 10 / 16), (3, 3, 1.0), (0, 0, 1.0)],
)
def test_mcnemar_by_hand(one, other, expected):
    assert mcnemar_exact(one, other) == expected
    assert mcnemar_exact(other, one) == expected


@pytest.mark.parametrize(("one", "other"), [(2, 9), (17, 4), (12, 125), (300, 340)])
def test_mcnemar_as_scipy(one, other):
    expected = stats.binomtest(one, one + other, 0.5).pvalue
    assert mcnemar_exact(one, other) == pytest.approx(expected, rel=1e-9)


def test_mcnemar_of_many_photos_is_still_a_number():
    assert mcnemar_exact(0, 5000) == pytest.approx(0, abs=1e-300)
    assert 0 < mcnemar_exact(20_000, 20_300) < 1


@pytest.mark.parametrize("counts", [(-1, 2), (2, -1)])
def test_mcnemar_of_negative_numbers(counts):
    with pytest.raises(ValueError, match="Received: "):
        mcnemar_exact(*counts)


def test_bootstrap_as_scipy():
    counts = dict(zip(OUTCOMES, (60, 8, 27, 25), strict=True))
    outcomes = np.repeat(OUTCOMES, list(counts.values()))
    left = np.isin(outcomes, ["both right", "only left"]).astype(float)
    right = np.isin(outcomes, ["both right", "only right"]).astype(float)
    expected = stats.bootstrap(
        (right, left),
        lambda one, other, axis: one.mean(axis=axis) - other.mean(axis=axis),
        paired=True,
        method="percentile",
        n_resamples=10_000,
        rng=np.random.default_rng(0),
    ).confidence_interval
    low, high = bootstrap_interval(counts)
    # One photo is 1/120: both are quantiles of 10,000 draws of multiples of it.
    assert low == pytest.approx(expected.low, abs=1.01 / 120)
    assert high == pytest.approx(expected.high, abs=1.01 / 120)


def test_bootstrap_is_seeded():
    counts = dict(zip(OUTCOMES, (60, 8, 27, 25), strict=True))
    assert bootstrap_interval(counts) == bootstrap_interval(counts)
    assert bootstrap_interval(counts, resamples=50, seed=1) != bootstrap_interval(
        counts, resamples=50, seed=2
    )


def test_newcombe_by_hand():
    # 10 photos: both 4, only the one 3, only the other 1, neither 2; p1 = 0.7, p2 = 0.5.
    # Wilson: (0.396776, 0.892209) and (0.236593, 0.763407); phi: 4 * 2 - 3 * 1 = 5, corrected by
    # 10 / 2 to 0: the two distances are joined as if independent.
    low, high = newcombe_interval(4, 3, 1, 2)
    assert low == pytest.approx(0.2 - math.hypot(0.7 - 0.396776, 0.763407 - 0.5), abs=1e-5)
    assert high == pytest.approx(0.2 + math.hypot(0.892209 - 0.7, 0.5 - 0.236593), abs=1e-5)


def test_newcombe_of_models_that_always_agree_is_narrow():
    # phi is (50 * 50 - 50) / 2500 = 0.98: 50 is the correction.
    low, high = newcombe_interval(50, 0, 0, 50)
    below, above = 0.5 - wilson_interval(50, 100)[0], wilson_interval(50, 100)[1] - 0.5
    half = math.sqrt(below**2 - 2 * 0.98 * below * above + above**2)
    assert (low, high) == (pytest.approx(-half), pytest.approx(half))
    assert half < 0.02


def test_newcombe_changes_sign_with_the_models():
    low, high = newcombe_interval(5, 4, 1, 2)
    assert newcombe_interval(5, 1, 4, 2) == (pytest.approx(-high), pytest.approx(-low))


def test_newcombe_never_leaves_the_possible():
    for counts in [(0, 12, 0, 0), (0, 0, 12, 0), (12, 0, 0, 0), (0, 0, 0, 1), (1, 1, 1, 1)]:
        low, high = newcombe_interval(*counts)
        assert -1 - 1e-12 <= low <= high <= 1 + 1e-12
    assert all(math.isnan(end) for end in newcombe_interval(0, 0, 0, 0))


def test_newcombe_holds_the_truth_as_often_as_it_says():
    """Of many draws of 15 photos, about 95 % of the intervals hold the true difference."""
    shares, truth = (0.5, 0.35, 0.05, 0.1), 0.30
    draws = np.random.default_rng(3).multinomial(15, shares, size=2000)
    held = [low <= truth <= high for low, high in (newcombe_interval(*one) for one in draws)]
    assert 0.93 <= np.mean(held) <= 0.99


@pytest.mark.parametrize("counts", [(-1, 0, 0, 2), (1, 0, 0, -2)])
def test_newcombe_of_negative_numbers(counts):
    with pytest.raises(ValueError, match="Received: "):
        newcombe_interval(*counts)


def test_evidence_of_a_table():
    found = paired_evidence(pairs_of(cat=(10, 1, 9, 0), dog=(20, 0, 6, 4)))
    assert found.counts == dict(zip(OUTCOMES, (30, 1, 15, 4), strict=True))
    assert found.photos == 50
    assert found.difference == pytest.approx(14 / 50)
    assert found.low < found.difference < found.high
    assert found.p_value == pytest.approx(2 * (1 + 16) / 2**16)
    assert found.clear


def test_few_photos_are_no_clear_evidence():
    found = paired_evidence(pairs_of(cat=(2, 0, 3, 1)))
    assert found.p_value == 2 / 8
    assert not found.clear


def test_no_photo_is_no_evidence():
    assert paired_evidence(pairs_of()) is None


def test_class_by_class():
    table = class_differences(pairs_of(cat=(5, 2, 0, 3), dog=(1, 0, 9, 2)))
    assert table["class_name"].tolist() == ["dog", "cat"]
    assert table["photos"].tolist() == [12, 10]
    assert table["difference"].tolist() == [pytest.approx(9 / 12), pytest.approx(-0.2)]
    dog = table.iloc[0]
    assert (dog["low"], dog["high"]) == pytest.approx(newcombe_interval(1, 9, 0, 2))
    assert dog["only right"] == 9


def test_no_photo_has_no_classes():
    assert class_differences(pairs_of()).empty


def test_a_column_is_missing():
    with pytest.raises(ValueError, match="outcome"):
        class_differences(pd.DataFrame({"true": ["cat"]}))
