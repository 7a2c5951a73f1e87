"""Out-of-distribution pictures, of none of a data set's classes: what do its models say to them?

A model of scenes is shown photos of clothes, and every other model scenes: the engine draws them,
so they are always at hand.
"""

from collections.abc import Mapping

import pandas as pd

from engine.data import CATALOG, DataSet, list_data_sets, load_data_set
from engine.errors import EngineError
from engine.progress import Progress
from engine.runs import OUT_OF_DISTRIBUTION_COLUMNS
from engine.serving.predict import Predictor


def pictures_of_no_class(data_set: DataSet) -> tuple[DataSet, list[str]]:
    """Pictures that belong to none of the classes of a data set.

    Args:
        data_set: The data set.

    Returns:
        Another data set of the catalog, and the image ids of its test pictures, but for those of a
        class that both have.

    Raises:
        EngineError: If no other data set of the catalog has its pictures on this machine.
    """
    own = {name.casefold() for name in data_set.class_names}
    for name in sorted(CATALOG, key=lambda one: not CATALOG[one].drawn):
        if name == data_set.name or name not in list_data_sets():
            continue
        other = load_data_set(name)
        if not other.has_photos:
            continue
        test = other.photos[other.photos["split"] == "test"]
        ids = test.loc[~test["class_name"].str.casefold().isin(own), "image_id"].tolist()
        if ids:
            return other, ids
    raise EngineError(
        f"There are no pictures that belong to no class of {data_set.name}: bring those of another "
        "data set first, with `python -m engine data clothing`."
    )


def measure_out_of_distribution(
    pictures: DataSet,
    image_ids: list[str],
    predictors: Mapping[str, Predictor],
    progress: Progress | None = None,
) -> dict[str, pd.DataFrame]:
    """What models answer to pictures that belong to none of their classes.

    Args:
        pictures: The data set of the pictures.
        image_ids: Which of them.
        predictors: Models by name.
        progress: Told how many pictures are done.

    Returns:
        By name of the model one row a picture, with the columns `OUT_OF_DISTRIBUTION_COLUMNS`.

    Raises:
        EngineError: If a picture cannot be read.
    """
    progress = progress or Progress()
    progress.stage("out_of_distribution", "Asking about pictures of no class", unit="pictures")
    rows: dict[str, list[tuple[str, str, float]]] = {name: [] for name in predictors}
    for done, image_id in enumerate(image_ids, start=1):
        picture = pictures.read_photo(image_id)
        for name, predictor in predictors.items():
            probabilities = predictor.predict(picture).probabilities
            best = int(probabilities.argmax())
            said = predictor.run.config.class_names[best]
            # Probabilities of float32 may exceed 1 by a rounding.
            sure = min(1.0, float(probabilities[best]))
            rows[name].append((f"{pictures.name}/{image_id}", said, sure))
        progress.update(done, len(image_ids))
    columns = list(OUT_OF_DISTRIBUTION_COLUMNS)
    return {name: pd.DataFrame(one, columns=columns) for name, one in rows.items()}
