"""Who is on standby. The only definition of *on duty* in the house (design §5).

On duty = approved (who is paused is not) AND (inside a booked shift OR switched on) AND heard from lately. The query is
`Volunteer.objects.on_duty(at)`. "Not here" inside a shift counts for that shift only: it is a moment, and a moment
before the shift began says nothing about it. "Here" outside a shift ends after SWITCH_LASTS, or when nothing was heard
for SILENCE_ENDS_SWITCH, so that nobody is on duty the morning after only because they opened a page.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone

from motesplats import audit
from motesplats.layers import nudge
from motesplats.models import User
from volunteers import quiet_hours
from volunteers.models import Rest, Shift, Volunteer

SILENCE_ENDS_SWITCH = timedelta(hours=2)


class NotApproved(Exception):
    """Only an approved volunteer may do this."""


@transaction.atomic
def switch(volunteer: Volunteer, *, to: Literal["here", "notify", "away"], actor: User) -> None:
    """Turn the one switch. NotApproved for everybody but an approved volunteer.

    "notify" is "away" with a notice when somebody waits. "here" leaves that wish as it is, for when "here" has ended.
    """
    now = timezone.now()
    inside = covering_shift(volunteer, now) is not None
    if to == "here":
        change = {"switched_off_at": None, "heartbeat_at": now}
        change |= {} if inside else {"switched_on_at": now}
    else:
        change = {"switched_on_at": None} | ({"switched_off_at": now} if inside else {})
    if not Volunteer.objects.approved().filter(pk=volunteer.pk).update(**change):
        raise NotApproved
    if to != "here":
        quiet_hours.want_alerts(volunteer, to == "notify")
    if to == "here":
        Rest.objects.filter(volunteer=volunteer).delete()  # "enough for tonight" was said too early
    audit.record(f"duty.{to}", actor=actor, about=("volunteer", volunteer.pk))
    nudge("desk")


@transaction.atomic
def pause(volunteer: Volunteer, *, at: datetime) -> bool:
    """Switch somebody off who is here and does not answer. The wish for notices stays. -> False: was not here."""
    inside = covering_shift(volunteer, at) is not None
    change = {"switched_on_at": None} | ({"switched_off_at": at} if inside else {})
    if not Volunteer.objects.approved().switched_here(at).filter(pk=volunteer.pk).update(**change):
        return False
    audit.record("duty.paused", actor=None, about=("volunteer", volunteer.pk))
    nudge("desk")
    return True


@transaction.atomic
def set_live_limit(volunteer: Volunteer, limit: int) -> None:
    """How many live chats this volunteer takes at once. chat/capacity.py decides who may choose. NotApproved."""
    if not Volunteer.objects.approved().filter(pk=volunteer.pk).update(live_limit=limit):
        raise NotApproved
    audit.record("volunteer.limit_set", actor=volunteer.user, about=("volunteer", volunteer.pk), limit=limit)
    nudge("desk")


def heard_from(user_ids: Iterable[int], at: datetime) -> int:
    """One UPDATE for the heartbeats of all these people's open pages. -> how many of them are volunteers.

    After a long silence the switch of yesterday is forgotten in the same UPDATE. A booked shift counts as before.
    """
    forgotten = Case(When(heartbeat_at__lt=at - SILENCE_ENDS_SWITCH, then=Value(None)), default=F("switched_on_at"))
    return Volunteer.objects.filter(user_id__in=list(user_ids)).update(heartbeat_at=at, switched_on_at=forgotten)


def covering_shift(volunteer: Volunteer, at: datetime) -> Shift | None:
    """The booked shift that `at` lies in."""
    return Shift.objects.booked_by(volunteer).filter(starts_at__lte=at, ends_at__gt=at).first()


def is_here(volunteer: Volunteer, at: datetime) -> bool:
    """What the switch shows: "here" or not, whether heard from lately or not."""
    return Volunteer.objects.approved().switched_here(at).filter(pk=volunteer.pk).exists()
