"""How the learning rate moves within a phase, and when a training has learnt enough.

Both follow from the number of the epoch and the history alone, so that a training that was killed
goes on as it would have gone. Imports Keras: import it inside functions.
"""

import math
from pathlib import Path
from typing import Any

import keras

from engine import runs
from engine.recipes.recipe import Phase, Recipe

#: What Keras tells a callback of an epoch.
Logs = dict[str, Any]
#: Shares of a phase after which `step` takes a tenth of the rate, and a tenth of that.
_STEPS = (0.5, 0.75)


def rate_at(schedule: str, learning_rate: float, epoch: int, epochs: int) -> float:
    """The learning rate of an epoch.

    Args:
        schedule: One of `engine.recipes.recipe.SCHEDULES`. `cosine` is half a period, from the
            whole rate down (I. Loshchilov and F. Hutter, "SGDR: Stochastic Gradient Descent with
            Warm Restarts", 2017, equation 5, without restarts).
        learning_rate: That of the phase.
        epoch: Of the phase, from 0.
        epochs: Of the phase.
    """
    done = epoch / epochs
    if schedule == "cosine":
        return learning_rate * (1 + math.cos(math.pi * done)) / 2
    if schedule == "step":
        return learning_rate * 0.1 ** sum(done >= share for share in _STEPS)
    return learning_rate


class Rate(keras.callbacks.Callback):
    """Sets the learning rate of each epoch of a phase.

    Args:
        schedule: As for `rate_at`.
        phase: The phase.
        first: Epochs of all phases before it.
    """

    def __init__(self, schedule: str, phase: Phase, first: int):
        super().__init__()
        self.schedule, self.phase, self.first = schedule, phase, first

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        rate = self.phase.learning_rate
        self.model.optimizer.learning_rate = rate_at(
            self.schedule, rate, epoch - self.first, self.phase.epochs
        )


def learnt_enough(folder: Path, patience: int) -> bool:
    """Whether the last epochs of a history brought no better validation accuracy.

    Args:
        folder: The unfinished run's folder.
        patience: How many epochs; 0 is never enough.

    Raises:
        RunError: If there is no history, or it is damaged.
    """
    if not patience:
        return False
    history = runs.load_history(folder)
    best = runs.best_epoch(history)
    return best is not None and len(history) - best >= patience


class Patience(keras.callbacks.Callback):
    """Ends the training where it has learnt enough.

    Keras's `EarlyStopping` counts from where it was made, so a training that goes on would count
    anew; this one reads the history.
    """

    def __init__(self, folder: Path, epochs: int):
        super().__init__()
        self.folder, self.epochs = folder, epochs

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if learnt_enough(self.folder, self.epochs):
            self.model.stop_training = True


def pace_callbacks(
    recipe: Recipe, phase: Phase, first: int, folder: Path
) -> list[keras.callbacks.Callback]:
    """The callbacks that a phase needs beside those that every phase has.

    Args:
        recipe: What was chosen.
        phase: One of its phases.
        first: Epochs of all phases before it.
        folder: The unfinished run's folder.

    Returns:
        To be called after the callbacks that write the history.
    """
    found: list[keras.callbacks.Callback] = []
    if recipe.schedule != "constant":
        found.append(Rate(recipe.schedule, phase, first))
    if recipe.patience and phase is recipe.phases[-1]:
        found.append(Patience(folder, recipe.patience))
    return found
