"""What a person may choose about a picture: the eight classes and ten parameters.

Each parameter has one `Range`, from which a page can build a slider and by which
`SceneParameters` refuses what lies outside.
"""

import numbers
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from engine.errors import EngineError

#: Names of the classes, in alphabetical order. Each one has a neighbour it is easily taken for:
#: beach and mountain, bridge and street, building and stadium, flower and forest.
SCENE_CLASSES = (
    "beach",
    "bridge",
    "building",
    "flower",
    "forest",
    "mountain",
    "stadium",
    "street",
)


@dataclass(frozen=True)
class Range:
    """The values a parameter may take, both ends included.

    Attributes:
        low: Smallest value.
        high: Largest value.
        default: Value of a picture nobody has changed.
        step: A sensible step of a slider.
        title: What a slider is called.
        unit: What the values count: `°`, `h`, `×`, or nothing for a share or a place.
        explanation: What moving the slider does, in one sentence.
    """

    low: float
    high: float
    default: float
    step: float
    title: str
    unit: str
    explanation: str


RANGES: Mapping[str, Range] = MappingProxyType(
    {
        "x": Range(
            -1.0, 1.0, 0.0, 0.05, "Left and right", "", "At ±1 the middle is at the picture's edge."
        ),
        "y": Range(
            -1.0, 1.0, 0.0, 0.05, "Down and up", "", "At ±1 the middle is at the picture's edge."
        ),
        "scale": Range(0.3, 2.0, 1.0, 0.05, "Scale", "×", "0.3 is far away, 2 is very near."),
        "rotation": Range(
            -180.0, 180.0, 0.0, 1.0, "Rotation", "°", "The camera rolls; 180° is upside down."
        ),
        "clutter": Range(
            0.0, 1.0, 0.3, 0.05, "Clutter", "", "Other things behind, beside and in front."
        ),
        "time_of_day": Range(
            5.0, 22.0, 13.0, 0.25, "Time of day", "h", "Dawn, noon, dusk and night."
        ),
        "palette": Range(
            0.0, 1.0, 0.5, 0.02, "Palette", "", "Paint, stone, leaves and season change colour."
        ),
        "noise": Range(0.0, 1.0, 0.1, 0.05, "Weather", "", "Fog, rain or snow, and grain."),
        "seed": Range(0, 2**31 - 1, 0, 1, "Seed", "", "Another picture of the same kind."),
    }
)


@dataclass(frozen=True)
class SceneParameters:
    """One picture, fully described: the same parameters always give the same pixels.

    Attributes:
        class_name: One of `SCENE_CLASSES`.
        x: Where the thing's centre is, from the left edge (-1) to the right edge (1).
        y: Where the thing's centre is, from the bottom edge (-1) to the top edge (1).
        scale: Size of the thing; 1 is natural, 0.3 is far away.
        rotation: Roll of the camera in degrees, counter-clockwise in the picture.
        clutter: Share of other things, 0 to 1; at 1 they cover a good part of the thing.
        time_of_day: Hours from 5 (before sunrise) to 22 (night).
        palette: Position on every material's ramp of colours, 0 to 1.
        noise: Strength of the weather and of the sensor's grain, 0 to 1.
        seed: Everything else: kind and layout of the thing, ground, background, clouds.

    Raises:
        EngineError: If the class is unknown or a value is outside its `RANGES`.
    """

    class_name: str
    x: float = RANGES["x"].default
    y: float = RANGES["y"].default
    scale: float = RANGES["scale"].default
    rotation: float = RANGES["rotation"].default
    clutter: float = RANGES["clutter"].default
    time_of_day: float = RANGES["time_of_day"].default
    palette: float = RANGES["palette"].default
    noise: float = RANGES["noise"].default
    seed: int = int(RANGES["seed"].default)

    def __post_init__(self) -> None:
        if self.class_name not in SCENE_CLASSES:
            raise EngineError(
                f"`class_name` must be one of {', '.join(SCENE_CLASSES)}. "
                f"Received: {reprlib.repr(self.class_name)}"
            )
        for field in fields(self)[1:]:
            _check(field.name, getattr(self, field.name))


def _check(name: str, value: Any) -> None:
    allowed = RANGES[name]
    kind = numbers.Integral if name == "seed" else numbers.Real
    number = isinstance(value, kind) and not isinstance(value, bool)
    if not number or not allowed.low <= value <= allowed.high:  # also refuses NaN
        what = "a whole number between" if name == "seed" else "between"
        raise EngineError(
            f"`{name}` must be {what} {allowed.low} and {allowed.high}. "
            f"Received: {reprlib.repr(value)}"
        )
