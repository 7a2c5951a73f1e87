"""`robustness` and `out-of-distribution`: measure complete runs, and keep what was found."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from engine.commands.terminal import Commands
from engine.errors import EngineError
from engine.progress import Progress

if TYPE_CHECKING:
    from engine.data import DataSet
    from engine.runs import Run
    from engine.serving.predict import Predictor


def add_to(commands: Commands) -> None:
    """Add the two commands to the parser's `commands`."""
    for name, command, shown in (
        ("robustness", _robustness, {"help": "measure runs on test photos that are changed"}),
        (
            "out-of-distribution",
            _out_of_distribution,
            {"help": "ask runs about pictures of none of their classes"},
        ),
        # The name in earlier versions, and in what people wrote down: it works, unlisted.
        ("strangers", _out_of_distribution, {}),
    ):
        parser = commands.add_parser(name, **shown)
        parser.add_argument("data_set", metavar="DATASET")
        parser.add_argument("runs", nargs="*", metavar="RUN", help="default: all runs")
        parser.set_defaults(command=command)
        if command is _robustness:
            parser.add_argument(
                "--only",
                nargs="+",
                metavar="CHANGE",
                help="measure these changes; what was measured of others is kept",
            )


def _robustness(options: argparse.Namespace, progress: Progress) -> None:
    from engine import runs
    from engine.data import load_data_set
    from engine.data.data_set import photos_missing
    from engine.measures.robustness import changes_of, measure_robustness, replace_changes

    data_set = load_data_set(options.data_set)
    # Before the models are loaded, which takes a while.
    if not data_set.has_photos:
        raise EngineError(photos_missing(data_set.name))
    changes = changes_of(data_set)
    for name in options.only or ():
        if name not in changes:
            raise EngineError(f"`--only` must name one of {', '.join(changes)}. Received: {name!r}")
    values = {name: changes[name].values for name in changes if name in (options.only or changes)}
    found, predictors = _runs_and_predictors(data_set, options.runs, same_photos=True)
    tables = measure_robustness(data_set, predictors, progress, values)
    for run in found:
        table = replace_changes(run.robustness, tables[run.name], list(changes))
        runs.save_robustness(run.folder, table)
        lowest = table.sort_values("accuracy", kind="stable").iloc[0]
        print(
            f"{data_set.name}/{run.name}: lowest accuracy {lowest['accuracy']:.4f} at "
            f"{lowest['parameter']} {lowest['value']:g}"
        )


def _out_of_distribution(options: argparse.Namespace, progress: Progress) -> None:
    from engine import runs
    from engine.data import load_data_set
    from engine.measures.calibration import choose_rejection, noticed_as_unknown
    from engine.measures.out_of_distribution import (
        measure_out_of_distribution,
        pictures_of_no_class,
    )

    data_set = load_data_set(options.data_set)
    pictures, image_ids = pictures_of_no_class(data_set)
    found, predictors = _runs_and_predictors(data_set, options.runs)
    tables = measure_out_of_distribution(pictures, image_ids, predictors, progress)
    for run in found:
        table = tables[run.name]
        runs.save_out_of_distribution(run.folder, table)
        rejection = choose_rejection(run.predictions)
        noticed = noticed_as_unknown(table, rejection.threshold)
        print(
            f"{data_set.name}/{run.name}: {len(table)} pictures of {pictures.name}, "
            f"{noticed.share:.4f} noticed as out-of-distribution by a confidence below "
            f"{rejection.threshold:.4f}, where {rejection.false_alarms:.4f} of its own test "
            "photos are"
        )


def _runs_and_predictors(
    data_set: DataSet, names: list[str], same_photos: bool = False
) -> tuple[list[Run], dict[str, Predictor]]:
    """The chosen runs, or all, and a ready model for each.

    Args:
        data_set: Whose runs.
        names: Their names; none for all.
        same_photos: Whether to refuse runs that were trained on another version of its photos:
            what is a test photo now, they may have learned from.
    """
    from engine import runs
    from engine.serving.predict import Predictor

    names = names or [one.name for one in runs.find_run_folders(data_set.name)]
    found = [runs.find_run(data_set.name, name) for name in dict.fromkeys(names)]
    if not found:
        raise EngineError(f"There is no run of {data_set.name} yet: train one first.")
    for run in found:
        if same_photos and run.config.data_set_digest != data_set.digest:
            raise EngineError(
                f"The run {data_set.name}/{run.name} was trained on another version of these "
                "photos: train it again, or name the runs to measure."
            )
    return found, {run.name: Predictor(run) for run in found}
