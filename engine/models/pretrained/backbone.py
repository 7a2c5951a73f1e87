"""ResNet50 as ImageNet left it, without its classifier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.models.pretrained.loading import load_weights
from engine.models.pretrained.sources import find_imagenet_weights
from engine.progress import Progress

if TYPE_CHECKING:
    import keras


def load_imagenet_backbone(
    image_size: int, weights_file: Path | None = None, progress: Progress | None = None
) -> keras.Model:
    """ResNet50 without its classifier, with ImageNet weights.

    Args:
        image_size: Side of the square photo, in pixels, at least 32.
        weights_file: A file to use instead of searching; see `find_imagenet_weights`.
        progress: Told what comes of the search for the weights.

    Returns:
        A `keras.Model` named `resnet50`: caffe-style input `(n, image_size, image_size, 3)`,
        feature maps `(n, image_size / 32, image_size / 32, 2048)` rounded up.

    Raises:
        EngineError: If no source answers, or a variable would keep its random start value.
    """
    import keras

    path = find_imagenet_weights(weights_file, progress)
    backbone = keras.applications.ResNet50(
        include_top=False,
        weights=None,
        input_shape=(image_size, image_size, 3),
        name="resnet50",
    )
    load_weights(backbone, path)
    return backbone
