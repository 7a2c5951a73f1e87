"""What the land is covered with, from the horizon to the viewer's feet."""

import numpy as np

from engine.scenes.canvas import Sheet
from engine.scenes.scene import Scene
from engine.scenes.shapes import blobs, discs, lines, rectangle, rectangles

#: Kinds of ground. Any class may stand on most of them.
GROUNDS = ("grass", "meadow", "field", "sand", "paving", "water")

_BANDS = 26
# How far the bands begin below the horizon, and how far away they are.
_FALL = np.linspace(0.0, 1.0, _BANDS + 1) ** 2 * 1.9
_FAR = 1.0 - (np.linspace(0.0, 1.0, _BANDS + 1) ** 2)[:-1] ** 0.4
_MATERIALS = {
    "grass": "grass",
    "meadow": "grass",
    "field": "grass",
    "sand": "sand",
    "paving": "paving",
    "water": "water",
}
_DIAMOND = np.array([(-1.0, 0.0), (0.0, -1.0), (1.0, 0.0), (0.0, 1.0)])


def ground_colour(scene: Scene) -> np.ndarray:
    """Colour of the ground near the viewer, RGB 0-255."""
    offset = 0.6 * scene.streams.one("ground.colour")
    return scene.palette.colour(_MATERIALS[scene.ground], offset)


def paint_ground(scene: Scene, sheet: Sheet) -> None:
    """Paint everything below the horizon."""
    colour, horizon = ground_colour(scene), scene.horizon
    water = scene.ground == "water"
    tops, far = horizon - _FALL, _FAR
    # Whether a turned picture's corners, 1.42 from its middle, may see below the last band.
    deep = horizon - 1.9 > -1.45
    if water:  # far water mirrors the horizon, near water shows its own colour
        mirror = scene.light.horizon * 0.6 + scene.light.zenith * 0.32
        own = colour * (scene.light.ambient + 0.45 * scene.light.sun)
        mixed = mirror + (own - mirror) * (0.2 + 0.65 * (1.0 - far[:, None]))
        if deep:
            sheet.polygon(rectangle(-9, -9, 9, horizon), mixed[-1], glow=1.0)
        sheet.polygons(
            rectangles(-9.0, tops[1:] - 0.02, 9.0, tops[:-1]), mixed, glow=1.0, depth=far * 0.5
        )
    else:
        if deep:
            sheet.polygon(rectangle(-9, -9, 9, horizon), colour * 0.86, lit=0.75)
        tone = 0.86 + 0.2 * far[:, None]
        sheet.polygons(
            rectangles(-9.0, tops[1:] - 0.02, 9.0, tops[:-1]),
            colour * tone,
            lit=0.75,
            depth=far,
        )
    _TEXTURES[scene.ground](scene, sheet, colour)


def _places(
    scene: Scene, name: str, count: int, columns: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draws, and points spread evenly over the ground in perspective: (u, v), distance below."""
    draws = scene.streams.draws(f"ground.{name}", count, columns)
    below = 0.012 + 2.3 * draws[:, 0] ** 2.4
    below[::-1].sort()
    return draws, np.stack([draws[:, 1] * 3.4 - 1.7, scene.horizon - below[::-1]], 1), below[::-1]


def _specks(scene: Scene, sheet: Sheet, colour: np.ndarray, name: str, contrast: float) -> None:
    draws, centres, below = _places(scene, name, 240, 5)
    radii = np.stack([below * (0.06 + 0.12 * draws[:, 2]), below * 0.03], axis=1)
    tone = 1.0 + contrast * (draws[:, 3:4] - 0.5)
    far = 1.0 - np.minimum(1.0, below / 1.9) ** 0.2
    sheet.polygons(
        blobs(centres, radii, draws[:, 4])[:, ::2], colour * tone, alpha=0.5, lit=0.75, depth=far
    )


def _paint_grass(scene: Scene, sheet: Sheet, colour: np.ndarray) -> None:
    _specks(scene, sheet, colour, "specks", 0.36)
    draws, feet, below = _places(scene, "tufts", 260, 5)
    lean = (draws[:, 2:3] - 0.5) * np.array([0.05, 0.0]) + np.array([0.0, 0.055])
    tips = feet + lean * (below[:, None] * (0.6 + 0.8 * draws[:, 3:4]))
    half = np.stack([0.007 * below, np.zeros(len(below))], axis=1)
    blades = np.stack([feet - half, feet + half, tips], axis=1)
    sheet.polygons(blades, colour * (0.72 + 0.6 * draws[:, 4:5]), lit=0.75)


def _paint_meadow(scene: Scene, sheet: Sheet, colour: np.ndarray) -> None:
    _paint_grass(scene, sheet, colour)
    draws, centres, below = _places(scene, "flowers", 120, 4)
    hue = scene.streams.one("ground.flowers.hue")
    colours = scene.palette.colours("petal", hue + 0.25 * (draws[:, 2] - 0.5))
    radii = np.stack([below * 0.014, below * 0.010], axis=1) * (0.6 + draws[:, 3:4])
    sheet.polygons(discs(centres + np.array([0.0, 0.01]), radii), colours, lit=0.9)


def _paint_field(scene: Scene, sheet: Sheet, colour: np.ndarray) -> None:
    _specks(scene, sheet, colour, "specks", 0.3)
    vanishing = scene.streams.one("ground.vanishing") * 2.0 - 1.0
    ends = np.arange(-30, 31) * 0.28
    top = np.array([vanishing, scene.horizon])
    feet = np.stack([vanishing + ends, np.full(61, scene.horizon - 1.6)], axis=1)
    half = np.array([0.07, 0.0])
    rows = np.stack([np.broadcast_to(top, feet.shape), feet - half, feet + half], axis=1)
    sheet.polygons(rows, colour * 0.7, alpha=0.45, lit=0.6, depth=0.25)
    draws, places, below = _places(scene, "crops", 160, 3)
    tips = places + np.stack([0.02 * (draws[:, 2] - 0.5), 0.05 * below], axis=1)
    sheet.polygons(lines(places, tips, 0.012 * below), colour * 1.12, alpha=0.7, lit=0.8)


def _paint_sand(scene: Scene, sheet: Sheet, colour: np.ndarray) -> None:
    _specks(scene, sheet, colour, "specks", 0.16)
    draws, centres, below = _places(scene, "ripples", 110, 4)
    radii = np.stack([below * (0.05 + 0.16 * draws[:, 2]), below * 0.006], axis=1)
    sheet.polygons(discs(centres, radii, _DIAMOND), colour * 0.8, alpha=0.4, lit=0.6)
    pebbles = discs(
        centres[::3] + np.array([0.1, 0.0]), np.stack([below * 0.008, below * 0.005], 1)[::3]
    )
    sheet.polygons(pebbles, colour * (0.55 + 0.3 * draws[::3, 3:4]), lit=0.7)


def _paint_paving(scene: Scene, sheet: Sheet, colour: np.ndarray) -> None:
    _specks(scene, sheet, colour, "specks", 0.14)
    vanishing = scene.streams.one("ground.vanishing") * 1.6 - 0.8
    ends = np.arange(-24, 25) * 0.3
    top = np.broadcast_to(np.array([vanishing, scene.horizon]), (49, 2))
    feet = np.stack([vanishing + ends, np.full(49, scene.horizon - 1.8)], axis=1)
    half = np.array([0.009, 0.0])
    sheet.polygons(
        np.stack([top, feet - half, feet + half], axis=1), colour * 0.7, alpha=0.6, depth=0.3
    )
    rows = scene.horizon - 1.3 / np.arange(1.0, 15.0)
    thick = 0.006 / np.arange(1.0, 15.0)
    sheet.polygons(rectangles(-9.0, rows - thick, 9.0, rows + thick), colour * 0.72, alpha=0.6)


def _paint_water(scene: Scene, sheet: Sheet, colour: np.ndarray) -> None:
    paint_ripples(scene, sheet, scene.horizon)


_TEXTURES = {
    "grass": _paint_grass,
    "meadow": _paint_meadow,
    "field": _paint_field,
    "sand": _paint_sand,
    "paving": _paint_paving,
    "water": _paint_water,
}


def paint_ripples(scene: Scene, sheet: Sheet, level: float, count: int = 240) -> None:
    """Paint what moves on water: light and dark streaks below height `level`, and the glitter."""
    light = scene.light
    draws = scene.streams.draws("ripples", count, 5)
    below = 0.01 + (level - scene.horizon + 2.2) * draws[:, 0] ** 2.0
    size = 0.02 + below
    centres = np.stack([draws[:, 1] * 3.4 - 1.7, level - below], axis=1)
    radii = np.stack([size * (0.08 + 0.2 * draws[:, 2]), size * 0.012], axis=1)
    bright = light.horizon * 0.5 + light.zenith * 0.3 + 40.0 * (1.0 - light.night)
    dark = light.zenith * 0.45
    colours = np.where(draws[:, 3:4] < 0.5, bright, dark)
    sheet.polygons(discs(centres, radii, _DIAMOND), colours, alpha=0.3, glow=1.0)
    across = light.side * 1.15 + (draws[:90, 1] - 0.5) * (0.16 + 0.5 * below[:90])
    glitter = np.stack([across, centres[:90, 1]], axis=1)
    shine = 0.5 * (1.0 - min(1.0, light.overcast)) * (0.35 + 0.65 * (1.0 - light.elevation))
    sheet.polygons(
        discs(glitter, radii[:90] * 0.5, _DIAMOND),
        light.horizon * 0.5 + 120.0,
        alpha=shine,
        glow=1.0,
    )


def paint_quay(scene: Scene, sheet: Sheet, shore: float) -> None:
    """Paint land from the horizon down to height `shore`, where the water begins."""
    material = scene.streams.choice("quay", ("paving", "grass", "sand"))
    colour = scene.palette.colour(material, 0.3 * scene.streams.one("quay.colour"))
    share = np.linspace(0.0, 1.0, 9)
    tops = scene.horizon + (shore - scene.horizon) * share
    sheet.polygons(
        rectangles(-9.0, tops[1:] - 0.01, 9.0, tops[:-1]),
        colour * (1.05 - 0.18 * share[:-1, None]),
        lit=0.75,
        depth=0.9 * (1.0 - share[:-1]),
    )
    edge = max(0.008, 0.06 * (scene.horizon - shore))
    sheet.polygon(rectangle(-9, shore - edge, 9, shore), colour * 0.5, lit=0.4)
