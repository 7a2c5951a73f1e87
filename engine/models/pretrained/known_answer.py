"""Whether weights are those of ImageNet: what ResNet50 sees in a photo that everybody has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.errors import EngineError
from engine.models.pretrained.loading import assign_tensors, model_with_top

if TYPE_CHECKING:
    import keras

# The photo china.jpg of scikit-learn, at 224x224: ImageNet class index -> probability.
_KNOWN_ANSWER = {442: ("bell_cote", 0.76), 698: ("palace", 0.09), 663: ("monastery", 0.06)}
_KNOWN_TOLERANCE = 0.02


def check_known_answer(tensors: dict[str, np.ndarray]) -> dict[str, float]:
    """Check that ResNet50 with these weights sees in scikit-learn's china.jpg what it should.

    Args:
        tensors: Every variable of ResNet50 with its classifier, float32, under
            `<layer>/<variable>`, for example `conv1_conv/kernel`.

    Returns:
        Probabilities of the three best classes, by class name.

    Raises:
        EngineError: If a tensor is missing or of a wrong shape, or a probability is off by
            more than 0.02.
    """
    with model_with_top() as model:
        assign_tensors(model, tensors)
        return ask_known_photo(model)


def ask_known_photo(model: keras.Model) -> dict[str, float]:
    """What a ResNet50 with its classifier says about that photo.

    Returns:
        As `check_known_answer`.

    Raises:
        EngineError: If a probability is off by more than 0.02.
    """
    from sklearn.datasets import load_sample_image

    photo = _resize_bilinear(load_sample_image("china.jpg"), 224)
    # Caffe-style: BGR, minus the mean colour of ImageNet.
    pixels = photo[..., ::-1] - np.array([103.939, 116.779, 123.68], "float32")
    probabilities = model.predict(pixels[np.newaxis], verbose=0)[0]
    answer = {name: float(probabilities[index]) for index, (name, _) in _KNOWN_ANSWER.items()}
    for name, wanted in _KNOWN_ANSWER.values():
        if not abs(answer[name] - wanted) <= _KNOWN_TOLERANCE:  # also refuses NaN
            raise EngineError(
                f"On the known photo the weights must give {name} {wanted}. "
                f"Received: {answer[name]:.3f}"
            )
    return answer


def _resize_bilinear(image: np.ndarray, side: int) -> np.ndarray:
    """The image `(height, width, 3)` as float32 `(side, side, 3)`, as `tf.image.resize` does it.

    Pillow averages all the pixels below each new one: a smoother photo, and another answer.
    """
    image = image.astype(np.float32)
    for axis in (0, 1):
        length = image.shape[axis]
        position = (np.arange(side) + 0.5) * length / side - 0.5
        position = np.clip(position, 0, length - 1)
        below = np.floor(position).astype(int)
        above = np.minimum(below + 1, length - 1)
        share = (position - below).astype(np.float32)
        share = share[:, None, None] if axis == 0 else share[None, :, None]
        image = image.take(below, axis) * (1 - share) + image.take(above, axis) * share
    return image
