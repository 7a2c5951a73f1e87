"""Changes that happen to photos of things: turned, nearer, aside, dark, out of focus, squeezed.

Pure functions from pixels to pixels, through numpy and Pillow alone: the same pixels on every
machine and for every model. A photo is changed before a model resizes it, at the size of
`working_square`, so that a model of 300 pixels and one of 224 are asked about the same picture.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from PIL import Image, ImageFilter

from engine.data.images import decode_photo, encode_jpeg, resize_for_model
from engine.errors import EngineError

#: Pixels. The test photos of `clothing` have a shorter side of 400: they are cropped and keep every
#: pixel. Larger photos are made so small first, or turning 12 megapixels would take seconds, and a
#: JPEG's blocks of 8 pixels would vanish when a model resizes the photo.
WORKING_SIDE = 400


@dataclass(frozen=True)
class Change:
    """One way of changing pictures, by a number.

    Attributes:
        title: What it is called.
        unit: What the number counts, such as `°` or `×`; nothing for a plain number.
        unchanged: The number that leaves a picture as it is.
        values: Where accuracy is measured, ascending, `unchanged` among them; the first and the
            last are the ends of what is allowed.
        explanation: What the number does, in a sentence or two.
        ratio: Whether equal ratios look like equal steps, as for zoom; else equal differences do.
    """

    title: str
    unit: str
    unchanged: float
    values: tuple[float, ...]
    explanation: str
    ratio: bool = False


#: Rotation is measured closer around upright: training turns photos by up to 36 degrees, so that is
#: where models trained with and without it part.
DISTORTIONS: Mapping[str, Change] = MappingProxyType(
    {
        "rotation": Change(
            "Rotation",
            "°",
            0,
            (-180, -120, -90, -60, -30, -15, 0, 15, 30, 60, 90, 120, 180),
            "The photo is turned counter-clockwise; what a turn uncovers is filled by the photo's "
            "reflection, as in training.",
        ),
        "zoom": Change(
            "Zoom",
            "×",
            1,
            (0.4, 0.55, 0.75, 1, 1.35, 1.8, 2.5),
            "2 shows the middle half of the photo, 0.5 the whole photo at half its size; what that "
            "uncovers is filled by the photo's reflection, as in training.",
            ratio=True,
        ),
        "shift": Change(
            "Shift",
            "%",
            0,
            (-45, -30, -15, 0, 15, 30, 45),
            "The photo moves to the right, below 0 to the left, by so much of its side; what that "
            "uncovers is filled by the photo's reflection.",
        ),
        "brightness": Change(
            "Brightness",
            "×",
            1,
            (0.15, 0.3, 0.55, 1, 1.8, 3, 5),
            "All pixels are multiplied; what would be brighter than white becomes white.",
            ratio=True,
        ),
        "blur": Change(
            "Blur",
            "%",
            0,
            (0, 0.25, 0.5, 1, 2, 3.5, 5),
            "Radius of a Gaussian blur, in % of the side: 1 % is 3 pixels of 300.",
        ),
        "jpeg_quality": Change(
            "JPEG quality",
            "",
            100,
            (1, 3, 5, 10, 20, 50, 100),
            f"The photo is saved as a JPEG of at most {WORKING_SIDE} pixels a side and opened "
            "again; at 100 it is left as it is.",
            ratio=True,
        ),
    }
)


def distort(photo: np.ndarray, parameter: str, value: float) -> np.ndarray:
    """The middle square of a photo, changed.

    Args:
        photo: uint8 (height, width, 3), RGB, as `engine.data.images.decode_photo` gives it, or its
            `working_square` already.
        parameter: A key of `DISTORTIONS`.
        value: How much, within the ends of its values.

    Returns:
        uint8 (side, side, 3), side as of `working_square`; the photo itself, whole, where the
        value leaves it as it is: a model then sees exactly what it sees without this module.

    Raises:
        EngineError: If the parameter is unknown or the value out of range.
    """
    check_value(DISTORTIONS, parameter, value)
    if value == DISTORTIONS[parameter].unchanged:
        return photo
    return _FUNCTIONS[parameter](working_square(photo), value)


def check_value(changes: Mapping[str, Change], parameter: str, value: float) -> None:
    """Check a parameter and its value.

    Args:
        changes: The changes by parameter.
        parameter: One of them.
        value: How much.

    Raises:
        EngineError: If the parameter is unknown or the value out of range.
    """
    if parameter not in changes:
        raise EngineError(
            f"The parameter must be one of {', '.join(changes)}. Received: {parameter!r}"
        )
    low, *_, high = changes[parameter].values
    if not low <= value <= high:  # also refuses NaN
        raise EngineError(f"`{parameter}` must be between {low} and {high}. Received: {value!r}")


def working_square(photo: np.ndarray) -> np.ndarray:
    """The middle square of a photo, its side at most `WORKING_SIDE` pixels, never enlarged.

    Args:
        photo: uint8 (height, width, 3).

    Returns:
        uint8 (side, side, 3); a square of that size comes back as it is.
    """
    height, width = photo.shape[:2]
    side = min(height, width)
    if side > WORKING_SIDE:
        return resize_for_model(photo, WORKING_SIDE)
    # By whole pixels: half a pixel aside would blur the photo before it is changed.
    top, left = (height - side) // 2, (width - side) // 2
    return photo[top : top + side, left : left + side]


def _rotated(square: np.ndarray, degrees: float) -> np.ndarray:
    side = len(square)
    # From the middle a corner is sqrt(2) as far as an edge.
    margin = math.ceil(side * (math.sqrt(2) - 1) / 2) + 1
    turned = _mirrored(square, margin).rotate(degrees, Image.Resampling.BILINEAR)
    return np.asarray(turned.crop((margin, margin, margin + side, margin + side)))


def _zoomed(square: np.ndarray, factor: float) -> np.ndarray:
    side = len(square)
    margin = max(0, math.ceil(side * (1 / factor - 1) / 2))
    middle, half = margin + side / 2, side / factor / 2
    box = (middle - half, middle - half, middle + half, middle + half)
    # `resize` averages where it makes smaller, as a lens does.
    zoomed = _mirrored(square, margin).resize((side, side), Image.Resampling.BILINEAR, box)
    return np.asarray(zoomed)


def _shifted(square: np.ndarray, percent: float) -> np.ndarray:
    side = len(square)
    pixels = round(side * percent / 100)
    added = ((0, 0), (max(0, pixels), max(0, -pixels)), (0, 0))
    left = max(0, -pixels)
    return np.pad(square, added, mode="symmetric")[:, left : left + side]


def _brightened(square: np.ndarray, factor: float) -> np.ndarray:
    return np.clip(np.rint(np.arange(256) * factor), 0, 255).astype("uint8")[square]


def _blurred(square: np.ndarray, percent: float) -> np.ndarray:
    radius = len(square) * percent / 100
    return np.asarray(Image.fromarray(square).filter(ImageFilter.GaussianBlur(radius)))


def _saved(square: np.ndarray, quality: float) -> np.ndarray:
    return decode_photo(encode_jpeg(square, round(quality)))


def _mirrored(square: np.ndarray, margin: int) -> Image.Image:
    """The photo within its own reflection, d c b a | a b c d | d c b a: Keras's `reflect`.

    As `engine.models.augmentation` fills what it uncovers, so that models which were trained with
    it are asked what they were trained for, and none can read "was turned" off a black corner.
    """
    added = ((margin, margin), (margin, margin), (0, 0))
    return Image.fromarray(np.pad(square, added, mode="symmetric"))


_FUNCTIONS: Mapping[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "rotation": _rotated,
    "zoom": _zoomed,
    "shift": _shifted,
    "brightness": _brightened,
    "blur": _blurred,
    "jpeg_quality": _saved,
}
