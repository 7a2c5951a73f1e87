"""Rename and delete runs that were trained or imported here; published ones stay as they are."""

import contextlib
import dataclasses
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from engine.disk.paths import check_name, published_folder, runs_folder
from engine.disk.read_only import refuse_if_read_only
from engine.disk.staging import hidden_folder
from engine.errors import EngineError
from engine.runs.find import find_run_folders, unfinished_folder
from engine.runs.read import load_run
from engine.runs.write import save_config


def rename_run(data_set: str, name: str, new_name: str) -> Path:
    """Give a run another name: the name of its folder and that in its configuration.

    The run of the new name appears whole, then that of the old name goes: whenever this is cut
    short, at least one of them is there, and neither is half.

    Args:
        data_set: Name of the data set.
        name: Name of the run.
        new_name: Its name from now on.

    Returns:
        The run's new folder.

    Raises:
        EngineError: If the run is published, not there or damaged, the name is taken or none, or
            this machine only shows.
    """
    refuse_if_read_only("Renaming a run")
    folder = _own_folder(data_set, name)
    check_name(new_name, "name of the run")
    check_free(data_set, new_name)
    config = dataclasses.replace(load_run(folder).config, name=new_name)
    final = folder.parent / new_name
    with _aside(folder.parent, f"The run {name} could not be renamed") as aside:
        renamed = aside / "renamed"
        shutil.copytree(folder, renamed, symlinks=True, copy_function=_link)
        save_config(renamed, config)
        renamed.rename(final)
        try:
            folder.rename(aside / "old")
        except OSError:
            final.rename(renamed)  # it keeps its old name, and only that
            raise
    return final


def delete_run(data_set: str, name: str) -> None:
    """Remove a run, also one that cannot be read.

    Args:
        data_set: Name of the data set.
        name: Name of the run's folder.

    Raises:
        EngineError: If the run is published or not there, or this machine only shows.
    """
    refuse_if_read_only("Deleting a run")
    folder = _own_folder(data_set, name)
    with _aside(folder.parent, f"The run {name} could not be deleted") as aside:
        folder.rename(aside / "deleted")  # in one step: a run that is half removed never shows


def check_free(data_set: str, name: str) -> None:
    """Refuse a name that a run has already, complete or in training.

    Raises:
        EngineError: If it is taken.
    """
    taken = {folder.name for folder in find_run_folders(data_set)}
    if (
        name in taken
        or unfinished_folder(data_set, name).exists()
        # Some file systems take "Long" and "long" for one name.
        or (runs_folder() / data_set / name).exists()
    ):
        raise EngineError(
            f"The name of the run must be free: {data_set} has a run of that name already, or one "
            f"in training. Received: {name!r}"
        )


def _own_folder(data_set: str, name: str) -> Path:
    """The folder of a run that was trained or imported here."""
    folders = find_run_folders(data_set)
    for folder in folders:
        if folder.name == name:
            if published_folder() in folder.parents:
                raise EngineError(
                    f"The run {name} came with the project, which counts on it: it can neither be "
                    "renamed nor deleted."
                )
            return folder
    own = [folder.name for folder in folders if published_folder() not in folder.parents]
    raise EngineError(
        f"The run must be one of those trained or imported here of {data_set}: "
        f"{', '.join(own) or 'none yet'}. Received: {name!r}"
    )


@contextlib.contextmanager
def _aside(parent: Path, failed: str) -> Iterator[Path]:
    """A hidden folder beside the runs; what lies in it at the end is removed.

    Args:
        parent: The folder of the runs.
        failed: Start of the sentence where the disk refuses.
    """
    try:
        with hidden_folder(parent) as folder:
            yield folder
    except (OSError, shutil.Error) as error:
        raise EngineError(f"{failed}: {getattr(error, 'strerror', None) or error}.") from error


def _link(source: str, target: str) -> None:
    """A second name for the same bytes, where the disk knows such; weights are large."""
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        shutil.copy2(source, target, follow_symlinks=False)
