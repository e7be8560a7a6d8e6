"""Finding what a weak speller means: words are mended by the words that are here, then looked for, best first.

PostgreSQL: full text with Swedish stemming, and pg_trgm; SQLite: beginnings of words, the same likeness in Python.
"""

import re
from dataclasses import dataclass, field
from math import log

from django.conf import settings
from django.contrib.postgres.search import SearchRank, SearchVectorField
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from library.models import Edition, Resource, SearchWord
from motesplats import mending, words
from motesplats.mending import Wanted

CANDIDATES = 300  # editions of one language that are ranked
# How the words of a language are taken apart. People mix languages: all are looked in, whatever the page speaks.
GROUPS = [("swedish", {"sv"}), ("english", {"en"}), ("simple", {code for code, _ in settings.LANGUAGES} - {"sv", "en"})]
WEIGHTS = [0.02, 0.1, 0.4, 1.0]  # of PostgreSQL's D, C, B, A: text, -, more, title
TITLE, MORE, TEXT = 6.0, 3.0, 1.0
ENDING = 2  # letters: intervju-n, jobb-et


@dataclass(frozen=True, slots=True)
class Found:
    """`ids` of resources, best first. `mended`: the words we looked for instead, in the order typed."""

    ids: list[int]
    mended: list[str] = field(default_factory=list)


def find(question: str, *, among: QuerySet[Resource]) -> Found:
    """What fits `question`, best first. At most 5 queries."""
    wanted, mended = mending.wanted(words.asked(question), SearchWord.objects.all())
    if not wanted:
        return Found([])
    ranked: dict[int, float] = {}
    engine = _full_text if connection.vendor == "postgresql" else _beginnings
    for config, languages in GROUPS:
        editions = Edition.objects.filter(language__in=languages, resource__in=among)
        for resource, score in engine(wanted, config, editions):
            ranked[resource] = max(score, ranked.get(resource, 0))
    return Found(sorted(ranked, key=lambda resource: (-ranked[resource], resource)), mended)


def _full_text(wanted: list[Wanted], config: str, editions: QuerySet[Edition]) -> list[tuple[int, float]]:
    query = mending.any_of(wanted, config)
    vector = RawSQL('"library_edition"."vector"', [], output_field=SearchVectorField())  # migration 0003 makes it
    rows = editions.annotate(vector=vector).filter(vector=query)
    rows = rows.annotate(rank=SearchRank(vector, query, weights=WEIGHTS)).order_by("-rank", "resource_id")
    return list(rows.values_list("resource_id", "rank")[:CANDIDATES])


def _beginnings(wanted: list[Wanted], config: str, editions: QuerySet[Edition]) -> list[tuple[int, float]]:
    which = Q()
    for form in (form for word in wanted for form in word.forms):
        which |= Q(all_words__contains=f" {form}")
    rows = editions.filter(which).order_by("resource_id").values_list("resource_id", "title_words", "more_words")
    rows = list(rows[: CANDIDATES * 10])
    scores: dict[int, float] = dict.fromkeys((row[0] for row in rows), TEXT / 100)
    for word in wanted:
        hits = {resource: best for resource, *texts in rows if (best := _best(word, *texts))}
        rarity = log(1 + len(rows) / (1 + len(hits)))
        for resource, best in hits.items():
            scores[resource] += best * rarity * word.weight
    return list(scores.items())


def _best(word: Wanted, title: str, more: str) -> float:
    """How well a word fits: best in the title, and with at most an ending more than what was looked for."""
    best = 0.0
    for text, worth in ((title, TITLE), (more, MORE)):
        for form in word.forms:
            for found in re.findall(rf"(?<= ){form}(\w*)", text):
                best = max(best, worth if len(found) <= ENDING else worth * 0.8)
    return best
