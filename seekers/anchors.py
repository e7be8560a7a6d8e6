"""Where a comment is pinned: a line, a part of a line, a box on a page's picture, a second of a sound.

A helper sees masked words, the version stores offsets of the whole text: the way from one to the other is here.
"""

from dataclasses import dataclass, replace
from math import isfinite
from typing import NamedTuple

from seekers import identifiers
from seekers.models import DocumentPage, DocumentVersion

QUOTE_MAX_CHARACTERS = 1000
SMALLEST = 0.002  # of a page: less is no box anybody can see
BANDS = 5  # a page without lines is pointed at by fifths, from the top


class BadPlace(Exception):
    """There is no such place in this version. args[0]: "nowhere", "page", "line", "box", "words" or "second"."""


@dataclass(frozen=True, slots=True)
class Place:
    """The fields of a Comment that say where. box: [x, y, width, height], 0–1; start, end: in version.text."""

    page: int | None = None
    box: list[float] | None = None
    start: int | None = None
    end: int | None = None
    second: int | None = None
    quote: str = ""

    @property
    def fields(self) -> dict:
        return {name: getattr(self, name) for name in ("page", "box", "start", "end", "second", "quote")}


def at_line(
    version: DocumentVersion, page: int, line: int, *, first: int | None = None, last: int | None = None
) -> Place:
    """A line of a page, numbered from 0; or the characters first–last of it, as the helper reads it."""
    found = _released(version, page)
    if not 0 <= line < len(found.lines):
        raise BadPlace("line")
    row = found.lines[line]
    shown = row["text"] if version.shows_all else row["masked"]
    first, last = (0, len(shown)) if first is None or last is None else (first, last)
    if not 0 <= first < last <= len(shown):
        raise BadPlace("words")
    start, end, quote = _in_text(row, first, last, is_masked=not version.shows_all)
    return Place(page=page, box=row["box"], start=start, end=end, quote=quote[:QUOTE_MAX_CHARACTERS])


def at_box(version: DocumentVersion, page: int, box: list[float]) -> Place:
    """A box on a picture. The lines whose middle it holds are its words."""
    found = _released(version, page)
    if not found.picture or not _is_on_page(box):
        raise BadPlace("box")
    rows = [row for row in found.lines if row["box"] and _holds(box, row["box"])]
    quote = "\n".join(row["masked"] for row in rows)[:QUOTE_MAX_CHARACTERS]
    box = [round(value, 4) for value in box]
    if not rows:
        return Place(page=page, box=box)
    last = max(rows, key=lambda row: row["start"])
    start, end = min(row["start"] for row in rows), last["start"] + len(last["text"])
    return Place(page=page, box=box, start=start, end=end, quote=quote)


def at_band(version: DocumentVersion, page: int, band: int) -> Place:
    """A fifth of a page, from the top: how one points at a photo without a pointer."""
    if not 0 <= band < BANDS:
        raise BadPlace("box")
    return at_box(version, page, [0, band / BANDS, 1, 1 / BANDS])


def at_second(version: DocumentVersion, second: int) -> Place:
    """A second of a recording, from 0."""
    if version.seconds is None or not 0 <= second <= version.seconds:
        raise BadPlace("second")
    return Place(second=second)


def narrowed(place: Place, version: DocumentVersion, before: str) -> Place:
    """`place` drawn in to the words `before`, which stand there once. Raises BadPlace("words") when they do not."""
    if place.start is None or not before or before == place.quote:
        return place
    page = version.pages.filter(number=place.page).first()
    for row in page.lines if page else []:
        at = row["masked"].find(before)
        if at < 0 or row["masked"].count(before) > 1:
            continue
        start, end, quote = _in_text(row, at, at + len(before), is_masked=True)
        if place.start <= start and end <= place.end:
            return replace(place, start=start, end=end, quote=quote)
    raise BadPlace("words")


def place_again(version: DocumentVersion, quote: str) -> Place | None:
    """Where the words of an earlier place stand now, when they stand on one line, once; else None."""
    if not quote:
        return None
    places = []
    for page in version.pages.filter(is_released=True):
        for row in page.lines:
            if quote in row["masked"]:
                places.append((page.number, row, row["masked"].index(quote)))
    if len(places) != 1:
        return None
    page, row, at = places[0]
    start, end, again = _in_text(row, at, at + len(quote), is_masked=True)
    return Place(page=page, box=row["box"], start=start, end=end, quote=again)


def quote_of(page: DocumentPage, start: int, end: int) -> str:
    """The masked words of the page that stand in version.text[start:end]; "" when none do."""
    rows = [row for row in page.lines if row["start"] < end and start < row["start"] + len(row["text"])]
    words = [
        _in_text(row, max(0, start - row["start"]), min(end - row["start"], len(row["text"])), is_masked=False)[2]
        for row in rows
    ]
    return "\n".join(words)[:QUOTE_MAX_CHARACTERS]


def _released(version: DocumentVersion, page: int) -> DocumentPage:
    found = version.pages.filter(number=page, is_released=True).first()
    if found is None:
        raise BadPlace("page")
    return found


def _is_on_page(box: list[float]) -> bool:
    if len(box) != 4 or not all(isfinite(value) and 0 <= value <= 1 for value in box):
        return False
    x, y, width, height = box
    return min(width, height) >= SMALLEST and x + width <= 1.0001 and y + height <= 1.0001


def _holds(box: list[float], other: list[float]) -> bool:
    """The middle of `other` lies at the height of `box`, and they share some of the breadth."""
    x, y, width, height = box
    middle = other[1] + other[3] / 2
    return y <= middle <= y + height and other[0] < x + width and x < other[0] + other[2]


class _Piece(NamedTuple):
    """A part of a line: its place in the text, its place in the masked words, whether both read the same."""

    start: int
    end: int
    masked_start: int
    masked_end: int
    is_same: bool


def _in_text(row: dict, first: int, last: int, *, is_masked: bool) -> tuple[int, int, str]:
    """Characters first–last of the line as shown -> (start, end) in version.text, and the masked words there.

    Half a placeholder is the whole of what it hides.
    """
    at, to = ("masked_start", "masked_end") if is_masked else ("start", "end")
    touched = [piece for piece in _pieces(row) if getattr(piece, at) < last and first < getattr(piece, to)]
    head, tail = touched[0], touched[-1]
    skipped = first - getattr(head, at) if head.is_same else 0
    spared = getattr(tail, to) - last if tail.is_same else 0
    start, end = row["start"] + head.start + skipped, row["start"] + tail.end - spared
    return start, end, row["masked"][head.masked_start + skipped : tail.masked_end - spared]


def _pieces(row: dict) -> list[_Piece]:
    """The line cut where something is hidden."""
    text, masked = row["text"], row["masked"]
    if text == masked:
        return [_Piece(0, len(text), 0, len(masked), True)]
    found = identifiers.find(text)
    if identifiers.mask(text, found) != masked:  # hidden by a box, or by what stands on the lines around it
        return [_Piece(0, len(text), 0, len(masked), False)]
    pieces, at, there = [], 0, 0
    for number, one in enumerate(found, 1):
        end = len(identifiers.mask(text[: one.end], found[:number]))
        begins = there + one.start - at
        pieces += [_Piece(at, one.start, there, begins, True), _Piece(one.start, one.end, begins, end, False)]
        at, there = one.end, end
    pieces.append(_Piece(at, len(text), there, len(masked), True))
    return [piece for piece in pieces if piece.end > piece.start]
