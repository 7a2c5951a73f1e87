"""A third model, registered in one file, goes the whole way: training, pages, report, exchange."""

import io

import numpy as np
import pytest

from engine import runs
from engine.data.images import read_photo
from engine.disk import paths
from engine.exchange import export_runs, import_runs
from engine.measures.comparison import load_comparison
from engine.models import SPECS, check_recipe
from engine.models.build import build_model
from engine.models.weight_shapes import weight_shapes
from engine.recipes.config import RunConfig
from engine.serving.predict import Predictor
from engine.training.reproduce import reproduce
from engine.training.train import train
from engine.views.report import build_report
from pages.ui.navigation import PAGES
from tests.conftest import give_weights, make_run
from tests.page_runner import open_page, texts
from tests.third_model import SPEC


@pytest.fixture
def third(monkeypatch):
    """The third model, known to this process."""
    monkeypatch.setitem(SPECS, SPEC.name, SPEC)
    return SPEC


@pytest.fixture
def trained(third, tiny_data_set):
    """A run of it that was really trained, beside a run of `scratch`."""
    give_weights(make_run(tiny_data_set, "scratch", wrong=4))
    check_recipe(third.preset)
    config = RunConfig(
        name=third.name,
        data_set=tiny_data_set.name,
        data_set_digest=tiny_data_set.digest,
        split_seed=tiny_data_set.split_seed,
        class_names=tiny_data_set.class_names,
        recipe=third.preset,
        precision="float32",
    )
    return runs.load_run(train(config, tiny_data_set))


def test_its_weights_are_those_that_it_says(third):
    model = build_model(third.preset, 3)
    found = {one.path: tuple(one.shape) for one in model.weights}
    assert weight_shapes(third.preset, 3) == found


def test_it_trains_and_answers(trained, tiny_data_set):
    assert trained.summary["epochs"] == 2
    assert reproduce(trained.config).command == (
        "python -m engine train tiny thumbnail --precision float32"
    )
    predictor = Predictor(trained)
    (row,) = np.flatnonzero(trained.predictions.split == "test")[:1]
    photo = read_photo(tiny_data_set.photo_path(str(trained.predictions.image_ids[row])))
    answer = predictor.predict(photo).probabilities
    np.testing.assert_allclose(answer, trained.predictions.y_prob[row], atol=1e-3)
    heat = predictor.explain(photo, 0)
    assert heat.shape == (15, 15)
    assert 0 <= heat.min() <= heat.max() <= 1


def test_the_report_compares_it(trained):
    comparison = load_comparison("tiny", "scratch", trained.name)
    assert comparison.evidence is not None
    html = build_report(comparison)
    assert SPEC.title in html
    assert SPEC.colour in html


def test_every_page_shows_it(trained):
    for page in PAGES:  # one training for all of them
        app = open_page(page.path, data_set="tiny", left="scratch", right=trained.name)
        assert not app.error, page.title
        shown = "\n".join([texts(app), *(str(one.options) for one in app.selectbox)])
        assert trained.name in shown or SPEC.title in shown, page.title


def test_it_travels(trained, tmp_path, monkeypatch):
    file = io.BytesIO()
    assert export_runs("tiny", [trained.name], file).names == (trained.name,)
    archive = tmp_path / "runs.zip"
    archive.write_bytes(file.getvalue())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv(paths.ARTIFACTS_VARIABLE, str(elsewhere))
    import_runs(archive)
    arrived = runs.find_run("tiny", trained.name)
    np.testing.assert_array_equal(arrived.predictions.y_prob, trained.predictions.y_prob)


def test_where_it_is_not_known_its_run_is_one_sentence_and_all_else_shows(trained, monkeypatch):
    monkeypatch.delitem(SPECS, SPEC.name)
    found, problems = runs.load_runs("tiny")
    assert [run.name for run in found] == ["scratch"]
    (problem,) = problems
    assert "thumbnail" in problem
    assert "must be one of scratch, resnet50" in problem
