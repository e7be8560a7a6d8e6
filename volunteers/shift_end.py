"""The end of a shift: said a quarter of an hour before; after it nobody chats anew unless they switch themselves on.

Chats that are open may be finished in peace. Answering later, as anybody may without standing by, goes on as before.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef

from volunteers.models import SWITCH_LASTS, Shift, ShiftBooking, Volunteer

OVER_FOR = timedelta(hours=2)  # later it is another occasion: anybody may take a question without a shift


@dataclass(frozen=True, slots=True)
class Standing:
    """`shift`: the one going on. `ends_at`: its end, when that is near and nothing follows. `is_over`: lately ended."""

    shift: Shift | None
    ends_at: datetime | None
    is_over: bool


def standing(volunteer: Volunteer, at: datetime) -> Standing:
    """How `at` lies to this volunteer's shifts. One query. Whoever switched themselves on has no end in sight."""
    soon = at + settings.CLOCKS["shift_end_warned"]
    near = Shift.objects.booked_by(volunteer).filter(ends_at__gt=at - OVER_FOR, starts_at__lte=soon)
    shifts = list(near.filter(called_off_at=None).order_by("starts_at", "pk"))
    now = next((shift for shift in shifts if shift.starts_at <= at < shift.ends_at), None)
    stays = volunteer.switched_on_at is not None and volunteer.switched_on_at > at - SWITCH_LASTS
    last = max((shift.ends_at for shift in shifts), default=None)
    ends_at = last if now and last <= soon and not stays else None
    return Standing(now, ends_at, is_over=last is not None and last <= at and not stays)


def ending_bookings(at: datetime):
    """For a query with `helper`: that person's seat in a shift that ends soon and that no other seat follows."""
    soon = at + settings.CLOCKS["shift_end_warned"]
    mine = ShiftBooking.objects.booked().filter(shift__called_off_at=None, shift__starts_at__lte=soon)
    follows = mine.filter(volunteer=OuterRef("volunteer"), shift__ends_at__gt=soon)
    ending = mine.filter(shift__starts_at__lte=at, shift__ends_at__gt=at, shift__ends_at__lte=soon)
    return (
        ending.filter(volunteer__user=OuterRef("helper"))
        .exclude(volunteer__switched_on_at__gt=at - SWITCH_LASTS)
        .exclude(Exists(follows))
    )
