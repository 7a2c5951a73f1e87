"""Photos that stand twice in a data set: the same pixels, or nearly the same.

    artifacts/data/<name>/duplicates.csv    one row for each photo that has a double

Written once by `python -m engine check`, because looking at all photos takes a while.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from engine.data.data_set import INDEX_FILE, DataSet, load_index
from engine.data.prepared import load_prepared
from engine.disk import paths
from engine.disk.atomic import write_text
from engine.errors import EngineError
from engine.progress import Progress

DUPLICATES_FILE = "duplicates.csv"
DUPLICATES_COLUMNS = ("group", "image_id", "difference")
#: Bits of 64 in which the perceptual hashes of two photos may differ to be looked at closely.
HASH_BITS = 10
#: Mean difference of two photos, in steps of 255, up to which they are the same photo. In
#: `clothing` the photo that stands twice, saved anew, differs by 0.3; the next pair, two photos
#: of the same shirt, by 14.
SAME_PHOTO = 4.0
_SIZE = 224  # pixels: what one of the two models reads, so that it is there already
_SMALL = 32  # pixels: enough to tell two photos apart, little enough to hold thousands


def find_duplicates(data_set: DataSet, progress: Progress | None = None) -> pd.DataFrame:
    """Groups of photos that are the same, whatever their labels and splits.

    Perceptual hashes (of the library ImageHash) find the candidates, their pixels decide.

    Args:
        data_set: The data set, with its photos.
        progress: Told how many photos were looked at.

    Returns:
        One row for each photo that has a double, group by group: group (int, from 1), image_id,
        difference (from the group's first photo, mean over all pixels, 0 to 255).

    Raises:
        EngineError: If the photos are not here.
    """
    photos = load_prepared(data_set, _SIZE, progress)
    bits, small = _hashes(photos, progress or Progress())
    ids = data_set.photos["image_id"].tolist()
    first_of: dict[int, int] = {}
    rows: list[tuple[int, int, float]] = []
    for one in range(len(ids)):
        distances = bits[one] @ (1 - bits[:one].T) + (1 - bits[one]) @ bits[:one].T
        for other in np.flatnonzero(distances <= HASH_BITS):
            first = first_of.get(int(other), int(other))
            difference = float(np.abs(small[one] - small[first]).mean())
            if difference <= SAME_PHOTO:
                first_of[one] = first
                rows.append((first, one, round(difference, 2)))
                break
    groups = {first: number for number, first in enumerate(sorted({row[0] for row in rows}), 1)}
    rows += [(first, first, 0.0) for first in groups]
    table = [(groups[first], ids[one], difference) for first, one, difference in sorted(rows)]
    return pd.DataFrame(table, columns=list(DUPLICATES_COLUMNS))


def save_duplicates(data_set: DataSet, table: pd.DataFrame) -> None:
    """Write `duplicates.csv` beside each index of these very photos, published or not."""
    for folder in _index_folders(data_set):
        write_text(folder / DUPLICATES_FILE, table.to_csv(index=False, lineterminator="\n"))


def load_duplicates(data_set: DataSet) -> pd.DataFrame | None:
    """What `save_duplicates` wrote; None where these photos were not checked yet.

    Raises:
        EngineError: If the file is damaged.
    """
    for folder in _index_folders(data_set):
        path = folder / DUPLICATES_FILE
        if path.is_file():
            return _checked(path, data_set)
    return None


def _hashes(photos: np.ndarray, progress: Progress) -> tuple[np.ndarray, np.ndarray]:
    """Perceptual hashes as (photos, 64) zeros and ones, and the photos small, both float32."""
    import imagehash
    from PIL import Image

    progress.stage("duplicates", "Looking for doubles", unit="photos")
    bits = np.empty((len(photos), 64), "float32")
    small = np.empty((len(photos), _SMALL, _SMALL, 3), "float32")
    for number, pixels in enumerate(photos):
        photo = Image.fromarray(pixels)
        bits[number] = imagehash.phash(photo).hash.ravel()
        small[number] = photo.resize((_SMALL, _SMALL), Image.Resampling.BOX)
        progress.update(number + 1, len(photos))
    return bits, small


def _index_folders(data_set: DataSet) -> list[Path]:
    """The data set's own folder, and the published one if it is of the same photos."""
    folders = [data_set.folder]
    published = paths.published_folder() / data_set.name
    if published != data_set.folder and (published / INDEX_FILE).is_file():
        try:
            if load_index(published).digest == data_set.digest:
                folders.append(published)
        except EngineError:  # damaged: nothing of ours to add to
            pass
    return folders


def _checked(path: Path, data_set: DataSet) -> pd.DataFrame:
    damaged = EngineError(
        f"{path.name} of {data_set.name} is damaged: run `python -m engine check {data_set.name}` "
        "again."
    )
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise damaged from error
    fine = (
        tuple(table.columns) == DUPLICATES_COLUMNS
        and (table.empty or {table[one].dtype.kind for one in ("group", "difference")} <= set("if"))
        and table["image_id"].isin(data_set.photos["image_id"]).all()
        and not table["image_id"].duplicated().any()
        and bool(np.isfinite(table[["group", "difference"]].to_numpy("float64")).all())
    )
    if not fine:
        raise damaged
    return table.astype({"group": "int64", "difference": "float64"})
