"""The clocks of a booked seat: reminders, the question to whoever is not seen in it, and the seat freed on silence.

Each is a query over timestamps and marks what it has done with a conditional UPDATE, so it may run twice and two at
once. Seen means: heard from since the shift began, or on duty by any other sign that duty.py knows.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from motesplats import audit, outbox
from volunteers import swaps
from volunteers.models import ShiftBooking, Volunteer

Cause = ShiftBooking.Cause


def remind() -> int:
    """Sweep: a mail the day before and one the hour before, with "I cannot come". -> how many seats."""
    now, clocks = timezone.now(), settings.CLOCKS
    comes = _comes(now)
    day = comes.filter(shift__starts_at__gt=now + clocks["shift_reminded_soon"], reminded_at=None)
    soon = comes.filter(reminded_soon_at=None)
    return _remind(day, "reminded_at", before=clocks["shift_reminded"], at=now) + _remind(
        soon, "reminded_soon_at", before=clocks["shift_reminded_soon"], at=now
    )


def _comes(at: datetime):
    rows = ShiftBooking.objects.booked().filter(shift__starts_at__gt=at, shift__called_off_at=None)
    return rows.filter(volunteer__in=Volunteer.objects.approved())


def _remind(rows, mark: str, *, before, at: datetime) -> int:
    """Those due, but not who booked later than the reminder would have come."""
    due = rows.filter(shift__starts_at__lte=at + before, booked_at__lte=F("shift__starts_at") - before)
    return sum(_once(booking, mark, "shift_reminder", at=at) for booking in due.select_related("volunteer__user"))


@transaction.atomic
def _once(booking: ShiftBooking, mark: str, kind: str, *, at: datetime) -> bool:
    """Mark and mail, or neither. False when another process did it, or the seat was given back."""
    if not ShiftBooking.objects.booked().filter(pk=booking.pk, **{mark: None}).update(**{mark: at}):
        return False
    outbox.queue(kind, to=booking.volunteer.user, dedupe_key=f"{kind}:{mark}:{booking.pk}", booking=booking.pk)
    return True


def ask_missing() -> int:
    """Sweep: not seen ten minutes into a shift: one mail, "Your shift has begun. Can you join?". -> how many."""
    now = timezone.now()
    late = now - settings.CLOCKS["shift_not_seen"]
    silence = settings.CLOCKS["shift_silence"]
    rows = _missing(now).filter(asked_at=None, shift__starts_at__lte=late, booked_at__lte=late)
    rows = rows.filter(shift__ends_at__gt=now + silence)  # too late to ask otherwise
    rows = rows.filter(Q(volunteer__heartbeat_at=None) | Q(volunteer__heartbeat_at__lt=F("shift__starts_at")))
    return sum(_once(booking, "asked_at", "shift_missed", at=now) for booking in rows)


def free_silent() -> int:
    """Sweep: asked, no answer, no sign in ten minutes: the seat is freed and others are asked. -> how many."""
    now = timezone.now()
    rows = _missing(now).filter(asked_at__lte=now - settings.CLOCKS["shift_silence"], answered_at=None)
    rows = rows.filter(Q(volunteer__heartbeat_at=None) | Q(volunteer__heartbeat_at__lt=F("asked_at")))
    return sum(_free(booking) for booking in rows)


def _missing(at: datetime):
    """Seats of running shifts whose volunteer is not on duty."""
    rows = ShiftBooking.objects.booked().filter(shift__starts_at__lte=at, shift__ends_at__gt=at)
    rows = rows.filter(shift__called_off_at=None, volunteer__in=Volunteer.objects.approved())
    rows = rows.exclude(volunteer__in=Volunteer.objects.on_duty(at))
    return rows.select_related("volunteer__user", "shift").order_by("pk")


@transaction.atomic
def _free(booking: ShiftBooking) -> bool:
    fresh = ShiftBooking.objects.select_for_update(of=("self",)).filter(pk=booking.pk, answered_at=None).first()
    if fresh is None or not swaps.hand_back(booking.volunteer, booking.shift, cause=Cause.SILENCE):
        return False
    outbox.queue("shift_freed", to=booking.volunteer.user, dedupe_key=f"shift_freed:{booking.pk}", booking=booking.pk)
    return True


def say_yes(booking: ShiftBooking) -> bool:
    """Can you join? Yes: the seat stays. -> False when it is gone already. Twice is once."""
    return _mark(booking, "answered_at", "shift.joined_late")


def keep(booking: ShiftBooking) -> bool:
    """The weekly shift has new hours; this seat stays as it was booked. -> False when it is gone. Twice is once."""
    return _mark(booking, "kept_at", "shift.kept")


@transaction.atomic
def _mark(booking: ShiftBooking, mark: str, action: str) -> bool:
    """Locked first, asked then: an UPDATE with a join would not see what another has just done to the row."""
    now = timezone.now()
    held = ShiftBooking.objects.booked().select_for_update(of=("self",)).filter(pk=booking.pk).first()
    if held is None or not booking.shift.can_be_changed(now):
        return False
    if ShiftBooking.objects.filter(pk=held.pk, **{mark: None}).update(**{mark: now}):
        audit.record(action, actor=booking.volunteer.user, about=("shift", booking.shift.public_id))
    return True
