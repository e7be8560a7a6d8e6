"""Photos of a paper: turned upright, stripped of everything but the picture, read for words. Imports no Django."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from seekers.extraction_lines import Line, ReadPage
from seekers.extraction_pdf import Unreadable
from seekers.extraction_pictures import fitted

PIXELS_MAX = 40_000_000
KEPT_PIXELS = 2480  # of the longer side in the copy that is kept: an A4 page at 210–300 dots an inch
FORMATS = {"jpg": "JPEG", "png": "PNG"}
JPEG_QUALITY = 88

Image.MAX_IMAGE_PIXELS = PIXELS_MAX


def read(path: Path, format: str, kept: Path, words_in: Callable[[Image.Image], list[Line]]) -> ReadPage:
    """One photo as a page; writes the stripped copy that takes the original's place to `kept`.

    Not released: its owner must look at it first, whatever words were found. Raises Unreadable.
    """
    photo = _open(path, format)
    if format == "png":
        photo.save(kept, "PNG", optimize=False)
    else:
        photo.save(kept, "JPEG", quality=JPEG_QUALITY)
    return ReadPage(words_in(photo), fitted(photo), is_released=False)


def _open(path: Path, format: str) -> Image.Image:
    try:
        with Image.open(path, formats=[FORMATS[format]]) as photo:
            if photo.width * photo.height > PIXELS_MAX:
                raise Unreadable("too_many_pixels")
            photo.draft("RGB", (KEPT_PIXELS, KEPT_PIXELS))  # a JPEG is made smaller while it is unpacked
            turn = photo.getexif().get(0x0112, 1)
            upright = _plain(photo)
    except Image.DecompressionBombError as problem:
        raise Unreadable("too_many_pixels") from problem
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombWarning) as problem:
        raise Unreadable("could_not_read") from problem
    return _turned(upright, turn)


def _plain(photo: Image.Image) -> Image.Image:
    """Three colours on white, of a size that is kept; the first picture of a moving one."""
    photo.load()
    small = photo.copy() if photo.mode in ("RGB", "RGBA", "L", "LA") else photo.convert(_simple_mode(photo))
    small.thumbnail((KEPT_PIXELS, KEPT_PIXELS), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if small.mode in ("RGBA", "LA"):
        white = Image.new("RGB", small.size, "white")
        white.paste(small.convert("RGB"), mask=small.getchannel("A"))
        return white
    return small.convert("RGB")


def _simple_mode(photo: Image.Image) -> str:
    if photo.mode in ("P", "PA") or "transparency" in photo.info:
        return "RGBA"
    return "L" if photo.mode.startswith(("I", "F", "1")) else "RGB"


def _turned(photo: Image.Image, turn: int) -> Image.Image:
    """As the camera was held (EXIF orientation 1–8); a picture made here carries no EXIF on."""
    plain = Image.frombytes("RGB", photo.size, photo.tobytes())
    if 2 <= turn <= 8:
        plain.getexif()[0x0112] = turn
        plain = ImageOps.exif_transpose(plain)
    return Image.frombytes("RGB", plain.size, plain.tobytes())
