"""ResNet50 with ImageNet weights: where they come from, how they are verified and loaded."""

from engine.models.pretrained.backbone import load_imagenet_backbone
from engine.models.pretrained.sources import (
    KERAS_FILE,
    find_imagenet_weights,
    imagenet_weights_are_here,
)

__all__ = [
    "KERAS_FILE",
    "find_imagenet_weights",
    "imagenet_weights_are_here",
    "load_imagenet_backbone",
]
