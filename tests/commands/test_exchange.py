"""`export` and `import`: runs that travel."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from engine.disk import paths
from tests.conftest import give_weights, make_run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def exported(command, tiny_data_set, tmp_path):
    """A zip file of the runs `scratch` and `mine` of `tiny`."""
    give_weights(make_run(tiny_data_set, "scratch", root=paths.runs_folder()))
    give_weights(make_run(tiny_data_set, "scratch", name="mine", wrong=3))
    path = tmp_path / "runs.zip"
    path.write_text("the one before")
    code, out, err = command("export", "tiny", path)
    assert (code, err) == (0, "")
    assert re.fullmatch(rf"{re.escape(str(path))}: tiny, mine, scratch, \d\.\d MB\n", out)
    return path


def test_export_and_import(command, exported, artifacts):
    shutil.rmtree(artifacts)
    code, out, err = command("import", exported)
    assert (code, out) == (0, "Imported into tiny: mine, scratch.\n")
    assert err.splitlines()[-1] == "Checking the runs: 100%"
    assert command("evaluate", "tiny", "mine")[0] == 0
    code, out, _ = command("import", exported)
    assert (code, out) == (0, "Here already in tiny: mine, scratch.\n")


def test_export_of_chosen_runs(command, exported):
    code, out, _ = command("export", "tiny", exported, "mine")
    assert code == 0
    assert ": tiny, mine, " in out


def test_export_says_what_it_leaves_out(command, exported, tiny_data_set):
    make_run(tiny_data_set, "scratch", name="hollow")
    code, _, err = command("export", "tiny", exported)
    assert code == 0
    assert err.startswith("The run hollow cannot be exported: weights.safetensors")
    assert err.count("\n") == 1


def test_export_refuses(refused, exported, tmp_path):
    before = exported.read_bytes()
    assert "tiny. Received: 'nowhere'" in refused("export", "nowhere", exported)
    assert "Received: 'best'" in refused("export", "tiny", exported, "mine", "best")
    assert "must be there" in refused("export", "tiny", tmp_path / "no" / "runs.zip")
    assert "not a folder" in refused("export", "tiny", tmp_path)
    assert "Help: python -m engine export" in refused("export", "tiny")
    assert exported.read_bytes() == before
    assert not list(tmp_path.glob(".*"))


def test_import_refuses(refused, exported, tmp_path):
    assert "exists" in refused("import", tmp_path / "missing.zip")
    assert "Help: python -m engine import" in refused("import")
    exported.write_bytes(exported.read_bytes()[:999])
    assert "must be a whole zip file" in refused("import", exported)
    with zipfile.ZipFile(exported, "w") as file:
        file.writestr("tiny/mine/weights.pkl", b"evil")
    assert "weights only as weights.safetensors" in refused("import", exported)


def test_exchange_loads_no_keras(exported):
    program = (
        "import sys; from engine.__main__ import main; "
        f"assert main(['export', 'tiny', {str(exported)!r}]) == 0; "
        f"assert main(['import', {str(exported)!r}]) == 0; "
        "print({'tensorflow', 'keras', 'openvino', 'sklearn', 'streamlit'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"
