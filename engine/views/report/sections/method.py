"""How it was measured, on what, and how to do it again."""

import dataclasses

import pandas as pd

from engine.measures.comparison import Comparison
from engine.models.specs import PRESETS
from engine.recipes.config import RunConfig
from engine.runs import Run
from engine.views.looks import looks_of
from engine.views.report.commands import commands_for
from engine.views.report.parts import Commands, Points, Section, Table, Text
from engine.views.sentences.method import how_measured


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
        if run.robustness is not None and run.model in PRESETS and run.name not in names
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
    facts = {
        "Run": run.name,
        "Trained on": summary["date"][:10],
        "Seed": str(recipe.seed),
        "Photos it sees": f"{recipe.image_size} × {recipe.image_size} pixels",
        "Batch size": str(recipe.batch_size),
        "Turned by at most": f"{360 * recipe.augmentation.rotation:.0f}°",
        "Zoomed by at most": f"{100 * recipe.augmentation.zoom:.0f} %",
        "Layers": _layers(run.config),
        "Dropout": f"{recipe.dropout:g}",
        "Optimiser": recipe.optimiser,
        "Phases": "; ".join(
            f"{phase.name}: {phase.epochs} epochs at {phase.learning_rate:g}, trains "
            f"{phase.trainable}"
            for phase in recipe.phases
        ),
        "Settings are those of the preset": (
            "yes"
            if dataclasses.replace(recipe, seed=PRESETS[run.model].seed) == PRESETS[run.model]
            else "no"
        ),
        "Computed in": summary["precision"],
        "Processor": summary["processor"],
        "Photos (digest)": run.config.data_set_digest[:12],
    }
    versions = summary.get("versions")
    if isinstance(versions, dict) and versions:
        facts["Versions"] = ", ".join(f"{name} {one}" for name, one in versions.items())
    return facts


def _layers(config: RunConfig) -> str:
    recipe = config.recipe
    head = f"dense layer of {recipe.dense_units}, {len(config.class_names)} classes"
    if recipe.model == "resnet50":
        joint = "averaged" if recipe.head == "average" else "flattened"
        return f"ResNet50 of ImageNet, maps {joint}, {head}"
    filters = ", ".join(map(str, recipe.filters))
    normalised = " with batch normalisation" if recipe.batch_normalisation else ""
    return f"convolutions of {filters} filters{normalised}, {head}"
