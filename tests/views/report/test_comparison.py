import numpy as np
import pytest

from engine import runs
from engine.disk import paths
from engine.errors import EngineError
from engine.views.report import load_comparison
from tests.conftest import make_run


def test_both_models_are_paired(tiny_runs):
    comparison = load_comparison("tiny")
    assert list(comparison.runs) == ["scratch", "resnet50"]
    assert len(comparison.pairs) == 6
    assert comparison.evidence.difference == pytest.approx(0.5)
    assert comparison.problems == []
    assert set(comparison.test_answers()["scratch"].split) == {"test"}


def test_the_run_named_after_its_model_comes_first(tiny_runs, tiny_data_set):
    make_run(tiny_data_set, "scratch", name="another", root=paths.runs_folder())
    assert load_comparison("tiny").runs["scratch"].name == "scratch"
    assert load_comparison("tiny", {"scratch": "another"}).runs["scratch"].name == "another"
    assert len(load_comparison("tiny").all_runs) == 3


def test_a_run_that_is_not_there(tiny_runs):
    with pytest.raises(EngineError, match=r"must be one of those of tiny: scratch\. Received: 'x'"):
        load_comparison("tiny", {"scratch": "x"})


def test_no_run_at_all(tiny_data_set):
    with pytest.raises(EngineError, match="python -m engine train tiny scratch"):
        load_comparison("tiny")


def test_a_damaged_run_is_named_and_the_other_reported(tiny_runs):
    (tiny_runs["resnet50"].folder / runs.HISTORY_FILE).write_text("x")
    comparison = load_comparison("tiny")
    assert list(comparison.runs) == ["scratch"]
    assert runs.HISTORY_FILE in comparison.problems[0]
    assert comparison.pairs is None and comparison.evidence is None


def test_runs_that_disagree_about_the_labels_are_not_paired(tiny_runs):
    path = tiny_runs["scratch"].folder / runs.PREDICTIONS_FILE
    with np.load(path) as stored:
        parts = dict(stored)
    parts["y_true"] = (parts["y_true"] + 1) % 3
    np.savez(path, **parts)
    comparison = load_comparison("tiny")
    assert comparison.pairs is None
    assert "must agree on the true class" in comparison.problems[0]
