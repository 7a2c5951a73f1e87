"""Trees, bushes, blades and small flowers: the greenery of every class."""

import numpy as np

from engine.scenes.canvas import Point, Sheet
from engine.scenes.scene import Scene
from engine.scenes.shapes import OCTAGON, blobs, disc, discs, line, lines

_NIGHT_BLUE = (10.0, 14.0, 30.0)
#: Draws that `paint_tree` takes of its row, whatever the kind of tree.
TREE_DRAWS = 112
TREES = ("broadleaf", "conifer", "birch", "palm")

_CLUSTERS = 26
# A conifer's tiers: shares of its height where they begin and where they end.
_TIERS = np.linspace(0.12, 0.78, 6)
_TIER_TOPS = np.minimum(1.0, _TIERS + 0.3)
_SIDES = np.array([[-1.0], [1.0]])


def paint_shadow(
    scene: Scene, sheet: Sheet, u: float, v: float, width: float, height: float
) -> None:
    """Darken the ground at the foot of something `width` wide and `height` high."""
    light = scene.light
    reach = height * (0.15 + 0.75 * (1.0 - light.elevation))
    strength = 0.12 + 0.6 * float(light.sun.mean())
    middle = u - (1 if light.side > 0 else -1) * min(1.0, abs(light.side) * 4) * reach * 0.55
    sheet.polygon(
        disc(middle, v - 0.02 * height, width * 0.5 + reach * 0.55, 0.05 * height + 0.09 * width),
        _NIGHT_BLUE,
        alpha=strength,
        lit=0.0,
    )


def paint_cast_shadow(
    scene: Scene, sheet: Sheet, left: float, right: float, foot: float, height: float
) -> None:
    """Darken the ground beside a broad block with a straight foot line."""
    light = scene.light
    reach = -light.side * height * (0.2 + 0.9 * (1.0 - light.elevation))
    toward = foot - (0.1 + 0.06 * light.elevation) * height
    strength = 0.15 + 0.6 * float(light.sun.mean())
    for grow, share in ((1.0, 0.6), (0.8, 0.4)):
        down = foot + (toward - foot) * grow
        outline = [
            (left, foot + 0.01),
            (right, foot + 0.01),
            (right + reach * grow, down),
            (left + reach * grow, down),
        ]
        sheet.polygon(outline, _NIGHT_BLUE, alpha=strength * share, lit=0.0)


def paint_islet(scene: Scene, sheet: Sheet, u: float, v: float, width: float) -> None:
    """A spot of land in the water, for what cannot swim."""
    soil = scene.palette.colour("grass", 0.2)
    for grow, tone in ((1.0, 0.5), (0.92, 0.85)):
        outline = disc(u, v - 0.02 * width * grow, width * 0.5 * grow, width * 0.11 * grow)
        sheet.polygon(outline, soil * tone, lit=0.7)


def paint_tree(
    scene: Scene,
    sheet: Sheet,
    kind: str,
    u: float,
    v: float,
    height: float,
    row: np.ndarray,
    depth: float = 0.0,
    clusters: int = _CLUSTERS,
) -> None:
    """Paint a tree of a kind of `TREES` that stands at (u, v) and is `height` high.

    `row` holds `TREE_DRAWS` draws that make it the tree it is; fewer `clusters` of leaves (at
    most 26) are enough for one far away.
    """
    if kind == "conifer":
        _paint_conifer(scene, sheet, u, v, height, row, depth)
    elif kind == "palm":
        _paint_palm(scene, sheet, u, v, height, row, depth)
    else:
        _paint_leafy(scene, sheet, u, v, height, row, depth, clusters, kind == "birch")


def _paint_leafy(
    scene: Scene,
    sheet: Sheet,
    u: float,
    v: float,
    height: float,
    row: np.ndarray,
    depth: float,
    clusters: int,
    birch: bool,
) -> None:
    # Plain numbers: arithmetic with single numbers of NumPy's takes several times as long.
    u, v, height = float(u), float(v), float(height)
    bark = np.array([214.0, 208.0, 198.0]) if birch else scene.palette.colour("bark", row[0])
    leaf = scene.palette.colour("leaves", 0.35 * row[1] + (0.2 if birch else 0.0))
    slim = 0.6 if birch else 1.0
    width = height * (0.26 + 0.14 * float(row[2])) * slim
    crown = np.array([u + (float(row[3]) - 0.5) * 0.12 * height, v + height * 0.64])
    thick = height * (0.035 if birch else 0.06)
    middle = float(crown[0])
    fork, tips = (u * 0.4 + middle * 0.6, v + height * 0.36), v + height * 0.58
    wood = [line((u, v), crown.tolist(), thick, thick * 0.5)]
    for side in (-1, 1):
        limb = (middle + side * width * 0.55, tips)
        wood.append(line(fork, limb, thick * 0.5, thick * 0.2))
    sheet.polygons(
        np.array(wood),
        np.array([bark, bark * 0.9, bark * 0.9]),
        lit=np.array([0.55, 0.7, 0.7]),
        depth=depth,
    )
    if birch:
        marks = np.arange(1, 6) * 0.1
        feet = np.stack([u + (crown[0] - u) * marks / 0.64, v + height * marks], axis=1)
        sheet.polygons(
            discs(feet, np.array([[thick * 0.3, thick * 0.14]])), (52.0, 48.0, 46.0), depth=depth
        )
    paint_crown(scene, sheet, crown, (width, height * 0.36), leaf, row[8:], depth, clusters)


def paint_crown(
    scene: Scene,
    sheet: Sheet,
    middle: Point,
    radii: Point,
    leaf: np.ndarray,
    draws: np.ndarray,
    depth: float = 0.0,
    clusters: int = _CLUSTERS,
) -> None:
    """Paint clusters of leaves within an ellipse, lit from the sun's side; takes 104 draws."""
    table = draws[: clusters * 4].reshape(clusters, 4)
    angle, away = table[:, 0] * 2.0 - 1.0, table[:, 1] * 2.0 - 1.0
    places = np.empty((clusters, 2))
    places[:, 0], places[:, 1] = angle * (1.0 - 0.35 * away * away) * 0.72, away * 0.72
    big = max(3, clusters // 3)
    sizes = np.full((clusters, 1), 0.34)
    sizes[:big] = 0.56
    places[:big] *= 0.7
    radii = np.array(radii)
    light = scene.light
    facing = places[:, 0] * light.slant * 0.6 + places[:, 1] * 0.5
    lit = np.minimum(np.maximum(0.5 + 0.75 * facing, 0.0), 1.0)
    tone = 0.82 + 0.3 * table[:, 2:3] + 0.22 * facing[:, None]
    tone[:big] *= 0.74
    outlines = blobs(middle + places * radii, sizes * radii, table[:, 3])
    sheet.polygons(outlines, leaf * tone, lit=lit, depth=depth)


def _paint_conifer(
    scene: Scene, sheet: Sheet, u: float, v: float, height: float, row: np.ndarray, depth: float
) -> None:
    needle = scene.palette.colour("needles", 0.5 * row[1])
    bark = scene.palette.colour("bark", row[0])
    width = height * (0.17 + 0.1 * row[2])
    sheet.polygon(line((u, v), (u, v + height * 0.3), height * 0.045), bark, lit=0.4, depth=depth)
    half = width * (1.0 - _TIERS) * (0.9 + 0.3 * row[8:14])
    bottoms, tops = v + _TIERS * height, v + _TIER_TOPS * height
    sag = height * 0.035
    # The tiers' left halves, then their right ones: (sides, tiers, corners, 2).
    reach = _SIDES * half
    outlines = np.empty((2, len(_TIERS), 6, 2))
    across, up = outlines[..., 0], outlines[..., 1]
    across[..., 0] = across[..., 5] = u
    across[..., 1], across[..., 2] = u + reach * 0.55, u + reach
    across[..., 3], across[..., 4] = u + reach * 0.6, u + reach * 0.3
    up[..., 0], up[..., 1], up[..., 2] = tops, (bottoms + tops) / 2 - sag, bottoms - sag
    up[..., 3], up[..., 4], up[..., 5] = bottoms + sag * 0.3, bottoms - sag * 0.9, bottoms
    facing = 0.5 + 0.5 * _SIDES * max(-1.0, min(1.0, scene.light.slant * 2.0))
    tone = 0.8 + 0.25 * row[16:22] + 0.16 * facing
    sheet.polygons(
        outlines.reshape(-1, 6, 2),
        needle * tone.reshape(-1, 1),
        lit=np.repeat(0.25 + 0.6 * facing, len(_TIERS)),
        depth=depth,
    )


def _paint_palm(
    scene: Scene, sheet: Sheet, u: float, v: float, height: float, row: np.ndarray, depth: float
) -> None:
    bark = scene.palette.colour("bark", row[0])
    leaf = scene.palette.colour("stem", 0.3 * row[1])
    lean = (row[2] - 0.5) * 0.5 * height
    share = np.linspace(0.0, 1.0, 7)
    spine = np.stack([u + lean * share * share, v + height * 0.78 * share], axis=1)
    sheet.polygons(
        lines(
            spine[:-1],
            spine[1:] + np.array([0, 0.01 * height]),
            height * np.linspace(0.05, 0.03, 6),
        ),
        bark * (0.85 + 0.3 * (np.arange(6)[:, None] % 2)),
        lit=0.6,
        depth=depth,
    )
    top = spine[-1]
    for frond in range(9):
        angle = (frond - 4) / 4.0 + 0.25 * (row[8 + frond] - 0.5)
        reach = height * (0.4 + 0.12 * row[20 + frond])
        along = np.linspace(0.0, 1.0, 6)
        drop = 0.55 * abs(angle) + 0.12
        ridge = np.stack(
            [
                top[0] + reach * angle * along * (1.0 - 0.15 * along),
                top[1] + reach * ((0.75 - 0.45 * abs(angle)) * along - drop * 1.6 * along * along),
            ],
            axis=1,
        )
        sag = np.stack([np.zeros(6), -0.15 * height * np.sqrt(along * (1.0 - along))], axis=1)
        outline = np.concatenate([ridge, (ridge + sag)[::-1]])
        lit = 0.5 + 0.4 * angle * scene.light.slant
        sheet.polygon(outline, leaf * (0.8 + 0.3 * row[30 + frond]), lit=lit, depth=depth)


def paint_bush(
    scene: Scene,
    sheet: Sheet,
    u: float,
    v: float,
    height: float,
    row: np.ndarray,
    depth: float = 0.0,
) -> None:
    """Paint a bush that stands at (u, v); takes `TREE_DRAWS` draws."""
    leaf = scene.palette.colour("leaves", 0.45 * row[1])
    radii = (height * (0.7 + 0.4 * row[2]), height * 0.55)
    paint_crown(scene, sheet, np.array([u, v + height * 0.42]), radii, leaf, row[8:], depth, 18)


def paint_blades(
    scene: Scene,
    sheet: Sheet,
    feet: np.ndarray,
    heights: np.ndarray,
    draws: np.ndarray,
    colour: np.ndarray,
    depth: float = 0.0,
) -> None:
    """Paint bent blades of grass: (n, 2) feet, (n,) heights, (n, 3) draws."""
    bend = (draws[:, 0] - 0.5) * heights * 0.9
    u, v, half = feet[:, 0], feet[:, 1], 0.006 + 0.02 * heights
    middle = u + bend * 0.3
    outline = np.empty((len(feet), 5, 2))
    across, up = outline[..., 0], outline[..., 1]
    across[:, 0], across[:, 1], across[:, 3] = u - half, u + half, u + bend
    across[:, 2], across[:, 4] = middle + half * 0.7, middle - half * 0.7
    up[:, 0] = up[:, 1] = v
    up[:, 2] = up[:, 4] = v + heights * 0.6
    up[:, 3] = v + heights
    tone = 0.65 + 0.6 * draws[:, 1:2]
    sheet.polygons(outline, colour * tone, lit=0.4 + 0.5 * draws[:, 2], depth=depth)


def paint_small_flowers(
    scene: Scene,
    sheet: Sheet,
    feet: np.ndarray,
    heights: np.ndarray,
    draws: np.ndarray,
    depth: float = 0.0,
) -> None:
    """Paint stems with simple five-petalled heads: (n, 2) feet, (n,) heights, (n, 4) draws."""
    stem = scene.palette.colour("stem", 0.1)
    heads = feet + np.stack([(draws[:, 0] - 0.5) * heights * 0.4, heights], axis=1)
    sheet.polygons(lines(feet, heads, 0.03 * heights), stem * 0.9, lit=0.6, depth=depth)
    colours = scene.palette.colours("petal", draws[:, 1])
    radii = heights * (0.09 + 0.06 * draws[:, 2])
    for petal in OCTAGON[::2] * 0.75 + OCTAGON[1::2] * 0.25:
        centres = heads + petal * radii[:, None]
        lit = 0.75 + 0.2 * petal[1]
        sheet.polygons(
            discs(centres, np.stack([radii, radii * 0.85], 1) * 0.72), colours, lit=lit, depth=depth
        )
    sheet.polygons(
        discs(heads, np.stack([radii, radii], 1) * 0.42), (240.0, 205.0, 90.0), lit=0.8, depth=depth
    )
