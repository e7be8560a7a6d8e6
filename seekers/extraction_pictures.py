"""Pictures of pages: WebP small enough for a cheap phone, and the same with boxes burnt in. Imports no Django."""

import io
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageDraw

WIDTH, HEIGHT_MAX = 800, 3200  # pixels
BYTES_MAX = 60_000
QUALITIES = (80, 70, 60, 50, 40, 30, 20, 10)
INK = (45, 45, 45)


def fitted(picture: Image.Image) -> Image.Image:
    """The picture as a page shows it: at most 800 pixels wide and 3200 high, never larger than it came."""
    scale = min(WIDTH / picture.width, HEIGHT_MAX / picture.height, 1)
    if scale == 1:
        return picture
    size = max(round(picture.width * scale), 1), max(round(picture.height * scale), 1)
    return picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def webp(picture: Image.Image) -> bytes:
    """The picture as WebP of at most 60 kB, as good as that allows."""
    packed = b""
    for quality in QUALITIES:
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=4)
        packed = out.getvalue()
        if len(packed) <= BYTES_MAX:
            break
    return packed


def burnt(picture: Image.Image, boxes: Iterable[list[float]]) -> Image.Image:
    """A copy with every box [x, y, width, height] (0–1) painted over: what lay under it is gone."""
    copy = picture.convert("RGB")
    if copy is picture:
        copy = picture.copy()
    brush = ImageDraw.Draw(copy)
    for x, y, width, height in boxes:
        left, top = int(x * copy.width) - 1, int(y * copy.height) - 1
        right, bottom = int((x + width) * copy.width) + 1, int((y + height) * copy.height) + 1
        brush.rectangle((left, top, max(left, right), max(top, bottom)), fill=INK)
    return copy


def burnt_webp(page: Path, boxes: Iterable[list[float]]) -> bytes:
    """The same for a picture of ours that is stored already."""
    with Image.open(page, formats=["WEBP"]) as picture:
        return webp(burnt(picture, boxes))
