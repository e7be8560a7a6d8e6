"""The certificate as a PDF on one A4: Swedish, English below, names in any script the paper's fonts have.

fpdf2 lays it out, HarfBuzz shapes it (Arabic joins, marks sit where they should) and each line gets its own direction.
The fonts travel inside the file, cut down to the letters it uses, so it looks the same on every phone and printer.
"""

from datetime import date
from functools import cache
from pathlib import Path

import segno
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from motesplats import outbox
from motesplats.topics import Topic
from volunteers import certificates
from volunteers.models import Certificate

FONTS = Path(__file__).parent / "fonts"
MAIN, *OTHERS = FAMILIES = ("NotoSans", "NotoSansArabic", "NotoSansEthiopic")
MARGIN_MM, CODE_SIDE_MM = 25, 34
INK, SOFT, BRAND = (29, 33, 36), (90, 98, 104), (11, 90, 94)
_UNSEEN = frozenset("\u200c\u200d ")  # they join or part letters; the shaper needs no picture of them


def unwritable(text: str) -> set[str]:
    """The letters that no font of the paper has: they would be empty boxes."""
    return {letter for letter in text if letter not in _UNSEEN and ord(letter) not in _letters()}


@cache
def _letters() -> frozenset[int]:
    found: set[int] = set()
    for family in FAMILIES:
        with TTFont(_path(family), lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)


def _path(family: str) -> Path:
    return FONTS / f"{family}-Regular.ttf"


def url_of(certificate: Certificate) -> str:
    """The public page where the code is checked. Its path is Swedish."""
    with override("sv"):
        return outbox.absolute(reverse("volunteers:certificate_show", args=[certificate.grouped_code]))


def say_date(day: date) -> str:
    """'28 november 2026' in the active language."""
    return date_format(day, "j F Y")


def kinds_of(certificate: Certificate) -> str:
    """'CV, Personligt brev' in the active language."""
    known = [str(Topic(code).label) for code in certificate.facts["kinds"] if code in Topic.values]
    return ", ".join(known)


def rows_of(certificate: Certificate) -> list[tuple[str, str]]:
    """(label, value) for each fact, in the active language: the paper and the public page say the same. No query."""
    facts = certificate.facts
    since, until = certificates.period_of(certificate)
    period = _("%(first)s – %(last)s") % {"first": say_date(since), "last": say_date(until)}
    rows = [
        (_("Hours of help"), str(facts["hours"])),
        (_("Period"), period),
        (_("Kinds of help"), kinds_of(certificate)),
        (_("Issued"), say_date(until)),
    ]
    if "reference" in facts:
        at = ", ".join(facts[part] for part in ("office", "office_email") if facts.get(part))
        rows += [(_("Reference"), facts["reference"]), (_("Ask IM"), at)]
    return [(label, value) for label, value in rows if value]


def pdf_of(certificate: Certificate) -> bytes:
    """The paper. Some 20 KB; made anew each time from what is stored."""
    paper = _Paper(certificate)
    try:
        return bytes(paper.output())
    finally:
        for font in paper.fonts.values():
            font.ttfont.close()  # also when it could not be laid out


class _Paper(FPDF):
    def __init__(self, certificate: Certificate):
        super().__init__(format="A4")
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(False)
        for family in FAMILIES:
            self.add_font(family, "", _path(family))
        self.set_fallback_fonts(OTHERS, exact_match=False)
        self.set_text_shaping(True)
        self.set_lang("sv")
        self.set_creation_date(certificate.made_at)
        self.add_page()
        self._write(certificate)

    def _write(self, certificate: Certificate) -> None:
        swedish, english = (self._words(certificate, language) for language in ("sv", "en"))
        self.set_title(f"{swedish['title']} {certificate.grouped_code}")
        self.line_of("IM · Mötesplats", 12, BRAND)
        self.ln(8)
        self.line_of(f"{swedish['title']} · {english['title']}", 26, BRAND)
        self.ln(6)
        self.line_of(certificate.facts["name"], 24, INK)
        self.ln(4)
        self.line_of(swedish["about"], 12, INK)
        self.line_of(english["about"], 10, SOFT)
        self.ln(6)
        for (label, value), (label_en, value_en) in zip(swedish["rows"], english["rows"], strict=True):
            self.line_of(label if label == label_en else f"{label} · {label_en}", 9, SOFT)
            self.line_of(value, 13, INK)
            if value_en != value:
                self.line_of(value_en, 10, SOFT)
            self.ln(3)
        self._check(certificate, swedish["check"], english["check"])

    @staticmethod
    def _words(certificate: Certificate, language: str) -> dict:
        with override(language):
            return {
                "title": _("Certificate"),
                "about": _("has helped newly arrived people as a volunteer at IM. The help was given at Mötesplats."),
                "rows": rows_of(certificate),
                "check": _("Is it genuine? Scan the square, or open the page and type the code."),
            }

    def line_of(self, text: str, size: int, colour: tuple[int, int, int]) -> None:
        """One paragraph; its direction is that of its first letter, its place always the left margin."""
        self.set_font(MAIN, size=size)
        self.set_text_color(*colour)
        self.multi_cell(0, size * 0.52, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _check(self, certificate: Certificate, swedish: str, english: str) -> None:
        """The code at the foot: as a square for a phone, and to type."""
        top = self.h - MARGIN_MM - CODE_SIDE_MM
        self._draw_square(url_of(certificate), MARGIN_MM, top)
        self.set_left_margin(MARGIN_MM + CODE_SIDE_MM + 6)
        self.set_xy(self.l_margin, top)
        self.line_of(swedish, 10, INK)
        self.line_of(english, 9, SOFT)
        with override("sv"):
            page = outbox.absolute(reverse("volunteers:certificate_check"))
        self.line_of(page, 10, INK)
        self.line_of(certificate.grouped_code, 15, INK)

    def _draw_square(self, url: str, left: float, top: float) -> None:
        rows = segno.make(url, error="m", micro=False).matrix
        side = CODE_SIDE_MM / len(rows)
        self.set_fill_color(*INK)
        for down, row in enumerate(rows):
            for along, is_dark in enumerate(row):
                if is_dark:
                    self.rect(left + along * side, top + down * side, side, side, style="F")
