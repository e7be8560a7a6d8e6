"""The same shift every week ("mina tisdagar"): at most half of a rule's seats, so that others find some too.

A standing booking takes a seat in each new shift of its rule, as `roster.book` would. Given back once, that week stays
given back. Locks: the rule's row, for who may have it; then as roster.py.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from motesplats import audit
from volunteers import roster
from volunteers.models import Shift, ShiftBooking, ShiftRule, StandingBooking, Volunteer


@transaction.atomic
def take(volunteer: Volunteer, rule: ShiftRule) -> StandingBooking:
    """Have this shift every week. Have it already: the same. Raises a `CannotBook`."""
    rule = ShiftRule.objects.select_for_update(of=("self",)).filter(pk=rule.pk, ended_at=None).first()
    if rule is None:
        raise roster.ShiftOver
    volunteer = Volunteer.objects.approved().filter(pk=volunteer.pk).first()
    if volunteer is None:
        raise roster.NotApproved
    kept = rule.standing.kept()
    if held := kept.filter(volunteer=volunteer).first():
        return held
    if not Shift(languages=rule.languages, topics=rule.topics).fits(volunteer):
        raise roster.NotFitting
    if kept.count() >= rule.standing_seats:
        raise roster.ShiftFull
    made = StandingBooking.objects.create(rule=rule, volunteer=volunteer)
    audit.record("standing.taken", actor=volunteer.user, about=("shift_rule", rule.public_id), volunteer=volunteer.pk)
    return made


def begin(volunteer: Volunteer, rule: ShiftRule) -> None:
    """Have this shift every week, and its seats at once; the sweep takes later ones. Raises a `CannotBook`."""
    take(volunteer, rule)
    fill(volunteer)


@transaction.atomic
def give_up(volunteer: Volunteer, rule: ShiftRule) -> bool:
    """No longer every week; the shifts booked already stay. -> False when there was nothing to give up."""
    kept = StandingBooking.objects.kept().filter(volunteer=volunteer, rule=rule)
    if not kept.update(ended_at=timezone.now()):
        return False
    audit.record("standing.given_up", actor=volunteer.user, about=("shift_rule", rule.public_id))
    return True


def fill(volunteer: Volunteer | None = None) -> int:
    """Sweep: seats in the coming shifts for those who have them every week, or for one of them. -> how many."""
    rows = StandingBooking.objects.kept().filter(rule__ended_at=None, volunteer__in=Volunteer.objects.approved())
    if volunteer is not None:
        rows = rows.filter(volunteer=volunteer)
    return sum(_fill(standing) for standing in rows.select_related("volunteer", "rule").order_by("since", "pk"))


def _fill(standing: StandingBooking) -> int:
    """Where this volunteer never had a seat. A clash or a full shift is left; the next round looks again."""
    ever = ShiftBooking.objects.filter(shift=OuterRef("pk"), volunteer=standing.volunteer)
    shifts = Shift.objects.upcoming(timezone.now()).filter(rule=standing.rule, starts_at__gt=timezone.now())
    return sum(_booked(standing.volunteer, shift) for shift in shifts.exclude(Exists(ever)))


def _booked(volunteer: Volunteer, shift: Shift) -> bool:
    try:
        roster.book(volunteer, shift)
    except roster.CannotBook:
        return False
    return True


def offered_to(volunteer: Volunteer) -> list[ShiftRule]:
    """Rules of shifts this volunteer has booked or has every week. Adds `is_mine` and `taken_every_week`. One query."""
    mine = StandingBooking.objects.kept().filter(rule=OuterRef("pk"), volunteer=volunteer)
    booked = ShiftBooking.objects.booked().filter(shift__rule=OuterRef("pk"), volunteer=volunteer)
    booked = booked.filter(shift__ends_at__gt=timezone.now())
    rules = ShiftRule.objects.running().with_standing().annotate(is_mine=Exists(mine))
    rules = rules.filter(Exists(booked) | Exists(mine))
    return [rule for rule in rules if rule.is_mine or rule.taken_every_week < rule.standing_seats]
