"""Polygons in, pixels out: sheets of flat shapes, placed, lit, and drawn with Pillow.

Picture units are used throughout: `u` to the right and `v` up, (0, 0) in the middle of the
picture and 1 at its edges. Everything is a polygon, so turning the camera costs nothing.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw

from engine.scenes.light import Light

SIZE = 300
#: Drawn at twice the size and averaged: smooth edges, at a quarter of 4x4's cost.
_SUPERSAMPLING = 2
#: Shapes further out than this many pixels are never seen; Pillow's integers stay small.
_FAR = 20_000
#: Where nothing symmetric lies, so that rounding never hangs on a last bit.
_OFF_MIDDLE = 1 / 1024

#: A place: across and up.
Point = Sequence[float] | np.ndarray
#: RGB 0-255 under white light.
Colour = Sequence[float] | np.ndarray


@dataclass(frozen=True)
class Placement:
    """Where a sheet goes: scaled about its own origin, then moved there.

    Attributes:
        u, v: Place of the sheet's origin, in picture units.
        scale: Size of the sheet.
        flip: Whether the sheet is drawn upside down, as its image in water.
        slope: How much the line rises to the right at which it is mirrored.
        depth: Added to the depth of every shape.
        tint: Colour the sheet is mixed with, RGB 0-255.
        tinted: Share of that colour, 0-1.
    """

    u: float = 0.0
    v: float = 0.0
    scale: float = 1.0
    flip: bool = False
    slope: float = 0.0
    depth: float = 0.0
    tint: tuple[float, float, float] = (0.0, 0.0, 0.0)
    tinted: float = 0.0


class Sheet:
    """Shapes in the order they are painted, in units of their own."""

    def __init__(self) -> None:
        self._points: list[np.ndarray] = []
        self._counts: list[int] = []  # of polygons in each array of points
        self._corners: list[int] = []  # of each of these polygons
        self._paint: list[np.ndarray] = []

    def polygon(
        self,
        points: ArrayLike,
        colour: Colour,
        *,
        alpha: float = 1.0,
        lit: float = 0.7,
        glow: float = 0.0,
        depth: float = 0.0,
    ) -> None:
        """Add one polygon.

        Args:
            points: Its corners, an array of shape (corners, 2) or a list of pairs.
            colour: RGB 0-255 under white light.
            alpha: How much it covers what lies behind, 0-1.
            lit: How much it faces the sun, 0-1.
            glow: How much it shines by itself, whatever the light, 0-1.
            depth: How far away it is, 0 (near) to 1 (at the horizon); haze hides the far.
        """
        corners = np.asarray(points, float)
        self._points.append(corners)
        self._counts.append(1)
        self._corners.append(len(corners))
        self._paint.append(np.array([[*colour, alpha, lit, glow, depth]]))

    def polygons(
        self,
        points: np.ndarray,
        colours: ArrayLike,
        *,
        alpha: float | np.ndarray = 1.0,
        lit: float | np.ndarray = 0.7,
        glow: float | np.ndarray = 0.0,
        depth: float | np.ndarray = 0.0,
    ) -> None:
        """Add many polygons with equally many corners.

        Args:
            points: Array of shape (polygons, corners, 2).
            colours: RGB 0-255, of shape (polygons, 3) or one colour for all.
            alpha, lit, glow, depth: As for `polygon`, one for all or one each.
        """
        count, corners = points.shape[:2]
        paint = np.empty((count, 7))
        paint[:, :3] = colours
        paint[:, 3], paint[:, 4], paint[:, 5], paint[:, 6] = alpha, lit, glow, depth
        self._points.append(points.reshape(-1, 2))
        self._counts.append(count)
        self._corners.append(corners)
        self._paint.append(paint)

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Points (2, all corners), corners of each polygon, and its paint (7, polygons)."""
        if not self._points:
            return np.empty((2, 0)), np.empty(0, int), np.empty((7, 0))
        # One long row for each axis and each trait: short rows would cost NumPy a loop each.
        return (
            np.ascontiguousarray(np.concatenate(self._points).T),
            np.repeat(self._corners, self._counts),
            np.ascontiguousarray(np.concatenate(self._paint).T),
        )


def _bytes(paint: np.ndarray) -> np.ndarray:
    """Lit colours and alpha of shape (4, polygons) as uint8 of shape (polygons, 4)."""
    return np.ascontiguousarray(np.rint(np.clip(paint + _OFF_MIDDLE, 0, 255)).astype(np.uint8).T)


class Canvas:
    """Sheets, one over the other, and the camera and the light that make a picture of them."""

    def __init__(self, light: Light, rotation: float, fog: float) -> None:
        self._light, self._rotation, self._fog = light, rotation, fog
        self._backdrop = (0, 0, 0)
        self._veil, self._veiled = (0, 0, 0, 0), 0
        self._points: list[np.ndarray] = []
        self._sizes: list[np.ndarray] = []
        self._paint: list[np.ndarray] = []

    def fill(self, colour: Colour) -> None:
        """Make everything that no sheet covers shine in `colour`, RGB 0-255."""
        self._backdrop = self._shining(colour, 1.0)[:3]

    def veil(self, colour: Colour, alpha: float) -> None:
        """Mix all that was placed so far with a shining `colour`, RGB 0-255. Once a picture."""
        self._veil = self._shining(colour, alpha)
        self._veiled = sum(map(len, self._sizes))

    def _shining(self, colour: Colour, alpha: float) -> tuple[int, int, int, int]:
        sheet = Sheet()
        sheet.polygon([(0.0, 0.0)], colour, alpha=alpha, glow=1.0)
        red, green, blue, covers = _bytes(self._lit(sheet.arrays()[2], 0.0))[0].tolist()
        return red, green, blue, covers

    def place(self, sheet: Sheet, placement: Placement | None = None) -> None:
        """Put a sheet over everything placed before."""
        placement = placement or Placement()
        points, sizes, paint = sheet.arrays()
        if not len(sizes):
            return
        height = -placement.scale if placement.flip else placement.scale
        placed = np.empty_like(points)
        placed[0] = points[0] * placement.scale + placement.u
        placed[1] = points[1] * height + placement.v
        if placement.slope:
            placed[1] += points[0] * (2.0 * placement.slope * placement.scale)
        self._points.append(placed)
        self._sizes.append(sizes)
        lit = self._lit(paint, placement.depth)
        if placement.tinted:
            lit[:3] += (np.array(placement.tint)[:, None] - lit[:3]) * placement.tinted
        self._paint.append(lit)

    def _lit(self, paint: np.ndarray, deeper: float) -> np.ndarray:
        """Colours 0-255 and alpha as the camera sees them, float64 of shape (4, polygons)."""
        light = self._light
        base, alpha, lit, glow = paint[:3], paint[3], paint[4], paint[5]
        depth = np.clip(paint[6] + deeper, 0.0, 1.0)
        seen = np.empty((4, paint.shape[1]))
        colour = seen[:3]
        np.multiply(base, light.ambient[:, None] + lit * light.sun[:, None], out=colour)
        colour += (base - colour) * glow
        haze = np.clip(0.45 * depth * depth + self._fog * (0.25 + 0.7 * depth), 0.0, 1.0)
        colour += (light.horizon[:, None] - colour) * haze
        np.multiply(alpha, 255.0, out=seen[3])
        return seen

    def draw(self) -> Image.Image:
        """The picture, RGB, `SIZE` pixels wide and high."""
        side = SIZE * _SUPERSAMPLING
        points, sizes = np.concatenate(self._points, axis=1), np.concatenate(self._sizes)
        turn = math.radians(self._rotation)
        cosine, sine = round(math.cos(turn), 12), round(math.sin(turn), 12)
        across = points[0] * cosine - points[1] * sine
        up = points[0] * sine + points[1] * cosine
        # Whole numbers, so that the last bit of a processor's sine does not show; kept as float32,
        # which Pillow reads from a buffer as they are and which holds them exactly.
        pixels = np.empty((len(across), 2), np.float32)
        paint = _bytes(np.concatenate(self._paint, axis=1))
        ends = np.cumsum(sizes)
        starts = ends - sizes
        seen = paint[:, 3] > 2
        for axis, places in enumerate((1.0 + across, 1.0 - up)):
            exact = np.clip(places * (side / 2) - 0.5 + _OFF_MIDDLE, -_FAR, _FAR)
            whole = np.rint(exact, out=exact)
            seen &= np.maximum.reduceat(whole, starts) >= 0
            seen &= np.minimum.reduceat(whole, starts) < side
            pixels[:, axis] = whole
        solid = paint[:, 3] >= 254
        paint[solid, 3] = 255
        chosen = np.flatnonzero(seen)
        corners = map(slice, (starts[chosen] * 2).tolist(), (ends[chosen] * 2).tolist())
        shapes = zip(
            map(pixels.reshape(-1).data.__getitem__, corners),
            paint.view(np.int32)[chosen, 0].tolist(),
            solid[chosen].tolist(),
            strict=True,
        )
        image = Image.new("RGB", (side, side), self._backdrop)
        if self._veil[3] > 2:
            _draw(image, islice(shapes, int(seen[: self._veiled].sum())))
            image = image.point(_blending(self._veil))
        _draw(image, shapes)
        return image.reduce(_SUPERSAMPLING)


def _draw(image: Image.Image, shapes: Iterable[tuple[memoryview, int, bool]]) -> None:
    """Draw polygons: the floats of their corners, their ink, and whether it covers fully."""
    # What `ImageDraw.polygon` itself calls, without its looking at the colour, which takes longer
    # than filling many a polygon.
    fill = ImageDraw.Draw(image).draw.draw_polygon
    blend = ImageDraw.Draw(image, "RGBA").draw.draw_polygon
    for corners, ink, covers in shapes:
        (fill if covers else blend)(corners, ink, 1)


def _blending(colour: tuple[int, ...]) -> list[int]:
    """What each level of red, green and blue becomes under a colour, RGBA 0-255.

    For a whole picture, looking it up takes half as long as Pillow's blending.
    """
    levels = Image.fromarray(np.arange(256, dtype=np.uint8)[None, :, None].repeat(3, axis=2))
    ImageDraw.Draw(levels, "RGBA").rectangle((0, 0, 255, 0), colour)
    return np.asarray(levels)[0].T.ravel().tolist()
