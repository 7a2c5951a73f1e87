"""From found photos to a data set on disk: the last steps of bringing and of importing."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.data.data_set import PHOTOS_FOLDER, DataSet
from engine.data.folders import FoundPhotos
from engine.data.prepared import PREPARED_FOLDER, SIZES, bytes_of, prepare
from engine.data.splits import SPLIT_SEED, assign_splits, check_counts
from engine.errors import EngineError
from engine.progress import Progress

#: Ten thousand photos or so; of larger data sets only the sizes in use are prepared, on demand.
_PREPARE_AT_ONCE_BYTES = 4 * 2**30
#: So many unreadable files are named where there are too few photos without them.
_FILES_NAMED = 5


def ready(
    folder: Path,
    found: FoundPhotos,
    progress: Progress | None = None,
    **about: Any,
) -> DataSet:
    """Decode, split and index the photos that lie in `folder/photos`.

    Args:
        folder: The data set's folder while it is being built.
        found: The photos; their image ids start from `folder/photos`.
        progress: Told how many photos are prepared.
        **about: `name`, `title`, `description`, `licence`, `source`, `digest` and perhaps
            `source_digest`, `drawn` and `attribution` of the data set.

    Returns:
        The data set, with its index written into `folder`.

    Raises:
        EngineError: If there are fewer than two classes, or too few readable photos in one.
    """
    class_names = found.class_names
    label_of = {name: label for label, name in enumerate(class_names)}
    table = pd.DataFrame(
        {
            "image_id": found.image_ids,
            "class_name": [photo.class_name for photo in found.photos],
            "label": [label_of[photo.class_name] for photo in found.photos],
            "fixed_test": found.fixed_test or False,
        }
    )

    def fixed(rows: pd.DataFrame) -> np.ndarray | None:
        return rows["fixed_test"].to_numpy() if found.fixed_test else None

    check_counts(table["label"], class_names, fixed(table))  # before the long work
    large = bytes_of(len(table), SIZES) > _PREPARE_AT_ONCE_BYTES
    outcomes = prepare(
        folder / PHOTOS_FOLDER,
        found.image_ids,
        folder / PREPARED_FOLDER,
        () if large else SIZES,
        progress,
    )
    readable = [not isinstance(outcome, str) for outcome in outcomes]
    unreadable = [
        (image_id, outcome)
        for image_id, outcome in zip(found.image_ids, outcomes, strict=True)
        if isinstance(outcome, str)
    ]
    for image_id, _ in unreadable:
        (folder / PHOTOS_FOLDER / image_id).unlink(missing_ok=True)
    table = table[readable].reset_index(drop=True)
    try:
        splits = assign_splits(table["label"], class_names, fixed(table), SPLIT_SEED)
    except EngineError as error:  # enough files, but not enough of them are photos
        raise EngineError(f"{error}. {_refused(unreadable)}") from error
    sizes = [outcome for outcome in outcomes if not isinstance(outcome, str)]
    data_set = DataSet(
        **about,
        split_seed=SPLIT_SEED,
        class_names=class_names,
        photos=table.drop(columns="fixed_test").assign(
            split=splits,
            width=[width for width, _ in sizes],
            height=[height for _, height in sizes],
        ),
        unreadable=tuple(sorted([*unreadable, *found.left_out])),
        folder=folder,
        has_photos=True,
    )
    data_set.save_index(folder)
    return data_set


def _refused(unreadable: list[tuple[str, str]]) -> str:
    """Which files are the reason that there are too few photos."""
    named = ", ".join(file for file, _ in unreadable[:_FILES_NAMED])
    more = len(unreadable) - _FILES_NAMED
    return f"Not readable: {named}" + (f" and {more} more files" if more > 0 else "")
