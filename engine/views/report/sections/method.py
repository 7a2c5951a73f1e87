"""How it was measured, on what, and how to do it again."""

import dataclasses

import pandas as pd

from engine.measures.comparison import Comparison
from engine.models.specs import SPECS, find_spec
from engine.runs import Run
from engine.views.looks import looks_of
from engine.views.report.commands import commands_for
from engine.views.report.parts import Commands, Points, Section, Table, Text
from engine.views.sentences.method import how_measured
from engine.views.sentences.settings import settings_in_words


def method(comparison: Comparison) -> Section:
    """The rules of the comparison, and the settings of each run."""
    looks = looks_of(comparison.sides)
    facts = {looks[side].title: _facts(run) for side, run in comparison.sides.items()}
    raw = pd.DataFrame([{"model": run.model, **_facts(run)} for run in comparison.runs.values()])
    return Section(
        "method",
        "How this was measured",
        [
            Points(how_measured(comparison, looks)),
            Table(
                "settings",
                "Settings and versions of each run",
                pd.DataFrame(facts).fillna(""),
                raw,
                words=True,
            ),
        ],
    )


def reproduce(comparison: Comparison) -> Section:
    """The commands that bring the photos, train the runs and write this report."""
    compared = list(comparison.runs.values())
    names = {run.name for run in compared}
    beside = [
        run
        for run in comparison.all_runs
        if run.robustness is not None and run.model in SPECS and run.name not in names
    ]
    return Section(
        "again",
        "Do it again",
        [
            Text(
                "At a terminal, in the project's folder. Training again gives the same result, not "
                "the same digits: parallel arithmetic rounds differently each time."
            ),
            Commands(commands_for(comparison.data_set, compared, beside)),
        ],
    )


def _facts(run: Run) -> dict[str, str]:
    """What was chosen for a run, and what it was trained with, in words."""
    recipe, summary = run.config.recipe, run.summary
    preset = find_spec(run.model).preset
    facts = {
        "Run": run.name,
        "Trained on": summary["date"][:10],
        **settings_in_words(run.config),
        "Settings are those of the preset": (
            "yes" if dataclasses.replace(recipe, seed=preset.seed) == preset else "no"
        ),
        "Processor": summary["processor"],
        "Photos (digest)": run.config.data_set_digest[:12],
    }
    versions = summary.get("versions")
    if isinstance(versions, dict) and versions:
        facts["Versions"] = ", ".join(f"{name} {one}" for name, one in versions.items())
    return facts
