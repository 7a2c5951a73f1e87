"""Collections: photos that visitors bring one by one, class by class, and keep.

    artifacts/data/.collections/<collection>/<class>/<number>-<digest>.<ending>

Class folders are what `engine.data.open_data_set` imports; it copies, so a collection can grow
afterwards and be imported again. Names are the visitors' own text, which is safe as a folder's
name on any machine, and no path is made of a name that does not stand there already.
"""

import contextlib
import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePath

import numpy as np

from engine.data.folder_names import free_name
from engine.data.images import FILE_EXTENSIONS, PhotoError, decode_photo, shown_name
from engine.disk import paths
from engine.disk.atomic import write_bytes
from engine.disk.leftovers import remove_leftovers, temporary_name
from engine.disk.read_only import refuse_if_read_only
from engine.disk.staging import disk_errors
from engine.errors import EngineError

COLLECTIONS_FOLDER = ".collections"
MAX_COLLECTIONS = 100
MAX_CLASSES = 50
MAX_PHOTOS = 5_000
_DIGITS = 16  # of a photo's digest


@dataclass(frozen=True)
class Collection:
    """A collection that is here.

    Attributes:
        name: The visitor's name of it, and of its folder.
    """

    name: str

    @property
    def folder(self) -> Path:
        """Its folder of class folders."""
        return _root() / self.name

    def class_names(self) -> list[str]:
        """Its classes, sorted."""
        return _folders(self.folder)

    def photos(self, class_name: str) -> list[str]:
        """File names of the photos of a class, in the order they came.

        Raises:
            EngineError: If there is no such class.
        """
        return _files(self._class_folder(class_name))

    def counts(self) -> dict[str, int]:
        """Number of photos of each class, by class name, sorted."""
        return {name: len(_files(self.folder / name)) for name in self.class_names()}

    def photo_path(self, class_name: str, photo: str) -> Path:
        """Path of a photo.

        Raises:
            EngineError: If there is no such class or photo.
        """
        if photo not in self.photos(class_name):
            raise EngineError(
                f"The photo must be one of the class {class_name!r}; it may have been removed "
                f"meanwhile. Received: {photo[:100]!a}"
            )
        return self.folder / class_name / photo

    def add_class(self, name: str) -> str:
        """Add a class without photos.

        Args:
            name: What the visitor calls it.

        Returns:
            Its name, without needless spaces.

        Raises:
            EngineError: If this machine is read-only, the name is not allowed or is taken, there
                are `MAX_CLASSES` already, or the disk refuses.
        """
        refuse_if_read_only("Collecting photos")
        names = self.class_names()
        name = free_name(name, names, "class")
        if len(names) >= MAX_CLASSES:
            raise EngineError(
                f"A collection must have at most {MAX_CLASSES} classes. "
                f"Received: {name!r} beside {len(names)}"
            )
        with disk_errors():
            (self.folder / name).mkdir()
        return name

    def rename_class(self, old: str, new: str) -> str:
        """Give a class another name.

        Returns:
            The new name, without needless spaces.

        Raises:
            EngineError: If this machine is read-only, there is no such class, the new name is
                not allowed or is taken, or the disk refuses.
        """
        refuse_if_read_only("Collecting photos")
        folder = self._class_folder(old)
        # Its own name is not taken: "hat" may become "Hat".
        new = free_name(new, [name for name in self.class_names() if name != old], "class")
        with disk_errors():
            folder.rename(self.folder / new)
        return new

    def remove_class(self, name: str) -> None:
        """Remove a class with its photos.

        Raises:
            EngineError: If this machine is read-only, there is no such class, or the disk
                refuses.
        """
        refuse_if_read_only("Collecting photos")
        _remove(self._class_folder(name))

    def add_photo(self, class_name: str, data: bytes, file_name: str = "the photo") -> str:
        """Add a photo, after the safe decoder could read it.

        The file is kept as it came. Photos with the same pixels are the same photo, whatever
        stands in their files beside the pixels.

        Args:
            class_name: Its class.
            data: The whole file.
            file_name: What the visitor calls it.

        Returns:
            Its file name in the collection.

        Raises:
            PhotoError: If it is no photo that can be used, or the collection has it already.
            EngineError: If this machine is read-only, there is no such class, there are
                `MAX_PHOTOS` already, or the disk refuses.
        """
        refuse_if_read_only("Collecting photos")
        folder, shown = self._class_folder(class_name), shown_name(file_name)
        digest = _digest(decode_photo(data, file_name))
        known = {name: self.photos(name) for name in self.class_names()}
        for name, photos in known.items():
            if any(f"-{digest}." in photo for photo in photos):
                raise PhotoError(
                    f"{shown} is in the class {name!r} already: each photo must be there once."
                )
        if sum(map(len, known.values())) >= MAX_PHOTOS:
            raise EngineError(
                f"A collection must have at most {MAX_PHOTOS:,} photos: remove some, or bring a "
                f"zip file instead. Received: {shown}"
            )
        last = max(map(_number, known[class_name]), default=0)
        ending = PurePath(shown).suffix.lower()
        ending = ending if ending in FILE_EXTENSIONS else ".jpg"  # the decoder looks inside
        photo = f"{last + 1:04d}-{digest}{ending}"
        with disk_errors():
            write_bytes(folder / photo, data)
        return photo

    def remove_photo(self, class_name: str, photo: str) -> None:
        """Remove a photo.

        Raises:
            EngineError: If this machine is read-only, there is no such photo, or the disk
                refuses.
        """
        refuse_if_read_only("Collecting photos")
        with disk_errors():
            self.photo_path(class_name, photo).unlink()

    def remove(self) -> None:
        """Remove the collection with all its photos.

        Raises:
            EngineError: If this machine is read-only, or the disk refuses.
        """
        refuse_if_read_only("Collecting photos")
        _remove(self.folder)

    def _class_folder(self, name: str) -> Path:
        names = self.class_names()
        if name not in names:
            raise EngineError(
                f"The class must be one of the collection: {', '.join(names) or 'none yet'}. "
                f"Received: {name[:100]!a}"
            )
        return self.folder / name


def list_collections() -> list[str]:
    """Names of the collections that are here, sorted."""
    return _folders(_root())


def open_collection(name: str) -> Collection:
    """The collection of this name.

    Raises:
        EngineError: If there is none.
    """
    names = list_collections()
    if name not in names:
        raise EngineError(
            f"The collection must be one that is here: {', '.join(names) or 'none yet'}. "
            f"Received: {name[:100]!a}"
        )
    return Collection(name)


def create_collection(name: str) -> Collection:
    """A new collection without classes.

    Args:
        name: What the visitor calls it; the data set made of it is called so, too.

    Raises:
        EngineError: If this machine is read-only, the name is not allowed or is taken, there are
            `MAX_COLLECTIONS` already, or the disk refuses.
    """
    refuse_if_read_only("Collecting photos")
    names = list_collections()
    name = free_name(name, names, "collection")
    if len(names) >= MAX_COLLECTIONS:
        raise EngineError(
            f"There must be at most {MAX_COLLECTIONS} collections: remove one first. "
            f"Received: {name!r} beside {len(names)}"
        )
    with disk_errors():
        (_root() / name).mkdir(parents=True)
    return Collection(name)


def _root() -> Path:
    return paths.data_folder() / COLLECTIONS_FOLDER


def _folders(folder: Path) -> list[str]:
    """Names of the folders in `folder`, hidden ones left out."""
    with disk_errors(), contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        return sorted(
            one.name
            for one in entries
            if not one.name.startswith(".") and one.is_dir(follow_symlinks=False)
        )
    return []


def _files(folder: Path) -> list[str]:
    """Names of the photos in a class folder; what someone else laid there is left out."""
    with disk_errors(), contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
        return sorted(
            (
                one.name
                for one in entries
                if one.name.split("-")[0].isdecimal() and one.is_file(follow_symlinks=False)
            ),
            key=_number,
        )
    return []


def _number(photo: str) -> int:
    return int(photo.split("-", maxsplit=1)[0])


def _remove(folder: Path) -> None:
    """Remove a folder: it is gone at once, whatever happens while its files are removed."""
    with disk_errors():
        remove_leftovers(folder.parent)
        aside = folder.parent / temporary_name(hashlib.sha256(os.urandom(8)).hexdigest()[:8])
        folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)


def _digest(photo: np.ndarray) -> str:
    """The start of the sha256 of a photo's pixels and shape."""
    whole = hashlib.sha256(str(photo.shape).encode())
    whole.update(np.ascontiguousarray(photo).data)
    return whole.hexdigest()[:_DIGITS]
