"""What is different between two runs: what was chosen, the data, and what came of it."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from engine.measures.comparison import Comparison
from engine.measures.differences import (
    PHASES,
    data_differences,
    result_table,
    setting_differences,
    telling_settings,
)
from engine.measures.evidence import SIGNIFICANCE
from engine.text import count, duration, percent
from engine.views.looks import Look
from engine.views.sentences.settings import NONE, in_words, label_of
from engine.views.sentences.verdict import less, signed_points

TITLE = "What is different"
_COSTS = {
    "parameters": "Parameters",
    "trainable_parameters": "of these trained",
    "epochs": "Epochs",
    "best_epoch": "Best epoch",
    "training_seconds": "Training time",
}
_CLASSES_NAMED = 5
#: Of the left run, of the right one, and how far they are apart.
_Row = tuple[str, str, str]


def what_differs(comparison: Comparison) -> str:
    """Whether two runs differ by nothing, by one thing or by many, and what follows.

    Args:
        comparison: Two runs.
    """
    left, right = (run.config for run in comparison.runs.values())
    data = data_differences(left, right)
    names = setting_differences(left, right)["what"].tolist()
    if len(data):
        return "The data differ, too: what explains the result cannot be said."
    same = "The photos, their split and their classes are the same"
    if not names:
        return f"{same}, and so is every setting: what is left is chance."
    if names == ["seed"]:
        return f"{same}, and so is every setting but the seed: what is left is chance."
    if len(names) == 1:
        return f"{same}. One setting differs: it explains what is more than chance."
    return f"{same}. Several settings differ: no single one of them explains the result."


def differences_in_words(comparison: Comparison, looks: Mapping[str, Look]) -> pd.DataFrame:
    """A row for each thing in which two runs differ, and for what came of it.

    Names of classes, which strangers may have chosen, stand in it as they are.

    Args:
        comparison: Two runs.
        looks: The look of the run of each side.

    Returns:
        A column a run, named by its short title, and one of the difference (right less left).
    """
    left, right = (run.config for run in comparison.runs.values())
    rows: dict[str, _Row] = {}
    alone: dict[str, list[str]] = {"left": [], "right": []}
    telling = {"left": telling_settings(left), "right": telling_settings(right)}
    for what, one, other in setting_differences(left, right).itertuples(index=False):
        if None not in (one, other) or what.startswith(PHASES):
            rows[label_of(what)] = (in_words(what, one), in_words(what, other), "")
            continue
        side, value = ("right", other) if one is None else ("left", one)
        if what in telling[side]:
            alone[side].append(f"{label_of(what)}: {in_words(what, value)}")
    if any(alone.values()):
        left_alone, right_alone = ("; ".join(one) or NONE for one in alone.values())
        rows["Of its model alone"] = (left_alone, right_alone, "")
    for what, one, other in data_differences(left, right).itertuples(index=False):
        rows |= _of_the_data(what, one, other)
    for row in result_table(comparison).to_dict("records"):
        rows |= _of_the_result({str(name): value for name, value in row.items()})
    columns = [looks["left"].short_title, looks["right"].short_title, less(looks)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def differences_in_full(comparison: Comparison) -> pd.DataFrame:
    """The same for a CSV file: what, left, right, and the numbers of `result_table`."""
    left, right = (run.config for run in comparison.runs.values())
    parts = [setting_differences(left, right), data_differences(left, right)]
    parts = [part.astype(str) for part in parts if len(part)]
    return pd.concat([*parts, result_table(comparison)], ignore_index=True)


def _of_the_data(what: str, left: Any, right: Any) -> dict[str, _Row]:
    if what == "data_set_digest":
        return {"Photos (digest)": (left[:12], right[:12], "")}
    if what == "split_seed":
        return {"Seed of the split": (str(left), str(right), "")}
    own = ([one for one in left if one not in right], [one for one in right if one not in left])
    return {"Classes that only it knows": (_listed(own[0]), _listed(own[1]), "")}


def _of_the_result(row: dict[str, Any]) -> dict[str, _Row]:
    what = row["what"]
    if what in _COSTS:
        left, right = (_cost(what, row[side]) for side in ("left", "right"))
        # What is the same stands among the costs of each training.
        return {} if left == right else {_COSTS[what]: (left, right, "")}
    left, right = (_accuracy(row, side) for side in ("left", "right"))
    return {f"{what.removesuffix('_accuracy').capitalize()} accuracy": (left, right, _apart(row))}


def _accuracy(row: dict[str, Any], side: str) -> str:
    if math.isnan(row[side]):
        return NONE
    low, high = (100 * row[f"{side}_{end}"] for end in ("low", "high"))
    return f"{percent(row[side])} ({low:.1f} to {high:.1f})"


def _apart(row: dict[str, Any]) -> str:
    """`+30.1 points (+25.0 to +35.2), hardly chance`."""
    if math.isnan(row["difference"]):
        return "no photo in common"
    chance = "hardly chance" if row["p_value"] < SIGNIFICANCE else "it may be chance"
    ends = " to ".join(signed_points(row[end]) for end in ("low", "high"))
    return f"{signed_points(row['difference'])} points ({ends}), {chance}"


def _cost(what: str, value: float) -> str:
    if math.isnan(value):
        return "none"
    return duration(value / 60) if what == "training_seconds" else count(int(value))


def _listed(names: list[str]) -> str:
    more = len(names) - _CLASSES_NAMED
    listed = ", ".join(names[:_CLASSES_NAMED])
    return (f"{listed} and {more} more" if more > 0 else listed) or NONE
