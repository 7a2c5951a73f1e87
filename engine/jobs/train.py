"""Trainings that go on without the page that started them: `python -m engine train`.

    artifacts/runs/<data set>/.<run>.training.json    which process was started, for which model
    artifacts/runs/<data set>/.<run>.training.log     what it has printed

How far a training is, it writes beside them into its unfinished run (`engine.runs.progress`), so
that one that was started at a terminal is seen as well. What is said here is read from these files
and from the processes that run now, by whatever server asks.
"""

import contextlib
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from engine import runs
from engine.data import load_data_set
from engine.data.data_set import photos_missing
from engine.disk.paths import runs_folder
from engine.disk.read_only import refuse_if_read_only
from engine.errors import EngineError
from engine.jobs.process import Job, lock
from engine.models.specs import MODELS
from engine.training.queue import take_ticket, turns

_ENDING = ".training"
#: As TensorFlow's C++ part logs: severity, month and day. `TF_CPP_MIN_LOG_LEVEL` does not reach
#: what it prints while it is being loaded.
_GREETING = re.compile(r"[IWEF]\d{4} |WARNING: All log messages before absl")
#: `starting` until its process has taken the name; what is `interrupted` can go on.
STATUSES = ("starting", "waiting", "running", "stopping", "done", "failed", "interrupted")
_LIVING = STATUSES[:4]


@dataclass(frozen=True)
class Training:
    """One training, as it stands now.

    Attributes:
        data_set: Name of its data set.
        run: Name of its run.
        model: `scratch` or `resnet50`.
        status: One of `STATUSES`.
        ahead: Trainings that come before it, where it waits.
        message: The last line it has printed, or why it failed.
    """

    data_set: str
    run: str
    model: str
    status: str
    ahead: int
    message: str

    @property
    def alive(self) -> bool:
        """Whether its process lives."""
        return self.status in _LIVING


@dataclass(frozen=True, eq=False)
class TrainingProgress:
    """How far a training is.

    Attributes:
        history: Its complete epochs, columns `engine.runs.HISTORY_COLUMNS`; may be empty.
        batches: Columns `engine.runs.BATCHES_COLUMNS`; may be empty.
        epochs: How many epochs it is to have in all; 0 where that is not known yet.
    """

    history: pd.DataFrame
    batches: pd.DataFrame
    epochs: int

    @property
    def share(self) -> float:
        """The share of the epochs that is done, 0 to 1."""
        done = max(
            float(self.batches["epoch"].max()) if len(self.batches) else 0.0, len(self.history)
        )
        return min(1.0, done / self.epochs) if self.epochs else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Until the last epoch ends, at the pace of the last batches; None before the first."""
        return float(self.batches["seconds_left"].iloc[-1]) if len(self.batches) else None


def start_training(data_set: str, model: str, name: str, arguments: Sequence[str] = ()) -> str:
    """Start a training; it waits by itself while another one runs.

    Args:
        data_set: Name of a data set whose photos are on this machine.
        model: `scratch` or `resnet50`.
        name: Name of the run; a number is added where it is taken.
        arguments: Further flags of `python -m engine train`.

    Returns:
        The name of the run.

    Raises:
        EngineError: If the photos are not here, the name cannot be one, this machine only shows,
            or no process can be started.
    """
    refuse_if_read_only("Training")
    _check_model(model)
    if not load_data_set(data_set).has_photos:
        raise EngineError(photos_missing(data_set))
    with lock:
        name = _free_name(data_set, name)
        _start(data_set, model, name, [*arguments])
    return name


def resume_training(data_set: str, name: str) -> None:
    """Go on with a training that was interrupted, after its last complete epoch.

    Raises:
        EngineError: If there is none of this name, its configuration is damaged, it runs already,
            this machine only shows, or no process can be started.
    """
    refuse_if_read_only("Training")
    config = runs.load_unfinished_config(runs.unfinished_folder(data_set, name))
    with lock:
        _refuse_living(data_set, name, "wait until it has ended")
        _start(data_set, config.recipe.model, name, ["--resume"])


def stop_training(data_set: str, name: str) -> None:
    """Ask a training to end: its best epoch so far becomes its run.

    Raises:
        EngineError: If this machine only shows.
    """
    refuse_if_read_only("Training")
    runs.request_stop(runs.unfinished_folder(data_set, name))


def forget_training(data_set: str, name: str) -> None:
    """Remove what is left of a training that has ended; a run that it completed stays.

    Raises:
        EngineError: If it still runs, or this machine only shows.
    """
    refuse_if_read_only("Removing a training")
    with lock:
        _refuse_living(data_set, name, "stop it first")
        runs.discard(runs.unfinished_folder(data_set, name))
        _job(data_set, name).forget()


def trainings(data_set: str | None = None) -> list[Training]:
    """What trains, waits, or ended without anybody having taken note.

    The living come first, in their order; of the others, the one that was started last.

    Args:
        data_set: Only those of this data set.
    """
    folders = [runs_folder() / data_set] if data_set else sorted(runs_folder().glob("*"))
    order = {(one.data_set, one.run): one.ahead for one in turns()}
    found = []
    for folder in folders:
        if folder.name.startswith("."):
            continue
        records = {
            one.name[1:].removesuffix(f"{_ENDING}.json") for one in folder.glob(f".*{_ENDING}.json")
        }
        for name in sorted(records | set(runs.unfinished_runs(folder.name))):
            training = _state(folder.name, name, order)
            if training is not None:
                found.append(training)

    def place(training: Training) -> tuple:
        key = (training.data_set, training.run)
        turn = [*order].index(key) if key in order else len(order)
        return (not training.alive, turn, -_started(*key))

    return sorted(found, key=place)


def training_log(data_set: str, name: str) -> list[str]:
    """The last lines that a training has printed; none for one of a terminal.

    TensorFlow's own greetings are left out.
    """
    return [line for line in _job(data_set, name).log_lines() if not _GREETING.match(line)]


def training_progress(data_set: str, name: str) -> TrainingProgress:
    """How far a training is, finished or not; all empty before its first batch."""
    folder = runs.unfinished_folder(data_set, name)
    if not folder.is_dir():
        folder = runs_folder() / data_set / name
    try:
        epochs = runs.load_unfinished_config(folder).recipe.epochs
    except EngineError:
        epochs = 0
    try:
        history = runs.load_history(folder)
    except EngineError:  # there is no epoch yet, or its row is half written at this moment
        history = pd.DataFrame(columns=list(runs.HISTORY_COLUMNS))
    return TrainingProgress(history, runs.load_batches(folder), epochs)


def _state(data_set: str, name: str, ahead_of: dict[tuple[str, str], int]) -> Training | None:
    """A training; None where nothing is left of it."""
    job, folder = _job(data_set, name), runs.unfinished_folder(data_set, name)
    lines = training_log(data_set, name)
    message = lines[-1] if lines else ""
    ahead = ahead_of.get((data_set, name), 0)
    if (data_set, name) in ahead_of:
        if not folder.is_dir():
            status = "starting"
        elif runs.stop_requested(folder):
            status = "stopping"
        else:
            status = "waiting" if ahead else "running"
    elif any(one.name == name for one in runs.find_run_folders(data_set)):
        status = "done"
    elif job.is_running():
        status = "starting"
    elif folder.is_dir():
        status = "interrupted"
    elif any(line.startswith(f"{data_set}/{name}: ") for line in lines):
        return None  # it was done, and its run was renamed or removed since
    else:
        status = "failed"
        errors = [line for line in lines if line.startswith("error: ")]
        message = errors[-1].removeprefix("error: ") if errors else "It ended without a word."
    return Training(data_set, name, _model(job, folder), status, ahead, message)


def _started(data_set: str, name: str) -> float:
    """When its process was started; of one of a terminal, when its last file appeared."""
    for path in (_job(data_set, name).record_path, runs.unfinished_folder(data_set, name)):
        with contextlib.suppress(OSError):
            return path.stat().st_mtime
    return 0.0


def _model(job: Job, folder) -> str:
    try:
        return runs.load_unfinished_config(folder).recipe.model
    except EngineError:
        model = (job.record() or {}).get("model")
        return model if model in MODELS else MODELS[0]


def _start(data_set: str, model: str, name: str, arguments: list[str]) -> None:
    try:
        command = _command(data_set, model, name, arguments)
        process_id = _job(data_set, name).start(command, model=model)
        take_ticket(data_set, name, process_id)
    except OSError as error:
        raise EngineError(
            f"The training cannot be started from here ({error.strerror or error}): "
            f"run `python -m engine train {data_set} {model}` at a terminal."
        ) from error


def _command(data_set: str, model: str, name: str, arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "engine", "train", data_set, model, "--name", name, *arguments]


def _job(data_set: str, name: str) -> Job:
    # The two hidden files stand beside the unfinished run, and its name has been checked with it.
    folder = runs.unfinished_folder(data_set, name)
    return Job(folder.parent, f"{name}{_ENDING}")


def _free_name(data_set: str, wanted: str) -> str:
    """A name that neither a run has nor a training that was started a moment ago."""
    name, number = runs.free_name(data_set, wanted), 2
    while _job(data_set, name).is_running():
        name, number = runs.free_name(data_set, f"{wanted}-{number}"), number + 1
    return name


def _refuse_living(data_set: str, name: str, advice: str) -> None:
    training = _state(data_set, name, {(one.data_set, one.run): one.ahead for one in turns()})
    if training is not None and training.alive:
        raise EngineError(f"The training of {name} still runs: {advice}.")


def _check_model(model: str) -> None:
    if model not in MODELS:
        raise EngineError(f"The model must be one of {', '.join(MODELS)}. Received: {model!r}")
