"""CSV files: standard, complete, and no formula in them."""

import csv
import io

import numpy as np
import pandas as pd
import pytest

from engine.views.spreadsheet import csv_bytes, guarded


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_numbers_stand_in_full_and_missing_ones_empty():
    table = pd.DataFrame({"class_name": ["hat", "dress"], "recall": [1 / 3, np.nan]})
    assert csv_bytes(table) == b"class_name,recall\r\nhat,0.3333333333333333\r\ndress,\r\n"


def test_commas_quotes_and_new_lines_survive():
    names = ['a,"b"', "two\r\nlines", "plain"]
    assert rows_of(csv_bytes(pd.DataFrame({"name": names}))) == [
        ["name"],
        *([one] for one in names),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_text_is_a_formula(start):
    name = f"{start}cmd|' /C calc'!A0"
    table = pd.DataFrame([[name, -1.5]], columns=["class_name", name], index=pd.Index([name]))
    header, row = rows_of(csv_bytes(table, index=True))
    assert header == ["", "class_name", f"'{name}"]
    assert row == [f"'{name}", f"'{name}", "-1.5"]


def test_negative_numbers_stay_numbers_in_columns_of_mixed_kinds():
    table = pd.DataFrame({"here": ["-", -0.5, None]}, dtype=object)
    assert rows_of(csv_bytes(table)) == [["here"], ["'-"], ["-0.5"], [""]]


def test_a_mark_says_utf_8_only_where_it_matters():
    assert csv_bytes(pd.DataFrame({"name": ["Röcke"]})).startswith(b"\xef\xbb\xbfname\r\nR\xc3\xb6")
    assert csv_bytes(pd.DataFrame({"name": ["hat"]})).startswith(b"name")


def test_guarding_keeps_everything_else():
    table = pd.DataFrame(
        {"photos": [1, 2], "ok": [True, False], "name": ["hat", "@x"]},
        index=pd.Index(["a", "b"], name="class"),
    )
    safe = guarded(table)
    assert safe["name"].tolist() == ["hat", "'@x"]
    pd.testing.assert_frame_equal(safe.drop(columns="name"), table.drop(columns="name"))
    assert table["name"].tolist() == ["hat", "@x"]
