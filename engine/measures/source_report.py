"""What the course report measured, which this comparison comes from, beside what was measured here.

It compared a CNN from scratch with a fine-tuned ResNet50, so only a pair of these two stands beside
it.
"""

import math
from collections.abc import Mapping

import pandas as pd

from engine.measures.findings import accuracy_of
from engine.measures.histories import overtaking
from engine.runs import Run

FROM_SCRATCH, FINE_TUNED = "scratch", "resnet50"
#: What each model reached on its validation split, from and to.
VALIDATION_ACCURACY = {FROM_SCRATCH: (0.75, 0.80), FINE_TUNED: (0.988, 0.988)}
#: Within so many epochs the fine-tuned network passed the best of the one from scratch.
EPOCHS_UNTIL_AHEAD = 10


def stands_beside_the_report(runs: Mapping[str, Run]) -> bool:
    """Whether these runs, one or two, are of models that the report compared, each of another."""
    models = [run.model for run in runs.values()]
    known = set(models) <= VALIDATION_ACCURACY.keys()
    return known and 0 < len(models) == len(set(models))


def source_report_table(table: pd.DataFrame, runs: Mapping[str, Run]) -> pd.DataFrame:
    """What the report measured beside what was measured here.

    Args:
        table: `engine.measures.findings.accuracy_table` of the runs.
        runs: Those that stand beside the report.

    Returns:
        One row a measurement: model, measure, report_low, report_high, here (NaN where it was
        not measured or never happened). Accuracies are validation accuracies, epochs those until
        the fine-tuned network passed the best of the one from scratch.
    """
    rows, of_model = [], {run.model: run for run in runs.values()}
    for model, (low, high) in VALIDATION_ACCURACY.items():
        run = of_model.get(model)
        row = None if run is None else accuracy_of(table, run.name, "validation")
        here = math.nan if row is None else float(row["accuracy"])
        rows.append((model, "validation_accuracy", low, high, here))
    if len(of_model) == len(rows):
        found = overtaking(of_model[FINE_TUNED].history, of_model[FROM_SCRATCH].history)
        here = math.nan if found is None else found.epoch
        rows.append((FINE_TUNED, "epochs_until_ahead", math.nan, EPOCHS_UNTIL_AHEAD, here))
    return pd.DataFrame(rows, columns=["model", "measure", "report_low", "report_high", "here"])
