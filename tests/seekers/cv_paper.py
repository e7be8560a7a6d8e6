"""Lines of text become a real PDF with a text layer, and a photo of its first page. No library but PDFium and Pillow."""

import ctypes
import io
import random
import re
from functools import cache
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from PIL import Image, ImageFilter

FONTS = {
    "plain": Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    "ethiopic": Path("/usr/share/fonts/truetype/noto/NotoSansEthiopic-Regular.ttf"),
}
WIDTH, HEIGHT, MARGIN, SIZE, LINE = 595, 842, 50, 9.5, 15  # points
MAX_CHARACTERS = 88
RTL = re.compile("[\u0590-\u08ff]")
ETHIOPIC = re.compile("[\u1200-\u139f]")


def has_fonts() -> bool:
    return all(path.exists() for path in FONTS.values())


def pdf(lines: list[tuple[str, list[str]]], *, pages: int = 1) -> bytes:
    """`lines`: (kind, cells). At least `pages` pages: the lines are spread over them."""
    document = pypdfium2.PdfDocument.new()
    said = "".join(cell for _kind, cells in lines for cell in cells)
    needed = ["plain", "ethiopic"] if ETHIOPIC.search(said) else ["plain"]
    fonts = {name: _font(document, FONTS[name]) for name in needed}
    rows = [(kind, row) for kind, cells in lines for row in _wrapped(cells)]
    per_page = min((HEIGHT - 2 * MARGIN) // LINE, max(8, -(-len(rows) // pages)))
    for first in range(0, len(rows), per_page):
        page = document.new_page(WIDTH, HEIGHT)
        for at, (kind, row) in enumerate(rows[first : first + per_page]):
            _write(document, page, fonts, row, HEIGHT - MARGIN - at * LINE, SIZE + 3 * (kind == "h"))
        page.gen_content()
    written = io.BytesIO()
    document.save(written)
    document.close()
    return written.getvalue()


def photo(document: bytes, *, seed: int = 0) -> bytes:
    """The first page as a JPEG of about 2 megapixels, turned a little, with EXIF."""
    chance = random.Random(seed)
    with pypdfium2.PdfDocument(document) as opened:
        picture = opened[0].render(scale=2.6).to_pil().convert("RGB")
    picture = picture.rotate(
        chance.uniform(-1, 1), expand=True, fillcolor=(222, 218, 210), resample=Image.Resampling.BICUBIC
    )
    picture = picture.filter(ImageFilter.GaussianBlur(0.6))
    exif = Image.Exif()
    exif[0x010F], exif[0x0132] = "Telefonmakaren", "2026:11:20 21:30:00"
    exif.get_ifd(0x8825)[1] = "N"
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=82, exif=exif)
    return written.getvalue()


@cache
def _bytes_of(path: Path) -> bytes:
    return path.read_bytes()


def _font(document: pypdfium2.PdfDocument, path: Path):
    if not path.exists():
        pytest.skip(f"needs the font {path.stem}")
    content = _bytes_of(path)
    array = (ctypes.c_ubyte * len(content)).from_buffer_copy(content)
    return pdfium.FPDFText_LoadFont(document, array, len(content), pdfium.FPDF_FONT_TRUETYPE, True)


def _wrapped(cells: list[str]) -> list[list[str]]:
    """A row of cells as it is; one long text as several lines."""
    if len(cells) > 1 or len(cells[0]) <= MAX_CHARACTERS:
        return [cells]
    lines, line = [], ""
    for word in cells[0].split(" "):
        if line and len(line) + len(word) >= MAX_CHARACTERS:
            lines.append([line])
            line = ""
        line = f"{line} {word}".strip()
    return [*lines, [line]]


def _write(document, page, fonts, cells: list[str], height: float, size: float) -> None:
    for column, cell in enumerate(cells):
        at = MARGIN + column * 180
        for run in _runs(_visual(cell)):
            font = fonts["ethiopic" if ETHIOPIC.search(run) else "plain"]
            written = pdfium.FPDFPageObj_CreateTextObj(document, font, size)
            encoded = (run + "\0").encode("utf-16-le")
            pdfium.FPDFText_SetText(
                written, ctypes.cast(ctypes.create_string_buffer(encoded), ctypes.POINTER(ctypes.c_ushort))
            )
            pdfium.FPDFPageObj_Transform(written, 1, 0, 0, 1, at, height)
            left, right = ctypes.c_float(), ctypes.c_float()
            pdfium.FPDFPageObj_GetBounds(written, left, ctypes.c_float(), right, ctypes.c_float())
            at = max(right.value, at) + (size * 0.3 if run.endswith(" ") else 0.4)
            pdfium.FPDFPage_InsertObject(page, written)


def _runs(line: str) -> list[str]:
    """Pieces that one font can draw."""
    return [run for run in re.split("([\u1200-\u139f፡።]+)", line) if run]


def _visual(line: str) -> str:
    """Letters in the order they lie on paper from left to right: what a PDF of Arabic holds."""
    if not RTL.search(line):
        return line
    pieces = re.findall(r"[A-Za-zÀ-ɏ0-9@][\w.@+:/?=&-]*(?: [A-Za-zÀ-ɏ][\w.@+:/?=&-]*)*|\+?[0-9٠-٩۰-۹]+|.", line)
    return "".join(reversed(pieces))
