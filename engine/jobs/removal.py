"""Delete a data set from this machine: its photos, and its runs if wanted.

What came with the project stays: the index and the runs of a published data set.
"""

import contextlib
from dataclasses import dataclass
from pathlib import Path

from engine import jobs, runs
from engine.data import CATALOG, load_data_set
from engine.data.data_set import INDEX_FILE, PHOTOS_FOLDER
from engine.disk import paths
from engine.disk.read_only import refuse_if_read_only
from engine.disk.staging import hidden_folder
from engine.errors import EngineError


@dataclass(frozen=True)
class Deletable:
    """What of a data set was brought, imported or trained here.

    Attributes:
        index: Whether its names, classes and splits are known from here alone.
        photos: Whether photos were brought or imported here.
        runs: Names of its complete runs, also of those that cannot be read.
        unfinished: Names of the runs whose training has not ended.
        learning_curve: Whether its learning curve was measured here.
    """

    index: bool
    photos: bool
    runs: tuple[str, ...]
    unfinished: tuple[str, ...]
    learning_curve: bool

    @property
    def trained(self) -> bool:
        """Whether there is anything that `delete_data_set` can keep."""
        return bool(self.runs or self.unfinished or self.learning_curve)

    def __bool__(self) -> bool:
        return self.index or self.photos or self.trained


def deletable(name: str) -> Deletable:
    """What `delete_data_set` would remove.

    Args:
        name: Name of the data set.

    Raises:
        EngineError: If it is no name.
    """
    data, own = paths.data_folder() / paths.check_name(name, "data set"), paths.runs_folder() / name
    return Deletable(
        index=data.is_dir() and not (paths.published_folder() / name / INDEX_FILE).is_file(),
        photos=(data / PHOTOS_FOLDER).is_dir(),
        runs=tuple(one.name for one in runs.find_run_folders(name) if own in one.parents),
        unfinished=tuple(runs.unfinished_runs(name)),
        learning_curve=runs.learning_curve_paths(name)[0].is_file(),
    )


def delete_data_set(name: str, keep_runs: bool = False) -> None:
    """Remove what was brought, imported and trained here of a data set.

    Args:
        name: Name of the data set.
        keep_runs: Whether to remove its photos alone. What was trained here stays and is shown
            like any run whose photos are elsewhere, so the index stays with it.

    Raises:
        EngineError: If there is nothing of it to remove, something trains on it or brings its
            photos, the disk refuses, or this machine only shows.
    """
    refuse_if_read_only("Deleting a data set")
    there = deletable(name)
    if not there:
        raise EngineError(
            "The data set must have something that was brought, imported or trained here: what "
            f"came with the project stays. Received: {name!r}"
        )
    if keep_runs and not there.photos:
        raise EngineError(f"There are no photos of {name} on this machine to delete.")
    with contextlib.ExitStack() as stack:
        try:
            _keep_to_this_process(name, stack)
            if not keep_runs:
                # First: without its index, a run shows nowhere.
                _vanish(paths.runs_folder() / name)
            index = load_data_set(name) if keep_runs and there.index and there.trained else None
            data = paths.data_folder() / name
            if index is None:
                _vanish(data)
            else:
                with hidden_folder(data.parent) as aside:
                    index.save_index(aside / name)
                    data.rename(aside / "deleted")
                    (aside / name).rename(data)
        except OSError as error:
            raise EngineError(
                f"The data set {name} could not be deleted: {error.strerror or error} "
                f"({error.filename})."
            ) from error


def _keep_to_this_process(name: str, stack: contextlib.ExitStack) -> None:
    """Refuse where something is at work on the data set, and let nothing begin until the end."""
    if name in CATALOG and (state := jobs.bringing(name)) is not None and state.running:
        raise EngineError(f"The photos of {name} are being brought: wait until they are here.")
    for training in jobs.trainings(name):
        if training.alive:
            raise EngineError(
                f"The run {training.run} of {name} is being trained: stop it first, or wait."
            )
    for one in runs.unfinished_runs(name):
        stack.enter_context(runs.lock_unfinished(runs.unfinished_folder(name, one)))
    measured = runs.unfinished_learning_curve(name)
    if measured.is_dir():
        what = f"The learning curve of {name} is being measured"
        stack.enter_context(runs.lock_unfinished(measured, what))


def _vanish(folder: Path) -> None:
    """Remove a folder, first of all from view; nothing where there is none."""
    if folder.is_dir():
        with hidden_folder(folder.parent) as aside:
            folder.rename(aside / "deleted")
