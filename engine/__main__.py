"""The command line: `python -m engine COMMAND`.

Wrong input ends with one line on stderr and exit code 2; results go to stdout, progress to stderr.
"""

import argparse
import os
import sys
from typing import NoReturn

from engine.commands import (
    answers,
    check,
    compare,
    data,
    exchange,
    learning_curve,
    measure,
    report,
    runs,
    train,
)
from engine.commands.terminal import Terminal
from engine.disk.process_identity import own_heartbeat
from engine.disk.progress_file import own_progress_file
from engine.errors import EngineError
from engine.progress import Progress


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    progress = Progress(Terminal(), *own_progress_file())
    try:
        options = _parser().parse_args(arguments)
        options.command(options, progress)
        sys.stdout.flush()
    except EngineError as error:
        return _fail(progress, str(error))
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output has gone, as in `... | head -1`
        # Python flushes once more at its end; let that go nowhere instead of failing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(progress, f"The disk refuses: {error.strerror or error} ({error.filename}).")
    except MemoryError:
        return _fail(progress, "This takes more memory than there is: choose a smaller size.")
    return 0


def _fail(progress: Progress, sentence: str) -> int:
    progress.fail(sentence)
    return 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise EngineError(f"{message}. Help: {self.prog} --help")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m engine", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    reading = (answers, compare, runs, report)
    for module in (data, check, train, measure, learning_curve, *reading, exchange):
        module.add_to(commands)
    return parser


if __name__ == "__main__":
    with own_heartbeat():
        sys.exit(main())
