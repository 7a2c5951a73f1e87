import re

import pytest

from engine.data.catalog import CATALOG
from engine.data.data_set import load_index
from engine.disk import paths
from engine.scenes import SCENE_CLASSES
from engine.scenes import data_set as scenes


def test_clothing_is_that_of_one_commit():
    entry = CATALOG["clothing"]
    assert (entry.name, entry.photos, entry.classes) == ("clothing", 3781, 10)
    # A pinned commit, or the photos could change under the published numbers.
    assert re.fullmatch(r"https://github\.com/.*/archive/[0-9a-f]{40}\.zip", entry.url)
    assert entry.licence.startswith("CC0")


def test_objects_are_ten_classes_under_names_of_today():
    entry = CATALOG["objects"]
    assert (entry.name, entry.photos, entry.classes) == ("objects", 1299, 10)
    assert entry.url == "https://data.caltech.edu/records/mzrjq-6wc02/files/caltech-101.zip"
    assert re.fullmatch("[0-9a-f]{32}", entry.archive_md5)
    assert len(set(entry.class_folders.values())) == entry.classes
    assert entry.class_folders["Leopards"] == "leopard"
    # The licence asks for the names of the authors, a link to it, and what was changed.
    assert entry.licence == "CC BY 4.0"
    for part in ("Perona", "doi.org", "creativecommons.org/licenses/by/4.0", "renamed"):
        assert part in entry.attribution


def test_the_scenes_are_drawn():
    entry = CATALOG["scenes"]
    assert entry.drawn
    assert entry.classes == len(SCENE_CLASSES)
    assert entry.photos == sum(map(len, map(scenes.scene_parameters, ("train", "test"))))


@pytest.mark.parametrize("name", CATALOG)
def test_the_published_index_is_that_of_the_catalog(name):
    entry, index = CATALOG[name], load_index(paths.published_folder() / name)
    assert (entry.name, entry.digest) == (name, index.digest)
    assert re.fullmatch("[0-9a-f]{64}", entry.digest)
    assert (len(index.photos), len(index.class_names)) == (entry.photos, entry.classes)
    said = [(one.title, one.description, one.licence, one.source) for one in (entry, index)]
    assert said[0] == said[1]
    assert index.attribution == entry.attribution
    if entry.class_folders:
        folders = index.photos["image_id"].str.split("/").str[0]
        assert folders.map(entry.class_folders).tolist() == index.photos["class_name"].tolist()
