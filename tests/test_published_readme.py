"""The tables of `artifacts/published/README.md` say what the committed runs say."""

import functools
import re
from statistics import mean

import pytest

from engine import runs
from engine.data import load_data_set
from engine.disk import paths
from engine.measures.answers import answers_table, prediction_table
from engine.measures.calibration import confidence_and_correct, expected_calibration_error
from engine.measures.evidence import paired_evidence
from engine.measures.findings import accuracy_table
from engine.measures.little_data import summarise_curve
from engine.text import percent
from tests.presets import BASELINES, MODELS

CLOTHING_RUNS = (
    *("scratch", "scratch-plain", "resnet50"),
    *("baseline-pixels", "baseline-hog", "baseline-features"),
)
SCENES_RUNS = ("scratch", "scratch-plain", "resnet50")


#: Parameter, its values, and what is said of the accuracies at several of them.
CLOTHING_CHANGES = {
    "as they are": ("rotation", (0,), min),
    "turned by 30°, the worse way": ("rotation", (-30, 30), min),
    "upside down": ("rotation", (180,), min),
    "shifted by 15 % of the side, the worse way": ("shift", (-15, 15), min),
    "zoomed in to 1.35": ("zoom", (1.35,), min),
    "zoomed out to 0.55": ("zoom", (0.55,), min),
    "darkened to 0.3": ("brightness", (0.3,), min),
    "blurred by 2 % of the side": ("blur", (2,), min),
    "blurred by 5 % of the side": ("blur", (5,), min),
    "JPEG quality 5": ("jpeg_quality", (5,), min),
}
SCENES_CHANGES = {
    "drawn upright": ("rotation", (0,), min),
    "drawn turned by 45° either way, mean": ("rotation", (-45, 45), mean),
    "drawn upside down": ("rotation", (180,), min),
    "drawn far away (scale 0.3)": ("scale", (0.3,), min),
    "drawn very near (scale 2)": ("scale", (2,), min),
    "zoomed in to 1.35": ("zoom", (1.35,), min),
    "zoomed out to 0.75": ("zoom", (0.75,), min),
    "darkened to 0.3": ("brightness", (0.3,), min),
    "blurred by 1 % of the side": ("blur", (1,), min),
}


@pytest.fixture(scope="module")
def readme():
    text = (paths.published_folder() / "README.md").read_text(encoding="utf-8")
    return re.sub(r" +", " ", text.replace("**", ""))


@functools.cache
def run(data_set, name):
    return runs.find_run(data_set, name)


def row(*cells):
    return f"| {' | '.join(cells)} |".replace("\u00a0", " ")


def interval(accuracies):
    """`60.5 % (55.4 to 65.3)`, of one row of an accuracy table or of a summary."""
    (one,) = accuracies.itertuples()
    middle = one.accuracy if "accuracy" in accuracies else one.median
    return f"{percent(middle)} ({100 * one.low:.1f} to {100 * one.high:.1f})"


def accuracy_of(data_set, name, split="test"):
    table = accuracy_table([run(data_set, name)])
    return interval(table[table["split"] == split])


@pytest.mark.parametrize(("split", "photos"), [("test", 372), ("validation", 682)])
def test_both_models_of_clothing(readme, split, photos):
    cells = [accuracy_of("clothing", model, split) for model in MODELS]
    assert row(f"{split} accuracy, {photos} photos", *cells) in readme


def test_the_runs_of_scenes(readme):
    cells = [accuracy_of("scenes", name) for name in SCENES_RUNS]
    assert row("test accuracy (400 pictures)", *cells) in readme


@pytest.mark.parametrize("name", BASELINES)
def test_baselines(readme, name):
    cells = row(*(accuracy_of(data_set, name) for data_set in ("clothing", "scenes")))
    (line,) = [one for one in readme.splitlines() if one.startswith(f"| `{name}`:")]
    assert line.endswith(cells)


def test_the_paired_evidence(readme):
    said = {}
    for model in MODELS:
        part = run("clothing", model).predictions.of_split("test")
        said[model] = prediction_table(part.image_ids, part.y_true, part.y_prob, part.class_names)
    found = paired_evidence(answers_table(*said.values()))
    gap, low, high = (100 * one for one in (found.difference, found.low, found.high))
    assert f"| {gap:.1f} points ({low:.1f} to {high:.1f}" in readme
    counts = found.counts
    assert (
        f"only ResNet50 is right about {counts['only right']} photos, only scratch about "
        f"{counts['only left']} (exact McNemar test, p = {found.p_value:.0e})"
    ).replace("e-0", "e-") in readme


def test_the_calibration_errors(readme):
    errors = [
        expected_calibration_error(
            *confidence_and_correct(run("clothing", model).predictions.of_split("test"))
        )
        for model in MODELS
    ]
    assert f"scratch {100 * errors[0]:.1f} points, ResNet50 {100 * errors[1]:.1f} points" in readme


@pytest.mark.parametrize(
    ("data_set", "names", "what", "change"),
    [
        *(("clothing", CLOTHING_RUNS, *one) for one in CLOTHING_CHANGES.items()),
        *(("scenes", SCENES_RUNS, *one) for one in SCENES_CHANGES.items()),
    ],
)
def test_robustness(readme, data_set, names, what, change):
    parameter, values, pick = change
    cells = []
    for name in names:
        table = run(data_set, name).robustness
        of_change = table[table["parameter"] == parameter].set_index("value")["accuracy"]
        cells.append(percent(pick([of_change[value] for value in values])))
    assert row(what, *cells) in readme


@pytest.mark.parametrize("size", ["5", "10", "20", "50", "100", "all"])
def test_the_learning_curve(readme, size):
    classes = len(load_data_set("clothing").class_names)
    summary = summarise_curve(runs.load_learning_curve("clothing"), classes)
    found = summary[summary["photos_per_class"] == size]
    cells = [interval(found[found["model"] == model]) for model in MODELS]
    named = f"{size}, 273 on average" if size == "all" else size
    assert row(named, *cells) in readme
