"""What stands on the horizon behind everything: hills, peaks, a skyline, trees, the sea."""

import numpy as np

from engine.scenes.canvas import Sheet
from engine.scenes.plants import TREE_DRAWS, paint_tree
from engine.scenes.relief import facets, lit_from_side
from engine.scenes.scene import Scene
from engine.scenes.shapes import rectangle, rectangles, ridge, smoothstep

#: Kinds of background. Any class may have most of them.
BACKGROUNDS = ("hills", "peaks", "skyline", "trees", "flat")

_ACROSS = np.linspace(-1.9, 1.9, 33)


def paint_background(scene: Scene, sheet: Sheet, kinds: tuple[str, ...]) -> None:
    """Paint one of `kinds`, and a second background that grows with the clutter."""
    first = scene.streams.choice("background.first", kinds)
    second = scene.streams.choice("background.second", BACKGROUNDS[:4])
    _PAINTERS[first](scene, sheet, "first", 1.0)
    grown = smoothstep(0.15, 0.9, scene.parameters.clutter)
    if grown > 0.01:
        _PAINTERS[second](scene, sheet, "second", grown)


def _paint_hills(scene: Scene, sheet: Sheet, name: str, grown: float) -> None:
    for layer, (height, depth) in enumerate(((0.34, 0.95), (0.2, 0.75))):
        draws = scene.streams.draws(f"hills.{name}.{layer}", 40)
        colour = scene.palette.colour("grass" if draws[39] < 0.6 else "needles", draws[38]) * 0.85
        tops = scene.horizon + grown * height * (0.15 + 0.8 * ridge(draws, 0.55))
        upper = np.stack([_ACROSS, np.maximum(tops, scene.horizon)], axis=1)
        outline = np.concatenate(
            [upper, [(1.9, scene.horizon - 0.02), (-1.9, scene.horizon - 0.02)]]
        )
        sheet.polygon(outline, colour, lit=0.6, depth=depth)


def _paint_peaks(scene: Scene, sheet: Sheet, name: str, grown: float) -> None:
    draws = scene.streams.draws(f"peaks.{name}", 46)
    rock = scene.palette.colour("rock", draws[40])
    heights = 0.1 + 0.55 * np.abs(ridge(draws, 0.85))
    tops = scene.horizon + grown * heights
    facet_draws = scene.streams.draws(f"peaks.facets.{name}", 4, 33, 4)
    triangles, facing = facets(_ACROSS, tops, scene.horizon - 0.02, facet_draws)
    lit = lit_from_side(scene, facing)
    height = triangles[:, :, 1].mean(axis=1) - scene.horizon
    ragged = height + 0.1 * grown * (facet_draws[:-1, :-1, 2:].reshape(-1) - 0.5)
    snow_line = (0.14 + 0.5 * draws[41]) * grown
    colours = np.where((ragged > snow_line)[:, None], (240.0, 244.0, 250.0), rock)
    sheet.polygons(triangles, colours, lit=lit, depth=0.9 - 0.2 * np.clip(height, 0.0, 1.0))


def _paint_skyline(scene: Scene, sheet: Sheet, name: str, grown: float) -> None:
    count = 26
    draws = scene.streams.draws(f"skyline.{name}", count, 5)
    left = np.linspace(-1.8, 1.8, count) + 0.1 * (draws[:, 0] - 0.5)
    width = 0.09 + 0.1 * draws[:, 1]
    height = grown * (0.08 + 0.42 * draws[:, 2] ** 2)
    base = scene.horizon - 0.015
    colours = scene.palette.colours("wall", draws[:, 3]) * 0.85
    lit = 0.35 + 0.4 * draws[:, 4]
    sheet.polygons(
        rectangles(left, base, left + width, base + height), colours, lit=lit, depth=0.82
    )
    # The side wall that shows beside the front.
    edge = left + width * 0.7
    sheet.polygons(
        rectangles(edge, base, left + width, base + height),
        colours * 0.8,
        lit=0.4 + 0.3 * scene.light.slant,
        depth=0.82,
    )
    windows = scene.streams.draws(f"skyline.windows.{name}", count, 5, 3)
    # Row by row, each column of all houses after the other: (rows, columns, houses).
    level = base + height * (0.16 + 0.16 * np.arange(5.0))[:, None, None]
    start = left + width * (0.12 + 0.28 * np.arange(3.0))[:, None]
    chance = windows.transpose(1, 2, 0)
    shining = np.clip((scene.light.night * 0.7 - chance) * 4.0, 0.0, 1.0)[..., None]
    pane = colours * 0.55 * (1.0 - shining) + np.array([255.0, 208.0, 130.0]) * shining
    sheet.polygons(
        rectangles(start, level, start + width * 0.16, level + height * 0.08),
        pane.reshape(-1, 3),
        lit=0.5,
        glow=shining.ravel() * 0.85,
        depth=0.8,
    )


def _paint_tree_line(scene: Scene, sheet: Sheet, name: str, grown: float) -> None:
    count = 16
    draws = scene.streams.draws(f"trees.{name}", count, TREE_DRAWS)
    kind = ("conifer", "broadleaf", "broadleaf")[int(scene.streams.one(f"trees.{name}.kind") * 3)]
    leaf = scene.palette.colour("needles", draws[0, 0]) * 0.9
    sheet.polygon(
        rectangle(-1.9, scene.horizon - 0.03, 1.9, scene.horizon + 0.05 * grown),
        leaf, lit=0.4, depth=0.7,
    )  # fmt: skip
    for index in range(count):
        u = -1.7 + 3.4 * index / (count - 1) + 0.15 * (draws[index, 110] - 0.5)
        height = grown * (0.2 + 0.2 * draws[index, 111])
        base = scene.horizon - 0.02
        paint_tree(scene, sheet, kind, u, base, height, draws[index], 0.66, 9)


def _paint_flat(scene: Scene, sheet: Sheet, name: str, grown: float) -> None:
    """Nothing but the horizon: the plain, or the sea."""


_PAINTERS = {
    "hills": _paint_hills,
    "peaks": _paint_peaks,
    "skyline": _paint_skyline,
    "trees": _paint_tree_line,
    "flat": _paint_flat,
}
