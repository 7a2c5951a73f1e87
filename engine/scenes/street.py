"""Streets: a road to the vanishing point between houses, trees and lamps."""

import numpy as np
from numpy.typing import ArrayLike

from engine.scenes.canvas import Sheet
from engine.scenes.plants import TREE_DRAWS, paint_tree
from engine.scenes.scene import Scene, Subject
from engine.scenes.shapes import disc, line, lines, rectangle
from engine.scenes.streams import Streams
from engine.scenes.street_things import paint_glow, paint_thing
from engine.scenes.walls import Wall, facing, paint_band, paint_wall, paint_windows

_GROUNDS = ("grass", "paving", "field", "paving", "sand", "meadow", "grass")
_BACKGROUNDS = ("hills", "skyline", "trees", "peaks", "flat", "skyline")
#: Distances of the house corners: the eye is one unit above the road.
_CORNERS = (1.25, 1.8, 2.6, 3.7, 5.3, 7.6, 11.0)
# Kinds of street: half width of the road, of the pavement, height of houses, share of houses.
_KINDS = (
    (0.75, 1.25, 3.6, 0.95),  # a town
    (0.5, 0.75, 3.0, 1.0),  # an old lane
    (1.0, 1.8, 4.6, 0.8),  # an avenue with trees
    (0.7, 1.7, 1.9, 0.65),  # a suburb
    (0.8, 1.2, 0.0, 0.0),  # a road through the country
)


def plan_street(streams: Streams) -> Subject:
    """The street of a seed."""
    return Subject(0.0, None, _GROUNDS, _BACKGROUNDS, _paint)


def project(across: ArrayLike, up: ArrayLike, away: ArrayLike) -> np.ndarray:
    """Sheet points of places beside the road, from the road's height, at distances `away`."""
    points = np.empty((*np.broadcast(across, up, away).shape, 2))
    np.divide(across, away, out=points[..., 0])
    np.divide(np.subtract(up, 1.0), away, out=points[..., 1])
    return points


def paint_road(scene: Scene, sheet: Sheet, half: float, verge: float, hue: float) -> None:
    """Paint the road with its pavements, kerbs and markings, from the feet to the horizon."""
    asphalt = scene.palette.colour("road", hue)
    walk = scene.palette.colour("paving", 0.5 * hue + 0.2)
    for reach, colour in ((verge, walk), (half * 1.05, walk * 0.72), (half, asphalt)):
        sheet.polygon(
            project([-reach, reach, reach, -reach], 0.0, [0.15, 0.15, 90.0, 90.0]), colour, lit=0.75
        )
    draws = scene.streams.draws("road.patches", 60, 4)
    away = 0.7 + 9.0 * draws[:, 0] ** 2
    middles = project((draws[:, 1] - 0.5) * 1.8 * half, 0.0, away)
    outline = np.array([(-1.0, 0.0), (0.0, -0.35), (1.0, 0.0), (0.0, 0.35)])
    patches = outline * (0.12 * draws[:, 2] / away)[:, None, None] + middles[:, None, :]
    sheet.polygons(patches, asphalt * (0.8 + 0.4 * draws[:, 3:4]), alpha=0.5)
    start = 0.55 * 1.32 ** np.arange(16)
    paint = (232.0, 230.0, 220.0)
    for middle, dashed in ((0.0, True), (-0.9 * half, False), (0.9 * half, False)):
        end = start * (1.17 if dashed else 1.33)
        sides = [project(middle + at, 0.0, away) for away in (start, end) for at in (-0.022, 0.022)]
        sheet.polygons(
            np.stack([sides[0], sides[1], sides[3], sides[2]], axis=1), paint, alpha=0.8, lit=0.75
        )


def _paint(scene: Scene, sheet: Sheet) -> None:
    shape = scene.streams.draws("street.shape", 8)
    kind = int(shape[0] * len(_KINDS))
    half, verge, tall, built = _KINDS[kind]
    paint_road(scene, sheet, half, verge, shape[1])
    if shape[2] < 0.4:
        _paint_crossing(sheet, half)
    for slot in range(len(_CORNERS) - 2, -1, -1):
        for side in (-1.0, 1.0):
            draws = scene.streams.draws(f"street.plot.{slot}.{side}", TREE_DRAWS)
            if draws[100] < built:
                _paint_house(scene, sheet, side, slot, verge, tall * (0.75 + 0.5 * draws[101]),
                             kind == 3, draws)  # fmt: skip
        _paint_verge(scene, sheet, slot, half, verge, kind)
    if shape[3] < 0.3:
        _paint_wires(sheet, verge)
    _paint_traffic(scene, sheet, half)


def _paint_house(
    scene: Scene,
    sheet: Sheet,
    side: float,
    slot: int,
    verge: float,
    tall: float,
    gabled: bool,
    draws: np.ndarray,
) -> None:
    """One house: its side along the road, and its front end where the next plot is nearer."""
    near, far = _CORNERS[slot], _CORNERS[slot + 1] * 0.985
    setback = verge + (0.5 * draws[102] if gabled else 0.0)
    colour = scene.palette.colour("wall", draws[103])
    roof = scene.palette.colour("roof", 0.5 * draws[104])
    depth = min(0.5, 0.055 * near)
    deep = 1.6 if gabled else 2.4
    front = project(
        side * np.array([setback, setback + deep, setback + deep, setback]),
        np.array([0.0, 0.0, tall, tall]), near,
    )  # fmt: skip
    sheet.polygon(front, colour * 0.92, lit=facing(scene, 0.0) * 0.8, depth=depth)
    end = Wall(front[0, 0], front[0, 1], front[3, 1], front[1, 0], front[1, 1], front[2, 1])
    floors = max(2, round(tall * 1.25))
    chance = scene.streams.draws(f"street.windows.{slot}.{side}", 96)
    frame = np.array([236.0, 232.0, 224.0])
    paint_windows(scene, sheet, end, floors, 4, chance[48:], lit=0.35, low=0.1, frame=frame,
                  width=0.4, depth=depth)  # fmt: skip
    corners = project(
        side * setback, np.array([0.0, tall, 0.0, tall]), np.array([near, near, far, far])
    )
    left, right = corners[0], corners[2]
    wall = Wall(left[0], left[1], corners[1, 1], right[0], right[1], corners[3, 1])
    lit = facing(scene, -side)
    if gabled:
        top = project(side * (setback + deep / 2), tall + 0.9, np.array([near, far]))
        gable = np.stack([front[3], front[2], top[0]])
        sheet.polygon(gable, colour * 0.92, lit=0.35, depth=depth)
        sheet.polygon(
            np.stack([corners[1], corners[3], top[1], top[0]]), roof, lit=lit + 0.2, depth=depth
        )
    paint_wall(scene, sheet, wall, colour, lit, depth)
    paint_windows(scene, sheet, wall, floors, 4, chance, lit=lit, low=0.2 if floors > 2 else 0.1,
                  frame=frame, width=0.46, depth=depth)  # fmt: skip
    if not gabled:
        paint_band(sheet, wall, 0.97, 1.03, colour * 0.75, lit, depth)
        night = scene.light.night
        shop = np.array([64.0, 74.0, 88.0]) * (1 - night) + np.array([255.0, 224.0, 160.0]) * night
        starts = np.array([0.06, 0.38, 0.7])
        tall_share = 0.62 / tall
        sheet.polygons(wall.patches(starts, 0.01, starts + 0.25, 0.75 * tall_share), shop,
                       lit=lit, glow=night * 0.9, depth=depth)  # fmt: skip
        awning = scene.palette.colour("paint", draws[105])
        sheet.polygons(wall.patches(starts - 0.02, 0.75 * tall_share, starts + 0.27, tall_share),
                       awning, lit=lit, depth=depth)  # fmt: skip


def _paint_verge(
    scene: Scene, sheet: Sheet, slot: int, half: float, verge: float, kind: int
) -> None:
    """Lamps, trees, hedges and people along the pavement of one plot."""
    draws = scene.streams.draws(f"street.verge.{slot}", 2, TREE_DRAWS)
    near = _CORNERS[slot]
    depth = min(0.5, 0.055 * near)
    place = half + 0.3 * (verge - half)
    trees = {0: 0.25, 1: 0.05, 2: 0.9, 3: 0.6, 4: 0.65}[kind]
    for index, side in enumerate((-1.0, 1.0)):
        row = draws[index]
        if row[100] < trees:
            away = near * 1.18
            foot = project(side * (verge if kind in (3, 4) else place + 0.1), 0.0, away)
            tree = ("broadleaf", "broadleaf", "birch", "conifer")[int(row[101] * 4)]
            paint_tree(
                scene, sheet, tree, foot[0], foot[1], (1.7 + 0.8 * row[102]) / away, row, depth, 14
            )
        elif row[106] < 0.5:
            foot = project(side * (0.5 * place + 0.5 * verge), 0.0, near * 1.1)
            paint_thing(scene, sheet, "people", foot[0], foot[1], 0.55 / near, row, depth)
        if (slot + index) % 2 == 0 and kind != 4:
            foot = project(side * (half + 0.09), 0.0, near)
            row[3] = 0.0 if side < 0 else 1.0
            paint_thing(scene, sheet, "lamp", foot[0], foot[1], 0.62 / near, row, depth)
        if kind == 4:
            ends = project(side * (half + 0.2), 0.0, np.array([near, _CORNERS[slot + 1]]))
            posts = ends[0] + (ends[1] - ends[0]) * np.array([[0.0], [0.4], [0.75]])
            sizes = 0.28 / (near * np.array([1.0, 1.15, 1.32]))
            tops = posts + np.stack([np.zeros(3), sizes], axis=1)
            sheet.polygons(lines(posts, tops, sizes * 0.2), (220, 218, 212), lit=0.7, depth=depth)


def _paint_crossing(sheet: Sheet, half: float) -> None:
    """A zebra crossing."""
    starts = np.linspace(-0.85, 0.72, 8) * half
    wide = 0.1 * half * 1.2
    corners = [project(starts + at, 0.0, away) for at, away in
               ((0.0, 1.45), (wide, 1.45), (wide, 1.85), (0.0, 1.85))]  # fmt: skip
    sheet.polygons(np.stack(corners, axis=1), (236, 234, 226), alpha=0.9, lit=0.75)


def _paint_wires(sheet: Sheet, verge: float) -> None:
    """Wires of a tram along the road and across it."""
    for across in (-0.25, 0.25):
        ends = project(across, 2.7, np.array([0.6, 40.0]))
        sheet.polygon(line(ends[0], ends[1], 0.012, 0.002), (40, 42, 48), alpha=0.8)
    for away in (1.5, 2.4, 4.0, 6.5):
        ends = project(np.array([-verge, verge]), 2.75, away)
        sheet.polygon(line(ends[0], ends[1], 0.01 / away), (40, 42, 48), alpha=0.8)


def _paint_traffic(scene: Scene, sheet: Sheet, half: float) -> None:
    """Cars on both lanes, seen from behind or from the front; the far ones first."""
    draws = scene.streams.draws("street.traffic", 5, 8)
    for index, away in enumerate((6.5, 4.6, 3.2, 2.3, 1.6)):
        row = draws[index]
        if row[0] > 0.62:
            continue
        lane = -0.5 if row[1] < 0.5 else 0.5
        place = project(lane * half, 0.0, away * (0.9 + 0.2 * row[2]))
        _paint_car_end(scene, sheet, place, 0.5 * min(half, 0.8) / away, lane < 0, row)


def _paint_car_end(
    scene: Scene, sheet: Sheet, place: np.ndarray, half: float, coming: bool, row: np.ndarray
) -> None:
    """A car of half width `half` from its front (`coming`) or its rear."""
    u, v = place
    body = scene.palette.colour("paint", row[3])
    night = scene.light.night

    def box(left: float, bottom: float, right: float, top: float) -> np.ndarray:
        return rectangle(u + left * half, v + bottom * half, u + right * half, v + top * half)

    sheet.polygon(disc(u, v, 1.15 * half, 0.16 * half), (10, 12, 22), alpha=0.55, lit=0.0)
    for wheel in (-0.8, 0.55):
        sheet.polygon(box(wheel, 0.0, wheel + 0.25, 0.3), (24, 24, 28))
    sheet.polygon(box(-0.92, 0.2, 0.92, 0.82), body, lit=0.6)
    cabin = np.array([(-0.82, 0.82), (0.82, 0.82), (0.62, 1.32), (-0.62, 1.32)]) * half + [u, v]
    sheet.polygon(cabin, body * 0.9, lit=0.75)
    glass = (cabin - [u, v]) * [0.84, 1.0] * [1, 0.86] + [u, v + 0.12 * half]
    sheet.polygon(glass, scene.light.horizon * 0.4 + 26.0, glow=1.0)
    lamp = np.array([255.0, 246.0, 214.0]) if coming else np.array([224.0, 44.0, 40.0])
    for side in (-0.72, 0.72):
        at = (u + side * half, v + 0.58 * half)
        sheet.polygon(disc(*at, 0.15 * half, 0.1 * half), lamp, lit=0.8, glow=night)
        paint_glow(sheet, *at, 0.9 * half, lamp, 0.6 * night)
    sheet.polygon(box(-0.3, 0.3, 0.3, 0.45), (222, 222, 218), lit=0.7)
