"""A PDF of ours: text in any script the paper's fonts have, each line in its own direction, and a square for a phone.

fpdf2 lays it out, HarfBuzz shapes it (Arabic joins, marks sit where they should). The fonts travel inside the file, cut
down to the letters it uses, so it looks the same on every phone and printer.
"""

from datetime import datetime
from functools import cache
from pathlib import Path

import segno
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import XPos, YPos

FONTS = Path(__file__).parent / "fonts"
MAIN, *OTHERS = FAMILIES = ("NotoSans", "NotoSansArabic", "NotoSansEthiopic")
INK, SOFT, BRAND = (29, 33, 36), (90, 98, 104), (11, 90, 94)
SIZES_MM = {"A4": (210, 297), "A5": (148, 210)}
_UNSEEN = frozenset("\u200c\u200d ")  # they join or part letters; the shaper needs no picture of them


def unwritable(text: str) -> set[str]:
    """The letters that no font of the paper has: they would be empty boxes."""
    return {letter for letter in text if letter not in _UNSEEN and ord(letter) not in _letters()}


@cache
def _letters() -> frozenset[int]:
    found: set[int] = set()
    for family in FAMILIES:
        with TTFont(font_path(family), lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)


def font_path(family: str) -> Path:
    return FONTS / f"{family}-Regular.ttf"


class Paper(FPDF):
    """One page of `size` ("A4", "A5") with `margin_mm` on each side."""

    def __init__(self, size: str, margin_mm: float, *, language: str, made_at: datetime):
        super().__init__(format=SIZES_MM[size])
        self.set_margins(margin_mm, margin_mm)
        self.set_auto_page_break(False)
        for family in FAMILIES:
            self.add_font(family, "", font_path(family))
        self.set_fallback_fonts(OTHERS, exact_match=False)
        self.set_text_shaping(True)
        self.set_lang(language)
        self.set_creation_date(made_at)
        self.add_page()

    def line_of(self, text: str, size: float, colour: tuple[int, int, int], align: str = "L") -> None:
        """One paragraph; its direction is that of its first letter. `size` in points; `align`: "L" or "C"."""
        self.set_font(MAIN, size=size)
        self.set_text_color(*colour)
        self.multi_cell(0, size * 0.52, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def draw_square(self, url: str, left: float, top: float, side_mm: float) -> None:
        """A QR code."""
        rows = segno.make(url, error="m", micro=False).matrix
        side = side_mm / len(rows)
        self.set_fill_color(*INK)
        for down, row in enumerate(rows):
            for along, is_dark in enumerate(row):
                if is_dark:
                    self.rect(left + along * side, top + down * side, side, side, style="F")

    def as_bytes(self) -> bytes:
        """The file. The paper is used up."""
        try:
            return bytes(self.output())
        finally:
            for font in self.fonts.values():
                font.ttfont.close()  # also when it could not be laid out
