"""Mountains: a ridge of facets lit from the side, mostly over a lake that mirrors it."""

import numpy as np

from engine.scenes.canvas import Sheet
from engine.scenes.plants import TREE_DRAWS, paint_tree
from engine.scenes.relief import facets, lit_from_side
from engine.scenes.scene import Scene, Subject
from engine.scenes.shapes import blobs, rectangle, rectangles, ridge
from engine.scenes.streams import Streams
from engine.scenes.street_things import paint_thing

_GROUNDS = ("water", "water", "water", "water", "grass", "meadow", "sand", "water", "field")
_BACKGROUNDS = ("hills", "flat", "peaks", "trees", "hills", "skyline")
_COLUMNS, _ROWS = 37, 9
_ACROSS = np.linspace(-1.5, 1.5, _COLUMNS)
# Summits of each kind: across, height, half width at the foot.
_SUMMITS = (
    ((0.0, 1.0, 0.95),),
    ((-0.5, 0.72, 0.7), (0.2, 0.98, 0.75), (0.8, 0.6, 0.6)),
    ((-0.85, 0.55, 0.55), (-0.3, 0.85, 0.6), (0.25, 0.7, 0.55), (0.7, 0.9, 0.6), (1.1, 0.5, 0.5)),
    ((-0.3, 1.0, 0.8), (0.55, 0.62, 0.75)),
    ((0.0, 0.8, 1.2),),
)


def plan_mountain(streams: Streams) -> Subject:
    """The mountain of a seed."""
    near = _paint_near_shore if streams.one("mountain.shore") < 0.5 else None
    return Subject(0.32, -0.07, _GROUNDS, _BACKGROUNDS, _paint, near=near, shore=near is not None)


def _paint(scene: Scene, sheet: Sheet) -> None:
    _paint_massif(scene, sheet)
    _paint_foot(scene, sheet)


def _heights(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """The ridge's height over each column, and draws that make each facet different."""
    kind = int(scene.streams.one("mountain.kind") * len(_SUMMITS))
    shape = scene.streams.draws("mountain.shape", 5, 4)
    top = np.zeros(_COLUMNS)
    for index, (across, height, half) in enumerate(_SUMMITS[kind]):
        away = np.abs(_ACROSS - across - 0.2 * (shape[index, 0] - 0.5)) / half
        tent = np.maximum(0.0, 1.0 - away)
        curved = tent * (0.55 + 0.45 * tent) if kind != 4 else np.minimum(tent * 2.4, 0.95)
        top = np.maximum(top, height * (0.85 + 0.25 * shape[index, 1]) * curved)
    rough = np.interp(
        np.linspace(0, 32, _COLUMNS),
        np.arange(33),
        ridge(scene.streams.draws("mountain.ridge", 40), 0.7),
    )
    top = top * (0.8 + 0.35 * rough) + 0.05
    ends = np.clip((1.5 - np.abs(_ACROSS)) * 2.5, 0.0, 1.0)
    return top * ends, scene.streams.draws("mountain.facets", _ROWS, _COLUMNS, 4)


def _paint_massif(scene: Scene, sheet: Sheet) -> None:
    """Facets between rows of points from the foot to the ridge."""
    top, draws = _heights(scene)
    triangles, facing = facets(_ACROSS, top, -0.07, draws)
    lit = lit_from_side(scene, facing)
    sheet.polygons(triangles, _facet_colours(scene, triangles, draws), lit=lit, depth=0.3)


def _facet_colours(scene: Scene, triangles: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Woods at the foot, rock above, snow on top, each with a ragged border."""
    traits = scene.streams.draws("mountain.traits", 4)
    rock = scene.palette.colour("rock", traits[0])
    green = scene.palette.colour("grass" if traits[1] < 0.5 else "needles", 0.4 * traits[1]) * 0.8
    snow_line = 0.3 + 0.75 * traits[2]
    tree_line = 0.04 + 0.34 * traits[3]
    height = triangles[:, :, 1].mean(axis=1)
    ragged = height + 0.16 * (draws[:-1, :-1, 2:].reshape(-1) - 0.5)
    tone = 0.88 + 0.24 * draws[:-1, :-1, 1].repeat(2)[:, None]
    colours = np.where((ragged < tree_line)[:, None], green * tone, rock * tone)
    return np.where((ragged > snow_line)[:, None], (240.0, 244.0, 250.0), colours)


def _paint_foot(scene: Scene, sheet: Sheet) -> None:
    """Woods, a strip of land and perhaps a village at the mountain's foot."""
    draws = scene.streams.draws("mountain.trees", 18, TREE_DRAWS)
    shape = scene.streams.draws("mountain.foot", 4)
    soil = scene.palette.colour("grass" if shape[0] < 0.6 else "sand", 0.3 * shape[1])
    sheet.polygon(
        [(-1.45, -0.05), (-0.8, -0.02), (0.8, -0.025), (1.45, -0.05), (1.2, -0.085),
         (-1.2, -0.085)],
        soil * 0.9, lit=0.7, depth=0.3,
    )  # fmt: skip
    for index, row in enumerate(draws):
        if row[109] > 0.35 + 0.6 * shape[2]:
            continue
        u = -1.3 + 2.6 * index / 17 + 0.1 * (row[110] - 0.5)
        tall = 0.09 + 0.11 * row[111]
        kind = "conifer" if shape[3] < 0.7 else "broadleaf"
        paint_tree(scene, sheet, kind, u, -0.06, tall, row, 0.3, 8)
    if shape[3] > 0.6:
        for house in range(3):
            row = draws[house]
            paint_thing(
                scene, sheet, "house", -0.5 + 0.4 * house + 0.2 * row[3], -0.065, 0.085, row, 0.25
            )


def _paint_near_shore(scene: Scene, sheet: Sheet) -> None:
    """The bank the viewer stands on: stones and a little sand, much like a beach."""
    shape = scene.streams.draws("mountain.near", 6)
    draws = scene.streams.draws("mountain.stones", 60, 5)
    soil = scene.palette.colour("sand" if shape[0] < 0.6 else "grass", 0.4 * shape[1])
    across = np.linspace(-1.6, 1.6, 33)
    edge = (
        -0.66
        - 0.2 * ridge(scene.streams.draws("mountain.bank", 40), 0.6)
        - 0.15 * shape[2] * across
    )
    upper = np.stack([across, edge], axis=1)
    outline = np.concatenate(
        [upper, [(14.0, edge[-1]), (14.0, -14.0), (-14.0, -14.0), (-14.0, edge[0])]]
    )
    if scene.ground == "water":
        sheet.polygon(outline + np.array([0.0, 0.02]), (235, 240, 242), alpha=0.5)
    sheet.polygon(outline, soil, lit=0.75)
    sheet.polygons(
        rectangles(across[:-1], edge[:-1] - 0.03, across[1:], edge[:-1]), soil * 0.7, alpha=0.5
    )
    places = np.stack([(draws[:, 0] - 0.5) * 3.1, -0.9 - 0.75 * draws[:, 1]], axis=1)
    size = (0.015 + 0.05 * draws[:, 2] ** 2)[:, None] * np.array([1.0, 0.55])
    stone = scene.palette.colours("rock", 0.4 * draws[:, 3])
    sheet.polygons(blobs(places - [0.0, 0.012], size, draws[:, 4]), stone * 0.5, lit=0.3)
    sheet.polygons(blobs(places, size, draws[:, 4]), stone, lit=0.5 + 0.4 * draws[:, 1])
    if shape[3] < 0.3:  # a landing stage
        wood = scene.palette.colour("bark", shape[4])
        u = -0.5 + shape[5]
        planks = np.linspace(-0.98, -0.5, 13)
        wide = 0.11 * (0.4 - planks)
        sheet.polygons(rectangles(u - wide, planks, u + wide, planks + 0.034), wood * 1.1, lit=0.8)
        for side in (-1, 1):
            for at in (0, 6, 11):
                post = u + side * wide[at]
                low, top = planks[at] - 0.1, planks[at] + 0.07
                sheet.polygon(rectangle(post - 0.02, low, post + 0.02, top), wood * 0.7, lit=0.6)
