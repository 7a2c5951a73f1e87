"""The data sets this project knows where to get, and how to bring their photos here."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.data.archives import extract_zip
from engine.data.data_set import PHOTOS_FOLDER, DataSet, load_data_set
from engine.data.download import download
from engine.data.folders import content_digest, find_photos, move_photos
from engine.data.ready import ready
from engine.disk import paths
from engine.disk.staging import building_folder, move_into_place
from engine.errors import EngineError


@dataclass(frozen=True)
class CatalogEntry:
    """A data set that can be brought by name: from an archive, or drawn here.

    Attributes:
        name: Its name here.
        title: Its name for people.
        description: What kind of pictures, in one line.
        licence: Licence of the photos.
        source: Page to read about it, or what draws it.
        photos: Number of photos.
        classes: Number of classes.
        digest: sha256 of the photos' content (see `folders.content_digest`, and for drawn
            photos `engine.scenes.write_scenes`).
        archive_url: Address of the zip file with the photos; empty if they are drawn.
        archive_bytes: Largest size of that file that is accepted.
    """

    name: str
    title: str
    description: str
    licence: str
    source: str
    photos: int
    classes: int
    digest: str
    archive_url: str = ""
    archive_bytes: int = 0

    @property
    def drawn(self) -> bool:
        """Whether `engine.scenes` draws the photos."""
        return not self.archive_url

    @property
    def url(self) -> str:
        """`archive_url`, or a mirror from `SCRATCH_VS_TRANSFER_<NAME>_URL`."""
        return os.environ.get(f"SCRATCH_VS_TRANSFER_{self.name.upper()}_URL") or self.archive_url


_CLOTHING_REPOSITORY = "https://github.com/alexeygrigorev/clothing-dataset-small"
# A commit, not a branch: the photos, and with them every number shown, stay the same.
_CLOTHING_COMMIT = "11961516512414bf9f6c150a832cfd21b54a6b54"

CATALOG = {
    "clothing": CatalogEntry(
        name="clothing",
        title="Clothing",
        description="Everyday clothes, one piece a photo, lying, hanging or worn",
        licence="CC0 (public domain)",
        source=_CLOTHING_REPOSITORY,
        photos=3781,
        classes=10,
        digest="f8667cfe4a397f1be854d7d6c56118e4eaf6e9654ac37940e443dec3b4e55721",
        archive_url=f"{_CLOTHING_REPOSITORY}/archive/{_CLOTHING_COMMIT}.zip",
        archive_bytes=200_000_000,  # it has 106 MB; GitHub packs it anew now and then
    ),
    "scenes": CatalogEntry(
        name="scenes",
        title="Scenes",
        description="Drawn places and plants, one of eight in each picture, every one redrawable",
        licence="MIT, as this project",
        source="engine.scenes",
        photos=1600,
        classes=8,
        digest="d7e25b436602eb18942e77dd54814045c73dc6ef4b8f9556627359a75abd570c",
    ),
}


def bring(
    name: str,
    archive: Path | None = None,
    progress: Callable[[int, int | None, str], None] | None = None,
) -> DataSet:
    """Bring the photos of a catalog data set here, check them and ready them.

    Returns at once where they are here already. An attempt that fails or is interrupted leaves
    nothing behind and can be repeated.

    Args:
        name: Name in the catalog.
        archive: A copy of the zip file, instead of downloading it.
        progress: Called as `progress(done, in_all or None, what)`.

    Raises:
        EngineError: If the name is unknown, the download or the archive fails, or the photos
            are not those the catalog promises.
    """
    if name not in CATALOG:
        raise EngineError(
            f"The data set must be one of the catalog: {', '.join(CATALOG)}. Received: {name!r}"
        )
    entry = CATALOG[name]
    if entry.drawn and archive is not None:
        raise EngineError(f"{name} needs no archive: its photos are drawn.")
    if (here := _here(entry)) is not None:
        return here
    with building_folder() as building:
        if entry.drawn:
            from engine.scenes import write_scenes

            digest = write_scenes(building / "unpacked", progress)
            found = find_photos(building / "unpacked")
        else:
            found, digest = _unpacked(entry, archive, building, progress)
        built = building / name
        move_photos(found, built / PHOTOS_FOLDER)
        ready(
            built,
            found,
            progress,
            name=name,
            title=entry.title,
            description=entry.description,
            licence=entry.licence,
            source=entry.source,
            digest=digest,
            drawn=entry.drawn,
        )
        move_into_place(built, paths.data_folder() / name, lambda: _here(entry) is not None)
    return load_data_set(name)


def _unpacked(entry: CatalogEntry, archive: Path | None, building: Path, progress):
    """The photos of the archive, which must be those the catalog promises, and their digest."""
    if archive is None:
        zip_file = building / "archive.zip"
        download(entry.url, zip_file, entry.archive_bytes, progress)
    else:
        zip_file = Path(archive)
    extract_zip(zip_file, building / "unpacked", progress)
    found = find_photos(building / "unpacked")
    digest = content_digest(found.top, found.image_ids)
    if digest != entry.digest:
        raise EngineError(
            f"The archive must hold the {entry.photos} photos of {entry.name} as the catalog knows "
            f"them (content {entry.digest[:12]}). Received: {len(found.photos)} photos "
            f"(content {digest[:12]})"
        )
    return found, digest


def _here(entry: CatalogEntry) -> DataSet | None:
    """The complete data set on this machine, if any; a damaged one is brought anew."""
    try:
        data_set = load_data_set(entry.name)
    except EngineError:
        return None
    # Of drawn photos the index alone would do to look at them, but training reads files. Their
    # digest is not compared: the last bit of a pixel may be another on another machine, which the
    # runs' own digest then tells.
    files = (data_set.folder / PHOTOS_FOLDER).is_dir()
    return data_set if files and (entry.drawn or data_set.digest == entry.digest) else None
