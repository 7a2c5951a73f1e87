"""From a file of weights to a model."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import EngineError, one_line
from engine.models.pretrained.files import read_safetensors

if TYPE_CHECKING:
    import keras


def load_weights(model: keras.Model, path: Path) -> None:
    """Load a ResNet50, with or without classifier, from a file that may hold more than it.

    Raises:
        EngineError: If the file is no such file, or leaves a variable without a value.
    """
    if path.suffix == ".safetensors":
        assign_tensors(model, read_safetensors(path))
        return
    for variable in model.variables:  # what the file leaves out stays NaN, and is found below
        variable.assign(np.full(variable.shape, np.nan))
    try:
        try:
            model.load_weights(path)
        except ValueError:  # perhaps the file with the classifier, which has a layer more
            with model_with_top() as whole:
                whole.load_weights(path)
                for layer in model.layers:
                    if layer.variables:
                        layer.set_weights(whole.get_layer(layer.name).get_weights())
    except Exception as error:  # h5py and Keras raise all kinds on a file that is something else
        raise EngineError(
            f"The weights file cannot be read as ResNet50: {one_line(error)}. "
            f"Received: {str(path)!r}"
        ) from error
    left = [v.path for v in model.variables if not np.isfinite(np.asarray(v)).all()]
    if left:
        raise EngineError(
            f"The weights file leaves {len(left)} variables of ResNet50 without a value, first "
            f"{left[0]}. Received: {str(path)!r}"
        )


def assign_tensors(model: keras.Model, tensors: dict[str, np.ndarray]) -> None:
    """Give every variable of the model its tensor, by `<layer>/<variable>`.

    Raises:
        EngineError: If one is missing, of another shape or not finite; then none is touched.
    """
    variables = {
        f"{layer.name}/{variable.name}": variable
        for layer in model.layers
        for variable in layer.variables
    }
    for name, variable in variables.items():
        shape = tensors[name].shape if name in tensors else None
        if shape != tuple(variable.shape):
            raise EngineError(
                f"The weights must hold {name} of shape {tuple(variable.shape)}. "
                f"Received: {shape or 'no such tensor'}"
            )
        if not np.isfinite(tensors[name]).all():
            raise EngineError(f"The weights must be finite numbers. Received: others in {name}")
    for name, variable in variables.items():
        variable.assign(tensors[name])


@contextlib.contextmanager
def model_with_top() -> Iterator[keras.Model]:
    """ResNet50 with its classifier, built aside: in float32, and leaving no trace.

    Keras draws the seeds of new layers from `random`: without putting its state back, a training
    that had to convert the weights first would differ from the next one with the same seed.
    """
    import keras

    policy, state = keras.config.dtype_policy(), random.getstate()
    keras.config.set_dtype_policy("float32")
    try:
        yield keras.applications.ResNet50(weights=None)
    finally:
        keras.config.set_dtype_policy(policy)
        random.setstate(state)
