"""What the baselines that look have in common."""

from engine.recipes.baseline import Baseline
from engine.recipes.checks import check_between

#: What is tried on the validation split: powers of ten around what suits some thousand numbers a
#: photo, each scaled to a standard deviation of 1, and some thousand photos.
STRENGTHS = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)


def check_strengths(baseline: Baseline) -> None:
    """Refuse a baseline that looks and tries no strength.

    Raises:
        EngineError: If it does.
    """
    check_between("number of strengths", len(baseline.strengths), 1, 100)
