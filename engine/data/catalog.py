"""The data sets this project knows where to get; `bringing` gets them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field


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
        archive_md5: md5 of the file at that address, 32 hexadecimal digits; empty where it is
            packed anew now and then. A copy or a mirror may be packed differently.
        tar: Path of the `.tar.gz` file within the zip file that holds the photos; empty if the zip
            file itself does.
        class_folders: Class names by class folder of the archive, for those classes that are taken;
            empty if all are, and called like their folders.
        attribution: Who made the photos, where their licence asks for it to be said.
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
    archive_md5: str = ""
    tar: str = ""
    class_folders: Mapping[str, str] = field(default_factory=dict, hash=False)
    attribution: str = ""

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

_OBJECTS_RECORD = "https://data.caltech.edu/records/mzrjq-6wc02"
# Chosen by a rule, not by result: the ten largest classes of Caltech-101, once those of more than
# 400 photos (aeroplanes, motorbikes, faces, twice) and its background are left out.
_OBJECTS_CLASSES = {
    "watch": "watch",
    "Leopards": "leopard",
    "bonsai": "bonsai",
    "car_side": "car",
    "ketch": "ship",
    "chandelier": "chandelier",
    "hawksbill": "turtle",
    "grand_piano": "piano",
    "brain": "brain",
    "butterfly": "butterfly",
}

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
    "objects": CatalogEntry(
        name="objects",
        title="Objects",
        description="Animals and things, one of ten kinds in each photo",
        licence="CC BY 4.0",
        source=_OBJECTS_RECORD,
        photos=1299,
        classes=len(_OBJECTS_CLASSES),
        digest="e32efb43fdd6effaa7a90890e6beb208ebe5b5078dad8ad8b82ca7f4a9861548",
        archive_url=f"{_OBJECTS_RECORD}/files/caltech-101.zip",
        archive_bytes=200_000_000,  # it has 137 MB
        archive_md5="3138e1922a9193bfa496528edbbc45d0",
        tar="caltech-101/101_ObjectCategories.tar.gz",
        class_folders=_OBJECTS_CLASSES,
        attribution=(
            "Caltech 101 (2022) by Fei-Fei Li, Marco Andreeto, Marc'Aurelio Ranzato and Pietro "
            "Perona, CaltechDATA, https://doi.org/10.22002/D1.20086, licensed under "
            "https://creativecommons.org/licenses/by/4.0/; ten of its classes, five of them renamed"
        ),
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
