import dataclasses
import errno
import io
import os
import stat
import zipfile

import numpy as np
import pytest
from safetensors.numpy import save_file

from engine import runs
from engine.disk import paths
from engine.errors import EngineError
from engine.exchange import export_problem, export_runs, pack
from engine.exchange.layout import LIMITS
from engine.models.weight_shapes import weight_shapes
from tests.conftest import give_weights, make_run


@pytest.fixture
def both(tiny_data_set):
    """A published run and one that was trained here, whose weights fit."""
    give_weights(make_run(tiny_data_set, "scratch"))
    give_weights(make_run(tiny_data_set, "baseline-hog", name="mine", root=paths.runs_folder()))


def exported(names=None, data_set="tiny"):
    file = io.BytesIO()
    return export_runs(data_set, names, file), file.getvalue()


def members(content):
    return zipfile.ZipFile(io.BytesIO(content)).infolist()


def test_runs_and_the_index_without_any_photo(both, tiny_data_set):
    done, content = exported()
    assert (done.names, done.left_out) == (("scratch", "mine"), ())
    assert [one.filename for one in members(content)] == [
        "tiny/data_set.json",
        *(f"tiny/mine/{name}" for name in sorted(runs.FILES)),
        "tiny/photos.csv",
        *(f"tiny/scratch/{name}" for name in sorted(runs.FILES)),
    ]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in ("data_set.json", "photos.csv"):
            assert archive.read(f"tiny/{name}") == (tiny_data_set.folder / name).read_bytes()
    assert all(stat.S_ISREG(one.external_attr >> 16) for one in members(content))


def test_what_was_measured_afterwards_goes_along(both):
    text = "picture,predicted,probability\nnoise,dot,0.5\n"
    (runs.find_run("tiny", "mine").folder / runs.OUT_OF_DISTRIBUTION_FILE).write_text(text)
    _, content = exported(["mine"])
    assert f"tiny/mine/{runs.OUT_OF_DISTRIBUTION_FILE}" in [
        one.filename for one in members(content)
    ]


def test_nothing_else_goes_along(both):
    (runs.find_run("tiny", "mine").folder / "secret.txt").write_text("mine")
    _, content = exported(["mine"])
    assert "secret" not in str(members(content))


def test_the_same_runs_are_the_same_bytes(both):
    _, before = exported(["mine", "scratch"])
    for folder in runs.find_run_folders("tiny"):
        for file in folder.iterdir():
            os.utime(file, (0, 0))
    assert exported(["scratch", "mine", "mine"])[1] == before
    assert exported()[1] == before


def test_one_run(both):
    done, content = exported(["mine"])
    assert done.names == ("mine",)
    assert not any("scratch" in one.filename for one in members(content))


def test_of_all_runs_those_that_cannot_travel_are_left_out(both, tiny_data_set):
    make_run(tiny_data_set, "scratch", name="hollow")
    done, _ = exported()
    assert done.names == ("scratch", "mine")
    (sentence,) = done.left_out
    assert sentence.startswith("The run hollow cannot be exported: weights.safetensors")


def test_a_run_of_other_photos_cannot_travel(both, tiny_data_set):
    path = runs.find_run("tiny", "mine").folder / runs.CONFIG_FILE
    path.write_text(path.read_text().replace(tiny_data_set.digest, "0" * 64))
    with pytest.raises(EngineError, match=r"mine cannot be exported: .*another version"):
        exported(["mine"])
    assert exported()[0].names == ("scratch",)


@pytest.mark.parametrize(
    ("data_set", "names", "match"),
    [
        ("tiny", ["nothing"], "scratch, mine. Received: 'nothing'"),
        ("tiny", ["../tiny"], "scratch, mine. Received: '../tiny'"),
        ("nothing", None, "tiny. Received: 'nothing'"),
        ("../x", None, "letters, digits"),
    ],
)
def test_what_is_not_there(both, data_set, names, match):
    with pytest.raises(EngineError, match=match):
        exported(names, data_set)


def test_no_run_to_export(tiny_data_set):
    with pytest.raises(EngineError, match="must be a run of tiny that can be exported"):
        exported()
    make_run(tiny_data_set, "scratch")
    with pytest.raises(EngineError, match=r"exported\. The run scratch cannot be .*weights"):
        exported()


@pytest.mark.parametrize("limit", ["files", "bytes", "file_bytes"])
def test_what_could_not_be_imported_is_not_exported(both, monkeypatch, limit):
    monkeypatch.setattr(pack, "LIMITS", dataclasses.replace(LIMITS, **{limit: 10}))
    with pytest.raises(EngineError, match=r"export fewer runs at once\. Received: 2 runs"):
        exported()


def test_a_disk_that_refuses_is_one_sentence(both):
    class Full(io.BytesIO):
        def write(self, _):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(EngineError, match="of tiny could not be exported: No space left"):
        export_runs("tiny", None, Full())


def test_a_quick_look_says_what_a_file_of_weights_says_of_itself(both, tiny_data_set):
    folder = runs.find_run("tiny", "mine").folder
    shapes = weight_shapes(runs.find_run("tiny", "mine").config.recipe, 3)
    assert export_problem(folder, tiny_data_set, every_number=False) is None
    wrong = {name: np.full(shape, np.inf, "float16") for name, shape in shapes.items()}
    save_file(wrong, folder / runs.WEIGHTS_FILE)
    assert export_problem(folder, tiny_data_set, every_number=False) is None
    assert "finite" in export_problem(folder, tiny_data_set)
    (folder / runs.WEIGHTS_FILE).write_bytes(b"")
    assert "cannot be read" in export_problem(folder, tiny_data_set, every_number=False)


def test_a_machine_that_only_shows_exports(both, monkeypatch):
    monkeypatch.setenv("READ_ONLY", "1")
    assert exported()[0].names == ("scratch", "mine")
