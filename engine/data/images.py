"""Photos: from any bytes to one safe RGB array, and from there to the pixels a model sees.

Training, uploads and the command line all come through `decode_photo`, so a photo looks the
same to each of them, and a hostile file meets the same refusal everywhere.
"""

import functools
import io
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from engine.errors import EngineError

#: How `decode_photo` and `resize_for_model` make pixels: whatever has been computed from them and
#: kept is named after it, so whoever changes a pixel changes this too.
PIXELS = "sRGB as stored, middle square, bilinear, 1"

MAX_PIXELS = 50_000_000
MAX_BYTES = 20 * 1024 * 1024

#: Pillow's names of the formats that are opened. Its JPEG opener also answers for MPO, the
#: several pictures in one .jpg of many phones, of which the first is taken. AVIF stands before
#: HEIF because both claim the neutral `mif1` files, and Pillow moves on when AVIF declines.
ALLOWED_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "BMP", "GIF")

#: Extensions of photo files, lower case, for upload fields and for finding photos in folders.
FILE_EXTENSIONS = (
    ".jpg",
    ".jpeg",
    ".jfif",
    ".png",
    ".webp",
    ".avif",
    ".heic",
    ".heif",
    ".bmp",
    ".gif",
)

_FORMATS_IN_WORDS = "JPEG, PNG, WebP, AVIF, HEIC, BMP or GIF"

# A whole photo of MAX_PIXELS and its conversions would not fit beside each other in the memory of
# a free host, so pixels leave Pillow in strips of about this many.
_STRIP_PIXELS = 1 << 20

# Set once here, because `warnings.catch_warnings` around each photo is not thread-safe: Pillow
# warns about sloppy metadata in photos it reads well, which nobody can act on, and only warns
# about sizes that must be refused.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


class PhotoError(EngineError):
    """A file is not a photo that can be used; the message says what would be."""


def decode_photo(data: bytes, name: str = "the photo") -> np.ndarray:
    """Turn the bytes of a photo file into its pixels, upright.

    The first frame of an animation is taken, transparency is laid on white, and 16-bit, CMYK,
    palette and grey photos become 8-bit RGB.

    Args:
        data: The whole file, at most `MAX_BYTES`.
        name: What to call the photo in an error: a file name, of which the last part is shown.

    Returns:
        uint8 array of shape (height, width, 3): RGB, 0 to 255.

    Raises:
        PhotoError: If the file is empty, too large, of another format, cut short or damaged.
    """
    name = shown_name(name)
    _check_bytes(len(data), name)
    _register_heif()
    # Whatever a decoder raises on a hostile file (Pillow documents no full list), the visitor's
    # answer is the same.
    try:
        image = Image.open(io.BytesIO(data), formats=ALLOWED_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(name, "many more") from error
    except UnidentifiedImageError as error:
        raise PhotoError(
            f"Cannot read {name}: it must be an undamaged {_FORMATS_IN_WORDS} photo."
        ) from error
    except Exception as error:
        raise _damaged(name) from error
    width, height = image.size
    if width * height > MAX_PIXELS:  # known from the header: nothing is decoded yet
        raise _too_many_pixels(name, f"{width} x {height} pixels")
    try:
        image.load()
        _turn_upright(image)
        return _rgb(image)
    except Exception as error:
        raise _damaged(name) from error


def read_photo(path: Path) -> np.ndarray:
    """Read a photo file: `decode_photo` of its content.

    Returns:
        uint8 array of shape (height, width, 3): RGB, 0 to 255, upright.

    Raises:
        PhotoError: If there is no such file, or `decode_photo` refuses it.
    """
    path = Path(path)
    name = shown_name(path.name)
    try:
        if not path.is_file():
            raise PhotoError(f"Cannot read {name}: there is no such file.")
        _check_bytes(path.stat().st_size, name)
        data = path.read_bytes()
    except OSError as error:
        raise PhotoError(f"Cannot read {name}: the file cannot be opened.") from error
    return decode_photo(data, name)


def resize_for_model(photo: np.ndarray, size: int) -> np.ndarray:
    """The pixels a model sees: the middle square of the photo.

    These are THE pixels of training and of live prediction alike. Pillow makes them, with its
    antialiased bilinear filter, before any backend sees them, so that every backend gets equal
    pixels. Cropped rather than squeezed, because ImageNet's photos have their true proportions:
    on the validation split of `clothing` a logistic regression on ResNet50's features named
    88.7 % right after cropping, 86.4 % after squeezing and 86.2 % after padding.

    Args:
        photo: uint8 array of shape (height, width, 3).
        size: Side of the square, in pixels.

    Returns:
        uint8 array of shape (size, size, 3), raw 0 to 255.

    Raises:
        PhotoError: If `photo` is not such an array.
    """
    return np.array(ImageOps.fit(_image(photo), (size, size), Image.Resampling.BILINEAR))


def thumbnail(photo: np.ndarray, side: int) -> np.ndarray:
    """The photo for display, made smaller where its longer side exceeds `side` pixels.

    Args:
        photo: uint8 array of shape (height, width, 3).
        side: Largest height and width of the result, in pixels.

    Returns:
        uint8 array of shape (at most side, at most side, 3) with the photo's aspect ratio.

    Raises:
        PhotoError: If `photo` is not such an array.
    """
    image = _image(photo)
    image.thumbnail((side, side))
    return np.array(image)


def encode_jpeg(photo: np.ndarray, quality: int = 85) -> bytes:
    """A JPEG file of a photo, a uint8 array of shape (height, width, 3).

    Raises:
        PhotoError: If `photo` is not such an array, or a side exceeds JPEG's 65,500 pixels.
    """
    image = _image(photo)
    if max(image.size) > 65_500:
        raise PhotoError(
            "A JPEG photo must be at most 65500 pixels wide and high. "
            f"Received: {image.width} x {image.height} pixels"
        )
    return _encoded(image, "JPEG", quality=quality)


def encode_png(photo: np.ndarray) -> bytes:
    """A PNG file, which loses nothing, of a uint8 array of shape (height, width, 3).

    Raises:
        PhotoError: If `photo` is not such an array.
    """
    return _encoded(_image(photo), "PNG")


@functools.cache
def _register_heif() -> None:
    """Teach Pillow HEIC, on the first photo (two threads at once may both do it, harmlessly)."""
    import pillow_heif

    # The pictures beside the photo are never shown: do not even parse them.
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def _turn_upright(image: Image.Image) -> None:
    """Apply the EXIF orientation to a loaded image, in place."""
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except MemoryError:
        raise
    except Exception:
        # The pixels are whole and only the metadata is broken. Pillow turns before it rewrites
        # the metadata, so an orientation that could be read has been applied.
        return


def _rgb(image: Image.Image) -> np.ndarray:
    width, height = image.size
    rows = max(1, _STRIP_PIXELS // width)
    photo = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        strip = image if bottom - top == height else image.crop((0, top, width, bottom))
        photo[top:bottom] = _rgb_strip(strip)
    return photo


def _rgb_strip(image: Image.Image) -> np.ndarray:
    """uint8 array of shape (height, width, 3), or (height, width, 1) for grey."""
    if image.mode.startswith("I"):
        # 16-bit grey, which Pillow would clip at 255. It keeps the high byte of 16-bit colour,
        # so grey keeps it too.
        values = np.asarray(image)
        grey = (np.clip(values, 0, 65535) >> 8).astype(np.uint8)
        grey[values == image.info.get("transparency", -1)] = 255
        return grey[..., np.newaxis]
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image.convert("RGBA"))
        image = white
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def _image(photo: np.ndarray) -> Image.Image:
    if photo.dtype != np.uint8 or photo.ndim != 3 or photo.shape[2] != 3 or photo.size == 0:
        raise PhotoError(
            "A photo must be a uint8 array of shape (height, width, 3). "
            f"Received: {photo.dtype} array of shape {photo.shape}"
        )
    return Image.fromarray(photo)


def _encoded(image: Image.Image, file_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def shown_name(name: str) -> str:
    """The last part of a file name, on one line: where a file lies is nobody's business."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(c if c.isprintable() else "?" for c in last)[:100] or "the photo"


def _check_bytes(count: int, name: str) -> None:
    if count == 0:
        raise PhotoError(f"Cannot read {name}: the file is empty, choose another photo.")
    if count > MAX_BYTES:
        raise PhotoError(
            f"Cannot read {name}: a photo must be at most {MAX_BYTES >> 20} MB. "
            f"Received: {math.ceil(count / 2**20 * 10) / 10} MB"
        )


def _too_many_pixels(name: str, received: str) -> PhotoError:
    return PhotoError(
        f"Cannot read {name}: a photo must have at most {MAX_PIXELS // 10**6} megapixels. "
        f"Received: {received}"
    )


def _damaged(name: str) -> PhotoError:
    return PhotoError(
        f"Cannot read {name}: the file is cut short or damaged, save it again or choose another."
    )
