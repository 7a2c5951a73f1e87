"""Forests: their edge seen from a meadow, the trunks within, conifers on a slope, birches."""

import numpy as np

from engine.scenes.canvas import Sheet
from engine.scenes.plants import (
    TREE_DRAWS,
    paint_blades,
    paint_crown,
    paint_small_flowers,
    paint_tree,
)
from engine.scenes.scene import Scene, Subject
from engine.scenes.shapes import blobs, lines, ridge
from engine.scenes.streams import Streams

_GROUNDS = ("grass", "meadow", "field", "water", "sand", "grass", "meadow")
_BACKGROUNDS = ("hills", "trees", "peaks", "flat", "hills", "skyline")


def plan_forest(streams: Streams) -> Subject:
    """The forest of a seed."""
    kinds = ((_paint_edge, 0.2), (_paint_edge, 0.2), (_paint_inside, 0.2), (_paint_slope, 0.15))
    paint, centre = streams.choice("forest.kind", kinds)
    return Subject(centre, -0.5, _GROUNDS, _BACKGROUNDS, paint)


def _paint_edge(scene: Scene, sheet: Sheet) -> None:
    """Rows of trees, the nearest ones with visible trunks."""
    shape = scene.streams.draws("forest.shape", 6)
    kinds = (("broadleaf",), ("conifer",), ("birch", "broadleaf"), ("conifer", "broadleaf"),
             ("birch",))[int(shape[0] * 5)]  # fmt: skip
    dark = scene.palette.colour("needles", shape[1]) * 0.55
    tops = ridge(scene.streams.draws("forest.tops", 40), 0.6) * 0.12
    across = np.linspace(-1.2, 1.2, 33)
    edge = 1.0 - np.clip((np.abs(across) - 0.95) * 4, 0, 1)
    upper = np.stack([across, -0.1 + (0.42 + tops) * edge], axis=1)
    sheet.polygon(np.concatenate([upper, [(1.2, -0.3), (-1.2, -0.3)]]), dark, lit=0.25, depth=0.12)
    for row, (foot, height, count, depth) in enumerate(
        ((-0.16, 0.72, 11, 0.3), (-0.28, 0.84, 9, 0.17), (-0.42, 0.95, 7, 0.03))
    ):
        draws = scene.streams.draws(f"forest.row.{row}", count, TREE_DRAWS)
        for index, tree in enumerate(draws):
            u = -1.08 + 2.16 * index / (count - 1) + 0.16 * (tree[110] - 0.5)
            tall = height * (0.8 + 0.4 * tree[109])
            kind = kinds[int(tree[108] * len(kinds))]
            paint_tree(scene, sheet, kind, u, foot, tall, tree, depth, 12 + 2 * row)
    _paint_undergrowth(scene, sheet, -0.42)


def _paint_undergrowth(scene: Scene, sheet: Sheet, foot: float) -> None:
    """Bushes, ferns and, in every second forest, flowers at the edge."""
    draws = scene.streams.draws("forest.undergrowth", 40, 6)
    centres = np.stack([(draws[:, 0] - 0.5) * 2.3, foot + 0.06 * draws[:, 1]], axis=1)
    radii = np.stack([0.06 + 0.08 * draws[:, 2], 0.04 + 0.04 * draws[:, 2]], axis=1)
    leaf = scene.palette.colours("leaves", 0.5 * draws[:, 3]) * 0.75
    sheet.polygons(blobs(centres, radii, draws[:, 4]), leaf, lit=0.35 + 0.5 * draws[:, 5])
    feet = centres[:26] - [0.0, 0.07]
    green = scene.palette.colour("grass", 0.2)
    paint_blades(scene, sheet, feet, 0.06 + 0.12 * draws[:26, 1], draws[:26, 2:5], green)
    if scene.streams.one("forest.flowers") < 0.5:
        paint_small_flowers(
            scene, sheet, centres[:14] - [0, 0.1], 0.1 + 0.08 * draws[:14, 5], draws[:14, 1:5]
        )


def _paint_inside(scene: Scene, sheet: Sheet) -> None:
    """Among the trunks: tall stems, crowns overhead, ferns and light on the floor."""
    shape = scene.streams.draws("forest.shape", 6)
    birch = shape[0] < 0.3
    leaf = scene.palette.colour("leaves", 0.4 * shape[1])
    floor = scene.palette.colour("bark", shape[2]) * 0.5 + scene.palette.colour("grass", 0.1) * 0.4
    dark = scene.palette.colour("needles", shape[3]) * 0.6
    walls = scene.streams.draws("forest.walls", 24, 3)
    back = np.stack([(walls[:, 0] - 0.5) * 2.1, 0.15 + 0.7 * (walls[:, 1] - 0.5)], axis=1)
    sheet.polygons(blobs(back, np.tile([0.34, 0.4], (24, 1)), walls[:, 2]),
                   dark * (0.9 + 0.8 * walls[:, 1:2]), lit=0.5, depth=0.35)  # fmt: skip
    turn = np.linspace(0.0, np.pi, 17)
    ground = np.stack([1.35 * np.cos(turn), -0.12 - 1.0 * np.sin(turn) ** 0.7], axis=1)
    sheet.polygon(ground, floor, lit=0.55)
    spots = scene.streams.draws("forest.spots", 70, 5)
    below = 0.14 + 0.9 * spots[:, 0]
    centres = np.stack([(spots[:, 1] - 0.5) * 2.3, -below], axis=1)
    radii = np.stack([0.16 * below, 0.035 * below], axis=1) * (0.4 + spots[:, 2:3])
    tones = np.where(spots[:, 3:4] < 0.5, leaf * 0.75, floor * 1.3)
    sheet.polygons(blobs(centres, radii, spots[:, 4]), tones, alpha=0.75, lit=0.7)
    trunks = scene.streams.draws("forest.trunks", 22, 40)
    for index in range(22):
        row, near = trunks[index], (index / 21) ** 1.6
        u = ((index * 7) % 22 / 21 - 0.5) * 2.2 + 0.14 * (row[0] - 0.5)
        if near > 0.5:  # the nearest leave the view open
            u = (0.35 + 0.65 * abs(u)) * (1 if u > 0 else -1)
        _paint_trunk(scene, sheet, u, -0.14 - 0.66 * near, 0.05 + 0.11 * near, row, birch, near)
    crowns = scene.streams.draws("forest.crowns", 7, 112)
    for index, row in enumerate(crowns):
        middle = np.array([-1.05 + 0.35 * index, 1.05 + 0.25 * row[0] - 0.09 * abs(index - 3)])
        paint_crown(
            scene,
            sheet,
            middle,
            (0.36, 0.3 + 0.2 * row[1] + 0.12 * abs(index - 3)),
            leaf * 0.9,
            row[8:],
            0.05,
            20,
        )
    _paint_undergrowth(scene, sheet, -0.75)


def _paint_trunk(
    scene: Scene,
    sheet: Sheet,
    u: float,
    foot: float,
    width: float,
    row: np.ndarray,
    birch: bool,
    near: float,
) -> None:
    bark = np.array([216.0, 210.0, 200.0]) if birch else scene.palette.colour("bark", 0.5 * row[1])
    depth = 0.4 * (1.0 - near)
    top, lean = 1.15, 0.1 * (row[2] - 0.5)
    share = np.array([0.0, 1.0])
    spine = np.stack([u + lean * share, foot + (top - foot) * share], axis=1)
    sheet.polygon(
        [(u - width * 0.75, foot), (u + width * 0.75, foot), (u + width * 0.45, foot + 0.08),
         (spine[1, 0] + width * 0.35, top), (spine[1, 0] - width * 0.35, top),
         (u - width * 0.45, foot + 0.08)], bark * 0.8, lit=0.4, depth=depth,
    )  # fmt: skip
    toward = scene.light.slant
    strength = min(1.0, 0.35 + abs(toward))
    strip = spine + np.array([toward * width * 0.22, 0.0])
    sheet.polygons(lines(strip[:1], strip[1:], width * 0.3), bark * 1.15, alpha=strength * 0.8,
                   lit=0.9, depth=depth)  # fmt: skip
    heights = foot + (top - foot) * row[8:22]
    starts = np.stack([u + lean * row[8:22] + width * 0.5 * (row[22:36] - 0.6), heights], axis=1)
    marks = lines(
        starts, starts + np.array([0.28 * width, 0.0 if birch else 0.12]), 0.1 * width + 0.004
    )
    sheet.polygons(marks, bark * (0.3 if birch else 0.6), lit=0.4, depth=depth)


def _paint_slope(scene: Scene, sheet: Sheet) -> None:
    """A wooded hillside, tree behind tree up to its top."""
    shape = scene.streams.draws("forest.shape", 6)
    leafy = shape[0] < 0.4
    across = np.linspace(-1.3, 1.3, 33)
    bulge = 1.0 - np.clip(np.abs(across + 0.4 * (shape[1] - 0.5)) / 1.45, 0, 1) ** 2.2
    tops = -0.2 + bulge * (0.62 + 0.14 * ridge(scene.streams.draws("forest.tops", 40), 0.6))
    soil = scene.palette.colour("needles", shape[2]) * 0.75
    hill = np.concatenate([np.stack([across, tops], axis=1), [(1.3, -0.34), (-1.3, -0.34)]])
    sheet.polygon(hill, soil, lit=0.35, depth=0.15)
    rows = 6
    for row in range(rows):
        count = 12 - row
        draws = scene.streams.draws(f"forest.row.{row}", count, TREE_DRAWS)
        level = 1.0 - row / (rows - 1)
        for index, tree in enumerate(draws):
            u = (-1.1 + 2.2 * (index + 0.5 * (row % 2)) / (count - 0.5)) + 0.1 * (tree[110] - 0.5)
            hilltop = float(np.interp(u, across, tops))
            foot = -0.34 + (hilltop + 0.22) * 0.85 * level
            tall = (0.5 - 0.2 * level) * (0.8 + 0.4 * tree[109])
            kind = "broadleaf" if (leafy and tree[108] < 0.8) or tree[108] < 0.12 else "conifer"
            paint_tree(scene, sheet, kind, u, foot, tall, tree, 0.25 * level + 0.02, 8)
    _paint_undergrowth(scene, sheet, -0.4)
