"""Untrusted photos become one safe RGB array, or one sentence."""

import io
import re
import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageOps

from engine.data.images import (
    ALLOWED_FORMATS,
    FILE_EXTENSIONS,
    MAX_BYTES,
    MAX_PIXELS,
    PhotoError,
    decode_photo,
    encode_jpeg,
    encode_png,
    read_photo,
    resize_for_model,
    thumbnail,
)
from engine.errors import EngineError

pillow_heif.register_heif_opener()  # the tests write HEIC too

LOSSLESS = {
    "PNG": {},
    "BMP": {},
    "WEBP": {"lossless": True},
}
LOSSY = {
    "JPEG": {"quality": 95},
    "WEBP": {"quality": 95},
    "AVIF": {"quality": 95},
    "HEIF": {"quality": 95},
    "MPO": {"quality": 95},
    "GIF": {},
}


def smooth(height: int, width: int) -> np.ndarray:
    """A photo without sharp edges, different in each corner."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 200 // width, y * 200 // height, 60 + 0 * x], axis=-1).astype(np.uint8)


def noise(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def encoded(image, file_format: str, **options) -> bytes:
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *more: bytes) -> bytes:
    """A PNG file by hand, for what Pillow cannot write."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            *more,
            chunk(b"IDAT", zlib.compress(rows)),
            chunk(b"IEND", b""),
        ]
    )


def png16(values: np.ndarray, colour: int, *more: bytes) -> bytes:
    """A 16-bit PNG of an array of shape (height, width, channels)."""
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    return png(values.shape[1], values.shape[0], 16, colour, rows, *more)


def with_orientation(photo: np.ndarray, orientation: int, file_format: str, **options) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return encoded(photo, file_format, exif=exif.tobytes(), **options)


def turned(stored: np.ndarray, orientation: int) -> np.ndarray:
    """What a viewer shows of stored pixels, by the definition of the EXIF tag."""
    return {
        1: stored,
        2: stored[:, ::-1],
        3: stored[::-1, ::-1],
        4: stored[::-1],
        5: stored.transpose(1, 0, 2),
        6: np.rot90(stored, -1),
        7: stored[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(stored),
    }[orientation]


def refusal(data: bytes, name: str = "the photo") -> str:
    with pytest.raises(PhotoError) as caught:
        decode_photo(data, name)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("Cannot read ")
    assert re.search(r"\.$|Received: .+$", message)
    return message


# ------------------------------------------------------------------ formats


@pytest.mark.parametrize("file_format", LOSSLESS)
def test_lossless_formats_give_the_exact_pixels(file_format):
    photo = noise(23, 17)
    decoded = decode_photo(encoded(photo, file_format, **LOSSLESS[file_format]))
    assert decoded.dtype == np.uint8
    assert np.array_equal(decoded, photo)


@pytest.mark.parametrize("file_format", LOSSY)
def test_lossy_formats_give_about_the_pixels(file_format):
    photo = smooth(64, 96)
    decoded = decode_photo(encoded(photo, file_format, **LOSSY[file_format]))
    assert decoded.dtype == np.uint8
    assert decoded.shape == photo.shape
    assert np.abs(decoded.astype(int) - photo).mean() < 6


def test_jpeg_pixels_are_pillows_own():
    data = encoded(noise(50, 70), "JPEG", quality=80)
    assert np.array_equal(decode_photo(data), np.asarray(Image.open(io.BytesIO(data))))


def test_an_mpo_of_two_pictures_gives_the_first():
    first, second = smooth(32, 40), np.zeros((32, 40, 3), np.uint8)
    data = encoded(first, "MPO", save_all=True, append_images=[Image.fromarray(second)], quality=95)
    assert Image.open(io.BytesIO(data)).format == "MPO"
    assert np.abs(decode_photo(data).astype(int) - first).mean() < 6


@pytest.mark.parametrize("file_format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_gives_its_first_frame(file_format):
    frames = [Image.new("RGB", (64, 64), colour) for colour in ((255, 0, 0), (0, 0, 255))]
    data = encoded(frames[0], file_format, save_all=True, append_images=frames[1:])
    assert Image.open(io.BytesIO(data)).n_frames == 2
    assert np.abs(decode_photo(data).astype(int) - (255, 0, 0)).max() < 8


def test_a_photo_of_several_strips_is_whole(monkeypatch):
    photo = noise(31, 10)
    monkeypatch.setattr("engine.data.images._STRIP_PIXELS", 40)
    assert np.array_equal(decode_photo(encode_png(photo)), photo)
    monkeypatch.setattr("engine.data.images._STRIP_PIXELS", 1)
    transparent = Image.new("RGBA", (10, 31), (0, 0, 0, 0))
    assert (decode_photo(encoded(transparent, "PNG")) == 255).all()


def test_extensions_are_lower_case_and_cover_every_format():
    assert all(re.fullmatch(r"\.[a-z]+", extension) for extension in FILE_EXTENSIONS)
    known = Image.registered_extensions()
    assert {known[extension] for extension in FILE_EXTENSIONS} == set(ALLOWED_FORMATS)


def test_the_result_can_be_written_to():
    photo = decode_photo(encode_png(noise(3, 3)))
    photo[0, 0] = 7
    assert (photo[0, 0] == 7).all()


# -------------------------------------------------------------- orientation


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["PNG", "WEBP"])
def test_orientation_is_applied_exactly(file_format, orientation):
    stored = noise(5, 9)
    data = with_orientation(stored, orientation, file_format, **LOSSLESS[file_format])
    assert np.array_equal(decode_photo(data), turned(stored, orientation))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("file_format", ["JPEG", "AVIF", "HEIF"])
def test_orientation_is_applied_once(file_format, orientation):
    stored = smooth(64, 96)
    photo = decode_photo(with_orientation(stored, orientation, file_format, quality=95))
    expected = turned(stored, orientation)
    assert photo.shape == expected.shape
    assert np.abs(photo.astype(int) - expected).mean() < 6


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\x08\0\0\0\xff\xff", b"x" * 50]
)
def test_broken_metadata_leaves_the_photo_as_it_is(exif):
    photo = noise(8, 6)
    data = encoded(photo, "PNG", exif=exif)
    assert np.array_equal(decode_photo(data), photo)


def test_orientation_is_applied_though_the_metadata_cannot_be_rewritten(monkeypatch):
    def fail(*_):
        raise struct.error("damaged tag")

    photo = noise(8, 6)
    data = with_orientation(photo, 6, "PNG")
    monkeypatch.setattr(Image.Exif, "tobytes", fail)
    assert np.array_equal(decode_photo(data), np.rot90(photo, -1))


# -------------------------------------------------------------------- modes


def test_alpha_is_laid_on_white():
    rgba = np.zeros((2, 2, 4), np.uint8)
    rgba[0, 0] = (10, 20, 30, 255)
    rgba[0, 1] = (10, 20, 30, 0)
    rgba[1, 0] = (0, 0, 0, 128)
    photo = decode_photo(encoded(rgba, "PNG"))
    assert photo[0, 0].tolist() == [10, 20, 30]
    assert photo[0, 1].tolist() == [255, 255, 255]
    assert photo[1, 0].tolist() == [127, 127, 127]


@pytest.mark.parametrize("file_format", ["WEBP", "AVIF", "HEIF", "GIF"])
def test_transparency_of_other_formats_is_laid_on_white(file_format):
    data = encoded(Image.new("RGBA", (64, 64), (200, 0, 0, 0)), file_format)
    assert decode_photo(data).min() >= 253


def test_grey_with_alpha():
    image = Image.new("LA", (2, 1), (90, 255))
    image.putpixel((1, 0), (90, 0))
    assert decode_photo(encoded(image, "PNG"))[0].tolist() == [[90] * 3, [255] * 3]


def test_grey():
    grey = noise(6, 7)[..., 0]
    photo = decode_photo(encoded(Image.fromarray(grey), "PNG"))
    assert np.array_equal(photo, np.repeat(grey[..., None], 3, axis=2))


@pytest.mark.parametrize("file_format", ["PNG", "BMP"])
def test_one_bit(file_format):
    image = Image.new("1", (9, 2), 0)
    image.putpixel((8, 1), 1)
    photo = decode_photo(encoded(image, file_format))
    assert photo.sum() == 3 * 255
    assert photo[1, 8].tolist() == [255, 255, 255]


def test_palette():
    image = Image.new("P", (2, 1))
    image.putpalette([1, 2, 3, 200, 100, 50])
    image.putpixel((1, 0), 1)
    assert decode_photo(encoded(image, "PNG"))[0].tolist() == [[1, 2, 3], [200, 100, 50]]


@pytest.mark.parametrize("transparency", [1, b"\xff\x00"], ids=["one entry", "alpha of entries"])
def test_palette_with_transparency(transparency):
    image = Image.new("P", (2, 1))
    image.putpalette([1, 2, 3, 200, 100, 50])
    image.putpixel((1, 0), 1)
    photo = decode_photo(encoded(image, "PNG", transparency=transparency))
    assert photo[0].tolist() == [[1, 2, 3], [255, 255, 255]]


def test_palette_with_half_transparency():
    image = Image.new("P", (1, 1))
    image.putpalette([0, 0, 0])
    photo = decode_photo(encoded(image, "PNG", transparency=b"\x80"))
    assert photo[0, 0].tolist() == [127, 127, 127]


@pytest.mark.parametrize("mode", ["RGB", "L", "1"])
def test_one_transparent_colour(mode):
    image = Image.new(mode, (2, 1), "black")
    image.putpixel((1, 0), (255, 0, 0) if mode == "RGB" else 255)
    black = (0, 0, 0) if mode == "RGB" else 0
    photo = decode_photo(encoded(image, "PNG", transparency=black))
    assert photo[0, 0].tolist() == [255, 255, 255]
    assert photo[0, 1, 0] == 255


def test_cmyk():
    image = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    assert np.abs(decode_photo(encoded(image, "JPEG")).astype(int) - (255, 0, 0)).max() < 4


def test_16_bit_grey_is_scaled_not_clipped():
    values = np.array([[[0], [255], [256], [32768], [65535]]])
    photo = decode_photo(png16(values, 0))
    assert photo[0].tolist() == [[v] * 3 for v in (0, 0, 1, 128, 255)]
    written_by_pillow = encoded(Image.fromarray(values[..., 0].astype(np.uint16)), "PNG")
    assert np.array_equal(decode_photo(written_by_pillow), photo)


def test_16_bit_grey_keeps_every_8_bit_value():
    values = np.arange(256).reshape(16, 16, 1)
    assert np.array_equal(decode_photo(png16(values * 257, 0)), np.repeat(values, 3, axis=2))


def test_16_bit_grey_with_a_transparent_value():
    values = np.array([[[300], [301]]])
    photo = decode_photo(png16(values, 0, chunk(b"tRNS", struct.pack(">H", 300))))
    assert photo[0].tolist() == [[255] * 3, [1] * 3]


def test_16_bit_colour_is_scaled_not_clipped():
    values = np.array([[[0, 32768, 65535], [256, 512, 1024]]])
    assert decode_photo(png16(values, 2))[0].tolist() == [[0, 128, 255], [1, 2, 4]]


def test_16_bit_with_alpha():
    grey = np.array([[[32768, 65535], [32768, 0]]])
    assert decode_photo(png16(grey, 4))[0].tolist() == [[128] * 3, [255] * 3]
    colour = np.array([[[0, 32768, 65535, 65535], [0, 32768, 65535, 0]]])
    assert decode_photo(png16(colour, 6))[0].tolist() == [[0, 128, 255], [255] * 3]


# ----------------------------------------------------------------- refusals


def test_a_photo_error_is_an_engine_error():
    assert issubclass(PhotoError, EngineError)


def test_empty():
    assert refusal(b"") == "Cannot read the photo: the file is empty, choose another photo."


def test_too_many_bytes():
    data = encode_png(noise(2, 2))
    assert decode_photo(data + bytes(MAX_BYTES - len(data))).shape == (2, 2, 3)
    message = refusal(data + bytes(MAX_BYTES - len(data) + 1))
    assert message == "Cannot read the photo: a photo must be at most 20 MB. Received: 20.1 MB"


@pytest.mark.parametrize(
    "data",
    [
        b"a",
        b"This is a letter, not a photo.\n",
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'></svg>",
        b"%PDF-1.7\n1 0 obj\n",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EOF\n",
        b"PK\x03\x04" + bytes(40),
        b"\x00\x00\x00\x18ftypmp42" + bytes(40),
        bytes(1000),
    ],
    ids=["letter", "text", "svg", "pdf", "eps", "zip", "mp4", "zeros"],
)
def test_not_a_photo(data):
    assert "JPEG, PNG, WebP, AVIF, HEIC, BMP or GIF" in refusal(data)


@pytest.mark.parametrize("file_format", ["TIFF", "PPM", "ICO", "TGA", "PCX", "JPEG2000", "PDF"])
def test_formats_that_only_pillow_allows(file_format):
    data = encoded(smooth(32, 32), file_format)
    assert "JPEG, PNG, WebP, AVIF, HEIC, BMP or GIF" in refusal(data)


@pytest.mark.parametrize(
    "size",
    [
        (50_001, 1000),
        (10_000, 10_000),
        (14_000, 14_000),
        (2**31 - 1, 2**31 - 1),
        (1, MAX_PIXELS + 1),
    ],
)
def test_too_many_pixels_are_refused_before_they_are_decoded(size):
    message = refusal(png(*size, 8, 2, b""))
    assert "at most 50 megapixels. Received: " in message


def test_many_pixels_in_other_headers():
    gif = encoded(Image.new("P", (1, 1)), "GIF")
    assert "50 megapixels" in refusal(gif[:6] + b"\xff\xff\xff\xff" + gif[10:])
    frame = gif.index(b",\0\0\0\0\x01\0\x01\0")  # the frame larger than its canvas
    assert "50 megapixels" in refusal(gif[: frame + 5] + b"\xff\xff\xff\xff" + gif[frame + 9 :])
    bmp = encoded(smooth(2, 2), "BMP")
    assert "50 megapixels" in refusal(bmp[:18] + struct.pack("<ii", 30_000, 30_000) + bmp[26:])
    jpeg = encoded(smooth(2, 2), "JPEG")
    size = jpeg.index(b"\xff\xc0") + 5
    assert "50 megapixels" in refusal(jpeg[:size] + b"\xff\xdc\xff\xdc" + jpeg[size + 4 :])


def test_a_size_of_zero():
    refusal(png(0, 5, 8, 2, b""))
    refusal(png(5, 0, 8, 2, b""))
    bmp = encoded(smooth(2, 2), "BMP")
    refusal(bmp[:18] + struct.pack("<ii", 0, 2) + bmp[26:])


@pytest.mark.parametrize("file_format", sorted({*LOSSLESS, *LOSSY}))
def test_cut_short(file_format):
    data = encoded(noise(64, 64), file_format)
    for share in (0.01, 0.1, 0.5, 0.9):
        message = refusal(data[: int(len(data) * share)])
        assert "damaged" in message


def test_a_photo_cut_by_a_hundredth_is_said_to_be_cut_short():
    data = encoded(noise(64, 64), "JPEG")
    assert refusal(data[: len(data) * 99 // 100]) == (
        "Cannot read the photo: the file is cut short or damaged, save it again or choose another."
    )


def test_a_decoder_that_fails_in_any_way_gives_one_sentence(monkeypatch):
    data = encode_png(noise(4, 4))
    for error in (OSError, SyntaxError, ValueError, struct.error, MemoryError, OverflowError):

        def fail(*_, error=error, **__):
            raise error("/secret/place")

        with monkeypatch.context() as patch:
            patch.setattr(Image, "open", fail)
            assert "secret" not in refusal(data)
        with monkeypatch.context() as patch:
            patch.setattr("PIL.PngImagePlugin.PngImageFile.load", fail)
            assert "secret" not in refusal(data)


def test_a_photo_is_refused_rather_than_shown_askew_for_want_of_memory(monkeypatch):
    def fail(*_, **__):
        raise MemoryError

    monkeypatch.setattr(ImageOps, "exif_transpose", fail)
    refusal(encode_png(noise(4, 4)))


def test_a_name_is_shown_without_its_folder():
    assert refusal(b"", "/home/somebody/cat.jpg").startswith("Cannot read cat.jpg: ")
    assert refusal(b"", "C:\\Users\\somebody\\cat.jpg").startswith("Cannot read cat.jpg: ")
    assert refusal(b"", "a\nb.jpg").startswith("Cannot read a?b.jpg: ")
    assert refusal(b"", "").startswith("Cannot read the photo: ")
    assert len(refusal(b"", "x" * 5000)) < 200


# ----------------------------------------------------------------- hostility


@pytest.mark.parametrize("file_format", [*LOSSLESS, "JPEG", "GIF", "AVIF", "HEIF", "MPO"])
def test_flipped_bytes_give_an_array_or_a_photo_error(file_format):
    options = LOSSLESS.get(file_format, {})
    data = with_orientation(smooth(32, 48), 6, file_format, **options)
    random = np.random.default_rng(len(data))
    refused = 0
    for _ in range(300):
        broken = np.frombuffer(data, np.uint8).copy()
        # Headers decide most, so half of the damage goes there.
        end = len(data) if random.random() < 0.5 else min(200, len(data))
        places = random.integers(0, end, random.integers(1, 8))
        broken[places] = random.integers(0, 256, len(places))
        try:
            photo = decode_photo(broken.tobytes())
        except PhotoError:
            refused += 1
        else:
            assert photo.dtype == np.uint8
            assert photo.ndim == 3
            assert photo.shape[2] == 3
            assert 0 < photo.shape[0] * photo.shape[1] <= MAX_PIXELS
    assert refused > 0


@pytest.mark.parametrize(
    "start",
    [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"RIFF\0\1\0\0WEBPVP8 "]
    + [b"\0\0\0\x18ftyp" + brand for brand in (b"avif", b"heic", b"mif1")],
)
def test_random_bytes_are_refused(start):
    random = np.random.default_rng(7)
    for _ in range(30):
        refusal(start + random.bytes(int(random.integers(0, 500))))


def test_a_fresh_process_decodes_in_threads_and_prints_no_warnings(tmp_path):
    # A process of its own: HEIC is not registered there, and warnings are not errors but lines
    # on stderr.
    script = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from engine.data.images import PhotoError, decode_photo
heic, sloppy, huge = (Path(path).read_bytes() for path in sys.argv[1:])
with ThreadPoolExecutor(4) as pool:
    print([photo.shape for photo in pool.map(decode_photo, [heic, sloppy, heic, sloppy])])
try:
    decode_photo(huge)
except PhotoError as error:
    print(error)
"""
    mpo = encoded(smooth(32, 32), "MPO", save_all=True, append_images=[Image.new("RGB", (32, 32))])
    index = mpo.index(b"MPF\0") + 4
    files = {
        "heic": encoded(smooth(64, 64), "HEIF"),
        "sloppy": mpo[:index] + b"XX" + mpo[index + 2 :],
        "huge": png(10_000, 10_000, 8, 2, b""),
    }
    with pytest.warns(UserWarning, match="malformed MPO"):
        Image.open(io.BytesIO(files["sloppy"]))
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", script, *(tmp_path / name for name in files)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    shapes, message = done.stdout.splitlines()
    assert shapes == str([(64, 64, 3), (32, 32, 3)] * 2)
    assert "50 megapixels" in message


def test_resize_is_deterministic_between_threads():
    photo = noise(100, 80)
    with ThreadPoolExecutor(4) as pool:
        squares = list(pool.map(lambda _: resize_for_model(photo, 32), range(8)))
    assert all(np.array_equal(square, squares[0]) for square in squares)


# --------------------------------------------------------------------- files


def test_read_photo(tmp_path):
    photo = noise(4, 6)
    (tmp_path / "photo.png").write_bytes(encode_png(photo))
    assert np.array_equal(read_photo(tmp_path / "photo.png"), photo)


def test_read_photo_goes_by_content_not_by_extension(tmp_path):
    photo = noise(4, 6)
    (tmp_path / "photo.jpg").write_bytes(encode_png(photo))
    assert np.array_equal(read_photo(tmp_path / "photo.jpg"), photo)


def test_read_photo_refuses_what_is_no_file(tmp_path):
    (tmp_path / "folder.jpg").mkdir()
    for path in (tmp_path / "missing.jpg", tmp_path / "folder.jpg", Path("a\0b"), Path("x" * 999)):
        with pytest.raises(PhotoError, match=r"^Cannot read [^/]+$"):
            read_photo(path)


def test_read_photo_names_the_file_but_not_its_folder(tmp_path):
    (tmp_path / "letter.jpg").write_text("Dear Sir")
    with pytest.raises(PhotoError, match=r"^Cannot read letter\.jpg: ") as caught:
        read_photo(tmp_path / "letter.jpg")
    assert str(tmp_path) not in str(caught.value)


def test_read_photo_checks_the_size_before_reading(tmp_path, monkeypatch):
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.truncate(3 * MAX_BYTES)  # sparse: takes no room
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the file was read"))
    with pytest.raises(PhotoError, match=r"at most 20 MB. Received: 60.0 MB"):
        read_photo(path)


# -------------------------------------------------------------------- resize


@pytest.mark.parametrize("shape", [(1, 1), (7, 500), (300, 200), (224, 224)])
def test_resize_keeps_a_constant_photo_exactly(shape):
    photo = np.full((*shape, 3), (12, 130, 251), np.uint8)
    square = resize_for_model(photo, 224)
    assert square.dtype == np.uint8
    assert square.shape == (224, 224, 3)
    assert (square == (12, 130, 251)).all()


def test_resize_to_its_own_size_changes_nothing():
    photo = noise(32, 32)
    assert np.array_equal(resize_for_model(photo, 32), photo)


def test_resize_is_the_same_every_time_and_leaves_the_photo_alone():
    photo = noise(90, 61)
    before = photo.copy()
    assert np.array_equal(resize_for_model(photo, 32), resize_for_model(photo, 32))
    assert np.array_equal(photo, before)


def test_resize_averages_all_pixels_instead_of_skipping_some():
    checkerboard = (np.indices((256, 256)).sum(axis=0) % 2 * 255).astype(np.uint8)
    square = resize_for_model(np.repeat(checkerboard[..., None], 3, axis=2), 32)
    assert np.abs(square.astype(int) - 127.5).max() < 2


@pytest.mark.parametrize("shape", [(40, 400), (400, 40)])
def test_resize_keeps_the_middle_square_and_its_proportions(shape):
    photo = np.zeros((*shape, 3), np.uint8)
    photo[shape[0] // 2 - 20 :, shape[1] // 2 - 20 :][:40, :40] = (255, 0, 0)
    assert (resize_for_model(photo, 40) == (255, 0, 0)).all()


def test_resize_takes_a_view():
    photo = noise(30, 20)
    view = photo[::-1, ::-1]
    assert np.array_equal(resize_for_model(view, 16), resize_for_model(view.copy(), 16))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
    ],
    ids=["grey", "alpha", "float", "empty"],
)
@pytest.mark.parametrize(
    "function",
    [lambda a: resize_for_model(a, 8), lambda a: thumbnail(a, 8), encode_jpeg, encode_png],
)
def test_an_array_of_another_kind_is_refused(function, array):
    with pytest.raises(PhotoError, match=r"uint8 array of shape \(height, width, 3\). Received: "):
        function(array)


# ----------------------------------------------------------------- thumbnail


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((400, 300), (80, 60)), ((300, 400), (60, 80)), ((30, 20), (30, 20)), ((2000, 2), (80, 1))],
)
def test_thumbnail_keeps_the_aspect_ratio(shape, expected):
    small = thumbnail(smooth(*shape), 80)
    assert small.dtype == np.uint8
    assert small.shape == (*expected, 3)


def test_thumbnail_leaves_the_photo_alone():
    photo = noise(50, 50)
    before = photo.copy()
    thumbnail(photo, 10)[:] = 0
    assert np.array_equal(photo, before)


# ------------------------------------------------------------------ encoding


def test_encode_png_loses_nothing():
    photo = noise(9, 5)
    assert np.array_equal(decode_photo(encode_png(photo)), photo)


def test_encode_jpeg_is_a_jpeg_and_smaller_with_less_quality():
    photo = noise(60, 60)
    data = encode_jpeg(photo)
    assert Image.open(io.BytesIO(data)).format == "JPEG"
    assert decode_photo(data).shape == photo.shape
    assert len(encode_jpeg(photo, quality=40)) < len(data) < len(encode_jpeg(photo, quality=95))


def test_encode_jpeg_refuses_what_the_format_cannot_hold():
    with pytest.raises(PhotoError, match="Received: 65501 x 1 pixels"):
        encode_jpeg(np.zeros((1, 65_501, 3), np.uint8))
    assert encode_jpeg(np.zeros((1, 65_500, 3), np.uint8))
