"""The one that does not look: always the class most frequent in training."""

from engine.models.spec import BaselineSpec
from engine.recipes.baseline import Baseline
from engine.recipes.checks import check_between


def _check(baseline: Baseline) -> None:
    # There is nothing to regularise.
    check_between("number of strengths", len(baseline.strengths), 0, 0)


SPEC = BaselineSpec(
    name="baseline-majority",
    title="Most frequent class",
    short_title="most frequent",
    preset=Baseline("baseline-majority", image_size=24, seed=1, strengths=()),
    describe=lambda baseline, photo: (),
    length=lambda baseline: 0,
    check=_check,
)
