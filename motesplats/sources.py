"""Which place visitors come from, and never who: a poster's code opens `/?via=sfi-hisingen`.

The tag names a place that somebody has made a poster for; other tags are not kept. Opening the address counts one visit
and leads on to the same page with `?fran=` instead, so that reloading counts nothing. No cookie is set for it: the tag
rides in the page's own links and forms. Who begins to ask has a session anyway, and it waits there for the question.

The count of visits is a write on a GET, which otherwise only routing and presence do: nobody presses anything when a
phone reads a code, and a script that reports it would need a cookie too. It changes no page and no right.
"""

import csv
import io
import re
from collections.abc import Mapping, MutableMapping
from datetime import timedelta

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth
from django.utils.text import slugify

from motesplats import audit, moments
from motesplats.models import PosterPlace, SourceVisit, User

ARRIVES, RIDES = "via", "fran"  # in an address: a poster's code; the same, counted already
KEY = "fran"  # in the session, from the first step of a question until it is sent
TAG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])")  # 2 to 30 characters
TAG_MAX_CHARACTERS = 30
ROOM_FOR_NUMBER = 25  # characters of a tag before "-1999"
PLACES_MAX = 2000
MONTH = timedelta(days=30)
_ROBOTS = re.compile(r"bot\b|crawl|spider|preview|facebookexternalhit|whatsapp|headless|curl|wget|python", re.I)


class NoTag(Exception):
    """The name has too few letters that an address can hold."""


class TooManyPlaces(Exception):
    """No more tags are made."""


def tag_of(name: str) -> str:
    """'SFI Hisingen, Göteborg' -> 'sfi-hisingen-goteborg'; "" when too little is left."""
    tag = _spelt(name)[:TAG_MAX_CHARACTERS].strip("-")
    return tag if TAG.fullmatch(tag) else ""


def _spelt(name: str) -> str:
    """The whole name in the letters of a tag: two names spelt the same are one place."""
    return slugify(name).replace("_", "-").strip("-")


def find_place(name: str) -> PosterPlace | None:
    """The place of this name, when somebody has named it before. One query. Places with long names may begin alike."""
    near = PosterPlace.objects.filter(tag__startswith=tag_of(name)[:ROOM_FOR_NUMBER])
    return next((place for place in near.order_by("pk") if _spelt(place.name) == _spelt(name)), None)


def place_for(name: str) -> PosterPlace:
    """The place of this name, made when it is new. Raises NoTag, TooManyPlaces. Safe to repeat, and twice at once."""
    tag = tag_of(name)
    if not tag:
        raise NoTag
    if known := find_place(name):
        return known
    if PosterPlace.objects.count() >= PLACES_MAX:
        raise TooManyPlaces
    for number in range(2, PLACES_MAX + 2):
        place, _is_new = PosterPlace.objects.get_or_create(tag=tag, defaults={"name": name})
        if _spelt(place.name) == _spelt(name):
            return place
        tag = f"{tag_of(name)[:ROOM_FOR_NUMBER].strip('-')}-{number}"  # another long name that begins so
    raise TooManyPlaces


def known_tag(tag: str) -> str:
    """The tag itself when somebody has made a poster for it, else "". One query at the most."""
    is_known = TAG.fullmatch(tag) and PosterPlace.objects.filter(tag=tag).exists()
    return tag if is_known else ""


def is_person(headers: Mapping[str, str]) -> bool:
    """No robot that says so, no preview of a link, no page fetched ahead."""
    ahead = " ".join(headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz")).lower()
    return "prefetch" not in ahead and "preview" not in ahead and not _ROBOTS.search(headers.get("User-Agent", ""))


def visited(tag: str) -> None:
    """Somebody has come by the poster of this place."""
    _count(tag, "visits")


def begun(session: MutableMapping, tag: str) -> None:
    """The first step of a question was sent from a page that carried this tag. Nothing is counted yet."""
    if TAG.fullmatch(tag):
        session[KEY] = tag


def asked(session: MutableMapping) -> None:
    """The question is sent: it counts for the place, once, and the session forgets the place."""
    tag = session.pop(KEY, "")
    if tag:
        _count(tag, "questions")


def _count(tag: str, what: str) -> None:
    place = PosterPlace.objects.filter(tag=tag).first()
    if place is None:
        return
    today = SourceVisit.objects.filter(place=place, day=moments.today())
    if not today.update(**{what: F(what) + 1}):
        SourceVisit.objects.bulk_create([SourceVisit(place=place, day=moments.today())], ignore_conflicts=True)
        today.update(**{what: F(what) + 1})


def take_away(place: PosterPlace, *, by: User) -> bool:
    """The place and its figures are gone, and its tag counts no more. -> False when somebody was faster."""
    removed, _by_model = PosterPlace.objects.filter(pk=place.pk).delete()
    if removed:
        audit.record("poster.place_removed", actor=by, about=("posterplace", place.pk))
    return bool(removed)


def with_figures(places: QuerySet[PosterPlace]) -> QuerySet[PosterPlace]:
    """Adds `visits`, `questions` (all in all), `visits_lately`, `questions_lately` (30 days)."""
    lately = Q(days__day__gt=moments.today() - MONTH)
    return places.annotate(
        visits=Coalesce(Sum("days__visits"), 0),
        questions=Coalesce(Sum("days__questions"), 0),
        visits_lately=Coalesce(Sum("days__visits", filter=lately), 0),
        questions_lately=Coalesce(Sum("days__questions", filter=lately), 0),
    )


def as_csv(columns: list[str]) -> str:
    """A row for each place and month, the newest month first. `columns`: five headings. For any spreadsheet."""
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";")
    rows.writerow(columns)
    months = SourceVisit.objects.annotate(month=TruncMonth("day")).values("month", "place__tag", "place__name")
    summed = months.annotate(came=Sum("visits"), wrote=Sum("questions")).order_by("-month", "place__tag")
    for row in summed.iterator():
        name = row["place__name"]
        safe = f"'{name}" if name[:1] in "=+-@\t" else name  # a spreadsheet would take it for a formula
        rows.writerow([f"{row['month']:%Y-%m}", row["place__tag"], safe, row["came"], row["wrote"]])
    return "\ufeff" + out.getvalue()
