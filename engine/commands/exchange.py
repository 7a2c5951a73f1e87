"""`export` and `import`: runs as a zip file, for a colleague and from one."""

import argparse
from pathlib import Path

from engine.commands.answers import data_set_name
from engine.commands.terminal import Commands
from engine.progress import Progress


def add_to(commands: Commands) -> None:
    """Add the two commands to the parser's `commands`."""
    export = commands.add_parser("export", help="write runs into a zip file, without any photo")
    export.add_argument("data_set", metavar="DATASET")
    export.add_argument("file", type=Path, metavar="RUNS.zip", help="replaced if it is there")
    export.add_argument("runs", nargs="*", metavar="RUN", help="default: all")
    export.set_defaults(command=_export)

    bring = commands.add_parser("import", help="import the runs of such a zip file")
    bring.add_argument("file", type=Path, metavar="RUNS.zip")
    bring.set_defaults(command=_import)


def _export(options: argparse.Namespace, progress: Progress) -> None:
    from engine.disk.output_file import check_output, whole_file
    from engine.exchange import export_runs

    check_output(options.file, "zip file")
    data_set = data_set_name(options.data_set, progress)
    with whole_file(options.file) as file:
        exported = export_runs(data_set, options.runs or None, file)
        size = file.tell()
    for sentence in exported.left_out:
        progress.say(sentence)
    print(f"{options.file}: {data_set}, {', '.join(exported.names)}, {size / 1e6:.1f} MB")


def _import(options: argparse.Namespace, progress: Progress) -> None:
    from engine.exchange import import_runs

    print(import_runs(options.file, progress).sentence)
