"""Shifts and who has booked them. Times are two instants; staff lay them in wall time of Europe/Stockholm.

Locks: the volunteer's row first, then the shift's. So two clicks of one person, and two people at the last seat, wait
for each other on PostgreSQL and SQLite alike.
"""

from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from motesplats import audit, outbox
from motesplats.layers import nudge
from motesplats.models import Office, User
from motesplats.moments import STOCKHOLM
from volunteers import duty
from volunteers.models import Shift, ShiftBooking, Volunteer

CHANGED_BY_STAFF = ["office", "starts_at", "ends_at", "seats", "topics", "languages", "place"]


class CannotBook(Exception):
    """This seat cannot be taken. `reason` of the subclasses is a code the page has words for."""

    reason = ""


class NotApproved(CannotBook):
    reason = "not_approved"


class ShiftOver(CannotBook):
    reason = "over"


class ShiftFull(CannotBook):
    reason = "full"


class Clash(CannotBook):
    """The volunteer has another shift in the same hours."""

    reason = "clash"


class NotFitting(CannotBook):
    """The shift is for languages or topics that the volunteer does not have."""

    reason = "not_fitting"


class SeatsTaken(Exception):
    """A shift that people have booked keeps its hours and at least that many seats."""


class NoSuchTime(ValueError):
    """A wall time that the clock jumps over in March, or passes twice in October."""


@transaction.atomic
def book(volunteer: Volunteer, shift: Shift) -> ShiftBooking:
    """Take a seat. Taken already: the same booking again. Raises a `CannotBook`."""
    now = timezone.now()
    volunteer, shift = lock(volunteer, shift)
    held = seat_or_clash(volunteer, shift, now)
    if held:
        return held
    if shift.bookings.booked().count() >= shift.seats:
        raise ShiftFull
    return seat(volunteer, shift, now)


def lock(volunteer: Volunteer, shift: Shift) -> tuple[Volunteer, Shift]:
    """Both rows, locked in the order of the house and read anew. `NotApproved`, or `ShiftOver` when it is gone."""
    volunteer = Volunteer.objects.approved().select_for_update(of=("self",)).filter(pk=volunteer.pk).first()
    if volunteer is None:
        raise NotApproved
    shift = Shift.objects.select_for_update(of=("self",)).filter(pk=shift.pk).first()
    if shift is None:
        raise ShiftOver
    return volunteer, shift


def seat_or_clash(volunteer: Volunteer, shift: Shift, at: datetime) -> ShiftBooking | None:
    """The seat this volunteer has already; None when they may take one. Call with both locked. `CannotBook`."""
    if not shift.can_be_changed(at):
        raise ShiftOver
    overlapping = list(_seats_between(volunteer, shift.starts_at, shift.ends_at))
    if held := next((booking for booking in overlapping if booking.shift_id == shift.pk), None):
        return held
    if overlapping:
        raise Clash
    if not shift.fits(volunteer):
        raise NotFitting
    return None


def _seats_between(volunteer: Volunteer, start: datetime, end: datetime):
    """The volunteer's seats in shifts that overlap these hours, soonest first."""
    mine = ShiftBooking.objects.booked().filter(volunteer=volunteer, shift__called_off_at=None)
    return mine.filter(shift__starts_at__lt=end, shift__ends_at__gt=start).order_by("shift__starts_at", "pk")


def seat(volunteer: Volunteer, shift: Shift, at: datetime) -> ShiftBooking:
    """Write the seat down. Call with both locked and everything asked."""
    booking = ShiftBooking.objects.create(shift=shift, volunteer=volunteer, booked_at=at)
    audit.record("shift.booked", actor=volunteer.user, about=("shift", shift.public_id), volunteer=volunteer.pk)
    nudge("desk")
    return booking


@transaction.atomic
def stand_by(volunteer: Volunteer, *, starts_at: datetime | None = None, minutes: int = 30) -> ShiftBooking:
    """A shift of the volunteer's own, "jag har 30 minuter": now, or from `starts_at`, until their next one begins.

    Inside a shift of theirs: that seat. From now: they are here at once. Raises `NotApproved` or, without any office
    or for a time that has passed, `ShiftOver`.
    """
    now = timezone.now()
    starts = starts_at or now
    volunteer = Volunteer.objects.approved().select_for_update(of=("self",)).filter(pk=volunteer.pk).first()
    if volunteer is None:
        raise NotApproved
    ends = starts + timedelta(minutes=minutes)
    next_seat = _seats_between(volunteer, starts, ends).select_related("shift").first()
    if next_seat and next_seat.shift.starts_at <= starts:
        booking = next_seat
    else:
        ends = next_seat.shift.starts_at if next_seat else ends
        booking = _own_shift(volunteer, starts, ends, now)
    if starts <= now:
        duty.switch(volunteer, to="here", actor=volunteer.user)
    return booking


def _own_shift(volunteer: Volunteer, starts: datetime, ends: datetime, now: datetime) -> ShiftBooking:
    office = volunteer.office or Office.objects.default()
    if office is None or ends <= now:
        raise ShiftOver
    shift = Shift.objects.create(office=office, starts_at=starts, ends_at=ends, seats=1, is_personal=True)
    return seat(volunteer, shift, now)


@transaction.atomic
def unbook(
    volunteer: Volunteer,
    shift: Shift,
    *,
    reason: str = "",
    actor: User | None = None,
    cause: ShiftBooking.Cause = ShiftBooking.Cause.OWN,
) -> bool:
    """Give the seat back, also in the middle of the shift. -> False when there was none. `ShiftOver` after its end.

    `cause` silence: nobody did it, the clock did.
    """
    now = timezone.now()
    if shift.ends_at <= now:
        raise ShiftOver
    held = ShiftBooking.objects.booked().filter(volunteer=volunteer, shift=shift)
    if not held.update(cancelled_at=now, cancel_reason=reason[:200], cancel_cause=cause):
        return False
    if shift.is_personal:  # nobody else's hours
        Shift.objects.filter(pk=shift.pk).update(called_off_at=now, changed_at=now, sequence=F("sequence") + 1)
    actor = None if cause == ShiftBooking.Cause.SILENCE else actor or volunteer.user
    about = ("shift", shift.public_id)
    audit.record("shift.unbooked", actor=actor, about=about, volunteer=volunteer.pk, cause=cause)
    nudge("desk")
    return True


def unbook_all(volunteer: Volunteer, *, actor: User | None) -> int:
    """Give back every seat in shifts that have not ended. -> how many."""
    shifts = list(upcoming(volunteer))
    return sum(unbook(volunteer, shift, actor=actor) for shift in shifts)


def upcoming(volunteer: Volunteer):
    """The booked shifts that have not ended, soonest first: a ShiftQuerySet."""
    return Shift.objects.upcoming(timezone.now()).booked_by(volunteer)


def span(day: date, opens: time, closes: time) -> tuple[datetime, datetime]:
    """Wall times on `day` -> (start, end) in UTC. An end not after the start lies on the next day. NoSuchTime."""
    last = day if closes > opens else day + timedelta(days=1)
    return instant(day, opens), instant(last, closes)


def instant(day: date, at: time) -> datetime:
    """A wall time in Sweden -> the same in UTC. NoSuchTime."""
    wall = datetime.combine(day, at, STOCKHOLM)
    instant = wall.astimezone(UTC)
    jumped_over = instant.astimezone(STOCKHOLM).replace(tzinfo=None) != wall.replace(tzinfo=None)
    if jumped_over or wall.utcoffset() != wall.replace(fold=1).utcoffset():
        raise NoSuchTime(wall.isoformat())
    return instant


@transaction.atomic
def lay(shift: Shift, *, by: User) -> Shift:
    """Staff make a shift: give it unsaved, with office, starts_at, ends_at and seats."""
    shift.save(force_insert=True)
    hours = {"starts_at": shift.starts_at.isoformat(), "ends_at": shift.ends_at.isoformat()}
    audit.record("shift.laid", actor=by, about=("shift", shift.public_id), seats=shift.seats, **hours)
    return shift


@transaction.atomic
def change(shift: Shift, *, by: User) -> None:
    """Staff change a shift: give it with its new values. `SeatsTaken` when `can_change` says no."""
    held = Shift.objects.select_for_update(of=("self",)).get(pk=shift.pk)
    if not can_change(held, starts_at=shift.starts_at, ends_at=shift.ends_at, seats=shift.seats):
        raise SeatsTaken
    shift.follows_rule = False
    shift.sequence, shift.changed_at = held.sequence + 1, timezone.now()
    shift.save(update_fields=[*CHANGED_BY_STAFF, "follows_rule", "sequence", "changed_at"])
    audit.record("shift.changed", actor=by, about=("shift", shift.public_id), seats=shift.seats)
    nudge("desk")


def can_change(shift: Shift, *, starts_at: datetime, ends_at: datetime, seats: int) -> bool:
    """False when somebody has booked the stored shift and its hours would move, or a taken seat would go."""
    if shift.called_off_at:
        return False
    taken = shift.bookings.booked().count()
    return not taken or (taken <= seats and (shift.starts_at, shift.ends_at) == (starts_at, ends_at))


@transaction.atomic
def call_off(shift: Shift, *, by: User) -> None:
    """Staff take a shift away before it ends: every seat is given back, and whoever had one gets a mail.

    The shift and its seats stay, for the history. Safe to run twice. `ShiftOver` after its end.
    """
    now = timezone.now()
    shift = Shift.objects.select_for_update(of=("self",)).filter(pk=shift.pk).first()
    if shift is None or shift.called_off_at:
        return
    if shift.ends_at <= now:
        raise ShiftOver
    for booking in shift.bookings.booked().select_related("volunteer__user"):
        outbox.queue(
            "shift_called_off",
            to=booking.volunteer.user,
            dedupe_key=f"shift_called_off:{shift.public_id}:{booking.volunteer_id}",
            starts_at=shift.starts_at.isoformat(),
            ends_at=shift.ends_at.isoformat(),
        )
    shift.bookings.booked().update(cancelled_at=now, cancel_cause=ShiftBooking.Cause.STAFF)
    fresh = {"sequence": F("sequence") + 1, "changed_at": now, "follows_rule": False}
    Shift.objects.filter(pk=shift.pk).update(called_off_at=now, **fresh)
    audit.record("shift.called_off", actor=by, about=("shift", shift.public_id))
    nudge("desk")


def at_the_same_time(shift: Shift):
    """Other shifts of the same office that overlap this one, soonest first: a ShiftQuerySet."""
    others = Shift.objects.for_everybody().filter(office=shift.office_id, called_off_at=None).exclude(pk=shift.pk)
    return others.filter(starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at).order_by("starts_at", "pk")


def shifts_without_anybody(*, until: datetime):
    """Shifts that start before `until` and that nobody has booked, soonest first: a ShiftQuerySet."""
    found = Shift.objects.upcoming(timezone.now()).for_everybody()
    return found.with_booked().filter(starts_at__lt=until, booked=0)
