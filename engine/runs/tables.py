"""Read and write the tables of a run folder."""

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from engine.runs.format import RunError, damaged

#: Bytes; a table or a configuration above it is none of ours.
LARGEST_TEXT = 10 * 1024 * 1024


def read_table(path: Path) -> tuple[pd.DataFrame, str]:
    """A table and the text it was read from.

    Raises:
        RunError: If it is missing, too large or no table.
    """
    try:
        if path.stat().st_size > LARGEST_TEXT:
            raise damaged(path.parent, path.name, "it is too large")
        text = path.read_text(encoding="utf-8")
        return pd.read_csv(io.StringIO(text), low_memory=False), text
    except FileNotFoundError as error:
        raise damaged(path.parent, path.name, "it is missing") from error
    except RunError:
        raise
    except (OSError, ValueError) as error:
        raise damaged(path.parent, path.name, "there is no readable table") from error


def check_table(path: Path, checks: dict[str, Callable[[], bool]]) -> None:
    """Check a table that was read: each check may count on those before it.

    Args:
        path: Its file.
        checks: What is wrong where a check is not true.

    Raises:
        RunError: That says the first thing that is wrong.
    """
    for problem, is_fine in checks.items():
        if not is_fine():
            raise damaged(path.parent, path.name, problem)


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table whole or not at all."""
    partial = path.with_suffix(".partial")
    table.to_csv(partial, index=False, lineterminator="\n")
    partial.replace(path)
