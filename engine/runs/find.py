"""Which runs there are, complete and unfinished, and the names that are still free."""

from collections.abc import Collection
from pathlib import Path

from engine.disk.paths import LONGEST_NAME, check_name, published_folder, runs_folder
from engine.errors import EngineError
from engine.runs.format import Run, RunError
from engine.runs.read import load_run


def find_run_folders(data_set: str) -> list[Path]:
    """Folders of the complete runs of a data set, published ones first, each by name."""
    check_name(data_set, "data set")
    return [
        folder
        for root in (published_folder(), runs_folder())
        for folder in _visible_folders(root / data_set)
    ]


def data_sets_with_runs() -> list[str]:
    """Names of the data sets that have at least one complete run."""
    return sorted(
        {
            folder.name
            for root in (published_folder(), runs_folder())
            for folder in _visible_folders(root)
            if _visible_folders(folder)
        }
    )


def fingerprint(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Names, sizes and times of a run's files: changes when the run does; a key for caches."""
    try:
        return tuple(
            sorted(
                (one.name, one.stat().st_size, one.stat().st_mtime_ns) for one in folder.iterdir()
            )
        )
    except OSError:  # removed while being read
        return ()


def load_runs(data_set: str) -> tuple[list[Run], list[str]]:
    """All complete runs of a data set, and a sentence for each that cannot be read."""
    runs, problems = [], []
    for folder in find_run_folders(data_set):
        try:
            runs.append(load_run(folder))
        except RunError as error:
            if folder.is_dir():  # else it was removed at this moment, which is no problem
                problems.append(str(error))
    return runs, problems


def find_run(data_set: str, name: str) -> Run:
    """The run of this name.

    Raises:
        EngineError: If there is none (the sentence lists those there are) or it is damaged.
    """
    folders = find_run_folders(data_set)
    for folder in folders:
        if folder.name == name:
            return load_run(folder)
    known = ", ".join(folder.name for folder in folders) or "none yet"
    raise EngineError(f"The run must be one of those of {data_set}: {known}. Received: {name!r}")


def unfinished_folder(data_set: str, name: str) -> Path:
    """Where a run is written until it is complete: hidden, beside its final place."""
    check_name(data_set, "data set")
    return runs_folder() / data_set / f".{check_name(name, 'name of the run')}.unfinished"


def unfinished_runs(data_set: str) -> list[str]:
    """Names of the runs of a data set that were started and are not complete."""
    folder = runs_folder() / check_name(data_set, "data set")
    return sorted(
        one.name[1:].removesuffix(".unfinished")
        for one in folder.glob(".*.unfinished")
        if one.is_dir()
    )


def free_name(data_set: str, wanted: str, beside: Collection[str] = ()) -> str:
    """`wanted`, or `wanted-2`, `wanted-3`, ... if runs of that name are there already.

    Args:
        data_set: Name of the data set.
        wanted: Name of the run.
        beside: Further names that are taken.
    """
    taken = {folder.name for folder in find_run_folders(data_set)} | set(beside)
    name, number = check_name(wanted, "name of the run"), 2
    while name in taken or unfinished_folder(data_set, name).exists():
        end = f"-{number}"
        name, number = wanted[: LONGEST_NAME - len(end)] + end, number + 1
    return name


def _visible_folders(folder: Path) -> list[Path]:
    """The folders in a folder, sorted, hidden ones left out; none if it is not there (any more)."""
    try:
        return sorted(
            one for one in folder.iterdir() if not one.name.startswith(".") and one.is_dir()
        )
    except OSError:
        return []
