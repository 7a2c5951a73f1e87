"""The commands of `python -m engine` that lead to a report, from nothing."""

from collections.abc import Sequence

from engine.data import CATALOG, DataSet
from engine.measures.answers import SIDES
from engine.models.specs import SPECS
from engine.recipes.config import RunConfig
from engine.runs import Run
from engine.training.reproduce import reproduce


def commands_for(data_set: DataSet, runs: list[Run], beside: Sequence[Run] = ()) -> list[str]:
    """Bring the photos, train each run, look at its scores, write the report.

    Args:
        data_set: The data set.
        runs: The runs that are compared, the left one first.
        beside: Other runs that the report shows.
    """
    # Photos of one's own have no name yet when they are brought.
    photos = data_set.name if data_set.name in CATALOG else "path/to/photos"
    lines = [] if data_set.drawn else [f"python -m engine data {photos}"]
    for run in (*runs, *beside):
        lines += train_commands(run.config)
    lines += [f"python -m engine evaluate {data_set.name} {run.name}" for run in runs]
    if any(run.out_of_distribution is not None for run in runs):
        lines.append(f"python -m engine out-of-distribution {data_set.name}")
    if any(run.robustness is not None for run in (*runs, *beside)):
        lines.append(f"python -m engine robustness {data_set.name}")
    names = [run.name for run in runs]
    chosen = ""
    if names != [model for model in SPECS if model in names]:  # what a report shows by itself
        chosen = "".join(f" --{side} {name}" for side, name in zip(SIDES, names, strict=False))
    return [*lines, f"python -m engine report {data_set.name} report.html{chosen}"]


def train_commands(config: RunConfig) -> list[str]:
    """The command that trains a run of this configuration, with a flag for each difference.

    What no flags give stands as a comment line before it.
    """
    again = reproduce(config)
    comment = [] if again.exact else [f"# first in {again.preset_file}: {again.beyond}"]
    return [*comment, again.command]
