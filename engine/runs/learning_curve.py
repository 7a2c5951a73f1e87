"""The learning curve of a data set: one table beside its runs, a row a training.

It is written row by row into a hidden folder, so that a measurement that was killed goes on where
it was, and gets its place when it is complete.
"""

import functools
from pathlib import Path

import pandas as pd

from engine.disk.paths import check_name, published_folder, runs_folder
from engine.runs.format import RunError
from engine.runs.tables import (
    all_numbers,
    all_text,
    check_shape,
    check_table,
    read_table,
    write_table,
)

#: The models that a learning curve trains, the one from nothing first.
LEARNING_CURVE_MODELS = ("scratch", "resnet50")
LEARNING_CURVE_FILE = "learning_curve.csv"
#: The columns of `learning_curve.csv`. Of `seed`, the `model` was trained on `photos` photos,
#: `photos_per_class` of each class as far as it has them (or `all`), for `epochs` epochs; at
#: its `best_epoch` by `validation_accuracy` it named the share `accuracy` of `images` test
#: photos right. The whole took `seconds`.
LEARNING_CURVE_COLUMNS = (
    "model",
    "photos_per_class",
    "seed",
    "photos",
    "epochs",
    "best_epoch",
    "validation_accuracy",
    "accuracy",
    "images",
    "seconds",
    "data_set_digest",
)
#: Stands in the column `photos_per_class` for every photo there is to train on.
ALL_PHOTOS = "all"
_ROWS_FILE = "rows.csv"
_WHOLE = ["seed", "photos", "epochs", "best_epoch", "images"]
_SHARES = ["validation_accuracy", "accuracy"]


def load_learning_curve(data_set: str) -> pd.DataFrame | None:
    """The learning curve of a data set: that measured here, else the published one.

    Returns:
        One row a training, columns `LEARNING_CURVE_COLUMNS`; None where it was not measured.

    Raises:
        RunError: If it is damaged.
    """
    for path in learning_curve_paths(data_set):
        if path.exists():
            return _load(path, data_set)
    return None


def learning_curve_paths(data_set: str) -> list[Path]:
    """Where the learning curve of a data set may lie, that measured here first."""
    check_name(data_set, "data set")
    return [root / data_set / LEARNING_CURVE_FILE for root in (runs_folder(), published_folder())]


def unfinished_learning_curve(data_set: str) -> Path:
    """The hidden folder in which a learning curve is measured."""
    return runs_folder() / check_name(data_set, "data set") / ".learning_curve.measuring"


def load_finished_trainings(unfinished: Path, data_set: str) -> pd.DataFrame:
    """The rows so far of a measurement; none where there are none, or they cannot be trusted."""
    try:
        return _load(unfinished / _ROWS_FILE, data_set)
    except RunError:
        return pd.DataFrame(columns=list(LEARNING_CURVE_COLUMNS))


def save_finished_trainings(unfinished: Path, table: pd.DataFrame) -> None:
    """Write all rows so far, in one step."""
    write_table(unfinished / _ROWS_FILE, table)


def publish_learning_curve(unfinished: Path, data_set: str) -> Path:
    """Give a complete learning curve its place, in that of one measured here before.

    Returns:
        Its file.
    """
    final = learning_curve_paths(data_set)[0]
    (unfinished / _ROWS_FILE).replace(final)
    return final


def _load(path: Path, data_set: str) -> pd.DataFrame:
    refuse = functools.partial(_damaged, data_set)
    table, text = read_table(path, refuse, photos_per_class=str, data_set_digest=str)
    texts = ["model", "photos_per_class", "data_set_digest"]
    key = ["model", "photos_per_class", "seed"]
    check_table(
        path,
        {
            **check_shape(table, text, LEARNING_CURVE_COLUMNS),
            "a model, a size or a digest is no text": lambda: all(
                all_text(table[one]) for one in texts
            ),
            "a model is unknown": lambda: table["model"].isin(LEARNING_CURVE_MODELS).all(),
            f"photos_per_class is neither a number nor {ALL_PHOTOS}": lambda: (
                table["photos_per_class"].map(_is_size).all()
            ),
            "a value is no number": lambda: all_numbers(table[[*_WHOLE, *_SHARES, "seconds"]]),
            "a count is no whole number from 1 up": lambda: all(
                table[one].dtype.kind == "i" and (table[one] >= (one != "seed")).all()
                for one in _WHOLE
            ),
            "an accuracy is not between 0 and 1": lambda: all(
                table[one].between(0, 1).all() for one in _SHARES
            ),
            "best_epoch is none of the epochs": lambda: (
                not ((table["best_epoch"] > table["epochs"]).any())
            ),
            "a time is negative": lambda: not (table["seconds"] < 0).any(),
            "a training stands twice": lambda: not table.duplicated(key).any(),
            "it is of several data sets": lambda: table["data_set_digest"].nunique() == 1,
        },
        refuse,
    )
    return table.astype(dict.fromkeys((*_SHARES, "seconds"), "float64"))


def _is_size(text: str) -> bool:
    return text == ALL_PHOTOS or (text.isascii() and text.isdigit() and not text.startswith("0"))


def _damaged(data_set: str, why: str) -> RunError:
    return RunError(
        f"The learning curve of {data_set} cannot be read because of its {LEARNING_CURVE_FILE} "
        f"(remove it or measure it again with `python -m engine learning-curve {data_set}`): {why}"
    )
