"""`report`: the whole comparison in one file."""

import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import make_run

ROOT = Path(__file__).resolve().parents[2]


def test_report(command, tiny_runs, tmp_path):
    path = tmp_path / "report.html"
    path.write_text("the one before")
    code, out, err = command("report", "tiny", path)
    assert (code, err) == (0, "")
    assert re.fullmatch(rf"{re.escape(str(path))}: tiny, scratch and resnet50, \d\.\d MB\n", out)
    assert path.read_text().startswith("<!DOCTYPE html>")


def test_report_of_a_chosen_run(command, tiny_data_set, tiny_runs, tmp_path):
    make_run(tiny_data_set, "scratch", name="longer")
    code, out, _ = command("report", "tiny", tmp_path / "r.html", "--scratch", "longer")
    assert code == 0
    assert "tiny, longer and resnet50" in out
    code, out, _ = command(
        "report", "tiny", tmp_path / "r.html", "--left", "resnet50", "--right", "longer"
    )
    assert code == 0
    assert "tiny, resnet50 and longer" in out


def test_report_refuses(refused, tiny_runs, tmp_path):
    path = tmp_path / "report.html"
    (tmp_path / "folder").mkdir()
    assert "tiny. Received: 'nowhere'" in refused("report", "nowhere", path)
    assert "Received: '../x'" in refused("report", "../x", path)
    assert "scratch, resnet50. Received: 'best'" in refused(
        "report", "tiny", path, "--left", "best"
    )
    assert "not a folder" in refused("report", "tiny", tmp_path / "folder")
    assert "must be there" in refused("report", "tiny", tmp_path / "no" / "report.html")
    assert "Help: python -m engine report" in refused("report", "tiny")
    assert not path.exists()


def test_report_without_a_run(refused, tiny_data_set, tmp_path):
    assert "none yet. Received: 'tiny'" in refused("report", "tiny", tmp_path / "report.html")


def test_report_loads_no_keras(tiny_runs, tmp_path):
    program = (
        "import sys; from engine.__main__ import main; "
        f"assert main(['report', 'tiny', {str(tmp_path / 'report.html')!r}]) == 0; "
        "print({'tensorflow', 'keras', 'openvino', 'sklearn', 'streamlit'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"
