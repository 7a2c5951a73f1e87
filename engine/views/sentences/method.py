"""How everything was measured, and what that means for the numbers."""

from collections.abc import Mapping

from engine.measures.comparison import Comparison
from engine.views.looks import Look


def how_measured(comparison: Comparison, looks: Mapping[str, Look]) -> list[tuple[str, str]]:
    """The rules of the comparison.

    Args:
        comparison: What is compared.
        looks: The look of the run of each side.

    Returns:
        (what it is about, one or more sentences) of each rule.
    """
    data_set, configs = comparison.data_set, [run.config for run in comparison.runs.values()]
    sizes = data_set.photos["split"].value_counts()
    each = ", ".join(
        f"{looks[side].title} {run.config.recipe.seed}" for side, run in comparison.sides.items()
    )
    same = {config.split_seed for config in configs} == {data_set.split_seed}
    rules = [
        (
            "Splits",
            f"{sizes.get('train', 0):,} photos to train on, {sizes.get('validation', 0):,} to "
            f"validate, {sizes.get('test', 0):,} to test; drawn once, class by class, with seed "
            f"{data_set.split_seed}."
            + (" Both runs use the same split." if same and len(configs) > 1 else ""),
        ),
        (
            "Test",
            "The test split was used for nothing but the numbers shown here: no setting and no "
            "epoch was chosen on it.",
        ),
        (
            "Best epoch",
            "Of each training, the weights of the epoch with the highest validation accuracy are "
            "kept. That choice makes the validation accuracy a little flattering; the test "
            "accuracy is not affected.",
        ),
        (
            "Intervals",
            "95 % Wilson intervals: how far chance in the choice of photos could have moved the "
            "number. Of the gap: a paired bootstrap, 10,000 times as many photos drawn with "
            "replacement from the same photos, seed 1. Narrower than the two intervals suggest, "
            "because both runs answered the same photos.",
        ),
        (
            "Test of the difference",
            "McNemar's exact test: of the photos that only one run names right, either would "
            "have half if both were equally good.",
        ),
        (
            "Grey squares",
            "The least one should try. Always answering the class most frequent in training is "
            "what a model without eyes reaches. The others are logistic regressions on a "
            "description of the photo; how strongly they are regularised was chosen on "
            "validation.",
        ),
        ("Seeds", f"Each run is one training, so no spread over seeds is shown ({each})."),
    ]
    if comparison.transfer is not None:
        _, pretrained = comparison.transfer
        (side,) = (side for side, run in comparison.sides.items() if run is pretrained)
        two_at_once = (
            f"{looks[side].short_title} has ImageNet behind it and is also the deeper network: the "
            "gap compares the two approaches, not pre-training alone."
        )
        rules.insert(-1, ("Two differences at once", two_at_once))
    return rules
