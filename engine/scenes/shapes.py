"""Outlines that many things share: discs, leafy blobs, ribbons, ridges, boxes of points."""

import math

import numpy as np

from engine.scenes.canvas import Point

#: Unit circles of 8, 14 and 24 corners.
OCTAGON, DISC, CIRCLE = (
    np.array([(math.cos(2 * math.pi * k / n), math.sin(2 * math.pi * k / n)) for k in range(n)])
    for n in (8, 14, 24)
)


_GLOW_SIZES = np.array([1.0, 0.84, 0.7, 0.58, 0.47, 0.38, 0.3, 0.23, 0.17, 0.12])[:, None, None]


def _blobs() -> np.ndarray:
    radii = 0.72 + 0.34 * np.random.RandomState(7).random_sample((16, 14, 1))
    return DISC * radii


#: Sixteen irregular outlines of about unit radius, of shape (16, 14, 2).
BLOBS = _blobs()


def smoothstep(low: float, high: float, value: float) -> float:
    """0 below `low`, 1 above `high`, and a smooth way between."""
    share = min(1.0, max(0.0, (value - low) / (high - low)))
    return share * share * (3.0 - 2.0 * share)


def disc(u: float, v: float, width: float, height: float, outline: np.ndarray = DISC) -> np.ndarray:
    """An ellipse with these half axes about (u, v), of shape (corners, 2)."""
    return outline * np.array([width, height]) + np.array([u, v])


def glow_rings(u: float, v: float, radius: float) -> np.ndarray:
    """Ten discs, one in the other, that together make a soft glow: (10, corners, 2)."""
    sizes = radius * _GLOW_SIZES
    return CIRCLE * sizes + np.array([u, v])


def discs(centres: np.ndarray, radii: np.ndarray, outline: np.ndarray = OCTAGON) -> np.ndarray:
    """Ellipses about (things, 2) centres with (things, 2) half axes: (things, corners, 2)."""
    return outline * radii[:, None, :] + centres[:, None, :]


def blobs(centres: np.ndarray, radii: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Leafy outlines about (..., 2) centres with (..., 2) radii, of shape (..., 14, 2)."""
    outlines = BLOBS[(draws * len(BLOBS)).astype(int)]
    outlines *= radii[..., None, :]
    outlines += centres[..., None, :]
    return outlines


def rectangle(left: float, bottom: float, right: float, top: float) -> np.ndarray:
    """Corners of an upright rectangle, of shape (4, 2)."""
    return np.array([(left, bottom), (right, bottom), (right, top), (left, top)])


def rectangles(
    left: float | np.ndarray,
    bottom: float | np.ndarray,
    right: float | np.ndarray,
    top: float | np.ndarray,
) -> np.ndarray:
    """Many upright rectangles from arrays of their sides of any shape: (things, 4, 2)."""
    # Written into place rather than stacked, here and below: several times faster for so few.
    corners = np.empty((*np.broadcast(left, bottom, right, top).shape, 4, 2))
    corners[..., 0, 0] = corners[..., 3, 0] = left
    corners[..., 1, 0] = corners[..., 2, 0] = right
    corners[..., 0, 1] = corners[..., 1, 1] = bottom
    corners[..., 2, 1] = corners[..., 3, 1] = top
    return corners.reshape(-1, 4, 2)


def strip(lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    """Quadrilaterals between two lines of (n, 2) points each, of shape (n - 1, 4, 2)."""
    corners = np.empty((len(lower) - 1, 4, 2))
    corners[:, 0], corners[:, 1] = lower[:-1], lower[1:]
    corners[:, 2], corners[:, 3] = upper[1:], upper[:-1]
    return corners


def line(start: Point, end: Point, width: float, end_width: float | None = None) -> np.ndarray:
    """A straight stroke as a quadrilateral, of shape (4, 2)."""
    end_width = width if end_width is None else end_width
    along_u, along_v = end[0] - start[0], end[1] - start[1]
    length = math.sqrt(along_u * along_u + along_v * along_v) or 1.0
    across_u, across_v = -along_v / length / 2, along_u / length / 2
    return np.array(
        [
            (start[0] - across_u * width, start[1] - across_v * width),
            (start[0] + across_u * width, start[1] + across_v * width),
            (end[0] + across_u * end_width, end[1] + across_v * end_width),
            (end[0] - across_u * end_width, end[1] - across_v * end_width),
        ]
    )


def lines(starts: np.ndarray, ends: np.ndarray, widths: float | np.ndarray) -> np.ndarray:
    """Straight strokes between (n, 2) starts and (n, 2) ends, of shape (n, 4, 2)."""
    along = ends - starts
    along_u, along_v = along[:, 0], along[:, 1]
    length = np.sqrt(along_u * along_u + along_v * along_v) + 1e-9
    across = np.empty(along.shape)
    across[:, 0] = -along_v / length * widths / 2
    across[:, 1] = along_u / length * widths / 2
    corners = np.empty((len(along), 4, 2))
    corners[:, 0], corners[:, 1] = starts - across, starts + across
    corners[:, 2], corners[:, 3] = ends + across, ends - across
    return corners


def ridge(draws: np.ndarray, roughness: float) -> np.ndarray:
    """A broken line of 33 heights between about 0 and 1, from at least 33 draws.

    Each level of midpoints is moved by `roughness` (0-1) times what the level before was.
    """
    heights = np.zeros(33)
    heights[0], heights[32], heights[16] = draws[0], draws[1], draws[2]
    used, step, size = 3, 16, roughness
    while step > 1:
        half = step // 2
        middles = np.arange(half, 33, step)
        moved = (draws[used : used + len(middles)] - 0.5) * size
        heights[middles] = (heights[middles - half] + heights[middles + half]) / 2 + moved
        used += len(middles)
        step, size = half, size * roughness
    return heights
