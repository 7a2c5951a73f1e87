"""Which classes are confused, and on which the models differ."""

from collections.abc import Iterable

import pandas as pd

from engine.measures import metrics
from engine.measures.answers import SIDES
from engine.measures.comparison import Comparison
from engine.measures.evidence import class_differences as differences_of
from engine.text import percent
from engine.views.charts import confusion
from engine.views.charts.evidence import difference_chart
from engine.views.charts.scores import SCORE_TITLES, scores_figure
from engine.views.looks import Look, looks_of
from engine.views.report.parts import Beside, Chart, Section, Table, Text
from engine.views.sentences import errors as sentences
from engine.views.sentences.verdict import less

#: As on the Errors page: a matrix of more classes cannot be read.
MOST_CLASSES = 30
_TITLE = "Which photos go wrong"


def errors(comparison: Comparison) -> Section:
    """Confusion matrices of the test split, and the scores of each class."""
    split, looks = comparison.split, looks_of(comparison.sides)
    answers = {
        side: (part.y_true, part.y_pred, part.class_names)
        for side, part in comparison.answers(split).items()
    }
    counts = {side: metrics.confusion_table(*one) for side, one in answers.items()}
    reports = {side: metrics.per_class_report(*one) for side, one in answers.items()}
    shares = {
        side: metrics.confusion_table(*one, normalize="true") for side, one in answers.items()
    }
    how = f"{sentences.MATRICES} In percent of the true label, on the {split} split."
    parts: list = [Text(how)]
    parts += _matrices(comparison, looks, counts, shares)
    if comparison.pairs is not None:
        shown = _most_confused(counts.values())
        parts.append(
            Chart(
                "confusions-difference",
                confusion.difference_figure(
                    counts, {side: one.loc[shown, shown] for side, one in shares.items()}, looks
                ),
                f"Confusion matrix, {less(looks)}",
                sentences.difference_in_words(looks),
            )
        )
        scores = metrics.class_scores(*reports.values())
        return Section("errors", _TITLE, [*parts, *_scores(comparison, looks, scores)])
    # Scores stand beside each other only where both are about the same photos.
    for side, report in reports.items():
        parts += _scores(comparison, {side: looks[side]}, metrics.class_scores(report))
    return Section("errors", _TITLE, parts)


def _most_confused(counts: Iterable[pd.DataFrame]) -> list[str]:
    counts = list(counts)
    names = list(counts[0].index)
    return [names[at] for at in metrics.most_confused_classes(counts, MOST_CLASSES)]


def _matrices(
    comparison: Comparison,
    looks: dict[str, Look],
    counts: dict[str, pd.DataFrame],
    shares: dict[str, pd.DataFrame],
) -> list:
    charts, tables = [], []
    # The same classes in both, where both know the same.
    together = len({tuple(one.index) for one in counts.values()}) == 1
    for side, table in counts.items():
        run, title = comparison.sides[side], looks[side].title
        names = _most_confused(counts.values() if together else [table])
        values = shares[side].loc[names, names]
        charts.append(
            Chart(
                f"confusions-{run.name}",
                confusion.confusion_figure(
                    table, values, looks[side], confusion.full_colour([values])
                ),
                f"Confusion matrix of {title}; the table below has the numbers of photos.",
            )
        )
        caption = f"{title}: photos by true label (rows) and answer (columns)"
        raw = table.rename_axis(columns=None).reset_index()
        tables.append(Table(f"confusions-{run.name}", caption, table.map(str), raw, folded=True))
    return [Beside(charts), *tables]


def _scores(comparison: Comparison, looks: dict[str, Look], report: pd.DataFrame) -> list:
    shown = pd.DataFrame({"Photos": report["support"].map("{:,}".format)})
    # Of one run alone the columns are those of the left one, whichever side it stands on.
    columns = dict(zip(SIDES, looks, strict=False))
    for score, title in SCORE_TITLES.items():
        for column, side in columns.items():
            name = f"{title}, {looks[side].short_title}"
            shown[name] = [percent(one, 0) for one in report[f"{score}_{column}"]]
    shown.index = report["class_name"]
    alone = [comparison.sides[side].name for side in looks] if len(looks) == 1 else []
    name = "-".join(["scores-by-class", *alone])
    whose = "both runs" if len(looks) > 1 else next(iter(looks.values())).title
    return [
        Chart(
            name,
            scores_figure(
                report, "recall", {column: looks[side] for column, side in columns.items()}
            ),
            f"Recall of each class by {whose}; the table below has the numbers.",
            sentences.SCORES,
        ),
        Table(name, f"Scores of each class, {whose}, {comparison.split} split", shown, report),
    ]


def class_differences(comparison: Comparison) -> Section | None:
    """On which classes which run is ahead, and on which chance may have decided."""
    if comparison.pairs is None:
        return None
    looks = looks_of(comparison.sides)
    table = differences_of(comparison.pairs)
    titles = sentences.outcome_titles(looks)
    shown = pd.DataFrame(
        {
            "Photos": table["photos"].map("{:,}".format),
            titles["only right"]: table["only right"].map("{:,}".format),
            titles["only left"]: table["only left"].map("{:,}".format),
            "Difference (points)": [_signed(one) for one in table["difference"]],
            "95 % interval": [
                f"{_signed(low)} to {_signed(high)}"
                for low, high in zip(table["low"], table["high"], strict=True)
            ],
        }
    )
    shown.index = table["class_name"]
    caption = f"Differences of recall by class, {less(looks)}, {comparison.split} split"
    return Section(
        "class-differences",
        "Class by class",
        [
            Chart(
                "class-differences",
                difference_chart(table, looks),
                f"Recall by class, {less(looks)}, with 95 % intervals; the table below has the "
                "numbers.",
                sentences.class_differences_in_words(looks),
            ),
            Table("class-differences", caption, shown, table),
        ],
    )


def _signed(share: float) -> str:
    return f"{100 * share:+.0f}".replace("-", "−")
