"""How the photos of a catalog data set come here: downloaded, unpacked, checked, readied."""

from pathlib import Path

from engine.data.catalog import CATALOG, CatalogEntry
from engine.data.data_set import PHOTOS_FOLDER, DataSet, load_data_set
from engine.data.download import download
from engine.data.folders import FoundPhotos, content_digest, find_photos, move_photos
from engine.data.ready import ready
from engine.data.tar_files import extract_tar
from engine.data.zip_files import extract_zip
from engine.disk import paths
from engine.disk.staging import building_folder, move_into_place
from engine.errors import EngineError
from engine.progress import Progress


def bring(
    name: str,
    archive: Path | None = None,
    progress: Progress | None = None,
) -> DataSet:
    """Bring the photos of a catalog data set here, check them and ready them.

    Returns at once where they are here already. An attempt that fails or is interrupted leaves
    nothing behind and can be repeated.

    Args:
        name: Name in the catalog.
        archive: A copy of the zip file, instead of downloading it.
        progress: Told how far it is.

    Raises:
        EngineError: If the name is unknown or belongs to photos of one's own, the download or the
            archive fails, or the photos are not those the catalog promises.
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
    _check_name_is_free(entry)
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
            attribution=entry.attribution,
        )
        move_into_place(built, paths.data_folder() / name, lambda: _here(entry) is not None)
    return load_data_set(name)


def _unpacked(
    entry: CatalogEntry, archive: Path | None, building: Path, progress: Progress | None
) -> tuple[FoundPhotos, str]:
    """The photos of the archive, which must be those the catalog promises, and their digest."""
    if archive is None:
        zip_file = building / "archive.zip"
        # A mirror may have packed the photos differently.
        md5 = entry.archive_md5 if entry.url == entry.archive_url else ""
        download(entry.url, zip_file, entry.archive_bytes, progress, md5)
    else:
        zip_file = Path(archive)
    folder = building / "unpacked"
    extract_zip(zip_file, folder, progress)
    if entry.tar:
        tar_file = folder / entry.tar
        if not tar_file.is_file():
            raise EngineError(
                f"The archive must hold the file {entry.tar} with the photos of {entry.name}. "
                f"Received: {zip_file.name} without it"
            )
        folder = building / "unpacked_tar"
        wanted = entry.class_folders
        extract_tar(tar_file, folder, lambda path: path.parent.name in wanted, progress)
    found = find_photos(folder)
    digest = content_digest(found.top, found.image_ids)
    if digest != entry.digest:
        raise EngineError(
            f"The archive must hold the {entry.photos} photos of {entry.name} as the catalog knows "
            f"them (content {entry.digest[:12]}). Received: {len(found.photos)} photos "
            f"(content {digest[:12]})"
        )
    names = entry.class_folders
    renamed = [
        one._replace(class_name=names.get(one.class_name, one.class_name)) for one in found.photos
    ]
    return found._replace(photos=renamed), digest


def _check_name_is_free(entry: CatalogEntry) -> None:
    """Refuse to take the place of other photos, imported before the catalog knew the name.

    Raises:
        EngineError: If their whole index is here.
    """
    try:
        here = load_data_set(entry.name)
    except EngineError:
        return
    own = here.folder.parent == paths.data_folder()
    if own and not entry.drawn and here.digest != entry.digest:
        raise EngineError(
            f"The name {entry.name} must not be that of other photos on this machine: delete that "
            f"data set first, on the page Your runs. Received: {here.title} from {here.source} "
            f"(content {here.digest[:12]})"
        )


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
