"""Read, check and write the tables that lie in run folders and beside them."""

import functools
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from engine.disk.atomic import write_text
from engine.runs.format import RunError, damaged

#: Bytes; a table or a configuration above it is none of ours.
LARGEST_TEXT = 10 * 1024 * 1024


#: Makes the error from what is wrong.
Refuse = Callable[[str], RunError]
#: Whether one thing is as it should be.
Check = Callable[[], bool | np.bool]


def read_table(path: Path, refuse: Refuse | None = None, **types: type) -> tuple[pd.DataFrame, str]:
    """A table and the text it was read from.

    Args:
        path: Its file.
        refuse: Makes the error; by default that of a file of the run in whose folder it lies.
        types: Of columns that pandas should not guess, by name.

    Raises:
        RunError: If it is missing, too large or no table.
    """
    refuse = refuse or _of_run(path)
    try:
        if path.stat().st_size > LARGEST_TEXT:
            raise refuse("it is too large")
        text = path.read_text(encoding="utf-8")
        return pd.read_csv(io.StringIO(text), low_memory=False, dtype=types), text
    except FileNotFoundError as error:
        raise refuse("it is missing") from error
    except RunError:
        raise
    except (OSError, ValueError) as error:
        raise refuse("there is no readable table") from error


def check_table(path: Path, checks: dict[str, Check], refuse: Refuse | None = None) -> None:
    """Check a table that was read: each check may count on those before it.

    Args:
        path: Its file.
        checks: What is wrong where a check is not true.
        refuse: As for `read_table`.

    Raises:
        RunError: That says the first thing that is wrong.
    """
    for problem, is_fine in checks.items():
        if not is_fine():
            raise (refuse or _of_run(path))(problem)


def check_shape(table: pd.DataFrame, text: str, columns: tuple[str, ...]) -> dict[str, Check]:
    """The checks that every table begins with."""
    return {
        f"the columns are not {','.join(columns)}": lambda: tuple(table.columns) == columns,
        "the last row is cut short": lambda: text.endswith("\n"),
        "there are no rows": lambda: len(table) > 0,
    }


def all_text(column: pd.Series) -> bool:
    """Whether every value is a text; an empty cell is none."""
    return all(isinstance(one, str) for one in column)


def all_numbers(table: pd.DataFrame) -> bool:
    """Whether every value of every column is a finite number."""
    kinds = {one.kind for one in table.dtypes}
    return kinds <= set("if") and bool(np.isfinite(table.to_numpy("float64")).all())


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table whole or not at all."""
    write_text(path, table.to_csv(index=False, lineterminator="\n"))


def _of_run(path: Path) -> Refuse:
    return functools.partial(damaged, path.parent, path.name)
