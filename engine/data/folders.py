"""Photos in folders, one folder a class: which there are, and the digest of their content."""

import hashlib
import os
import shutil
from pathlib import Path
from typing import NamedTuple

from engine.data.images import FILE_EXTENSIONS

#: Folders that share photos out instead of naming a class, and the split each stands for.
SPLIT_FOLDERS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "test": "test",
    "testing": "test",
}

#: What operating systems leave in folders; not worth a word to the person.
SYSTEM_FILES = {"__macosx", "thumbs.db", "desktop.ini"}


class FoundPhoto(NamedTuple):
    """One photo file.

    Attributes:
        image_id: Path below the top folder, with `/`.
        class_name: Name of its class folder.
        split: `train`, `validation` or `test` where the folders say so, else None.
    """

    image_id: str
    class_name: str
    split: str | None


class FoundPhotos(NamedTuple):
    """All photo files of a folder.

    Attributes:
        top: The folder the image ids start from.
        photos: The photos, sorted by image id.
        left_out: Files in class folders that are not used, each with the reason.
    """

    top: Path
    photos: list[FoundPhoto]
    left_out: list[tuple[str, str]]

    @property
    def class_names(self) -> tuple[str, ...]:
        """The class names, sorted; those that are numbers by value."""
        return tuple(sorted({photo.class_name for photo in self.photos}, key=_by_value))

    @property
    def image_ids(self) -> list[str]:
        """The image ids, sorted."""
        return [photo.image_id for photo in self.photos]

    @property
    def fixed_test(self) -> list[bool] | None:
        """Whether each photo is in a test folder; None where there is no such folder."""
        fixed = [photo.split == "test" for photo in self.photos]
        return fixed if any(fixed) else None


def find_photos(folder: Path) -> FoundPhotos:
    """The photos of `folder`: class folders, or `train`, `validation` and `test` folders of them.

    A folder that holds nothing but one other folder is stepped into, as archives often wrap
    their content. Hidden files are passed over, links are never followed. Nothing is opened.
    """
    top = Path(folder)
    while (inner := _only_folder(top)) is not None:
        top = inner
    photos: list[FoundPhoto] = []
    left_out: list[tuple[str, str]] = []
    folders = _folders(top)
    if _shared_out(folders):
        for shared in folders:
            split = SPLIT_FOLDERS[shared.name.lower()]
            for class_folder in _folders(shared):
                _collect(top, class_folder, split, photos, left_out)
            left_out += _loose(top, shared)
    else:
        for class_folder in folders:
            _collect(top, class_folder, None, photos, left_out)
    left_out += _loose(top, top)
    return FoundPhotos(top, sorted(photos), sorted(left_out))


def move_photos(found: FoundPhotos, into: Path) -> None:
    """Move the found photos below `into` (on the same disk), each to its image id."""
    for image_id in found.image_ids:
        target = into / image_id
        target.parent.mkdir(parents=True, exist_ok=True)
        (found.top / image_id).replace(target)


def copy_photos(found: FoundPhotos, into: Path) -> None:
    """Copy the found photos below `into`, each to its image id."""
    for image_id in found.image_ids:
        target = into / image_id
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found.top / image_id, target, follow_symlinks=False)


def content_digest(folder: Path, image_ids: list[str]) -> str:
    """sha256 over `<sha256 of file>  <image id>\\n`, sorted by image id: 64 hexadecimal digits."""
    whole = hashlib.sha256()
    for image_id in sorted(image_ids):
        whole.update(f"{file_digest(Path(folder) / image_id)}  {image_id}\n".encode())
    return whole.hexdigest()


def file_digest(path: Path) -> str:
    """sha256 of one file, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _by_value(name: str) -> tuple[bool, int, str]:
    number = name.isascii() and name.isdecimal() and len(name) < 20
    return not number, int(name) if number else 0, name


def _is_clutter(name: str) -> bool:
    return name.startswith(".") or name.lower() in SYSTEM_FILES


def _is_photo(entry: os.DirEntry[str]) -> bool:
    return entry.name.lower().endswith(FILE_EXTENSIONS) and not entry.is_dir()


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted((one for one in entries if not _is_clutter(one.name)), key=lambda e: e.name)


def _folders(folder: Path) -> list[Path]:
    return [Path(one) for one in _entries(folder) if one.is_dir(follow_symlinks=False)]


def _only_folder(folder: Path) -> Path | None:
    """The only folder in `folder`, where no photo lies beside it and it is not a class itself."""
    entries = _entries(folder)
    folders = [Path(one) for one in entries if one.is_dir(follow_symlinks=False)]
    if len(folders) != 1 or any(_is_photo(one) for one in entries):
        return None
    return folders[0] if _folders(folders[0]) else None


def _shared_out(folders: list[Path]) -> bool:
    splits = [SPLIT_FOLDERS.get(folder.name.lower()) for folder in folders]
    if None in splits or "train" not in splits:
        return False
    # Photos right inside a train folder make it a class that happens to be called so.
    train = folders[splits.index("train")]
    return bool(_folders(train)) and not any(_is_photo(one) for one in _entries(train))


def _loose(top: Path, folder: Path) -> list[tuple[str, str]]:
    return [
        (
            _printable(Path(one).relative_to(top)),
            "It is a link." if one.is_symlink() else "It is not in a class folder.",
        )
        for one in _entries(folder)
        if one.is_symlink() or _is_photo(one)
    ]


def _collect(
    top: Path,
    folder: Path,
    split: str | None,
    photos: list[FoundPhoto],
    left_out: list[tuple[str, str]],
    class_name: str | None = None,
) -> None:
    class_name = class_name or folder.name
    for entry in _entries(folder):
        path = Path(entry)
        below = path.relative_to(top)
        if entry.is_symlink():
            left_out.append((_printable(below), "It is a link."))
        elif entry.is_dir():
            _collect(top, path, split, photos, left_out, class_name)
        elif not _is_photo(entry):
            left_out.append((_printable(below), "It is not a photo file."))
        elif not entry.is_file():
            left_out.append((_printable(below), "It is not a regular file."))
        elif not below.as_posix().isprintable():
            left_out.append((_printable(below), "Its name has unprintable characters."))
        else:
            photos.append(FoundPhoto(below.as_posix(), class_name, split))


def _printable(path: Path) -> str:
    text = path.as_posix()
    return text if text.isprintable() else ascii(text)[1:-1]
