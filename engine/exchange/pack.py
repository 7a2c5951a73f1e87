"""Write runs and the index of their data set into a zip file."""

import stat
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine import runs
from engine.data import DataSet, load_data_set
from engine.errors import EngineError
from engine.exchange.check import check_run, check_weights
from engine.exchange.layout import INDEX_FILES, LIMITS, RUN_FILES

#: The earliest that a zip file can say: the same runs give the same bytes, whenever.
_DATE = (1980, 1, 1, 0, 0, 0)
_COPIED_AT_ONCE = 2**20


@dataclass(frozen=True)
class Exported:
    """What an export wrote.

    Attributes:
        names: The runs in the zip file.
        left_out: A sentence for each run that is not, though all were wanted.
    """

    names: tuple[str, ...]
    left_out: tuple[str, ...]


def export_runs(data_set: str, names: Sequence[str] | None, file: BinaryIO) -> Exported:
    """Write runs as a zip file that `import_runs` reads; the same runs give the same bytes.

    Args:
        data_set: Name of the data set.
        names: Names of the runs; None for all that can be read.
        file: Opened to write bytes.

    Raises:
        EngineError: If there is no such data set or run, a run that is wanted is damaged or was
            trained on another version of the photos, or it is too much for one zip file.
    """
    index = load_data_set(data_set)
    wanted = runs.find_run_folders(data_set)
    if names is not None:
        wanted = [runs.find_run(data_set, name).folder for name in dict.fromkeys(names)]
    folders, left_out = [], []
    for folder in wanted:
        problem = export_problem(folder, index)
        if problem is None:
            folders.append(folder)
        elif names is not None:
            raise EngineError(problem)
        else:
            left_out.append(problem)
    if not folders:
        raise EngineError(
            " ".join([f"There must be a run of {data_set} that can be exported.", *left_out])
        )
    members = {f"{data_set}/{name}": index.folder / name for name in INDEX_FILES}
    for folder in folders:
        for name in RUN_FILES:
            if (folder / name).is_file():
                members[f"{data_set}/{folder.name}/{name}"] = folder / name
    try:
        _check_size(members, len(folders))
        _write(members, file)
    except OSError as error:
        raise EngineError(
            f"The runs of {data_set} could not be exported: {error.strerror or error}."
        ) from error
    return Exported(tuple(folder.name for folder in folders), tuple(left_out))


def export_problem(folder: Path, data_set: DataSet, every_number: bool = True) -> str | None:
    """Why a run cannot be exported, in one sentence; None where it can.

    Args:
        folder: The run's folder.
        data_set: The index that goes with it.
        every_number: Whether to read its weights, or only what the file says of them.
    """
    try:
        check_weights(check_run(folder, data_set), every_number)
    except runs.RunError as error:
        return f"The run {folder.name} cannot be exported: {error.problem or error}."
    return None


def _check_size(members: dict[str, Path], count: int) -> None:
    sizes = [path.stat().st_size for path in members.values()]
    # One more a folder, for who packs it again.
    if (
        sum(sizes) > LIMITS.bytes
        or max(sizes) > LIMITS.file_bytes
        or len(members) + count + 1 > LIMITS.files
    ):
        raise EngineError(
            f"A zip file of runs must have at most {LIMITS.bytes >> 20} MB and "
            f"{LIMITS.files} files, none larger than {LIMITS.file_bytes >> 20} MB: export fewer "
            f"runs at once. Received: {count} runs, {sum(sizes) >> 20} MB"
        )


def _write(members: dict[str, Path], file: BinaryIO) -> None:
    # Stored as they are: weights hardly shrink, and packing them would take seconds.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(members):
            member = zipfile.ZipInfo(name, _DATE)
            member.create_system = 3  # else it would say on which kind of machine it was made
            member.external_attr = (stat.S_IFREG | 0o644) << 16
            with members[name].open("rb") as source, archive.open(member, "w") as target:
                while block := source.read(_COPIED_AT_ONCE):
                    target.write(block)
