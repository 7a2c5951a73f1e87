"""Stadiums: from the lawn in front, from the air, and from the stands over the pitch."""

import math

import numpy as np

from engine.scenes.canvas import Sheet
from engine.scenes.plants import paint_shadow
from engine.scenes.scene import Scene, Subject
from engine.scenes.shapes import line, lines, rectangle, rectangles, strip
from engine.scenes.streams import Streams
from engine.scenes.street_things import paint_glow

_GROUNDS = ("grass", "paving", "grass", "meadow", "water", "grass", "field", "paving")
_BACKGROUNDS = ("hills", "skyline", "trees", "peaks", "flat", "trees")
_FRONT = np.linspace(math.pi, 2 * math.pi, 41)
_BACK = np.linspace(math.pi, 0.0, 41)
#: How quickly things shrink with the distance behind the stadium's middle.
_PERSPECTIVE = 0.4


def plan_stadium(streams: Streams) -> Subject:
    """The stadium of a seed."""
    kind = streams.choice("stadium.kind", ("outside", "outside", "outside", "above", "inside"))
    if kind == "above":
        grounds = ("grass", "paving", "field", "meadow")
        return Subject(-0.95, None, grounds, _BACKGROUNDS, _paint_above)
    if kind == "inside":
        return Subject(-0.02, None, ("grass",), ("flat", "skyline", "hills"), _paint_inside)
    return Subject(-0.02, -0.42, _GROUNDS, _BACKGROUNDS, _paint_outside)


def _ring(
    angle: np.ndarray, wide: float, deep: float, height: float | np.ndarray, drop: float
) -> np.ndarray:
    """Points of an oval at the given angles, `height` over the ground, the eye `drop` above."""
    shrink = 1.0 / (1.0 + _PERSPECTIVE * deep * np.sin(angle))
    return np.stack([wide * np.cos(angle) * shrink, (height - drop) * shrink], axis=-1)


def _lit(scene: Scene, angle: np.ndarray) -> np.ndarray:
    toward = np.cos(angle) * scene.light.slant * 0.55 + 0.45
    return np.clip(toward + 0.1 * scene.light.elevation, 0.05, 1.0)


def _paint_outside(scene: Scene, sheet: Sheet) -> None:
    """The rounded outer wall with its storeys, the roof's ring, masts and floodlights."""
    drop = 0.3
    shape = scene.streams.draws("stadium.shape", 10)
    wide, deep, high = 0.88, 0.7, 0.36 + 0.12 * shape[0]
    stone = scene.palette.colour("wall", shape[1])
    accent = scene.palette.colour("seat", shape[2])
    style = int(shape[3] * 3)
    paint_shadow(scene, sheet, 0.0, -drop * 0.98, 2.1, 0.5)
    if shape[4] < 0.75:
        for place in (-0.72, 0.72):
            _paint_floodlight(scene, sheet, place, -drop * 0.8, 0.95 + 0.2 * shape[5], 0.2)
    lean = 0.06 if style else 0.0
    storeys = 2 if style else 3
    middles = (_FRONT[:-1] + _FRONT[1:]) / 2
    lit = _lit(scene, middles)
    base = _ring(_FRONT, wide, deep, 0.0, drop)
    top = _ring(_FRONT, wide + lean, deep + lean, high, drop)
    sheet.polygons(strip(base, top), stone, lit=lit)
    if style == 0:
        _paint_arcades(scene, sheet, stone, wide, deep, high, drop, storeys)
    elif style == 1:
        _paint_ribs(scene, sheet, stone, wide, deep, high, drop)
    else:
        _paint_cushions(scene, sheet, stone, accent, wide, deep, high, drop)
    gates = _FRONT[4::8]
    foot = [_ring(gates + turn, wide, deep, 0.0, drop) for turn in (-0.035, 0.035)]
    lintel = [_ring(gates + turn, wide, deep, 0.085, drop) for turn in (-0.035, 0.035)]
    night = scene.light.night
    door = np.array([40.0, 42.0, 50.0]) * (1 - night) + np.array([255.0, 220.0, 150.0]) * night
    sheet.polygons(np.stack([foot[0], foot[1], lintel[1], lintel[0]], axis=1), door, glow=night)
    _paint_rim(scene, sheet, shape, accent, wide + lean, deep + lean, high, drop)


def _paint_arcades(
    scene: Scene,
    sheet: Sheet,
    stone: np.ndarray,
    wide: float,
    deep: float,
    high: float,
    drop: float,
    storeys: int,
) -> None:
    """Storeys of round arches all around, as old arenas have them."""
    chance = scene.streams.draws("stadium.arcades", storeys, 40)
    steps = (
        (-0.3, 0.0),
        (0.3, 0.0),
        (0.3, 0.6),
        (0.2, 0.86),
        (0.0, 1.0),
        (-0.2, 0.86),
        (-0.3, 0.6),
    )
    pitch = _FRONT[1] - _FRONT[0]
    middles = _FRONT[:-1] + pitch / 2
    for storey in range(storeys):
        low = high * (0.08 + storey / storeys * 0.9)
        tall = high / storeys * 0.62
        corners = [
            _ring(middles + across * pitch, wide, deep, low + up * tall, drop)
            for across, up in steps
        ]
        shine = np.clip((scene.light.night * 0.8 - chance[storey]) * 4.0, 0, 1)[:, None]
        dark = stone * 0.34 * (1 - shine) + np.array([255.0, 196.0, 110.0]) * shine
        sheet.polygons(np.stack(corners, axis=1), dark, lit=0.4, glow=shine[:, 0] * 0.9)
        ledge = low + tall + 0.035 * high
        band = strip(
            _ring(_FRONT, wide * 1.01, deep, ledge, drop),
            _ring(_FRONT, wide * 1.01, deep, ledge + 0.05 * high, drop),
        )
        sheet.polygons(band, stone * 1.1, lit=_lit(scene, middles))


def _paint_ribs(
    scene: Scene,
    sheet: Sheet,
    stone: np.ndarray,
    wide: float,
    deep: float,
    high: float,
    drop: float,
) -> None:
    """Slanting concrete ribs in front of dark galleries."""
    night = scene.light.night
    gallery = stone * 0.42 * (1 - 0.7 * night) + np.array([220.0, 170.0, 100.0]) * 0.7 * night
    middles = (_FRONT[:-1] + _FRONT[1:]) / 2
    for low, top in ((0.32, 0.54), (0.66, 0.9)):
        band = strip(
            _ring(_FRONT, wide + 0.06 * low, deep, low * high, drop),
            _ring(_FRONT, wide + 0.06 * top, deep, top * high, drop),
        )
        sheet.polygons(band, gallery, lit=0.4 * _lit(scene, middles), glow=0.6 * night)
    feet = _ring(_FRONT, wide + 0.02, deep + 0.02, 0.0, drop)
    heads = _ring(_FRONT, wide + 0.1, deep + 0.1, high * 1.02, drop)
    sheet.polygons(lines(feet, heads, 0.02), stone * 1.12, lit=_lit(scene, _FRONT))


def _paint_cushions(
    scene: Scene,
    sheet: Sheet,
    stone: np.ndarray,
    accent: np.ndarray,
    wide: float,
    deep: float,
    high: float,
    drop: float,
) -> None:
    """A skin of diamond cushions that glows in the club's colour by night."""
    night = scene.light.night
    pitch = _FRONT[1] - _FRONT[0]
    draws = scene.streams.draws("stadium.cushions", 5, 40)
    for row in range(5):
        middles = _FRONT[:-1] + pitch * (0.5 if row % 2 else 0.0)
        low, top = high * (0.16 + 0.16 * row), high * (0.16 + 0.16 * (row + 2))
        level = (low + top) / 2
        corners = [
            _ring(middles, wide + 0.06 * low / high, deep, low, drop),
            _ring(middles + pitch / 2, wide + 0.06 * level / high, deep, level, drop),
            _ring(middles, wide + 0.06 * top / high, deep, np.minimum(top, high), drop),
            _ring(middles - pitch / 2, wide + 0.06 * level / high, deep, level, drop),
        ]
        tone = 0.86 + 0.24 * draws[row, :, None]
        skin = stone * tone * (1 - 0.8 * night) + accent * tone * 0.8 * night
        sheet.polygons(np.stack(corners, axis=1), skin, lit=_lit(scene, middles), glow=0.8 * night)


def _paint_rim(
    scene: Scene,
    sheet: Sheet,
    shape: np.ndarray,
    accent: np.ndarray,
    wide: float,
    deep: float,
    high: float,
    drop: float,
) -> None:
    """The ring of the roof, the beam in front of it, flags and cables."""
    middles = (_FRONT[:-1] + _FRONT[1:]) / 2
    roof = scene.palette.colour("steel", shape[6]) * 0.35 + 150.0
    lower = _ring(_FRONT, wide * 1.01, deep, high, drop)
    upper = _ring(_FRONT, wide * (0.9 if shape[7] < 0.6 else 1.05), deep, high + 0.09, drop)
    if shape[7] < 0.6:
        arch = np.sin(np.linspace(0, math.pi, 41))
        upper[:, 1] += 0.1 * shape[8] * arch
    sheet.polygons(strip(lower, upper), roof, lit=_lit(scene, middles))
    sheet.polygons(strip(lower - [0, 0.025], lower), accent, lit=_lit(scene, middles))
    feet = upper[2:-2:4]
    heads = feet + np.array([0.0, 0.17])
    sheet.polygons(lines(feet, heads, 0.012), roof * 0.6, lit=0.6)
    if shape[9] < 0.5:  # cables from mast to mast
        sheet.polygons(lines(heads[:-1], feet[1:], 0.006), roof * 0.6)
        sheet.polygons(lines(heads[1:], feet[:-1], 0.006), roof * 0.6)
    else:
        tips = heads + np.array([0.06, -0.02])
        sheet.polygons(np.stack([heads, heads - [0, 0.05], tips], axis=1), accent, lit=0.8)


def _paint_floodlight(
    scene: Scene, sheet: Sheet, u: float, foot: float, height: float, size: float
) -> None:
    steel = np.array([120.0, 124.0, 130.0])
    top = foot + height
    sheet.polygon(line((u - 0.02, foot), (u, top), 0.03, 0.015), steel, lit=0.5)
    night = scene.light.night
    panel = rectangle(u - size / 2, top - 0.04, u + size / 2, top + 0.1)
    sheet.polygon(panel, steel * 0.6, lit=0.5)
    columns, rows = np.meshgrid(np.arange(5), np.arange(3))
    left = u - size / 2 + 0.012 + columns.ravel() * size / 5
    low = top - 0.03 + rows.ravel() * 0.042
    lamp = np.array([214.0, 218.0, 222.0]) * (1 - night) + np.array([255.0, 252.0, 235.0]) * night
    sheet.polygons(rectangles(left, low, left + 0.026, low + 0.03), lamp, lit=0.8, glow=night)
    paint_glow(sheet, u, top + 0.03, 2.2 * size, (255, 250, 228), 0.5 * night)


def _paint_above(scene: Scene, sheet: Sheet) -> None:
    """The whole bowl from above: the pitch, stands with people, the roof and the outer wall."""
    drop = 1.3 + 0.3 * scene.streams.one("stadium.drop")
    shape = scene.streams.draws("stadium.shape", 10)
    stone, accent = scene.palette.colour("wall", shape[1]), scene.palette.colour("seat", shape[2])
    wide, deep, high = 0.95, 0.78, 0.34 + 0.08 * shape[0]
    around = np.concatenate([_BACK, _FRONT[1:]])
    sheet.polygon(_ring(around, 1.16, 1.0, 0.0, drop), scene.palette.colour("paving", shape[5]))
    shadow = _ring(around, 1.02, 0.85, 0.0, drop) - [0.14 * scene.light.side, 0.0]
    sheet.polygon(shadow, (12, 16, 30), alpha=0.35, lit=0.0)
    sheet.polygon(_ring(around, 0.6, 0.45, 0.0, drop), (150, 84, 62), lit=0.8)  # the running track
    _paint_pitch(scene, sheet, 0.46, 0.3, drop)
    for angles in (_BACK, _FRONT):
        _paint_stands(scene, sheet, angles, accent, wide, deep, high, drop)
    roof = scene.palette.colour("steel", shape[6]) * 0.35 + 150.0
    if shape[4] < 0.7:
        for angles in (_BACK, _FRONT):
            middles = (angles[:-1] + angles[1:]) / 2
            inner = _ring(angles, wide * 0.84, deep * 0.84, high * 1.18, drop)
            outer = _ring(angles, wide * 1.03, deep * 1.03, high * 1.08, drop)
            tone = 1.0 + 0.05 * (np.arange(40)[:, None] % 2)
            sheet.polygons(strip(outer, inner), roof * tone, lit=_lit(scene, middles))
    base = _ring(_FRONT, wide, deep, 0.0, drop)
    top = _ring(_FRONT, wide * 1.02, deep * 1.02, high * 1.08, drop)
    middles = (_FRONT[:-1] + _FRONT[1:]) / 2
    sheet.polygons(strip(base, top), stone, lit=_lit(scene, middles))
    _paint_arcades(scene, sheet, stone, wide * 1.01, deep * 1.01, high, drop, 2)
    for angle in (0.75, 2.4, 3.75, 5.7):
        foot = _ring(np.array(angle), wide * 1.02, deep * 1.02, high, drop)
        _paint_floodlight(scene, sheet, foot[0], foot[1], 0.32, 0.13)


def _paint_pitch(scene: Scene, sheet: Sheet, wide: float, deep: float, drop: float) -> None:
    """The playing field with mown stripes and white lines, in the middle of the oval."""
    grass = np.array([84.0, 152.0, 66.0]) * (1.0 + 0.35 * scene.light.night)

    def ground(across: np.ndarray, back: np.ndarray) -> np.ndarray:
        shrink = 1.0 / (1.0 + _PERSPECTIVE * np.asarray(back))
        return np.stack([across * shrink, -drop * shrink], axis=-1)

    edges = np.linspace(-wide, wide, 11)
    near, far = np.full(11, -deep), np.full(11, deep)
    tone = 1.0 + 0.12 * (np.arange(10)[:, None] % 2)
    sheet.polygons(strip(ground(edges, near), ground(edges, far)), grass * tone, lit=0.8)
    chalk = (240.0, 244.0, 240.0)
    corners = [(-0.95, -0.92), (0.95, -0.92), (0.95, 0.92), (-0.95, 0.92), (-0.95, -0.92)]
    boxes = [corners, [(0.0, -0.92), (0.0, 0.92)]]
    for side in (-1, 1):
        boxes.append(
            [(side * 0.95, -0.5), (side * 0.68, -0.5), (side * 0.68, 0.5), (side * 0.95, 0.5)]
        )
    for box in boxes:
        places = np.array(box) * [wide, deep]
        points = ground(places[:, 0], places[:, 1])
        sheet.polygons(lines(points[:-1], points[1:], 0.009), chalk, lit=0.8)
    angle = np.linspace(0, 2 * math.pi, 21)
    points = ground(0.17 * wide * np.cos(angle), 0.26 * deep * np.sin(angle))
    sheet.polygons(lines(points[:-1], points[1:], 0.008), chalk, lit=0.8)


def _paint_stands(
    scene: Scene,
    sheet: Sheet,
    angles: np.ndarray,
    accent: np.ndarray,
    wide: float,
    deep: float,
    high: float,
    drop: float,
) -> None:
    """Two tiers of seats with people, from the track up to the wall."""
    middles = (angles[:-1] + angles[1:]) / 2
    inward = np.clip(1.0 - _lit(scene, middles), 0.15, 0.85)
    tiers = ((0.62, 0.05, 0.8, 0.48), (0.8, 0.56, 1.0, 1.0))
    for inner, low, outer, top in tiers:
        lower = _ring(angles, wide * inner, deep * inner, high * low, drop)
        upper = _ring(angles, wide * outer, deep * outer, high * top, drop)
        blocks = np.where((np.arange(40)[:, None] // 4) % 2, accent, accent * 0.72 + 60.0)
        sheet.polygons(strip(lower, upper), blocks, lit=inward)
        for step in (0.25, 0.5, 0.75):
            row = lower + (upper - lower) * step
            sheet.polygons(lines(row[:-1], row[1:], 0.008), accent * 0.5, alpha=0.6, lit=inward)
    draws = scene.streams.draws("stadium.crowd", 200, 4)
    seats = angles[0] + (angles[-1] - angles[0]) * draws[:, 0]
    radius = 0.64 + 0.35 * draws[:, 1]
    shrink = 1.0 / (1.0 + _PERSPECTIVE * deep * radius * np.sin(seats))
    places = np.stack(
        [wide * radius * np.cos(seats) * shrink, (high * (radius - 0.6) * 2.4 - drop) * shrink], 1
    )
    coats = scene.palette.colours("paint", draws[:, 2])
    sheet.polygons(
        rectangles(places[:, 0], places[:, 1], places[:, 0] + 0.012, places[:, 1] + 0.016), coats
    )


def _paint_inside(scene: Scene, sheet: Sheet) -> None:
    """From a seat: the pitch in front, the opposite stands curving around it, the roof."""
    shape = scene.streams.draws("stadium.shape", 10)
    stone, accent = scene.palette.colour("wall", shape[1]), scene.palette.colour("seat", shape[2])
    drop, high = 0.42, 0.75 + 0.2 * shape[0]
    back = np.linspace(math.pi * 1.12, -0.12 * math.pi, 41)
    rise = 0.5 * high
    roof = scene.palette.colour("steel", shape[6]) * 0.35 + 140.0
    outer = _ring(back, 1.5, 1.2, high, drop)
    sheet.polygons(strip(_ring(back, 1.5, 1.2, 0.0, drop), outer), stone * 0.6, lit=0.3)
    _paint_stands(scene, sheet, back, accent, 1.4, 1.1, high * 0.84, drop)
    beam = _ring(back, 1.2, 0.95, high * 1.12, drop)
    posts = slice(2, -2, 4)
    sheet.polygons(
        lines(_ring(back, 1.4, 1.1, rise, drop)[posts], outer[posts], 0.014), stone * 0.7
    )
    tone = 0.9 + 0.12 * (np.arange(40)[:, None] % 2)
    sheet.polygons(strip(outer, beam), roof * tone, lit=0.35)
    lamps = beam[1::3]
    night = scene.light.night
    sheet.polygons(
        rectangles(lamps[:, 0] - 0.03, lamps[:, 1] - 0.03, lamps[:, 0] + 0.03, lamps[:, 1]),
        np.array([200.0, 204.0, 210.0]) + 50.0 * night, glow=night,
    )  # fmt: skip
    sheet.polygons(lines(beam[:-1], beam[1:], 0.018), accent, lit=0.6)
    around = np.linspace(0, 2 * math.pi, 49)
    sheet.polygon(_ring(around, 1.02, 0.86, 0.0, drop), (150, 84, 62), lit=0.8)
    _paint_pitch(scene, sheet, 0.86, 0.62, drop)
    for side in (-1, 1):
        goal = rectangle(side * 0.84 - 0.04, -drop, side * 0.84 + 0.04, -drop + 0.1)
        sheet.polygon(goal, (240, 240, 240), alpha=0.5)
