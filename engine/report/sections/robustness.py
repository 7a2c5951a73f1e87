"""How accuracy falls when the test pictures are changed."""

import pandas as pd

from engine.charts.stress import robustness_chart
from engine.charts.theme import TITLES
from engine.report.comparison import Comparison
from engine.report.parts import Beside, Chart, Section, Table, Text
from engine.scenes import RANGES
from engine.text import percent


def robustness(comparison: Comparison) -> Section | None:
    """A chart for each parameter that was changed, with every run that was measured."""
    runs = {
        run.name: run
        for run in comparison.all_runs
        if run.robustness is not None and run.model in TITLES
    }
    if not runs:
        return None
    tables = {name: run.robustness for name, run in runs.items()}
    titles = {name: _title(run) for name, run in runs.items()}
    raw = pd.concat([table.assign(run=name) for name, table in tables.items()], ignore_index=True)
    raw.insert(0, "run", raw.pop("run"))
    charts = []
    for parameter in dict.fromkeys(raw["parameter"]):
        axis, unit = _axis(parameter)
        charts.append(
            Chart(
                f"robustness-{parameter.replace('_', '-')}",
                robustness_chart(
                    # A run may have been measured before a parameter was added.
                    {n: one for n, one in tables.items() if (one["parameter"] == parameter).any()},
                    titles,
                    {name: run.model for name, run in runs.items()},
                    parameter,
                    axis,
                    unit,
                    1 / len(comparison.data_set.class_names),
                ),
                f"Accuracy on the test split against {axis.lower()}; the table below has the "
                "numbers.",
            )
        )
    shown = raw.pivot_table(index=["parameter", "value"], columns="run", values="accuracy")
    shown.index = [f"{_axis(name)[0]} {value:g}{_axis(name)[1]}" for name, value in shown.index]
    shown = shown.rename(columns=titles).map(lambda share: "" if pd.isna(share) else percent(share))
    pairs = [charts[at : at + 2] for at in range(0, len(charts), 2)]
    return Section(
        "robustness",
        "When it breaks",
        [
            Text(
                "Every test picture is changed in the same way, and all else left as it was; the "
                "dotted line is guessing."
            ),
            *(Beside(pair) for pair in pairs),
            Table("robustness", "Accuracy on changed test pictures", shown, raw, folded=True),
        ],
    )


def _title(run) -> str:
    if run.name == run.model:
        return TITLES[run.model]
    return f"{TITLES[run.model]} ({run.name})"


def _axis(parameter: str) -> tuple[str, str]:
    """What a parameter is called, and its unit."""
    if parameter in RANGES:
        return RANGES[parameter].title, RANGES[parameter].unit
    return parameter.replace("_", " ").capitalize(), ""
