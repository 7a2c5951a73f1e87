"""ResNet50 as ImageNet left it, with a new head: first the head learns, then the last stages."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.models.spec import Backbone, ModelSpec, Shapes, layer_shapes
from engine.progress import Progress
from engine.recipes.recipe import Augmentation, Phase, Recipe

if TYPE_CHECKING:
    import keras

#: Blue, green and red means of the ImageNet photos that ResNet50 was trained on ("caffe" input).
CAFFE_MEANS_BGR = (103.939, 116.779, 123.68)
#: Multiplications for one photo of 224x224 pixels (He et al., 2015, table 1).
_WORK = 3.8e9
#: The stages conv2 to conv5, the number of blocks of each, and the maps inside a block. A block
#: gives four times as many.
_STAGES = ((2, 3, 64), (3, 4, 128), (4, 6, 256), (5, 3, 512))
_CHANNELS = 2048

# The report: 224x224, the size ResNet50 was trained at on ImageNet; dense 1024, dropout 0.24;
# RMSprop 1e-4 for ten epochs with the backbone as it is, then a tenth of that for fine-tuning,
# 25-40 epochs in all. The preset fine-tunes the last two stages of four, 22 of the backbone's 24
# million parameters: on validation better than the last stage alone (see
# artifacts/published/README.md), and faster than all of them. The report's flatten head is 102.8
# million weights (392 MiB in float32), too heavy for a free host, so the preset averages the 7x7
# maps first (2.1 million).
PRESET = Recipe(
    model="resnet50",
    image_size=224,
    batch_size=32,
    seed=1,
    augmentation=Augmentation(rotation=0.1, zoom=0.1),
    filters=(),
    batch_normalisation=False,
    head="average",
    dense_units=1024,
    dropout=0.24,
    optimiser="rmsprop",
    phases=(
        Phase("head", epochs=10, learning_rate=1e-4, trainable="head"),
        Phase("fine_tune", epochs=15, learning_rate=1e-5, trainable="from_conv4"),
    ),
)

# A minute instead of an hour, for a class that watches: what a frozen backbone makes of photos
# that nothing turns or zooms is computed once and kept, so that an epoch of its head takes a
# moment.
QUICK_PRESET = dataclasses.replace(
    PRESET,
    augmentation=Augmentation(rotation=0.0, zoom=0.0),
    phases=(Phase("head", epochs=20, learning_rate=5e-4, trainable="head"),),
)


def _build(image_size: int) -> keras.Model:
    """Without its top, normalisation fused (`engine.models.fused`), weights random."""
    import keras

    from engine.models.fused import fuse_batch_norm

    return fuse_batch_norm(
        keras.applications.ResNet50(
            include_top=False,
            weights=None,
            input_shape=(image_size, image_size, 3),
            name="resnet50",
        )
    )


def _load(
    image_size: int, weights_file: Path | None = None, progress: Progress | None = None
) -> keras.Model:
    """Without its top, with ImageNet weights, batch normalisation fused.

    The backbone runs in inference mode in all phases, and there fusing changes no output and no
    gradient, but spares 53 passes over all activations, forward and backward: on two cores a
    step of fine-tuning is about three times as fast.
    """
    from engine.models import pretrained
    from engine.models.fused import fuse_batch_norm

    return fuse_batch_norm(pretrained.load_imagenet_backbone(image_size, weights_file, progress))


def _preprocess(photos: Any) -> Any:
    """As "caffe" input: blue, green, red; the mean subtracted; never divided by 255."""
    from keras import layers

    return layers.Lambda(_to_caffe, name="caffe_input", dtype="float32")(photos)


def _to_caffe(photos: Any) -> Any:
    from keras import ops

    return ops.flip(photos, axis=-1) - np.array(CAFFE_MEANS_BGR, "float32")


def _build_maps(photos: Any, recipe: Recipe, backbone: keras.Model | None = None) -> Any:
    # Called as in inference, always: batch statistics of 32 photos would drift.
    return (backbone or _build(recipe.image_size))(_preprocess(photos), training=False)


def _maps_shape(recipe: Recipe) -> tuple[int, int]:
    return -(-recipe.image_size // 32), _CHANNELS


def _maps_weights(recipe: Recipe) -> Shapes:
    shapes, depth = _fused("conv1_conv", (7, 7, 3, 64)), 64
    for stage, blocks, maps in _STAGES:
        for block in range(1, blocks + 1):
            name = f"conv{stage}_block{block}"
            if block == 1:
                shapes |= _fused(f"{name}_0_conv", (1, 1, depth, 4 * maps))
            shapes |= _fused(f"{name}_1_conv", (1, 1, depth, maps))
            shapes |= _fused(f"{name}_2_conv", (3, 3, maps, maps))
            shapes |= _fused(f"{name}_3_conv", (1, 1, maps, 4 * maps))
            depth = 4 * maps
    return shapes


def _fused(name: str, kernel: tuple[int, ...]) -> Shapes:
    """Those of a convolution with its batch normalisation (`engine.models.fused`)."""
    vectors = ("gamma", "beta", "mean", "inverse_deviation")
    return layer_shapes(name, kernel) | {f"{name}/{one}": kernel[-1:] for one in vectors}


def _work(recipe: Recipe) -> float:
    return _WORK * (recipe.image_size / 224) ** 2


BACKBONE = Backbone(
    name="resnet50",
    title="ResNet50",
    channels=_CHANNELS,
    stages=("from_conv4", "from_conv5"),
    build=_build,
    load=_load,
    preprocess=_preprocess,
    identity="resnet50, ImageNet, caffe input",
)

SPEC = ModelSpec(
    name="resnet50",
    title="Fine-tuned ResNet50",
    short_title="ResNet50",
    phrase="the fine-tuned ResNet50",
    colour="#2E86D1",
    symbol="diamond",
    icon="🔷",
    preset=PRESET,
    quick_preset=QUICK_PRESET,
    settings=frozenset(),
    backbone=BACKBONE,
    build_maps=_build_maps,
    dropout_after_dense=True,
    maps_shape=_maps_shape,
    maps_weights=_maps_weights,
    work=_work,
    start_seconds=15.0,
)
