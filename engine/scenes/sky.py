"""The sky: its gradient, stars, sun or moon, and clouds."""

import numpy as np

from engine.scenes.canvas import Sheet
from engine.scenes.scene import Scene
from engine.scenes.shapes import CIRCLE, blobs, disc, discs, rectangles

_BANDS = 44
_HEIGHT = 1.9  # picture units from the horizon to the full colour of the zenith
# How far the bands begin above the horizon, and their shares of the zenith's colour.
_RISE = np.linspace(0.0, 1.0, _BANDS + 1) * _HEIGHT
_SHARE = np.linspace(0.0, 1.0, _BANDS + 1)[:-1, None] ** 0.7
_STARS = 70
_CLOUDS = 7
_PUFFS = 9
# Sizes of the discs around the sun, of shape (13, 1, 1).
_HALO = np.array([0.12 + 0.5 * (1.0 - step / 12) ** 1.6 for step in range(13)])[:, None, None]


def paint_sky(scene: Scene, sheet: Sheet) -> None:
    """Paint the sky's gradient from the horizon up, and what is in front of it.

    Above it the canvas is filled with the zenith, below it the ground will be.
    """
    light, horizon = scene.light, scene.horizon
    bottoms = horizon + _RISE
    # Each band reaches a little under the next one, and the first under the ground: no gaps.
    tops = bottoms[1:] + 0.02
    tops[-1] = bottoms[-1] + 0.05
    bottoms[0] -= 0.05
    colours = light.horizon + (light.zenith - light.horizon) * _SHARE
    sheet.polygons(rectangles(-9.0, bottoms[:-1], 9.0, tops), colours, glow=1.0)
    _paint_stars(scene, sheet)
    _paint_sun(scene, sheet)
    _paint_clouds(scene, sheet)


def _paint_stars(scene: Scene, sheet: Sheet) -> None:
    shown = max(0.0, scene.light.night - 0.4) * (1.0 - scene.light.overcast)
    if shown <= 0.0:
        return
    draws = scene.streams.draws("stars", _STARS, 3)
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
    wide = _HALO * (0.45 + 0.55 * day)  # many faint discs make a soft one
    sheet.polygons(CIRCLE * wide + np.array([across, up]), colour, alpha=halo, glow=1.0)
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
    visible = shown > 0.02
    draws, puffs, shown = draws[visible], puffs[visible], shown[visible, None]
    white = light.horizon * 0.35 + (light.ambient + light.sun) * 150.0
    dark = light.horizon * 0.45 + light.zenith * 0.45
    height = 0.25 + 1.5 * draws[:, 1:2]
    width = (0.32 + 0.5 * draws[:, 2:3]) * (0.4 + 0.5 * height)
    aside, above = (puffs[..., 0] - 0.5) * 2.0, (puffs[..., 1] - 0.4) * 0.3
    centres, radii = np.empty((2, *aside.shape, 2))
    centres[..., 0] = draws[:, 0:1] * 3.2 - 1.6 + aside * width
    centres[..., 1] = scene.horizon + height + above * width
    thick, taper = 0.35 + 0.5 * puffs[..., 2], 0.5 + 0.7 * (1.0 - np.abs(aside))
    radii[..., 0] = 0.46 * width * thick * taper
    radii[..., 1] = 0.22 * width * thick * taper
    outlines = blobs(centres, radii, puffs[..., 3])
    # Of each cloud first the shaded undersides, then the white puffs.
    shapes = np.stack([outlines, outlines], axis=1)
    shapes[:, 0, ..., 1] -= 0.045 * width[..., None]
    shade = np.broadcast_to(np.array([dark, white])[:, None], (*shapes.shape[:3], 3))
    cover = np.broadcast_to((shown * [0.2, 0.36])[..., None], shapes.shape[:3])
    sheet.polygons(
        shapes.reshape(-1, *shapes.shape[3:]), shade.reshape(-1, 3), alpha=cover.ravel(), glow=1.0
    )
