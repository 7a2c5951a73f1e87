"""What a data set is, and its index on disk.

    artifacts/data/<name>/data_set.json          what it is, where it came from, its digest
    artifacts/data/<name>/photos.csv             one row a photo: class, split, size
    artifacts/data/<name>/photos/<image_id>      the photos as they came
    artifacts/data/<name>/prepared/<size>-<digest>.npy    the photos as a model sees them

The two index files are also committed below `artifacts/published/<name>/`, so that a machine
without the photos still knows every name, class and split.
"""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from engine.data.images import read_photo
from engine.disk import paths
from engine.disk.atomic import write_text
from engine.errors import EngineError
from engine.recipes.config import SPLITS

FORMAT_VERSION = 1
INDEX_FILE = "data_set.json"
PHOTOS_FILE = "photos.csv"
PHOTOS_FOLDER = "photos"
COLUMNS = ("image_id", "class_name", "label", "split", "width", "height")


@dataclass(frozen=True)
class DataSet:
    """Photos with class names and splits.

    Attributes:
        name: Name of its folder and of its runs' folder.
        title: Name for people.
        description: What kind of pictures, in one line.
        licence: Licence of the photos, or "unknown".
        source: Where the photos came from: a URL, or the name of what was imported.
        digest: sha256 of the photos' content, 64 hexadecimal digits.
        split_seed: Seed the splits were drawn with.
        class_names: Class names; a photo's label is a position in it.
        photos: One row a photo, sorted by `image_id`: image_id, class_name, label (int),
            split (`train`, `validation` or `test`), width and height (pixels, upright).
        unreadable: Files that were left out, each with the reason.
        folder: Folder that holds the index.
        has_photos: Whether the photos themselves are on this machine, or can be drawn here.
        source_digest: sha256 of the file or files it was imported from, to know them again;
            empty where the photos' own digest does that.
        drawn: Whether `engine.scenes` draws the photos: then none is ever missing.
        attribution: Who made the photos, where their licence asks for it to be said.
    """

    name: str
    title: str
    description: str
    licence: str
    source: str
    digest: str
    split_seed: int
    class_names: tuple[str, ...]
    photos: pd.DataFrame = field(compare=False, repr=False)
    unreadable: tuple[tuple[str, str], ...]
    folder: Path
    has_photos: bool
    source_digest: str = ""
    drawn: bool = False
    attribution: str = ""

    def read_photo(self, image_id: str) -> np.ndarray:
        """The pixels of one photo, uint8 (height, width, 3), RGB, upright.

        Raises:
            PhotoError: If its file is gone or damaged.
            EngineError: If the data set has no such photo, or its photos are not here.
        """
        path = self.photo_path(image_id)
        if self.drawn and not path.is_file():
            from engine.scenes import draw_scene, parameters_of

            return draw_scene(parameters_of(image_id))
        return read_photo(path)

    def photo_path(self, image_id: str) -> Path:
        """Path of one photo's file; of a drawn photo there may be none.

        Raises:
            EngineError: If the data set has no such photo, or its photos are not here.
        """
        if not (self.photos["image_id"] == image_id).any():
            raise EngineError(
                f"The photo must be one of the {len(self.photos)} photos of the data set "
                f"{self.name}. Received: {image_id!r}"
            )
        if not self.has_photos:
            raise EngineError(photos_missing(self.name))
        return self.folder / PHOTOS_FOLDER / image_id

    def save_index(self, folder: Path) -> None:
        """Write `data_set.json` and `photos.csv` into `folder`, each in one step.

        `load_data_set` finds them in a folder of the data set's name.
        """
        folder.mkdir(parents=True, exist_ok=True)
        values = {
            name.name: getattr(self, name.name)
            for name in dataclasses.fields(self)
            if name.name not in ("photos", "folder", "has_photos")
        }
        values = {"format_version": FORMAT_VERSION, **values, "photo_count": len(self.photos)}
        # The JSON comes last: where it stands, the index is complete.
        write_text(folder / PHOTOS_FILE, self.photos.to_csv(index=False, lineterminator="\n"))
        write_text(folder / INDEX_FILE, json.dumps(values, indent=2, ensure_ascii=False) + "\n")


def load_data_set(name: str) -> DataSet:
    """The data set `name`: with its photos where they are here, else its published index.

    Raises:
        EngineError: If there is no such data set, or a file of its index is damaged.
    """
    paths.check_name(name, "name of a data set")
    for root in (paths.data_folder(), paths.published_folder()):
        if (root / name / INDEX_FILE).is_file():
            return load_index(root / name)
    known = ", ".join(list_data_sets()) or "none yet"
    raise EngineError(f"The data set must be one that is here: {known}. Received: {name!r}")


def list_data_sets() -> list[str]:
    """Names of the data sets whose index is here, sorted; hidden folders do not count."""
    found = set()
    for root in (paths.data_folder(), paths.published_folder()):
        if root.is_dir():
            found |= {
                folder.name
                for folder in root.iterdir()
                if not folder.name.startswith(".") and (folder / INDEX_FILE).is_file()
            }
    return sorted(found)


def photos_missing(name: str) -> str:
    """The sentence that says how to bring the photos of `name`."""
    return (
        f"The photos of the data set {name} are not on this machine: run "
        f"`python -m engine data {name}` first (photos of your own: import them again)."
    )


def load_index(folder: Path) -> DataSet:
    """The data set whose index lies in `folder`.

    Raises:
        EngineError: If a file of the index is damaged.
    """
    values = _read_json(folder / INDEX_FILE)
    photos = _read_photos(folder / PHOTOS_FILE, values)
    return DataSet(
        **{
            name: values[name]
            for name in (
                "name",
                "title",
                "description",
                "licence",
                "source",
                "digest",
                "split_seed",
                "source_digest",
                "attribution",
            )
        },
        class_names=tuple(values["class_names"]),
        unreadable=tuple((file, reason) for file, reason in values["unreadable"]),
        photos=photos,
        folder=folder,
        has_photos=values["drawn"] or (folder / PHOTOS_FOLDER).is_dir(),
        drawn=values["drawn"],
    )


def _read_json(path: Path) -> dict[str, Any]:
    texts = ("name", "title", "description", "licence", "source", "digest", "source_digest")
    later = {"drawn": False, "attribution": ""}  # fields that older indexes lack
    try:
        values = {**later, **json.loads(path.read_text(encoding="utf-8"))}
        whole = (
            values["format_version"] == FORMAT_VERSION
            and values["name"] == path.parent.name
            and all(isinstance(values[key], str) for key in (*texts, "attribution"))
            and all(type(values[key]) is int for key in ("split_seed", "photo_count"))
            and type(values["drawn"]) is bool
            and len(values["class_names"]) >= 2
            and all(isinstance(name, str) for name in values["class_names"])
            and all(isinstance(one, list) and len(one) == 2 for one in values["unreadable"])
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        whole = False
    if not whole:
        raise EngineError(
            f"The file {path.parent.name}/{path.name} of a data set is damaged or of another "
            f"format version: remove the folder {path.parent} and bring or import it again."
        )
    return values


def _read_photos(path: Path, values: dict[str, Any]) -> pd.DataFrame:
    try:
        # Without keep_default_na=False a class called "NA" or "null" would come back as NaN.
        photos = pd.read_csv(
            path,
            keep_default_na=False,
            encoding="utf-8",
            dtype={"image_id": str, "class_name": str, "split": str},
        )
        names = values["class_names"]
        whole = (
            tuple(photos.columns) == COLUMNS
            and len(photos) == values["photo_count"]
            and all(photos[name].dtype.kind == "i" for name in ("label", "width", "height"))
            and photos["label"].between(0, len(names) - 1).all()
            and photos["class_name"].tolist() == [names[label] for label in photos["label"]]
            and photos["split"].isin(SPLITS).all()
            and photos["image_id"].is_unique
            and photos["image_id"].map(_stays_inside).all()
        )
    except (OSError, ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise EngineError(
            f"The file {path.parent.name}/{path.name} of a data set is damaged: remove the "
            f"folder {path.parent} and bring or import it again."
        )
    return photos


def _stays_inside(image_id: str) -> bool:
    path = PurePosixPath(image_id)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts
