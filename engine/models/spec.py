"""What a model is to this project: everything that is not the same for all of them.

Adding a network is one file with a `ModelSpec` beside `scratch.py`, and its line in `specs.py`;
adding a baseline is one file with a `BaselineSpec` in `baselines/`, likewise. Nothing else names a
model. No field needs Keras before a function of it is called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.progress import Progress
from engine.recipes.baseline import Baseline
from engine.recipes.recipe import ALL, HEAD, Recipe

if TYPE_CHECKING:
    import keras

#: Name and shape of weights, as they are keyed in `weights.safetensors`.
Shapes = dict[str, tuple[int, ...]]


def layer_shapes(name: str, kernel: tuple[int, ...]) -> Shapes:
    """Those of a layer with a kernel of this shape and a bias."""
    return {f"{name}/kernel": kernel, f"{name}/bias": kernel[-1:]}


@dataclass(frozen=True, eq=False)
class Backbone:
    """A network that ImageNet has taught to see, without its classifier.

    Attributes:
        name: Of its Keras model, and of the layer that it is inside a run's model.
        title: What it is called in a sentence.
        channels: Number of its last maps.
        stages: What `Phase.trainable` may say beside `all` and `head`: `from_` and the name that
            the layers of a stage begin with, the later stages after the earlier ones.
        build: From the side of the photos to the network with random weights.
        load: From the side of the photos, a file of weights or None, and what is told of progress
            or None, to the network as ImageNet left it. Raises EngineError if no source of the
            weights answers.
        preprocess: From raw photos, RGB, 0-255, to what the network was taught on.
        identity: Changes when its weights or its preprocessing do: names what it has computed.
    """

    name: str
    title: str
    channels: int
    stages: tuple[str, ...]
    build: Callable[[int], keras.Model]
    load: Callable[[int, Path | None, Progress | None], keras.Model]
    preprocess: Callable[[Any], Any]
    identity: str


@dataclass(frozen=True, eq=False)
class ModelSpec:
    """One network.

    All have the same end: the last maps are averaged or flattened (`Recipe.head`), then one dense
    layer with ReLU, then the class outputs. What explains an answer (Grad-CAM) looks at the maps
    before that end.

    Attributes:
        name: In code, on disk and at the command line.
        title: On pages, in full.
        short_title: Where there is little room.
        phrase: In the middle of a sentence.
        colour: Of the first run of this model: at least 3:1 against both themes, and told from
            the other models' in every common colour blindness.
        symbol: Mark of its points in charts (Plotly's names).
        icon: The same mark as text.
        preset: What is trained unless somebody chooses otherwise.
        quick_preset: What a class trains in a minute.
        settings: The settings marked `of_model` that it takes.
        backbone: What it starts from; None for a network that starts from nothing.
        build_maps: From a batch of photos (RGB, 0-255, augmented), the recipe, and for a network
            with a backbone that, to the last maps.
        dropout_after_dense: Whether dropout stands behind the dense layer; else `build_maps` has
            placed it.
        maps_shape: From a recipe to side and number of the last maps. Raises EngineError if there
            is no room for them.
        maps_weights: From a recipe to the shapes of all weights before the head.
        work: From a recipe to the multiplications for one photo on its way to the last maps.
        start_seconds: Of a training, before its first epoch and after its last: starting Python
            and TensorFlow, building the model, predicting. Measured on two cores.
    """

    name: str
    title: str
    short_title: str
    phrase: str
    colour: str
    symbol: str
    icon: str
    preset: Recipe
    quick_preset: Recipe
    settings: frozenset[str]
    backbone: Backbone | None
    build_maps: Callable[[Any, Recipe, keras.Model | None], Any]
    dropout_after_dense: bool
    maps_shape: Callable[[Recipe], tuple[int, int]]
    maps_weights: Callable[[Recipe], Shapes]
    work: Callable[[Recipe], float]
    start_seconds: float

    @property
    def trainable(self) -> tuple[str, ...]:
        """What `Phase.trainable` may be; where nothing stands before the head, all of it learns."""
        return (ALL, HEAD, *(self.backbone.stages if self.backbone else ()))


@dataclass(frozen=True, eq=False)
class BaselineSpec:
    """One logistic regression on a description of the photo.

    Attributes:
        name: In code, on disk and at the command line; begins with `BASELINE_PREFIX`.
        title: On pages, in full.
        short_title: Where there is little room.
        preset: What is fitted.
        describe: From a baseline and a photo, float32 (size, size, 3), RGB, 0-255, to float
            (`length`,); None where the description is the features of `backbone`.
        length: From a baseline to how many numbers describe a photo. 0 looks at nothing.
        check: Refuses settings that do not go together, with EngineError.
        packages: Those that describe the photos, for the record of versions.
        backbone: Whose averaged last maps describe a photo; None where `describe` does.
    """

    name: str
    title: str
    short_title: str
    preset: Baseline
    describe: Callable[[Baseline, np.ndarray], Any] | None
    length: Callable[[Baseline], int]
    check: Callable[[Baseline], None]
    packages: tuple[str, ...] = ()
    backbone: Backbone | None = None
