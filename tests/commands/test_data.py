"""`data`: the data sets, and what is imported or brought."""

import re
import shutil
import zipfile

import pytest

from engine.data import CATALOG
from tests.commands.conftest import content


def test_data_lists_the_catalog_and_what_is_here(command, tiny_data_set):
    code, out, err = command("data")
    assert (code, err) == (0, "")
    header, *rows = out.splitlines()
    assert header.split() == ["name", "photos", "classes", "licence", "here"]
    assert [row.split()[0] for row in rows] == ["clothing", "objects", "scenes", "tiny"]
    assert rows[0].split()[1:3] == [str(CATALOG["clothing"].photos), "10"]
    assert CATALOG["clothing"].licence in rows[0]
    assert [row.split()[-1] for row in rows] == ["no", "no", "no", "yes"]
    assert all(len(row.rstrip()) <= 79 for row in rows)


def test_data_without_any_artifacts(command, artifacts):
    code, out, _ = command("data")
    assert code == 0
    assert [row.split()[0] for row in out.splitlines()[1:]] == ["clothing", "objects", "scenes"]


def test_data_imports_a_folder_and_knows_it_again(command, class_folders, artifacts):
    code, out, err = command("data", class_folders)
    assert code == 0
    assert out == "wardrobe: 16 photos of 2 classes, 10 train, 2 validation, 4 test\n"
    assert "Preparing the photos: 100%" in err
    before = content(artifacts)
    assert command("data", class_folders)[:2] == (0, out)
    assert content(artifacts) == before


def test_data_looks_for_doubles_when_it_is_asked_to(command, class_folders, artifacts):
    double = (class_folders / "hat" / "0.jpg").read_bytes()
    (class_folders / "shoes" / "double.jpg").write_bytes(double)
    code, out, err = command("data", class_folders, "--check")
    assert code == 0
    first, second = out.splitlines()
    assert first.startswith("wardrobe: 17 photos of 2 classes")
    assert second.startswith("wardrobe: 1 photo stands more than once, 1 with different labels")
    assert "Looking for doubles: 100%" in err
    assert (artifacts / "data" / "wardrobe" / "duplicates.csv").is_file()


def test_data_says_which_photos_were_left_out(command, class_folders):
    (class_folders / "hat" / "broken.jpg").write_bytes(b"no photo")
    code, out, err = command("data", class_folders)
    assert code == 0
    assert out.startswith("wardrobe: 16 photos")
    assert re.search("left out hat/broken.jpg: .*photo", err)


def test_data_with_an_archive_that_is_another(refused, tmp_path):
    archive = tmp_path / "other.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("top/train/hat/1.jpg", b"x")
    assert "archive must hold" in refused("data", "clothing", "--archive", archive)


@pytest.mark.parametrize(
    "arguments", [["data"], ["train", "scratch"]], ids=lambda arguments: arguments[0]
)
def test_data_sets_that_are_none(refused, tmp_path, photo, arguments):
    def line(path):
        return refused(arguments[0], path, *arguments[1:])

    assert "Received: 'nonexisting'" in line("nonexisting")
    assert "Received: " in line("../nonexisting/path")
    assert "Received: ''" in line("")
    (tmp_path / "empty").mkdir()
    assert "Received: empty, without photos" in line(tmp_path / "empty")
    assert "photo.png" in line(photo)
    one_class = tmp_path / "one" / "hat"
    one_class.mkdir(parents=True)
    shutil.copy(photo, one_class)
    assert "2 classes" in line(tmp_path / "one")
    for class_name in ("a", "b"):
        folder = tmp_path / "nonsense" / class_name
        folder.mkdir(parents=True)
        for number in range(6):
            (folder / f"{number}.jpg").write_bytes(b"no photo")
    assert "readable photos" in line(tmp_path / "nonsense")


def test_archive_goes_with_the_catalog(refused, tmp_path):
    archive = tmp_path / "missing.zip"
    assert "missing.zip" in refused("data", "clothing", "--archive", archive)
    assert "clothing" in refused("data", "tiny", "--archive", archive)
    assert "name of a data set" in refused("data", "--archive", archive)
    assert "needs a data set" in refused("data", "--check")
    assert "its photos are drawn" in refused("data", "scenes", "--archive", archive)
