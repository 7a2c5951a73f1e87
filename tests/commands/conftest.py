"""What the tests of all commands share: one run of the command line, or one that must fail."""

import re

import numpy as np
import pytest

from engine.__main__ import main
from engine.data.images import encode_jpeg, encode_png
from engine.models.backend import use_backend

TINY = ["--image-size", "32", "--filters", "4", "--dense-units", "4", "--precision", "float32"]


@pytest.fixture(scope="module", autouse=True)
def tensorflow():
    """All in one process, so the backend that can also train."""
    use_backend("training")


@pytest.fixture
def command(capsys, artifacts):
    """Runs one command on artifacts of its own; returns its exit code, stdout and stderr."""

    def run(*arguments):
        capsys.readouterr()
        code = main([str(one) for one in arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def refused(command, artifacts):
    """Runs one command that must fail; returns the line on stderr."""

    def run(*arguments):
        before = content(artifacts)
        code, out, err = command(*arguments)
        assert (code, out) == (2, "")
        *progress, line = err.splitlines()
        assert line.startswith("error: ")
        assert all(re.fullmatch(r"[A-Z][a-z ]+: \d+%", one) for one in progress)
        assert content(artifacts) == before, "something was left behind"
        return line

    return run


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    path.write_bytes(encode_png(np.full((40, 60, 3), (200, 30, 30), "uint8")))
    return path


@pytest.fixture
def class_folders(tmp_path):
    """A folder with one folder of photos per class."""
    generator = np.random.default_rng(0)
    for class_name in ("hat", "shoes"):
        folder = tmp_path / "wardrobe" / class_name
        folder.mkdir(parents=True)
        for number in range(8):
            photo = generator.integers(0, 256, (40, 40, 3), dtype=np.uint8)
            (folder / f"{number}.jpg").write_bytes(encode_jpeg(photo))
    return tmp_path / "wardrobe"


@pytest.fixture
def trained(tiny_data_set, command):
    """A real run `scratch` of `tiny`, trained by the command line."""
    code, out, err = command("train", "tiny", "scratch", "--epochs", 1, *TINY)
    assert code == 0, err
    return out, err


def content(folder):
    """What lies in a folder; empty folders do not count, nor do photos prepared for training."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != "prepared"
    )
