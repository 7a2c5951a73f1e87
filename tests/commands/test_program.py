"""What holds for every command: wrong ones, help, a disk that refuses, a reader that has gone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import runs
from engine.__main__ import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("arguments", [[], ["sing"], ["runs", "further"], ["--json"]])
def test_wrong_commands(refused, arguments):
    assert "Help: python -m engine" in refused(*arguments)


def test_help(capsys):
    with pytest.raises(SystemExit) as end:
        main(["train", "--help"])
    assert end.value.code == 0
    assert "--epochs" in capsys.readouterr().out


def test_a_disk_that_refuses_is_one_line(refused, tiny_runs, monkeypatch):
    def refuse(data_set):
        raise PermissionError(13, "Permission denied", "artifacts")

    monkeypatch.setattr(runs, "load_runs", refuse)
    assert "Permission denied (artifacts)" in refused("runs")


def test_too_little_memory_is_one_line(refused, tiny_runs, monkeypatch):
    def refuse(data_set):
        raise MemoryError

    monkeypatch.setattr(runs, "load_runs", refuse)
    assert "memory" in refused("runs")


def engine(*arguments, **options):
    """`python -m engine` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "engine", *arguments],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def test_as_a_program_without_a_command(artifacts):
    with engine(stdout=subprocess.PIPE) as process:
        out, err = process.communicate()
    assert (process.returncode, out) == (2, "")
    assert err.startswith("error: ") and err.count("\n") == 1


def test_a_reader_that_has_gone_is_no_error(tiny_runs):
    reader, writer = os.pipe()
    os.close(reader)
    with engine("runs", stdout=writer) as process:
        os.close(writer)
        _, err = process.communicate()
    assert (process.returncode, err) == (0, "")
