"""The sky: its gradient, stars, sun or moon, and clouds."""

import numpy as np

from engine.scenes.canvas import Sheet
from engine.scenes.scene import Scene
from engine.scenes.shapes import CIRCLE, blobs, disc, discs, rectangles

_BANDS = 44
_HEIGHT = 1.9  # picture units from the horizon to the full colour of the zenith
_STARS = 70
_CLOUDS = 7
_PUFFS = 9


def paint_sky(scene: Scene, sheet: Sheet) -> None:
    """Paint the sky's gradient from the horizon up, and what is in front of it.

    Above it the canvas is filled with the zenith, below it the ground will be.
    """
    light, horizon = scene.light, scene.horizon
    share = np.linspace(0.0, 1.0, _BANDS + 1)
    bottoms = horizon + share * _HEIGHT
    # Each band reaches a little under the next one, and the first under the ground: no gaps.
    tops = bottoms[1:] + 0.02
    tops[-1] = bottoms[-1] + 0.05
    bottoms[0] -= 0.05
    colours = light.horizon + (light.zenith - light.horizon) * share[:-1, None] ** 0.7
    sheet.polygons(rectangles(-9.0, bottoms[:-1], 9.0, tops), colours, glow=1.0)
    _paint_stars(scene, sheet)
    _paint_sun(scene, sheet)
    _paint_clouds(scene, sheet)


def _paint_stars(scene: Scene, sheet: Sheet) -> None:
    draws = scene.streams.draws("stars", _STARS, 3)
    shown = max(0.0, scene.light.night - 0.4) * (1.0 - scene.light.overcast)
    centres = np.stack([draws[:, 0] * 3.2 - 1.6, scene.horizon + 0.15 + draws[:, 1] * 2.2], axis=1)
    radii = np.repeat(0.003 + 0.006 * draws[:, 2:3], 2, axis=1)
    sheet.polygons(
        discs(centres, radii), (255.0, 250.0, 235.0), alpha=shown * draws[:, 2], glow=1.0
    )


def _paint_sun(scene: Scene, sheet: Sheet) -> None:
    light = scene.light
    up = scene.horizon + 0.1 + 1.9 * light.elevation
    across = light.side * (1.15 - 0.55 * light.night)
    clear = 1.0 - min(1.0, light.overcast)
    day = 1.0 - light.night
    gold = np.array([255.0, 206.0, 120.0]) + np.array([0.0, 40.0, 110.0]) * light.elevation
    colour = gold * day + np.array([226.0, 230.0, 242.0]) * light.night
    # By night the same disc is the moon, higher up.
    up += 0.75 * light.night
    halo = (0.035 + 0.02 * day) * (0.2 + 0.8 * clear)
    for step in range(13):  # many faint discs make a soft one
        wide = (0.12 + 0.5 * (1.0 - step / 12) ** 1.6) * (0.45 + 0.55 * day)
        sheet.polygon(disc(across, up, wide, wide, CIRCLE), colour, alpha=halo, glow=1.0)
    size = 0.07 + 0.02 * day
    sheet.polygon(
        disc(across, up, size, size, CIRCLE), colour * 0.7 + 76.0, alpha=0.98 * clear, glow=1.0
    )


def _paint_clouds(scene: Scene, sheet: Sheet) -> None:
    light = scene.light
    draws = scene.streams.draws("clouds", _CLOUDS, 6)
    puffs = scene.streams.draws("puffs", _CLOUDS, _PUFFS, 4)
    amount = scene.streams.one("cloudiness")
    shown = np.clip((amount * 1.5 - draws[:, 5] * 0.9) * 3.0, 0.0, 1.0)
    white = light.horizon * 0.35 + (light.ambient + light.sun) * 150.0
    dark = light.horizon * 0.45 + light.zenith * 0.45
    for cloud in np.flatnonzero(shown > 0.02):
        row, puff = draws[cloud], puffs[cloud]
        height = 0.25 + 1.5 * row[1]
        width = (0.32 + 0.5 * row[2]) * (0.4 + 0.5 * height)
        middle = np.array([row[0] * 3.2 - 1.6, scene.horizon + height])
        offsets = np.stack([(puff[:, 0] - 0.5) * 2.0, (puff[:, 1] - 0.4) * 0.3], axis=1)
        centres = middle + offsets * width
        taper = 1.0 - np.abs(offsets[:, :1])
        radii = np.array([0.46, 0.22]) * width * (0.35 + 0.5 * puff[:, 2:3]) * (0.5 + 0.7 * taper)
        outlines = blobs(centres, radii, puff[:, 3])
        below = outlines - np.array([0.0, 0.045 * width])
        sheet.polygons(below, dark, alpha=0.2 * shown[cloud], glow=1.0)
        sheet.polygons(outlines, white, alpha=0.36 * shown[cloud], glow=1.0)
