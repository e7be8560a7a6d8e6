"""A text that was pasted or written in the house, laid out as pages of lines with what is private hidden."""

import re
from collections import Counter
from dataclasses import dataclass

from seekers import identifiers
from seekers.extraction_masks import find, parts_within

LINES_PER_PAGE = 60
CHARACTERS_PER_PAGE = 4_000
SHORTEST_SECRET = 4  # characters: less says nothing by itself


@dataclass(frozen=True, slots=True)
class ReadText:
    """`pages`: the lines of each page, as in DocumentPage.lines; `found`: kind of identifier -> how many."""

    masked_text: str
    found: dict[str, int]
    pages: list[list[dict]]


def read(text: str) -> ReadText:
    """Find what is private in `text`, as in a file, and cut it into pages. Offsets are characters of `text`."""
    found = find(text)
    lines, start, before = [], 0, "-"
    for words in text.split("\n"):
        kind = "h" if not before.strip() and _is_heading(words) else "p"
        lines.append({"kind": kind, "text": words, "masked": _masked(words, start, found), "start": start, "box": None})
        start, before = start + len(words) + 1, words
    masked_text = "\n".join(line["masked"] for line in lines)
    return ReadText(masked_text, dict(Counter(one.kind for one in found)), _pages(lines))


def lets_out(before: str, after: str) -> bool:
    """Whether words that are hidden in `before` can be read in `after`: other words around them made them unknown."""
    found, found_after = find(before), find(after)
    hidden = {part.strip() for one in found for part in before[one.start : one.end].split("\n")}
    return any(
        _times_seen(words, after, found_after) > _times_seen(words, before, found)
        for words in hidden
        if len(words) >= SHORTEST_SECRET
    )


def _times_seen(words: str, text: str, found: list) -> int:
    """How often `words` stand in `text` with something of them not hidden."""
    places = [match.start() for match in re.finditer(re.escape(words), text)]
    return sum(not any(one.start <= at and at + len(words) <= one.end for one in found) for at in places)


def _is_heading(words: str) -> bool:
    """A few words without digits or a sentence's end, after an empty line: "Arbete", "Utbildning och kurser"."""
    return 0 < len(words.strip()) <= 40 and not re.search(r"[\d.,:;@?!]", words)


def _masked(words: str, start: int, found: list) -> str:
    """One line with its part of each finding hidden; a number over two lines is hidden on both."""
    return identifiers.mask(words, parts_within(found, start, start + len(words)))


def _pages(lines: list[dict]) -> list[list[dict]]:
    pages: list[list[dict]] = [[]]
    for line in lines:
        if not line["text"].strip():
            continue
        page = pages[-1]
        if len(page) >= LINES_PER_PAGE or sum(len(one["text"]) for one in page) > CHARACTERS_PER_PAGE:
            page = []
            pages.append(page)
        page.append(line)
    return pages
