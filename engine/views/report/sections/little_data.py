"""How right each model is when it learns from a few photos of each class."""

from engine import runs
from engine.errors import EngineError
from engine.measures.comparison import Comparison
from engine.measures.little_data import match, summarise_curve
from engine.views.charts.learning_curve import learning_curve_chart
from engine.views.looks import learning_curve_looks
from engine.views.report.parts import Chart, Section, Table, Text
from engine.views.sentences.little_data import curve_in_words, in_words

TITLE = "Too little data"


def little_data(comparison: Comparison) -> Section | None:
    """Accuracy against photos per class, where it was measured on these photos."""
    data_set = comparison.data_set
    try:
        table = runs.load_learning_curve(data_set.name)
    except EngineError as error:
        return Section("little-data", TITLE, [Text(str(error), "warning")])
    if table is None or table["data_set_digest"].iloc[0] != data_set.digest:
        return None
    summary = summarise_curve(table, len(data_set.class_names))
    accuracies = comparison.accuracies
    # Of two runs of one model the left one stands beside the curve.
    alone = accuracies[accuracies["split"] == "test"].drop_duplicates("model")
    test = alone.set_index("model")["accuracy"].to_dict()
    found = match(summary, "resnet50", "scratch", test.get("scratch"))
    return Section(
        "little-data",
        TITLE,
        [
            Text(in_words(found), "lead"),
            Chart(
                "learning-curve",
                learning_curve_chart(
                    summary, test, learning_curve_looks({*summary["model"], *test})
                ),
                "Test accuracy of each model against photos per class; the table below has the "
                "numbers.",
            ),
            Text(
                "Lines are medians over seeds, bands go from the lowest to the highest. ResNet50 "
                "is in its frozen phase: only its head learns. Hollow marks are the runs of the "
                "other chapters.",
                "note",
            ),
            Table(
                "learning-curve",
                "Test accuracy by photos per class",
                curve_in_words(summary),
                table,
            ),
        ],
    )
