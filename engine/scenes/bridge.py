"""Bridges: hung from cables, on arches, of steel, seen from the bank or driven over."""

import numpy as np

from engine.scenes.bridge_road import paint_bridge_road
from engine.scenes.canvas import Colour, Sheet
from engine.scenes.scene import Scene, Subject
from engine.scenes.shapes import disc, lines, ridge, strip
from engine.scenes.streams import Streams
from engine.scenes.street_things import paint_glow
from engine.scenes.walls import Wall, facing

_GROUNDS = ("water", "water", "grass", "water", "field", "sand", "water", "meadow")
_BACKGROUNDS = ("hills", "skyline", "trees", "peaks", "flat", "hills")
_FOOT = -0.36
_SHARE = np.linspace(0.0, 1.0, 49)


def plan_bridge(streams: Streams) -> Subject:
    """The bridge of a seed."""
    paint, centre = streams.choice(
        "bridge.kind",
        ((_paint_suspension, 0.12), (_paint_arches, -0.08), (_paint_stays, 0.15),
         (_paint_truss, 0.05), (paint_bridge_road, 0.1)),
    )  # fmt: skip
    if paint is paint_bridge_road:
        return Subject(centre, None, ("water",), _BACKGROUNDS, paint, shore=True)
    left, right = _ends(streams)
    middle, slope = _FOOT * (left + right) / 2, _FOOT * (right - left) / 2.7
    return Subject(centre, middle, _GROUNDS, _BACKGROUNDS, paint, slope=slope, afloat=True)


def _ends(streams: Streams) -> tuple[float, float]:
    """Size at the left and at the right end: the further one is smaller."""
    turn = streams.draws("bridge.plane", 2)
    far = 0.55 + 0.45 * turn[0]
    return (1.0, far) if turn[1] < 0.5 else (far, 1.0)


def _plane(scene: Scene, shift: float = 0.0) -> Wall:
    """The upright plane of the bridge: heights 0 to 1 reach from the water to a unit above."""
    ends = _ends(scene.streams)
    return Wall(
        -1.35 + shift, _FOOT * ends[0], (_FOOT + 1.0) * ends[0],
        1.35 + shift, _FOOT * ends[1], (_FOOT + 1.0) * ends[1],
    )  # fmt: skip


def _bar(
    wall: Wall,
    low: float | np.ndarray,
    high: float | np.ndarray,
    sheet: Sheet,
    colour: Colour,
    lit: float,
    depth: float = 0.0,
) -> None:
    """A long horizontal piece; `low` and `high` are one height or one each of 49 points."""
    low, high = np.broadcast_to(low, 49), np.broadcast_to(high, 49)
    sheet.polygons(
        strip(wall.points(_SHARE, low), wall.points(_SHARE, high)), colour, lit=lit, depth=depth
    )


def _post(
    wall: Wall,
    along: np.ndarray,
    half: float | np.ndarray,
    low: float | np.ndarray,
    high: float | np.ndarray,
    sheet: Sheet,
    colour: Colour,
    lit: float,
) -> None:
    """Upright pieces about the shares `along`."""
    along = np.atleast_1d(np.asarray(along, float))
    sheet.polygons(wall.patches(along - half, low, along + half, high), colour, lit=lit)


def _paint_deck(
    scene: Scene, sheet: Sheet, wall: Wall, level: float, colour: np.ndarray, thick: float = 0.045
) -> None:
    """The roadway with its shadow line, railing, lamps and traffic."""
    lit = facing(scene, 0.2)
    _bar(wall, level - thick, level, sheet, colour * 0.62, lit * 0.6)
    _bar(wall, level - 0.3 * thick, level + 0.006, sheet, colour * 1.1, lit)
    _paint_traffic(scene, sheet, wall, level)
    _paint_banks(scene, sheet, level)
    posts = np.linspace(0.0, 1.0, 61)
    feet, tops = (
        wall.points(posts, np.full(61, level)),
        wall.points(posts, np.full(61, level + 0.035)),
    )
    sheet.polygons(lines(feet, tops, 0.006), colour * 0.8, lit=lit)
    _bar(wall, level + 0.03, level + 0.038, sheet, colour * 0.95, lit)
    night = scene.light.night
    lamps = np.linspace(0.03, 0.97, 12)
    stems = wall.points(lamps, np.full(12, level)), wall.points(lamps, np.full(12, level + 0.11))
    sheet.polygons(lines(*stems, 0.008), colour * 0.5, lit=0.4)
    for u, v in stems[1]:
        paint_glow(sheet, u, v, 0.085, (255, 226, 160), 0.7 * night)
        sheet.polygon(disc(u, v, 0.012, 0.012), (255, 226, 160), glow=night)


def _paint_traffic(scene: Scene, sheet: Sheet, wall: Wall, level: float) -> None:
    draws = scene.streams.draws("bridge.traffic", 9, 4)
    for row in draws:
        if row[0] < 0.45:
            continue
        lorry = row[3] < 0.25
        long, tall = (0.035, 0.085) if lorry else (0.019, 0.042)
        start = 0.03 + 0.9 * row[1]
        body = scene.palette.colour("paint", row[2])
        sheet.polygons(
            wall.patches(np.array([start]), level, start + long, level + tall * 0.62), body
        )
        cabin = wall.patches(np.array([start + 0.2 * long]), level + tall * 0.6,
                             start + 0.75 * long, level + tall)  # fmt: skip
        sheet.polygons(cabin, body * (1.0 if lorry else 0.5), lit=0.6)
        if scene.light.night > 0.1:
            u, v = wall.points(np.array(start), np.array(level + 0.015))
            sheet.polygon(
                disc(u, v, 0.02, 0.02), (255, 240, 190), alpha=0.7 * scene.light.night, glow=1
            )


def _paint_banks(scene: Scene, sheet: Sheet, level: float) -> None:
    """The two ends: an abutment of stone in a green or rocky bank."""
    draws = scene.streams.draws("bridge.banks", 2, 40)
    wall, lit = _plane(scene), facing(scene, 0.2)
    bank = scene.palette.colour("grass" if draws[0, 39] < 0.6 else "rock", 0.4 * draws[0, 38])
    stone = scene.palette.colour("rock", 0.3 * draws[1, 39])
    for end, row in enumerate(draws):
        size = _ends(scene.streams)[end]
        side = -1.0 if end == 0 else 1.0
        foot, rise = _FOOT * size, (level + 0.02) * size
        # From a tip under the first span the bank climbs to the road and runs on outwards.
        away = np.concatenate([np.linspace(0.0, 1.2, 29), [1.7, 2.4, 5.0, 14.0]])
        climb = np.clip(away * (1.6 + row[37]), 0.0, 1.0)
        crest = foot + rise * climb * (2.0 - climb) * (0.82 + 0.25 * ridge(row, 0.6))
        places = side * (1.35 - 0.3 * size + away * size)
        upper, base = np.stack([places, crest], 1), np.stack([places, np.full(33, foot - 0.015)], 1)
        slope = 0.5 - 0.25 * side * scene.light.slant * (1.0 - climb[:-1])
        sheet.polygons(strip(base, upper), bank, lit=slope + 0.2, depth=0.08)
        along = np.array([0.0 if end == 0 else 0.955])
        sheet.polygons(wall.patches(along, -0.02, along + 0.045, level), stone, lit=lit)
        sheet.polygons(wall.patches(along - 0.01, level - 0.04, along + 0.055, level + 0.01),
                       stone * 1.1, lit=lit)  # fmt: skip


def _paint_suspension(scene: Scene, sheet: Sheet) -> None:
    """Two towers, a hanging cable and its hangers."""
    shape = scene.streams.draws("bridge.shape", 6)
    steel = scene.palette.colour("steel", shape[0])
    level, top = 0.3 + 0.06 * shape[1], 0.92 + 0.12 * shape[2]
    towers = np.array([0.26, 0.74]) + np.array([-0.03, 0.03]) * shape[3]
    for shift, tone in ((0.05, 0.7), (0.0, 1.0)):
        wall, colour = _plane(scene, shift), steel * tone
        lit = facing(scene, 0.2) * tone
        side = (_SHARE - towers[0]) / (towers[1] - towers[0])
        sag = level + 0.05 + (top - level - 0.06) * (2 * side - 1) ** 2
        left = level + (top - level) * np.clip(_SHARE / towers[0], 0, 1) ** 1.3
        right = level + (top - level) * np.clip((1 - _SHARE) / (1 - towers[1]), 0, 1) ** 1.3
        cable = np.where(side < 0, left, np.where(side > 1, right, np.minimum(sag, top)))
        points = wall.points(_SHARE, cable)
        hangers = wall.points(_SHARE, np.full(49, level))
        sheet.polygons(lines(hangers, points, 0.006), colour * 0.9, lit=lit)
        sheet.polygons(lines(points[:-1], points[1:], 0.018), colour, lit=lit)
        _post(wall, towers, 0.016, 0.0, top + 0.02, sheet, colour, lit)
        _post(wall, towers, 0.03, 0.0, 0.1, sheet, colour * 0.5 + 50.0, lit)
        if shift:
            _bar(wall, level - 0.03, level, sheet, colour * 0.6, lit)
    near, far = _plane(scene), _plane(scene, 0.05)
    for height in (0.55, 0.78, 0.96):  # beams between the two legs of a tower
        for tower in towers:
            start = near.points(tower, height * top)
            end = far.points(tower, height * top)
            sheet.polygons(lines(start[None], end[None], 0.03), steel * 0.85, lit=0.5)
    _paint_deck(scene, sheet, near, level, steel)


def _paint_stays(scene: Scene, sheet: Sheet) -> None:
    """One or two pylons from which straight cables fan out to the deck."""
    shape = scene.streams.draws("bridge.shape", 6)
    pale = scene.palette.colour("steel", shape[0]) * 0.4 + 130.0
    level, top = 0.26 + 0.06 * shape[1], 1.0 + 0.15 * shape[2]
    pylons = np.array([0.5]) if shape[3] < 0.5 else np.array([0.27, 0.73])
    reach = 0.42 if len(pylons) == 1 else 0.22
    wall, lit = _plane(scene), facing(scene, 0.2)
    for pylon in pylons:
        for side in (-1, 1):
            step = np.linspace(0.14, 1.0, 13)
            ends = wall.points(np.clip(pylon + side * reach * step, 0, 1), np.full(13, level))
            fan = 0.35 if shape[4] < 0.5 else 0.08
            starts = wall.points(np.full(13, pylon), top * (1.0 - fan * (1.0 - step)))
            sheet.polygons(lines(starts, ends, 0.008), pale * 1.05, lit=lit)
        foot = wall.points(np.array([pylon - 0.035, pylon + 0.035]), np.zeros(2))
        head = wall.points(np.array([pylon - 0.008, pylon + 0.008]), np.full(2, top + 0.04))
        sheet.polygon([foot[0], foot[1], head[1], head[0]], pale, lit=lit)
        sheet.polygon(
            [foot[0] * 0.45 + foot[1] * 0.55, foot[1], head[1], head[0]], pale * 0.75, lit=lit
        )
    piers = np.array([0.08, 0.92]) if len(pylons) == 1 else np.array([0.04, 0.5, 0.96])
    _post(wall, piers, 0.012, 0.0, level, sheet, pale * 0.8, lit)
    _paint_deck(scene, sheet, wall, level, pale * 0.9)


def _paint_arches(scene: Scene, sheet: Sheet) -> None:
    """A stone bridge or viaduct of round arches."""
    shape = scene.streams.draws("bridge.shape", 6)
    count = 3 + int(shape[0] * 4)
    stone = scene.palette.colour("rock" if shape[1] < 0.6 else "wall", shape[2])
    level = 0.3 + 0.22 * shape[3]
    wall, lit = _plane(scene), facing(scene, 0.2)
    arc = np.linspace(0.0, np.pi, 15)
    pier = 0.16 + 0.1 * shape[4]
    upper = wall.points(_SHARE, np.full(49, level))
    for span in range(count):
        start, width = span / count, 1.0 / count
        half = width * (1.0 - pier) / 2
        middle = start + width / 2
        rise = min(level * 0.55, half * 2.4)
        spring = level * 0.86 - rise
        across = middle - half * np.cos(arc)
        height = spring + rise * np.sin(arc)
        crown = wall.points(across, height)
        edge = wall.points(across, np.full(15, level))
        # The vault's underside, seen as a thickness on the inside of the arch.
        inner = crown * [0.985, 0.985] + [0.035, 0.0]
        sheet.polygons(strip(crown, inner), stone * 0.45, lit=0.25)
        sheet.polygons(strip(crown, edge), stone, lit=lit)
        ring = wall.points(across, height + 0.03)
        tones = 0.8 + 0.35 * (np.arange(14)[:, None] % 2)
        sheet.polygons(strip(crown, ring), stone * tones, lit=lit)
        for along, side in ((start, 0.0), (middle + half, 1.0)):
            end = along + width * pier / 2
            wide = wall.patches(np.array([along]), 0.0, np.array([end]), level)
            sheet.polygons(wide, stone * (0.95 if side else 1.0), lit=lit)
        inside = wall.patches(
            np.array([middle + half - 0.012]), 0.0, np.array([middle + half]), spring
        )
        sheet.polygons(inside, stone * 0.55, lit=0.25)
    edges = np.arange(count + 1) / count
    _post(wall, np.clip(edges, 0.01, 0.99), pier / count * 0.55, 0.0, 0.06, sheet, stone * 0.8, lit)
    draws = scene.streams.draws("bridge.stones", 90, 4)
    along, up = draws[:, 0], level * (0.86 + 0.12 * draws[:, 1])
    blocks = wall.patches(along, up, along + 0.012 + 0.01 * draws[:, 2], up + 0.016)
    sheet.polygons(blocks, stone * (0.8 + 0.4 * draws[:, 3:4]), alpha=0.6, lit=lit)
    sheet.polygons(strip(upper - [0, 0.02], upper + np.array([0, 0.02])), stone * 1.12, lit=lit)
    _paint_deck(scene, sheet, wall, level + 0.03, stone, 0.03)


def _paint_truss(scene: Scene, sheet: Sheet) -> None:
    """Steel: a bow over the deck or a box of crossing bars, on stone piers."""
    shape = scene.streams.draws("bridge.shape", 6)
    steel = scene.palette.colour("steel", shape[0])
    level, lit = 0.24 + 0.08 * shape[1], facing(scene, 0.2)
    bow = shape[2] < 0.6
    stone = scene.palette.colour("rock", shape[3])
    for shift, tone in ((0.06, 0.65), (0.0, 1.0)):
        wall, colour = _plane(scene, shift), steel * tone
        _post(wall, np.array([0.1, 0.9] if bow else [0.06, 0.5, 0.94]), 0.03, 0.0, level, sheet,
              stone * tone, lit * tone)  # fmt: skip
        knots = np.linspace(0.1, 0.9, 17) if bow else np.linspace(0.03, 0.97, 23)
        if bow:
            arch = level - 0.12 + 0.62 * (1.0 - ((knots - 0.5) / 0.4) ** 2)
        else:
            arch = np.full(23, level + 0.26)
        high = wall.points(knots, arch)
        low = wall.points(knots, np.full(len(knots), level))
        sheet.polygons(lines(low, high, 0.012), colour * 0.95, lit=lit)
        if not bow:
            sheet.polygons(lines(low[:-1], high[1:], 0.01), colour * 0.9, lit=lit)
            sheet.polygons(lines(high[:-1], low[1:], 0.01), colour * 0.9, lit=lit)
        sheet.polygons(lines(high[:-1], high[1:], 0.04 if bow else 0.03), colour, lit=lit)
        if bow:
            inner = high - [0.0, 0.06]
            sheet.polygons(lines(inner[:-1], inner[1:], 0.016), colour * 0.9, lit=lit)
            sheet.polygons(lines(high[:-1], inner[1:], 0.008), colour * 0.9, lit=lit)
    _paint_deck(scene, sheet, _plane(scene), level, steel)
