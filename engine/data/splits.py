"""Which photos a model learns from, which choose the best epoch, and which only test it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from engine.errors import EngineError

#: Seed of the splits. Drawn once and stored with the data set: runs of one data set always
#: see the same split, whatever their own seed.
SPLIT_SEED = 1

#: The report's share: 80 % train, 20 % validation. The test split takes the same share.
SHARE = 0.2

#: At the least one photo of each class to test on, one to validate on and three to learn from:
#: with fewer, a class has no row in a metric, or a fifth of it is less than one photo.
SMALLEST_TEST = 1
SMALLEST_REST = 4
#: Where no photo is a test photo already.
SMALLEST_CLASS = SMALLEST_TEST + SMALLEST_REST
#: So many that have too few are named; one sentence holds no more.
_CLASSES_NAMED = 10


def assign_splits(
    labels: ArrayLike,
    class_names: Sequence[str],
    fixed_test: ArrayLike | None = None,
    seed: int = SPLIT_SEED,
) -> np.ndarray:
    """Split of each photo, stratified: every class is shared alike.

    Args:
        labels: Label of each photo, int of shape `(photos,)`, in an order that is the same on every
            machine (sorted by `image_id`).
        class_names: Class names, for messages.
        fixed_test: Whether a photo is a test photo already, bool of shape `(photos,)`. Without it
            a fifth of each class is drawn to test on.
        seed: Seed of the draw.

    Returns:
        `train`, `validation` or `test` for each photo, shape `(photos,)`. Validation is a fifth
        of what is not test.

    Raises:
        EngineError: If there are fewer than two classes, or a class has too few photos.
    """
    from sklearn.model_selection import train_test_split

    check_counts(labels, class_names, fixed_test)
    label_of = np.asarray(labels, dtype=int)
    test = None if fixed_test is None else np.asarray(fixed_test, dtype=bool)
    random = np.random.RandomState(seed)  # the generator scikit-learn draws with
    splits = np.full(len(label_of), "train", dtype=object)
    # Class by class: one draw with `stratify` over all of them leaves a class of four or five
    # photos without a validation photo whenever larger classes win the rounding.
    for label in range(len(class_names)):
        of_class = np.flatnonzero(label_of == label)
        if test is None:
            rest, drawn = train_test_split(
                of_class, test_size=_share(len(of_class)), random_state=random
            )
        else:
            rest, drawn = of_class[~test[of_class]], of_class[test[of_class]]
        splits[drawn] = "test"
        _, drawn = train_test_split(rest, test_size=_share(len(rest)), random_state=random)
        splits[drawn] = "validation"
    return splits


def check_counts(
    labels: ArrayLike, class_names: Sequence[str], fixed_test: ArrayLike | None = None
) -> None:
    """Check that `assign_splits` can share these photos out.

    Raises:
        EngineError: If there are fewer than two classes, or a class has too few photos.
    """
    if len(class_names) < 2:
        raise EngineError(
            "A data set must have at least 2 classes, one folder of photos for each. "
            f"Received: {', '.join(class_names) or 'no photos in class folders'}"
        )
    label_of = np.asarray(labels, dtype=int)
    counts = np.bincount(label_of, minlength=len(class_names))
    if fixed_test is None:
        few = [
            f"{count} of class {name!r}"
            for name, count in zip(class_names, counts, strict=True)
            if count < SMALLEST_CLASS
        ]
        if few:
            raise EngineError(
                f"Every class must have at least {SMALLEST_CLASS} readable photos (3 to train on, "
                f"1 to validate, 1 to test). Received: {_in_words(few)}"
            )
        return
    test = np.bincount(label_of[np.asarray(fixed_test, dtype=bool)], minlength=len(class_names))
    few = [
        f"{tests} and {count - tests} of class {name!r}"
        for name, count, tests in zip(class_names, counts, test, strict=True)
        if tests < SMALLEST_TEST or count - tests < SMALLEST_REST
    ]
    if few:
        raise EngineError(
            f"Every class must have at least {SMALLEST_TEST} readable photo in the test "
            f"folder and {SMALLEST_REST} outside it (3 to train on, 1 to validate). "
            f"Received: {_in_words(few)}"
        )


def photos_missing_of(counts: dict[str, int]) -> dict[str, int]:
    """How many photos each class still lacks before a data set can be made.

    Args:
        counts: Number of photos of each class, by class name.

    Returns:
        Number of missing photos by class name; classes that have enough are left out.
    """
    return {name: SMALLEST_CLASS - n for name, n in counts.items() if n < SMALLEST_CLASS}


def _in_words(few: Sequence[str]) -> str:
    more = len(few) - _CLASSES_NAMED
    return ", ".join(few[:_CLASSES_NAMED]) + (f" and {more} more classes" if more > 0 else "")


def _share(count: int) -> int:
    return max(1, round(SHARE * count))
