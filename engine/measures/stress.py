"""The stress test: how answers move when a scene is drawn again with one parameter changed.

Only scenes can be asked such questions, because only they can be drawn again.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from engine.measures.distortions import Change, check_value
from engine.scenes import RANGES, SceneParameters, draw_scene, parameters_of
from engine.serving.predict import Predictor

#: Enough to see the edge where a model breaks, few enough for three models within 1.5 s.
STRIP_POINTS = 13
#: How scenes are drawn again for `engine.measures.robustness`, by parameter of a scene. All are
#: drawn with the same value, so `unchanged` is the value of a picture nobody has changed.
REDRAWN: Mapping[str, Change] = MappingProxyType(
    {
        "rotation": Change(
            RANGES["rotation"].title,
            RANGES["rotation"].unit,
            RANGES["rotation"].default,
            (
                *(-180, -150, -120, -90, -60, -45, -30, -15, 0),
                *(15, 30, 45, 60, 90, 120, 150, 180),
            ),
            "Every picture is drawn again with the camera rolled so far, counter-clockwise.",
        ),
        "scale": Change(
            RANGES["scale"].title,
            RANGES["scale"].unit,
            RANGES["scale"].default,
            (0.3, 0.4, 0.5, 0.65, 0.8, 1.0, 1.25, 1.6, 2.0),
            "Every picture is drawn again with its thing so large: 0.3 is far away, 2 very near.",
            ratio=True,
        ),
    }
)


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
        picture = draw_scene(_with(scene, parameter, value))
        for name, predictor in predictors.items():
            classes = predictor.run.config.class_names
            probabilities = predictor.predict(picture).probabilities
            true = float(probabilities[classes.index(scene.class_name)])
            rows.append((value, name, true, classes[int(probabilities.argmax())]))
    return pd.DataFrame(rows, columns=["value", "model", "probability", "predicted"])


def redraw(image_id: str, parameter: str, value: float) -> np.ndarray:
    """A picture of the data set of scenes, drawn again with one parameter set.

    Args:
        image_id: Such as `test/stadium/007.png`.
        parameter: A key of `REDRAWN`.
        value: The value of the scene's parameter.

    Returns:
        uint8 (300, 300, 3).

    Raises:
        EngineError: If there is no such picture or parameter, or the value is out of range.
    """
    check_value(REDRAWN, parameter, value)
    return draw_scene(_with(parameters_of(image_id), parameter, value))


def _with(scene: SceneParameters, parameter: str, value: float) -> SceneParameters:
    change: dict[str, Any] = {parameter: value}
    return dataclasses.replace(scene, **change)
