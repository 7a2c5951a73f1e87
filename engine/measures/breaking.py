"""Where a run breaks: what follows from the curves of its `robustness.csv`.

On numpy and pandas alone, like `engine.measures.metrics`. Accuracies are from 0 to 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from engine.measures.distortions import Change
from engine.measures.metrics import wilson_interval
from engine.recipes.recipe import Augmentation
from engine.runs import Predictions, Run


@dataclass(frozen=True)
class Breaking:
    """What changing all photos costs one run.

    Attributes:
        unchanged: Accuracy on photos as they are.
        worst: Lowest accuracy.
        worst_at: The value that has it, of several the one closest to unchanged, of two such the
            larger.
        clear: Whether the 95 % interval of the lowest accuracy ends below `unchanged`: otherwise
            the loss may be chance.
        half_lost: The values, at most one on either side of unchanged, from which on half of what
            the run has above guessing is lost; empty where it is not, or there is nothing to lose.
    """

    unchanged: float
    worst: float
    worst_at: float
    clear: bool
    half_lost: tuple[float, ...]

    @property
    def loss(self) -> float:
        """Accuracy lost at the worst value, 0 to 1."""
        return self.unchanged - self.worst


def robustness_curve(table: pd.DataFrame, parameter: str) -> pd.DataFrame:
    """The accuracies along one parameter, each with its 95 % Wilson interval.

    Args:
        table: A `robustness.csv`, columns `engine.runs.ROBUSTNESS_COLUMNS`.
        parameter: Which of its parameters.

    Returns:
        One row a value, ascending: value, accuracy, images (number of them), low, high; no rows
        where the parameter was not measured.
    """
    columns = ["value", "accuracy", "images"]
    curve = table.loc[table["parameter"] == parameter, columns].sort_values(
        "value", ignore_index=True
    )
    intervals = [
        wilson_interval(round(accuracy * images), images)
        for accuracy, images in zip(curve["accuracy"], curve["images"], strict=True)
    ]
    curve["low"] = [low for low, _ in intervals]
    curve["high"] = [high for _, high in intervals]
    return curve


def robustness_curves(runs: list[Run], parameter: str) -> dict[str, pd.DataFrame]:
    """The `robustness_curve` of each run that was measured along a parameter, by its name."""
    curves = {
        run.name: robustness_curve(run.robustness, parameter)
        for run in runs
        if run.robustness is not None
    }
    return {name: curve for name, curve in curves.items() if len(curve)}


def find_breaking(curve: pd.DataFrame, unchanged: float, chance: float) -> Breaking | None:
    """What a curve says about its run.

    Args:
        curve: A `robustness_curve`.
        unchanged: The value that leaves the photos as they are.
        chance: Accuracy of guessing.

    Returns:
        None where the curve has no such value, and so nothing to compare with.
    """
    start = curve[curve["value"] == unchanged]
    if start.empty:
        return None
    accuracy = float(start["accuracy"].iloc[0])
    lowest = curve[curve["accuracy"] == curve["accuracy"].min()][::-1]
    worst = lowest.loc[(lowest["value"] - unchanged).abs().idxmin()]
    half = chance + (accuracy - chance) / 2
    lost = curve[curve["accuracy"] <= half]["value"] if accuracy > chance else curve["value"][:0]
    below, above = lost[lost < unchanged], lost[lost > unchanged]
    return Breaking(
        unchanged=accuracy,
        worst=float(worst["accuracy"]),
        worst_at=float(worst["value"]),
        clear=bool(worst["high"] < accuracy),
        half_lost=(*below.tail(1).tolist(), *above.head(1).tolist()),
    )


def find_breakings(run: Run, changes: Mapping[str, Change], classes: int) -> dict[str, Breaking]:
    """What each change that was measured says about a run.

    Args:
        run: The run.
        changes: By parameter, as `engine.measures.robustness.changes_of` gives them.
        classes: Number of classes to guess among.
    """
    found = {}
    for parameter, change in changes.items():
        curve = robustness_curves([run], parameter).get(run.name)
        breaking = None if curve is None else find_breaking(curve, change.unchanged, 1 / classes)
        if breaking is not None:
            found[parameter] = breaking
    return found


def trained_range(augmentation: Augmentation, parameter: str) -> tuple[float, float] | None:
    """How far photos were changed in training, in the values of `engine.measures.distortions`.

    Args:
        augmentation: What a run was trained with.
        parameter: Name of the change.

    Returns:
        (lowest, highest) value; None where the run was trained without such changes.
    """
    if parameter == "rotation" and augmentation.rotation:
        degrees = min(180.0, 360 * augmentation.rotation)
        return -degrees, degrees
    if parameter == "zoom" and augmentation.zoom:
        # Keras's zoom of 0.1 shows 0.9 to 1.1 times as much of the photo.
        return 1 / (1 + augmentation.zoom), 1 / (1 - augmentation.zoom)
    return None


def photos_to_break(photos: pd.DataFrame, answers: list[Predictions]) -> tuple[list[str], bool]:
    """Test photos that show how a change breaks an answer, those of many classes first.

    Args:
        photos: The photos of a data set.
        answers: What each run says about them as they are.

    Returns:
        (image ids, True) of the test photos that every run names right; where there is none,
        (image ids, False) of all test photos.
    """
    test = photos[photos["split"] == "test"]
    right = [set(one.image_ids[one.y_pred == one.y_true].tolist()) for one in answers]
    known = test[test["image_id"].isin(set.intersection(*right))] if right else test[:0]
    chosen = test if known.empty else known
    turn = chosen.groupby("class_name").cumcount().sort_values(kind="stable")
    return chosen.loc[turn.index, "image_id"].tolist(), not known.empty
