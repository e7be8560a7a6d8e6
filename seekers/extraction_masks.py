"""Hides what is private: finds it in the whole text, then says where it stands in each line and on each picture.

An identifier may be broken over two lines ("070-174" / "06 05", "amina@" / "example.org") or over words with a box
each; so the whole text is searched, and what was found is carried back to letters and their boxes. Imports no Django.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass

from seekers import identifiers
from seekers.extraction_directions import find_mixed
from seekers.extraction_lines import Box, Line, ReadPage, union
from seekers.identifiers import Found

PADDING = 0.15  # of a box's height, on every side
BROKEN_BEFORE, BROKEN_AFTER = "@._/+-", "@._/"
IN_ONE_WORD = {"email", "link"}


@dataclass(frozen=True, slots=True)
class Laid:
    """lines and masks: for each page, in the shapes of DocumentPage. found: kind -> how many."""

    text: str
    masked_text: str
    found: dict[str, int]
    lines: list[list[dict]]
    masks: list[list[dict]]


def lay_out(pages: list[ReadPage]) -> Laid:
    """The text of all pages with what is private hidden, and the boxes to hide on their pictures."""
    every_line = [line for page in pages for line in page.lines]
    text = "\n".join(line.text for line in every_line)
    found = _merged([*find(text), *_found_mixed(every_line)])
    start, all_lines, all_masks = 0, [], []
    for page in pages:
        lines, masks = [], []
        for line in page.lines:
            here = parts_within(found, start, start + len(line.text))
            lines.append(_as_row(line, start, here))
            masks += _masks(line, here)
            start += len(line.text) + 1
        all_lines.append(lines)
        all_masks.append(masks + _unseen_masks(page.unseen))
    masked_text = "\n".join(line["masked"] for lines in all_lines for line in lines)
    return Laid(text, masked_text, dict(Counter(one.kind for one in found)), all_lines, all_masks)


def _found_mixed(lines: list[Line]) -> list[Found]:
    start, found = 0, []
    for line in lines:
        found += [Found(kind, start + first, start + last) for kind, first, last in find_mixed(line)]
        start += len(line.text) + 1
    return found


def _as_row(line: Line, start: int, here: list[Found]) -> dict:
    row = {"kind": line.kind, "text": line.text, "masked": identifiers.mask(line.text, here), "start": start}
    row["box"] = as_rectangle(line.box)
    if line.cells:
        row |= {"cells": line.cells, "masked_cells": _masked_cells(line, here)}
    return row


def _masked_cells(line: Line, here: list[Found]) -> list[str]:
    at, cells = 0, []
    for cell in line.cells:  # the line's text is its cells with " | " between them
        cells.append(identifiers.mask(cell, parts_within(here, at, at + len(cell))))
        at += len(cell) + 3
    return cells


def _masks(line: Line, here: list[Found]) -> list[dict]:
    places = [(one.kind, union(box for box in line.boxes[one.start : one.end] if box)) for one in here]
    return [{"box": as_rectangle(_padded(box)), "kind": kind} for kind, box in places if box]


def _unseen_masks(lines: list[Line]) -> list[dict]:
    """Words in pictures of a page that has text of its own: only what is private in them matters."""
    found, start, masks = find("\n".join(line.text for line in lines)), 0, []
    for line in lines:
        masks += _masks(line, parts_within(found, start, start + len(line.text)))
        start += len(line.text) + 1
    return masks


def as_rectangle(box: Box | None) -> list[float] | None:
    """[x, y, width, height], 0–1, as the rows keep it."""
    if box is None:
        return None
    left, top, right, bottom = (min(max(value, 0.0), 1.0) for value in box)
    return [round(left, 4), round(top, 4), round(right - left, 4), round(bottom - top, 4)]


def _padded(box: Box) -> Box:
    left, top, right, bottom = box
    more = PADDING * (bottom - top)
    return left - more, top - more, right + more, bottom + more


def parts_within(found: list[Found], start: int, end: int) -> list[Found]:
    """What of `found` lies in text[start:end], counted from `start`. A number over two lines has a part in both.

    found: in order, without overlaps. A long text has many lines: only its own part of `found` is looked at for each.
    """
    at, parts = max(0, bisect_right(found, start, key=lambda one: one.start) - 1), []
    while at < len(found) and found[at].start < end:
        kind, first, last = found[at]
        if start < last:
            parts.append(Found(kind, max(first, start) - start, min(last, end) - start))
        at += 1
    return parts


def find(text: str) -> list[Found]:
    """What identifiers.find finds, and what it would find were the lines not broken. In order, without overlaps."""
    found = list(identifiers.find(text))
    breaks = [place for place, letter in enumerate(text) if letter == "\n"]
    if not breaks:
        return found
    spaced = [one for one in identifiers.find(text.replace("\n", " ")) if one.kind not in IN_ONE_WORD]
    for one in [*spaced, *_in_joined(text, breaks)]:
        crossed = breaks[bisect_right(breaks, one.start) : bisect_left(breaks, one.end)]
        if len(crossed) == 1 and _belongs(text, crossed[0], one, found):
            found.append(one)
    return _merged(found)


def _in_joined(text: str, breaks: list[int]) -> list[Found]:
    """Addresses of mail and pages in the text without its line breaks, at their places in `text`."""
    joined_breaks = [place - number for number, place in enumerate(breaks)]

    def place_of(place: int) -> int:
        return place + bisect_right(joined_breaks, place)

    whole = identifiers.find(text.replace("\n", ""))
    return [Found(k, place_of(s), place_of(e - 1) + 1) for k, s, e in whole if k in IN_ONE_WORD]


def _belongs(text: str, place: int, one: Found, found: list[Found]) -> bool:
    """Two lines are one word when the break stands at a sign of it, or when neither half meant anything by itself.

    "Volvo" above "info@firma.se" are two words.
    """
    if one.kind in IN_ONE_WORD and (text[place - 1] in BROKEN_BEFORE or text[place + 1] in BROKEN_AFTER):
        return True
    return not any(other.start < one.end and one.start < other.end for other in found)


def _merged(found: list[Found]) -> list[Found]:
    merged: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if merged and one.start < merged[-1].end:
            merged[-1] = Found(merged[-1].kind, merged[-1].start, max(merged[-1].end, one.end))
        else:
            merged.append(one)
    return merged
