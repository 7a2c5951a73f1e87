"""Walls in perspective, and what is on them: windows, doors, arches, roofs."""

from dataclasses import dataclass

import numpy as np

from engine.scenes.canvas import Colour, Sheet
from engine.scenes.scene import Scene


@dataclass(frozen=True)
class Wall:
    """An upright wall as the camera sees it: two upright edges, one often further away.

    Attributes:
        left: Place of the left edge.
        left_bottom, left_top: Its ends.
        right: Place of the right edge.
        right_bottom, right_top: Its ends.
    """

    left: float
    left_bottom: float
    left_top: float
    right: float
    right_bottom: float
    right_top: float

    def points(self, along: float | np.ndarray, up: float | np.ndarray) -> np.ndarray:
        """Points at shares (0-1) along the wall and up it, of shape (..., 2)."""
        across, bottom, rise = self._upright(along)
        points = np.empty((*np.broadcast(along, up).shape, 2))
        points[..., 0], points[..., 1] = across, bottom + rise * up
        return points

    def _upright(
        self, along: float | np.ndarray
    ) -> tuple[float | np.ndarray, float | np.ndarray, float | np.ndarray]:
        """Place, foot and height of the wall's upright lines at shares along it."""
        # The further edge is the shorter one: equal steps along the wall shrink towards it.
        ratio = (self.left_top - self.left_bottom) / (self.right_top - self.right_bottom)
        seen = along * ratio / (1.0 + along * (ratio - 1.0))
        bottom = self.left_bottom + (self.right_bottom - self.left_bottom) * seen
        top = self.left_top + (self.right_top - self.left_top) * seen
        return self.left + (self.right - self.left) * seen, bottom, top - bottom

    def patches(
        self,
        start: float | np.ndarray,
        low: float | np.ndarray,
        end: float | np.ndarray,
        high: float | np.ndarray,
    ) -> np.ndarray:
        """Upright rectangles on the wall from arrays of shares, of shape (n, 4, 2)."""
        corners = np.empty((*np.broadcast(start, low, end, high).shape, 4, 2))
        for along, lower, upper in ((start, 0, 3), (end, 1, 2)):
            across, bottom, rise = self._upright(along)
            corners[:, lower, 0] = corners[:, upper, 0] = across
            corners[:, lower, 1] = bottom + rise * low
            corners[:, upper, 1] = bottom + rise * high
        return corners

    def outline(self) -> np.ndarray:
        """The four corners, of shape (4, 2)."""
        return np.array(
            [
                (self.left, self.left_bottom),
                (self.right, self.right_bottom),
                (self.right, self.right_top),
                (self.left, self.left_top),
            ]
        )


def receding_walls(
    corner: float,
    bottom: float,
    top: float,
    left_reach: float,
    right_reach: float,
    left_far: float,
    right_far: float,
) -> tuple[Wall, Wall]:
    """The two walls of a box seen over its near corner, with the eye at height 0.

    `left_far` and `right_far` (0-1) are the sizes at the far edges relative to the near one.
    """
    left = Wall(corner - left_reach, bottom * left_far, top * left_far, corner, bottom, top)
    right = Wall(corner, bottom, top, corner + right_reach, bottom * right_far, top * right_far)
    return left, right


def facing(scene: Scene, side: float) -> float:
    """How much a wall that looks to `side` (-1 left to 1 right) is lit, 0-1."""
    return 0.45 + 0.4 * side * scene.light.slant + 0.12 * scene.light.elevation


def paint_wall(
    scene: Scene, sheet: Sheet, wall: Wall, colour: np.ndarray, lit: float, depth: float = 0.0
) -> None:
    """Paint a bare wall, a little darker towards its foot."""
    sheet.polygon(wall.outline(), colour, lit=lit, depth=depth)
    low = np.linspace(0.0, 0.5, 6)[:-1]
    sheet.polygons(
        wall.patches(0.0, 0.0, 1.0, 0.5 - low), colour * 0.6, alpha=0.07, lit=lit * 0.8, depth=depth
    )


def paint_windows(
    scene: Scene,
    sheet: Sheet,
    wall: Wall,
    rows: int,
    columns: int,
    draws: np.ndarray,
    *,
    lit: float,
    low: float = 0.06,
    high: float = 0.96,
    width: float = 0.55,
    height: float = 0.6,
    frame: Colour | None = None,
    arched: bool = False,
    depth: float = 0.0,
) -> None:
    """Paint a grid of windows, some of them lit at night.

    Args:
        draws: At least `rows * columns` draws: the first of every window.
        lit: How much the wall faces the sun.
        low, high: Shares of the wall's height between which the rows are spread.
        width, height: Size of a window as a share of its cell.
        frame: Colour of the frames, or nothing for none.
        arched: Whether the windows end in a round arch.
    """
    pitch = (high - low) / rows
    row, column = np.divmod(np.arange(rows * columns), columns)
    middle = (column + 0.5) / columns
    half = 0.5 * width / columns
    bottom = low + (row + 0.5 - height / 2) * pitch
    top = bottom + height * pitch
    chance = draws[: rows * columns]
    if frame is not None:
        margin, edge = half * 0.26, height * pitch * 0.1
        around = _openings(wall, middle, half + margin, bottom - edge, top + edge, arched)
        sheet.polygons(around, frame, lit=lit, depth=depth)
    night = scene.light.night
    shining = np.clip((night * 0.75 - chance) * 5.0, 0.0, 1.0)[:, None]
    sky = scene.light.horizon * 0.35 + scene.light.zenith * 0.3
    glass = np.array([46.0, 54.0, 66.0]) * (1.0 - 0.6 * night) + sky * (
        0.25 + 0.5 * (bottom[:, None] + 0.3 * chance[:, None])
    ) * (0.35 + 0.65 * lit)
    warm = np.array([255.0, 214.0, 138.0]) * (0.75 + 0.25 * chance[::-1, None])
    panes = _openings(wall, middle, half, bottom, top, arched)
    sheet.polygons(panes, glass * (1.0 - shining) + warm * shining, glow=1.0, depth=depth)
    if frame is not None:
        bars = wall.patches(middle - half * 0.09, bottom, middle + half * 0.09, top)
        sheet.polygons(bars, frame, lit=lit, depth=depth)


def _openings(
    wall: Wall,
    middle: np.ndarray,
    half: float | np.ndarray,
    bottom: np.ndarray,
    top: np.ndarray,
    arched: bool,
) -> np.ndarray:
    """Outlines of windows or doors from arrays of shares: rectangular, or with a round top."""
    if not arched:
        return wall.patches(middle - half, bottom, middle + half, top)
    spring = top - 0.35 * (top - bottom)
    corners = [(-1.0, bottom), (1.0, bottom), (1.0, spring)]
    corners += [(across, spring + rise * (top - spring)) for across, rise in _ARCH]
    corners += [(-1.0, spring)]
    return np.stack([wall.points(middle + half * across, height) for across, height in corners], 1)


#: Places of an arch's stones: across (1 to -1) and up (0 to 1).
_ARCH = ((0.92, 0.4), (0.7, 0.71), (0.38, 0.92), (0.0, 1.0), (-0.38, 0.92), (-0.7, 0.71),
         (-0.92, 0.4))  # fmt: skip


def paint_arch(
    scene: Scene,
    sheet: Sheet,
    wall: Wall,
    start: float,
    end: float,
    low: float,
    high: float,
    colour: Colour,
    *,
    glow: float = 0.0,
    lit: float = 0.3,
    depth: float = 0.0,
) -> None:
    """Paint one arched opening between the given shares of the wall."""
    middle, half = np.array([(start + end) / 2]), np.array([(end - start) / 2])
    outline = _openings(wall, middle, half, np.array([low]), np.array([high]), True)
    sheet.polygons(outline, colour, glow=glow, lit=lit, depth=depth)


def paint_band(
    sheet: Sheet,
    wall: Wall,
    low: float,
    high: float,
    colour: Colour,
    lit: float,
    depth: float = 0.0,
) -> None:
    """Paint a horizontal band, such as a cornice, between two shares of the wall's height."""
    sheet.polygons(wall.patches(np.zeros(1), low, np.ones(1), high), colour, lit=lit, depth=depth)
