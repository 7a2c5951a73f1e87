"""What every part of a picture is given: parameters, randomness, light, colours, the horizon."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.scenes.canvas import Sheet
from engine.scenes.light import Light
from engine.scenes.materials import Palette
from engine.scenes.parameters import SceneParameters
from engine.scenes.streams import Streams


@dataclass(frozen=True)
class Scene:
    """One picture while it is being drawn.

    Attributes:
        parameters: What was asked for.
        streams: Random draws of the seed.
        light: Light of the hour.
        palette: Colours of the materials.
        horizon: Height of the horizon (the eye's level) in picture units.
        ground: What the land is covered with, one of `ground.GROUNDS`.
        wet: Whether the viewer looks over water, so that trees in front need an islet.
    """

    parameters: SceneParameters
    streams: Streams
    light: Light
    palette: Palette
    horizon: float
    ground: str
    wet: bool


@dataclass(frozen=True)
class Subject:
    """The thing a picture is of, before it is painted.

    Its sheet has the eye's level at height 0; the thing is about two units wide at scale 1.

    Attributes:
        centre: Height of the thing's middle in its own units.
        quay: Height where its land ends, if it can stand at water; the water mirrors it there.
        grounds: What it may stand on, of `ground.GROUNDS`.
        backgrounds: What may lie behind it, of `background.BACKGROUNDS`.
        paint: Paints it on a sheet of its own.
        slope: How much the quay, or the line where it meets the water, rises to the right.
        near: Paints what belongs to it but lies this side of the water, unmirrored.
        shore: Whether dry land is in front of it even where its ground is water.
        afloat: Whether it stands in the water itself, without any land around it.
    """

    centre: float
    quay: float | None
    grounds: tuple[str, ...]
    backgrounds: tuple[str, ...]
    paint: Callable[[Scene, Sheet], None]
    slope: float = 0.0
    near: Callable[[Scene, Sheet], None] | None = None
    shore: bool = False
    afloat: bool = False
