"""What is new in a version: its text beside the one before, line by line and in the changed lines word by word.

difflib takes time by the square of what it compares, so words are compared only inside lines that changed, and only
where there are few of them. 30 pages take a tenth of a second.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

MOST_CHARACTERS = 200_000  # of each text; the rest is not compared
MOST_PAIRS = 250_000  # words before x words after in one changed place: more is shown as whole lines
ALIKE = 0.3  # below this share of common words a line counts as another line
SHOWN = 800  # characters of one side of a place


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of one side. is_changed: they are only on this side."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Place:
    """One stretch that changed: what stood there, what stands there now. An empty side: added, or taken away.

    above: the last unchanged line before it, "" at the start.
    """

    before: list[Piece]
    after: list[Piece]
    above: str


def places(before: str, after: str) -> list[Place]:
    """Where two texts differ, in the order of the text. Only spaces and empty lines different: none."""
    old, new = _lines(before), _lines(after)
    matcher = SequenceMatcher(None, old, new)
    return [
        Place(*_sides(old[i1:i2], new[j1:j2]), above=new[j1 - 1] if j1 else "")
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ]


def _lines(text: str) -> list[str]:
    lines = (" ".join(line.split()) for line in text[:MOST_CHARACTERS].split("\n"))
    return [line for line in lines if line]


def _sides(old: list[str], new: list[str]) -> tuple[list[Piece], list[Piece]]:
    was, now = "\n".join(old), "\n".join(new)
    a, b = _words(was), _words(now)
    if not a or not b or len(a) * len(b) > MOST_PAIRS:
        return _whole(was), _whole(now)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.quick_ratio() < ALIKE or matcher.ratio() < ALIKE:
        return _whole(was), _whole(now)
    left, right = [], []
    for is_changed, i1, i2, j1, j2 in _grouped(matcher.get_opcodes(), a):
        left += _pieces("".join(a[i1:i2]), is_changed)
        right += _pieces("".join(b[j1:j2]), is_changed)
    return _cut(left), _cut(right)


def _pieces(text: str, is_changed: bool) -> list[Piece]:
    """Spaces around changed words are nobody's change."""
    words = text.strip() if is_changed else ""
    if not words:
        return [Piece(text, is_changed=False)]
    before, _found, after = text.partition(words)
    return [Piece(before, is_changed=False), Piece(words, is_changed=True), Piece(after, is_changed=False)]


def _words(text: str) -> list[str]:
    """Words, spaces and signs, which put together are the text again."""
    return re.findall(r"\s|\w+|[^\w\s]", text)


def _grouped(opcodes: list[tuple], words: list[str]) -> Iterator[tuple[bool, int, int, int, int]]:
    """Changes with nothing but spaces between them are one change: "two words" and not "two", "words"."""
    held = None
    for number, (tag, i1, i2, j1, j2) in enumerate(opcodes):
        is_last = number == len(opcodes) - 1
        is_glue = held and not is_last and all(word == " " for word in words[i1:i2])
        if tag != "equal" or is_glue:
            held = (held[0], i2, held[2], j2) if held else (i1, i2, j1, j2)
            continue
        if held:
            yield True, *held
            held = None
        yield False, i1, i2, j1, j2
    if held:
        yield True, *held


def _whole(text: str) -> list[Piece]:
    return _cut([Piece(text, is_changed=True)]) if text else []


def _cut(pieces: list[Piece]) -> list[Piece]:
    """At most SHOWN characters, with "…" where the rest was."""
    shown, room = [], SHOWN
    for piece in pieces:
        if not piece.text:
            continue
        if len(piece.text) > room:
            return [*shown, Piece(f"{piece.text[:room]}…", piece.is_changed)]
        shown.append(piece)
        room -= len(piece.text)
    return shown


def page_pairs(before: list, after: list) -> list[tuple]:
    """Pages side by side: the first with the first. None where one version is longer."""
    return list(zip_longest(before, after))
