"""The question, the answer in one sentence, and what stands beside it."""

import math
from collections.abc import Mapping

import pandas as pd

from engine.data import DataSet
from engine.measures.answers import SIDES
from engine.measures.comparison import Comparison
from engine.measures.evidence import Evidence
from engine.measures.findings import accuracy_of
from engine.measures.histories import overtaking
from engine.measures.source_report import EPOCHS_UNTIL_AHEAD, FINE_TUNED, FROM_SCRATCH
from engine.text import count, counted, duration, percent
from engine.views.looks import Look, look_of_model

QUESTION = (
    "What does a convolutional network learn from a few thousand photos when it starts from "
    "nothing? And what does a ResNet50 add that has already seen the 1.3 million photos of "
    "ImageNet, and is only fine-tuned on ours?"
)
BESIDE_THE_REPORT = (
    "The comparison comes from a course report on ten classes of other photos, so the digits "
    "cannot be compared directly, only the pattern. The report had no test split."
)
#: What the source report reached on its validation split, by model.
SOURCE_REPORT = {
    FROM_SCRATCH: ("CNN from scratch, validation", "75–80 %"),
    FINE_TUNED: ("ResNet50, validation", "98.8 % after 40 epochs"),
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


def headline(comparison: Comparison, looks: Mapping[str, Look]) -> str:
    """The answer to the question in one sentence.

    Args:
        comparison: What is compared, at least one run.
        looks: The look of the run of each side.
    """
    split, evidence = comparison.split, comparison.evidence
    if evidence is None:
        return _each_alone(comparison, looks)
    left, right = (_share_right(evidence, side) for side in SIDES)
    outcome = "too few photos to tell them apart"
    if evidence.clear:
        points = f"{100 * abs(evidence.difference):.0f}"
        outcome = f"{_winner(comparison, looks)} wins by {points} points"
    return (
        f"On {counted(evidence.photos, f'{split} photo')} that neither learned from, "
        f"{looks['right'].phrase} names **{percent(right)}** right, {looks['left'].phrase} "
        f"**{percent(left)}**: {outcome}."
    )


def _each_alone(comparison: Comparison, looks: Mapping[str, Look]) -> str:
    """How right each run is, where the two were not asked about the same photos."""
    said = []
    for side, run in comparison.sides.items():
        row = accuracy_of(comparison.accuracies, run.name, comparison.split)
        if row is not None:
            photos = counted(row["photos"], f"{comparison.split} photo")
            said.append(
                f"On {photos} that it never learned from, {looks[side].phrase} names "
                f"**{percent(row['accuracy'])}** right."
            )
    return " ".join(said)


def _share_right(evidence: Evidence, side: str) -> float:
    """Accuracy of the run of one side on the photos that both answered."""
    return (evidence.counts["both right"] + evidence.counts[f"only {side}"]) / evidence.photos


def _winner(comparison: Comparison, looks: Mapping[str, Look]) -> str:
    side = "right" if comparison.evidence.difference > 0 else "left"
    if comparison.transfer is None:
        return looks[side].phrase
    from_scratch, _ = comparison.transfer
    return "training from scratch" if comparison.sides[side] is from_scratch else "fine-tuning"


def head_alone(comparison: Comparison) -> list[str]:
    """What has to be said of each run that started from ImageNet and is not fine-tuned."""
    return [
        f"Of this {look_of_model(run.model).short_title} (run {run.name}) only the head learnt: "
        "its backbone is as ImageNet left it, and nothing is fine-tuned."
        for run in comparison.runs.values()
        if all(phase.trainable == "head" for phase in run.config.recipe.phases)
    ]


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
    """`engine.measures.findings.cost_table` as people read it: a column a run, a row a fact."""
    columns = {}
    for row in table.to_dict("records"):
        whole = row["trainable_parameters"] == row["parameters"]
        columns[row["run"]] = {
            "Parameters": count(row["parameters"]),
            "of these trained": "all" if whole else count(row["trainable_parameters"]),
            "Epochs": f"{row['epochs']}",
            "Best epoch": "none" if math.isnan(row["best_epoch"]) else f"{row['best_epoch']:.0f}",
            "Training time": duration(row["training_seconds"] / 60),
            "Computed in": row["precision"],
        }
    return pd.DataFrame(columns)


def overtaking_sentence(comparison: Comparison, looks: Mapping[str, Look]) -> str | None:
    """When the network from ImageNet passed the best that the one from nothing ever reached.

    None unless there is one of each.

    Args:
        comparison: What is compared.
        looks: The look of the run of each side.
    """
    if comparison.transfer is None:
        return None
    look = {run.name: looks[side] for side, run in comparison.sides.items()}
    from_scratch, ahead = comparison.transfer
    slow, fast = look[from_scratch.name], look[ahead.name]
    found = overtaking(ahead.history, from_scratch.history)
    if found is None:
        return f"{fast.short_title} never passed the best validation accuracy of {slow.phrase}."
    return (
        f"{fast.short_title} passed the best validation accuracy of {slow.phrase} "
        f"({percent(found.other_best)}) **at epoch {found.epoch}, after "
        f"{duration(found.minutes)}**. {slow.short_title} trained for "
        f"{duration(found.other_minutes)}."
    )


def beside_the_report(comparison: Comparison) -> list[tuple[str, str, str]]:
    """What the source report measured, and what was measured here.

    Args:
        comparison: Of runs that stand beside the report
            (`engine.measures.source_report.stands_beside_the_report`).

    Returns:
        (what, in the report, here) of each row.
    """
    rows = []
    of_model = {run.model: run for run in comparison.runs.values()}
    for model, (what, value) in SOURCE_REPORT.items():
        run, here = of_model.get(model), "not trained yet"
        row = run and accuracy_of(comparison.accuracies, run.name, "validation")
        if row is not None:
            here = percent(row["accuracy"])
        rows.append((what, value, here))
    if len(of_model) == len(SOURCE_REPORT):
        found = overtaking(of_model[FINE_TUNED].history, of_model[FROM_SCRATCH].history)
        here = "never" if found is None else f"at epoch {found.epoch}"
        rows.append(("ResNet50 caught up", f"within {EPOCHS_UNTIL_AHEAD} epochs", here))
    return rows
