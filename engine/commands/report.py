"""`report`: write the whole comparison of a data set into one HTML file."""

import argparse
from pathlib import Path

from engine.commands.answers import data_set_name
from engine.commands.terminal import Commands
from engine.progress import Progress


def add_to(commands: Commands) -> None:
    """Add the command to the parser's `commands`."""
    report = commands.add_parser("report", help="write the whole comparison into one HTML file")
    report.add_argument("data_set", metavar="DATASET")
    report.add_argument("file", type=Path, metavar="REPORT.html", help="replaced if it is there")
    for side, formerly in (("left", "--scratch"), ("right", "--resnet50")):
        # The second name is that of a time when each side belonged to one model.
        report.add_argument(f"--{side}", formerly, metavar="RUN", help=f"run on the {side}")
    report.set_defaults(command=_report)


def _report(options: argparse.Namespace, progress: Progress) -> None:
    from engine.measures.comparison import load_comparison
    from engine.views.report import check_writable, save_report

    check_writable(options.file)
    comparison = load_comparison(
        data_set_name(options.data_set, progress), options.left, options.right
    )
    size = save_report(comparison, options.file)
    runs = " and ".join(run.name for run in comparison.runs.values())
    print(f"{options.file}: {comparison.data_set.name}, {runs}, {size / 1e6:.1f} MB")
