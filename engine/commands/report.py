"""`report`: write the whole comparison of a data set into one HTML file."""

from pathlib import Path

from engine.commands.answers import data_set_name
from engine.models.specs import MODELS
from engine.progress import Progress


def add_to(commands) -> None:
    """Add the command to the parser's `commands`."""
    report = commands.add_parser("report", help="write the whole comparison into one HTML file")
    report.add_argument("data_set", metavar="DATASET")
    report.add_argument("file", type=Path, metavar="REPORT.html", help="replaced if it is there")
    for model in MODELS:
        report.add_argument(f"--{model}", metavar="RUN", help=f"run of {model} to compare")
    report.set_defaults(command=_report)


def _report(options, progress: Progress) -> None:
    from engine.views.report import check_writable, load_comparison, save_report

    check_writable(options.file)
    wanted = {model: getattr(options, model) for model in MODELS}
    comparison = load_comparison(data_set_name(options.data_set, progress), wanted)
    size = save_report(comparison, options.file)
    runs = " and ".join(run.name for run in comparison.runs.values())
    print(f"{options.file}: {comparison.data_set.name}, {runs}, {size / 1e6:.1f} MB")
