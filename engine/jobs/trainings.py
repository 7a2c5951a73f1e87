"""The trainings of this machine as they stand now, whoever started them.

Read from what their processes write while they run, from the queue, and from the runs that came of
them, by whatever server asks:

    artifacts/runs/<data set>/.<run>.training.*                     of one that a page started: see
                                                                    `engine.jobs.process`
    artifacts/runs/<data set>/.<run>.unfinished/progress.jsonl      of any that has begun
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from engine import runs
from engine.disk.paths import runs_folder
from engine.disk.progress_file import last_event
from engine.errors import EngineError
from engine.jobs.process import Job
from engine.jobs.state import in_words
from engine.models.specs import SPECS
from engine.progress import Event
from engine.training.queue import turns

_ENDING = ".training"
#: `starting` until its process has taken the name; what is `interrupted` can go on.
STATUSES = ("starting", "waiting", "running", "stopping", "done", "failed", "interrupted")
_LIVING = STATUSES[:4]
#: Before the process has said a word: it takes seconds to come to that.
_STARTING = Event(title="Starting Python and TensorFlow")


@dataclass(frozen=True)
class Training:
    """One training, as it stands now.

    Attributes:
        data_set: Name of its data set.
        run: Name of its run.
        model: Name of its model.
        status: One of `STATUSES`.
        ahead: Trainings that come before it, where it waits.
        share: Share of what it does now that is done, 0 to 1, or None where it is not known.
        message: What it does, in one line, or why it failed.
    """

    data_set: str
    run: str
    model: str
    status: str
    ahead: int = 0
    share: float | None = None
    message: str = ""

    @property
    def alive(self) -> bool:
        """Whether its process lives."""
        return self.status in _LIVING


@dataclass(frozen=True, eq=False)
class LearntSoFar:
    """What a training has learnt so far.

    Attributes:
        history: Its complete epochs, columns `engine.runs.HISTORY_COLUMNS`; may be empty.
        batches: Columns `engine.runs.BATCHES_COLUMNS`; may be empty.
        epochs: How many epochs it is to have in all; 0 where that is not known yet.
    """

    history: pd.DataFrame
    batches: pd.DataFrame
    epochs: int


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
            training = _training(folder.name, name, order)
            if training is not None:
                found.append(training)

    def place(training: Training) -> tuple[bool, int, float]:
        key = (training.data_set, training.run)
        turn = [*order].index(key) if key in order else len(order)
        return (not training.alive, turn, -_started(*key))

    return sorted(found, key=place)


def find_training(data_set: str, name: str) -> Training | None:
    """The training of a run; None where nothing is left of it."""
    return _training(data_set, name, {(one.data_set, one.run): one.ahead for one in turns()})


def training_log(data_set: str, name: str) -> list[str]:
    """The last lines that a training has printed, for people; none for one of a terminal.

    TensorFlow's own greetings are left out.
    """
    lines = training_job(data_set, name).log_lines()
    return [line for line in lines if not _is_greeting(line)]


def learnt_so_far(data_set: str, name: str) -> LearntSoFar:
    """What a training has learnt so far, finished or not; all empty before its first batch."""
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
    return LearntSoFar(history, runs.load_batches(folder), epochs)


def training_job(data_set: str, name: str) -> Job:
    """The process that a page has started, or may start, for a training."""
    # Its hidden files stand beside the unfinished run, and its name has been checked with it.
    folder = runs.unfinished_folder(data_set, name)
    return Job(folder.parent, f"{name}{_ENDING}")


def _training(data_set: str, name: str, ahead_of: dict[tuple[str, str], int]) -> Training | None:
    """A training; None where nothing is left of it."""
    job, folder = training_job(data_set, name), runs.unfinished_folder(data_set, name)
    # In this order: what ends in between has then already told its last event.
    running = job.is_running()
    # A training of a terminal has no job, or an ended one of an earlier attempt.
    of_job = running or not folder.is_dir()
    event = last_event(job.progress_path if of_job else runs.progress_path(folder)) or _STARTING
    ahead, share, message = ahead_of.get((data_set, name), 0), event.share, in_words(event)
    if (data_set, name) in ahead_of:
        if not folder.is_dir():
            status = "starting"
        elif runs.stop_requested(folder):
            status = "stopping"
        else:
            status = "waiting" if ahead else "running"
    elif any(one.name == name for one in runs.find_run_folders(data_set)):
        status = "done"
    elif running:
        status = "starting"
    elif folder.is_dir():
        status = "interrupted"
    elif event.result is not None:
        return None  # it was done, and its run was renamed or removed since
    else:
        status, share, message = "failed", None, event.problem or "It ended without a word."
    return Training(data_set, name, _model(job, folder), status, ahead, share, message)


def _started(data_set: str, name: str) -> float:
    """When its process was started; of one of a terminal, when its last file appeared."""
    job = training_job(data_set, name)
    for path in (job.record_path, runs.unfinished_folder(data_set, name)):
        with contextlib.suppress(OSError):
            return path.stat().st_mtime
    return 0.0


def _model(job: Job, folder: Path) -> str:
    try:
        return runs.load_unfinished_config(folder).recipe.model
    except EngineError:
        model = (job.record() or {}).get("model")
        return model if model in SPECS else next(iter(SPECS))


def _is_greeting(line: str) -> bool:
    """Whether TensorFlow's C++ part has printed a line: it begins with severity, month and day.

    `TF_CPP_MIN_LOG_LEVEL` does not reach what it prints while it is being loaded.
    """
    dated = line[:1] in ("I", "W", "E", "F") and line[1:5].isdigit() and line[5:6] == " "
    return dated or line.startswith("WARNING: All log messages before absl")
