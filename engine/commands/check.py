"""`check`: look for doubles among the photos of a data set."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from engine.commands.terminal import Commands
from engine.progress import Progress

if TYPE_CHECKING:
    import pandas as pd

    from engine.data import DataSet


def add_to(commands: Commands) -> None:
    """Add the command to the parser's `commands`."""
    check = commands.add_parser("check", help="look for photos that stand twice in a data set")
    check.add_argument("data_set", metavar="DATASET", help="name, or path to import")
    check.set_defaults(command=_check)


def check_doubles(data_set: DataSet, progress: Progress) -> pd.DataFrame:
    """Look for doubles, keep what was found with the data set, and print how many there are.

    Args:
        data_set: The `engine.data.DataSet`, with its photos.
        progress: Told how far it is.

    Returns:
        `engine.measures.data_check.describe_doubles` of them.

    Raises:
        EngineError: If the photos are not here.
    """
    from engine.data.duplicates import find_duplicates, save_duplicates
    from engine.measures.data_check import describe_doubles

    found = find_duplicates(data_set, progress)
    save_duplicates(data_set, found)
    doubles = describe_doubles(found, data_set.photos)
    groups = doubles.drop_duplicates("group")
    stand = "photo stands" if len(groups) == 1 else "photos stand"
    print(
        f"{data_set.name}: {len(groups)} {stand} more than once, "
        f"{int(groups['conflict'].sum())} with different labels, {int(groups['leak'].sum())} in "
        "different splits"
    )
    return doubles


def _check(options: argparse.Namespace, progress: Progress) -> None:
    from engine.data import list_data_sets, load_data_set, open_data_set

    if options.data_set in list_data_sets():
        data_set = load_data_set(options.data_set)
    else:
        data_set = open_data_set(options.data_set, progress=progress)
    for _, row in check_doubles(data_set, progress).iterrows():
        print(f"  {row['group']:>4}  {row['split']:<10}  {row['class_name']:<16}{row['image_id']}")
