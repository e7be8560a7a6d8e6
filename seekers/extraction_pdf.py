"""Pages of a PDF: picture and lines of text with a box for each letter, by PDFium. Imports no Django."""

import ctypes
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

from seekers.extraction_lines import Box, Line, ReadPage, line_of, mark_headings, union
from seekers.extraction_pictures import HEIGHT_MAX, WIDTH

PAGES_MAX = 50
TEXT_MIN_LETTERS = 20  # fewer on a page that shows a picture is a page number on a scan, not its text
PICTURE_SHARE = 0.25  # of the page: a picture as large as this may hold what its text says
SMALL_SHARE = 0.005  # a picture as large as this may hold a phone number
LETTERS_AS_LINES = 400  # strokes of a page: so many may be words that were turned into drawings
DEPTH_MAX = 10  # of drawings in drawings
UNREADABLE_SHARE = 0.1
OCR_WIDTH = 1700


class Unreadable(Exception):
    """The argument is a code of intake.REFUSALS."""


def read(path: Path, words_in: Callable[[Image.Image], list[Line]]) -> list[ReadPage]:
    """Every page in order. words_in(picture): the words of a picture, or nothing when there is no reader for it.

    Raises Unreadable: "password", "too_many_pages", "could_not_read".
    """
    document = _open(path)
    if len(document) > PAGES_MAX:
        raise Unreadable("too_many_pages")
    if not len(document):
        raise Unreadable("could_not_read")
    pages = []
    for number in range(len(document)):
        try:
            pages.append(_read_page(_flat(document, number), words_in))
        except pdfium.PdfiumError as problem:
            raise Unreadable("could_not_read") from problem
    return pages


def _open(path: Path) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as problem:
        wants_password = getattr(problem, "err_code", None) == pdfium_c.FPDF_ERR_PASSWORD
        raise Unreadable("password" if wants_password else "could_not_read") from problem
    document.init_forms()  # what was typed into a form belongs to the page
    return document


def _flat(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    """The page with what was typed into forms and written on top of it as words of its own: else it would be seen on
    the picture and not be found in the text. What cannot be made so is left out of both."""
    page = document[number]
    if pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY) == pdfium_c.FLATTEN_SUCCESS:
        page.close()
        page = document[number]
    return page


def _drawn(page: pdfium.PdfPage, scale: float) -> Image.Image:
    """Only what `_flat` put on the page itself."""
    return page.render(scale=scale, may_draw_forms=False, draw_annots=False).to_pil()


def _read_page(page: pdfium.PdfPage, words_in: Callable[[Image.Image], list[Line]]) -> ReadPage:
    width, height = page.get_size()
    if not (width > 0 and height > 0):
        raise Unreadable("could_not_read")
    scale = min(WIDTH / width, HEIGHT_MAX / height) * 0.9999  # PDFium rounds up
    picture = _drawn(page, scale).convert("RGB")
    lines = _lines(page)
    letters = sum(len(line.text.replace(" ", "")) for line in lines)
    share, strokes = _pictures_and_strokes(page, width, height)
    if letters >= TEXT_MIN_LETTERS and share < SMALL_SHARE and strokes < LETTERS_AS_LINES:
        return ReadPage(lines, picture)
    if not letters and not _shows_anything(picture):
        return ReadPage([], picture)  # an empty page hides nothing
    words = words_in(_drawn(page, min(OCR_WIDTH / width, 2 * HEIGHT_MAX / height)).convert("L"))
    if letters >= TEXT_MIN_LETTERS:
        return ReadPage(lines, picture, unseen=words, is_released=share < PICTURE_SHARE)
    return ReadPage(words or lines, picture, is_released=False)


def _shows_anything(picture: Image.Image) -> bool:
    low, high = picture.convert("L").getextrema()
    return high - low > 8


def _pictures_and_strokes(page: pdfium.PdfPage, width: float, height: float) -> tuple[float, int]:
    """How much of the page its pictures cover, overlaps counted twice; of how many strokes its drawings are made."""
    covered, strokes = 0.0, 0
    kinds = [pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_PATH]
    for thing in page.get_objects(filter=kinds, max_depth=DEPTH_MAX):
        if thing.type == pdfium_c.FPDF_PAGEOBJ_PATH:
            strokes += max(pdfium_c.FPDFPath_CountSegments(thing), 0)
        elif thing.type == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = thing.get_bounds()
            covered += max(right - left, 0) * max(top - bottom, 0) * _enlarged(thing)
    return covered / (width * height), strokes


def _enlarged(thing: pdfium.PdfObject) -> float:
    """How many times larger the drawings that hold this thing show it: its own bounds know nothing of them."""
    times, holder = 1.0, thing.container
    while holder is not None:
        matrix = holder.get_matrix()
        times *= abs(matrix.a * matrix.d - matrix.b * matrix.c)
        holder = holder.container
    return times


def _lines(page: pdfium.PdfPage) -> list[Line]:
    letters = page.get_textpage()
    place = _placer(page)
    lines, current, unreadable = [], [], 0
    count = letters.count_chars()
    for index in range(count):
        code = pdfium_c.FPDFText_GetUnicode(letters, index)
        if code in (0x0A, 0x0D):
            lines.append(line_of(current))
            current = []
        elif 0 < code < 0x110000:
            unreadable += code == 0xFFFD or 0xE000 <= code < 0xF000
            current.append((chr(code), _box_of(letters, index, place)))
    lines.append(line_of(current))
    if unreadable > UNREADABLE_SHARE * max(count, 1):
        return []  # its letters have no meaning: as good as a picture
    lines = [line for line in lines if line.text]
    mark_headings(lines)
    return lines


def _placer(page: pdfium.PdfPage) -> Callable[[float, float], tuple[float, float]]:
    """A function from places in the PDF to 0–1 of the shown page: crop and rotation are in it."""
    size = 1_000_000
    x, y = ctypes.c_int(), ctypes.c_int()

    def shown(from_left: float, from_bottom: float) -> tuple[float, float]:
        pdfium_c.FPDF_PageToDevice(page, 0, 0, size, size, 0, from_left, from_bottom, x, y)
        return x.value / size, y.value / size

    (x0, y0), (x1, y1), (x2, y2) = shown(0, 0), shown(100, 0), shown(0, 100)
    right, up = ((x1 - x0) / 100, (y1 - y0) / 100), ((x2 - x0) / 100, (y2 - y0) / 100)
    return lambda a, b: (x0 + a * right[0] + b * up[0], y0 + a * right[1] + b * up[1])


def _box_of(letters: pdfium.PdfTextPage, index: int, place: Callable) -> Box | None:
    """Where the letter stands, with the room above and below it; None for a blank that PDFium made up."""
    tight = [ctypes.c_double() for _side in range(4)]
    loose = pdfium_c.FS_RECTF()
    boxes = []
    if pdfium_c.FPDFText_GetCharBox(letters, index, *tight):
        boxes.append([side.value for side in tight])  # left, right, bottom, top
    if pdfium_c.FPDFText_GetLooseCharBox(letters, index, loose):
        boxes.append([loose.left, loose.right, loose.bottom, loose.top])
    corners = [place(a, b) for left, right, low, high in boxes for a, b in ((left, low), (right, high)) if left < right]
    return union((a, b, a, b) for a, b in corners)


# --- what is more than a page ----------------------------------------------------------------------------------------

ACTIVE = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|Filespec|RichMedia|ImportData|SubmitForm|GoToE|GoToR)(?![A-Za-z0-9])"
    rb"|/OpenAction\s*(<<|\d+\s+\d+\s+R)"
)
ACTIVE_SHORT = re.compile(rb"/(JS|AA|XFA)\s*[(<\[\d]")  # such short names turn up in packed bytes by chance
STREAM = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
HIDDEN_OBJECTS = re.compile(rb"/ObjStm\b[^>]*>*.{0,200}?stream\r?\n", re.DOTALL)
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
UNPACKED_MAX_BYTES = 8 * 1024**2


def holds_active_content(path: Path) -> bool:
    """Scripts, actions on opening, embedded files, forms of the XFA kind: read as text first, opened with care.

    Looks at the raw bytes and into packed lists of objects; names written with #xx are unwritten.
    """
    raw = path.read_bytes()
    if _names_something_active(raw):
        return True
    room = UNPACKED_MAX_BYTES
    for match in HIDDEN_OBJECTS.finditer(raw):
        unpacked = _unpacked(raw[match.end() :][:UNPACKED_MAX_BYTES], room)
        room -= len(unpacked)
        if room <= 0 or _names_something_active(unpacked):
            return True  # or too much to know
    return False


def _names_something_active(raw: bytes) -> bool:
    plain = ESCAPED.sub(lambda m: bytes([int(m[1], 16)]), STREAM.sub(b"", raw))
    return bool(ACTIVE.search(raw) or ACTIVE.search(plain) or ACTIVE_SHORT.search(plain))


def _unpacked(packed: bytes, room: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, max(room, 1))
    except zlib.error:
        return b""
