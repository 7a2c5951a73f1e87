"""Answers for single photos: a run's model, kept ready."""

import threading
import time
from dataclasses import dataclass

import numpy as np

from engine import runs
from engine.backend import use_backend
from engine.images import resize_for_model

# Keras builds models through global state; two visitors must not do so at once.
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
    """

    def __init__(self, run: runs.Run):
        use_backend("inference")
        from engine.models import build_model

        self.run = run
        self._lock = threading.Lock()
        with _building:
            self._model = build_model(run.config.recipe, len(run.config.class_names))
            runs.load_weights(run.folder, self._model)
            # The first call compiles; a visitor should not wait for it.
            size = run.config.recipe.image_size
            self._probabilities(np.zeros((size, size, 3), "uint8"))

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
            batch = seen[None].astype("float32")
            return np.asarray(self._model.predict_on_batch(batch), "float32")[0]
