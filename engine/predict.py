"""Answers for single photos: a run's model, kept ready."""

import contextlib
import ctypes
import gc
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine import runs
from engine.backend import answers_on_openvino, use_backend
from engine.errors import EngineError
from engine.export import build_for_inference, export_run
from engine.images import resize_for_model

# Keras builds models through global state, and two models prepared at once would take twice the
# memory while they are.
_building = threading.Lock()


@dataclass(frozen=True, eq=False)
class Answer:
    """What a model says to one photo.

    Attributes:
        probabilities: (classes,) float32, in the order of the run's class names.
        seen: uint8 (size, size, 3), the pixels the model saw.
        milliseconds: From the decoded photo to the probabilities.
    """

    probabilities: np.ndarray
    seen: np.ndarray
    milliseconds: float


class Predictor:
    """A run's model on the backend for inference, safe to share between threads.

    Args:
        run: The run whose stored weights answer.

    Raises:
        RunError: If the weights are damaged or belong to another architecture.
        EngineError: If there is no room for temporary files.
    """

    def __init__(self, run: runs.Run):
        self.run = run
        self._lock = threading.Lock()
        with _building:
            self._infer = _inference(run)
        # The first call allocates; a visitor should not wait for it.
        size = run.config.recipe.image_size
        probabilities = self._probabilities(np.zeros((size, size, 3), "uint8"))
        if not np.isfinite(probabilities).all():
            raise runs.RunError(
                f"The run {run.config.data_set}/{run.name} is damaged and cannot answer: "
                f"{runs.WEIGHTS_FILE} holds values that are no numbers. "
                "Remove its folder or train it again."
            )
        _return_memory()

    def predict(self, photo: np.ndarray) -> Answer:
        """The model's answer.

        Args:
            photo: uint8 (height, width, 3), RGB, as `engine.images.decode_photo` gives it.
        """
        began = time.perf_counter()
        seen = resize_for_model(photo, self.run.config.recipe.image_size)
        probabilities = self._probabilities(seen)
        return Answer(probabilities, seen, (time.perf_counter() - began) * 1000)

    def _probabilities(self, seen: np.ndarray) -> np.ndarray:
        with self._lock:
            return self._infer(seen[np.newaxis].astype("float32"))[0]


def _inference(run: runs.Run) -> Callable[[np.ndarray], np.ndarray]:
    """A function from float32 (1, size, size, 3) to float32 (1, classes)."""
    if answers_on_openvino():
        return _compiled(run)
    use_backend("inference")
    model = build_for_inference(run)
    return lambda photos: np.array(model.predict_on_batch(photos), "float32")


def _compiled(run: runs.Run) -> Callable[[np.ndarray], np.ndarray]:
    """The run's model compiled by OpenVINO itself: Keras gives no way to choose the precision."""
    import openvino

    core = openvino.Core()
    # Read as a whole, the file's weights are freed when packed; mapped, they would stay.
    core.set_property({"ENABLE_MMAP": False})
    graph = _exported(run, core)
    size = run.config.recipe.image_size
    graph.reshape([1, size, size, 3])
    compiled = core.compile_model(
        graph,
        "CPU",
        {
            # Left alone, OpenVINO computes in bfloat16 where the processor can: twice as fast,
            # but probabilities move by 0.01 and more, and live answers should be the stored ones.
            "INFERENCE_PRECISION_HINT": "f32",
            "PERFORMANCE_HINT": "LATENCY",
        },
    )
    # A copy, because the next call writes over the output.
    return lambda photos: np.array(compiled(photos)[0], "float32")


def _exported(run: runs.Run, core):
    """The run's model as an OpenVINO graph, by way of a temporary file."""
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.xml"
            export_run(run, path)
            return core.read_model(path)
    except OSError as error:
        raise EngineError(
            "The model cannot be prepared: there must be some 150 MB of room for temporary "
            f"files. Received: {error.strerror or error}"
        ) from error


def _return_memory() -> None:
    """Give the memory of building back to the system: glibc keeps some 100 MB of it."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError, TypeError):  # not glibc
        ctypes.CDLL(None).malloc_trim(0)
