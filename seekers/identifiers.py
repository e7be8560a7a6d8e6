"""What in a CV says who somebody is or how to reach them: found in plain text and put out of sight.

Pure text in, places out; no Django, since the child process that reads files uses it too. Greedy on purpose: a phone
number too much hidden does less harm than one shown. Dates, years, hours, money and organisation numbers are never
touched. The town after a postcode stays: a helper should see that it is there.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from seekers.identifier_addresses import addresses, postcodes
from seekers.identifier_letters import Folded, fold, turned
from seekers.identifier_links import emails, links
from seekers.identifier_numbers import case_numbers, harmless, personal_numbers, phones

KINDS = {
    "email": "e-post",
    "link": "länk",
    "personal_number": "personnummer",  # samordningsnummer too
    "lma": "LMA-nummer",
    "phone": "telefon",
    "postcode": "postnummer",
    "address": "adress",
}
_FINDERS = (
    ("email", emails),
    ("link", links),
    ("personal_number", personal_numbers),
    ("lma", case_numbers),
    ("postcode", postcodes),
    ("phone", phones),
    ("address", addresses),
)
_FINDERS_OF_NUMBERS = _FINDERS[2:]  # words of Latin letters keep their order also in a line of Arabic
_REPEATED_MIN_CHARACTERS = 6
_SCRAP_MIN_CHARACTERS = 3


class Found(NamedTuple):
    """`kind` is one of KINDS; `text[start:end]` is what was found."""

    kind: str
    start: int
    end: int


def find(text: str) -> list[Found]:
    """Every identifier in `text`, in order; ranges never touch each other. Never raises."""
    folded = fold(text)
    taken, quiet = _Ranges(), harmless(folded.text)
    for kind, finder in _FINDERS:
        for start, end in finder(folded.text, quiet):
            taken.add(kind, start, end)
    for kind, start, end in _turned_round(folded.text, quiet):
        taken.add(kind, start, end)
    found = [one for one in (_in_original(text, folded, *each) for each in taken) if one is not None]
    return _with_repeats(text, _apart(found), {folded.place(at) for start, end in quiet for at in range(start, end)})


def mask(text: str, found: Iterable[Found] | None = None) -> str:
    """`text` with [telefon] and the like where something was found. `found`: what find(text) gave, if known."""
    pieces, at = [], 0
    for kind, start, end in find(text) if found is None else found:
        pieces += [text[at:start], f"[{KINDS[kind]}]"]
        at = end
    return "".join([*pieces, text[at:]])


def _turned_round(text: str, quiet: list[tuple[int, int]]) -> Iterator[tuple[str, int, int]]:
    """What can be found only when lines of Arabic are read from their other end."""
    round_text, places = turned(text)
    hushed = {place for start, end in quiet for place in range(start, end)}
    quiet_there = harmless(round_text)
    for kind, finder in _FINDERS_OF_NUMBERS if round_text else ():
        for start, end in finder(round_text, quiet_there):
            there = places[start:end]
            if hushed.isdisjoint(there) and max(there) - min(there) <= len(there):
                yield kind, min(there), max(there) + 1


class _Ranges:
    """Ranges that do not overlap: the kind that comes first keeps its place, later ones get what is left."""

    def __init__(self):
        self._kinds: dict[int, str] = {}  # place -> kind

    def add(self, kind: str, start: int, end: int) -> None:
        for place in range(start, end):
            self._kinds.setdefault(place, kind)

    def __iter__(self) -> Iterator[tuple[str, int, int]]:
        start = last = None
        for place in [*sorted(self._kinds), None]:
            if start is not None and (place != last + 1 or self._kinds[place] != self._kinds[start]):
                yield self._kinds[start], start, last + 1
                start = None
            start, last = place if start is None else start, place


def _in_original(text: str, folded: Folded, kind: str, start: int, end: int) -> Found | None:
    """The same place in the text as it came, without the blanks and commas at its ends."""
    first, last = folded.place(start), folded.place(end - 1) + 1
    while first < last and not _carries(text[first]):
        first += 1
    while first < last and not _carries(text[last - 1]):
        last -= 1
    if sum(map(str.isalnum, text[first:last])) < _SCRAP_MIN_CHARACTERS:
        return None
    return Found(kind, first, last)


def _apart(found: list[Found]) -> list[Found]:
    """One letter may be read as several ("½" as "1⁄2") and so be claimed by two: the first keeps it."""
    kept, end = [], 0
    for one in found:
        if end < one.end:
            kept.append(one._replace(start=max(one.start, end)))
            end = one.end
    return kept


def _carries(letter: str) -> bool:
    return letter.isalnum() or letter in "+(@)/_"


def _with_repeats(text: str, found: list[Found], quiet: set[int]) -> list[Found]:
    """And the same words wherever else they stand, as in the foot of each page."""
    words = {text[one.start : one.end]: one.kind for one in found if one.end - one.start >= _REPEATED_MIN_CHARACTERS}
    taken = {place for one in found for place in range(one.start, one.end)}
    for word, kind in words.items():
        at = text.find(word)
        while at != -1:
            places = range(at, at + len(word))
            if taken.isdisjoint(places) and quiet.isdisjoint(places):
                found.append(Found(kind, at, places.stop))
                taken.update(places)
            at = text.find(word, at + 1)
    return sorted(found, key=lambda one: one.start)
