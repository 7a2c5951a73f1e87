"""How many test pictures a model still names right when all of them are changed in the same way.

Photos are changed by `engine.measures.distortions`. Scenes can be drawn again, turned or with a
thing of another size (`engine.measures.stress`), which no change of finished pixels equals; in
every other way they are changed like photos.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from engine.data import DataSet
from engine.errors import EngineError
from engine.measures.distortions import DISTORTIONS, Change, distort, working_square
from engine.measures.stress import REDRAWN, redraw
from engine.progress import Progress
from engine.runs import ROBUSTNESS_COLUMNS
from engine.serving.predict import Predictor

#: While one photo is asked about, the next is changed.
_THREADS = 2


def changes_of(data_set: DataSet) -> Mapping[str, Change]:
    """How the pictures of a data set can be changed, by parameter as in `robustness.csv`."""
    if not data_set.drawn:
        return DISTORTIONS
    return {**REDRAWN, **{name: one for name, one in DISTORTIONS.items() if name not in REDRAWN}}


def changed_picture(
    data_set: DataSet, image_id: str, parameter: str, value: float, photo: np.ndarray | None = None
) -> np.ndarray:
    """One picture of a data set, changed.

    Args:
        data_set: The data set.
        image_id: Which picture.
        parameter: A key of `changes_of(data_set)`.
        value: How much.
        photo: The picture as it is, or its `working_square`, where it has been read already.

    Returns:
        uint8 (height, width, 3); the picture itself where the value leaves it as it is.

    Raises:
        EngineError: If there is no such picture or parameter, the value is out of range, or the
            picture cannot be read.
    """
    if data_set.drawn and parameter in REDRAWN:
        return redraw(image_id, parameter, value)
    return distort(data_set.read_photo(image_id) if photo is None else photo, parameter, value)


def measure_robustness(
    data_set: DataSet,
    predictors: Mapping[str, Predictor],
    progress: Progress | None = None,
    values: Mapping[str, Sequence[float]] | None = None,
) -> dict[str, pd.DataFrame]:
    """Accuracy on the test split while all its pictures are changed in the same way.

    Args:
        data_set: The data set, with its pictures.
        predictors: Models by name; each picture is read and changed once for all of them.
        progress: Told how many pictures of the split are done.
        values: The values of each parameter; those of `changes_of(data_set)` if not given.

    Returns:
        By name of the model one row a value, with the columns `ROBUSTNESS_COLUMNS`.

    Raises:
        EngineError: If there is no test picture, or one cannot be read.
    """
    changes = changes_of(data_set)
    values = values or {name: change.values for name, change in changes.items()}
    points = [(name, float(value)) for name, some in values.items() for value in some]
    test = data_set.photos[data_set.photos["split"] == "test"]
    if test.empty:
        raise EngineError(f"The data set {data_set.name} has no test photos to change.")

    def right(image_id: str, class_name: str) -> np.ndarray:
        """(points, models) bool: which answers to one picture are right."""
        photo = data_set.read_photo(image_id)
        square = working_square(photo)
        found = np.empty((len(points), len(predictors)), bool)
        known: dict[str, np.ndarray] = {}
        for row, (name, value) in enumerate(points):
            same = not (data_set.drawn and name in REDRAWN) and value == changes[name].unchanged
            if same and "as it is" in known:
                found[row] = known["as it is"]
                continue
            picture = photo if same else changed_picture(data_set, image_id, name, value, square)
            found[row] = [_says(one, picture) == class_name for one in predictors.values()]
            if same:
                known["as it is"] = found[row]
        return found

    progress = progress or Progress()
    progress.stage("robustness", "Changing the test photos", unit="photos")
    counts = np.zeros((len(points), len(predictors)), int)
    threads = ThreadPoolExecutor(_THREADS)
    try:
        answers = threads.map(right, test["image_id"], test["class_name"])
        for done, found in enumerate(answers, start=1):
            counts += found
            progress.update(done, len(test))
    finally:
        # Whoever stops this, or a photo that is gone, does not wait for the other photos.
        threads.shutdown(cancel_futures=True)
    tables = {}
    for column, name in enumerate(predictors):
        rows = [
            (*point, int(count) / len(test), len(test))
            for point, count in zip(points, counts[:, column], strict=True)
        ]
        tables[name] = pd.DataFrame(rows, columns=list(ROBUSTNESS_COLUMNS))
    return tables


def replace_changes(
    before: pd.DataFrame | None, measured: pd.DataFrame, order: Sequence[str]
) -> pd.DataFrame:
    """A run's table with some changes measured anew.

    Args:
        before: Its table, columns `ROBUSTNESS_COLUMNS`; None where it had none.
        measured: The rows of the changes that were measured.
        order: All changes, in the order of the table.
    """
    if before is None:
        return measured
    kept = before[~before["parameter"].isin(measured["parameter"])]
    table = pd.concat([kept, measured], ignore_index=True)
    place = {name: number for number, name in enumerate(order)}
    places = table["parameter"].map(lambda name: place.get(name, len(order)))
    return table.iloc[places.argsort(kind="stable")].reset_index(drop=True)


def _says(predictor: Predictor, picture: np.ndarray) -> str:
    return predictor.run.config.class_names[int(predictor.predict(picture).probabilities.argmax())]
