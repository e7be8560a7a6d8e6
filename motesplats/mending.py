"""Words as weak spellers write them, mended by the words that are there: the same for tips and for ads.

Each app keeps the words it has in a table of its own with the columns `word` and `folded` (words.fold); on PostgreSQL
`folded` has an index of trigrams. A misspelt word is looked for as the words most like it, by pg_trgm's measure.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.lookups import TrigramSimilar
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import CharField, Q, QuerySet

from motesplats import words

CharField.register_lookup(TrigramSimilar)

LIKE_ENOUGH = 0.3  # as pg_trgm.similarity_threshold
MENDED, VARIANTS, MOST_WORDS = 3, 6, 400


@dataclass(frozen=True, slots=True)
class Wanted:
    """One word of the question: `forms` are what to look for, better `weight` the surer we are."""

    forms: tuple[str, ...]
    weight: float = 1.0


def wanted(asked: list[str], there: QuerySet) -> tuple[list[Wanted], list[str]]:
    """What to look for, and which words that was instead of what was typed. At most 2 queries.

    `asked`: of words.asked(). `there`: the table of words.
    """
    folded = {word: words.fold(word) for word in asked}
    known = _known(folded.values(), there)
    unknown = [word for word in asked if not any(it.startswith(folded[word]) for it in known.values())]
    near = _near([folded[word] for word in unknown], there) if unknown else {}
    found, mended = [], []
    for word in asked:
        if word not in unknown:
            variants = [it for it, its in known.items() if its.startswith(folded[word]) and not it.startswith(word)]
            found.append(Wanted((word, *variants[:VARIANTS])))
        elif likely := _most_alike(folded[word], near):
            found.append(Wanted(tuple(likely), 0.8))
            mended.append(likely[0])
    return found, mended


def any_of(wanted: Iterable[Wanted], config: str) -> SearchQuery:
    """For PostgreSQL: texts that hold a beginning of at least one of them, by the rules of that configuration."""
    query = None
    for form in (form for word in wanted for form in word.forms):
        one = SearchQuery(f"{form}:*", search_type="raw", config=config)
        query = one if query is None else query | one
    return query


def _known(beginnings: Iterable[str], there: QuerySet) -> dict[str, str]:
    """word -> folded, of the words here that begin so; the shortest first."""
    which = Q()
    for beginning in beginnings:
        which |= Q(folded__startswith=beginning)
    rows = there.filter(which) if which else there.none()
    found = sorted(rows.values_list("word", "folded")[:MOST_WORDS], key=lambda row: len(row[0]))
    return dict(found)


def _near(unknown: list[str], there: QuerySet) -> dict[str, str]:
    """word -> folded, of the words here that may be one of the unknown, misspelt."""
    if connection.vendor == "postgresql":
        which = Q()
        for word in unknown:
            which |= Q(folded__trigram_similar=word)
        there = there.filter(which)
    return dict(there.values_list("word", "folded")[:20_000])


def _most_alike(word: str, near: dict[str, str]) -> list[str]:
    """Those most like it, the best first; only those nearly as good as the best."""
    if len(word) < 3:
        return []
    alike = sorted(((words.similarity(word, folded), it) for it, folded in near.items()), key=lambda one: -one[0])
    best = alike[0][0] if alike else 0
    return [it for likeness, it in alike[:MENDED] if likeness >= max(LIKE_ENOUGH, best - 0.12)]
