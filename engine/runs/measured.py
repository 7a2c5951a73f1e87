"""What is measured of a complete run afterwards, and lies beside its other files."""

from pathlib import Path

import pandas as pd

from engine.runs.format import (
    FORMER_OUT_OF_DISTRIBUTION_FILE,
    OUT_OF_DISTRIBUTION_COLUMNS,
    OUT_OF_DISTRIBUTION_FILE,
    ROBUSTNESS_COLUMNS,
    ROBUSTNESS_FILE,
)
from engine.runs.tables import (
    all_numbers,
    all_text,
    check_shape,
    check_table,
    read_table,
    write_table,
)

#: A count above it is none of ours, and might not fit an integer.
_MOST_IMAGES = 10**9


def save_robustness(folder: Path, table: pd.DataFrame) -> None:
    """Write `robustness.csv`, columns `ROBUSTNESS_COLUMNS`, into a complete run."""
    write_table(folder / ROBUSTNESS_FILE, table)


def load_robustness(folder: Path) -> pd.DataFrame | None:
    """The table `robustness.csv` of a run; None where it was not measured.

    Raises:
        RunError: If it is damaged.
    """
    path = folder / ROBUSTNESS_FILE
    if not path.exists():
        return None
    table, text = read_table(path)
    numbers = list(ROBUSTNESS_COLUMNS[1:])
    check_table(
        path,
        {
            **check_shape(table, text, ROBUSTNESS_COLUMNS),
            "a parameter is no text": lambda: all_text(table["parameter"]),
            "a value is no number": lambda: all_numbers(table[numbers]),
            "an accuracy is not between 0 and 1": lambda: table["accuracy"].between(0, 1).all(),
            "a number of images is no count": lambda: _all_counts(table["images"]),
            "a value stands twice": lambda: not table.duplicated(["parameter", "value"]).any(),
        },
    )
    return table.astype({"value": "float64", "accuracy": "float64", "images": "int64"})


def save_out_of_distribution(folder: Path, table: pd.DataFrame) -> None:
    """Write `out_of_distribution.csv` into a complete run: `OUT_OF_DISTRIBUTION_COLUMNS`."""
    write_table(folder / OUT_OF_DISTRIBUTION_FILE, table)
    # Nothing outdated stays under its former name, which an export would take along.
    (folder / FORMER_OUT_OF_DISTRIBUTION_FILE).unlink(missing_ok=True)


def load_out_of_distribution(folder: Path) -> pd.DataFrame | None:
    """The table `out_of_distribution.csv` of a run; None where it was not measured.

    Runs of earlier versions hold it under its former name.

    Raises:
        RunError: If it is damaged.
    """
    names = (OUT_OF_DISTRIBUTION_FILE, FORMER_OUT_OF_DISTRIBUTION_FILE)
    path = next((folder / name for name in names if (folder / name).exists()), None)
    if path is None:
        return None
    table, text = read_table(path)
    check_table(
        path,
        {
            **check_shape(table, text, OUT_OF_DISTRIBUTION_COLUMNS),
            "a picture or a class is no text": lambda: (
                all_text(table["picture"]) and all_text(table["predicted"])
            ),
            "a probability is no number": lambda: all_numbers(table[["probability"]]),
            "a probability is not between 0 and 1": lambda: (
                table["probability"].between(0, 1).all()
            ),
        },
    )
    return table.astype({"probability": "float64"})


def _all_counts(column: pd.Series) -> bool:
    return bool((column.between(1, _MOST_IMAGES) & (column % 1 == 0)).all())
