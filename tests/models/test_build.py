import dataclasses

import numpy as np
import pytest

from engine import runs
from engine.models import build as models
from engine.models import find_spec, pretrained
from engine.models.backend import use_backend
from engine.models.build import (
    build_model,
    load_backbone,
    set_trainable,
)
from engine.models.resnet50 import BACKBONE, CAFFE_MEANS_BGR
from engine.models.resnet50 import PRESET as RESNET50
from engine.models.scratch import PRESET as SCRATCH
from engine.recipes.recipe import Augmentation

SIZE = 32
TINY_SCRATCH = dataclasses.replace(SCRATCH, image_size=SIZE, filters=(4, 8), dense_units=8)
TINY_RESNET50 = dataclasses.replace(RESNET50, image_size=SIZE, dense_units=8)


@pytest.fixture(scope="module", autouse=True)
def tensorflow():
    use_backend("training")


@pytest.fixture(scope="module")
def resnet50():
    """One model for all tests that only read it: building ResNet50 takes seconds."""
    return build_model(TINY_RESNET50, 3)


@pytest.fixture(scope="module")
def imagenet():
    """Stands for ResNet50 with ImageNet weights: every batch normalisation has its own numbers."""
    import keras

    keras.utils.set_random_seed(0)
    backbone = keras.applications.ResNet50(
        include_top=False, weights=None, input_shape=(64, 64, 3), name="resnet50"
    )
    generator = np.random.default_rng(0)
    for layer in backbone.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            shape = layer.gamma.shape
            layer.set_weights(
                [
                    generator.uniform(0.5, 1.5, shape),
                    generator.normal(0, 0.5, shape),
                    generator.normal(0, 0.5, shape),
                    generator.uniform(0.5, 2, shape),
                ]
            )
    return backbone


@pytest.fixture(scope="module")
def fused(imagenet):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretrained, "load_imagenet_backbone", lambda *arguments: imagenet)
        return load_backbone(BACKBONE, 64, "float32")


@pytest.fixture
def photos():
    return np.random.default_rng(1).integers(0, 256, (4, SIZE, SIZE, 3), dtype=np.uint8)


def parameters(variables):
    return sum(int(np.prod(one.shape)) for one in variables)


def kinds(model):
    return [type(layer).__name__ for layer in model.layers]


@pytest.mark.parametrize("recipe", [TINY_SCRATCH, TINY_RESNET50], ids=lambda one: one.model)
def test_photos_in_probabilities_out(recipe, resnet50, photos):
    model = resnet50 if recipe.model == "resnet50" else build_model(recipe, 3)
    assert model.name == recipe.model
    assert model.input_shape == (None, SIZE, SIZE, 3)
    assert model.output_shape == (None, 3)
    probabilities = np.asarray(model(photos, training=False))
    assert (probabilities.shape, probabilities.dtype) == ((4, 3), np.float32)
    assert (probabilities >= 0).all()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    as_floats = np.asarray(model(photos.astype("float32"), training=False))
    np.testing.assert_array_equal(as_floats, probabilities)


@pytest.mark.parametrize("filters", [(4,), (4, 6), (4, 6, 8)])
@pytest.mark.parametrize("batch_normalisation", [False, True])
def test_scratch_has_the_convolutions_of_its_recipe(filters, batch_normalisation):
    recipe = dataclasses.replace(
        TINY_SCRATCH, filters=filters, batch_normalisation=batch_normalisation
    )
    model = build_model(recipe, 3)
    found = kinds(model)
    convolutions = [layer for layer in model.layers if type(layer).__name__ == "Conv2D"]
    assert tuple(layer.filters for layer in convolutions) == filters
    assert {layer.activation.__name__ for layer in convolutions} == {"relu"}
    assert found.count("MaxPooling2D") == len(filters)
    assert found.count("BatchNormalization") == batch_normalisation * len(filters)
    assert found.count("Dense") == 2


def named(model, kind):
    return [layer.name for layer in model.layers if type(layer).__name__ == kind]


def test_scratch_without_pooling_or_with_the_mean(photos):
    none = build_model(dataclasses.replace(TINY_SCRATCH, pooling="none"), 3)
    assert not {"MaxPooling2D", "AveragePooling2D"} & set(kinds(none))
    mean = build_model(dataclasses.replace(TINY_SCRATCH, pooling="average", pool_size=3), 3)
    assert named(mean, "AveragePooling2D") == ["pooling_1", "pooling_2"]
    assert mean.get_layer("pooling_1").pool_size == (3, 3)


def test_scratch_has_the_kernels_strides_and_activation_of_its_recipe():
    recipe = dataclasses.replace(TINY_SCRATCH, kernel_size=5, stride=2, activation="tanh")
    layer = build_model(recipe, 3).get_layer("convolution_2")
    assert (layer.kernel_size, layer.strides) == ((5, 5), (2, 2))
    assert layer.activation.__name__ == "tanh"


def test_dropout_stands_once_or_after_each_pooling():
    assert named(build_model(TINY_SCRATCH, 3), "Dropout") == ["dropout"]
    each = build_model(dataclasses.replace(TINY_SCRATCH, dropout_place="each"), 3)
    assert named(each, "Dropout") == ["dropout_1", "dropout_2"]
    seeds = {each.get_layer(name).seed for name in named(each, "Dropout")}
    assert len(seeds) == 2


@pytest.mark.parametrize("place", ["before", "after"])
def test_batch_normalisation_stands_before_or_after_the_activation(place):
    recipe = dataclasses.replace(TINY_SCRATCH, batch_normalisation=True, normalisation_place=place)
    model = build_model(recipe, 3)
    names = [layer.name for layer in model.layers]
    activated = {"before": "linear", "after": "relu"}[place]
    assert model.get_layer("convolution_1").activation.__name__ == activated
    assert ("activation_1" in names) == (place == "before")
    if place == "before":
        assert names.index("batch_normalisation_1") < names.index("activation_1")


def compiled(**settings):
    recipe = dataclasses.replace(TINY_SCRATCH, **settings)
    model = build_model(recipe, 3)
    models.compile_model(model, recipe, recipe.phases[0])
    return model


@pytest.mark.parametrize(
    ("optimiser", "kind"),
    [("adam", "Adam"), ("adamw", "AdamW"), ("rmsprop", "RMSprop"), ("sgd", "SGD")],
)
@pytest.mark.parametrize("decay", [0.0, 0.01])
def test_every_optimiser_takes_a_step(optimiser, kind, decay, photos):
    model = compiled(optimiser=optimiser, weight_decay=decay, momentum=0.9)
    assert type(model.optimizer).__name__ == kind
    assert (model.optimizer.weight_decay or 0) == decay
    if optimiser in ("sgd", "rmsprop"):
        assert model.optimizer.momentum == 0.9
    before = model.get_weights()[-1].copy()
    model.train_on_batch(photos.astype("float32"), np.array([0, 1, 2, 0]))
    assert np.abs(model.get_weights()[-1] - before).max() > 0


def test_smoothing_is_that_of_labels_as_vectors():
    import keras

    y_true = np.array([0, 2, 1])
    y_prob = np.array([[0.7, 0.2, 0.1], [0.1, 0.1, 0.8], [0.5, 0.3, 0.2]], "float32")
    wanted = keras.losses.categorical_crossentropy(np.eye(3)[y_true], y_prob, label_smoothing=0.2)
    found = models.smoothed_loss(0.2)(y_true, y_prob)
    np.testing.assert_allclose(np.asarray(found), np.asarray(wanted), rtol=1e-5)
    assert isinstance(models.smoothed_loss(0.0), keras.losses.SparseCategoricalCrossentropy)


def test_dropout_is_that_of_the_recipe(resnet50):
    scratch = build_model(dataclasses.replace(TINY_SCRATCH, dropout=0.4), 3)
    assert [layer.rate for layer in scratch.layers if "dropout" in layer.name] == [0.4]
    assert resnet50.get_layer("dropout").rate == TINY_RESNET50.dropout


@pytest.mark.parametrize(
    ("head", "kind", "inputs"),
    [("flatten", "Flatten", 6 * 6 * 8), ("average", "GlobalAveragePooling2D", 8)],
)
def test_both_heads(head, kind, inputs):
    model = build_model(dataclasses.replace(TINY_SCRATCH, head=head), 3)
    assert kind in kinds(model)
    assert tuple(model.get_layer("dense").kernel.shape) == (inputs, 8)
    assert tuple(model.get_layer("predictions").kernel.shape) == (8, 3)


def test_scratch_divides_by_255_and_resnet50_gets_caffe_input(resnet50):
    photo = np.array([10.0, 20.0, 30.0], "float32").reshape(1, 1, 1, 3)
    scratch = build_model(TINY_SCRATCH, 3)
    np.testing.assert_allclose(
        np.asarray(scratch.get_layer("rescaling")(photo)), photo / 255, rtol=1e-5
    )
    # Blue, green, red; means subtracted; as Keras's own `preprocess_input` does it.
    import keras

    np.testing.assert_allclose(
        np.asarray(resnet50.get_layer("caffe_input")(photo)),
        keras.applications.resnet50.preprocess_input(photo.copy()),
        atol=1e-4,
    )
    assert CAFFE_MEANS_BGR == (103.939, 116.779, 123.68)


def test_augmentation_acts_in_training_only(photos):
    recipe = dataclasses.replace(TINY_SCRATCH, dropout=0.0)
    model = build_model(recipe, 3)
    still = dataclasses.replace(recipe, augmentation=Augmentation(0.0, 0.0))
    still_model = build_model(still, 3)
    still_model.set_weights(model.get_weights())
    answers = np.asarray(model(photos, training=False))
    np.testing.assert_array_equal(np.asarray(model(photos, training=False)), answers)
    np.testing.assert_allclose(np.asarray(still_model(photos, training=False)), answers, atol=1e-6)
    np.testing.assert_allclose(np.asarray(still_model(photos, training=True)), answers, atol=1e-3)
    first, second = (np.asarray(model(photos, training=True)) for _ in range(2))
    assert np.abs(first - second).max() > 1e-6
    assert np.abs(first - answers).max() > 1e-6


def test_resnet50_answers_the_same_in_training_but_for_dropout_and_augmentation(photos):
    recipe = dataclasses.replace(TINY_RESNET50, dropout=0.0, augmentation=Augmentation(0, 0))
    model = build_model(recipe, 3)
    np.testing.assert_allclose(
        np.asarray(model(photos, training=True)),
        np.asarray(model(photos, training=False)),
        atol=1e-3,
    )


def test_parameter_counts_of_scratch():
    model = build_model(SCRATCH, 10)
    side = ((300 - 2) // 2 - 2) // 2
    first, second = SCRATCH.filters
    expected = (
        (3 * 3 * 3 + 1) * first
        + (3 * 3 * first + 1) * second
        + (side * side * second + 1) * SCRATCH.dense_units
        + (SCRATCH.dense_units + 1) * 10
    )
    assert model.count_params() == parameters(model.trainable_variables) == expected


def test_parameter_counts_of_resnet50(resnet50):
    # Those of Keras's ResNet50 without its top, where means and variances never learn.
    backbone = resnet50.get_layer("resnet50")
    assert backbone.count_params() == 23_587_712
    assert parameters(backbone.trainable_variables) == 23_534_592
    dense = RESNET50.dense_units
    average = backbone.count_params() + (2048 + 1) * dense + (dense + 1) * 10
    assert round(average / 1e6, 1) == 25.7
    flatten = 7 * 7 * 2048 * dense
    assert round(flatten / 1e6, 1) == 102.8
    assert backbone.output_shape == (None, 1, 1, 2048)


def test_fusing_batch_normalisation_changes_no_output(imagenet, fused):
    photos = np.random.default_rng(2).normal(0, 60, (3, 64, 64, 3)).astype("float32")
    expected = np.asarray(imagenet(photos, training=False))
    answers = np.asarray(fused(photos, training=False))
    assert expected.std() > 0.1  # an all-zero output would prove nothing
    np.testing.assert_allclose(answers, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())
    np.testing.assert_array_equal(np.asarray(fused(photos, training=True)), answers)


def test_fused_backbone_has_no_batch_normalisation_and_the_same_parameters(imagenet, fused):
    assert "BatchNormalization" in kinds(imagenet)
    assert "BatchNormalization" not in kinds(fused)
    assert fused.count_params() == imagenet.count_params()
    assert parameters(fused.trainable_variables) == parameters(imagenet.trainable_variables)
    assert fused.name == "resnet50"


def test_fused_backbone_fits_the_one_that_is_rebuilt_from_the_configuration(fused):
    rebuilt = BACKBONE.build(64)
    assert [one.path for one in rebuilt.weights] == [one.path for one in fused.weights]
    assert [one.shape for one in rebuilt.weights] == [one.shape for one in fused.weights]


def test_load_backbone_passes_on_file_and_progress(imagenet, monkeypatch, tmp_path):
    received = []

    def load(*arguments):
        received.append(arguments)
        return imagenet

    monkeypatch.setattr(pretrained, "load_imagenet_backbone", load)
    load_backbone(BACKBONE, 64, "float32", tmp_path / "weights.h5", print)
    assert received == [(64, tmp_path / "weights.h5", print)]


def test_set_trainable(resnet50):
    whole = parameters(resnet50.trainable_variables)
    try:
        set_trainable(resnet50, find_spec("resnet50"), "head")
        names = {one.path.split("/")[0] for one in resnet50.trainable_variables}
        assert names == {"dense", "predictions"}
    finally:
        set_trainable(resnet50, find_spec("resnet50"), "all")
    assert parameters(resnet50.trainable_variables) == whole


@pytest.mark.parametrize(
    ("trainable", "learning"), [("from_conv4", {"conv4", "conv5"}), ("from_conv5", {"conv5"})]
)
def test_set_trainable_from_a_stage(resnet50, trainable, learning):
    try:
        set_trainable(resnet50, find_spec("resnet50"), trainable)
        stages = {one.path.split("/")[-2].split("_")[0] for one in resnet50.trainable_variables}
        assert stages == {*learning, "dense", "predictions"}
    finally:
        set_trainable(resnet50, find_spec("resnet50"), "all")


def test_states_hold_every_weight(resnet50, tmp_path):
    """What a killed training goes on from, and what the best epoch's weights are taken from."""
    generator = np.random.default_rng(3)
    wanted = [generator.normal(size=one.shape).astype("float32") for one in resnet50.weights]
    before = resnet50.get_weights()
    try:
        resnet50.set_weights(wanted)
        resnet50.save_weights(tmp_path / "state.weights.h5")
    finally:
        resnet50.set_weights(before)
    other = build_model(TINY_RESNET50, 3)
    other.load_weights(tmp_path / "state.weights.h5")
    for one, two in zip(other.get_weights(), wanted, strict=True):
        np.testing.assert_array_equal(one, two)


def test_set_trainable_leaves_scratch_alone():
    model = build_model(TINY_SCRATCH, 3)
    set_trainable(model, find_spec("scratch"), "head")
    assert parameters(model.trainable_variables) == model.count_params()


@pytest.mark.parametrize("batch_normalisation", [False, True])
def test_variable_paths_are_unique_and_the_same_in_every_build(batch_normalisation):
    recipe = dataclasses.replace(TINY_SCRATCH, batch_normalisation=batch_normalisation)
    first, second = ([one.path for one in build_model(recipe, 3).weights] for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first)


def test_variable_paths_of_resnet50_are_unique_and_the_same_in_every_build(resnet50):
    paths = [one.path for one in resnet50.weights]
    assert [one.path for one in build_model(TINY_RESNET50, 3).weights] == paths
    assert len(set(paths)) == len(paths) == 6 * 53 + 4
    assert {"dense/kernel", "predictions/bias"} < set(paths)


@pytest.mark.parametrize("batch_normalisation", [False, True])
def test_weights_come_back_in_float16(tmp_path, photos, batch_normalisation):
    recipe = dataclasses.replace(TINY_SCRATCH, batch_normalisation=batch_normalisation)
    model, other = build_model(recipe, 3), build_model(recipe, 3)
    runs.save_weights(tmp_path, model)
    runs.load_weights(tmp_path, other)
    for one, two in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(two, one.astype("float16").astype("float32"))
    np.testing.assert_allclose(
        np.asarray(other(photos, training=False)),
        np.asarray(model(photos, training=False)),
        atol=5e-3,
    )


def test_weights_of_another_recipe_are_refused(tmp_path):
    runs.save_weights(tmp_path, build_model(TINY_SCRATCH, 3))
    with pytest.raises(runs.RunError, match=runs.WEIGHTS_FILE):
        runs.load_weights(tmp_path, build_model(TINY_SCRATCH, 4))


@pytest.mark.parametrize("recipe", [TINY_SCRATCH, TINY_RESNET50], ids=lambda one: one.model)
def test_bfloat16_computes_but_never_keeps(recipe, photos):
    import keras

    before = keras.config.dtype_policy().name
    model = build_model(recipe, 3, precision="bfloat16")
    assert keras.config.dtype_policy().name == before
    assert model.get_layer("dense").compute_dtype == "bfloat16"
    assert model.get_layer("augmentation").layers[0].compute_dtype == "float32"
    assert {one.dtype for one in model.weights} == {"float32"}
    answers = model(photos, training=False)
    assert np.asarray(answers).dtype == np.float32
    same = build_model(recipe, 3)
    assert [one.path for one in same.weights] == [one.path for one in model.weights]
    same.set_weights(model.get_weights())
    np.testing.assert_allclose(
        np.asarray(same(photos, training=False)), np.asarray(answers), atol=0.05
    )


def test_the_policy_is_restored_after_an_error():
    import keras

    before = keras.config.dtype_policy().name
    with pytest.raises(RuntimeError), models.dtype_policy("bfloat16"):
        raise RuntimeError
    assert keras.config.dtype_policy().name == before


def test_the_seed_decides_the_first_weights():
    import keras

    weights = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        weights.append(build_model(TINY_SCRATCH, 3).get_weights()[0])
    np.testing.assert_array_equal(weights[0], weights[1])
    assert np.abs(weights[0] - weights[2]).max() > 1e-3
