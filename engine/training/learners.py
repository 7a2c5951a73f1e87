"""What a network learns from: photos, or features that were computed from them once.

Both have the same three parts: `inputs`, an array with a row for each photo of the data set; the
network that learns from its rows; and the whole model, from photos to answers, once that network
has learnt.
"""

from pathlib import Path

from engine.data import DataSet, load_prepared
from engine.models import find_spec, learns_from_features
from engine.progress import Progress
from engine.recipes.config import RunConfig
from engine.training.features import View, load_features


class FromPhotos:
    """The whole model learns, or the part of it that its phase lets learn.

    Attributes:
        inputs: uint8 (photos, size, size, 3), RGB, 0-255.
        seconds: What preparing the inputs took of the training: nothing.
    """

    seconds = 0.0

    def __init__(
        self, config: RunConfig, data_set: DataSet, weights_file: Path | None, progress: Progress
    ):
        self.config, self.weights_file, self.progress = config, weights_file, progress
        self.inputs = load_prepared(data_set, config.recipe.image_size)

    def build(self, fresh: bool):
        """The network to train.

        Args:
            fresh: Whether it starts from ImageNet's weights; else a state is loaded into it.

        Raises:
            EngineError: If no source of the weights answers.
        """
        from engine.models.build import build_model, load_backbone

        recipe, precision, network = self.config.recipe, self.config.precision, None
        backbone = find_spec(recipe.model).backbone
        if fresh and backbone is not None:
            network = load_backbone(
                backbone, recipe.image_size, precision, self.weights_file, self.progress
            )
        return build_model(recipe, len(self.config.class_names), precision, network)

    def whole_model(self, state):
        """The model in float32, with the network's weights in the file `state`."""
        from engine.models.build import build_model

        model = build_model(self.config.recipe, len(self.config.class_names))
        model.load_weights(state)
        return model


class FromFeatures:
    """The head alone learns, from what the frozen backbone makes of each photo.

    Attributes:
        inputs: float32 (photos, channels), the averaged features.
        seconds: What computing them took, whenever that was: part of the training.
    """

    def __init__(
        self, config: RunConfig, data_set: DataSet, weights_file: Path | None, progress: Progress
    ):
        self.config, self.weights_file = config, weights_file
        # In float32, in which the whole model answers: one backbone does for both.
        self._view = View(config.recipe.image_size, model=config.recipe.model)
        self._kept = None
        features = load_features(
            data_set, self._view, weights_file, progress, lambda: self._network(progress)
        )
        self.inputs, self.seconds = features.values, features.seconds

    def _network(self, progress: Progress | None = None):
        """The backbone as ImageNet left it, built once, which takes seconds."""
        from engine.models.build import load_backbone

        if self._kept is None:
            self._kept = load_backbone(
                self._view.backbone,
                self._view.image_size,
                "float32",
                self.weights_file,
                progress,
            )
        return self._kept

    def build(self, fresh: bool):
        """The network to train; it starts from random weights, `fresh` or not."""
        from engine.models.build import build_head_model

        classes = len(self.config.class_names)
        channels = self._view.backbone.channels
        return build_head_model(self.config.recipe, classes, channels, self.config.precision)

    def whole_model(self, state):
        """The model in float32: ImageNet's backbone, and the head's weights in the file `state`.

        Raises:
            EngineError: If no source of the weights answers.
        """
        from engine.models.build import build_model

        recipe = self.config.recipe
        head = self.build(fresh=False)
        head.load_weights(state)
        model = build_model(recipe, len(self.config.class_names), backbone=self._network())
        for name in ("dense", "predictions"):
            model.get_layer(name).set_weights(head.get_layer(name).get_weights())
        return model


def choose_learner(config: RunConfig):
    """The class that learns what a configuration asks for."""
    return FromFeatures if learns_from_features(config.recipe) else FromPhotos
