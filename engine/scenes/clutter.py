"""Other things: some beside the thing, some in front of it, more of them with more clutter.

Each has a place, a kind and a share of clutter from which it grows, all drawn from the seed:
moving the slider lets things grow one after the other and never moves one.
"""

import numpy as np

from engine.scenes import street_things
from engine.scenes.canvas import Sheet
from engine.scenes.plants import (
    TREE_DRAWS,
    TREES,
    paint_blades,
    paint_bush,
    paint_islet,
    paint_shadow,
    paint_small_flowers,
    paint_tree,
)
from engine.scenes.scene import Scene
from engine.scenes.shapes import smoothstep

_BESIDE = 9
_FRONT = 12
#: Large trees come first among the things in front, spread over the width of the picture.
_FRONT_TREES = 5
_TREE_THRESHOLDS = (0.24, 0.54, 0.76, 0.6, 0.32)
_LOW_THINGS = ("bush", "flowers", "bush", "car", "people", "lamp", "fence", "rock", "sign")
_MIDDLE_THINGS = ("tree", "tree", "bush", "house", "car", "people", "lamp", "parasol", "rock")


def paint_beside(scene: Scene, sheet: Sheet) -> None:
    """Paint what stands between the horizon and the thing, or right beside it."""
    draws = scene.streams.draws("beside", _BESIDE, TREE_DRAWS)
    for index, row in enumerate(draws):
        threshold = index / _BESIDE * 0.9
        grown = smoothstep(threshold, threshold + 0.22, scene.parameters.clutter)
        if grown < 0.02:
            continue
        below = 0.07 + 0.16 * ((index * 4) % _BESIDE) / _BESIDE
        u = -1.25 + 2.5 * ((index * 5 + 2) % _BESIDE) / (_BESIDE - 1) + 0.25 * (row[110] - 0.5)
        kind = _MIDDLE_THINGS[int(row[111] * len(_MIDDLE_THINGS))]
        foot = scene.horizon - below
        size = grown * below * (2.2 if kind in ("tree", "house") else 1.0)
        _paint_thing(scene, sheet, kind, u, foot, size, row, 0.5)


def paint_front(scene: Scene, sheet: Sheet) -> None:
    """Paint what stands between the viewer and the thing; with clutter 1 it hides much of it."""
    clutter = scene.parameters.clutter
    draws = scene.streams.draws("front", _FRONT, TREE_DRAWS)
    order = np.argsort(scene.streams.draws("front.order", _FRONT - _FRONT_TREES))
    tree = scene.streams.choice("front.tree", TREES[:3])
    far_first = sorted(range(_FRONT), key=lambda index: draws[index, 109])
    for index in far_first:
        row = draws[index]
        if index < _FRONT_TREES:  # the nearer to the middle, the later it grows
            threshold = _TREE_THRESHOLDS[index] + 0.08 * (row[107] - 0.5)
        else:
            threshold = 0.08 + 0.7 * float(order[index - _FRONT_TREES]) / (_FRONT - _FRONT_TREES)
        grown = smoothstep(threshold, threshold + 0.2, clutter)
        if grown < 0.02:
            continue
        below = 0.42 + 0.4 * row[109]
        # Seen from above, the things in front are still near the picture's lower edge.
        foot = min(scene.horizon, 0.1 - 0.4 * max(0.0, scene.horizon - 0.4)) - below
        if index < _FRONT_TREES:
            u = -1.1 + 2.2 * index / (_FRONT_TREES - 1) + 0.3 * (row[110] - 0.5)
            height = grown * (0.85 + 0.75 * below + 0.25 * row[108])
            if scene.wet:
                paint_islet(scene, sheet, u, foot, 0.75 * height)
            else:
                paint_shadow(scene, sheet, u, foot, 0.3 * height, height)
            paint_tree(scene, sheet, tree, u, foot, height, row)
        else:
            slot = index - _FRONT_TREES
            u = -1.2 + 2.4 * slot / (_FRONT - _FRONT_TREES - 1) + 0.3 * (row[110] - 0.5)
            kind = _LOW_THINGS[int(row[111] * len(_LOW_THINGS))]
            _paint_thing(scene, sheet, kind, u, foot - 0.1, grown * below * 0.62, row, 0.0)
    _paint_grass_in_front(scene, sheet)


def _paint_thing(
    scene: Scene,
    sheet: Sheet,
    kind: str,
    u: float,
    foot: float,
    size: float,
    row: np.ndarray,
    depth: float,
) -> None:
    if scene.wet and kind not in ("tree", "bush", "flowers", "rock"):
        kind, size = "boat", 0.5 * size
    if scene.wet and kind in ("bush", "tree", "flowers"):
        paint_islet(scene, sheet, u, foot, 1.2 * size)
    if kind == "tree":
        if not scene.wet:
            paint_shadow(scene, sheet, u, foot, 0.4 * size, size)
        paint_tree(scene, sheet, TREES[int(row[107] * 3)], u, foot, size, row, depth, 12)
    elif kind == "bush":
        paint_bush(scene, sheet, u, foot, size * 0.8, row, depth)
    elif kind == "flowers":
        feet = np.stack([u + (row[:9] - 0.5) * size * 1.6, foot - 0.1 * size * row[9:18]], axis=1)
        heights = size * (0.5 + 0.4 * row[18:27])
        paint_small_flowers(scene, sheet, feet, heights, row[30:66].reshape(9, 4), depth)
    else:
        street_things.paint_thing(scene, sheet, kind, u, foot, size, row, depth)


def _paint_grass_in_front(scene: Scene, sheet: Sheet) -> None:
    """Blades of grass at the viewer's feet, on natural ground."""
    if scene.wet or scene.ground == "paving":
        return
    count = 60
    draws = scene.streams.draws("blades", count, 6)
    grown = smoothstep(0.1, 0.7, scene.parameters.clutter)
    if grown < 0.02:
        return
    feet = np.stack([draws[:, 0] * 3.0 - 1.5, scene.horizon - 0.95 - 0.3 * draws[:, 1]], axis=1)
    heights = grown * (0.1 + 0.3 * draws[:, 2] ** 2)
    colour = scene.palette.colour("grass", 0.4 * scene.streams.one("blades.colour")) * 0.85
    paint_blades(scene, sheet, feet, heights, draws[:, 3:], colour)
