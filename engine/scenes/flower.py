"""Flowers: one or a few big blossoms on their stems, alone or among leaves."""

import numpy as np

from engine.scenes.blossoms import BLOSSOMS, paint_blossom
from engine.scenes.canvas import Point, Sheet
from engine.scenes.plants import paint_blades, paint_crown, paint_shadow
from engine.scenes.scene import Scene, Subject
from engine.scenes.shapes import lines
from engine.scenes.streams import Streams

_GROUNDS = ("grass", "meadow", "field", "sand", "paving", "grass", "meadow", "water")
_BACKGROUNDS = ("hills", "skyline", "trees", "peaks", "flat", "trees")
_FOOT = -0.95
# Places and sizes of the blossoms of an arrangement: across, up, radius.
_ARRANGEMENTS = (
    ((0.0, 0.08, 0.58),),
    ((-0.34, 0.22, 0.4), (0.36, -0.06, 0.38)),
    ((-0.44, 0.0, 0.34), (0.02, 0.32, 0.36), (0.46, -0.04, 0.33)),
    ((-0.6, 0.12, 0.25), (-0.2, 0.34, 0.27), (0.22, 0.1, 0.26), (0.58, 0.3, 0.25),
     (-0.1, -0.22, 0.26)),
)  # fmt: skip


def plan_flower(streams: Streams) -> Subject:
    """The flower of a seed."""
    return Subject(0.02, -0.97, _GROUNDS, _BACKGROUNDS, _paint)


def _paint(scene: Scene, sheet: Sheet) -> None:
    places = np.array(scene.streams.choice("flower.arrangement", _ARRANGEMENTS))
    kind = scene.streams.choice("flower.kind", BLOSSOMS)
    shape = scene.streams.draws("flower.shape", 6, 8)
    leafy = scene.streams.one("flower.leafy")
    paint_shadow(scene, sheet, 0.0, _FOOT, 0.9, 0.9)
    if leafy < 0.45:
        _paint_thicket(scene, sheet)
    places[:, :2] += 0.12 * (shape[: len(places), :2] - 0.5)
    for index in np.argsort(-places[:, 1]):
        across, up, radius = places[index]
        _paint_stem(scene, sheet, (across, up), radius, shape[index], index)
        tilt = 1.0 if kind == "tulip" else 0.72 + 0.28 * shape[index, 3]
        paint_blossom(scene, sheet, kind, (across, up), radius, tilt, f"{index}")
    draws = scene.streams.draws("flower.blades", 34, 5)
    feet = np.stack([(draws[:, 0] - 0.5) * 1.7, _FOOT - 0.08 * draws[:, 1]], axis=1)
    green = scene.palette.colour("grass", 0.3)
    paint_blades(scene, sheet, feet, 0.2 + 0.4 * draws[:, 1], draws[:, 2:], green)


def _paint_stem(
    scene: Scene, sheet: Sheet, head: Point, radius: float, draws: np.ndarray, index: int
) -> None:
    green = scene.palette.colour("stem", 0.3 * draws[2])
    share = np.linspace(0.0, 1.0, 9)
    foot = (head[0] * 0.35 + 0.1 * (draws[4] - 0.5), _FOOT)
    bend = 0.16 * (draws[5] - 0.5)
    spine = np.stack(
        [foot[0] + (head[0] - foot[0]) * share + bend * np.sin(share * 3.1416),
         foot[1] + (head[1] - foot[1]) * share], axis=1,
    )  # fmt: skip
    width = 0.03 + 0.03 * radius
    sheet.polygons(lines(spine[:-1], spine[1:] + np.array([0, 0.01]), width), green * 0.85, lit=0.6)
    shine = spine + np.array([0.25 * width * scene.light.slant, 0])
    sheet.polygons(lines(shine[:-1], shine[1:], width * 0.3), green * 1.15, lit=0.9)
    for leaf, at in enumerate((2, 4)):
        side = 1.0 if (leaf + index) % 2 else -1.0
        reach = 0.4 + 0.22 * draws[6]
        _paint_leaf(scene, sheet, spine[at], side, reach, draws[7], green)


def _paint_leaf(
    scene: Scene,
    sheet: Sheet,
    foot: np.ndarray,
    side: float,
    reach: float,
    draw: float,
    green: np.ndarray,
) -> None:
    """A lance-shaped leaf with a rib."""
    along = np.linspace(0.0, 1.0, 7)
    rib = np.stack(
        [side * reach * along, reach * ((0.9 + 0.5 * draw) * along - 0.75 * along * along)], axis=1
    )
    half = np.stack([np.zeros(7), 0.42 * reach * along * (1.0 - along)], axis=1)
    lit = 0.55 + 0.35 * side * scene.light.slant
    upper = np.concatenate([rib, (rib + half)[::-1]]) + foot
    lower = np.concatenate([rib, (rib - half)[::-1]]) + foot
    sheet.polygon(upper, green * 1.06, lit=lit)
    sheet.polygon(lower, green * 0.82, lit=lit)


def _paint_thicket(scene: Scene, sheet: Sheet) -> None:
    """Leaves all around the stems, as in a wood or a hedge."""
    draws = scene.streams.draws("flower.thicket", 5, 112)
    for index, row in enumerate(draws):
        leaf = scene.palette.colour("leaves", 0.4 * row[1]) * 0.82
        middle = np.array([-0.8 + 0.4 * index, -0.55 + 0.5 * row[2]])
        paint_crown(scene, sheet, middle, (0.42, 0.5), leaf, row[8:], 0.1)
