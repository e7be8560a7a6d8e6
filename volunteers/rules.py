"""Weekly rules and the shifts they make, some weeks ahead. The only place that writes ShiftRule.

A rule is wall time in Sweden; its shifts are instants. A shift that nobody has booked follows its rule. One that
somebody has booked never moves: whoever holds a seat is told, once for each change, and may keep it or leave it. What
staff changed or called off by hand stays as they left it. Locks: the rule's row first, then its shifts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Prefetch
from django.utils import timezone

from motesplats import audit, outbox
from motesplats.layers import nudge
from motesplats.models import User
from motesplats.moments import STOCKHOLM, local
from volunteers.holidays import is_holiday
from volunteers.models import Shift, ShiftBooking, ShiftRule

MINUTE = timedelta(minutes=1)
COPIED = ("office_id", "seats", "topics", "languages", "place")


@dataclass(frozen=True, slots=True)
class Hours:
    """What a rule makes of one day: two instants in UTC."""

    starts_at: datetime
    ends_at: datetime


def instant(day: date, at: time) -> datetime:
    """A wall time in Sweden -> UTC. A minute the clock jumps over: the next that exists. Met twice: the first."""
    wall = datetime.combine(day, at)
    while True:
        found = wall.replace(tzinfo=STOCKHOLM, fold=0).astimezone(UTC)
        if found.astimezone(STOCKHOLM).replace(tzinfo=None) == wall:
            return found
        wall += MINUTE


def hours_of(rule: ShiftRule, day: date) -> Hours | None:
    """The hours on `day`; None when the night the clock changes leaves nothing of them."""
    last = day if rule.closes > rule.opens else day + timedelta(days=1)
    hours = Hours(instant(day, rule.opens), instant(last, rule.closes))
    return hours if hours.ends_at > hours.starts_at else None


def days_of(rule: ShiftRule, first: date, last: date, *, closed: list[tuple[date, date]] = ()) -> Iterator[date]:
    """The days of the rule from `first` to `last`. `closed`: the office's closed periods. Both ends are included."""
    first = max(first, rule.first_day)
    last = min(last, rule.last_day or last)
    day = first + timedelta(days=(rule.weekday - first.isoweekday()) % 7)
    while day <= last:
        is_off = day.isoformat() in rule.days_off or any(begin <= day <= end for begin, end in closed)
        if not is_off and (rule.on_holidays or not is_holiday(day)):
            yield day
        day += timedelta(days=7)


@transaction.atomic
def lay(rule: ShiftRule, *, by: User) -> ShiftRule:
    """Staff make a rule: give it unsaved. Its first shifts are there at once."""
    rule.save(force_insert=True)
    audit.record("shift_rule.laid", actor=by, about=("shift_rule", rule.public_id), **_said(rule))
    expand(rule)
    return rule


@transaction.atomic
def change(rule: ShiftRule, *, by: User) -> None:
    """Staff change a rule: give it with its new values. Free shifts follow, booked ones stay: see `expand`."""
    ShiftRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    rule.changed_at = timezone.now()
    rule.save()
    audit.record("shift_rule.changed", actor=by, about=("shift_rule", rule.public_id), **_said(rule))
    expand(rule)


@transaction.atomic
def end(rule: ShiftRule, *, by: User) -> bool:
    """Staff end a rule. Booked shifts stay, and whoever has one is told. -> False when it was ended already."""
    now = timezone.now()
    if not ShiftRule.objects.running().filter(pk=rule.pk).update(ended_at=now, changed_at=now):
        return False
    audit.record("shift_rule.ended", actor=by, about=("shift_rule", rule.public_id))
    expand(rule)
    return True


def _said(rule: ShiftRule) -> dict:
    """The rule in codes and numbers, for the audit log."""
    hours = f"{rule.opens:%H:%M}-{rule.closes:%H:%M}"
    return {"weekday": rule.weekday, "hours": hours, "first_day": rule.first_day.isoformat(), "seats": rule.seats}


def expand_all() -> int:
    """Sweep: every rule that has shifts to come, or may get some. -> how many shifts were made, moved or taken away."""
    now = timezone.now()
    ended = ShiftRule.objects.filter(shifts__starts_at__gt=now, ended_at__isnull=False)
    rules = (ShiftRule.objects.running() | ended).distinct().order_by("pk")
    return sum(expand(rule) for rule in rules)


@transaction.atomic
def expand(rule: ShiftRule) -> int:
    """Make the shifts of the coming weeks fit the rule. Safe to run twice and two at once. -> how many rows changed.

    Nobody in it: the shift is made, moved, called off or called on again. Somebody in it: only its seats change, never
    below those taken, and whoever has one is told.
    """
    now = timezone.now()
    rule = ShiftRule.objects.select_for_update(of=("self",)).select_related("office").get(pk=rule.pk)
    wanted = _wanted(rule, now)
    made = _made(rule, now)
    new = [_shift(rule, day, hours) for day, hours in wanted.items() if day not in made and hours.starts_at > now]
    Shift.objects.bulk_create(new)
    changed = len(new)
    for day, shift in made.items():
        if shift.follows_rule and shift.starts_at > now:
            changed += _follow(rule, shift, wanted.get(day), now)
    if changed:
        nudge("desk")
    return changed


def _wanted(rule: ShiftRule, now: datetime) -> dict[date, Hours]:
    if rule.ended_at:
        return {}
    closed = list(rule.office.closed_periods.values_list("first_day", "last_day"))
    days = days_of(rule, *_window(now), closed=closed)
    found = {day: hours_of(rule, day) for day in days}
    return {day: hours for day, hours in found.items() if hours}


def _made(rule: ShiftRule, now: datetime) -> dict[date, Shift]:
    """The rule's shifts of today and later, locked, each with its `seated`."""
    seated = Prefetch("bookings", ShiftBooking.objects.booked().select_related("volunteer__user"), to_attr="seated")
    first, last = _window(now)
    rows = Shift.objects.select_for_update(of=("self",)).filter(rule=rule, rule_day__range=(first, last))
    return {shift.rule_day: shift for shift in rows.order_by("pk").prefetch_related(seated)}


def _window(now: datetime) -> tuple[date, date]:
    """The days that shifts are made for, both included."""
    today = local(now).date()
    return today, today + settings.CLOCKS["rules_ahead"]


def _shift(rule: ShiftRule, day: date, hours: Hours) -> Shift:
    copied = {name: getattr(rule, name) for name in COPIED}
    made = Shift(rule=rule, rule_day=day, follows_rule=True, **copied)
    made.starts_at, made.ends_at = hours.starts_at, hours.ends_at
    return made


def _follow(rule: ShiftRule, shift: Shift, hours: Hours | None, now: datetime) -> bool:
    if shift.seated:
        return _keep_booked(rule, shift, hours)
    if hours is None:
        return bool(_write(shift, called_off_at=now) if shift.called_off_at is None else 0)
    values = {name: getattr(rule, name) for name in COPIED}
    values |= {"starts_at": hours.starts_at, "ends_at": hours.ends_at, "called_off_at": None}
    differs = any(getattr(shift, name) != value for name, value in values.items())
    return differs and hours.starts_at > now and bool(_write(shift, **values))


def _keep_booked(rule: ShiftRule, shift: Shift, hours: Hours | None) -> bool:
    moved = hours is None or not _is_as(rule, shift, hours)
    for booking in shift.seated if moved else ():
        _tell(booking, hours)
    seats = max(rule.seats, len(shift.seated))
    return seats != shift.seats and bool(_write(shift, seats=seats))


def _is_as(rule: ShiftRule, shift: Shift, hours: Hours) -> bool:
    """Same hours, same place: nothing to tell whoever has booked."""
    same_place = (shift.place, shift.office_id) == (rule.place, rule.office_id)
    return same_place and (shift.starts_at, shift.ends_at) == (hours.starts_at, hours.ends_at)


def _write(shift: Shift, **values) -> int:
    return Shift.objects.filter(pk=shift.pk).update(sequence=F("sequence") + 1, changed_at=timezone.now(), **values)


def _tell(booking: ShiftBooking, hours: Hours | None) -> None:
    """One mail for each seat and each new plan, however often the sweep runs."""
    new = {"new_starts_at": hours.starts_at.isoformat(), "new_ends_at": hours.ends_at.isoformat()} if hours else {}
    plan = f"{hours.starts_at:%y%m%d%H%M}-{hours.ends_at:%y%m%d%H%M}" if hours else "off"
    outbox.queue(
        "shift_rule_changed",
        to=booking.volunteer.user,
        dedupe_key=f"shift_rule_changed:{booking.pk}:{plan}",
        booking=booking.pk,
        **new,
    )


def plan_of(shift: Shift) -> Hours | None:
    """The hours that the rule of a booked shift has for its day now; None when the rule has none. One query."""
    rule = ShiftRule.objects.select_related("office").get(pk=shift.rule_id)
    if rule.ended_at:
        return None
    closed = list(rule.office.closed_periods.values_list("first_day", "last_day"))
    days = days_of(rule, shift.rule_day, shift.rule_day, closed=closed)
    return next((hours_of(rule, day) for day in days), None)
