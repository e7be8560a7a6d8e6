"""A volunteer's shifts as a calendar that Google, Outlook and Apple fetch by themselves (RFC 5545).

The address is the key: a signed volunteer and version. A new address, or none, ends the old one. Times are UTC
instants, which every calendar shows right, also on the nights the clock changes. A seat given back stays for a while as
cancelled, so that the entry goes away wherever it was shown. SEQUENCE only grows, whatever happens to seat or shift.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event

from motesplats import agreed_times, audit, outbox
from motesplats.agreed_times import AgreedTime
from motesplats.letters import written_language
from volunteers.models import Shift, ShiftBooking, Volunteer

SALT = "volunteers.feed"
KEPT_BACK = timedelta(days=31)
FETCHED_EVERY = timedelta(hours=1)


@transaction.atomic
def open_feed(volunteer: Volunteer) -> None:
    """Make a new secret address; an older one ends."""
    now = timezone.now()
    Volunteer.objects.filter(pk=volunteer.pk).update(feed_version=F("feed_version") + 1, feed_opened_at=now)
    audit.record("feed.opened", actor=volunteer.user, about=("volunteer", volunteer.pk))


@transaction.atomic
def close_feed(volunteer: Volunteer) -> bool:
    """End the address. -> False when there was none."""
    if not Volunteer.objects.filter(pk=volunteer.pk, feed_opened_at__isnull=False).update(feed_opened_at=None):
        return False
    audit.record("feed.closed", actor=volunteer.user, about=("volunteer", volunteer.pk))
    return True


def url_for(volunteer: Volunteer) -> str:
    """The whole secret address, "" when there is none. Its path is Swedish, its content in the volunteer's language."""
    if volunteer.feed_opened_at is None:
        return ""
    token = _signer().sign_object([volunteer.pk, volunteer.feed_version])
    with override("sv"):
        return outbox.absolute(reverse("volunteers:feed_read", args=[token]))


def volunteer_for(token: str) -> Volunteer | None:
    """Whose address this is; None when it is forged, ended, or the account is closed."""
    try:
        pk, version = _signer().unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    rows = Volunteer.objects.filter(pk=pk, feed_version=version, feed_opened_at__isnull=False, user__is_active=True)
    return rows.select_related("user").first()


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT, sep=".")


def calendar_of(volunteer: Volunteer) -> bytes:
    """The shifts and the times in chats of the last month and all that come, in the volunteer's language.

    Two queries; the same bytes until something changes.
    """
    since = timezone.now() - KEPT_BACK
    rows = ShiftBooking.objects.filter(volunteer=volunteer, shift__ends_at__gt=since).select_related("shift__office")
    seats: dict[int, list[ShiftBooking]] = {}
    for booking in rows.order_by("shift__starts_at", "shift_id", "pk"):
        seats.setdefault(booking.shift_id, []).append(booking)
    with override(written_language(volunteer.user.language)):
        calendar = _empty()
        for bookings in seats.values():
            calendar.add_component(_event(bookings[0].shift, bookings))
        for meeting in agreed_times.of_helper(volunteer.user, since):
            calendar.add_component(_meeting(meeting))
    return calendar.to_ical()


def etag_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:24]


def _empty() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Individuell Manniskohjalp//Motesplats//SV")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("My shifts at Mötesplats"))
    calendar.add("refresh-interval", FETCHED_EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar


def _event(shift: Shift, bookings: list[ShiftBooking]) -> Event:
    """One entry for one shift, from all the times this volunteer booked it, oldest first."""
    is_on = bookings[-1].cancelled_at is None and shift.called_off_at is None
    changed = _changed_at(shift, bookings)
    event = Event()
    event.add("uid", f"{shift.public_id}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("sequence", shift.sequence + len(bookings) - 1 + sum(row.cancelled_at is not None for row in bookings))
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", shift.starts_at.astimezone(UTC))
    event.add("dtend", shift.ends_at.astimezone(UTC))
    event.add("status", "CONFIRMED" if is_on else "CANCELLED")
    event.add("transp", "OPAQUE" if is_on else "TRANSPARENT")
    event.add("summary", _("Shift at Mötesplats") if is_on else _("Cancelled: shift at Mötesplats"))
    event.add("url", outbox.absolute(reverse("volunteers:shift_list")))
    if shift.place == Shift.Place.OFFICE:
        event.add("location", shift.office.name)
    return event


def _meeting(meeting: AgreedTime) -> Event:
    """One entry for a time agreed on in a chat. Nobody's name is in it."""
    changed = meeting.changed_at.astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", f"{meeting.public_id}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("sequence", int(meeting.is_off))
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("status", "CANCELLED" if meeting.is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if meeting.is_off else "OPAQUE")
    event.add("summary", _("Cancelled: chat at Mötesplats") if meeting.is_off else _("Chat at Mötesplats"))
    event.add("url", outbox.absolute(meeting.path))
    return event


def _changed_at(shift: Shift, bookings: list[ShiftBooking]) -> datetime:
    moments = [
        shift.changed_at,
        *(moment for row in bookings for moment in (row.booked_at, row.cancelled_at) if moment),
    ]
    return max(moments).astimezone(UTC).replace(microsecond=0)
