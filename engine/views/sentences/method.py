"""How everything was measured, and what that means for the numbers."""

from engine.data import DataSet
from engine.models.specs import MODEL_TITLES


def how_measured(data_set: DataSet, seeds: dict[str, int]) -> list[tuple[str, str]]:
    """The rules of the comparison.

    Args:
        data_set: What was measured on.
        seeds: Seed of each model's training.

    Returns:
        (what it is about, one or more sentences) of each rule.
    """
    sizes = data_set.photos["split"].value_counts()
    each = ", ".join(f"{MODEL_TITLES[model]} {seed}" for model, seed in seeds.items())
    return [
        (
            "Splits",
            f"{sizes.get('train', 0):,} photos to train on, {sizes.get('validation', 0):,} to "
            f"validate, {sizes.get('test', 0):,} to test; drawn once, class by class, with seed "
            f"{data_set.split_seed}. Both models use the same split.",
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
            "because both models answered the same photos.",
        ),
        (
            "Test of the difference",
            "McNemar's exact test: of the photos that only one model gets right, either would "
            "have half if both were equally good.",
        ),
        (
            "Grey squares",
            "The least one should try. Always answering the class most frequent in training is "
            "what a model without eyes reaches. The others are logistic regressions on a "
            "description of the photo; how strongly they are regularised was chosen on "
            "validation.",
        ),
        (
            "Two differences at once",
            "ResNet50 has ImageNet behind it and is also the deeper network: the gap compares "
            "the two approaches, not pre-training alone.",
        ),
        ("Seeds", f"One training a model, so no spread over seeds is shown ({each})."),
    ]
