"""The answer in numbers, and whether it is real."""

import pandas as pd

from engine.measures import findings
from engine.text import percent
from engine.views.charts.accuracy import accuracy_chart
from engine.views.looks import Look, baseline_looks, looks_of, side_looks
from engine.views.report.comparison import Comparison
from engine.views.report.parts import Card, Cards, Chart, Section, Table, Text
from engine.views.sentences.baselines import HOW_FITTED, TITLE, baselines_in_words, least_to_try
from engine.views.sentences.errors import OUTCOME_TITLES
from engine.views.sentences.overview import (
    ANOTHER_VERSION,
    errors_per_100,
    head_alone,
    headline,
    interval,
)
from engine.views.sentences.verdict import WHAT_DOES_NOT_FOLLOW, interval_of_points, verdict


def answer(comparison: Comparison) -> Section:
    """Both accuracies with their intervals, and the gap."""
    table = comparison.accuracies
    parts = [Text(headline(table, "test", comparison.evidence), "lead")]
    if note := head_alone(comparison.runs):
        parts.append(Text(note, "note"))
    digests = {run.config.data_set_digest for run in comparison.runs.values()}
    if len(digests | {comparison.data_set.digest}) > 1:
        parts.append(Text(ANOTHER_VERSION, "warning"))
    looks = {**looks_of(comparison.runs), **baseline_looks()}
    cards = [_card(table, model, looks[model]) for model in comparison.runs]
    parts.append(Cards([*cards, *_gap(comparison)]))
    parts.append(
        Chart(
            "accuracy",
            accuracy_chart(table, baseline_rows(comparison), looks),
            "Accuracy of each model on the test and the validation split, with 95 % intervals; "
            "the table below has the numbers.",
        )
    )
    shown = pd.DataFrame(
        {
            "Photos": [f"{one:,}" for one in table["photos"]],
            "Right": [f"{one:,}" for one in table["correct"]],
            "Accuracy": [percent(one) for one in table["accuracy"]],
            "95 % interval": [interval(row) for _, row in table.iterrows()],
        },
        index=[
            f"{looks[model].title}, {split}"
            for model, split in zip(table["model"], table["split"], strict=True)
        ],
    )
    caption = "Accuracy of each model on each split"
    parts.append(Table("accuracy", caption, shown, table))
    return Section("answer", "The answer", parts)


def baselines(comparison: Comparison) -> Section | None:
    """What the least one should try reaches on the same photos."""
    table = baseline_rows(comparison)
    rows = table[table["split"] == "test"]
    if rows.empty:
        return None
    majority = findings.majority_class(comparison.data_set.photos) or ""
    shown = baselines_in_words(rows, comparison.baselines, majority)
    return Section(
        "baselines",
        TITLE,
        [
            Text(least_to_try(rows, comparison.baselines, comparison.runs, "test")),
            Table("baselines", "The least one should try", shown, table),
            Text(HOW_FITTED, "note"),
        ],
    )


def baseline_rows(comparison: Comparison) -> pd.DataFrame:
    """`engine.measures.findings.baseline_table` of the comparison."""
    return findings.baseline_table(comparison.data_set.photos, comparison.baselines)


def _card(table: pd.DataFrame, model: str, look: Look) -> Card:
    test = findings.accuracy_of(table, model, "test")
    validation = findings.accuracy_of(table, model, "validation")
    return Card(
        f"{look.title}, test",
        percent(test["accuracy"]),
        (
            f"95 % interval {interval(test)}",
            f"about **{errors_per_100(test)} in 100 photos**",
            f"validation {percent(validation['accuracy'])}",
        ),
        look.colour,
    )


def _gap(comparison: Comparison) -> list[Card]:
    if len(comparison.runs) < 2:
        return []
    gap = findings.accuracy_gap(comparison.accuracies, *comparison.runs, "test")
    if gap is None:
        return []
    notes = []
    if comparison.evidence is not None:
        notes = [
            f"95 % interval {interval_of_points(comparison.evidence)}",
            "**hardly chance**" if comparison.evidence.clear else "**it may be chance**",
        ]
    notes.append("ResNet50 less scratch")
    return [Card("Gap on test", f"{100 * gap:+.1f} points".replace("-", "−"), notes)]


def evidence(comparison: Comparison) -> Section | None:
    """What the photos say on which the two disagree."""
    found = comparison.evidence
    if found is None:
        return None
    colours = {f"only {side}": look.colour for side, look in side_looks(comparison.runs).items()}
    cards = [
        Card(
            title,
            f"{found.counts[outcome]:,}",
            (f"{percent(found.counts[outcome] / found.photos)} of {found.photos:,} test photos",),
            colours.get(outcome),
        )
        for outcome, title in OUTCOME_TITLES.items()
    ]
    shown = pd.DataFrame(
        {
            "": {
                "Test photos that both answered": f"{found.photos:,}",
                "Accuracy of ResNet50 less that of scratch": (
                    f"{100 * found.difference:+.1f} points".replace("-", "−")
                ),
                "95 % paired bootstrap interval": interval_of_points(found),
                "Exact McNemar test": f"p = {found.p_value:.2g}",
            }
        }
    )
    raw = pd.DataFrame(
        [
            {
                "photos": found.photos,
                **found.counts,
                "difference": found.difference,
                "low": found.low,
                "high": found.high,
                "p_value": found.p_value,
            }
        ]
    )
    return Section(
        "evidence",
        "Is the difference real?",
        [
            Cards(cards),
            Text(verdict(found, "test")),
            Table("evidence", "The paired comparison in numbers", shown, raw),
            Text(WHAT_DOES_NOT_FOLLOW, "note"),
        ],
    )
