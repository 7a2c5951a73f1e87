"""Whether the models' certainty can be trusted, and when they should pass."""

import pandas as pd

from engine.measures import calibration as measures
from engine.measures.comparison import Comparison
from engine.text import percent
from engine.views.charts.calibration import coverage_chart, reliability_chart
from engine.views.looks import Look, looks_of
from engine.views.report.parts import Beside, Card, Cards, Chart, Section, Table, Text
from engine.views.sentences import calibration as sentences


def calibration(comparison: Comparison) -> Section:
    """Calibration on the test split, and the threshold below which a model says "none of these"."""
    looks = looks_of(comparison.runs)
    answers = {
        name: measures.confidence_and_correct(run.predictions.of_split("test"))
        for name, run in comparison.runs.items()
    }
    looks = looks_of(comparison.runs)
    cards = [
        Card(
            f"{looks[name].title}, calibration error",
            f"{100 * measures.expected_calibration_error(*one):.1f} points",
            (sentences.sure_and_right(*one),),
            looks[name].colour,
        )
        for name, one in answers.items()
    ]
    reliability = {name: measures.reliability_table(*one) for name, one in answers.items()}
    coverage = {name: measures.coverage_table(*one) for name, one in answers.items()}
    rejections = measures.rejection_table(comparison.runs.values())
    thresholds = zip(rejections["run"], rejections["threshold"], strict=True)
    marks = {
        name: measures.accuracy_above(coverage[name], threshold) for name, threshold in thresholds
    }
    return Section(
        "calibration",
        "How far their certainty can be trusted",
        [
            Text(sentences.QUESTION, "lead"),
            Cards(cards),
            Text(sentences.CALIBRATION_ERROR, "note"),
            Beside(
                [
                    Chart(
                        "reliability",
                        reliability_chart(reliability, looks),
                        "Accuracy against certainty; the table below has the numbers.",
                        sentences.RELIABILITY,
                    ),
                    Chart(
                        "coverage",
                        coverage_chart(
                            coverage, {name: one for name, one in marks.items() if one}, looks
                        ),
                        "Accuracy against the share of photos that are answered, the surest first",
                        sentences.COVERAGE,
                    ),
                ]
            ),
            _bins(reliability, looks),
            Text(sentences.why_it_passes(len(comparison.data_set.class_names))),
            Table(
                "none-of-these",
                "When a model says “none of these”, with 95 % intervals",
                sentences.rejections_in_words(rejections).rename(
                    columns={name: look.short_title for name, look in looks.items()}
                ),
                rejections,
            ),
        ],
    )


def _bins(tables: dict[str, pd.DataFrame], looks: dict[str, Look]) -> Table:
    raw = pd.concat([one.assign(run=name) for name, one in tables.items()], ignore_index=True)
    raw.insert(0, "run", raw.pop("run"))
    shown = pd.DataFrame(
        {
            "Photos": raw["photos"].map("{:,}".format),
            "Sure, on average": [percent(one) for one in raw["confidence"]],
            "Right": [percent(one) for one in raw["accuracy"]],
            "95 % interval": [
                f"{100 * low:.1f} to {percent(high)}"
                for low, high in zip(raw["low"], raw["high"], strict=True)
            ],
        }
    )
    shown.index = [
        f"{looks[row['run']].short_title}, {100 * row['above']:.0f} to "
        f"{100 * row['up_to']:.0f} % sure"
        for _, row in raw.iterrows()
    ]
    return Table("reliability", "How right, when so sure, in numbers", shown, raw, folded=True)
