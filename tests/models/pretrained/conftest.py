"""What the tests of the ImageNet weights share."""

import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import pytest

from engine.models.pretrained import npm
from tests.models.pretrained.stand_in import old_tensors


@pytest.fixture(scope="module")
def keras_tensors():
    return npm.to_keras(old_tensors())


@pytest.fixture(scope="module")
def whole():
    """Today's ResNet50 with its classifier; tests may overwrite its weights."""
    import keras

    return keras.applications.ResNet50(weights=None)
