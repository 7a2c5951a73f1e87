"""`pip install .`: all of the engine, what it needs, and a command line that runs in any folder."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from engine.disk.paths import ARTIFACTS_VARIABLE

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("pyproject.toml", "requirements.txt", "README.md", "LICENSE", "NOTICE")
BUILD = "from setuptools.build_meta import build_wheel; print(build_wheel('.'))"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from a copy, because setuptools leaves its own files beside the sources."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "engine", copy / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    for name in SOURCES:
        shutil.copy(ROOT / name, copy)
    command = [sys.executable, "-c", BUILD]
    built = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return copy / built.stdout.split()[-1]


def test_it_holds_every_file_of_the_engine_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as file:
        packed = {name for name in file.namelist() if ".dist-info/" not in name}
    here = (path for path in (ROOT / "engine").rglob("*") if "__pycache__" not in path.parts)
    assert packed == {path.relative_to(ROOT).as_posix() for path in here if path.is_file()}


def test_it_asks_for_the_requirements_and_the_pythons_that_work(wheel):
    with zipfile.ZipFile(wheel) as file:
        (name,) = (one for one in file.namelist() if one.endswith(".dist-info/METADATA"))
        metadata = message_from_bytes(file.read(name))
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = {str(Requirement(line)) for line in lines if line and not line.startswith("#")}
    assert {str(Requirement(one)) for one in metadata.get_all("Requires-Dist")} == wanted
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pythons = metadata["Requires-Python"].split(",")
    assert sorted(pythons) == sorted(project["requires-python"].split(","))


def test_installed_it_runs_in_any_folder_and_keeps_its_things_there(wheel, tmp_path, monkeypatch):
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    with zipfile.ZipFile(wheel) as file:
        file.extractall(installed)
    monkeypatch.setenv("PYTHONPATH", str(installed))

    def engine(*arguments):
        command = [sys.executable, "-m", "engine", *arguments]
        done = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    monkeypatch.delenv(ARTIFACTS_VARIABLE, raising=False)
    assert "scratch" not in engine("runs")
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(ROOT / "artifacts"))
    assert "scratch" in engine("runs")
    engine("report", "scenes", "report.html")  # made from files that are not Python
    assert (elsewhere / "report.html").stat().st_size > 1e6
