"""How both runs learned, epoch by epoch."""

from engine.measures.comparison import Comparison
from engine.measures.findings import baseline_table
from engine.measures.histories import curves_table, history_summary, history_table
from engine.views.charts.curves import MEASURES, axis_ranges, curves_chart
from engine.views.looks import baseline_looks, looks_of
from engine.views.report.parts import Beside, Chart, Section, Table, Text
from engine.views.sentences.training import HOW_TO_READ, reading


def training(comparison: Comparison) -> Section:
    """A sentence on each training, then accuracy and loss of both."""
    looks = {**looks_of(comparison.runs), **baseline_looks()}
    histories = {name: run.history for name, run in comparison.runs.items()}
    parts: list = [
        Text(f"**{looks[name].title}.** {reading(history)}") for name, history in histories.items()
    ]
    curves = curves_table(histories)
    best = {name: history_summary(history) for name, history in histories.items()}
    least = baseline_table(comparison.data_set.photos, comparison.baselines)
    least = least[least["split"] == "validation"].set_index("model")["accuracy"].to_dict()
    for measure in MEASURES:
        ranges = axis_ranges(curves, measure, "epoch")
        charts = []
        for name in histories:
            others = {
                other: found.best_val_accuracy for other, found in best.items() if other != name
            }
            figure = curves_chart(
                curves[curves["run"] == name],
                name,
                measure,
                "epoch",
                best[name].best_epoch,
                ranges,
                looks,
                others if measure == "accuracy" else None,
                least if measure == "accuracy" else None,
            )
            title = looks[name].title
            alt = f"{measure.capitalize()} of {title} in training and validation by epoch"
            charts.append(Chart(f"{measure}-{name}", figure, alt))
        parts.append(Beside(charts))
    parts.append(Text(HOW_TO_READ, "note"))
    table = history_table(histories)
    shown = table.drop(columns=["run", "minutes"]).map(_short)
    shown.index = table["run"]
    parts.append(Table("training-curves", "Every epoch in numbers", shown, table, folded=True))
    return Section("training", "How they learned", parts)


def _short(value) -> str:
    return f"{value:.3g}" if isinstance(value, float) else f"{value}"
