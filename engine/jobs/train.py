"""Start, stop and resume trainings that go on without the page: `python -m engine train`."""

import sys
from collections.abc import Sequence

from engine import runs
from engine.data import load_data_set
from engine.data.data_set import photos_missing
from engine.disk.read_only import refuse_if_read_only
from engine.errors import EngineError
from engine.jobs.process import lock
from engine.jobs.trainings import find_training, training_job
from engine.models.specs import SPECS
from engine.training.queue import take_ticket


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
        training_job(data_set, name).forget()


def _start(data_set: str, model: str, name: str, arguments: list[str]) -> None:
    try:
        command = _command(data_set, model, name, arguments)
        process_id = training_job(data_set, name).start(command, model=model)
        take_ticket(data_set, name, process_id)
    except OSError as error:
        raise EngineError(
            f"The training cannot be started from here ({error.strerror or error}): "
            f"run `python -m engine train {data_set} {model}` at a terminal."
        ) from error


def _command(data_set: str, model: str, name: str, arguments: list[str]) -> list[str]:
    return [sys.executable, "-m", "engine", "train", data_set, model, "--name", name, *arguments]


def _free_name(data_set: str, wanted: str) -> str:
    """A name that neither a run has nor a training that was started a moment ago."""
    name, number = runs.free_name(data_set, wanted), 2
    while training_job(data_set, name).is_running():
        name, number = runs.free_name(data_set, f"{wanted}-{number}"), number + 1
    return name


def _refuse_living(data_set: str, name: str, advice: str) -> None:
    training = find_training(data_set, name)
    if training is not None and training.alive:
        raise EngineError(f"The training of {name} still runs: {advice}.")


def _check_model(model: str) -> None:
    if model not in SPECS:
        raise EngineError(f"The model must be one of {', '.join(SPECS)}. Received: {model!r}")
