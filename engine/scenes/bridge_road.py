"""A bridge as its drivers see it: the road ahead, railings, portals or cables, and water."""

import numpy as np

from engine.scenes.canvas import Sheet
from engine.scenes.scene import Scene
from engine.scenes.shapes import disc, lines
from engine.scenes.street import paint_road, project
from engine.scenes.street_things import paint_glow
from engine.scenes.walls import facing


def paint_bridge_road(scene: Scene, sheet: Sheet) -> None:
    """On the bridge: the road ahead under its portals, railings, cables, water on both sides."""
    shape = scene.streams.draws("bridge.shape", 8)
    steel = scene.palette.colour("steel", shape[0])
    half = 0.7 + 0.2 * shape[1]
    edge = half + 0.35
    paint_road(scene, sheet, half, edge, shape[2])
    hung = shape[3] < 0.6
    corners = 0.8 * 1.28 ** np.arange(14)
    for side in (-1.0, 1.0):
        foot = project(side * edge, 0.0, corners)
        rail = project(side * edge, 0.42, corners)
        thick = 0.03 / corners
        sheet.polygons(lines(foot, rail, 0.05 / corners), steel * 0.8, lit=facing(scene, -side))
        fine = 0.8 * 1.07 ** np.arange(48)
        sheet.polygons(
            lines(project(side * edge, 0.0, fine), project(side * edge, 0.4, fine), 0.014 / fine),
            steel * 0.7, lit=facing(scene, -side),
        )  # fmt: skip
        sheet.polygons(lines(rail[:-1], rail[1:], thick[:-1] * 1.8), steel, lit=0.7)
    portals = (7.5, 4.6, 2.6) if not hung else (6.5, 2.4)
    top = 2.6 + 0.9 * shape[4]
    if hung:
        along = np.linspace(0.75, 6.5, 30)
        away = np.abs(along - 2.4) / np.where(along < 2.4, 2.2, 2.05)
        cable = (
            0.5
            + (top - 0.5)
            * np.where(along < 4.45, 1 - np.minimum(away, 1), np.abs(along - 4.45) / 2.05) ** 1.5
        )
        for side in (-1.0, 1.0):
            high = project(side * edge, cable, along)
            low = project(side * edge, 0.4, along)
            sheet.polygons(lines(low, high, 0.016 / along), steel * 0.9, lit=0.6)
            sheet.polygons(lines(high[:-1], high[1:], 0.08 / along[:-1]), steel, lit=0.6)
    for distance in portals:
        depth = min(0.4, 0.04 * distance)
        for side in (-1.0, 1.0):
            leg = project(side * np.array([edge, edge + 0.22, edge + 0.22, edge]),
                          np.array([-0.6, -0.6, top, top]), distance)  # fmt: skip
            sheet.polygon(leg, steel, lit=facing(scene, -side), depth=depth)
        for height, tall in ((top - 0.25, 0.28), (top * 0.72, 0.18)):
            corners = height + tall * np.array([0.0, 0.0, 1.0, 1.0])
            beam = project(edge * np.array([-1.0, 1.0, 1.0, -1.0]), corners, distance)
            sheet.polygon(beam, steel * 0.9, lit=0.55, depth=depth)
        if not hung:  # a roof of crossing bars
            ends = project(np.array([-edge, edge]), top, distance)
            other = project(np.array([edge, -edge]), top, distance * 1.5)
            sheet.polygons(lines(ends, other, 0.05 / distance), steel * 0.8, lit=0.4, depth=depth)
    night = scene.light.night
    for distance in (6.0, 4.0, 2.8, 1.9, 1.3):
        for side in (-1.0, 1.0):
            foot = project(side * (edge - 0.1), 0.0, distance)
            head = project(side * (edge - 0.3), 1.5, distance)
            sheet.polygons(lines(foot[None], head[None], 0.035 / distance), steel * 0.5, lit=0.5)
            paint_glow(sheet, head[0], head[1], 0.55 / distance, (255, 226, 160), 0.7 * night)
            sheet.polygon(
                disc(head[0], head[1], 0.07 / distance, 0.05 / distance),
                (255, 226, 160),
                glow=night,
            )
