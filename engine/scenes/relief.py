"""Flanks of mountains as a mesh of facets: near peaks and far ranges alike."""

import numpy as np

from engine.scenes.scene import Scene


def facets(
    across: np.ndarray, top: np.ndarray, foot: float, draws: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Triangles between a ridge and its foot.

    Args:
        across: Places of the columns, of shape (columns,).
        top: Height of the ridge over each column, of shape (columns,).
        foot: Height of the foot.
        draws: What makes each facet different, of shape (rows, columns, 4).

    Returns:
        Triangles of shape (n, 3, 2), and how far each turns to the right (-1 to 1) of shape (n,).
    """
    rows = len(draws)
    share = np.linspace(0.0, 1.0, rows)[:, None]
    # Spurs: between the foot and the ridge the flank swings back and forth.
    spurs = (draws[..., 0] - 0.5) * 0.54 * share * (1.0 - share)
    spread = (across[1] - across[0]) * (draws[..., 1] - 0.5) * 0.9
    u = across + np.where((share > 0) & (share < 1), spread, 0.0)
    v = foot + np.maximum(top - foot, 0.0) * np.clip(share + spurs, 0.0, 1.0)
    grid = np.stack([u, v], axis=-1)
    low_left, low_right = grid[:-1, :-1], grid[:-1, 1:]
    top_left, top_right = grid[1:, :-1], grid[1:, 1:]
    triangles = np.stack(
        [
            np.stack([low_left, low_right, top_left], 2),
            np.stack([low_right, top_right, top_left], 2),
        ],
        axis=2,
    ).reshape(-1, 3, 2)
    # A facet faces the side its ridge falls to, and the side its spur turns to.
    fall = (top[:-1] - top[1:]) / (across[1] - across[0]) * 0.42
    turn = (draws[:-1, :-1, 0] - draws[:-1, 1:, 0])[..., None] * np.array([1.1, 0.9])
    facing = fall[None, :, None] + turn + 0.3 * (draws[:-1, :-1, 2:] - 0.5)
    return triangles, facing.reshape(-1)


def lit_from_side(scene: Scene, facing: np.ndarray) -> np.ndarray:
    """How much facets that face right (1) or left (-1) are lit, 0-1."""
    return np.clip(0.5 + 0.75 * facing * scene.light.slant, 0.05, 1.0)
