"""Read runs from a zip file that came from elsewhere: all of them, or nothing."""

import contextlib
import dataclasses
import filecmp
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from engine import runs
from engine.data import CATALOG, DataSet, list_data_sets, load_data_set
from engine.data.zip_files import extract_zip
from engine.disk import paths
from engine.disk.read_only import refuse_if_read_only
from engine.disk.staging import hidden_folder
from engine.errors import EngineError
from engine.exchange.check import (
    check_new,
    check_run,
    check_same_index,
    check_weights,
    load_foreign_index,
)
from engine.exchange.layout import HOLDS, INDEX_FILES, LIMITS, RUN_FILES
from engine.progress import Progress

_COMPARED = (runs.SUMMARY_FILE, runs.HISTORY_FILE, runs.PREDICTIONS_FILE, runs.WEIGHTS_FILE)
_DIGEST_SHOWN = 6
#: Characters; a disk takes 255 bytes.
_LONGEST_FILE_NAME = 60


@dataclass(frozen=True)
class Imported:
    """What an import brought.

    Attributes:
        data_set: Name of the data set here.
        names: What each run that came is called here, by its name in the zip file.
        already: What each run is called here that was here before, by its name in the zip file.
    """

    data_set: str
    names: dict[str, str]
    already: dict[str, str]

    @property
    def sentence(self) -> str:
        """What came, for a person."""
        parts = []
        if self.names:
            parts.append(f"Imported into {self.data_set}: {_in_words(self.names)}.")
        if self.already:
            parts.append(f"Here already in {self.data_set}: {_in_words(self.already)}.")
        return " ".join(parts)


def import_runs(archive: Path, progress: Progress | None = None) -> Imported:
    """Import the runs of a zip file that `export_runs` wrote, here or elsewhere.

    A run whose name is taken gets a free one; the very same run is not imported twice. The data
    set is the one here that has the same photos, whatever it is called; where there is none, its
    index is imported, too.

    Args:
        archive: The zip file.
        progress: Told how far it is.

    Raises:
        EngineError: If it is no whole zip file or a dangerous one, holds anything else than runs
            and their index, one of them is damaged or does not fit the data set, the disk refuses,
            or this machine only shows. Then nothing was imported.
    """
    refuse_if_read_only("Importing runs")
    try:
        with hidden_folder(paths.runs_folder()) as aside:
            extract_zip(archive, aside / "unpacked", progress, LIMITS)
            try:
                return _import(aside, progress or Progress())
            except runs.RunError as error:
                raise EngineError(
                    f"The archive {archive.name} must hold whole runs of its data set. "
                    f"{error.problem or error}"
                ) from error
    except OSError as error:
        raise EngineError(
            f"The runs could not be imported: {error.strerror or error} ({error.filename})."
        ) from error


def import_upload(name: str, content: bytes, progress: Progress | None = None) -> Imported:
    """`import_runs` of a file that a visitor uploaded.

    Args:
        name: What the visitor calls it.
        content: All of it.
        progress: Told how far it is.

    Raises:
        EngineError: As `import_runs`.
    """
    refuse_if_read_only("Importing runs")
    try:
        with hidden_folder(paths.runs_folder()) as aside:
            # The visitor's name for it only stands in sentences.
            known_as = re.sub(r"[^\w. -]", "_", name)[-_LONGEST_FILE_NAME:].strip(". ")
            archive = aside / (known_as or "upload.zip")
            archive.write_bytes(content)
            return import_runs(archive, progress)
    except OSError as error:
        raise EngineError(
            f"The runs could not be imported: {error.strerror or error} ({error.filename})."
        ) from error


def _import(aside: Path, progress: Progress) -> Imported:
    top, folders = _unpacked(aside / "unpacked")
    index = load_foreign_index(top)
    data_set, is_new = _place_of(index)
    found = []
    progress.stage("check_runs", "Checking the runs", unit="runs")
    for number, folder in enumerate(folders, start=1):
        run = check_run(folder, index)
        check_weights(run)
        found.append(run)
        progress.update(number, len(folders))
    names: dict[str, str] = {}
    already: dict[str, str] = {}
    for run in found:
        if same := _same_run(run, data_set):
            already[run.name] = same
        else:
            names[run.name] = runs.free_name(data_set, run.name, beside=names.values())
    for run in found:
        if run.name in names:
            config = dataclasses.replace(run.config, name=names[run.name], data_set=data_set)
            runs.save_config(run.folder, config)
    _move(
        {top / name: paths.runs_folder() / data_set / names[name] for name in names},
        dataclasses.replace(index, name=data_set) if is_new else None,
    )
    return Imported(data_set, names, already)


def _unpacked(folder: Path) -> tuple[Path, list[Path]]:
    """The data set's folder and those of its runs, where nothing else was unpacked."""
    files = [one.relative_to(folder) for one in folder.rglob("*") if one.is_file()]
    tops = {one.parts[0] for one in files}
    wrong = [
        one
        for one in files
        if not (
            (len(one.parts) == 2 and one.name in INDEX_FILES)
            or (len(one.parts) == 3 and one.name in RUN_FILES)
        )
    ]
    if files and {one.suffix for one in files} == {".npy"}:
        # A zip file is read from its end, and there lies now that of a run's answers.
        raise EngineError("The archive must be a whole zip file; it is cut short.")
    if len(tops) != 1 or wrong:
        received = wrong[:1] or sorted(tops)[:2] or ["an empty zip file"]
        raise EngineError(
            f"A zip file of runs must hold {HOLDS}. "
            f"Received: {' and '.join(ascii(str(one)[:200]) for one in received)}"
        )
    top = folder / paths.check_name(tops.pop(), "data set")
    missing = [name for name in INDEX_FILES if not (top / name).is_file()]
    names = sorted({one.parts[1] for one in files if len(one.parts) == 3})
    if missing or not names:
        raise EngineError(
            f"A zip file of runs must hold {HOLDS}. "
            f"Received: none with {missing[0] if missing else 'a run'}"
        )
    for name in names:
        paths.check_name(name, "name of the run")
    return top, [top / name for name in names]


def _place_of(index: DataSet) -> tuple[str, bool]:
    """The data set here that the runs belong to, and whether it has yet to be made."""
    same = []
    for name in list_data_sets():
        # One that is damaged here is no reason to refuse runs of another.
        with contextlib.suppress(EngineError):
            here = load_data_set(name)
            if here.digest == index.digest:
                same.append(here)
    if same:
        here = min(same, key=lambda one: one.name != index.name)
        check_same_index(here, index)
        return here.name, False
    check_new(index)
    if _is_free(index.name) and CATALOG.get(index.name, index).digest == index.digest:
        return index.name, True
    # Other photos are called so.
    end = f"-{index.digest[:_DIGEST_SHOWN]}"
    name = index.name[: paths.LONGEST_NAME - len(end)] + end
    if not _is_free(name):
        raise EngineError(f"The name of the data set must be free here. Received: {name!r}")
    return name, True


def _is_free(name: str) -> bool:
    roots = (paths.data_folder(), paths.published_folder())
    return not any((root / name).exists() for root in roots)


def _same_run(run: runs.Run, data_set: str) -> str | None:
    """The name here of the very same run; None where it is not here."""
    for folder in runs.find_run_folders(data_set):
        try:
            config = runs.load_run(folder).config
        except runs.RunError:
            continue
        if dataclasses.replace(config, name=run.name, data_set=run.config.data_set) == run.config:
            files = [(run.folder / name, folder / name) for name in _COMPARED]
            if all(filecmp.cmp(one, other, shallow=False) for one, other in files):
                return folder.name
    return None


def _move(places: dict[Path, Path], index: DataSet | None) -> None:
    """Give all runs their places, and the index its own where it is new; or nothing."""
    done = []
    new = paths.data_folder() / index.name if index else None
    try:
        if index and new:
            index.save_index(new)
        for source, final in places.items():
            final.parent.mkdir(parents=True, exist_ok=True)
            if final.exists():
                raise EngineError(
                    f"The name of the run must be free: a run of that name came into being at "
                    f"this moment; import again. Received: {final.name!r}"
                )
            source.rename(final)
            done.append(final)
    except BaseException:
        for one in [*done, *([new] if new else [])]:
            shutil.rmtree(one, ignore_errors=True)
        raise


def _in_words(names: dict[str, str]) -> str:
    return ", ".join(
        here if here == there else f"{there} as {here}" for there, here in names.items()
    )
