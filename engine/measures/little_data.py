"""What a learning curve says: medians, ranges, and how many photos stand for how many.

Built on numpy and pandas alone. Accuracies are from 0 to 1.
"""

from dataclasses import dataclass

import pandas as pd

from engine.runs import ALL_PHOTOS, LEARNING_CURVE_MODELS


def summarise_curve(table: pd.DataFrame, class_count: int) -> pd.DataFrame:
    """Median and range over the seeds, for each model and size.

    Args:
        table: A learning curve, columns `engine.runs.LEARNING_CURVE_COLUMNS`.
        class_count: Number of classes.

    Returns:
        One row a model and size, models in the order of `LEARNING_CURVE_MODELS`, sizes from the
        smallest on: model, photos_per_class (`all` is one), photos (the median over the seeds),
        per_class (photos a class on average), median, low, high (test accuracy), seeds and
        accuracies (tuples, by seed), epochs.
    """
    rows = []
    by_seed = table.sort_values("seed", kind="stable")
    for (model, size), part in by_seed.groupby(["model", "photos_per_class"], sort=False):
        photos, accuracy = int(part["photos"].median()), part["accuracy"]
        rows.append(
            {
                "model": model,
                "photos_per_class": size,
                "photos": photos,
                "per_class": photos / class_count,
                "median": float(accuracy.median()),
                "low": float(accuracy.min()),
                "high": float(accuracy.max()),
                "seeds": tuple(part["seed"].tolist()),
                "accuracies": tuple(accuracy.tolist()),
                "epochs": int(part["epochs"].max()),
            }
        )
    summary = pd.DataFrame(rows)
    order = summary["model"].map(LEARNING_CURVE_MODELS.index)
    by = pd.DataFrame({"model": order, "photos": summary["photos"]}).sort_values(
        ["model", "photos"], kind="stable"
    )
    return summary.loc[by.index].reset_index(drop=True)


@dataclass(frozen=True)
class Match:
    """How few photos one model needs to be as good as another is at its best.

    Attributes:
        photos_per_class: The smallest size at which it is; None if at none that was measured.
        accuracy: Median test accuracy of the model there; at its largest size if at none.
        other_photos: Photos that the other model had.
        other_accuracy: Its test accuracy with them.
        in_full: Whether that is of a run trained in full, and not the curve's median.
    """

    photos_per_class: str | None
    accuracy: float
    other_photos: int
    other_accuracy: float
    in_full: bool = False


def match(
    summary: pd.DataFrame, model: str, other: str, in_full: float | None = None
) -> Match | None:
    """How few photos a model needs for what another reaches; None if one of them is missing.

    Args:
        summary: What `summarise_curve` gave.
        model: Whose photos are counted.
        other: Who is to be matched.
        in_full: Test accuracy of `other` trained in full on all photos, if there is such a run:
            with all photos the curve gives it fewer epochs, so the better of the two counts.
    """
    own, others = (summary[summary["model"] == one] for one in (model, other))
    if own.empty or others.empty:
        return None
    most = others.iloc[-1]
    wanted = float(most["median"])
    better = False
    if in_full is not None and most["photos_per_class"] == ALL_PHOTOS and in_full > wanted:
        wanted, better = in_full, True
    enough = own[own["median"] >= wanted]
    found = own.iloc[-1] if enough.empty else enough.iloc[0]
    return Match(
        None if enough.empty else str(found["photos_per_class"]),
        float(found["median"]),
        int(most["photos"]),
        wanted,
        better,
    )


def short_classes(photos: pd.DataFrame, photos_per_class: str) -> dict[str, int]:
    """Classes with fewer training photos than a size asks for, and how many they have.

    Args:
        photos: The photos of a data set, at least class_name and split.
        photos_per_class: The size; no class falls short of `all`.
    """
    if photos_per_class == ALL_PHOTOS:
        return {}
    counts = photos.loc[photos["split"] == "train", "class_name"].value_counts()
    short = counts[counts < int(photos_per_class)].sort_index()
    return {str(name): int(count) for name, count in short.items()}
