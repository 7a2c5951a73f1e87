import dataclasses
import json

import pytest

from engine import runs
from engine.models import find_spec
from engine.models.backend import processor_name
from engine.models.resnet50 import PRESET as RESNET50
from engine.models.scratch import PRESET as SCRATCH
from engine.recipes.recipe import Augmentation, Phase
from engine.training.estimate import Estimate, estimate_training, work_of
from tests.conftest import make_run
from tests.presets import QUICK_PRESETS


def test_the_work_of_the_presets():
    # 298² x 9 x 3 x 16, 147² x 9 x 16 x 32, and (73² x 32 + 10) x 128.
    assert work_of(SCRATCH, 10) == 38_363_328 + 99_574_272 + 21_828_864
    assert work_of(RESNET50, 10) == 3.8e9 + (2048 + 10) * 1024
    smaller = dataclasses.replace(RESNET50, image_size=112)
    assert work_of(smaller, 10) == 3.8e9 / 4 + (2048 + 10) * 1024
    average = dataclasses.replace(SCRATCH, head="average")
    assert work_of(average, 10) == 38_363_328 + 99_574_272 + (32 + 10) * 128


def all_runs():
    return runs.load_runs("tiny")[0]


def test_nothing_to_go_by(tiny_data_set):
    assert estimate_training(SCRATCH, tiny_data_set, all_runs()) is None


def test_the_same_recipe_takes_what_it_took(tiny_data_set):
    run = make_run(tiny_data_set, "scratch")  # 2.5 seconds an epoch
    recipe = dataclasses.replace(run.config.recipe, phases=(Phase("scratch", 7, 1e-3),))
    found = estimate_training(recipe, tiny_data_set, all_runs())
    assert found == Estimate(
        pytest.approx(find_spec("scratch").start_seconds + 7 * 2.5), "tiny/scratch", here=False
    )


def test_larger_photos_take_as_much_longer_as_they_have_more_work(tiny_data_set):
    run = make_run(tiny_data_set, "resnet50")
    recipe = dataclasses.replace(run.config.recipe, image_size=64)
    found = estimate_training(recipe, tiny_data_set, all_runs())
    epochs = sum(phase.epochs for phase in recipe.phases)
    assert found.seconds == pytest.approx(
        find_spec("resnet50").start_seconds + 4 * 2.5 * epochs,
        rel=1e-3,  # the head's work does not grow with the photo
    )


def test_a_head_on_features_goes_through_the_backbone_once(tiny_data_set):
    run = make_run(tiny_data_set, "resnet50")
    recipe = dataclasses.replace(
        run.config.recipe,
        augmentation=Augmentation(0.0, 0.0),
        phases=(Phase("head", 100, 1e-3, "head"),),
    )
    # 18 photos to train on and 6 to validate take 2.5 seconds; 6 to test are looked at as well;
    # an epoch has one step.
    found = estimate_training(recipe, tiny_data_set, all_runs())
    assert found.seconds == pytest.approx(
        find_spec("resnet50").start_seconds + 30 * 2.5 / 24 + 100 * 0.035
    )


def set_summary(run, **values):
    summary = {**run.summary, **values}
    (run.folder / runs.SUMMARY_FILE).write_text(json.dumps(summary))


def test_runs_of_this_processor_go_first_and_of_these_the_newest(tiny_data_set):
    for name, processor, date in (
        ("a", "another", "2026-03-01"),
        ("b", processor_name(), "2026-01-01"),
        ("c", processor_name(), "2026-02-01"),
    ):
        set_summary(make_run(tiny_data_set, "scratch", name=name), processor=processor, date=date)
    found = estimate_training(SCRATCH, tiny_data_set, all_runs())
    assert (found.measured_on, found.here) == ("tiny/c", True)


def test_a_run_that_lacks_a_phase_does_not_tell(tiny_data_set):
    make_run(tiny_data_set, "resnet50")
    everything = dataclasses.replace(RESNET50, phases=(Phase("fine_tune", 1, 1e-5, "all"),))
    assert estimate_training(everything, tiny_data_set, all_runs()) is None


def test_runs_that_learnt_from_features_and_lost_data_sets_do_not_tell(tiny_data_set):
    run = make_run(tiny_data_set, "resnet50")
    config = dataclasses.replace(run.config, recipe=QUICK_PRESETS["resnet50"])
    runs.save_config(run.folder, config)
    assert estimate_training(RESNET50, tiny_data_set, all_runs()) is None
    runs.save_config(run.folder, run.config)
    assert estimate_training(RESNET50, tiny_data_set, all_runs()) is not None
    (tiny_data_set.folder / "data_set.json").unlink()
    assert estimate_training(RESNET50, tiny_data_set, all_runs()) is None
