"""Answers for single photos: a run's model, kept ready."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import runs
from engine.data.images import resize_for_model
from engine.errors import EngineError
from engine.models import SPECS, find_baseline, is_baseline
from engine.models.backend import answers_on_openvino, use_backend
from engine.serving.export import build_for_inference, export_run
from engine.serving.gradcam import Head, build_head, grad_cam
from engine.training.baselines import build_answer

if TYPE_CHECKING:
    import openvino

#: From float32 (1, size, size, 3), RGB, 0-255, to a sequence of outputs by position.
Network = Callable[[np.ndarray], Any]

#: The variables of the head's two layers, as weights are keyed.
HEAD_KERNELS = ("dense/kernel", "predictions/kernel")

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
        self._head: Head | None = None
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
            photo: uint8 (height, width, 3), RGB, as `engine.data.images.decode_photo` gives it.
        """
        began = time.perf_counter()
        seen = resize_for_model(photo, self.run.config.recipe.image_size)
        probabilities = self._probabilities(seen)
        return Answer(probabilities, seen, (time.perf_counter() - began) * 1000)

    def explain(self, photo: np.ndarray, class_position: int) -> np.ndarray:
        """Which parts of what the model sees speak for a class (`engine.serving.gradcam`).

        Args:
            photo: As for `predict`.
            class_position: The class, a position in the run's class names.

        Returns:
            float32 (height, width), 0 to 1, over the whole of `Answer.seen`, but coarser.

        Raises:
            RunError: If the weights have been damaged or removed since.
            EngineError: If the run is of a baseline: it has no maps to explain it by.
        """
        if is_baseline(self.run.model):
            raise EngineError(
                f"Reasons are given by one of {', '.join(SPECS)}. Received: {self.run.model!r}"
            )
        seen = resize_for_model(photo, self.run.config.recipe.image_size)
        _, features, hidden = self._outputs(seen)
        with self._lock:
            if self._head is None:
                dense, classes = (runs.load_weight(self.run.folder, path) for path in HEAD_KERNELS)
                self._head = build_head(dense, classes, features.shape[-1])
            head = self._head
        return grad_cam(features, hidden, head, class_position)

    def _probabilities(self, seen: np.ndarray) -> np.ndarray:
        return self._outputs(seen, 1)[0]

    def _outputs(self, seen: np.ndarray, count: int = 3) -> list[np.ndarray]:
        """The first outputs of `build_for_inference` for one photo."""
        with self._lock:
            outputs = self._infer(seen[np.newaxis].astype("float32"))
            # Copies, because the next call writes over them.
            return [np.array(outputs[number][0], "float32") for number in range(count)]


def _inference(run: runs.Run) -> Network:
    """A function from float32 (1, size, size, 3) to a list of outputs, the probabilities first."""
    if not is_baseline(run.model):
        return _network(run)
    return build_answer(run, _network(run) if find_baseline(run.model).backbone else None)


def _network(run: runs.Run) -> Network:
    """A function from float32 (1, size, size, 3) to the outputs of `build_for_inference`."""
    if answers_on_openvino():
        return _compiled(run)
    use_backend("inference")
    import keras

    model = build_for_inference(run)
    # A list, even where there is but one output.
    return lambda photos: keras.tree.flatten(model.predict_on_batch(photos))


def _compiled(run: runs.Run) -> Network:
    """The run's model compiled by OpenVINO itself: Keras gives no way to choose the precision."""
    import openvino

    core = openvino.Core()
    # Read as a whole, the file's weights are freed when packed; mapped, they would stay.
    core.set_property({"ENABLE_MMAP": False})
    graph = _exported(run, core)
    size = run.config.recipe.image_size
    graph.reshape([1, size, size, 3])
    return core.compile_model(
        graph,
        "CPU",
        {
            # Left alone, OpenVINO computes in bfloat16 where the processor can: twice as fast,
            # but probabilities move by 0.01 and more, and live answers should be the stored ones.
            "INFERENCE_PRECISION_HINT": "f32",
            "PERFORMANCE_HINT": "LATENCY",
        },
    )


def _exported(run: runs.Run, core: openvino.Core) -> openvino.Model:
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
