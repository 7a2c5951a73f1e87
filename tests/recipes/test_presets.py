"""The presets are the source report's recipe; where they differ, the README says so."""

from engine.models.resnet50 import PRESET as RESNET50
from engine.models.scratch import PRESET as SCRATCH
from tests.presets import MODELS, PRESETS


def test_one_preset_a_model():
    assert tuple(PRESETS) == MODELS
    assert all(recipe.model == model for model, recipe in PRESETS.items())


def test_scratch_is_that_of_the_report():
    assert (SCRATCH.image_size, SCRATCH.batch_size, SCRATCH.dropout) == (300, 32, 0.3)
    assert len(SCRATCH.filters) == 2
    assert not SCRATCH.batch_normalisation
    assert (SCRATCH.head, SCRATCH.optimiser) == ("flatten", "adam")
    assert [phase.name for phase in SCRATCH.phases] == ["scratch"]


def test_resnet50_is_that_of_the_report():
    assert (RESNET50.image_size, RESNET50.batch_size, RESNET50.dropout) == (224, 32, 0.24)
    assert (RESNET50.dense_units, RESNET50.optimiser) == (1024, "rmsprop")
    head, fine_tune = RESNET50.phases
    assert (head.name, head.trainable, head.epochs, head.learning_rate) == (
        "head",
        "head",
        10,
        1e-4,
    )
    assert (fine_tune.name, fine_tune.trainable) == ("fine_tune", "from_conv4")
    assert fine_tune.learning_rate == head.learning_rate / 10
    assert 25 <= RESNET50.epochs <= 40


def test_both_augment_by_rotation_and_zoom():
    for recipe in PRESETS.values():
        assert recipe.augmentation.rotation > 0
        assert recipe.augmentation.zoom > 0
