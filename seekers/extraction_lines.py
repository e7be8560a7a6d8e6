"""Lines of a page as every reader gives them: each letter with the box where it stands. Imports no Django."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from PIL import Image

Box = tuple[float, float, float, float]  # left, top, right, bottom: 0–1 of the page

BULLET = re.compile(r"[•●▪◦‣∙·*–-]\s")
GONE = "\ufeff\u00ad\ufffe\uffff"
PRESENTATION = (("\ufb00", "\ufdff"), ("\ufe70", "\ufefc"))  # ligatures and the shapes of Arabic letters in a word


@dataclass(slots=True)
class Line:
    """text and boxes run in parallel; a box is None where nobody knows. kind: p, h, li or row. cells: of a row."""

    text: str
    boxes: list[Box | None]
    kind: str = "p"
    cells: list[str] = field(default_factory=list)

    @property
    def box(self) -> Box | None:
        return union(box for box in self.boxes if box)


@dataclass(slots=True)
class ReadPage:
    """What one page holds. lines: shown as its text. unseen: words in pictures, used to hide what is private only."""

    lines: list[Line]
    picture: Image.Image | None = None
    unseen: list[Line] = field(default_factory=list)
    is_released: bool = True


def union(boxes: Iterable[Box]) -> Box | None:
    """The smallest box around all of them; None for none."""
    boxes = list(boxes)
    if not boxes:
        return None
    left, top, right, bottom = zip(*boxes, strict=True)
    return min(left), min(top), max(right), max(bottom)


def line_of(letters: Iterable[tuple[str, Box | None]]) -> Line:
    """A line from letters as a file gives them: plain forms, single spaces, nothing that cannot be stored or seen."""
    text, boxes = [], []
    for raw, box in letters:
        for letter in plain(raw):
            if letter == " " and (not text or text[-1] == " "):
                continue
            if unicodedata.combining(letter) and text:
                composed = unicodedata.normalize("NFC", text[-1] + letter)
                if len(composed) == 1:
                    text[-1] = composed
                    continue
            text.append(letter)
            boxes.append(box)
    while text and text[-1] == " ":
        text.pop(), boxes.pop()
    words = "".join(text)
    return Line(words, boxes, "li" if BULLET.match(words) else "p")


def plain(letter: str) -> str:
    """One letter in the form people type: ligatures taken apart, blanks as spaces, control marks gone."""
    if letter in ("\x02", "\u2010", "\u2011"):  # PDFium's mark for a hyphen at the end of a line; its kin
        return "-"
    if letter == "\uf0b7":
        return "•"
    if any(first <= letter <= last for first, last in PRESENTATION):
        return unicodedata.normalize("NFKC", letter)
    kind = unicodedata.category(letter)
    if kind == "Zs" or letter == "\t":
        return " "
    if letter in GONE or kind in ("Cc", "Cs", "Co", "Cn") or (kind == "Cf" and letter not in "\u200c\u200d"):
        return ""
    return letter


def mark_headings(lines: list[Line]) -> None:
    """Short lines clearly higher than the others are headings."""
    heights = sorted(box[3] - box[1] for line in lines if (box := line.box))
    if not heights:
        return
    usual = heights[len(heights) // 2]
    for line in lines:
        box = line.box
        if line.kind == "p" and box and box[3] - box[1] > 1.2 * usual and len(line.text) < 80:
            line.kind = "h"
