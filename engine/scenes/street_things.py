"""Small things people put into the world: cars, lamps, people, fences, boats, parasols."""

import numpy as np

from engine.scenes.canvas import Colour, Point, Sheet
from engine.scenes.plants import paint_shadow
from engine.scenes.scene import Scene
from engine.scenes.shapes import BLOBS, CIRCLE, disc, glow_rings, line, lines, rectangle, rectangles

_CAR = np.array(
    [(-1.0, 0.16), (-1.0, 0.46), (-0.86, 0.56), (-0.58, 0.6), (-0.34, 0.95), (0.34, 0.95),
     (0.64, 0.6), (0.94, 0.52), (1.0, 0.16)]
)  # fmt: skip
_CAR_WINDOWS = np.array(
    [[(-0.46, 0.6), (-0.28, 0.87), (-0.02, 0.87), (-0.02, 0.6)],
     [(0.04, 0.6), (0.04, 0.87), (0.3, 0.87), (0.5, 0.6)]]
)  # fmt: skip


def paint_glow(
    sheet: Sheet, u: float, v: float, radius: float, colour: Colour, strength: float
) -> None:
    """Paint the light around a lamp; `strength` is 0-1, and 0 all day."""
    if strength <= 0.0:
        return
    sheet.polygons(glow_rings(u, v, radius), colour, alpha=0.15 * strength, glow=1.0)


def paint_thing(
    scene: Scene,
    sheet: Sheet,
    kind: str,
    u: float,
    foot: float,
    size: float,
    row: np.ndarray,
    depth: float,
) -> None:
    """Paint a thing of the given kind that stands at (u, foot); `row` holds 112 draws."""
    # Plain numbers: arithmetic with single numbers of NumPy's takes several times as long.
    _PAINTERS[kind](scene, sheet, float(u), float(foot), float(size), row, depth)


def paint_car(
    scene: Scene, sheet: Sheet, u: float, foot: float, size: float, row: np.ndarray, depth: float
) -> None:
    """A car seen from the side, as high as `size`."""
    paint_shadow(scene, sheet, u, foot, 2.0 * size, 0.5 * size)
    mirrored = np.array([-size if row[3] < 0.5 else size, size])
    body = scene.palette.colour("paint", row[4])
    sheet.polygon(_CAR * mirrored + [u, foot], body, lit=0.7, depth=depth)
    sheet.polygon(_CAR[[0, 1, 7, 8]] * mirrored + [u, foot], body * 0.86, lit=0.55, depth=depth)
    glass = scene.light.horizon * 0.4 + 24.0
    sheet.polygons(_CAR_WINDOWS * mirrored + [u, foot], glass, glow=1.0, depth=depth)
    for wheel in (-0.58, 0.58):
        middle = (u + wheel * size, foot + 0.17 * size)
        sheet.polygon(disc(*middle, 0.2 * size, 0.2 * size), (26, 26, 30), lit=0.4, depth=depth)
        sheet.polygon(disc(*middle, 0.1 * size, 0.1 * size), (150, 150, 155), depth=depth)
    if scene.light.night > 0.2:
        lamp = u + 0.97 * mirrored[0]
        glow = scene.light.night
        paint_glow(sheet, lamp, foot + 0.4 * size, 0.45 * size, (255, 240, 190), 0.5 * glow)


def paint_lamp(
    scene: Scene, sheet: Sheet, u: float, foot: float, size: float, row: np.ndarray, depth: float
) -> None:
    """A street lamp about three times as high as `size`."""
    high = foot + size * 2.7
    arm = size * (0.5 if row[3] < 0.5 else -0.5)
    post = scene.palette.colour("steel", row[5]) * 0.55
    sheet.polygon(line((u, foot), (u, high), 0.1 * size, 0.06 * size), post, depth=depth)
    sheet.polygon(line((u, high), (u + arm, high + 0.1 * size), 0.06 * size), post, depth=depth)
    head = (u + arm, high + 0.06 * size)
    night = scene.light.night
    if night > 0.02:
        paint_glow(sheet, *head, 1.1 * size, (255, 214, 140), 0.4 * night)
    bulb = np.array([230.0, 228.0, 220.0]) * (1 - night) + np.array([255.0, 240.0, 200.0]) * night
    sheet.polygon(disc(*head, 0.17 * size, 0.08 * size), bulb, glow=night, depth=depth)


def paint_people(
    scene: Scene, sheet: Sheet, u: float, foot: float, size: float, row: np.ndarray, depth: float
) -> None:
    """Three people about as high as `size`."""
    for person in range(3):
        draws = row[8 + 6 * person : 14 + 6 * person].tolist()
        at = u + (person - 1) * size * (0.5 + 0.4 * draws[0])
        tall = size * (0.75 + 0.3 * draws[1])
        down = foot - 0.12 * size * draws[2]
        coat = scene.palette.colour("paint", draws[3])
        legs = scene.palette.colour("steel", draws[4]) * 0.45
        paint_shadow(scene, sheet, at, down, 0.2 * tall, 0.6 * tall)
        for step in (-0.07, 0.07):
            sheet.polygon(
                line(
                    (at + step * tall, down),
                    (at + step * 0.5 * tall, down + 0.5 * tall),
                    0.1 * tall,
                ),
                legs,
                depth=depth,
            )
        torso = disc(at, down + 0.62 * tall, 0.14 * tall, 0.23 * tall)
        sheet.polygon(torso, coat, lit=0.7, depth=depth)
        skin = np.array([226.0, 180.0, 150.0]) * (0.45 + 0.55 * draws[5])
        sheet.polygon(disc(at, down + 0.93 * tall, 0.075 * tall, 0.09 * tall), skin, depth=depth)


def paint_fence(
    scene: Scene, sheet: Sheet, u: float, foot: float, size: float, row: np.ndarray, depth: float
) -> None:
    """A fence as high as `size` and four times as long."""
    wood = scene.palette.colour("bark" if row[3] < 0.6 else "wall", row[4])
    posts = u + np.linspace(-2.0, 2.0, 13) * size
    for level in (0.3, 0.68):
        sheet.polygon(
            rectangle(
                u - 2.1 * size, foot + level * size, u + 2.1 * size, foot + (level + 0.1) * size
            ),
            wood * 0.8,
            depth=depth,
        )
    sheet.polygons(
        rectangles(posts - 0.05 * size, foot, posts + 0.05 * size, foot + 0.9 * size),
        wood,
        lit=0.75,
        depth=depth,
    )


def paint_rock(
    scene: Scene, sheet: Sheet, u: float, foot: float, size: float, row: np.ndarray, depth: float
) -> None:
    """Three boulders."""
    stone = scene.palette.colour("rock", row[4])
    for boulder in range(3):
        draws = row[8 + 4 * boulder : 12 + 4 * boulder]
        wide = size * (0.3 + 0.35 * draws[0])
        middle = np.array([u + (boulder - 1) * 0.7 * size, foot + 0.2 * size])
        outline = BLOBS[int(draws[1] * 16)] * [wide, wide * 0.62]
        sheet.polygon(outline + middle, stone * 0.72, lit=0.35, depth=depth)
        toward = np.array([0.12 * scene.light.slant, 0.14]) * wide
        sheet.polygon(outline * 0.72 + middle + toward, stone, lit=0.8, depth=depth)


def paint_boat(
    scene: Scene, sheet: Sheet, u: float, foot: float, size: float, row: np.ndarray, depth: float
) -> None:
    """A sailing boat, about twice as high as `size`."""
    hull = scene.palette.colour("paint", row[4])
    sail = scene.palette.colour("wall", row[5]) * 0.5 + 125.0
    mirror = -size if row[3] < 0.5 else size
    deck = foot + 0.1 * size
    body = np.array([(-1.0, 0.22), (-0.75, -0.12), (0.7, -0.12), (1.05, 0.28)])
    sheet.polygon(body * [mirror, size] + [u, deck], hull, lit=0.6, depth=depth)
    sheet.polygon(line((u, deck), (u, deck + 2.2 * size), 0.05 * size), (90, 80, 72), depth=depth)
    for outline in (
        [(0.06, 0.35), (0.06, 2.1), (0.85, 0.4)],
        [(-0.07, 0.4), (-0.07, 1.9), (-0.7, 0.42)],
    ):
        sheet.polygon(np.array(outline) * [mirror, size] + [u, deck], sail, lit=0.8, depth=depth)


def paint_parasol(
    scene: Scene, sheet: Sheet, u: float, foot: float, size: float, row: np.ndarray, depth: float
) -> None:
    """A parasol about one and a half times as high as `size`, in two colours."""
    paint_shadow(scene, sheet, u, foot, 1.2 * size, 0.9 * size)
    top = foot + 1.5 * size
    sheet.polygon(line((u, foot), (u, top), 0.06 * size), (214, 208, 198), depth=depth)
    cloth = scene.palette.colour("petal", row[4])
    places = np.linspace(-1.0, 1.0, 9)
    rim = np.stack([u + places * 0.95 * size, top - 0.42 * size + 0.08 * size * (1 - places**2)], 1)
    dome = np.stack([u + places * 0.6 * size, top - 0.12 * size * (1.0 + places**2)], 1)
    for gore in range(8):
        colour = cloth if gore % 2 else np.array([244.0, 240.0, 232.0])
        side = (gore - 3.5) / 3.5
        lit = 0.65 + 0.3 * side * scene.light.slant
        outline = [rim[gore], rim[gore + 1], dome[gore + 1], (u, top), dome[gore]]
        sheet.polygon(outline, colour, lit=lit, depth=depth)


def paint_house(
    scene: Scene, sheet: Sheet, u: float, foot: float, size: float, row: np.ndarray, depth: float
) -> None:
    """A small house with a pitched roof, about as high as `size`."""
    wall, roof = scene.palette.colour("wall", row[4]), scene.palette.colour("roof", row[5])
    half, eaves = size * (0.5 + 0.25 * row[6]), foot + 0.55 * size
    paint_shadow(scene, sheet, u, foot, 2 * half, size)
    sheet.polygon(rectangle(u - half, foot, u + half, eaves), wall, lit=0.6, depth=depth)
    sheet.polygon(
        [(u - half * 1.12, eaves), (u + half * 1.12, eaves), (u + half * 0.8, foot + size),
         (u - half * 0.8, foot + size)], roof, lit=0.7, depth=depth,
    )  # fmt: skip
    places = u + half * np.array([-0.62, 0.0, 0.62])
    shine = np.clip((scene.light.night - row[20:23]) * 4, 0, 1)[:, None]
    pane = np.array([70.0, 80.0, 95.0]) * (1 - shine) + np.array([255.0, 210.0, 130.0]) * shine
    bottoms = foot + size * np.array([0.22, 0.0, 0.22])
    sheet.polygons(
        rectangles(places - 0.1 * size, bottoms, places + 0.1 * size, foot + 0.42 * size),
        pane, lit=0.5, glow=shine[:, 0], depth=depth,
    )  # fmt: skip


def paint_sign(
    scene: Scene, sheet: Sheet, u: float, foot: float, size: float, row: np.ndarray, depth: float
) -> None:
    """A road sign about one and a half times as high as `size`."""
    sheet.polygon(
        line((u, foot), (u, foot + 1.5 * size), 0.07 * size), (130, 132, 136), depth=depth
    )
    middle = (u, foot + 1.5 * size)
    ring = scene.palette.colour("paint", row[4])
    sheet.polygon(disc(*middle, 0.3 * size, 0.3 * size, CIRCLE), ring, depth=depth)
    sheet.polygon(disc(*middle, 0.22 * size, 0.22 * size, CIRCLE), (240, 240, 236), depth=depth)
    bar = rectangle(
        u - 0.13 * size, middle[1] - 0.05 * size, u + 0.13 * size, middle[1] + 0.05 * size
    )
    sheet.polygon(bar, ring * 0.7, depth=depth)


def paint_railing(
    scene: Scene,
    sheet: Sheet,
    start: Point,
    end: Point,
    height: float,
    posts: int,
    colour: Colour,
    depth: float = 0.0,
) -> None:
    """A railing between two points, with the given number of posts."""
    share = np.linspace(0.0, 1.0, posts)[:, None]
    feet = np.array(start) + (np.array(end) - np.array(start)) * share
    tops = feet + np.array([0.0, height])
    sheet.polygons(lines(feet, tops, 0.09 * height), colour, lit=0.6, depth=depth)
    for level in (0.5, 1.0):
        sheet.polygon(
            line(feet[0] + [0, level * height], feet[-1] + [0, level * height], 0.12 * height),
            colour,
            lit=0.75,
            depth=depth,
        )


_PAINTERS = {
    "car": paint_car,
    "lamp": paint_lamp,
    "people": paint_people,
    "fence": paint_fence,
    "rock": paint_rock,
    "boat": paint_boat,
    "parasol": paint_parasol,
    "house": paint_house,
    "sign": paint_sign,
}
