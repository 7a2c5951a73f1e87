"""The question, the answer in one sentence, and what stands beside it."""

import math
from collections.abc import Mapping

import pandas as pd

from engine.data import DataSet
from engine.measures.evidence import Evidence
from engine.measures.findings import accuracy_gap, accuracy_of
from engine.measures.histories import overtaking
from engine.models.specs import MODELS
from engine.runs import Run
from engine.text import count, counted, duration, percent

QUESTION = (
    "What does a convolutional network learn from a few thousand photos when it starts from "
    "nothing? And what does a ResNet50 add that has already seen the 1.3 million photos of "
    "ImageNet, and is only fine-tuned on ours?"
)
#: In the middle of a sentence.
NAMES = {"scratch": "the CNN from scratch", "resnet50": "the fine-tuned ResNet50"}

ANOTHER_VERSION = (
    "These runs were trained on another version of these photos: train them again before you "
    "compare."
)
BESIDE_THE_REPORT = (
    "The comparison comes from a course report on ten classes of other photos, so the digits "
    "cannot be compared directly, only the pattern. The report had no test split."
)
#: What the source report reached on its validation split.
SOURCE_REPORT = {
    "scratch": ("CNN from scratch, validation", "75–80 %"),
    "resnet50": ("ResNet50, validation", "98.8 % after 40 epochs"),
}


def splits_in_words(data_set: DataSet) -> str:
    """How many photos each split has, and what it is for."""
    sizes = data_set.photos["split"].value_counts()
    return ", ".join(
        f"{sizes.get(split, 0):,} {purpose}"
        for split, purpose in (
            ("train", "to train on"),
            ("validation", "to choose the best epoch"),
            ("test", "to test on"),
        )
    )


def headline(table: pd.DataFrame, split: str, evidence: Evidence | None) -> str:
    """The answer to the question in one sentence.

    Args:
        table: `engine.measures.findings.accuracy_table`, with rows of this split.
        split: The split it is about.
        evidence: `engine.measures.evidence.paired_evidence`; None where there is none.
    """
    rows = {model: accuracy_of(table, model, split) for model in table["model"].unique()}
    rows = {model: row for model, row in rows.items() if row is not None}
    photos = f"{next(iter(rows.values()))['photos']:,} {split} photos"
    answers = {model: f"**{percent(row['accuracy'])}**" for model, row in rows.items()}
    gap = accuracy_gap(table, *MODELS, split)
    if gap is None:
        model, answer = next(iter(answers.items()))
        return f"On {photos} that it never learned from, {NAMES[model]} names {answer} right."
    outcome = "too few photos to tell them apart"
    if evidence is not None and evidence.clear:
        winner = "fine-tuning" if gap > 0 else "training from scratch"
        outcome = f"{winner} wins by {100 * abs(gap):.0f} points"
    return (
        f"On {photos} that neither learned from, {NAMES['resnet50']} names "
        f"{answers['resnet50']} right, {NAMES['scratch']} {answers['scratch']}: {outcome}."
    )


def head_alone(runs: Mapping[str, Run]) -> str | None:
    """What has to be said of a ResNet50 of which nothing was fine-tuned; None of any other.

    Args:
        runs: The chosen run of each model.
    """
    run = runs.get("resnet50")
    if run is None or any(phase.trainable != "head" for phase in run.config.recipe.phases):
        return None
    return (
        f"Of this ResNet50 (run {run.name}) only the head learnt: its backbone is as ImageNet left "
        "it, and nothing is fine-tuned."
    )


def interval(row: pd.Series) -> str:
    """The 95 % interval of a row of `accuracy_table`: `55.4 to 65.3 %`."""
    return f"{100 * row['low']:.1f} to {percent(row['high'])}"


def errors_per_100(row: pd.Series) -> str:
    """What an accuracy means for a hundred photos: `40 errors`."""
    errors = 100 * (1 - row["accuracy"])
    if 0 < errors < 0.5:
        return "fewer than 1 error"
    return counted(round(errors), "error")


def cost_in_words(table: pd.DataFrame) -> pd.DataFrame:
    """`engine.measures.findings.cost_table` as people read it: a column a model, a row a fact."""
    columns = {}
    for row in table.to_dict("records"):
        whole = row["trainable_parameters"] == row["parameters"]
        columns[row["model"]] = {
            "Parameters": count(row["parameters"]),
            "of these trained": "all" if whole else count(row["trainable_parameters"]),
            "Epochs": f"{row['epochs']}",
            "Best epoch": "none" if math.isnan(row["best_epoch"]) else f"{row['best_epoch']:.0f}",
            "Training time": duration(row["training_seconds"] / 60),
            "Computed in": row["precision"],
        }
    return pd.DataFrame(columns)


def overtaking_sentence(resnet50_history: pd.DataFrame, scratch_history: pd.DataFrame) -> str:
    """When ResNet50 passed the best that the CNN from scratch ever reached."""
    found = overtaking(resnet50_history, scratch_history)
    if found is None:
        return "ResNet50 never passed the best validation accuracy of the CNN from scratch."
    return (
        f"ResNet50 passed the best validation accuracy of the CNN from scratch "
        f"({percent(found.other_best)}) **at epoch {found.epoch}, after "
        f"{duration(found.minutes)}**. The CNN trained for {duration(found.other_minutes)}."
    )


def beside_the_report(
    table: pd.DataFrame, histories: dict[str, pd.DataFrame]
) -> list[tuple[str, str, str]]:
    """What the source report measured, and what was measured here.

    Args:
        table: `engine.measures.findings.accuracy_table`.
        histories: History of each model's run.

    Returns:
        (what, in the report, here) of each row.
    """
    rows = []
    for model, (what, value) in SOURCE_REPORT.items():
        row = accuracy_of(table, model, "validation")
        rows.append((what, value, "not trained yet" if row is None else percent(row["accuracy"])))
    if len(histories) == len(SOURCE_REPORT):
        found = overtaking(histories["resnet50"], histories["scratch"])
        here = "never" if found is None else f"at epoch {found.epoch}"
        rows.append(("ResNet50 caught up", "within 10 epochs", here))
    return rows
