"""How photos were shared out, and whether there are enough of them."""

import pandas as pd

from engine.data import DataSet
from engine.data.folders import SPLIT_FOLDERS
from engine.recipes.config import SPLITS

#: Photos of a class to train on, as a rule of thumb: with fewer, one odd photo weighs much.
GOOD_START = 20


def how_split(data_set: DataSet) -> str:
    """What each photo is for, how that was drawn, and why."""
    sizes = data_set.photos["split"].value_counts()
    train, validation, test = (f"{sizes.get(split, 0):,}" for split in SPLITS)
    numbers = f"**{train} photos to train on, {validation} to validate, {test} to test.** "
    if _has_test_folder(data_set.photos):
        drawn = (
            "The photos of the test folder test; of the others a fifth of each class was drawn by "
            "chance to validate. "
        )
    else:
        drawn = (
            "A fifth of each class was drawn by chance to test, then a fifth of its other photos "
            "to validate. "
        )
    return (
        f"{numbers}{drawn}Validation chooses the best epoch, the test photos choose nothing, so "
        "that the score is about photos no model has seen. The draw is kept: every training of "
        "these photos uses the same split."
    )


def _has_test_folder(photos: pd.DataFrame) -> bool:
    """Whether the folders said which photos test."""
    folders = photos.loc[photos["split"] == "test", "image_id"].str.split("/").str[0].str.lower()
    return bool((folders.map(SPLIT_FOLDERS) == "test").all()) and not folders.empty
