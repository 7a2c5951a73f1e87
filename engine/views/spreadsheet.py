"""Tables as CSV files that any program reads and no spreadsheet runs."""

import csv
from typing import Any

import pandas as pd

#: A spreadsheet takes text that starts so for a formula, and a formula may fetch or send things.
#: The last four are the wide forms that some of them take for the same.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_bytes(table: pd.DataFrame, index: bool = False) -> bytes:
    """A table as a CSV file: RFC 4180, UTF-8, numbers in full, missing values empty.

    Text that a spreadsheet would run as a formula gets an apostrophe before it: visitors
    choose class names. Excel takes a file for UTF-8 only behind a byte order mark, so one stands
    there where it makes a difference: in a file with other characters than ASCII.

    Args:
        table: The table, with one row of column names.
        index: Whether the index is a column of it.
    """
    text = guarded(table).to_csv(index=index, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    return text.encode("utf-8" if text.isascii() else "utf-8-sig")


def guarded(table: pd.DataFrame) -> pd.DataFrame:
    """The table with an apostrophe before each text, name or header that could be a formula."""
    # By position, because names may repeat.
    columns = {
        position: column if column.dtype.kind in "biufM" else column.map(_guarded)
        for position, (_, column) in enumerate(table.items())
    }
    safe = pd.DataFrame(columns, index=table.index)
    safe.index = table.index.map(_guarded).rename(table.index.name)
    safe.columns = table.columns.map(_guarded).rename(table.columns.name)
    return safe


def _guarded(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
