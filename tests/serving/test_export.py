"""The process that exports: what it refuses. What it exports answers in test_predict."""

import shutil
import sys

import pytest

from engine.errors import EngineError
from engine.runs import WEIGHTS_FILE, RunError
from engine.serving.export import export_run


def test_damaged_weights_are_one_sentence_of_the_run(run, tmp_path):
    graph = tmp_path / "model.xml"
    with pytest.raises(RunError, match=f"run tiny/scratch .*{WEIGHTS_FILE}"):
        export_run(run, graph)
    assert not graph.exists()


def test_a_run_that_is_gone(run, tmp_path):
    shutil.rmtree(run.folder)
    with pytest.raises(RunError, match=r"config\.json"):
        export_run(run, tmp_path / "model.xml")


def test_a_process_that_fails_is_one_sentence(run, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    with pytest.raises(EngineError, match=r"tiny/scratch cannot be prepared: no reason given"):
        export_run(run, tmp_path / "model.xml")
