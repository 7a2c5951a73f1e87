"""Laying what speaks for a class over what a model sees."""

from functools import cache

import numpy as np
from PIL import Image

#: Of Plotly's colour scales: dark to bright in a way that also the colour-blind read.
_SCALE = "Inferno"


def overlay(seen: np.ndarray, heat: np.ndarray, strength: float) -> np.ndarray:
    """What a model sees, with what speaks for a class glowing over it.

    Args:
        seen: uint8 (size, size, 3), `engine.serving.predict.Answer.seen`.
        heat: float (height, width), 0 to 1, `Predictor.explain`.
        strength: 0 shows the photo alone, 1 the heat alone.

    Returns:
        uint8 (size, size, 3).
    """
    size = seen.shape[1], seen.shape[0]
    smooth = np.asarray(Image.fromarray(heat).resize(size, Image.Resampling.BICUBIC)).clip(0, 1)
    glow = _colours()[np.rint(255 * smooth).astype(int)]
    mixed = (1 - strength) * seen.astype("float32") + strength * glow
    return np.rint(mixed).astype("uint8")


@cache
def _colours() -> np.ndarray:
    """(256, 3) colours of the scale, 0 to 255."""
    from plotly.colors import get_colorscale, sample_colorscale

    found = sample_colorscale(get_colorscale(_SCALE), np.linspace(0, 1, 256).tolist())
    return np.array([[float(part) for part in one[4:-1].split(",")] for one in found], "float32")
