"""Which classes are confused, and on which the models differ."""

import pandas as pd

from engine.measures import metrics
from engine.measures.answers import SIDES
from engine.measures.evidence import class_differences as differences_of
from engine.text import percent
from engine.views.charts import confusion
from engine.views.charts.evidence import difference_chart
from engine.views.charts.scores import SCORE_TITLES, scores_figure
from engine.views.looks import Look, looks_of, mid_sentence, side_looks
from engine.views.report.comparison import Comparison
from engine.views.report.parts import Beside, Chart, Section, Table, Text
from engine.views.sentences import errors as sentences

#: As on the Errors page: a matrix of more classes cannot be read.
MOST_CLASSES = 30


def errors(comparison: Comparison) -> Section:
    """Confusion matrices of the test split, and the scores of each class."""
    answers = {
        model: (part.y_true, part.y_pred, part.class_names)
        for model, part in comparison.test_answers().items()
    }
    counts = {model: metrics.confusion_table(*one) for model, one in answers.items()}
    reports = {model: metrics.per_class_report(*one) for model, one in answers.items()}
    shares = {
        model: metrics.confusion_table(*one, normalize="true") for model, one in answers.items()
    }
    parts = [Text(f"{sentences.MATRICES} In percent of the true label, on the test split.")]
    looks = looks_of(comparison.runs)
    parts += _matrices(counts, shares, looks)
    if comparison.pairs is not None:
        shown, sides = _most_confused(counts), side_looks(comparison.runs)
        compared = [one.loc[shown, shown] for one in shares.values()]
        parts.append(
            Chart(
                "confusions-difference",
                confusion.difference_figure(
                    dict(zip(SIDES, counts.values(), strict=True)),
                    dict(zip(SIDES, compared, strict=True)),
                    sides,
                ),
                f"Confusion matrix of {sides['right'].phrase} less that of {sides['left'].phrase}",
                sentences.DIFFERENCE,
            )
        )
    # Scores stand beside each other only where both are about the same photos.
    together = [reports] if comparison.pairs is not None else [{m: r} for m, r in reports.items()]
    for some in together:
        sides = dict(zip(SIDES, (looks[key] for key in some), strict=False))
        parts += _scores(metrics.class_scores(*some.values()), sides, list(some))
    return Section("errors", "Which photos go wrong", parts)


def _most_confused(counts: dict[str, pd.DataFrame]) -> list[str]:
    names = list(next(iter(counts.values())).index)
    return [names[at] for at in metrics.most_confused_classes(counts.values(), MOST_CLASSES)]


def _matrices(
    counts: dict[str, pd.DataFrame], shares: dict[str, pd.DataFrame], looks: dict[str, Look]
) -> list:
    names = _most_confused(counts)
    charts, tables = [], []
    for model, table in counts.items():
        values, look = shares[model].loc[names, names], looks[model]
        charts.append(
            Chart(
                f"confusions-{model}",
                confusion.confusion_figure(table, values, look, confusion.full_colour([values])),
                f"Confusion matrix of {look.title}; the table below has the numbers of photos.",
            )
        )
        caption = f"{look.title}: photos by true label (rows) and answer (columns)"
        raw = table.rename_axis(columns=None).reset_index()
        tables.append(Table(f"confusions-{model}", caption, table.map(str), raw, folded=True))
    return [Beside(charts), *tables]


def _scores(report: pd.DataFrame, sides: dict[str, Look], names: list[str]) -> list:
    shown = pd.DataFrame({"Photos": report["support"].map("{:,}".format)})
    for score, title in SCORE_TITLES.items():
        for side, look in sides.items():
            shown[f"{title}, {look.short_title}"] = [
                percent(one, 0) for one in report[f"{score}_{side}"]
            ]
    shown.index = report["class_name"]
    name = "-".join(["scores-by-class", *(names if len(names) == 1 else [])])
    whose = "both models" if len(sides) > 1 else sides["left"].title
    return [
        Chart(
            name,
            scores_figure(report, "recall", sides),
            f"Recall of each class by {whose}; the table below has the numbers.",
            sentences.SCORES,
        ),
        Table(name, f"Scores of each class, {whose}, test split", shown, report),
    ]


def class_differences(comparison: Comparison) -> Section | None:
    """On which classes which run is ahead, and on which chance may have decided."""
    if comparison.pairs is None:
        return None
    table, sides = differences_of(comparison.pairs), side_looks(comparison.runs)
    left, right = sides["left"], sides["right"]
    shown = pd.DataFrame(
        {
            "Photos": table["photos"].map("{:,}".format),
            f"Only {right.short_title} right": table["only right"].map("{:,}".format),
            f"Only {mid_sentence(left.short_title)} right": table["only left"].map("{:,}".format),
            "Difference (points)": [_signed(one) for one in table["difference"]],
            "95 % interval": [
                f"{_signed(low)} to {_signed(high)}"
                for low, high in zip(table["low"], table["high"], strict=True)
            ],
        }
    )
    shown.index = table["class_name"]
    return Section(
        "class-differences",
        "Class by class",
        [
            Chart(
                "class-differences",
                difference_chart(table, sides),
                f"Recall of {right.phrase} less that of {left.phrase}, by class, with 95 % "
                "intervals; the table below has the numbers.",
                sentences.CLASS_DIFFERENCES,
            ),
            Table("class-differences", "Differences of recall by class, test split", shown, table),
        ],
    )


def _signed(share: float) -> str:
    return f"{100 * share:+.0f}".replace("-", "−")
