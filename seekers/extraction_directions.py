"""Lines that mix right-to-left and left-to-right words: a PDF may hold their words in any order.

So what is private is also looked for in the order the words stand on the page, read from either side.
Imports no Django.
"""

import re
from collections.abc import Iterator

from seekers import identifiers
from seekers.extraction_lines import Line
from seekers.identifiers import Found

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
WORD = re.compile(r"\S+")
NUMBER = re.compile(r"[+()/.-]*\d[\d+()/.-]*")  # digits of every script: pieces of a number whose order was lost
OF_NUMBERS = {"phone", "postcode", "personal_number", "lma"}


def find_mixed(line: Line) -> list[Found]:
    """What stands in the line when its words are read from the right, or from the left. Ranges of `line.text`."""
    if not RIGHT_TO_LEFT.search(line.text):
        return []
    words = [match.span() for match in WORD.finditer(line.text)]
    placed = [(_middle(line, word), word) for word in words]
    if any(middle is None for middle, _word in placed):
        return []
    from_left = [word for _middle_of, word in sorted(placed)]
    found = [one for order in (from_left, from_left[::-1]) for one in _found_in(line.text, order)]
    return found + [piece for one in found if one.kind in OF_NUMBERS for piece in _neighbours(line.text, words, one)]


def _middle(line: Line, word: tuple[int, int]) -> float | None:
    boxes = [box for box in line.boxes[slice(*word)] if box]
    return sum(box[0] + box[2] for box in boxes) / len(boxes) if boxes else None


def _found_in(text: str, order: list[tuple[int, int]]) -> Iterator[Found]:
    """Find in the words laid in `order`; each piece of a finding at its place in `text`."""
    laid = " ".join(text[start:end] for start, end in order)
    for one in identifiers.find(laid):
        at = 0
        for start, end in order:
            first, last = max(one.start, at), min(one.end, at + end - start)
            if first < last:
                yield Found(one.kind, start + first - at, start + last - at)
            at += end - start + 1


def _neighbours(text: str, words: list[tuple[int, int]], one: Found) -> Iterator[Found]:
    """Numbers right beside a found number belong to it: their order was lost, not they."""
    inside = [n for n, (start, end) in enumerate(words) if start < one.end and one.start < end]
    for step, number in ((-1, inside[0] - 1), (1, inside[-1] + 1)):
        while 0 <= number < len(words) and NUMBER.fullmatch(text[slice(*words[number])]):
            yield Found(one.kind, *words[number])
            number += step
