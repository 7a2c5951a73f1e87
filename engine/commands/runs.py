"""`runs`: list the runs, published and trained here."""

import argparse
import json
import sys

from engine.commands.terminal import Commands
from engine.progress import Progress


def add_to(commands: Commands) -> None:
    """Add the command to the parser's `commands`."""
    listing = commands.add_parser("runs", help="list the runs, published and trained here")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(command=_runs)


def _runs(options: argparse.Namespace, progress: Progress) -> None:
    from engine import runs

    rows, problems = [], []
    for data_set in runs.data_sets_with_runs():
        found, sentences = runs.load_runs(data_set)
        problems += sentences
        rows += [
            {
                **run.summary,
                "data_set": run.config.data_set,
                "run": run.name,
                "model": run.model,
                "published": run.published,
                "folder": str(run.folder),
            }
            for run in found
        ]
    if options.json:
        print(json.dumps({"runs": rows, "problems": problems}))
    else:
        print(f"{'data set':<16}{'run':<20}{'validation':>11}{'test':>8}{'epochs':>8}  where")
        for row in rows:
            print(
                f"{row['data_set']:<16}{row['run']:<20}{row['validation_accuracy']:>11.4f}"
                f"{row['test_accuracy']:>8.4f}{row['epochs']:>8}  "
                f"{'published' if row['published'] else 'here'}"
            )
    for sentence in problems:
        print(f"error: {sentence}", file=sys.stderr)
