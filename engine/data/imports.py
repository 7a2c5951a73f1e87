"""Data sets by name or by path; photos of one's own are copied here on first use."""

import re
from pathlib import Path

from engine.data.arrays import (
    DATA_FILE,
    LABELS_FILE,
    arrays_digest,
    has_arrays,
    write_photos,
)
from engine.data.bringing import bring
from engine.data.catalog import CATALOG
from engine.data.data_set import (
    PHOTOS_FOLDER,
    DataSet,
    list_data_sets,
    load_data_set,
    photos_missing,
)
from engine.data.folders import (
    FoundPhotos,
    content_digest,
    copy_photos,
    file_digest,
    find_photos,
    move_photos,
)
from engine.data.ready import ready
from engine.data.splits import check_counts
from engine.data.zip_files import extract_zip
from engine.disk import paths
from engine.disk.staging import building_folder, move_into_place
from engine.errors import EngineError
from engine.progress import Progress

_KINDS = (
    "a folder with one folder of photos per class, a zip file of such a folder, or a folder "
    f"with {DATA_FILE} and {LABELS_FILE}"
)


def open_data_set(
    reference: str | Path,
    progress: Progress | None = None,
) -> DataSet:
    """The data set a person means, with its photos on this machine.

    A name goes before a path: a folder called like a data set is meant by `./name`. What a path
    leads to is copied below `artifacts/data` under the folder's or file's name and is
    recognised by its content when it is opened again. Photos that can be drawn are.

    Args:
        reference: Name of a data set, or path of a folder of class folders, of a zip file of
            one, or of a folder with `data_train.npy` and `labels_train.npy`.
        progress: Told how far an import is.

    Raises:
        EngineError: If there is nothing of that name or path, its photos are not here, or it
            cannot be imported.
    """
    text = str(reference)
    if text in CATALOG or text in list_data_sets():
        if text in CATALOG and CATALOG[text].drawn:
            return bring(text, progress=progress)
        data_set = load_data_set(text) if text in list_data_sets() else None
        if data_set is None or not data_set.has_photos:
            raise EngineError(photos_missing(text))
        return data_set
    path = Path(text).expanduser()
    if text and "\0" not in text and path.exists():
        return _import(path, progress)
    raise EngineError(
        f"The data set must be one of {', '.join(sorted({*CATALOG, *list_data_sets()}))}, or "
        f"the path of {_KINDS}. Received: {text!r}"
    )


def _import(path: Path, progress: Progress | None) -> DataSet:
    path = path.resolve()
    name = _slug(path.stem if path.is_file() else path.name)
    source_digest = ""
    with building_folder() as building:
        if path.is_file():
            source_digest = file_digest(path)
        elif has_arrays(path):
            source_digest = arrays_digest(path)
        if source_digest and (known := _known(name, "source_digest", source_digest)):
            return known

        folder = path
        if path.is_file():
            folder = building / "unpacked"
            extract_zip(path, folder, progress)
        if has_arrays(folder):
            written = building / "written"
            write_photos(folder, written, progress)
            folder = written
        found = _found(folder, path)
        if folder == path and (
            known := _known(name, "digest", content_digest(found.top, found.image_ids))
        ):
            return known

        built = building / "built"
        if folder == path:
            copy_photos(found, built / PHOTOS_FOLDER)
        else:
            move_photos(found, built / PHOTOS_FOLDER)
        digest = content_digest(built / PHOTOS_FOLDER, found.image_ids)
        if known := _known(name, "digest", digest):
            return known
        name = _free_name(name, digest)
        ready(
            built,
            found,
            progress,
            name=name,
            title=path.stem if path.is_file() else path.name,
            description="Photos imported on this machine",
            licence="unknown",
            source=path.name,  # the whole path says more about a machine than a run should
            digest=digest,
            source_digest=source_digest,
        )
        move_into_place(
            built, paths.data_folder() / name, lambda: _known(name, "digest", digest) is not None
        )
    return load_data_set(name)


def _found(folder: Path, path: Path) -> FoundPhotos:
    found = find_photos(folder)
    if not found.photos:
        raise EngineError(
            f"The path must be that of {_KINDS}. "
            f"Received: {path.name}, without photos in class folders"
        )
    class_names = found.class_names
    check_counts(
        [class_names.index(photo.class_name) for photo in found.photos],
        class_names,
        found.fixed_test,
    )
    return found


def _slug(name: str) -> str:
    # Lower case, because some file systems take "Beans" and "beans" for one folder. Seven
    # characters stay free for `-` and six digits of the digest.
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower())[:57].strip("-._") or "photos"


def _known(name: str, field: str, digest: str) -> DataSet | None:
    """The data set with photos here that was imported under `name` and has this digest."""
    for one in list_data_sets():
        if one == name or one.startswith(f"{name}-"):
            try:
                data_set = load_data_set(one)
            except EngineError:
                continue
            if data_set.has_photos and getattr(data_set, field) == digest:
                return data_set
    return None


def _free_name(name: str, digest: str) -> str:
    """`name`, or `name` with the start of the digest where other photos are called `name`."""
    with_digest = f"{name}-{digest[:6]}"
    if name in CATALOG and CATALOG[name].digest != digest:
        return with_digest
    if name in list_data_sets():
        try:
            same = load_data_set(name).digest == digest
        except EngineError:
            same = False
        return name if same else with_digest
    return name
