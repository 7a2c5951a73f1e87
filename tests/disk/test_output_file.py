import os

import pytest

from engine.disk.output_file import check_output, whole_file
from engine.errors import EngineError


def test_a_link_stays_one(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "link.html").symlink_to(tmp_path / "elsewhere" / "report.html")
    with whole_file(tmp_path / "link.html") as file:
        file.write(b"<html>")
    assert (tmp_path / "link.html").is_symlink()
    assert (tmp_path / "elsewhere" / "report.html").read_bytes() == b"<html>"


def test_a_name_in_the_folder_one_is_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with whole_file(tmp_path.relative_to(tmp_path) / "report.html") as file:
        file.write(b"<html>")
    assert [one.name for one in tmp_path.iterdir()] == ["report.html"]


def test_what_can_be_written_passes(tmp_path):
    (tmp_path / "old.html").write_text("old")
    check_output(tmp_path / "old.html", "report")
    check_output(tmp_path / "new.html", "report")
    assert (tmp_path / "old.html").read_text() == "old"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (".", "The report must be a file, not a folder"),
        ("pipe", "The report must be an ordinary file"),
        ("none/report.html", "The folder of the report must be there: make"),
        ("old.html/report.html", "The folder of the report must be there: make"),
    ],
)
def test_what_cannot_be_written_is_said_before_the_work(tmp_path, name, sentence):
    (tmp_path / "old.html").write_text("old")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(EngineError, match=f"^{sentence}.* Received: "):
        check_output(tmp_path / name, "report")
