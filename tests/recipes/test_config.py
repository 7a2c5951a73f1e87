import dataclasses
import json

import pytest

from engine import __version__
from engine.disk.paths import published_folder
from engine.errors import EngineError
from engine.models import check_recipe
from engine.models.resnet50 import PRESET as RESNET50
from engine.models.scratch import PRESET as SCRATCH
from engine.models.specs import LARGEST_DENSE
from engine.recipes.baseline import Baseline
from engine.recipes.chosen import RECIPE_SETTINGS, SETTING_TYPES, value_of, with_values
from engine.recipes.config import RunConfig
from engine.recipes.recipe import (
    Augmentation,
    Phase,
    Recipe,
    with_epochs,
    with_learning_rate,
    with_phases,
)
from engine.recipes.stored import from_json
from tests.presets import BASELINE_PRESETS

CONFIG = RunConfig(
    name="scratch",
    data_set="tiny",
    data_set_digest="0f" * 32,
    split_seed=1,
    class_names=("dress", "t-shirt"),
    recipe=SCRATCH,
    precision="float32",
)
TWO_PHASES = dataclasses.replace(
    RESNET50, phases=(Phase("head", 10, 1e-4, "head"), Phase("fine_tune", 20, 1e-5))
)
LEAVE_OUT = object()


def read(values):
    """As a run folder is read: the configuration, and whether its model is one that is known."""
    config = RunConfig.from_dict(values)
    check_recipe(config.recipe)
    return config


def changed(path, value):
    """The configuration as JSON types with one value replaced or left out."""
    values = json.loads(json.dumps(CONFIG.to_dict()))
    *outer, last = path
    inner = values
    for key in outer:
        inner = inner[key]
    if value is LEAVE_OUT:
        del inner[last]
    else:
        inner[last] = value
    return values


def one_sentence(error) -> str:
    text = str(error.value)
    assert "\n" not in text and len(text) < 400
    return text


@pytest.mark.parametrize(
    "recipe", [SCRATCH, RESNET50, *BASELINE_PRESETS.values()], ids=lambda one: one.model
)
def test_round_trip_through_json(recipe):
    config = dataclasses.replace(CONFIG, recipe=recipe)
    assert RunConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_configuration_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        CONFIG.name = "other"
    with pytest.raises(dataclasses.FrozenInstanceError):
        CONFIG.recipe.seed = 2


def test_whole_numbers_stand_for_floats():
    assert RunConfig.from_dict(changed(("recipe", "dropout"), 0)).recipe.dropout == 0.0


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        (("format_version",), 2, "format version"),
        (("format_version",), "1", "format version"),
        (("format_version",), LEAVE_OUT, "format version"),
        (("name",), "../x", "name of the run"),
        (("name",), "", "name of the run"),
        (("name",), ".hidden", "name of the run"),
        (("name",), 7, "`name`"),
        (("data_set",), "a/b", "data set"),
        (("data_set_digest",), "0f", "data_set_digest"),
        (("data_set_digest",), "0F" * 32, "data_set_digest"),
        (("split_seed",), 1.5, "split_seed"),
        (("split_seed",), True, "split_seed"),
        (("class_names",), "dress", "class_names"),
        (("class_names",), ["dress"], "number of classes"),
        (("class_names",), ["dress", "dress"], "unique"),
        (("class_names",), ["dress", ""], "class name"),
        (("class_names",), ["dress", "\ud800"], "class name"),
        (("class_names",), ["dress", ["hat"]], "class_names"),
        (("class_names",), {"0": "dress", "1": "hat"}, "class_names"),
        (("precision",), "float16", "precision"),
        (("precision",), None, "precision"),
        (("recipe",), [], "Recipe"),
        (("recipe",), LEAVE_OUT, "RunConfig"),
        (("recipe", "further"), 1, "Recipe"),
        (("recipe", "model"), "vgg16", "model"),
        (("recipe", "model"), ["scratch"], "model"),
        (("recipe", "head"), "max", "head"),
        (("recipe", "optimiser"), "lion", "optimiser"),
        (("recipe", "image_size"), 31, "image_size"),
        (("recipe", "image_size"), 513, "image_size"),
        (("recipe", "image_size"), 300.0, "image_size"),
        (("recipe", "image_size"), 10**4000, "image_size"),
        (("recipe", "batch_size"), 0, "batch_size"),
        (("recipe", "seed"), -1, "seed"),
        (("recipe", "seed"), 2**31, "seed"),
        (("recipe", "dense_units"), 8193, "dense_units"),
        (("recipe", "dropout"), 0.96, "dropout"),
        (("recipe", "dropout"), float("nan"), "dropout"),
        (("recipe", "dropout"), float("inf"), "dropout"),
        (("recipe", "dropout"), 10**400, "dropout"),
        (("recipe", "dropout"), "0.3", "dropout"),
        (("recipe", "batch_normalisation"), 1, "batch_normalisation"),
        (("recipe", "filters"), ["16", "32"], "filters"),
        (("recipe", "filters"), "16", "filters"),
        (("recipe", "filters"), [[16], [32]], "filters"),
        (("recipe", "filters"), [16.0], "filters"),
        (("recipe", "filters"), [True], "filters"),
        (("recipe", "filters"), [0], "filters"),
        (("recipe", "filters"), [], "convolution layers"),
        (("recipe", "filters"), [1] * 6, "convolution layers"),
        (("recipe", "filters"), [1] * 100_000, "convolution layers"),
        (("recipe", "augmentation"), None, "Augmentation"),
        (("recipe", "augmentation", "rotation"), -0.1, "rotation"),
        (("recipe", "augmentation", "zoom"), 0.95, "zoom"),
        (("recipe", "phases"), [], "number of phases"),
        (("recipe", "phases"), {}, "phases"),
        (("recipe", "phases"), ["scratch"], "Phase"),
        (("recipe", "phases", 0, "name"), "warm_up", "phase name"),
        (("recipe", "phases", 0, "epochs"), 0, "epochs"),
        (("recipe", "phases", 0, "epochs"), "3", "epochs"),
        (("recipe", "phases", 0, "learning_rate"), 0, "learning_rate"),
        (("recipe", "phases", 0, "learning_rate"), 1e30, "learning_rate"),
        (("recipe", "phases", 0, "trainable"), "some", "trainable"),
        (("recipe", "phases", 0, "momentum"), 0.9, "Phase"),
    ],
)
def test_hostile_configuration_is_refused_in_one_sentence(path, value, named):
    with pytest.raises(EngineError, match="Received: ") as error:
        read(changed(path, value))
    assert named in one_sentence(error)


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("model", "baseline-other", "model"),
        ("model", ["baseline-hog"], "Recipe"),
        ("filters", [1], "Baseline"),
        ("seed", LEAVE_OUT, "Baseline"),
        ("seed", -1, "seed"),
        ("image_size", 7, "image_size"),
        ("image_size", 24.0, "image_size"),
        ("strengths", [], "number of strengths"),
        ("strengths", [0], "strengths"),
        ("strengths", [1.0] * 101, "number of strengths"),
        ("strengths", ["1"], "strengths"),
        ("colour_levels", 0, "colour_levels"),
        ("colour_levels", 17, "colour_levels"),
        ("cell", 1, "cell"),
        ("cell", 113, "cell"),  # two of them are wider than the photo
        ("orientations", 0, "orientations"),
    ],
)
def test_hostile_baseline_is_refused_in_one_sentence(field, value, named):
    config = dataclasses.replace(CONFIG, recipe=BASELINE_PRESETS["baseline-hog"])
    values = json.loads(json.dumps(config.to_dict()))
    if value is LEAVE_OUT:
        del values["recipe"][field]
    else:
        values["recipe"][field] = value
    with pytest.raises(EngineError, match="Received: ") as error:
        read(values)
    assert named in one_sentence(error)


def test_the_most_frequent_class_has_nothing_to_regularise():
    with pytest.raises(EngineError, match="number of strengths"):
        check_recipe(dataclasses.replace(BASELINE_PRESETS["baseline-majority"], strengths=(1.0,)))


def test_deeply_nested_lists_are_refused():
    nested = []
    for _ in range(500):
        nested = [nested]
    with pytest.raises(EngineError) as error:
        RunConfig.from_dict(changed(("recipe", "filters"), nested))
    assert "filters" in one_sentence(error)


@pytest.mark.parametrize("values", [None, [], "config", 1])
def test_configuration_must_be_an_object(values):
    with pytest.raises(EngineError, match="format version"):
        RunConfig.from_dict(values)


def test_convolution_layers_must_fit_into_the_photo():
    # 32 -> 15 -> 6 -> 2 pixels: a fourth 3x3 convolution has nowhere to go.
    check_recipe(dataclasses.replace(SCRATCH, image_size=32, filters=(8,) * 3))
    with pytest.raises(EngineError, match=r"fewer convolution layers.*Received: 4"):
        check_recipe(dataclasses.replace(SCRATCH, image_size=32, filters=(8,) * 4))


def test_dense_layer_must_fit_into_memory():
    # 512 pixels, one convolution: 255 x 255 maps of 1024 filters, times 8192 units.
    with pytest.raises(EngineError, match=r"dense layer.*66,585,600 inputs to 8,192 units"):
        check_recipe(
            dataclasses.replace(SCRATCH, image_size=512, filters=(1024,), dense_units=8192)
        )
    report = dataclasses.replace(RESNET50, head="flatten")  # the source report's own head
    assert 7 * 7 * 2048 * report.dense_units <= LARGEST_DENSE


@pytest.mark.parametrize(
    ("epochs", "shared"),
    [(1, [1]), (2, [1, 1]), (3, [1, 2]), (30, [10, 20]), (31, [10, 21]), (300, [100, 200])],
)
def test_with_epochs_shares_them_as_the_preset_does(epochs, shared):
    recipe = with_epochs(TWO_PHASES, epochs)
    assert [phase.epochs for phase in recipe.phases] == shared
    assert recipe.epochs == epochs
    assert [phase.name for phase in recipe.phases] == ["head", "fine_tune"][: len(shared)]


def test_with_epochs_of_the_recipe_itself_changes_nothing():
    recipe = with_epochs(TWO_PHASES, 7)
    assert with_epochs(recipe, 7) == recipe


@pytest.mark.parametrize("epochs", [0, -1, 10_001])
def test_with_epochs_refuses(epochs):
    with pytest.raises(EngineError, match="`epochs` must be between 1 and 10000"):
        with_epochs(SCRATCH, epochs)


def test_with_learning_rate_scales_all_phases():
    recipe = with_learning_rate(TWO_PHASES, 1e-3)
    assert [phase.learning_rate for phase in recipe.phases] == pytest.approx([1e-3, 1e-4])
    assert with_learning_rate(recipe, 1e-3) == recipe


@pytest.mark.parametrize("rate", [0.0, -1e-3, 1e30, float("nan"), float("inf")])
def test_with_learning_rate_refuses(rate):
    with pytest.raises(EngineError, match="`learning_rate` must be between"):
        with_learning_rate(SCRATCH, rate)


def test_recipe_counts_the_epochs_of_all_phases():
    recipe = Recipe(
        model="scratch",
        image_size=32,
        batch_size=4,
        seed=0,
        augmentation=Augmentation(),
        filters=(4,),
        batch_normalisation=False,
        head="average",
        dense_units=4,
        dropout=0.0,
        optimiser="adam",
        phases=(Phase("scratch", 2, 1e-3), Phase("scratch", 3, 1e-4)),
    )
    assert recipe.epochs == 5


def grown(kind, **fields):
    """The dataclass as a later version may have it: with a further field, which has a default."""
    new = dataclasses.make_dataclass(
        kind.__name__,
        [*((name, hint) for name, hint in fields.items()), ("later", int, 7)],
        bases=(kind,),
        frozen=True,
    )
    assert "later" in {field.name for field in dataclasses.fields(new)}
    return new


PUBLISHED = sorted(published_folder().glob("*/*/config.json"))


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: "/".join(path.parts[-3:-1]))
def test_a_field_that_a_later_version_adds_leaves_published_runs_readable(path):
    phase, augmentation = grown(Phase), grown(Augmentation)
    recipe = grown(Recipe, augmentation=augmentation, phases=tuple[phase, ...])
    baseline = grown(Baseline)
    kind = grown(RunConfig, recipe=recipe | baseline)
    found = from_json(kind, json.loads(path.read_text(encoding="utf-8")))
    assert found.later == found.recipe.later == 7
    if isinstance(found.recipe, Recipe):
        assert found.recipe.augmentation.later == 7
        assert {one.later for one in found.recipe.phases} == {7}


def test_there_are_published_runs():
    assert len(PUBLISHED) >= 14


@pytest.mark.parametrize("path", [("recipe",), ("recipe", "augmentation"), ()])
def test_an_unknown_field_is_named_with_the_version_that_does_not_know_it(path):
    with pytest.raises(EngineError) as error:
        RunConfig.from_dict(changed((*path, "stride_of_later"), 2))
    assert "stride_of_later" in one_sentence(error)
    assert f"version {__version__}" in one_sentence(error)


def test_a_missing_setting_takes_its_default():
    assert RunConfig.from_dict(changed(("recipe", "augmentation", "zoom"), LEAVE_OUT)) == CONFIG


def test_phases_one_by_one():
    recipe = with_phases(TWO_PHASES, (3, 4), (1e-3, 1e-6), ("head", "from_conv5"))
    assert recipe.phases == (
        Phase("head", 3, 1e-3, "head"),
        Phase("fine_tune", 4, 1e-6, "from_conv5"),
    )
    assert with_phases(TWO_PHASES, (3,)).phases == (Phase("head", 3, 1e-4, "head"),)
    assert with_phases(TWO_PHASES) == TWO_PHASES


@pytest.mark.parametrize(
    ("values", "named"),
    [
        (((1, 2, 3),), "number of phases"),
        (((),), "number of phases"),
        (((0, 2),), "epochs"),
        ((None, (1e-3,)), "number of values of learning_rate"),
        (((3,), (1e-3, 1e-4)), "number of values of learning_rate"),
        ((None, (1e-3, -1.0)), "learning_rate"),
        ((None, None, ("head",)), "number of values of trainable"),
    ],
)
def test_phases_that_do_not_fit_are_refused(values, named):
    with pytest.raises(EngineError, match=named):
        with_phases(TWO_PHASES, *values)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stride", 0),
        ("kernel_size", 12),
        ("pooling", "min"),
        ("pool_size", 1),
        ("activation", "softmax"),
        ("optimiser", "lion"),
        ("momentum", 1.0),
        ("schedule", "linear"),
        ("weight_decay", -1e-3),
        ("label_smoothing", 0.6),
        ("patience", -1),
        ("shift", 0.6),
        ("brightness", 1.0),
        ("contrast", float("nan")),
        ("dropout_place", "twice"),
        ("normalisation_place", ""),
        ("nothing_of_that_name", 1),
    ],
)
def test_settings_out_of_range_are_refused(name, value):
    with pytest.raises(EngineError, match="Received: ") as error:
        with_values(SCRATCH, {name: value})
    assert name in one_sentence(error) or "setting must be one of" in one_sentence(error)


def test_every_setting_has_words_and_a_check():
    for name, one in RECIPE_SETTINGS.items():
        assert one.label, name
        assert one.choices or one.low is not None or SETTING_TYPES[name] is bool, name
        assert value_of(with_values(SCRATCH, {name: value_of(SCRATCH, name)}), name) == value_of(
            SCRATCH, name
        )
