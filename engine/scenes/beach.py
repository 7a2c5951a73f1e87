"""Beaches: sand, a shoreline with foam, the sea to the horizon, and who spends the day there."""

import numpy as np

from engine.scenes.canvas import Sheet
from engine.scenes.plants import TREE_DRAWS, paint_blades, paint_shadow, paint_tree
from engine.scenes.scene import Scene, Subject
from engine.scenes.shapes import blobs, discs, rectangle, ridge, strip
from engine.scenes.streams import Streams
from engine.scenes.street_things import paint_thing

_GROUNDS = ("water", "sand", "grass", "water", "sand", "meadow")
_BACKGROUNDS = ("flat", "hills", "peaks", "skyline", "flat", "hills", "trees")
# Close together where the sand is, and far beyond the picture's edges whatever the scale.
_ACROSS = np.concatenate([[-14.0, -4.5], np.linspace(-2.6, 2.6, 29), [4.5, 14.0]])


def plan_beach(streams: Streams) -> Subject:
    """The beach of a seed."""
    return Subject(-0.42, None, _GROUNDS, _BACKGROUNDS, _paint, shore=True)


def _paint(scene: Scene, sheet: Sheet) -> None:
    shape = scene.streams.draws("beach.shape", 10)
    shore = _shoreline(scene, shape)
    _paint_sea(scene, sheet, shore)
    _paint_sand(scene, sheet, shore, shape)
    if shape[4] < 0.45:
        _paint_cliff(scene, sheet, shape)
    _paint_visitors(scene, sheet, shore, shape)


def _shoreline(scene: Scene, shape: np.ndarray) -> np.ndarray:
    """Points (33, 2) where the water ends, from left to right."""
    tilt = (shape[0] - 0.5) * 0.42
    bay = (shape[1] - 0.5) * 0.34
    place = np.clip(_ACROSS, -1.9, 1.9)
    level = -0.3 - 0.1 * shape[2] + tilt * place * 0.6
    level = level + bay * (np.minimum(np.abs(place), 1.2) ** 2 - 0.4)
    level = level + 0.05 * (ridge(scene.streams.draws("beach.shore", 40), 0.6) - 0.5)
    if scene.ground == "water":  # beyond its ends the beach gives way to the water again
        beyond = np.clip((np.abs(place) - 0.95) * 1.05, 0.0, 1.0)
        level = np.minimum(level, -0.1) - beyond * beyond * (3.0 - 2.0 * beyond) * 1.1
    return np.stack([_ACROSS, np.minimum(level, -0.08)], axis=1)


def _paint_sea(scene: Scene, sheet: Sheet, shore: np.ndarray) -> None:
    """Water from the horizon to the shore, getting lighter where it is shallow, and waves."""
    light = scene.light
    water = scene.palette.colour("water", 0.4 * scene.streams.one("beach.water"))
    own = water * (light.ambient + 0.45 * light.sun)
    mirror = light.horizon * 0.5 + light.zenith * 0.3
    for step in range(14):
        share = step / 13
        upper = shore * [1.0, share]
        colour = mirror + (own - mirror) * (0.25 + 0.6 * share)
        lower = shore * [1.0, min(1.0, share + 1 / 13)] - [0.0, 0.01]
        sheet.polygons(strip(lower, upper), colour, glow=1.0, depth=0.4 * (1.0 - share))
    draws = scene.streams.draws("beach.waves", 70, 5)
    place = 0.08 + 0.86 * draws[:, 0]
    u = (draws[:, 1] - 0.5) * 3.6
    v = np.interp(u, shore[:, 0], shore[:, 1]) * place
    radii = np.stack([0.05 + 0.22 * place * draws[:, 2], 0.002 + 0.006 * place], axis=1)
    crests = np.where(draws[:, 3:4] < 0.5, light.horizon * 0.5 + 110.0, own * 0.6)
    sheet.polygons(discs(np.stack([u, v], 1), radii), crests, alpha=0.45, glow=1.0)
    foam = (light.ambient + light.sun) * 225.0
    for at, thick, alpha in ((0.62, 0.012, 0.55), (0.8, 0.02, 0.7), (0.97, 0.035, 0.85)):
        wobble = 0.02 * (scene.streams.draws(f"beach.foam.{at}", 33) - 0.5)
        middle = shore * [1.0, at] + np.stack([np.zeros(33), wobble], axis=1)
        width = thick * (0.4 + 0.8 * scene.streams.draws(f"beach.breaker.{at}", 33))
        half = np.stack([np.zeros(33), width / 2], axis=1)
        sheet.polygons(strip(middle - half, middle + half), foam, alpha=alpha, glow=1.0)


def _paint_sand(scene: Scene, sheet: Sheet, shore: np.ndarray, shape: np.ndarray) -> None:
    sand = scene.palette.colour("sand", 0.5 * shape[3])
    end = 1.75 if scene.ground == "water" else 2.3
    taper = np.clip(1.0 - (np.abs(_ACROSS) / end) ** 3, 0.0, 1.0)
    depth = (1.15 + 0.35 * ridge(scene.streams.draws("beach.bottom", 40), 0.6)) * taper
    bottom = shore - np.stack([np.zeros(33), depth], axis=1)
    steps = 9
    for step in range(steps):
        share = (step + 1) / steps
        upper = shore + (bottom - shore) * (step / steps)
        lower = shore + (bottom - shore) * share - [0.0, 0.01]
        wet = 0.68 if step == 0 else 0.96 + 0.08 * share  # the wet sand is darker
        sheet.polygons(strip(lower, upper), sand * wet, lit=0.75)
    draws = scene.streams.draws("beach.specks", 170, 5)
    inside = (draws[:, 0] - 0.5) * 2.2
    near = draws[:, 1] ** 1.5
    level = np.interp(inside, shore[:, 0], shore[:, 1]) - 0.08
    places = np.stack([inside, level - near * 0.95], axis=1)
    size = (0.02 + 0.05 * near)[:, None] * (0.4 + draws[:, 2:3]) * np.array([1.6, 0.3])
    tone = np.where(draws[:, 3:4] < 0.5, 0.8, 1.1)
    sheet.polygons(blobs(places, size, draws[:, 4]), sand * tone, alpha=0.5, lit=0.7)
    shells = places[:40] + np.array([0.05, 0.01])
    sheet.polygons(
        discs(shells, size[:40] * [0.16, 0.5]),
        scene.palette.colours("rock", draws[:40, 2]), lit=0.7,
    )  # fmt: skip


def _paint_cliff(scene: Scene, sheet: Sheet, shape: np.ndarray) -> None:
    """A headland at one end, of the same rock as the mountains."""
    side = -1.0 if shape[5] < 0.5 else 1.0
    rock = scene.palette.colour("rock", shape[6])
    heights = ridge(scene.streams.draws("beach.cliff", 40), 0.7)
    across = np.linspace(0.15, 1.5, 33)
    top = (0.18 + 0.3 * shape[7]) * np.clip((across - 0.1) * 1.6, 0, 1) * (0.75 + 0.4 * heights)
    foot = np.stack([side * across, np.full(33, -0.05) - 0.1 * (across - 0.15)], axis=1)
    crest = np.stack([side * across, top], axis=1)
    turned = -side * (6.0 * np.diff(top) + 0.25)
    lit = np.clip(0.5 + turned * scene.light.slant, 0.1, 1.0)
    sheet.polygons(strip(foot, crest), rock, lit=lit, depth=0.3)
    if shape[8] < 0.7:
        green = scene.palette.colour("grass", shape[9])
        cap = strip(crest - [0.0, 0.05], crest)
        sheet.polygons(cap, green * 0.9, lit=0.7, depth=0.3)


def _paint_visitors(scene: Scene, sheet: Sheet, shore: np.ndarray, shape: np.ndarray) -> None:
    """Parasols, towels, people, palms, dune grass, boats: some of each, the far ones first."""
    for boat, row in enumerate(scene.streams.draws("beach.boats", 3, TREE_DRAWS)):
        if row[0] < 0.5:
            u = -0.9 + 0.9 * boat + 0.4 * (row[1] - 0.5)
            paint_thing(
                scene, sheet, "boat", u, -0.05 - 0.05 * row[2], 0.05 + 0.04 * row[6], row, 0.3
            )
    count = 7
    draws = scene.streams.draws("beach.visitors", count, TREE_DRAWS)
    busy = shape[8]
    for index in range(count):
        row = draws[index]
        near = index / (count - 1)
        u = -0.95 + 1.9 * ((index * 3 + 1) % count) / (count - 1) + 0.2 * (row[110] - 0.5)
        foot = float(np.interp(u, shore[:, 0], shore[:, 1])) - 0.14 - 0.5 * near
        size = 0.14 + 0.16 * near
        if row[109] > 0.25 + 0.75 * busy:
            continue
        kind = ("parasol", "people", "parasol", "towel", "rock", "palm")[int(row[111] * 6)]
        if kind == "palm":
            paint_shadow(scene, sheet, u, foot, 0.5 * size, 2.5 * size)
            paint_tree(scene, sheet, "palm", u, foot, 3.6 * size, row)
        elif kind == "towel":
            _paint_towel(scene, sheet, u, foot, size, row)
        else:
            paint_thing(scene, sheet, kind, u, foot, size, row, 0.0)
    if shape[9] < 0.45:
        grass = scene.streams.draws("beach.dune", 46, 5)
        side = -1.0 if shape[5] < 0.5 else 1.0
        feet = np.stack([side * (0.5 + 0.75 * grass[:, 0]), -0.75 - 0.35 * grass[:, 1]], axis=1)
        green = scene.palette.colour("grass", 0.3 + 0.3 * shape[7])
        paint_blades(scene, sheet, feet, 0.1 + 0.2 * grass[:, 1], grass[:, 2:], green)


def _paint_towel(
    scene: Scene, sheet: Sheet, u: float, foot: float, size: float, row: np.ndarray
) -> None:
    cloth = scene.palette.colour("petal", row[4])
    corners = np.array([(-0.8, 0.0), (0.6, 0.0), (0.8, 0.3), (-0.6, 0.3)]) * size + [u, foot]
    sheet.polygon(corners, cloth, lit=0.8)
    sheet.polygon(corners * [1.0, 0.5] + [0.0, (foot + 0.1 * size) * 0.5], (240, 238, 230), lit=0.8)
    body = rectangle(u - 0.5 * size, foot + 0.12 * size, u + 0.45 * size, foot + 0.24 * size)
    sheet.polygon(body, np.array([222.0, 176.0, 146.0]) * (0.5 + 0.5 * row[5]), lit=0.7)
