"""What lies between the world and the picture: rain, snow, and the sensor's grain."""

import numpy as np

from engine.scenes.canvas import SIZE, Canvas, Sheet
from engine.scenes.scene import Scene
from engine.scenes.shapes import OCTAGON, discs, lines

_DROPS = 170
#: Standard picture noise of a good camera, and what bad weather adds, in grey levels.
_GRAIN, _MORE_GRAIN = 5.0, 46.0


def paint_weather(scene: Scene, canvas: Canvas) -> None:
    """Paint the veil of the weather over everything: rain, snow, or only mist."""
    noise = scene.parameters.noise
    veil = scene.light.horizon
    canvas.veil(veil, 0.16 * noise)
    kind = scene.streams.choice("weather", ("mist", "rain", "snow"))
    if kind == "mist" or noise < 0.02:
        return
    sheet = Sheet()
    draws = scene.streams.draws("drops", _DROPS, 4)
    places = draws[:, :2] * 3.2 - 1.6
    if kind == "rain":
        fall = np.array([0.035, 0.17]) * (0.5 + draws[:, 2:3])
        shapes = lines(places, places + fall, 0.004 + 0.006 * draws[:, 3])
        sheet.polygons(shapes, veil * 0.5 + 110.0, alpha=0.5 * noise, glow=1.0)
    else:
        radii = np.repeat(0.006 + 0.02 * draws[:, 2:3] ** 2, 2, axis=1)
        white = 175.0 + 70.0 * (1.0 - scene.light.night)
        sheet.polygons(
            discs(places, radii, OCTAGON), (white, white, white), alpha=0.85 * noise, glow=1.0
        )
    canvas.place(sheet)


def _vignette() -> np.ndarray:
    """A photo's slightly darker corners: levels of 256, uint16 of shape (SIZE, SIZE, 3)."""
    across = (np.arange(SIZE) - (SIZE - 1) / 2) / (SIZE / 2)
    away = across[:, None] ** 2 + across[None, :] ** 2
    # Once for each channel: NumPy is slow where its innermost loop is three steps long.
    return np.rint(256.0 - 15.0 * away)[..., None].repeat(3, axis=2).astype(np.uint16)


_VIGNETTE = _vignette()


def with_grain(scene: Scene, pixels: np.ndarray) -> np.ndarray:
    """The uint8 picture with darker corners and the noise of a sensor."""
    grain = scene.streams.draws("grain", SIZE, SIZE)
    grain -= 0.5
    grain *= _GRAIN + _MORE_GRAIN * scene.parameters.noise
    levels = np.rint(grain, out=grain).astype(np.int16)
    # 16 bits hold it all: 255 * 256 before the shift, and at most 255 +- 26 after it.
    shaded = pixels * _VIGNETTE
    shaded >>= 8
    shaded = shaded.view(np.int16)
    for channel in range(3):
        shaded[..., channel] += levels
    return np.clip(shaded, 0, 255, out=shaded).astype(np.uint8)
