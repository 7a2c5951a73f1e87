"""No chart knows which models there are: names and colours come with the looks it is given."""

import ast
from pathlib import Path

import pytest

from engine.views import charts
from tests.presets import BASELINES, MODELS

SOURCES = sorted(Path(charts.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_chart_names_no_model(source):
    tree = ast.parse(source.read_text(encoding="utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert not {*MODELS, *BASELINES}.intersection(texts)
    named = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert not [module for module in named if module.startswith("engine.models")]
