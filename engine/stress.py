"""The stress test: how answers move when a scene is drawn again with one parameter changed.

Only scenes can be asked such questions, because only they can be drawn again.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from engine.data import DataSet
from engine.predict import Predictor
from engine.runs import ROBUSTNESS_COLUMNS
from engine.scenes import RANGES, SceneParameters, draw_scene, parameters_of

#: Enough to see the edge where a model breaks, few enough for three models within 1.5 s.
STRIP_POINTS = 13
#: Where accuracy is measured over the whole test split. Closer around upright: training turns
#: photos by up to 36 degrees, so that is where models trained with and without it part.
ROBUSTNESS_VALUES: Mapping[str, tuple[float, ...]] = {
    "rotation": (
        *(-180, -150, -120, -90, -60, -45, -30, -15, 0),
        *(15, 30, 45, 60, 90, 120, 150, 180),
    ),
    "scale": (0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 1.25, 1.6, 2.0),
}


def values_along(parameter: str, count: int) -> list[float]:
    """`count` values from one end of a parameter's range to the other, evenly spaced."""
    allowed = RANGES[parameter]
    return [round(float(value), 6) for value in np.linspace(allowed.low, allowed.high, count)]


def answers_along(
    scene: SceneParameters,
    parameter: str,
    values: Sequence[float],
    predictors: Mapping[str, Predictor],
) -> pd.DataFrame:
    """What models say about one scene while one of its parameters takes other values.

    Args:
        scene: The scene; its class is the true class.
        parameter: Name of the parameter, a key of `RANGES`.
        values: Its values.
        predictors: Models by name.

    Returns:
        One row a value and model: value, model, probability (of the true class, 0 to 1),
        predicted (class name).

    Raises:
        EngineError: If a value is outside the parameter's range.
        ValueError: If a model does not know the scene's class.
    """
    rows = []
    for value in values:
        picture = draw_scene(dataclasses.replace(scene, **{parameter: value}))
        for name, predictor in predictors.items():
            classes = predictor.run.config.class_names
            probabilities = predictor.predict(picture).probabilities
            true = float(probabilities[classes.index(scene.class_name)])
            rows.append((value, name, true, classes[int(probabilities.argmax())]))
    return pd.DataFrame(rows, columns=["value", "model", "probability", "predicted"])


def measure_robustness(
    data_set: DataSet,
    predictors: Mapping[str, Predictor],
    progress: Callable[[int, int, str], None] | None = None,
    values: Mapping[str, Sequence[float]] = ROBUSTNESS_VALUES,
) -> dict[str, pd.DataFrame]:
    """Accuracy on the test split, drawn again with one parameter set to the same value for all.

    Args:
        data_set: A drawn data set.
        predictors: Models by name; each picture is drawn once for all of them.
        progress: Called as `progress(done, in_all, what)` after each value.
        values: The values of each parameter.

    Returns:
        By name of the model one row a value, with the columns `ROBUSTNESS_COLUMNS`.
    """
    test = data_set.photos[data_set.photos["split"] == "test"]
    scenes = [parameters_of(image_id) for image_id in test["image_id"]]
    labels = test["label"].tolist()
    rows = {name: [] for name in predictors}
    done, in_all = 0, sum(map(len, values.values()))
    for parameter, points in values.items():
        for value in points:
            right = dict.fromkeys(predictors, 0)
            for scene, label in zip(scenes, labels, strict=True):
                picture = draw_scene(dataclasses.replace(scene, **{parameter: value}))
                for name, predictor in predictors.items():
                    right[name] += int(predictor.predict(picture).probabilities.argmax() == label)
            for name, count in right.items():
                rows[name].append((parameter, float(value), count / len(scenes), len(scenes)))
            done += 1
            if progress:
                progress(done, in_all, "Drawing the test split again")
    return {name: pd.DataFrame(one, columns=list(ROBUSTNESS_COLUMNS)) for name, one in rows.items()}
