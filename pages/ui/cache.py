"""The only functions that Streamlit caches: what is read from disk, and the models that answer.

Every key holds a fingerprint of the files behind it, so that a changed run or data set is read
again. What `st.cache_resource` hands out is one object for all visitors: never change it.
"""

from pathlib import Path

import streamlit as st

from engine import paths, runs
from engine.augment import preview_augmentation
from engine.config import Augmentation
from engine.data import DataSet, load_data_set
from engine.images import encode_jpeg, read_photo, resize_for_model, thumbnail
from engine.runs import Run, RunError


def data_set(name: str) -> DataSet:
    """The data set of this name, without its photos where they are not on this machine.

    Raises:
        EngineError: If there is no such data set or its index is damaged.
    """
    folders = (paths.data_folder() / name, paths.published_folder() / name)
    return _data_set(name, tuple(_index_fingerprint(folder) for folder in folders))


def all_runs(data_set_name: str) -> tuple[list[Run], list[str]]:
    """All runs of a data set, and one sentence for each that cannot be read."""
    found, problems = [], []
    for folder in runs.find_run_folders(data_set_name):
        try:
            found.append(_run(folder, runs.fingerprint(folder)))
        except RunError as error:
            problems.append(str(error))
    return found, problems


def predictor(run: Run):
    """The model of a run, ready to answer (`engine.predict.Predictor`).

    Raises:
        RunError: If its weights are damaged.
    """
    return _predictor(run.folder, runs.fingerprint(run.folder), run)


@st.cache_data(max_entries=3000, show_spinner=False)
def photo_jpeg(path: Path, side: int) -> bytes:
    """A photo as JPEG, longest side at most `side` pixels, upright.

    Raises:
        PhotoError: If the file is gone or damaged.
    """
    return encode_jpeg(thumbnail(read_photo(path), side))


# Some 150 kB each.
@st.cache_data(max_entries=100, show_spinner=False)
def augmented_jpegs(path: Path, size: int, augmentation: Augmentation, seed: int) -> list[bytes]:
    """Eight variants of a photo as a model sees them in training, as JPEG.

    Raises:
        PhotoError: If the file is gone or damaged.
    """
    photo = resize_for_model(read_photo(path), size)
    variants = preview_augmentation(photo, augmentation, seed)
    return [encode_jpeg(variant) for variant in variants]


@st.cache_resource(max_entries=16, show_spinner=False)
def _data_set(name: str, fingerprints: tuple) -> DataSet:
    return load_data_set(name)


@st.cache_resource(max_entries=64, show_spinner=False)
def _run(folder: Path, fingerprint: tuple) -> Run:
    return runs.load_run(folder)


# Four: both models of two data sets. Each holds up to some 300 MB.
@st.cache_resource(max_entries=4, show_spinner=False)
def _predictor(folder: Path, fingerprint: tuple, _run: Run):
    from engine.predict import Predictor

    return Predictor(_run)


def _index_fingerprint(folder: Path) -> tuple:
    files = [folder / "data_set.json", folder / "photos.csv", folder / "photos"]
    return tuple(one.stat().st_mtime_ns if one.exists() else 0 for one in files)
