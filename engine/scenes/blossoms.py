"""Blossoms: petals around a middle, in the ways of daisies, poppies, roses, dahlias, tulips."""

import math
from collections.abc import Sequence

import numpy as np

from engine.scenes.canvas import Point, Sheet
from engine.scenes.scene import Scene
from engine.scenes.shapes import CIRCLE, OCTAGON, disc, discs, lines

BLOSSOMS = ("daisy", "sunflower", "poppy", "rose", "dahlia", "lily", "tulip")

# Half outlines of petals: along the petal from the middle outwards, and to its side.
_NARROW = ((0.1, 0.05), (0.45, 0.13), (0.8, 0.15), (0.96, 0.09), (1.0, 0.0))
_POINTED = ((0.1, 0.08), (0.4, 0.2), (0.65, 0.17), (0.85, 0.08), (1.0, 0.0))
_BROAD = ((0.05, 0.12), (0.4, 0.42), (0.75, 0.52), (0.95, 0.32), (1.0, 0.0))


def _outline(half: Sequence[tuple[float, float]]) -> np.ndarray:
    there = np.array(half)
    return np.concatenate([there, there[-2::-1] * [1.0, -1.0]])


_OUTLINES = {name: _outline(half) for name, half in
             (("narrow", _NARROW), ("pointed", _POINTED), ("broad", _BROAD))}  # fmt: skip


def _petals(
    scene: Scene,
    sheet: Sheet,
    middle: Point,
    radius: float,
    tilt: float,
    count: int,
    outline: str,
    colour: np.ndarray,
    draws: np.ndarray,
    turn: float = 0.0,
) -> None:
    """One ring of petals; `tilt` (0-1) is how round the blossom looks, `draws` is (count, 3)."""
    angles = turn + (np.arange(count) + 0.35 * (draws[:, 0] - 0.5)) / count * 2.0 * math.pi
    length = radius * (0.9 + 0.2 * draws[:, 1])
    shape = _OUTLINES[outline]
    along, aside = shape[:, 0] * length[:, None], shape[:, 1] * length[:, None]
    cosine, sine = np.cos(angles)[:, None], np.sin(angles)[:, None]
    places = np.empty((*along.shape, 2))
    places[..., 0], places[..., 1] = cosine * along - sine * aside, sine * along + cosine * aside
    points = np.empty_like(places)
    points[..., 0], points[..., 1] = places[..., 0] + middle[0], places[..., 1] * tilt + middle[1]
    facing = np.clip(
        0.62 + 0.3 * (np.cos(angles) * scene.light.slant + np.sin(angles) * 0.6), 0.1, 1.0
    )
    order = np.argsort(-np.sin(angles), kind="stable")
    tone = 0.9 + 0.16 * draws[:, 2:3]
    # A darker rim around each petal keeps neighbours apart.
    centre = points.mean(axis=1, keepdims=True)
    shapes = np.empty((count, 2, len(shape), 2))
    shapes[:, 0], shapes[:, 1] = points, centre + (points - centre) * 0.86
    colours = np.empty((count, 2, 3))
    colours[:, 0], colours[:, 1] = colour * tone * 0.76, colour * tone
    facing = facing[order]
    sheet.polygons(
        shapes[order].reshape(-1, len(shape), 2),
        colours[order].reshape(-1, 3),
        lit=np.repeat(facing, 2),
    )
    root = places[order] * np.array([0.5, 0.5 * tilt]) * 0.9 + np.asarray(middle)
    sheet.polygons(root, colour * 0.72, alpha=0.45, lit=facing)


def _heart(
    scene: Scene,
    sheet: Sheet,
    middle: Point,
    radius: float,
    tilt: float,
    colour: np.ndarray,
    draws: np.ndarray,
) -> None:
    """The middle of a blossom with its grains: draws of (40, 3)."""
    u, v = middle
    sheet.polygon(disc(u, v, radius, radius * tilt, CIRCLE), colour * 0.7, lit=0.5)
    inner = disc(
        u + 0.1 * radius * scene.light.slant,
        v + 0.1 * radius,
        radius * 0.8,
        radius * tilt * 0.8,
        CIRCLE,
    )
    sheet.polygon(inner, colour, lit=0.75)
    angle, away = draws[:, 0] * 2 * math.pi, np.sqrt(draws[:, 1]) * 0.88 * radius
    grains = np.stack([u + np.cos(angle) * away, v + np.sin(angle) * away * tilt], axis=1)
    grain = np.full((len(draws), 2), radius * 0.08)
    sheet.polygons(discs(grains, grain, OCTAGON), colour * (0.7 + 0.6 * draws[:, 2:3]), lit=0.8)


def paint_blossom(
    scene: Scene, sheet: Sheet, kind: str, middle: Point, radius: float, tilt: float, name: str
) -> None:
    """Paint a blossom of a kind of `BLOSSOMS` about `middle`; `name` names its draws."""
    draws = scene.streams.draws(f"blossom.{name}", 140, 3)
    colour = scene.palette.colour("petal", scene.streams.one("blossom.hue") + 0.12 * draws[0, 0])
    if kind == "daisy":
        for ring, count in ((0, 17), (1, 17)):
            _petals(scene, sheet, middle, radius * (1 - 0.1 * ring), tilt, count, "narrow",
                    colour * 0.5 + 122.0, draws[20 * ring : 20 * ring + count],
                    0.18 * ring)  # fmt: skip
        heart = np.array([238.0, 190.0, 60.0])
        _heart(scene, sheet, middle, radius * 0.27, tilt, heart, draws[100:])
    elif kind == "sunflower":
        for ring in (0, 1):
            _petals(scene, sheet, middle, radius * (1 - 0.1 * ring), tilt, 22, "pointed",
                    colour, draws[22 * ring : 22 * ring + 22], 0.14 * ring)  # fmt: skip
        _heart(
            scene, sheet, middle, radius * 0.46, tilt, np.array([104.0, 70.0, 44.0]), draws[100:]
        )
    elif kind == "poppy":
        _petals(scene, sheet, middle, radius, tilt, 5, "broad", colour, draws[:5], draws[50, 0])
        _petals(
            scene, sheet, middle, radius * 0.8, tilt, 4, "broad", colour * 1.05, draws[5:9], 0.6
        )
        angle = np.arange(18) / 18 * 2 * math.pi
        tips = np.stack([np.cos(angle), np.sin(angle) * tilt], 1) * radius * 0.36 + middle
        start = np.broadcast_to(np.asarray(middle, float), tips.shape)
        sheet.polygons(lines(start, tips, radius * 0.025), (50, 40, 60))
        sheet.polygons(discs(tips, np.full((18, 2), radius * 0.035)), (235, 205, 110))
        _heart(
            scene, sheet, middle, radius * 0.17, tilt, np.array([90.0, 110.0, 60.0]), draws[100:]
        )
    elif kind == "rose":
        for ring in range(5):
            size = radius * (1.0 - 0.19 * ring)
            _petals(scene, sheet, middle, size, tilt, 7 - ring // 2, "broad",
                    colour * (1.04 - 0.11 * ring), draws[8 * ring : 8 * ring + 7 - ring // 2],
                    0.7 * ring)  # fmt: skip
    elif kind == "dahlia":
        for ring in range(5):
            size = radius * (1.0 - 0.18 * ring)
            _petals(scene, sheet, middle, size, tilt, 16 - 2 * ring, "pointed",
                    colour * (0.86 + 0.07 * ring), draws[18 * ring : 18 * ring + 16 - 2 * ring],
                    0.2 * ring)  # fmt: skip
    elif kind == "lily":
        _petals(scene, sheet, middle, radius, tilt, 6, "pointed", colour, draws[:6], 0.5)
        _petals(
            scene, sheet, middle, radius * 0.9, tilt, 6, "pointed", colour * 1.08, draws[6:12], 1.0
        )
        angle = np.arange(6) / 6 * 2 * math.pi + 0.2
        tips = np.stack([np.cos(angle), np.sin(angle) * tilt], 1) * radius * 0.42 + middle
        start = np.broadcast_to(np.asarray(middle, float), tips.shape)
        sheet.polygons(lines(start, tips, radius * 0.04), (226, 220, 170))
        sheet.polygons(discs(tips, np.full((6, 2), radius * 0.055)), (150, 80, 50))
    else:
        _paint_tulip(scene, sheet, middle, radius, colour)


def _paint_tulip(
    scene: Scene, sheet: Sheet, middle: Point, radius: float, colour: np.ndarray
) -> None:
    """A closed cup seen from the side."""
    petal = np.array(
        [(0, -1.0), (0.34, -0.86), (0.5, -0.35), (0.44, 0.3), (0.2, 0.82), (0, 1.05), (-0.2, 0.82),
         (-0.44, 0.3), (-0.5, -0.35), (-0.34, -0.86)]
    )  # fmt: skip
    for across, wide, tall, tone in (
        (-0.3, 0.8, 0.92, 0.7), (0.3, 0.8, 0.92, 0.74), (-0.36, 0.62, 0.98, 0.9),
        (0.36, 0.62, 0.98, 0.95), (0.0, 0.9, 0.9, 1.06),
    ):  # fmt: skip
        lit = 0.6 + 0.5 * across * scene.light.slant
        outline = petal * [wide, tall]
        outline = (outline + np.array([across * (1.0 - 0.2), 0.0])) * radius * 0.85
        sheet.polygon(outline + middle, colour * tone * 0.8, lit=lit)
        sheet.polygon((outline - [across * radius * 0.68, 0]) * [0.84, 0.9]
                      + [across * radius * 0.68, 0] + middle, colour * tone, lit=lit)  # fmt: skip
