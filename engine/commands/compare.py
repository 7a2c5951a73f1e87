"""`compare`: what two runs do not have in common, and whether one of them is better."""

import argparse
import json
import sys

from engine.commands.answers import data_set_name
from engine.commands.terminal import Commands
from engine.errors import EngineError
from engine.progress import Progress

#: Characters of a column; a value that is longer makes its own line longer.
_WIDTH = 36


def add_to(commands: Commands) -> None:
    """Add the command to the parser's `commands`."""
    compare = commands.add_parser("compare", help="what is different between two runs")
    compare.add_argument("data_set", metavar="DATASET")
    for side in ("left", "right"):
        compare.add_argument(side, nargs="?", metavar=side.upper(), help=f"run on the {side}")
    compare.add_argument("--json", action="store_true")
    compare.set_defaults(command=_compare)


def _compare(options: argparse.Namespace, progress: Progress) -> None:
    from engine.measures import differences
    from engine.measures.comparison import load_comparison
    from engine.views.looks import looks_of
    from engine.views.sentences.comparison import warnings
    from engine.views.sentences.differences import differences_in_words, what_differs
    from engine.views.sentences.verdict import verdict

    comparison = load_comparison(
        data_set_name(options.data_set, progress), options.left, options.right
    )
    if not comparison.complete:
        known = ", ".join(run.name for run in comparison.all_runs)
        (name,) = comparison.runs
        raise EngineError(
            f"LEFT and RIGHT must be two runs of {comparison.data_set.name}: {known}. "
            f"Received: {name!r} alone"
        )
    looks = looks_of(comparison.sides)
    left, right = (run.config for run in comparison.runs.values())
    said = [*warnings(comparison, looks), *comparison.problems]
    if options.json:
        tables = {
            "settings": differences.setting_differences(left, right),
            "data": differences.data_differences(left, right),
            "result": differences.result_table(comparison),
        }
        rows = {
            name: json.loads(table.to_json(orient="records", double_precision=15))
            for name, table in tables.items()
        }
        names = {"data_set": comparison.data_set.name, "left": left.name, "right": right.name}
        print(json.dumps({**names, **rows, "warnings": said}))
        return
    shown = differences_in_words(comparison, looks)
    first = max(map(len, shown.index)) + 2
    for label, *cells in (("", *shown.columns), *shown.itertuples()):
        row = f"{label:<{first}}" + "  ".join(f"{cell:<{_WIDTH}}" for cell in cells)
        print(row.replace("\u00a0", " ").rstrip())
    print(f"\n{what_differs(comparison)}")
    if comparison.evidence is not None:
        words = verdict(comparison.evidence, comparison.split, looks)
        print(words.replace("**", "").replace("\u00a0", " "))
    for sentence in said:
        print(f"warning: {sentence}", file=sys.stderr)
