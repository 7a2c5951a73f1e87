"""Which classes are confused, and on which the models differ."""

import pandas as pd

from engine.measures import metrics
from engine.measures.answers import SIDES
from engine.measures.evidence import class_differences as differences_of
from engine.text import percent
from engine.views.charts import confusion
from engine.views.charts.evidence import difference_chart
from engine.views.charts.theme import SHORT_TITLES, TITLES
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
    parts += _matrices(counts, shares)
    if comparison.pairs is not None:
        shown = _most_confused(counts)
        parts.append(
            Chart(
                "confusions-difference",
                confusion.difference_figure(
                    *counts.values(), *(one.loc[shown, shown] for one in shares.values())
                ),
                "Confusion matrix of ResNet50 less that of the CNN from scratch",
                sentences.DIFFERENCE,
            )
        )
    # Scores stand beside each other only where both are about the same photos.
    together = [reports] if comparison.pairs is not None else [{m: r} for m, r in reports.items()]
    for some in together:
        parts += _scores(metrics.class_scores(*some.values()), dict(zip(SIDES, some, strict=False)))
    return Section("errors", "Which photos go wrong", parts)


def _most_confused(counts: dict[str, pd.DataFrame]) -> list[str]:
    names = list(next(iter(counts.values())).index)
    return [names[at] for at in metrics.most_confused_classes(counts.values(), MOST_CLASSES)]


def _matrices(counts: dict[str, pd.DataFrame], shares: dict[str, pd.DataFrame]) -> list:
    names = _most_confused(counts)
    charts, tables = [], []
    for model, table in counts.items():
        values = shares[model].loc[names, names]
        charts.append(
            Chart(
                f"confusions-{model}",
                confusion.confusion_figure(table, values, model, confusion.full_colour([values])),
                f"Confusion matrix of {TITLES[model]}; the table below has the numbers of photos.",
            )
        )
        caption = f"{TITLES[model]}: photos by true label (rows) and answer (columns)"
        raw = table.rename_axis(columns=None).reset_index()
        tables.append(Table(f"confusions-{model}", caption, table.map(str), raw, folded=True))
    return [Beside(charts), *tables]


def _scores(report: pd.DataFrame, sides: dict[str, str]) -> list:
    models = list(sides.values())
    shown = pd.DataFrame({"Photos": report["support"].map("{:,}".format)})
    for score, title in confusion.SCORE_TITLES.items():
        for side, model in sides.items():
            name = f"{title}, {SHORT_TITLES[model]}"
            shown[name] = [percent(one, 0) for one in report[f"{score}_{side}"]]
    shown.index = report["class_name"]
    name = "-".join(["scores-by-class", *(models if len(models) == 1 else [])])
    whose = "both models" if len(models) > 1 else TITLES[models[0]]
    return [
        Chart(
            name,
            confusion.scores_figure(report, "recall", sides),
            f"Recall of each class by {whose}; the table below has the numbers.",
            sentences.SCORES,
        ),
        Table(name, f"Scores of each class, {whose}, test split", shown, report),
    ]


def class_differences(comparison: Comparison) -> Section | None:
    """On which classes ResNet50 is ahead, and on which chance may have decided."""
    if comparison.pairs is None:
        return None
    table = differences_of(comparison.pairs)
    shown = pd.DataFrame(
        {
            "Photos": table["photos"].map("{:,}".format),
            "Only ResNet50 right": table["only right"].map("{:,}".format),
            "Only scratch right": table["only left"].map("{:,}".format),
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
                difference_chart(table),
                "Recall of ResNet50 less that of the CNN from scratch, by class, with 95 % "
                "intervals; the table below has the numbers.",
                sentences.CLASS_DIFFERENCES,
            ),
            Table("class-differences", "Differences of recall by class, test split", shown, table),
        ],
    )


def _signed(share: float) -> str:
    return f"{100 * share:+.0f}".replace("-", "−")
