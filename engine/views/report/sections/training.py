"""How both models learned, epoch by epoch."""

from engine.measures.findings import baseline_table
from engine.measures.histories import curves_table, history_summary, history_table
from engine.views.charts.curves import MEASURES, axis_ranges, curves_chart
from engine.views.looks import baseline_looks, looks_of
from engine.views.report.comparison import Comparison
from engine.views.report.parts import Beside, Chart, Section, Table, Text
from engine.views.sentences.training import HOW_TO_READ, reading


def training(comparison: Comparison) -> Section:
    """A sentence on each training, then accuracy and loss of both."""
    histories = {model: run.history for model, run in comparison.runs.items()}
    looks = {**looks_of(comparison.runs), **baseline_looks()}
    parts = [
        Text(f"**{looks[model].title}.** {reading(history)}")
        for model, history in histories.items()
    ]
    curves = curves_table(histories)
    best = {model: history_summary(history) for model, history in histories.items()}
    least = baseline_table(comparison.data_set.photos, comparison.baselines)
    least = least[least["split"] == "validation"].set_index("model")["accuracy"].to_dict()
    for measure in MEASURES:
        ranges = axis_ranges(curves, measure, "epoch")
        charts = []
        for model in histories:
            others = {
                other: found.best_val_accuracy for other, found in best.items() if other != model
            }
            figure = curves_chart(
                curves[curves["run"] == model],
                model,
                measure,
                "epoch",
                best[model].best_epoch,
                ranges,
                looks,
                others if measure == "accuracy" else None,
                least if measure == "accuracy" else None,
            )
            title = looks[model].title
            alt = f"{measure.capitalize()} of {title} in training and validation by epoch"
            charts.append(Chart(f"{measure}-{model}", figure, alt))
        parts.append(Beside(charts))
    parts.append(Text(HOW_TO_READ, "note"))
    table = history_table({run.name: run.history for run in comparison.runs.values()})
    shown = table.drop(columns=["run", "minutes"]).map(_short)
    shown.index = table["run"]
    parts.append(Table("training-curves", "Every epoch in numbers", shown, table, folded=True))
    return Section("training", "How they learned", parts)


def _short(value) -> str:
    return f"{value:.3g}" if isinstance(value, float) else f"{value}"
