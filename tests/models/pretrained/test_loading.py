"""From tensors and files to a model: all of them, or a sentence."""

import numpy as np
import pytest

from engine.models.pretrained import loading
from tests.models.pretrained.stand_in import error_of, write_h5


@pytest.mark.parametrize(
    ("name", "tensor", "said"),
    [
        ("conv1_bn/beta", np.zeros(63, np.float32), "of shape (64,). Received: (63,)"),
        ("conv1_conv/bias", np.full(64, np.nan, np.float32), "Received: others in conv1_conv/bias"),
        ("conv5_block3_3_bn/gamma", None, "(2048,). Received: no such tensor"),
    ],
)
def test_wrong_tensors(keras_tensors, whole, name, tensor, said):
    before = np.asarray(whole.get_layer("conv1_conv").kernel).copy()
    tensors = dict(keras_tensors)
    del tensors[name]
    if tensor is not None:
        tensors[name] = tensor
    message = error_of(loading.assign_tensors, whole, tensors)
    assert name in message
    assert said in message
    np.testing.assert_array_equal(np.asarray(whole.get_layer("conv1_conv").kernel), before)


def test_no_variable_keeps_its_random_start(tmp_path, whole, keras_tensors):
    path = write_h5(tmp_path / "nan.h5", whole.layers, keras_tensors, fill=np.nan)
    message = error_of(loading.load_weights, whole, path)
    assert "leaves 320 variables of ResNet50 without a value, first conv1_conv/kernel" in message
