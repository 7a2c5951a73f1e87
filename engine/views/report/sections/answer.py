"""The answer in numbers, and whether it is real."""

import pandas as pd

from engine.measures import findings
from engine.measures.comparison import Comparison
from engine.runs import Run
from engine.text import counted, percent
from engine.views.charts.accuracy import accuracy_chart
from engine.views.looks import Look, baseline_looks, looks_of
from engine.views.report.parts import Card, Cards, Chart, Section, Table, Text
from engine.views.sentences.baselines import HOW_FITTED, TITLE, baselines_in_words, least_to_try
from engine.views.sentences.comparison import warnings
from engine.views.sentences.errors import outcome_titles
from engine.views.sentences.overview import (
    errors_per_100,
    head_alone,
    headline,
    interval,
)
from engine.views.sentences.verdict import (
    interval_of_points,
    less,
    verdict,
    what_does_not_follow,
)


def answer(comparison: Comparison) -> Section:
    """Both accuracies with their intervals, and the gap."""
    table, looks = comparison.accuracies, looks_of(comparison.sides)
    parts = [Text(headline(comparison, looks), "lead")]
    parts += [Text(note, "note") for note in head_alone(comparison)]
    parts += [Text(sentence, "warning") for sentence in warnings(comparison, looks)]
    cards = [_card(table, run, looks[side]) for side, run in comparison.sides.items()]
    by_name = {**looks_of(comparison.runs), **baseline_looks()}
    parts.append(Cards([*cards, *_gap(comparison, looks)]))
    parts.append(
        Chart(
            "accuracy",
            accuracy_chart(table, baseline_rows(comparison), by_name),
            "Accuracy of each run on the test and the validation split, with 95 % intervals; "
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
            f"{by_name[run].title}, {split}"
            for run, split in zip(table["run"], table["split"], strict=True)
        ],
    )
    caption = "Accuracy of each run on each split"
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
            Text(least_to_try(rows, comparison, looks_of(comparison.sides), "test")),
            Table("baselines", "The least one should try", shown, table),
            Text(HOW_FITTED, "note"),
        ],
    )


def baseline_rows(comparison: Comparison) -> pd.DataFrame:
    """`engine.measures.findings.baseline_table` of the comparison."""
    return findings.baseline_table(comparison.data_set.photos, comparison.baselines)


def _card(table: pd.DataFrame, run: Run, look: Look) -> Card:
    test = findings.accuracy_of(table, run.name, "test")
    validation = findings.accuracy_of(table, run.name, "validation")
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


def _gap(comparison: Comparison, looks: dict[str, Look]) -> list[Card]:
    found = comparison.evidence_of("test")
    if found is None:
        return []
    notes = [
        f"95 % interval {interval_of_points(found)}",
        "**hardly chance**" if found.clear else "**it may be chance**",
        less(looks),
    ]
    return [Card("Gap on test", _points(found.difference), notes)]


def evidence(comparison: Comparison) -> Section | None:
    """What the photos say on which the two disagree."""
    found, looks = comparison.evidence, looks_of(comparison.sides)
    if found is None:
        return None
    split = comparison.split
    photos = counted(found.photos, f"{split} photo")
    colours = {f"only {side}": look.colour for side, look in looks.items()}
    cards = [
        Card(
            title,
            f"{found.counts[outcome]:,}",
            (f"{percent(found.counts[outcome] / found.photos)} of {photos}",),
            colours.get(outcome),
        )
        for outcome, title in outcome_titles(looks).items()
    ]
    shown = pd.DataFrame(
        {
            "": {
                f"{split.capitalize()} photos that both answered": f"{found.photos:,}",
                f"Accuracy, {less(looks)}": _points(found.difference),
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
            Text(verdict(found, split, looks)),
            Table("evidence", "The paired comparison in numbers", shown, raw),
            Text(what_does_not_follow(comparison, looks), "note"),
        ],
    )


def _points(share: float) -> str:
    return f"{100 * share:+.1f} points".replace("-", "−")
