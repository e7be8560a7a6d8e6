"""One plain alphabet for what people and PDF files write in many ways, with the way back to the original places."""

import re
import unicodedata
from typing import NamedTuple

Ranges = list[tuple[int, int]]  # (start, end) of places in a text

_HYPHENS = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad\ufe58\ufe63\uff0d\u05be\u1806", "-")
_BLANKS = dict.fromkeys("\t\u00a0\u1680\u202f\u205f\u3000\u2007\u2008\u2009\u200a\u2002\u2003\u2004\u2005\u2006", " ")
_LINES = dict.fromkeys("\x0b\x0c\x85\u2028\u2029", "\n")
_NOTHING = dict.fromkeys("\r\u200b\u200c\u200d\u200e\u200f\u061c\u2060\ufeff\ufffe\u0640\x02", "")
_DIRECTIONS = dict.fromkeys(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]), "")
_PLAIN = {**_HYPHENS, **_BLANKS, **_LINES, **_NOTHING, **_DIRECTIONS, "\uff20": "@", "\u060c": ",", "\u066b": ","}
_LETTER_FOR_ZERO = re.compile(r"(?<!\w)[OoQ](?=7[0-9][0-9]?[ -]?[0-9])")

_LINE, _RIGHT_TO_LEFT = re.compile("[^\n]+"), re.compile("[\u0590-\u08ff\ufb1d-\ufefc]")
_PIECE = re.compile(r"(?:SE|S)-?\d+|\w+|\W")


class Folded(NamedTuple):
    """`text`: digits are 0-9, dashes "-", line ends "\\n". `places[i]`: where text[i] stood in the original."""

    text: str
    places: list[int]

    def place(self, at: int) -> int:
        return self.places[at]


def fold(text: str) -> Folded:
    """The text in plain characters: other digits, dashes and blanks replaced, marks of direction left out."""
    if text.isascii() and "\r" not in text and "\t" not in text:
        return Folded(_LETTER_FOR_ZERO.sub("0", text), list(range(len(text))))
    known: dict[str, str] = {}
    letters: list[str] = []
    places: list[int] = []
    for at, letter in enumerate(text):
        plain = known.get(letter)
        if plain is None:
            plain = known[letter] = _plain(letter)
        letters.append(plain)
        places.extend([at] * len(plain))
    return Folded(_LETTER_FOR_ZERO.sub("0", "".join(letters)), places)


def _plain(letter: str) -> str:
    if letter in _PLAIN:
        return _PLAIN[letter]
    if letter.isascii():
        return letter
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    wide = unicodedata.normalize("NFKC", letter)  # ligatures, full-width letters, presentation forms
    return wide if wide.strip() else letter


def turned(text: str) -> Folded:
    """The lines of `text` with Arabic or Hebrew letters, word by word from their ends.

    A PDF gives such a line as it lies on the paper, so groups of digits come in the wrong order: "06 05 174-070".
    """
    pieces, places = [], []
    for line in _LINE.finditer(text):
        if _RIGHT_TO_LEFT.search(line[0]):
            for piece in [*_PIECE.finditer(text, *line.span())][::-1]:
                pieces.append(piece[0])
                places.extend(range(*piece.span()))
            pieces.append("\n\n")  # two: nothing goes on from one such line to the next
            places += [line.end() - 1] * 2
    return Folded("".join(pieces), places)
