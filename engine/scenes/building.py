"""Buildings: a slab of offices, an old palace, an apartment house, a tower, a long school."""

import numpy as np

from engine.scenes.canvas import Sheet
from engine.scenes.plants import paint_cast_shadow
from engine.scenes.scene import Scene, Subject
from engine.scenes.shapes import line, rectangle, rectangles
from engine.scenes.streams import Streams
from engine.scenes.walls import (
    Wall,
    facing,
    paint_arch,
    paint_band,
    paint_wall,
    paint_windows,
    receding_walls,
)

_DROP = 0.3  # the eye's height above the ground
_GROUNDS = ("grass", "paving", "paving", "meadow", "water", "sand", "grass", "field")
_BACKGROUNDS = ("hills", "skyline", "trees", "peaks", "flat", "trees")


def plan_building(streams: Streams) -> Subject:
    """The building of a seed."""
    paint, top = streams.choice(
        "building.kind",
        ((_paint_slab, 1.0), (_paint_palace, 0.62), (_paint_apartments, 0.72), (_paint_tower, 1.15),
         (_paint_school, 0.42)),
    )  # fmt: skip
    centre = (top - _DROP) / 2.0
    return Subject(centre, -_DROP - 0.15, _GROUNDS, _BACKGROUNDS, paint)


def _paint_slab(scene: Scene, sheet: Sheet) -> None:
    """Offices seen over a corner."""
    shape = scene.streams.draws("building.shape", 8)
    corner = -0.25 + 0.5 * shape[0]
    top = 0.85 + 0.25 * shape[1]
    left, right = receding_walls(
        corner, -_DROP, top, 0.35 + 0.3 * (1 - shape[0]), 0.35 + 0.3 * shape[0], 0.78, 0.74
    )
    colour = scene.palette.colour("wall", shape[2])
    rows, columns = 7 + int(shape[3] * 6), 5 + int(shape[4] * 3)
    far = -_DROP * 0.78
    paint_cast_shadow(scene, sheet, left.left, right.right, far, 0.8)
    for wall, side in ((left, -1.0), (right, 1.0)):
        lit = facing(scene, side)
        chance = scene.streams.draws(f"building.windows.{side}", 120)
        paint_wall(scene, sheet, wall, colour, lit)
        wide = 0.86 if shape[5] < 0.4 else 0.6
        frame = None if shape[5] < 0.4 else colour * 1.12
        paint_windows(
            scene, sheet, wall, rows, columns, chance, lit=lit, low=0.13, width=wide, frame=frame
        )
        _paint_shops(scene, sheet, wall, lit, shape[6])
        paint_band(sheet, wall, 0.985, 1.02, colour * 0.82, lit)
    _paint_roof_things(scene, sheet, corner, top)


def _paint_tower(scene: Scene, sheet: Sheet) -> None:
    """A tower over a low wing."""
    shape = scene.streams.draws("building.shape", 8)
    colour, second = (scene.palette.colour("wall", offset) for offset in shape[2:4])
    side = -1.0 if shape[0] < 0.5 else 1.0
    lit = facing(scene, 0.25 * side)
    paint_cast_shadow(scene, sheet, -0.8, 0.8, -_DROP, 0.7)
    wing = Wall(-0.8, -_DROP, 0.1, 0.8, -_DROP, 0.1)
    wing_chance = scene.streams.draws("building.wing", 60)
    top = 1.05 + 0.25 * shape[1]
    near, turned = receding_walls(side * 0.08, -_DROP, top, 0.3, 0.3, 0.9, 0.9)
    for wall, look in ((near, -1.0), (turned, 1.0)):
        shade = facing(scene, look)
        paint_wall(scene, sheet, wall, colour, shade)
        chance = scene.streams.draws(f"building.windows.{look}", 120)
        paint_windows(scene, sheet, wall, 14, 4, chance, lit=shade, low=0.3, width=0.8, height=0.55)
        paint_band(sheet, wall, 0.96, 1.0, second, shade)
    paint_wall(scene, sheet, wing, second, lit)
    paint_windows(
        scene, sheet, wing, 2, 14, wing_chance, lit=lit, low=0.3, frame=second * 0.7, width=0.7
    )
    _paint_shops(scene, sheet, wing, lit, shape[6])
    paint_band(sheet, wing, 0.95, 1.03, second * 0.8, lit)
    _paint_roof_things(scene, sheet, side * 0.08, top)


def _paint_palace(scene: Scene, sheet: Sheet) -> None:
    """An old public building: columns, a pediment or a dome, rows of arched windows."""
    shape = scene.streams.draws("building.shape", 8)
    stone = scene.palette.colour("wall", 0.15 + 0.5 * shape[2])
    roof = scene.palette.colour("roof", shape[3])
    lit, top = facing(scene, 0.2), 0.32 + 0.1 * shape[1]
    wall = Wall(-0.92, -_DROP, top, 0.92, -_DROP, top)
    paint_cast_shadow(scene, sheet, -0.92, 0.92, -_DROP, 0.6)
    if shape[4] < 0.5:  # a dome behind the pediment
        angle = np.linspace(0.0, 1.0, 15)
        half = 0.27
        dome = np.stack(
            [(angle * 2 - 1) * half, top + 0.1 + 0.34 * np.sqrt(1 - (angle * 2 - 1) ** 2)], 1
        )
        sheet.polygon(rectangle(-half, top - 0.05, half, top + 0.12), stone * 0.92, lit=lit)
        sheet.polygon(dome, roof, lit=0.55)
        bright = dome * [0.45, 1.0] + [0.1 * scene.light.slant, 0.0]
        sheet.polygon(bright, roof * 1.1, alpha=0.6, lit=0.9)
        sheet.polygon(line((0, top + 0.43), (0, top + 0.58), 0.02), roof * 0.7)
    else:
        sheet.polygon(
            [(-0.97, top), (0.97, top), (0.82, top + 0.17), (-0.82, top + 0.17)], roof, lit=0.7
        )
    paint_wall(scene, sheet, wall, stone, lit)
    chance = scene.streams.draws("building.windows", 60)
    paint_windows(
        scene, sheet, wall, 2, 13, chance, lit=lit, low=0.1, high=0.92, frame=stone * 1.1,
        arched=shape[5] < 0.6, height=0.68, width=0.5,
    )  # fmt: skip
    for level in (0.5, 0.94):
        paint_band(sheet, wall, level, level + 0.05, stone * 1.1, lit)
    half, front = 0.36, top + 0.02
    sheet.polygon(rectangle(-half, -_DROP, half, front), stone * 0.7, lit=lit * 0.6)
    columns = np.linspace(-half + 0.04, half - 0.04, 6)
    shaft = stone * 1.08
    sheet.polygons(
        rectangles(columns - 0.035, -_DROP, columns + 0.035, front - 0.05), shaft, lit=lit
    )
    away = columns - 0.0115 - 0.0235 * max(-1.0, min(1.0, 3.0 * scene.light.slant))
    shade = rectangles(away, -_DROP, away + 0.023, front - 0.05)
    sheet.polygons(shade, shaft * 0.8, lit=0.2)
    sheet.polygon(rectangle(-half - 0.03, front - 0.06, half + 0.03, front), shaft, lit=lit)
    sheet.polygon([(-half - 0.05, front), (half + 0.05, front), (0, front + 0.17)], shaft, lit=lit)
    sheet.polygon([(-half + 0.06, front + 0.02), (half - 0.06, front + 0.02), (0, front + 0.13)],
                  stone * 0.8, lit=lit)  # fmt: skip
    steps = np.arange(4)
    sheet.polygons(
        rectangles(-half - 0.06 - 0.03 * steps, -_DROP - 0.03 * steps - 0.03,
                   half + 0.06 + 0.03 * steps, -_DROP - 0.03 * steps),
        stone * (1.02 - 0.08 * steps[:, None]), lit=0.8,
    )  # fmt: skip


def _paint_apartments(scene: Scene, sheet: Sheet) -> None:
    """A row of tenement houses with pitched roofs, seen a little from the side."""
    shape = scene.streams.draws("building.shape", 8)
    houses = 2 + int(shape[0] * 2)
    far = 0.8
    whole = Wall(-0.85, -_DROP, 0.5, 0.85, -_DROP * far, 0.5 * far)
    if shape[1] < 0.5:
        whole = Wall(-0.85, -_DROP * far, 0.5 * far, 0.85, -_DROP, 0.5)
    paint_cast_shadow(scene, sheet, -0.85, 0.85, -_DROP * 0.9, 0.7)
    for house in range(houses):
        draws = scene.streams.draws(f"building.house.{house}", 60)
        start, end = whole.points(np.array([house, house + 1.0]) / houses, np.zeros(2))
        tops = whole.points(np.array([house, house + 1.0]) / houses, np.ones(2))
        wall = Wall(start[0], start[1], tops[0, 1], end[0], end[1], tops[1, 1])
        colour = scene.palette.colour("wall", draws[0])
        lit = facing(scene, 0.3 if shape[1] < 0.5 else -0.3)
        roof = scene.palette.colour("roof", 0.4 * draws[1])
        ridge = wall.points(np.array([0.03, 0.97]), np.array([1.24, 1.24]))
        sheet.polygon(
            [tops[0] + [-0.02, 0], tops[1] + [0.02, 0], ridge[1], ridge[0]], roof, lit=0.75
        )
        chimney = wall.points(np.array([0.7]), np.array([1.22]))[0]
        sheet.polygon(rectangle(chimney[0], chimney[1] - 0.06, chimney[0] + 0.06, chimney[1] + 0.1),
                      roof * 0.8)  # fmt: skip
        paint_wall(scene, sheet, wall, colour, lit)
        floors = 4 + int(shape[2] * 2)
        paint_windows(
            scene, sheet, wall, floors, 4, draws[10:], lit=lit, low=0.17, high=0.95,
            frame=np.array([238.0, 234.0, 226.0]), width=0.46, height=0.62,
        )  # fmt: skip
        if shape[3] < 0.6:
            levels = 0.17 + 0.78 * np.arange(1, floors) / floors
            sheet.polygons(
                wall.patches(0.28, levels - 0.01, 0.72, levels + 0.055), colour * 0.6, lit=lit
            )
        _paint_shops(scene, sheet, wall, lit, draws[5])


def _paint_school(scene: Scene, sheet: Sheet) -> None:
    """A long low building with a rounded stair tower: easily taken for a stadium."""
    shape = scene.streams.draws("building.shape", 8)
    colour, accent = (scene.palette.colour("wall", offset) for offset in shape[2:4])
    top = 0.25 + 0.1 * shape[1]
    lit = facing(scene, 0.2)
    paint_cast_shadow(scene, sheet, -1.0, 1.0, -_DROP * 0.97, 0.5)
    wall = Wall(-1.0, -_DROP * 0.94, top * 0.94, 1.0, -_DROP, top)
    paint_wall(scene, sheet, wall, colour, lit)
    chance = scene.streams.draws("building.windows", 60)
    paint_windows(
        scene, sheet, wall, 3, 16, chance, lit=lit, low=0.08, width=0.74, frame=accent * 0.9
    )
    paint_band(sheet, wall, 0.97, 1.06, accent * 0.8, lit)
    middle, half, high = -0.55 + 1.1 * shape[4], 0.16, top + 0.14
    edges = np.linspace(-1.0, 1.0, 11)
    places = middle + half * np.sin(edges * 1.57)
    faces = rectangles(places[:-1], -_DROP - 0.01, places[1:], high)
    looks = (edges[:-1] + edges[1:]) / 2
    sheet.polygons(faces, accent, lit=np.clip(0.5 + 0.45 * looks * scene.light.slant, 0, 1))
    glow = 0.7 * scene.light.night
    glass = rectangles(places[3], -_DROP + 0.16 + 0.13 * np.arange(3), places[7], -_DROP + 0.24
                       + 0.13 * np.arange(3))  # fmt: skip
    warm = np.array([255.0, 214.0, 140.0]) * glow + np.array([80.0, 92.0, 108.0]) * (1 - glow)
    sheet.polygons(glass, warm, lit=0.6, glow=glow)
    paint_arch(scene, sheet, Wall(places[2], -_DROP, high, places[8], -_DROP, high), 0.2, 0.8, 0.0,
               0.24, warm * 0.8, glow=glow)  # fmt: skip


def _paint_shops(scene: Scene, sheet: Sheet, wall: Wall, lit: float, hue: float) -> None:
    """Shop windows, a door and awnings along the ground floor."""
    starts = np.arange(5) / 5 + 0.03
    night = scene.light.night
    glass = np.array([60.0, 70.0, 84.0]) * (1 - night) + np.array([255.0, 222.0, 160.0]) * night
    sheet.polygons(
        wall.patches(starts, 0.005, starts + 0.14, 0.085), glass, lit=lit, glow=night * 0.9
    )
    awning = scene.palette.colour("paint", hue)
    sheet.polygons(wall.patches(starts - 0.01, 0.082, starts + 0.15, 0.105), awning, lit=lit)
    sheet.polygons(
        wall.patches(np.array([0.45]), 0.0, np.array([0.52]), 0.09), awning * 0.4, lit=lit
    )


def _paint_roof_things(scene: Scene, sheet: Sheet, corner: float, top: float) -> None:
    draws = scene.streams.draws("building.roof", 6)
    steel = scene.palette.colour("steel", draws[0])
    left = corner - 0.15 + 0.2 * draws[1]
    sheet.polygon(rectangle(left, top * 0.96, left + 0.16, top + 0.07), steel * 0.8, lit=0.5)
    mast = corner + 0.1 - 0.3 * draws[2]
    sheet.polygon(
        line((mast, top * 0.97), (mast, top + 0.14 + 0.12 * draws[3]), 0.014), steel * 0.6
    )
