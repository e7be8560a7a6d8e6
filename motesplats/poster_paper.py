"""The poster as a PDF on one A4 or A5."""

import re

from django.utils import timezone

from motesplats.paper import BRAND, INK, SOFT, Paper
from motesplats.posters import Poster, Size

MARGIN_MM, CODE_SIDE_MM = 16, 96
_BETWEEN_SENTENCES = re.compile(r"(?<=[?؟]) ")
SCALES = {Size.A4: 1.0, Size.A5: 0.69}


def pdf_of(poster: Poster) -> bytes:
    """The paper, some 20 KB."""
    return lay_out(poster).as_bytes()


def lay_out(poster: Poster) -> Paper:
    """The same, before it is a file: `paper.y` says how far down it reaches, in mm."""
    scale = SCALES[Size(poster.size)]
    paper = Paper(poster.size.upper(), MARGIN_MM * scale, language=poster.first.language, made_at=timezone.now())
    paper.set_title("Mötesplats")

    def write(text: str, size: float, colour, after_mm: float) -> None:
        paper.line_of(text, size * scale, colour, align="C")
        paper.ln(after_mm * scale)

    write("IM · Mötesplats", 15, BRAND, 4)
    write(_BETWEEN_SENTENCES.sub("\n", poster.first.title), 34, BRAND, 3)
    write(poster.first.lead, 19, INK, 3)
    for fact in poster.first.facts:
        write(fact, 17, INK, 0)
    paper.ln(4 * scale)
    side = CODE_SIDE_MM * scale
    paper.draw_square(poster.url, (paper.w - side) / 2, paper.y, side)
    paper.set_y(paper.y + side + 4 * scale)
    write(poster.first.scan, 16, SOFT, 1)
    write(poster.address, 26, INK, 4)
    if poster.second:
        write(poster.second.title, 18, BRAND, 1)
        write(f"{poster.second.lead} {' '.join(poster.second.facts)}", 12.5, INK, 0)
    return paper
