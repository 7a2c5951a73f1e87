"""How accuracy falls when the test pictures are changed."""

import pandas as pd

from engine.measures.breaking import robustness_curves
from engine.measures.comparison import Comparison
from engine.measures.robustness import changes_of
from engine.models.specs import SPECS
from engine.text import percent, quantity
from engine.views.charts.robustness import robustness_chart
from engine.views.looks import looks_of
from engine.views.report.parts import Beside, Chart, Section, Table, Text


def robustness(comparison: Comparison) -> Section | None:
    """A chart for each change that was measured, with every run that was."""
    runs = {
        run.name: run
        for run in [
            *(one for one in comparison.all_runs if one.model in SPECS),
            *comparison.baselines.values(),
        ]
        if run.robustness is not None
    }
    looks = looks_of(runs, comparison.runs.values())
    changes = changes_of(comparison.data_set)
    charts, rows = [], {}
    for parameter, change in changes.items():
        curves = robustness_curves(list(runs.values()), parameter)
        if not curves:
            continue
        charts.append(
            Chart(
                f"robustness-{parameter.replace('_', '-')}",
                robustness_chart(
                    curves,
                    looks,
                    change,
                    1 / len(comparison.data_set.class_names),
                ),
                f"Accuracy on the test split against {change.title}; the table below has the "
                "numbers.",
            )
        )
        for name, curve in curves.items():
            for value, accuracy in zip(curve["value"], curve["accuracy"], strict=True):
                title = f"{change.title} {quantity(value, change.unit)}"
                rows.setdefault(title, {})[looks[name].title] = percent(accuracy)
    if not charts:
        return None
    raw = pd.concat([run.robustness.assign(run=name) for name, run in runs.items()])
    raw.insert(0, "run", raw.pop("run"))
    shown = pd.DataFrame.from_dict(rows, orient="index").fillna("")
    pairs = [charts[at : at + 2] for at in range(0, len(charts), 2)]
    return Section(
        "robustness",
        "When it breaks",
        [
            Text(
                "Every test picture is changed in the same way, and all else left as it was; the "
                "bands are 95\u00a0% intervals of the networks, the dotted line is guessing."
            ),
            *(Beside(pair) for pair in pairs),
            Table("robustness", "Accuracy on changed test pictures", shown, raw, folded=True),
        ],
    )
