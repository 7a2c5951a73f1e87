"""Grad-CAM: which parts of a photo speak for a class.

R. R. Selvaraju, M. Cogswell, A. Das, R. Vedantam, D. Parikh and D. Batra, "Grad-CAM: Visual
Explanations from Deep Networks via Gradient-based Localization" (2017), on the last maps before the
head. From there on both models are one dense layer with ReLU and the class outputs, so the gradient
is a product of two matrices, and no backend with gradients is needed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, eq=False)
class Head:
    """What the gradient of a class's score needs of a model's head.

    Attributes:
        dense: (channels, units) float32: the dense layer's weights, averaged over the places of a
            map where they differ from place to place.
        classes: (units, classes) float32: the weights of the class outputs.
    """

    dense: np.ndarray
    classes: np.ndarray


def build_head(dense_kernel: ArrayLike, classes_kernel: ArrayLike, channels: int) -> Head:
    """The head from its two layers' weights.

    Grad-CAM averages the gradient of a map over all its places. The gradient is linear in the
    dense layer's weights, so these can be averaged first, once for all photos.

    Args:
        dense_kernel: (channels, units) after average pooling, or (places x channels, units) after
            flattening, places in rows first.
        classes_kernel: (units, classes).
        channels: Number of maps.

    Raises:
        ValueError: If the shapes do not fit together.
    """
    dense, classes = np.asarray(dense_kernel), np.asarray(classes_kernel)
    if len(dense) % channels or dense.shape[1] != classes.shape[0]:
        raise ValueError(
            "`dense_kernel` must have a multiple of `channels` rows, and as many columns as "
            f"`classes_kernel` has rows. Received: {dense.shape}, {classes.shape}, "
            f"{channels} channels"
        )
    places = dense.reshape(-1, channels, dense.shape[1])
    return Head(places.mean(axis=0, dtype="float32"), classes.astype("float32"))


def grad_cam(features: ArrayLike, hidden: ArrayLike, head: Head, class_position: int) -> np.ndarray:
    """How much each place of the last maps speaks for a class.

    Args:
        features: (height, width, channels), the maps before the head.
        hidden: (units,), the dense layer's output, after ReLU.
        head: Of the same model.
        class_position: The class.

    Returns:
        (height, width) float32 from 0 to 1, 1 where most speaks for the class; all 0 where
        nothing does.
    """
    weights = head.dense @ (head.classes[:, class_position] * (np.asarray(hidden) > 0))
    heat = np.maximum(np.asarray(features, "float32") @ weights, 0)
    most = float(heat.max())
    return (heat / most if most > 0 else heat).astype("float32")
