"""The weights of a run's best epoch: float16, keyed by the paths of the model's variables."""

from pathlib import Path

import numpy as np

from engine.runs.format import WEIGHTS_FILE, RunError, damaged


def save_weights(folder: Path, model) -> None:
    """Write a model's weights in float16, keyed by the paths of its variables.

    Raises:
        RunError: If a weight is not finite in float16 (the training diverged).
    """
    from safetensors.numpy import save_file

    with np.errstate(over="ignore"):
        arrays = {one.path: np.asarray(one.value, dtype="float16") for one in _weights(model)}
    for path, array in arrays.items():
        if not np.isfinite(array).all():
            raise RunError(
                f"The training diverged: the weight {path} is no finite number in float16; "
                "train again with a lower learning rate."
            )
    partial = folder / f"{WEIGHTS_FILE}.partial"
    save_file(arrays, partial)
    partial.replace(folder / WEIGHTS_FILE)


def load_weights(folder: Path, model) -> None:
    """Read a run's weights into the model rebuilt from its configuration.

    Raises:
        RunError: If the file is damaged or belongs to another architecture.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(folder / WEIGHTS_FILE, framework="numpy") as file:
            variables = {one.path: one for one in _weights(model)}
            if set(file.keys()) != set(variables):
                raise damaged(folder, WEIGHTS_FILE, "its variables are not those of the model")
            for path, variable in variables.items():
                array = file.get_tensor(path)
                if array.shape != tuple(variable.shape):
                    raise damaged(folder, WEIGHTS_FILE, f"{path} has shape {array.shape}")
                if array.dtype != np.float16 or not np.isfinite(array).all():
                    raise damaged(
                        folder, WEIGHTS_FILE, f"{path} is not made of finite float16 numbers"
                    )
                variable.assign(array.astype("float32"))
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


def _weights(model) -> list:
    """The variables that make the answer: layers' weights, no counters of random draws."""
    return list(model.weights)
