"""The light of an hour: colours of the sky, of the sun and of what lies in shadow."""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from engine.scenes.streams import Streams

# One row an hour: the hour; sky at the zenith and at the horizon (0-255); what the sky and what
# the sun gives to a white surface (0-1); how much of the street and window light is on.
_HOURS = np.array(
    [
        (5.0, 30, 40, 80, 158, 116, 130, 0.33, 0.34, 0.48, 0.13, 0.10, 0.12, 0.8),
        (6.1, 62, 88, 146, 252, 172, 122, 0.43, 0.41, 0.48, 0.44, 0.28, 0.17, 0.35),
        (7.5, 92, 142, 202, 250, 216, 172, 0.52, 0.52, 0.58, 0.54, 0.42, 0.27, 0.0),
        (10.0, 72, 138, 216, 200, 225, 240, 0.56, 0.58, 0.62, 0.54, 0.50, 0.42, 0.0),
        (13.0, 56, 122, 210, 188, 219, 243, 0.58, 0.60, 0.64, 0.54, 0.52, 0.46, 0.0),
        (16.5, 80, 138, 206, 232, 224, 200, 0.55, 0.55, 0.58, 0.54, 0.47, 0.35, 0.0),
        (18.5, 78, 92, 158, 255, 168, 98, 0.47, 0.41, 0.46, 0.52, 0.30, 0.14, 0.12),
        (19.7, 50, 56, 116, 214, 116, 110, 0.39, 0.37, 0.47, 0.22, 0.13, 0.11, 0.6),
        (20.7, 24, 32, 74, 92, 84, 130, 0.32, 0.35, 0.50, 0.09, 0.10, 0.14, 0.95),
        (22.0, 13, 21, 52, 48, 62, 104, 0.28, 0.33, 0.48, 0.10, 0.12, 0.17, 1.0),
    ]
)

_TIMES = _HOURS[:, 0].tolist()
# How much each column rises an hour until the next row; not at all after the last one.
_SLOPES = np.diff(_HOURS, axis=0) / np.diff(_HOURS[:, :1], axis=0)
_SLOPES = np.concatenate([_SLOPES, np.zeros((1, 14))])

#: The camera's: what the table calls white shall just reach white.
_EXPOSURE = 1.13


@dataclass(frozen=True)
class Light:
    """How a picture is lit.

    Attributes:
        zenith: Colour of the sky overhead, RGB 0-255.
        horizon: Colour of the sky where it meets the land, and of haze, RGB 0-255.
        ambient: Share of red, green and blue that every surface sends back, 0-1.
        sun: Share that a surface facing the sun sends back on top of it, 0-1.
        side: Where the sun stands, from the left (-1) to the right (1).
        slant: How much brighter what faces right is than what faces left, -1 to 1; at noon too
            there is some difference, or mountains would look flat.
        elevation: How high the sun stands, 0 to 1.
        night: How much of the lamps and windows is lit, 0-1.
        overcast: How much of the sky is one grey cover, 0-1.
    """

    zenith: np.ndarray
    horizon: np.ndarray
    ambient: np.ndarray
    sun: np.ndarray
    side: float
    slant: float
    elevation: float
    night: float
    overcast: float


def light_of(time_of_day: float, palette: float, noise: float, streams: Streams) -> Light:
    """The light at `time_of_day` hours; `palette` warms or cools it a little, `noise` greys it."""
    before = bisect_right(_TIMES, time_of_day) - 1
    row = _HOURS[before] + _SLOPES[before] * (float(time_of_day) - _TIMES[before])
    zenith, horizon, night = row[1:4], row[4:7], row[13]
    ambient, sun = row[7:10] * _EXPOSURE, row[10:13] * _EXPOSURE
    mirrored, cover, warmth = streams.draws("light", 3)
    # Two days in three are fair; on the others the cover takes the sun and the colour away.
    overcast = max(0.0, float(cover) - 0.62) * 2.4
    overcast = 1.0 - (1.0 - overcast) * (1.0 - 0.9 * noise)
    tint = 1.0 + (palette - 0.5 + 0.6 * (warmth - 0.5)) * np.array([0.12, 0.0, -0.14])
    zenith, horizon = zenith * tint, horizon * tint
    grey = horizon.mean() * np.array([0.93, 0.96, 1.0])
    zenith = zenith + (grey * 0.82 - zenith) * overcast * 0.9
    horizon = horizon + (grey - horizon) * overcast * 0.8
    side = (time_of_day - 13.0) / 7.6
    side = max(-1.0, min(1.0, side))
    handed = -1.0 if mirrored < 0.5 else 1.0
    return Light(
        zenith=zenith,
        horizon=horizon,
        ambient=(ambient + sun.mean() * overcast * 0.3) * (1.0 + (tint - 1.0) * 0.5),
        sun=sun * (1.0 - 0.75 * overcast),
        side=side * handed,
        slant=handed * (0.28 + 0.72 * side),
        elevation=1.0 - side * side,
        night=float(night),
        overcast=overcast,
    )
