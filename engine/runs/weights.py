"""The weights of a run's best epoch: float16, keyed by the paths of the model's variables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.disk.atomic import atomic_path
from engine.runs.format import WEIGHTS_FILE, RunError, damaged

if TYPE_CHECKING:
    import keras


def save_weights(folder: Path, model: keras.Model) -> None:
    """Write a model's weights in float16, keyed by the paths of its variables.

    Raises:
        RunError: If a weight is not finite in float16 (the training diverged).
    """
    save_arrays(folder, {one.path: np.asarray(one.value) for one in _weights(model)})


def save_arrays(folder: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write weights that no Keras model holds, in float16, by name.

    Raises:
        RunError: If a weight is not finite in float16 (the training diverged).
    """
    from safetensors.numpy import save_file

    with np.errstate(over="ignore"):
        # In rows: safetensors writes the memory as it lies, whichever way the array goes.
        arrays = {path: np.asarray(array, "float16", order="C") for path, array in arrays.items()}
    for path, array in arrays.items():
        if not np.isfinite(array).all():
            raise RunError(
                f"The training diverged: the weight {path} is no finite number in float16; "
                "train again with a lower learning rate."
            )
    with atomic_path(folder / WEIGHTS_FILE) as partial:
        save_file(arrays, partial)


def load_weights(folder: Path, model: keras.Model) -> None:
    """Read a run's weights into the model rebuilt from its configuration.

    Raises:
        RunError: If the file is damaged or belongs to another architecture.
    """
    variables = {one.path: one for one in _weights(model)}
    shapes = {path: tuple(variable.shape) for path, variable in variables.items()}
    for path, array in _arrays(folder, shapes):
        variables[path].assign(array)


def load_arrays(folder: Path, shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """Read what `save_arrays` wrote.

    Args:
        folder: The run's folder.
        shapes: The shape that each weight must have, by name.

    Returns:
        float32, by name.

    Raises:
        RunError: If the file is damaged or belongs to another architecture.
    """
    return dict(_arrays(folder, shapes))


def check_weights(
    folder: Path, shapes: dict[str, tuple[int, ...]], every_number: bool = True
) -> None:
    """Check all of a run's weights without building its model.

    Args:
        folder: The run's folder.
        shapes: The shape that each weight must have, by name.
        every_number: Whether to read them, too; else names, shapes and the size of the file have
            to do, which takes no time.

    Raises:
        RunError: If the file is damaged, is no safetensors file or belongs to another
            architecture, or a weight is not made of finite float16 numbers.
    """
    for _ in _stored(folder, shapes, every_number):
        pass


def _arrays(folder: Path, shapes: dict[str, tuple[int, ...]]) -> Iterator[tuple[str, np.ndarray]]:
    """Each weight with its name, float32."""
    for path, array in _stored(folder, shapes):
        yield path, array.astype("float32")


def _stored(
    folder: Path, shapes: dict[str, tuple[int, ...]], every_number: bool = True
) -> Iterator[tuple[str, np.ndarray]]:
    """Each weight with its name, float16; one after the other, because all take much memory."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(folder / WEIGHTS_FILE, framework="numpy") as file:
            if set(file.keys()) != set(shapes):
                raise damaged(folder, WEIGHTS_FILE, "its variables are not those of the model")
            for path, shape in shapes.items():
                stored = tuple(file.get_slice(path).get_shape())
                if stored != shape:
                    raise damaged(folder, WEIGHTS_FILE, f"{path} has shape {stored}")
                if not every_number:
                    continue
                array = file.get_tensor(path)
                if array.dtype != np.float16 or not np.isfinite(array).all():
                    raise damaged(
                        folder, WEIGHTS_FILE, f"{path} is not made of finite float16 numbers"
                    )
                yield path, array
    except (OSError, SafetensorError, TypeError) as error:  # TypeError: a type NumPy lacks
        raise damaged(folder, WEIGHTS_FILE, "it cannot be read") from error


def load_weight(folder: Path, path: str) -> np.ndarray:
    """One stored weight of a run, float16.

    Args:
        folder: The run's folder.
        path: Path of the model's variable.

    Raises:
        RunError: If the file is damaged or has no such weight.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(folder / WEIGHTS_FILE, framework="numpy") as file:
            return file.get_tensor(path)
    except (OSError, SafetensorError, TypeError) as error:
        raise damaged(folder, WEIGHTS_FILE, f"{path} cannot be read") from error


def _weights(model: keras.Model) -> list[keras.Variable]:
    """The variables that make the answer: layers' weights, no counters of random draws."""
    return list(model.weights)
