"""The only functions that Streamlit caches: what is read from disk, and the models that answer.

Every key holds a fingerprint of the files behind it, so that a changed run or data set is read
again. What `st.cache_resource` hands out is one object for all visitors: never change it.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from engine import runs
from engine.data import DataSet, load_data_set
from engine.data.images import encode_jpeg, read_photo, resize_for_model, thumbnail
from engine.disk import paths
from engine.measures.breaking import Breaking, find_breakings
from engine.measures.comparison import Comparison
from engine.measures.distortions import Change, working_square
from engine.measures.robustness import changed_picture
from engine.models.augmentation import preview_augmentation
from engine.recipes.recipe import Augmentation
from engine.runs import Run, RunError
from engine.scenes import RANGES, SceneParameters, draw_scene
from engine.serving.predict import Answer
from pages.ui.heat import overlay


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


def export_problem(data_set: DataSet, run: Run) -> str | None:
    """Why a run cannot be exported (`engine.exchange.export_problem`); None where it can."""
    key = (_index_fingerprint(data_set.folder), runs.fingerprint(run.folder))
    return _export_problem(run.folder, key, data_set)


@st.cache_data(max_entries=200, show_spinner=False)
def _export_problem(folder: Path, key: tuple, _data_set: DataSet) -> str | None:
    from engine.exchange import export_problem

    return export_problem(folder, _data_set, every_number=False)


def learning_curve(data_set_name: str) -> pd.DataFrame | None:
    """The learning curve of a data set (`engine.runs.load_learning_curve`); None without one.

    Raises:
        RunError: If it is damaged.
    """
    fingerprints = []
    for path in runs.learning_curve_paths(data_set_name):
        found = path.stat() if path.is_file() else None
        fingerprints.append(found and (found.st_size, found.st_mtime_ns))
    return _learning_curve(data_set_name, tuple(fingerprints))


@st.cache_data(max_entries=20, show_spinner=False)
def _learning_curve(data_set_name: str, fingerprints: tuple) -> pd.DataFrame | None:
    return runs.load_learning_curve(data_set_name)


def predictor(run: Run):
    """The model of a run, ready to answer (`engine.serving.predict.Predictor`).

    Raises:
        RunError: If its weights are damaged.
    """
    return _predictor(run.folder, runs.fingerprint(run.folder), run)


def photo_jpeg(data_set: DataSet, image_id: str, side: int) -> bytes:
    """A photo as JPEG, longest side at most `side` pixels, upright.

    Raises:
        EngineError: If it is gone or damaged.
    """
    return _photo_jpeg(data_set.folder, data_set.digest, image_id, side, data_set)


def why_jpeg(
    data_set: DataSet, image_id: str, run: Run, class_position: int, strength: float
) -> bytes:
    """What a run sees of a photo, with what speaks for a class glowing over it, as JPEG.

    Raises:
        EngineError: If the photo or the run's weights are gone or damaged.
    """
    seen, heat = _heat(
        (data_set.folder, data_set.digest, image_id),
        (run.folder, runs.fingerprint(run.folder)),
        class_position,
        data_set,
        run,
    )
    return encode_jpeg(overlay(seen, heat, strength))


# Up to 300 kB each.
@st.cache_data(max_entries=200, show_spinner=False)
def _heat(photo: tuple, key: tuple, class_position: int, _data_set: DataSet, _run: Run):
    seen = resize_for_model(_data_set.read_photo(photo[-1]), _run.config.recipe.image_size)
    return seen, predictor(_run).explain(seen, class_position)


def augmented_jpegs(
    data_set: DataSet, image_id: str, size: int, augmentation: Augmentation, seed: int
) -> list[bytes]:
    """Eight variants of a photo as a model sees them in training, as JPEG.

    Raises:
        EngineError: If the photo is gone or damaged.
    """
    key = (data_set.folder, data_set.digest, image_id, size, augmentation, seed)
    return _augmented_jpegs(*key, data_set)


@st.cache_data(max_entries=200, show_spinner=False)
def scene_jpeg(scene: SceneParameters) -> bytes:
    """A drawn scene as JPEG."""
    return encode_jpeg(draw_scene(scene))


def scene_answer(scene: SceneParameters, run: Run) -> Answer:
    """What a run says to a drawn scene.

    Raises:
        RunError: If its weights are damaged.
    """
    return _scene_answer(scene, run.folder, runs.fingerprint(run.folder), run)


def answers_along(
    scene: SceneParameters, parameter: str, count: int, chosen: dict[str, Run]
) -> pd.DataFrame:
    """`engine.measures.stress.answers_along` at `count` values over the parameter's whole range.

    Args:
        scene: The scene.
        parameter: Name of the parameter.
        count: Number of values.
        chosen: Runs by name.

    Raises:
        RunError: If the weights of a run are damaged.
    """
    # Where the scene itself stands along the parameter changes nothing.
    scene = dataclasses.replace(scene, **{parameter: RANGES[parameter].default})
    keys = tuple((run.folder, runs.fingerprint(run.folder)) for run in chosen.values())
    return _answers_along(scene, parameter, count, keys, chosen)


def changed_jpeg(
    data_set: DataSet, image_id: str, parameter: str, value: float, side: int
) -> bytes:
    """A photo changed by `engine.measures.robustness`, its middle square, as JPEG.

    Args:
        data_set: The data set.
        image_id: Which photo.
        parameter: What is changed.
        value: How much.
        side: Most pixels a side.

    Raises:
        EngineError: If the photo is gone or damaged.
    """
    key = (data_set.folder, data_set.digest, image_id, parameter, value, side)
    return _changed_jpeg(*key, data_set)


def changed_answer(
    data_set: DataSet, image_id: str, parameter: str, value: float, run: Run
) -> np.ndarray:
    """What a run says to a photo changed by `engine.measures.robustness`: (classes,) probabilities.

    Raises:
        EngineError: If the photo or the run's weights are gone or damaged.
    """
    photo = (data_set.folder, data_set.digest, image_id)
    key = (run.folder, runs.fingerprint(run.folder))
    return _changed_answer(photo, parameter, value, key, data_set, run)


def probable_label_errors(run: Run) -> pd.DataFrame:
    """`engine.measures.data_check.probable_label_errors` of a run."""
    return _probable_label_errors(run.folder, runs.fingerprint(run.folder), run)


@st.cache_data(max_entries=20, show_spinner=False)
def _probable_label_errors(folder, fingerprint, _run: Run) -> pd.DataFrame:
    from engine.measures.data_check import probable_label_errors

    return probable_label_errors(_run.predictions)


@st.cache_data(max_entries=500, show_spinner=False)
def _scene_answer(scene: SceneParameters, folder, fingerprint, _run: Run) -> Answer:
    return predictor(_run).predict(draw_scene(scene))


@st.cache_data(max_entries=100, show_spinner=False)
def _answers_along(
    scene: SceneParameters, parameter: str, count: int, keys: tuple, _chosen: dict[str, Run]
) -> pd.DataFrame:
    from engine.measures import stress

    return stress.answers_along(
        scene,
        parameter,
        stress.values_along(parameter, count),
        {name: predictor(run) for name, run in _chosen.items()},
    )


# Some 30 kB each.
@st.cache_data(max_entries=500, show_spinner=False)
def _changed_jpeg(
    folder, digest, image_id: str, parameter: str, value: float, side: int, _data_set: DataSet
) -> bytes:
    picture = changed_picture(_data_set, image_id, parameter, value)
    return encode_jpeg(thumbnail(working_square(picture), side))


@st.cache_data(max_entries=3000, show_spinner=False)
def _changed_answer(
    photo: tuple, parameter: str, value: float, key: tuple, _data_set: DataSet, _run: Run
) -> np.ndarray:
    picture = changed_picture(_data_set, photo[-1], parameter, value)
    return predictor(_run).predict(picture).probabilities


def breakings(run: Run, changes: Mapping[str, Change], classes: int) -> dict[str, Breaking]:
    """What each measured change says about a run (`engine.measures.breaking.find_breakings`)."""
    key = (run.folder, runs.fingerprint(run.folder), tuple(changes), classes)
    return _breakings(key, run, changes)


@st.cache_data(max_entries=100, show_spinner=False)
def _breakings(key: tuple, _run: Run, _changes: Mapping) -> dict[str, Breaking]:
    return find_breakings(_run, _changes, key[-1])


def collected_jpeg(path: Path, side: int) -> bytes:
    """A photo of a collection as JPEG, longest side at most `side` pixels, upright.

    Raises:
        PhotoError: If it is gone or damaged.
    """
    return _collected_jpeg(path, path.stat().st_mtime_ns if path.is_file() else 0, side)


@st.cache_data(max_entries=1000, show_spinner=False)
def _collected_jpeg(path: Path, changed: int, side: int) -> bytes:
    return encode_jpeg(thumbnail(read_photo(path), side))


@st.cache_data(max_entries=3000, show_spinner=False)
def _photo_jpeg(folder, digest, image_id: str, side: int, _data_set: DataSet) -> bytes:
    return encode_jpeg(thumbnail(_data_set.read_photo(image_id), side))


def report(comparison: Comparison) -> bytes:
    """The report of a comparison, one HTML file (`engine.views.report.build_report`)."""
    folder = comparison.data_set.folder
    beside = [*comparison.all_runs, *comparison.baselines.values()]
    key = (
        folder,
        _index_fingerprint(folder),
        tuple(comparison.runs),
        tuple((run.folder, runs.fingerprint(run.folder)) for run in beside),
        tuple(comparison.problems),
    )
    return _report(key, comparison)


# 2 MB each.
@st.cache_data(max_entries=4, show_spinner=False)
def _report(key: tuple, _comparison: Comparison) -> bytes:
    from engine.views.report import build_report

    return build_report(_comparison).encode()


# Some 150 kB each.
@st.cache_data(max_entries=100, show_spinner=False)
def _augmented_jpegs(
    folder, digest, image_id: str, size: int, augmentation, seed: int, _data_set: DataSet
) -> list[bytes]:
    photo = resize_for_model(_data_set.read_photo(image_id), size)
    variants = preview_augmentation(photo, augmentation, seed)
    return [encode_jpeg(variant) for variant in variants]


@st.cache_resource(max_entries=16, show_spinner=False)
def _data_set(name: str, fingerprints: tuple) -> DataSet:
    return load_data_set(name)


@st.cache_resource(max_entries=64, show_spinner=False)
def _run(folder: Path, fingerprint: tuple) -> Run:
    return runs.load_run(folder)


# Five: all that two data sets come with. Each holds up to some 300 MB.
@st.cache_resource(max_entries=5, show_spinner=False)
def _predictor(folder: Path, fingerprint: tuple, _run: Run):
    from engine.serving.predict import Predictor

    return Predictor(_run)


def _index_fingerprint(folder: Path) -> tuple:
    files = [folder / "data_set.json", folder / "photos.csv", folder / "photos"]
    return tuple(one.stat().st_mtime_ns if one.exists() else 0 for one in files)
