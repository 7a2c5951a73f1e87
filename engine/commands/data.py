"""`data`: list the data sets, or bring the photos of one."""

import argparse
import sys
from pathlib import Path

from engine.commands.check import check_doubles
from engine.commands.terminal import Commands
from engine.errors import EngineError
from engine.progress import Progress
from engine.recipes.config import SPLITS


def add_to(commands: Commands) -> None:
    """Add the command to the parser's `commands`."""
    data = commands.add_parser("data", help="list the data sets, or bring the photos of one")
    data.add_argument("data_set", nargs="?", metavar="DATASET", help="name, or path to import")
    data.add_argument("--archive", type=Path, metavar="ZIP", help="use this file, no download")
    data.add_argument("--check", action="store_true", help="look for photos that stand twice, too")
    data.set_defaults(command=_data)


def _data(options: argparse.Namespace, progress: Progress) -> None:
    from engine.data import CATALOG, bring, list_data_sets, load_data_set, open_data_set

    if options.data_set is None:
        if options.archive:
            raise EngineError("`--archive` needs the name of a data set before it.")
        if options.check:
            raise EngineError("`--check` needs a data set before it.")
        print(f"{'name':<16}{'photos':>8}{'classes':>9}  {'licence':<22}here")
        for name in sorted({*CATALOG, *list_data_sets()}):
            known = load_data_set(name) if name in list_data_sets() else None
            if known:
                photos, classes = len(known.photos), len(known.class_names)
                licence = CATALOG[name].licence if name in CATALOG else known.licence
            else:
                entry = CATALOG[name]
                photos, classes, licence = entry.photos, entry.classes, entry.licence
            here = "yes" if known and known.has_photos else "no"
            print(f"{name:<16}{photos:>8}{classes:>9}  {licence:<22}{here}")
        return
    if options.data_set in CATALOG:
        data_set = bring(options.data_set, archive=options.archive, progress=progress)
    elif options.archive:
        raise EngineError(
            f"`--archive` goes with a data set of the catalog: {', '.join(CATALOG)}. "
            f"Received: {options.data_set!r}"
        )
    else:
        data_set = open_data_set(options.data_set, progress=progress)
    counts = data_set.photos["split"].value_counts()
    print(
        f"{data_set.name}: {len(data_set.photos)} photos of {len(data_set.class_names)} classes, "
        + ", ".join(f"{counts.get(split, 0)} {split}" for split in SPLITS)
    )
    for file, reason in data_set.unreadable:
        progress.say(f"left out {file}: {reason}")
    sys.stdout.flush()
    progress.finish(data_set.name)  # the photos are here now, whatever becomes of the check
    if options.check:
        check_doubles(data_set, progress)
