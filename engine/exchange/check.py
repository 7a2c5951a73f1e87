"""What is checked of an index and of runs from elsewhere, beyond what their readers check."""

import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from engine import runs
from engine.data import DataSet
from engine.data.data_set import load_index
from engine.errors import EngineError
from engine.exchange.layout import INDEX_FILES
from engine.models.weight_shapes import weight_shapes
from engine.runs.format import damaged

#: Bytes. The largest published index has 0.3 MB, the largest summary 1 kB.
_LARGEST_INDEX = 64 * 2**20
_LARGEST_TEXTS = {runs.CONFIG_FILE: 2**20, runs.SUMMARY_FILE: 2**16}
#: Bytes of the arrays in `predictions.npz`, unpacked: a million photos of ten classes.
_LARGEST_PREDICTIONS = 256 * 2**20
_LONGEST_TITLE = 200
_LONGEST_TEXT = 2_000
_MOST_PIXELS = 2**20
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
#: It becomes a link: nothing that could end it early.
_ADDRESS = re.compile(r"https?://[^\s()<>\[\]\\`\"']+")
_SPLITS_MEASURED = ("validation", "test")


def load_foreign_index(folder: Path) -> DataSet:
    """The index of a data set from elsewhere, whose photos are not here.

    Raises:
        EngineError: If a file of it is damaged or holds what a page could not show.
    """
    for name in INDEX_FILES:
        if (folder / name).stat().st_size > _LARGEST_INDEX:
            raise EngineError(f"The file {folder.name}/{name} must be smaller than 64 MB.")
    try:
        data_set = load_index(folder)
    except EngineError as error:
        raise EngineError(
            f"The data set {folder.name} must have a whole {' and '.join(INDEX_FILES)} that agree "
            "with its folder and with each other: at least one of them is damaged."
        ) from error
    _check_index(data_set)
    return data_set


def check_new(foreign: DataSet) -> None:
    """Refuse an index that cannot become a data set here.

    Raises:
        EngineError: If it says that its pictures are drawn: they would be, from parameters that a
            visitor chose.
    """
    if foreign.drawn:
        raise EngineError(
            f"The drawn pictures of {foreign.name} must be those that this project draws. "
            f"Received: others (content {foreign.digest[:12]})"
        )


def check_same_index(here: DataSet, foreign: DataSet) -> None:
    """Refuse an index that says other things about the same photos than the one here.

    Raises:
        EngineError: If a class, a split or a photo differs.
    """
    columns = ["image_id", "class_name", "split"]
    if (
        here.class_names != foreign.class_names
        or here.split_seed != foreign.split_seed
        or not _by_photo(here.photos)[columns].equals(_by_photo(foreign.photos)[columns])
    ):
        raise EngineError(
            f"The data set {foreign.name} must have the photos, classes and splits that it has "
            "here, because it says it is the same. Received: others"
        )


def check_run(folder: Path, data_set: DataSet) -> runs.Run:
    """Read a run and check that it is one of these photos, but for its weights.

    Args:
        folder: Its folder, below one called like the data set.
        data_set: The index that explains it.

    Raises:
        RunError: If a file is damaged or about other photos.
    """
    for name, largest in _LARGEST_TEXTS.items():
        path = folder / name
        if path.is_file() and path.stat().st_size > largest:
            raise damaged(folder, name, "it is too large")
    _check_size_of_predictions(folder)
    run = runs.load_run(folder)
    config = run.config
    if config.data_set_digest != data_set.digest:
        raise damaged(folder, runs.CONFIG_FILE, "it was trained on another version of these photos")
    if (config.class_names, config.split_seed) != (data_set.class_names, data_set.split_seed):
        raise damaged(folder, runs.CONFIG_FILE, "the classes or splits are not the data set's")
    if len(run.history) > config.recipe.epochs:
        raise damaged(folder, runs.HISTORY_FILE, "there are more epochs than were configured")
    _check_answers(run, data_set)
    _check_summary(run)
    return run


def check_weights(run: runs.Run, every_number: bool = True) -> None:
    """Check that a run's weights are those of the model it describes.

    Args:
        run: The run.
        every_number: Whether to read them, or only what the file says of them.

    Raises:
        RunError: If they are damaged, no safetensors file or of another model.
    """
    config = run.config
    shapes = weight_shapes(config.recipe, len(config.class_names))
    runs.check_weights(run.folder, shapes, every_number)


def _check_index(data_set: DataSet) -> None:
    photos = data_set.photos
    texts = [data_set.description, data_set.licence, data_set.source, data_set.source_digest]
    texts.append(data_set.attribution)
    texts += [text for pair in data_set.unreadable for text in pair]
    problems = {
        "its digest is none": re.fullmatch("[0-9a-f]{64}", data_set.digest) is None,
        "a title or a class name is no short text": not all(
            _is_text(one, _LONGEST_TITLE) and one for one in (data_set.title, *data_set.class_names)
        ),
        "a class stands twice": len(set(data_set.class_names)) < len(data_set.class_names),
        "a text is none, or too long": not all(_is_text(one, _LONGEST_TEXT) for one in texts),
        "its source is no plain address": (
            data_set.source.startswith(("http://", "https://"))
            and _ADDRESS.fullmatch(data_set.source) is None
        ),
        "it has no photos": photos.empty,
        "the name of a photo is no path": not photos["image_id"]
        .map(lambda one: _is_text(one, _LONGEST_TEXT) and "\\" not in one)
        .all(),
        "a photo has no size": not (
            photos["width"].between(1, _MOST_PIXELS) & photos["height"].between(1, _MOST_PIXELS)
        ).all(),
    }
    for problem, is_there in problems.items():
        if is_there:
            raise EngineError(
                f"The data set {data_set.name} must have an index of real photos with plain names: "
                f"{problem}."
            )


def _is_text(value: object, longest: int) -> bool:
    """Whether a value is a text of one line that a page can show."""
    if not isinstance(value, str) or len(value) > longest or _CONTROL.search(value):
        return False
    return _encodable(value)


def _encodable(text: str) -> bool:
    """JSON can hold halves of characters, which no page can be sent."""
    return text == text.encode(errors="replace").decode()


def _by_photo(photos: pd.DataFrame) -> pd.DataFrame:
    return photos.sort_values("image_id", ignore_index=True)


def _check_size_of_predictions(folder: Path) -> None:
    try:
        with zipfile.ZipFile(folder / runs.PREDICTIONS_FILE) as file:
            size = sum(one.file_size for one in file.infolist())
    except Exception:  # whatever is wrong with it, `load_run` says in one sentence
        return
    if size > _LARGEST_PREDICTIONS:
        raise damaged(folder, runs.PREDICTIONS_FILE, "the arrays are too large")


def _check_answers(run: runs.Run, data_set: DataSet) -> None:
    """A run answers each validation and test photo of the index, under its label and split."""
    answers = run.predictions
    answered = pd.DataFrame(
        {"image_id": answers.image_ids, "split": answers.split, "label": answers.y_true}
    )
    photos = data_set.photos[data_set.photos["split"].isin(_SPLITS_MEASURED)]
    expected = _by_photo(photos)[["image_id", "split", "label"]]
    # As lists: the two may hold the same text and numbers in different types.
    if _by_photo(answered).to_numpy().tolist() != expected.to_numpy().tolist():
        raise damaged(
            run.folder,
            runs.PREDICTIONS_FILE,
            "its photos, splits or labels are not those of the data set",
        )


def _check_summary(run: runs.Run) -> None:
    if not _encodable(json.dumps(run.summary, ensure_ascii=False)):
        raise damaged(run.folder, runs.SUMMARY_FILE, "a text in it cannot be shown")
    for split in _SPLITS_MEASURED:
        part = run.predictions.of_split(split)
        accuracy = float(np.mean(part.y_pred == part.y_true))
        if abs(accuracy - run.summary[f"{split}_accuracy"]) > 1e-6:
            raise damaged(
                run.folder,
                runs.SUMMARY_FILE,
                f"{split}_accuracy is not that of {runs.PREDICTIONS_FILE}",
            )
