"""Occupations as Arbetsförmedlingen names them: found by words, known by their concept id.

For everybody who must name an occupation: volunteers, those who ask, employers. A form takes an
`occupation_field.OccupationField`; a model keeps the concept id (12 characters, stable) and, where rows are to be found
by occupation, the group: two occupations with the same group are near enough to talk about.

Source: the JobTech taxonomy of Arbetsförmedlingen (JobtechSwe/elastic-importers, Apache-2.0), state of 2020-21:
occupation-name with its SSYK 2012 group. Only ids, groups and Swedish labels are taken over; names without an id or a
group are left out. `occupations.tsv` has one a line, by label: concept id, group, label.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ID_LENGTH, GROUP_LENGTH = 12, 4
SHOWN = 8
_FILE = Path(__file__).with_name("occupations.tsv")


@dataclass(frozen=True, slots=True)
class Occupation:
    """`id`: the JobTech concept id ("PFZr_Syz_cUq"). `group`: four digits of SSYK 2012. `label`: Swedish."""

    id: str
    group: str
    label: str

    def __str__(self) -> str:
        return self.label


@cache
def _all() -> dict[str, Occupation]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    rows = (Occupation(*line.split("\t")) for line in lines)
    return {row.id: row for row in rows}


@cache
def _folded() -> list[tuple[str, Occupation]]:
    return [(row.label.casefold(), row) for row in _all().values()]


def by_id(concept_id: str) -> Occupation | None:
    """The occupation with this concept id."""
    return _all().get(concept_id)


def label_of(concept_id: str) -> str:
    """What the occupation with this concept id is called in Swedish, "" when there is none."""
    found = by_id(concept_id)
    return found.label if found else ""


def by_label(text: str) -> Occupation | None:
    """The occupation that is called exactly this, capitals and spaces aside; else the only one of which it is one part
    of a double name ("förskollärare": "Lärare i förskola/Förskollärare").
    """
    wanted = _plain(text)
    if not wanted:
        return None
    found = [row for label, row in _folded() if wanted == label]
    found = found or [row for label, row in _folded() if wanted in label.split("/")]
    return found[0] if len(found) == 1 else None


def search(text: str, limit: int = SHOWN) -> list[Occupation]:
    """Occupations that have every word of `text` in their name, the nearest first; [] for fewer than two letters.

    Nearest: the first word is that word, or begins so, then a word of it, then a part ("städare": "Hotellstädare").
    """
    words = re.findall(r"\w+", _plain(text))
    if len("".join(words)) < 2:
        return []
    found = [(rank, len(label), label, row) for label, row in _folded() if (rank := _rank(label, words)) is not None]
    return [row for *_order, row in sorted(found, key=lambda one: one[:3])[:limit]]


def labels(concept_ids: list[str]) -> list[str]:
    """What they are called, in the order given; ids that no longer exist are left out."""
    return [row.label for row in map(by_id, concept_ids) if row]


def groups(concept_ids: list[str]) -> list[str]:
    """Their SSYK groups, without doubles."""
    return list(dict.fromkeys(row.group for row in map(by_id, concept_ids) if row))


@cache
def of_group(group: str) -> list[str]:
    """What the occupations of an SSYK group are called, [] of an unknown one."""
    return [row.label for row in _all().values() if row.group == group]


def _rank(label: str, words: list[str]) -> int | None:
    """0 begins with that word, 1 begins so, 2 a word begins so, 3 somewhere within; None: a word is missing."""
    if not all(word in label for word in words):
        return None
    if label.startswith(words[0]):
        return 0 if re.match(rf"{re.escape(words[0])}\b", label) else 1
    return 2 if all(re.search(rf"\b{re.escape(word)}", label) for word in words) else 3


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
