"""How each model learns from the photos of one point of the curve."""

import dataclasses
from pathlib import Path

import numpy as np

from engine.data import DataSet, load_prepared
from engine.models.resnet50 import PRESET as RESNET50
from engine.models.scratch import PRESET as SCRATCH
from engine.progress import Progress
from engine.training.features import View, load_features
from engine.training.learning_curve.plan import Training

#: Augmented views of each training photo whose features are stored: epochs take turns with them.
VIEWS = 4


class ScratchLearner:
    """Trains `scratch` by its recipe, on photos."""

    def __init__(self, data_set: DataSet):
        self.photos = load_prepared(data_set, SCRATCH.image_size)
        self.labels = data_set.photos["label"].to_numpy()
        self.classes = len(data_set.class_names)

    def begin(self, training: Training):
        """The model; a function that trains it up to an epoch; one that answers to rows."""
        from engine.models.build import build_model, compile_model
        from engine.training.batches import PhotoBatches

        recipe = dataclasses.replace(SCRATCH, seed=training.seed)
        model = build_model(recipe, self.classes)
        compile_model(model, recipe, recipe.phases[0])
        size, done = recipe.batch_size, 0

        def learn(epoch: int) -> None:
            nonlocal done
            batches = PhotoBatches(
                self.photos, self.labels, training.rows, size, training.seed, first_epoch=done
            )
            model.fit(batches, initial_epoch=done, epochs=epoch, shuffle=False, verbose=0)
            done = epoch

        def answer(rows: np.ndarray) -> np.ndarray:
            return model.predict(PhotoBatches(self.photos, self.labels, rows, size), verbose=0)

        return model, learn, answer


class HeadLearner:
    """Trains the head of `resnet50` by the first phase of its recipe, on stored features."""

    def __init__(self, data_set: DataSet, weights_file: Path | None, progress: Progress):
        self.labels = data_set.photos["label"].to_numpy()
        self.classes = len(data_set.class_names)
        size, changes = RESNET50.image_size, RESNET50.augmentation
        self.views = [
            View(size, augmentation=changes, seed=RESNET50.seed, number=number)
            for number in range(VIEWS)
        ]
        # The photos as they are: the very features of `baseline-features`.
        self.plain = load_features(data_set, View(size), weights_file, progress).values
        self.changed = [
            load_features(data_set, view, weights_file, progress).values for view in self.views
        ]
        self.photos = len(self.plain) + sum(map(len, self.changed))
        self.train = self.views[0].rows(data_set)

    def begin(self, training: Training):
        """The model; a function that trains it up to an epoch; one that answers to rows."""
        from engine.models.build import build_head_model, compile_model

        recipe = dataclasses.replace(RESNET50, seed=training.seed)
        model = build_head_model(recipe, self.classes, self.plain.shape[1])
        compile_model(model, recipe, recipe.phases[0])
        places, done = np.searchsorted(self.train, training.rows), 0
        labels = self.labels[training.rows]

        def learn(epoch: int) -> None:
            nonlocal done
            for number in range(done, epoch):
                seen = self.changed[number % VIEWS][places]
                order = np.random.default_rng((training.seed, number)).permutation(len(places))
                for start in range(0, len(order), recipe.batch_size):
                    batch = order[start : start + recipe.batch_size]
                    # Not `fit`: setting it up takes longer than the few steps of a small epoch.
                    model.train_on_batch(seen[batch], labels[batch])
            done = epoch

        def answer(rows: np.ndarray) -> np.ndarray:
            return model.predict_on_batch(self.plain[rows])

        return model, learn, answer
