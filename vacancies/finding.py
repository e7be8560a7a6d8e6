"""The list of ads: what fits the filters or the words, the newest first; and how many each filter would leave.

A page begins after (or ends before) an ad, never at a number, so that page 1,000 costs what page 1 costs. What was
found by words is ranked, at most 300 ads, and has numbers.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import BooleanField, Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Substr
from django.utils import timezone

from vacancies import search
from vacancies.models import Swedish, Vacancy

ON_A_PAGE = 20
MANY, KEPT_SECONDS = 1_000, 60  # combinations of filters
_kept: dict[str, tuple] = {}
_LEVELS = list(Swedish.values)
# filter -> (what a row of the cube holds for it, does that fit the chosen value)
_FLAGS = {"hemma": "is_remote", "engelska": "english_works", "sprakstod": "has_language_support"}
_CUBE = ("kind", "swedish", "region", "extent", *_FLAGS.values(), "needs_none")
NAMES = ("typ", "svenska", "lan", "tid", *_FLAGS, "utankorkort")  # in the order of _CUBE


@dataclass(frozen=True, slots=True)
class Page:
    """A page of ads. `older`, `newer`: what stands in the address of the next and the previous page, {} of none."""

    ads: list[Vacancy]
    total: int
    counts: dict[str, Counter]  # name of the filter -> value -> how many there would be
    older: dict[str, str] = field(default_factory=dict)
    newer: dict[str, str] = field(default_factory=dict)
    mended: list[str] = field(default_factory=list)


def filtered(chosen: dict[str, str], *, without_place: bool = False) -> QuerySet[Vacancy]:
    """What is shown and fits. `chosen`: of FilterForm; its words (`q`) are not looked at."""
    ads = Vacancy.objects.shown()
    if "typ" in chosen:
        ads = ads.filter(kind=chosen["typ"])
    if "svenska" in chosen:
        ads = ads.filter(swedish__in=levels_up_to(chosen["svenska"]))
    if "kommun" in chosen and not without_place:
        ads = ads.filter(municipality=chosen["kommun"])
    elif "lan" in chosen:
        ads = ads.filter(municipality__gte=chosen["lan"], municipality__lt=f"{chosen['lan']}a")
    if "tid" in chosen:
        ads = ads.filter(extent=chosen["tid"])
    for name, column in _FLAGS.items():
        if name in chosen:
            ads = ads.filter(**{column: True})
    if "utankorkort" in chosen:
        ads = ads.filter(licences=[])
    return ads


def fitting(chosen: dict[str, str]) -> QuerySet[Vacancy]:
    """What is shown and fits the filters and the words, in no order."""
    ads = filtered(chosen)
    return ads.filter(search.find(chosen["q"], among=ads).fits) if "q" in chosen else ads


def levels_up_to(level: str) -> list[str]:
    """The levels of Swedish that are enough for somebody who has this one: ["ingen", "sfi-b"]."""
    return _LEVELS[: _LEVELS.index(level) + 1]


def page(chosen: dict[str, str], *, after: str = "", before: str = "", number: int = 1) -> Page:
    """A page of what fits `chosen`. `after`, `before`: public ids; `number`: of a page of what words have found."""
    if "q" in chosen:
        return _found(chosen, number)
    total, counts = _counts(chosen, Q())
    ads = filtered(chosen).select_related("employer").order_by("-published_at", "-pk")
    mark = (
        Vacancy.objects.filter(public_id=after or before).exclude(published_at=None).first()
        if after or before
        else None
    )
    return Page(total=total, counts=counts, **_beside(ads, mark, is_before=bool(before)))


def _beside(ads: QuerySet[Vacancy], mark: Vacancy | None, *, is_before: bool) -> dict:
    """The ads after that one, or the last before it, and whether there are more on either side."""
    if mark is None:
        until_now = ads.filter(published_at__lte=timezone.now())  # all: so SQLite goes by the index of the list
        rows, is_before = list(until_now[: ON_A_PAGE + 1]), False
    elif is_before:
        newer = Q(published_at__gt=mark.published_at) | Q(published_at=mark.published_at, pk__gt=mark.pk)
        rows = list(ads.filter(newer, published_at__gte=mark.published_at).reverse()[: ON_A_PAGE + 1])
    else:
        older = Q(published_at__lt=mark.published_at) | Q(published_at=mark.published_at, pk__lt=mark.pk)
        rows = list(ads.filter(older, published_at__lte=mark.published_at)[: ON_A_PAGE + 1])
    has_more, rows = len(rows) > ON_A_PAGE, rows[:ON_A_PAGE]
    if is_before:
        rows.reverse()
    has_older, has_newer = (True, has_more) if is_before else (has_more, mark is not None)
    return {
        "ads": rows,
        "older": {"efter": rows[-1].public_id} if rows and has_older else {},
        "newer": {"fore": rows[0].public_id} if rows and has_newer else {},
    }


def _found(chosen: dict[str, str], number: int) -> Page:
    found = search.find(chosen["q"], among=filtered(chosen))
    total, counts = _counts(chosen, found.fits)
    first = (number - 1) * ON_A_PAGE
    ids = found.ids[first : first + ON_A_PAGE]
    place = Case(*(When(pk=pk, then=at) for at, pk in enumerate(ids)), output_field=IntegerField())
    rows = Vacancy.objects.filter(pk__in=ids).select_related("employer").annotate(place=place).order_by("place")
    return Page(
        ads=list(rows) if ids else [],
        total=total,
        counts=counts,
        older={"sida": str(number + 1)} if len(found.ids) > first + ON_A_PAGE else {},
        newer={"sida": str(number - 1)} if number > 1 else {},
        mended=found.mended,
    )


# --- how many ---------------------------------------------------------------------------------------------------------


def _counts(chosen: dict[str, str], fits: Q) -> tuple[int, dict[str, Counter]]:
    """(how many there are, filter -> value -> how many there would be with that value instead of the one chosen).

    One query for a row of each combination there is; a second for the municipalities of the region that is chosen.
    """
    rows = _cube(fits, chosen)
    counts = {name: Counter() for name in (*NAMES, "kommun")}
    tests = _tests(chosen)
    total = 0
    for *row, count in rows:
        missed = [at for at, test in tests if not test(row[at])]
        if not missed:
            total += count
        for at in missed if len(missed) == 1 else () if missed else range(len(NAMES)):
            counts[NAMES[at]][row[at]] += count
    counts["svenska"] = _cumulated(counts["svenska"])
    if "lan" in chosen:
        towns = filtered(chosen, without_place=True).filter(fits).order_by().values_list("municipality")
        counts["kommun"] = Counter(dict(towns.annotate(n=Count("pk"))))
        counts["lan"][chosen["lan"]] = counts["kommun"].total()
    return total, counts


def _cube(fits: Q, chosen: dict[str, str]) -> list[tuple]:
    """A row of each combination there is, and how many have it. Of all ads together it is kept a minute where there
    are very many: then a count may be a minute old. The ads themselves never are.
    """
    if fits or "kommun" in chosen:
        return _combinations(fits, chosen)
    day, until, rows = _kept.get("cube", (None, 0.0, []))
    if day != timezone.localdate() or until < time.monotonic():
        rows = _combinations(fits, chosen)
        if len(rows) > MANY:
            _kept["cube"] = (timezone.localdate(), time.monotonic() + KEPT_SECONDS, rows)
    return rows


def reset() -> None:
    """Forget what this process keeps."""
    _kept.clear()


def _combinations(fits: Q, chosen: dict[str, str]) -> list[tuple]:
    ads = Vacancy.objects.shown().filter(fits).order_by()
    if "kommun" in chosen:
        ads = ads.filter(municipality=chosen["kommun"])
    needs_none = Case(When(licences=[], then=Value(True)), default=Value(False), output_field=BooleanField())
    ads = ads.annotate(region=Substr("municipality", 1, 2), needs_none=needs_none)
    return list(ads.values_list(*_CUBE).annotate(n=Count("pk")))


def _tests(chosen: dict[str, str]) -> list[tuple[int, Callable]]:
    """(place in a row of the cube, does it fit) of each chosen filter."""
    found = []
    for at, name in enumerate(NAMES):
        if name not in chosen:
            continue
        if name == "svenska":
            enough = set(levels_up_to(chosen[name]))
            found.append((at, enough.__contains__))
        elif name in ("typ", "lan", "tid"):
            found.append((at, chosen[name].__eq__))
        else:
            found.append((at, bool))
    return found


def _cumulated(counts: Counter) -> Counter:
    """By "at most": whoever has SFI C sees what needs SFI B too."""
    return Counter({level: sum(counts[easier] for easier in levels_up_to(level)) for level in _LEVELS})
