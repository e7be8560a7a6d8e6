"""Our ads for partner networks, as JSON: what is shown to everybody, without people's names, numbers and addresses.

The form is promised in docs/exchange.md; what is added later is new keys, or items of a new `kind`. Read only.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import override

from motesplats import municipalities, occupations
from vacancies.models import Vacancy

VERSION = "1"
ON_A_PAGE = 100
REMEMBERED_SECONDS = 7 * 24 * 3600


class BadCursor(Exception):  # noqa: N818 what came in
    """A cursor that none of our pages has given."""


@dataclass(frozen=True, slots=True)
class Page:
    """`after`: the cursor of the next page, "" on the last."""

    ads: list[Vacancy]
    after: str


def page_after(cursor: str) -> Page:
    """The ads after this cursor ("" begins), the newest first. BadCursor. One query."""
    shown = Vacancy.objects.shown().select_related("employer").order_by("-published_at", "-public_id")
    if cursor:
        at, public_id = _read(cursor)
        shown = shown.filter(Q(published_at__lt=at) | Q(published_at=at, public_id__lt=public_id))
    found = list(shown[: ON_A_PAGE + 1])
    ads, has_more = found[:ON_A_PAGE], len(found) > ON_A_PAGE
    return Page(ads, _cursor(ads[-1]) if has_more else "")


def same_since(cursor: str, etag: str) -> int:
    """Since when this page has been just this, in whole seconds since 1970: as long as the cache remembers.

    No column could tell: what is withdrawn, paused or past its last day leaves the list without a trace of its own.
    """
    key = f"ads-out:{hashlib.sha256(cursor.encode()).hexdigest()[:32]}"
    was, at = cache.get(key) or ("", 0)
    if was != etag:
        at = max(int(timezone.now().timestamp()), at + 1)
        cache.set(key, (etag, at), timeout=REMEMBERED_SECONDS)
    return at


def _cursor(ad: Vacancy) -> str:
    place = f"{ad.published_at.isoformat()} {ad.public_id}"
    return base64.urlsafe_b64encode(f"{place} {_mark(place)}".encode()).decode().rstrip("=")


def _mark(place: str) -> str:
    """Only our own cursors lead anywhere: each that was asked for is remembered, so nobody may think out a million."""
    return salted_hmac("vacancies.ads-out", place).hexdigest()[:12]


def _read(cursor: str) -> tuple[datetime, str]:
    try:
        said = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
        place, _space, mark = said.rpartition(" ")
        if not constant_time_compare(mark, _mark(place)):
            raise BadCursor
        moment, _space, public_id = place.partition(" ")
        return datetime.fromisoformat(moment), public_id
    except (binascii.Error, ValueError, UnicodeError):
        raise BadCursor from None


def as_dict(page: Page, path: str) -> dict:
    """The whole answer. `path`: of this list."""
    return {
        "version": VERSION,
        "language": settings.LANGUAGE_CODE,
        "home": settings.PUBLIC_URL + "/",
        "items": [item(ad) for ad in page.ads],
        "next": f"{settings.PUBLIC_URL}{path}?efter={page.after}" if page.after else None,
    }


def item(ad: Vacancy) -> dict:
    """One ad. Values in codes stand beside nothing else: their words are in docs/exchange.md."""
    with override(settings.LANGUAGE_CODE):
        url = settings.PUBLIC_URL + reverse("vacancies:vacancy_show", args=[ad.public_id])
        title, tasks = ad.title, ad.tasks
    town, occupation = municipalities.by_code(ad.municipality), occupations.by_id(ad.occupation)
    return {
        "kind": "ad",
        "id": ad.public_id,
        "url": url,
        "title": title,
        "offers": ad.kind,
        "employer": {"name": ad.employer.name, "organisation_number": ad.employer.number_written},
        "municipality": {"code": town.code, "name": town.name, "region": town.region} if town else None,
        "is_remote": ad.is_remote,
        "tasks": tasks,
        "occupation": (
            {"concept_id": occupation.id, "ssyk": occupation.group, "label": occupation.label} if occupation else None
        ),
        "extent": ad.extent,
        "hours": ad.hours_said,
        "duration": ad.duration,
        "starts": ad.starts_said,
        "pay": ad.pay,
        "pay_said": ad.pay_said,
        "places": ad.places,
        "swedish": ad.swedish,
        "english_works": ad.english_works,
        "has_language_support": ad.has_language_support,
        "licences": list(ad.licences),
        "needs_extract": ad.needs_extract,
        "published_at": ad.published_at.isoformat(timespec="seconds"),
        "changed_at": ad.changed_at.isoformat(timespec="seconds"),
        "last_day": ad.last_day.isoformat(),
    }


def said(answer: dict) -> bytes:
    return orjson.dumps(answer)
