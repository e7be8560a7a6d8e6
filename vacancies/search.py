"""Finding ads: what of an ad is looked in, and the question of a weak speller in Swedish, English or both.

The words of an ad are taken apart once, when it is published (`follow`). Misspelt words are mended by the words that
stand in ads (motesplats/mending.py). PostgreSQL: full text with Swedish stemming; SQLite: FTS5, beginnings of words.
"""

import heapq
import operator
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, reduce
from pathlib import Path

from django.conf import settings
from django.contrib.postgres.search import CombinedSearchQuery, SearchRank, SearchVectorField
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from motesplats import mending, municipalities, occupations, words
from motesplats.mending import Wanted
from vacancies.models import Vacancy, VacancyText, VacancyWord

MATCHED = 3000  # ads with the words, those made last, that are looked at at all
CANDIDATES = 1000  # ads that fit, the newest, that are ranked
MOST = 300  # that are shown of them
ENOUGH = 5  # ads that have every word: then those with some of them are left out
NOTHING = Q(pk__in=[])
WEIGHTS = [0.05, 0.2, 0.5, 1.0]  # of PostgreSQL's D, C, B, A: tasks, kin, more, title
# The same for FTS5, in the order of the columns; a lower rank is better.
_FITS = """SELECT rowid, bm25(vacancies_fts, 10.0, 5.0, 2.0, 0.5) AS fit FROM vacancies_fts
WHERE vacancies_fts MATCH %s ORDER BY rowid DESC LIMIT %s"""
_NEWEST = "SELECT rowid FROM vacancies_fts WHERE vacancies_fts MATCH %s ORDER BY rowid DESC LIMIT %s"
LANGUAGES = [code for code, _name in settings.LANGUAGES]
PLACES = {"1480": "gbg gothenburg", "0180": "sthlm stockholm", "1280": "malmoe", "0380": "upsala"}
KINDS = {
    "jobb": "jobb arbete job work",
    "praktik": "praktik praktikplats internship intern trainee تدريب",
    "sommarjobb": "sommarjobb sommar summer job",
    "prova": "prova provapå testa try",
    "stod": "jobb lönebidrag nystartsjobb etableringsjobb introduktionsjobb subsidised job",
    "ideellt": "ideellt frivillig volontär volunteer voluntary",
}


@dataclass(frozen=True, slots=True)
class Found:
    """`ids` of ads, best first, at most 300. `mended`: the words we looked for instead, in the order typed.

    `fits`: a filter of ads, those that were looked among or others: what has these words.
    """

    ids: list[int]
    mended: list[str] = field(default_factory=list)
    fits: Q = NOTHING


# --- what is written --------------------------------------------------------------------------------------------------


@transaction.atomic
def follow(ads: Iterable[Vacancy]) -> None:
    """Take the words of these ads apart, or away when they are not published. Reads their employers. Safe to repeat."""
    ads = list(ads)
    published = [ad for ad in ads if ad.state == Vacancy.State.PUBLISHED]
    VacancyText.objects.filter(vacancy__in=[ad.pk for ad in ads]).delete()
    texts = VacancyText.objects.bulk_create(map(_text_of, published), batch_size=500)
    _remember({word for text in texts for word in _words_of(text)})


def _remember(found: set[str]) -> None:
    rows = (VacancyWord(word=word, folded=words.fold(word)[: words.LONGEST]) for word in sorted(found))
    VacancyWord.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)


def follow_forgotten(limit: int = 500) -> int:
    """What a move left out, or wrote past publishing.py: words of ads that are shown, none of others. -> how many."""
    shown = Vacancy.objects.filter(state=Vacancy.State.PUBLISHED, text=None).select_related("employer")
    gone = Vacancy.objects.exclude(state=Vacancy.State.PUBLISHED).exclude(text=None).select_related("employer")
    found = [*shown[:limit], *gone[:limit]]
    if found:
        follow(found)
    return len(found)


@transaction.atomic
def tidy_words() -> int:
    """Forget the words that only ended ads had, a name perhaps, and bring back what is missing. -> how many went.

    Safe to repeat. A word that goes just as an ad is published with it comes back with the next round; until then it is
    found, and only its misspellings are not.
    """
    known = dict(VacancyWord.objects.values_list("word", "pk"))
    used = {word for text in VacancyText.objects.iterator() for word in _words_of(text)}
    unused = [pk for word, pk in known.items() if word not in used]
    for place in range(0, len(unused), 500):
        VacancyWord.objects.filter(pk__in=unused[place : place + 500]).delete()
    _remember(used - set(known))
    return len(unused)


def _text_of(ad: Vacancy) -> VacancyText:
    title, tasks = _in_all_languages(ad, "title"), _in_all_languages(ad, "tasks")
    place = municipalities.by_code(ad.municipality)
    more = [ad.employer.name, ad.occupation_label, ad.town, place.region if place else ""]
    more += [PLACES.get(ad.municipality, ""), KINDS.get(ad.kind, ""), *_other_words(f"{title} {ad.occupation_label}")]
    kin = occupations.of_group(ad.occupation_group) if ad.occupation_group else []
    said = [tasks, ad.hours_said, ad.experience_said, ad.duration_said, ad.agreement, ad.workplace]
    texts = (title, " ".join(more), " ".join(kin), " ".join(said))
    columns = ("title_words", "more_words", "kin_words", "all_words")
    spread = (f" {' '.join(words.split(text))} " for text in texts)
    return VacancyText(vacancy=ad, **dict(zip(columns, spread, strict=True)))


def _in_all_languages(ad: Vacancy, name: str) -> str:
    return " ".join(dict.fromkeys(filter(None, (getattr(ad, f"{name}_{code}") for code in LANGUAGES))))


def _words_of(text: VacancyText) -> list[str]:
    said = f"{text.title_words}{text.more_words}{text.kin_words}{text.all_words}"
    return [word for word in said.split() if len(word) > 1]


@cache
def _table() -> list[tuple[tuple[str, ...], str]]:
    lines = Path(__file__).with_name("other_words.tsv").read_text(encoding="utf-8").splitlines()
    return [(tuple(beginnings.split()), said) for beginnings, said in (line.split("\t") for line in lines)]


def _other_words(title: str) -> list[str]:
    """What people call it too, in plain Swedish, English and Arabic (other_words.tsv: beginnings, words)."""
    found = [words.fold(word) for word in words.split(title)]
    return [said for beginnings, said in _table() if any(word.startswith(beginnings) for word in found)]


# --- what is asked ----------------------------------------------------------------------------------------------------


def find(question: str, *, among: QuerySet[Vacancy]) -> Found:
    """What fits `question`, best first: what has all of its words; with fewer than five of those what has any, too.

    At most 8 queries.
    """
    wanted, mended = mending.wanted(words.asked(question), VacancyWord.objects.all())
    if not wanted:
        return Found([], mended)
    engine = _FullText() if connection.vendor == "postgresql" else _Fts()
    every = engine.question(wanted, has_all=True)
    fits = engine.fits(every)
    ids = engine.ranked(every, fits, among)
    if len(wanted) == 1 or len(ids) >= ENOUGH:
        return Found(ids, mended, fits)
    some = engine.question(wanted, has_all=False)
    fits = engine.fits(some)
    ids += [pk for pk in engine.ranked(some, fits, among) if pk not in set(ids)]
    return Found(ids[:MOST], mended, fits)


class _FullText:
    """PostgreSQL: the newest that fit, ranked."""

    def __init__(self):
        vector = RawSQL('"vacancies_vacancytext"."vector"', [], output_field=SearchVectorField())  # of migration 0003
        self.texts = VacancyText.objects.annotate(vector=vector)
        self.vector = vector

    def question(self, wanted: list[Wanted], *, has_all: bool) -> CombinedSearchQuery:
        each = [mending.any_of([word], "swedish") for word in wanted]
        return reduce(operator.and_ if has_all else operator.or_, each)

    def fits(self, query: CombinedSearchQuery) -> Q:
        """Read at once: inside another query the planner would ask it again for each row."""
        newest = self.texts.filter(vector=query).order_by("-pk").values_list("pk", flat=True)[:MATCHED]
        return Q(pk__in=list(newest))

    def ranked(self, query: CombinedSearchQuery, fits: Q, among: QuerySet[Vacancy]) -> list[int]:
        newest = list(among.filter(fits).order_by("-published_at").values_list("pk", flat=True)[:CANDIDATES])
        rank = SearchRank(self.vector, query, weights=WEIGHTS)
        texts = VacancyText.objects.annotate(rank=rank).filter(pk__in=newest).order_by("-rank", "-pk")
        return list(texts.values_list("pk", flat=True)[:MOST])


class _Fts:
    """SQLite: those that fit best by FTS5, as far as they are among those asked for."""

    def question(self, wanted: list[Wanted], *, has_all: bool) -> str:
        each = [" OR ".join(f'"{form}"*' for form in word.forms) for word in wanted]  # forms: letters and digits only
        return (" AND " if has_all else " OR ").join(f"({forms})" for forms in each)

    def fits(self, match: str) -> Q:
        return Q(pk__in=RawSQL(_NEWEST, [match, MATCHED]))  # noqa: S611 the words are a parameter

    def ranked(self, match: str, fits: Q, among: QuerySet[Vacancy]) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(_FITS, [match, MATCHED])
            ranks = dict(cursor.fetchall())
        shown = among.filter(fits).order_by().values_list("pk", flat=True)
        return heapq.nsmallest(MOST, shown, key=lambda pk: (ranks[pk], -pk))
