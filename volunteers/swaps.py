"""A seat that goes from one volunteer to another: offered and taken over, or handed back so that others are asked.

Whoever offers a seat keeps it until somebody takes it. The first one gets it. Locks as in roster.py.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from motesplats import audit, outbox
from motesplats.languages import overlaps
from motesplats.moments import local
from volunteers import roster
from volunteers.models import Shift, ShiftBooking, Volunteer

OTHERS_ASKED = 10
ASKED_WITHIN = timedelta(hours=24)  # a seat handed back earlier is seen in the list of shifts


@transaction.atomic
def offer(volunteer: Volunteer, shift: Shift) -> bool:
    """Let another take this seat over; it stays mine until then. -> False when there is no seat, or it is offered."""
    now = timezone.now()
    mine = ShiftBooking.objects.booked().filter(volunteer=volunteer, shift=shift, offered_at=None)
    if shift.is_personal or not shift.can_be_changed(now) or not mine.update(offered_at=now):
        return False
    audit.record("shift.offered", actor=volunteer.user, about=("shift", shift.public_id), volunteer=volunteer.pk)
    return True


@transaction.atomic
def withdraw(volunteer: Volunteer, shift: Shift) -> bool:
    """The seat is not offered any more. -> False when it was not, or another has it already."""
    mine = ShiftBooking.objects.booked().filter(volunteer=volunteer, shift=shift, offered_at__isnull=False)
    if not mine.update(offered_at=None):
        return False
    audit.record("shift.offer_withdrawn", actor=volunteer.user, about=("shift", shift.public_id))
    return True


@transaction.atomic
def take_over(volunteer: Volunteer, shift: Shift) -> ShiftBooking:
    """Take the seat that was offered first; who had it gets a mail. Have one already: that one. A `CannotBook`."""
    now = timezone.now()
    volunteer, shift = roster.lock(volunteer, shift)
    if held := roster.seat_or_clash(volunteer, shift, now):
        return held
    offered = shift.bookings.booked().filter(offered_at__isnull=False).select_related("volunteer__user")
    given = offered.order_by("offered_at", "pk").first()
    freed = {"cancelled_at": now, "cancel_cause": ShiftBooking.Cause.SWAPPED}
    if given is None or not offered.filter(pk=given.pk).update(**freed):
        raise roster.ShiftFull
    audit.record("shift.taken_over", actor=volunteer.user, about=("shift", shift.public_id), since=given.volunteer_id)
    outbox.queue(
        "shift_taken_over", to=given.volunteer.user, dedupe_key=f"shift_taken_over:{given.pk}", booking=given.pk
    )
    return roster.seat(volunteer, shift, now)


@transaction.atomic
def hand_back(
    volunteer: Volunteer,
    shift: Shift,
    *,
    reason: str = "",
    cause: ShiftBooking.Cause = ShiftBooking.Cause.OWN,
) -> bool:
    """Give the seat back; when the shift is near, ask others. -> False without a seat. `ShiftOver` after its end."""
    if not roster.unbook(volunteer, shift, reason=reason, cause=cause):
        return False
    if shift.starts_at < timezone.now() + ASKED_WITHIN:
        ask_others(shift)
    return True


def ask_others(shift: Shift) -> int:
    """A mail to those who could take the free seat: the ten last heard from, each at most once a day. -> how many."""
    if shift.is_personal or shift.called_off_at:
        return 0
    day = local(timezone.now()).date().isoformat()
    people = could_sit(shift).select_related("user").order_by(F("heartbeat_at").desc(nulls_last=True), "pk")
    asked = [
        outbox.queue("shift_seat_free", to=one.user, dedupe_key=f"shift_seat_free:{one.pk}:{day}", shift=shift.pk)
        for one in people[:OTHERS_ASKED]
    ]
    return sum(mail is not None for mail in asked)


def could_sit(shift: Shift):
    """Approved volunteers who fit, are free in those hours and have not left this very shift: a VolunteerQuerySet."""
    seats = ShiftBooking.objects.filter(volunteer=OuterRef("pk"))
    busy = seats.booked().filter(shift__starts_at__lt=shift.ends_at, shift__ends_at__gt=shift.starts_at)
    people = Volunteer.objects.approved().exclude(Exists(busy)).exclude(Exists(seats.filter(shift=shift)))
    people = people.exclude(rest__until__gt=shift.starts_at)  # enough for tonight
    if shift.languages:
        people = people.filter(overlaps("languages", shift.languages))
    if shift.topics:
        people = people.filter(Q(topics="") | overlaps("topics", shift.topics))
    return people


def on_offer(volunteer: Volunteer):
    """Shifts in which another offers a seat, soonest first: a ShiftQuerySet."""
    offered = ShiftBooking.objects.booked().filter(shift=OuterRef("pk"), offered_at__isnull=False)
    mine = ShiftBooking.objects.booked().filter(shift=OuterRef("pk"), volunteer=volunteer)
    return Shift.objects.upcoming(timezone.now()).filter(Exists(offered), ~Exists(mine))
