"""What happens between the epochs of a training. Imports Keras: import it inside functions.

Order matters, and `epoch_callbacks` keeps it: complete the epoch's numbers, write its row of
`history.csv`, save its whole state, remove states nobody needs. So a state never lies on disk
without its row; a kill in between leaves a row too many, which resuming drops.
"""

import math
import time
from pathlib import Path

import keras

from engine import runs
from engine.disk.atomic import atomic_path
from engine.errors import StoppedError
from engine.progress import Progress
from engine.training.schedule import Logs

#: More often than a page looks, seldom enough to cost nothing.
_NOTE_EVERY_SECONDS = 0.5


def epoch_callbacks(
    folder: Path, phase: str, epochs: int, progress: Progress, seconds_before: float = 0.0
) -> list[keras.callbacks.Callback]:
    """The callbacks of one phase.

    Args:
        folder: The unfinished run's folder.
        phase: Name of the phase.
        epochs: Epochs over all phases.
        progress: Told how many epochs are done, with the fraction of the one under way.
        seconds_before: What the training took before its first epoch, which that epoch counts.
    """
    return [
        EpochNumbers(phase, epochs, progress, seconds_before),
        History(folder),
        States(folder),
        Tidy(folder),
        Batches(folder, epochs, progress),
    ]


class EpochNumbers(keras.callbacks.Callback):
    """Adds phase, learning rate and seconds to an epoch's numbers, and tells how far it is.

    Where the loss is no number the model's answers are none either: the epoch gets no validation
    accuracy, so that nobody takes it for the best, and the training ends, for it cannot recover.
    """

    def __init__(self, phase: str, epochs: int, progress: Progress, seconds_before: float = 0.0):
        super().__init__()
        self.phase, self.epochs, self.progress = phase, epochs, progress
        self.seconds_before = seconds_before

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self.epoch, self.began = epoch, time.perf_counter()
        self.told = self.began

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        now = time.perf_counter()
        if now - self.told < 10:
            return
        self.told = now
        done = (batch + 1) / self.params["steps"]
        left = (now - self.began) / done * (self.epochs - self.epoch - done)
        self.progress.update(
            self.epoch + done,
            self.epochs,
            seconds_left=left,
            message=f"epoch {self.epoch + 1}/{self.epochs} ({self.phase}), {done:.0%}: "
            f"loss {logs['loss']:.3f}, accuracy {logs['accuracy']:.3f}, "
            f"about {format_duration(left)} left",
        )

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        logs["phase"] = self.phase
        logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        logs["seconds"] = round(time.perf_counter() - self.began, 3)
        if math.isnan(logs["loss"]) or math.isnan(logs["val_loss"]):
            logs["val_accuracy"] = math.nan
            self.model.stop_training = True
        left = logs["seconds"] * (self.epochs - epoch - 1)
        if epoch == 0:
            logs["seconds"] = round(logs["seconds"] + self.seconds_before, 3)
        self.progress.update(
            epoch + 1,
            self.epochs,
            seconds_left=left,
            message=f"epoch {epoch + 1}/{self.epochs} ({self.phase}) took {logs['seconds']:.0f} s: "
            f"accuracy {logs['accuracy']:.3f}, validation accuracy {logs['val_accuracy']:.3f}, "
            f"about {format_duration(left)} left at this pace",
        )


class History(keras.callbacks.CSVLogger):
    """Keras's own, with the columns of the run format and epochs counted from 1.

    The file is open only while a row is written: whatever ends the training, nothing is left open.
    """

    def __init__(self, folder: Path):
        super().__init__(str(runs.history_path(folder)), append=True)

    def on_train_begin(self, logs: Logs | None = None) -> None:
        pass

    def on_train_end(self, logs: Logs | None = None) -> None:
        pass

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        super().on_train_begin(logs)
        self.keys = list(runs.HISTORY_COLUMNS[1:])
        super().on_epoch_end(epoch + 1, logs)
        super().on_train_end(logs)


class States(keras.callbacks.ModelCheckpoint):
    """Keras's own, but a state appears under its name whole or not at all."""

    def __init__(self, folder: Path):
        self.folder = folder
        super().__init__(str(runs.state_path(folder, 1)), save_weights_only=True)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        path = runs.state_path(self.folder, epoch + 1)
        path.parent.mkdir(exist_ok=True)
        # Not durable: one that a power cut damages is noticed, and the one before it is there.
        with atomic_path(path, durable=False) as partial:
            # Keras takes braces for places to fill in.
            self.filepath = str(partial).replace("{", "{{").replace("}", "}}")
            super().on_epoch_end(epoch, logs)


class Tidy(keras.callbacks.Callback):
    """Keeps the last two states, and that of the best epoch with and without the last.

    So even where the last state turns out damaged, the one before and its best epoch are there.
    """

    def __init__(self, folder: Path):
        super().__init__()
        self.folder = folder

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        history = runs.load_history(self.folder)
        best = (runs.best_epoch(history), runs.best_epoch(history.iloc[:-1]))
        for number in runs.state_epochs(self.folder):
            if number not in (*best, epoch, epoch + 1):
                runs.state_path(self.folder, number).unlink()


class Batches(keras.callbacks.Callback):
    """Notes how far the epoch is, for whoever watches, and ends the training where that is asked.

    A whole epoch is worth more than a part of one: it is asked before a batch, so that the
    numbers of an epoch whose last batch is done are kept.
    """

    def __init__(self, folder: Path, epochs: int, progress: Progress):
        super().__init__()
        self.folder, self.epochs, self.progress = folder, epochs, progress
        self.noted = -math.inf

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self.epoch, self.began = epoch, time.perf_counter()

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        if runs.stop_requested(self.folder):
            raise StoppedError

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        now = time.perf_counter()
        if now - self.noted < _NOTE_EVERY_SECONDS:
            return
        self.noted = now
        done = (batch + 1) / self.params["steps"]
        left = (now - self.began) / done * (self.epochs - self.epoch - done)
        runs.append_batch(self.folder, self.epoch + done, logs["loss"], logs["accuracy"])
        self.progress.update(self.epoch + done, self.epochs, seconds_left=left)


def format_duration(seconds: float) -> str:
    """A duration as a person says it: `40 s`, `12 min`, `2 h 05 min`."""
    seconds = round(seconds)
    if seconds < 90:
        return f"{seconds} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"
