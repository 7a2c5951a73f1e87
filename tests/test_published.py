"""The committed runs: whole, made by the presets, and shown by every page."""

import dataclasses

import numpy as np
import pytest

from engine import runs
from engine.data import CATALOG, load_data_set
from engine.data.duplicates import load_duplicates
from engine.disk import paths
from engine.measures.data_check import describe_doubles
from engine.measures.robustness import changes_of
from engine.recipes.recipe import Augmentation
from engine.scenes import RANGES, SCENE_CLASSES, STORIES, draw_scene
from engine.serving.predict import Predictor
from engine.training.learning_curve import plan_trainings
from pages.ui.navigation import PAGES
from tests.page_runner import open_page
from tests.presets import BASELINE_PRESETS, BASELINES, MODELS, PRESETS

DATA_SETS = ("clothing", "scenes")
PLAIN = dataclasses.replace(PRESETS["scratch"], augmentation=Augmentation(0.0, 0.0))
RECIPES = {
    **{("clothing", model): PRESETS[model] for model in MODELS},
    **{("scenes", model): PRESETS[model] for model in MODELS},
    **{(data_set, "scratch-plain"): PLAIN for data_set in DATA_SETS},
    **{(data_set, name): BASELINE_PRESETS[name] for data_set in DATA_SETS for name in BASELINES},
}
LARGEST_FILE = 50 * 1024 * 1024


@pytest.fixture(scope="module", params=RECIPES, ids="/".join)
def run(request):
    return runs.load_run(paths.published_folder().joinpath(*request.param))


def test_a_preset_made_it(run):
    assert run.config.recipe == RECIPES[run.config.data_set, run.name]
    assert len(run.history) == run.config.recipe.epochs


def test_nothing_else_is_published():
    found = {
        (name, folder.name)
        for name in DATA_SETS
        for folder in runs.find_run_folders(name)
        if paths.published_folder() in folder.parents
    }
    assert found == set(RECIPES)


def test_all_photos_of_the_catalog_and_their_splits(run):
    data_set = load_data_set(run.config.data_set)
    entry = CATALOG[run.config.data_set]
    assert run.config.data_set_digest == data_set.digest == entry.digest
    assert len(data_set.photos) == entry.photos
    table = data_set.photos.set_index("image_id").loc[run.predictions.image_ids]
    assert (table["split"] != "train").all()
    assert len(table) == (data_set.photos["split"] != "train").sum()
    assert (table["label"].to_numpy() == run.predictions.y_true).all()
    assert (table["split"].to_numpy() == run.predictions.split).all()


def test_summary_says_what_the_predictions_say(run):
    for split in ("validation", "test"):
        part = run.predictions.of_split(split)
        accuracy = (part.y_pred == part.y_true).mean()
        assert run.summary[f"{split}_accuracy"] == pytest.approx(accuracy)
    assert run.summary["best_epoch"] == runs.best_epoch(run.history)


def test_stored_answers_are_those_of_the_best_epoch(run):
    """Float16 weights in float32 arithmetic may tip a photo or two, not more."""
    best = run.history["val_accuracy"].max()
    assert run.summary["validation_accuracy"] == pytest.approx(best, abs=0.01)


def test_it_was_measured_against_every_change(run):
    data_set = load_data_set(run.config.data_set)
    expected = [
        (name, float(value))
        for name, change in changes_of(data_set).items()
        for value in change.values
    ]
    assert list(zip(run.robustness["parameter"], run.robustness["value"], strict=True)) == expected
    assert set(run.robustness["images"]) == {(data_set.photos["split"] == "test").sum()}
    if not data_set.drawn:  # a scene drawn again has another noise
        unchanged = run.robustness.query("parameter == 'rotation' and value == 0")["accuracy"]
        assert unchanged.item() == pytest.approx(run.summary["test_accuracy"], abs=0.01)


def test_resnet50_keeps_its_promise():
    run = runs.load_run(paths.published_folder() / "clothing" / "resnet50")
    assert run.summary["test_accuracy"] >= 0.90
    phases = {phase.name: phase.epochs for phase in run.config.recipe.phases}
    assert phases["head"] == 10
    assert phases["fine_tune"] >= 15


@pytest.mark.parametrize("data_set", DATA_SETS)
def test_each_baseline_beats_the_one_that_knows_less(data_set):
    found = [runs.load_run(paths.published_folder() / data_set / name) for name in BASELINES]
    accuracies = [run.summary["validation_accuracy"] for run in found]
    assert accuracies == sorted(accuracies)
    for run in found[1:]:
        tried = run.summary["strengths_tried"]
        # At an end of what was tried, more might have been better.
        assert min(run.config.recipe.strengths) < run.summary["strength"]
        assert run.summary["strength"] < max(run.config.recipe.strengths)
        assert tried[f"{run.summary['strength']:g}"] == max(tried.values())


def test_the_photo_that_stands_twice_with_two_labels_is_known():
    data_set = load_data_set("clothing")
    doubles = describe_doubles(load_duplicates(data_set), data_set.photos)
    assert doubles["class_name"].tolist() == ["shorts", "skirt"]
    assert doubles["conflict"].all()


def test_no_file_is_too_large_for_a_repository():
    for file in paths.published_folder().rglob("*"):
        assert file.stat().st_size <= LARGEST_FILE, file.name


@pytest.mark.parametrize("data_set", CATALOG)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_page_shows_them(page, data_set):
    app = open_page(page.path, data_set=data_set)
    assert not app.error
    assert [title.value for title in app.title] == [page.title]


@pytest.mark.parametrize("name", ["baseline-pixels", "baseline-hog"])
def test_a_baseline_still_sees_what_its_weights_were_fitted_on(name):
    # Another version or library may describe photos with other numbers of the same shape.
    run = runs.find_run("scenes", name)
    data_set, predictor = load_data_set("scenes"), Predictor(run)
    chosen = range(0, len(run.predictions.y_true), 50)
    answers = [
        predictor.predict(data_set.read_photo(run.predictions.image_ids[one])).probabilities
        for one in chosen
    ]
    np.testing.assert_allclose(answers, run.predictions.y_prob[chosen], rtol=0, atol=1e-6)


def test_stories_show_a_model_breaking():
    models = [Predictor(runs.find_run("scenes", name)) for name in ("scratch", "scratch-plain")]
    models.append(Predictor(runs.find_run("scenes", "resnet50")))

    def right(scene):
        picture, label = draw_scene(scene), SCENE_CLASSES.index(scene.class_name)
        return [int(one.predict(picture).probabilities.argmax()) == label for one in models]

    for title, story in STORIES.items():
        before = {story.along: RANGES[story.along].default}
        easy = right(dataclasses.replace(story.scene, **before))
        assert all(easy), title
        assert not all(right(story.scene)), title


def test_the_learning_curve_is_whole():
    table = runs.load_learning_curve("clothing")
    planned = plan_trainings(load_data_set("clothing"))
    assert len(table) == len(planned) == 36
    assert all(any(one.is_row(row) for row in table.itertuples()) for one in planned)


def test_five_photos_a_class_are_enough_for_the_frozen_resnet50():
    curve = runs.load_learning_curve("clothing")
    assert set(curve["data_set_digest"]) == {load_data_set("clothing").digest}
    few = curve[(curve["model"] == "resnet50") & (curve["photos_per_class"] == "5")]
    in_full = runs.find_run("clothing", "scratch").summary["test_accuracy"]
    assert (few["accuracy"] > in_full).all()
