"""Colours as `#RRGGBB`: the grey of what is no network, shades, and colours seen through."""

import colorsys
from collections.abc import Iterable

#: Baselines, lines that help to read a chart, guessing.
NEUTRAL = "#8A93A3"

#: Relative luminances between which a colour has 3:1 against white and against the dark theme.
_DARKEST, _MIDDLE, _LIGHTEST = 0.135, 0.2, 0.29
#: Degrees that the hue turns, and whether the luminance goes to the end that is farther from where
#: it is, or to the middle. Of the turns that were tried, these keep the shades farthest from the
#: models' own colours and from each other in the three kinds of colour blindness.
_SHADES = ((-20, True), (-50, False), (30, True))


def channels(colour: str) -> tuple[float, float, float]:
    """Red, green and blue of `#RRGGBB`, 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def transparent(colour: str, opacity: float) -> str:
    """`#RRGGBB` as `rgba(...)`.

    Args:
        colour: The colour.
        opacity: 0 for nothing to see, 1 for all of it.
    """
    red, green, blue = (round(255 * channel) for channel in channels(colour))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def mixed(colour: str, other: str, share: float) -> str:
    """A colour between two, as `rgb(...)`.

    Args:
        colour: What it is at a share of 0.
        other: What it is at a share of 1.
        share: 0 to 1.
    """
    ends = zip(channels(colour), channels(other), strict=True)
    return "rgb({},{},{})".format(*(round(255 * (a + (b - a) * share)) for a, b in ends))


def shade(colour: str, position: int) -> str:
    """A shade of a colour that is told apart from it, with at least 3:1 against both themes.

    Args:
        colour: The colour.
        position: Which shade, from 0 on; after three they come again.
    """
    degrees, far = _SHADES[position % len(_SHADES)]
    wanted = _MIDDLE
    if far:
        own = luminance(channels(colour))
        wanted = max((_DARKEST, _LIGHTEST), key=lambda end: abs(end - own))
    hue, _, saturation = colorsys.rgb_to_hls(*channels(colour))
    hue = (hue + degrees / 360) % 1
    # Luminance rises with lightness, but differently for each hue: halve the range until found.
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        if luminance(colorsys.hls_to_rgb(hue, middle, saturation)) < wanted:
            low = middle
        else:
            high = middle
    parts = colorsys.hls_to_rgb(hue, high, saturation)
    return "#" + "".join(f"{round(255 * part):02X}" for part in parts)


def luminance(parts: Iterable[float]) -> float:
    """Relative luminance, 0 to 1, as the Web Content Accessibility Guidelines define it.

    Args:
        parts: Red, green and blue, 0 to 1.
    """
    weights = (0.2126, 0.7152, 0.0722)
    linear = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return sum(weight * part for weight, part in zip(weights, linear, strict=True))
