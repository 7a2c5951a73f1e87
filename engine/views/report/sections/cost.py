"""What the trainings took, and how that compares with the source report."""

import pandas as pd

from engine.measures.findings import cost_table, source_report_table
from engine.views.looks import looks_of
from engine.views.report.comparison import Comparison
from engine.views.report.parts import Beside, Section, Table, Text
from engine.views.sentences.overview import (
    BESIDE_THE_REPORT,
    beside_the_report,
    cost_in_words,
    overtaking_sentence,
)


def cost(comparison: Comparison) -> Section:
    """Parameters, epochs, time; and when ResNet50 caught up."""
    table, looks = cost_table(comparison.runs), looks_of(comparison.runs)
    histories = {model: run.history for model, run in comparison.runs.items()}
    parts = []
    if len(histories) > 1:
        parts.append(Text(overtaking_sentence(histories["resnet50"], histories["scratch"])))
    rows = beside_the_report(comparison.accuracies, histories)
    beside = pd.DataFrame(rows, columns=["", "Report", "Here"]).set_index("")
    raw = source_report_table(comparison.accuracies, histories)
    parts.append(
        Beside(
            [
                Table(
                    "what-it-took",
                    "What each training took",
                    cost_in_words(table).rename(
                        columns={model: look.short_title for model, look in looks.items()}
                    ),
                    table,
                ),
                Table("beside-the-source-report", "Beside the source report", beside, raw),
            ]
        )
    )
    processors = "; ".join(sorted(set(table["processor"])))
    parts.append(Text(f"Trained on: {processors}. {BESIDE_THE_REPORT}", "note"))
    return Section("cost", "What it took", parts)
