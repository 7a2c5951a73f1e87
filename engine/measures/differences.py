"""What two runs do not have in common: their settings, their data, and what came of them.

A setting that is added to the recipe shows here without another line. On numpy and pandas alone,
like `engine.measures.metrics`.
"""

import dataclasses
from typing import Any

import pandas as pd

from engine.measures.comparison import SPLITS, Comparison
from engine.measures.findings import accuracy_of, cost_table
from engine.models.specs import find_spec
from engine.recipes.config import RunConfig
from engine.recipes.recipe import Recipe
from engine.recipes.settings import settings_of

#: How the names of the phases begin.
PHASES = "phases."
_COLUMNS = ["what", "left", "right"]
#: What `result_table` tells of each training, as `engine.measures.findings.cost_table` has it.
COSTS = ("parameters", "trainable_parameters", "epochs", "best_epoch", "training_seconds")


def settings_of_run(config: RunConfig) -> dict[str, Any]:
    """Everything that was chosen for a run, by name: nested settings as `augmentation.zoom`.

    Settings that its model does not take are left out.

    Args:
        config: Its configuration.

    Returns:
        JSON types; `phases.1` is a dictionary, and so on for each phase.
    """
    recipe, left_out = config.recipe, set()
    if isinstance(recipe, Recipe):
        taken = find_spec(recipe.model).settings
        left_out = {name for name, one in settings_of(recipe) if one.of_model and name not in taken}
    found = {name: value for name, value in _flat(recipe) if name not in left_out}
    # The phases last, because two runs may differ in their number.
    phases = {name: found.pop(name) for name in [*found] if name.startswith(PHASES)}
    return {**found, "precision": config.precision, **phases}


def telling_settings(config: RunConfig) -> set[str]:
    """Those settings that only some models take and that tell something about this run.

    They are the course report's own knobs, and whatever is not as in the preset of its model.

    Args:
        config: Configuration of a run of a network.
    """
    spec, recipe = find_spec(config.recipe.model), config.recipe
    return {
        name
        for name, one in settings_of(recipe)
        if name in spec.settings
        and (one.of_report or getattr(recipe, name) != getattr(spec.preset, name))
    }


def setting_differences(left: RunConfig, right: RunConfig) -> pd.DataFrame:
    """The settings in which two runs differ.

    Args:
        left: Configuration of the left run.
        right: That of the right run.

    Returns:
        One row a setting: what (its name), left, right; None where a run has no such setting.
    """
    return _differing(settings_of_run(left), settings_of_run(right))


def data_differences(left: RunConfig, right: RunConfig) -> pd.DataFrame:
    """In what the data of two runs differ.

    Returns:
        One row a difference: what (`data_set_digest`, `split_seed` or `class_names`, of which the
        order does not count), left, right.
    """
    known = [set(config.class_names) for config in (left, right)]
    facts = [
        {
            "data_set_digest": config.data_set_digest,
            "split_seed": config.split_seed,
            "class_names": left.class_names if known[0] == known[1] else config.class_names,
        }
        for config in (left, right)
    ]
    return _differing(*facts)


def result_table(comparison: Comparison) -> pd.DataFrame:
    """What came of two trainings, and how far they are apart.

    Args:
        comparison: Two runs.

    Returns:
        One row a fact: what (`test_accuracy`, `validation_accuracy` and `COSTS`), left, right
        (numbers), difference (right less left), and of the accuracies the 95 % intervals:
        left_low, left_high, right_low, right_high. Of an accuracy the difference is that on the
        photos that both answered, with photos (their number), low, high and p_value; NaN where
        there are none.
    """
    rows: list[dict[str, Any]] = []
    for split in SPLITS:
        row: dict[str, Any] = {"what": f"{split}_accuracy"}
        for side, run in comparison.sides.items():
            own = accuracy_of(comparison.accuracies, run.name, split)
            if own is not None:
                row |= {side: own["accuracy"]}
                row |= {f"{side}_{end}": own[end] for end in ("low", "high")}
        evidence = comparison.evidence_of(split)
        if evidence is not None:
            named = ("photos", "difference", "low", "high", "p_value")
            row |= {name: getattr(evidence, name) for name in named}
        rows.append(row)
    costs = cost_table(comparison.runs.values())
    for name in COSTS:
        left, right = costs[name].tolist()
        rows.append({"what": name, "left": left, "right": right, "difference": right - left})
    columns = [
        *_COLUMNS,
        *("difference", "low", "high", "p_value", "photos"),
        *(f"{side}_{end}" for side in comparison.sides for end in ("low", "high")),
    ]
    return pd.DataFrame(rows, columns=columns)


def _flat(value: Any, before: str = "") -> list[tuple[str, Any]]:
    """The fields of a dataclass by name, those of dataclasses in it as well."""
    found: list[tuple[str, Any]] = []
    for field in dataclasses.fields(value):
        name, one = f"{before}{field.name}", getattr(value, field.name)
        if dataclasses.is_dataclass(one):
            found += _flat(one, f"{name}.")
        elif isinstance(one, tuple) and any(map(dataclasses.is_dataclass, one)):
            found += [
                (f"{name}.{number}", dataclasses.asdict(item)) for number, item in enumerate(one, 1)
            ]
        else:
            found.append((name, list(one) if isinstance(one, tuple) else one))
    return found


def _differing(left: dict[str, Any], right: dict[str, Any]) -> pd.DataFrame:
    names = dict.fromkeys([*left, *right])
    rows = [
        (name, left.get(name), right.get(name))
        for name in names
        if left.get(name) != right.get(name)
    ]
    return pd.DataFrame(rows, columns=_COLUMNS, dtype=object)
