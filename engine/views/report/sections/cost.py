"""What the trainings took, and how that compares with the source report."""

import pandas as pd

from engine.measures.comparison import Comparison
from engine.measures.findings import cost_table
from engine.measures.source_report import source_report_table, stands_beside_the_report
from engine.views.looks import looks_of
from engine.views.report.parts import Beside, Section, Table, Text
from engine.views.sentences.overview import (
    BESIDE_THE_REPORT,
    beside_the_report,
    cost_in_words,
    overtaking_sentence,
)


def cost(comparison: Comparison) -> Section:
    """Parameters, epochs, time; and when the network from ImageNet caught up."""
    looks = looks_of(comparison.sides)
    table = cost_table(comparison.runs.values())
    parts: list = []
    if sentence := overtaking_sentence(comparison, looks):
        parts.append(Text(sentence))
    titles = {run.name: looks[side].short_title for side, run in comparison.sides.items()}
    took = cost_in_words(table).rename(columns=titles)
    tables = [Table("what-it-took", "What each training took", took, table)]
    notes = f"Trained on: {'; '.join(sorted(set(table['processor'])))}."
    if stands_beside_the_report(comparison.runs):
        rows = beside_the_report(comparison)
        shown = pd.DataFrame(rows, columns=["", "Report", "Here"]).set_index("")
        raw = source_report_table(comparison.accuracies, comparison.runs)
        caption = "Beside the source report"
        tables.append(Table("beside-the-source-report", caption, shown, raw))
        notes += f" {BESIDE_THE_REPORT}"
    parts += [Beside(tables), Text(notes, "note")]
    return Section("cost", "What it took", parts)
