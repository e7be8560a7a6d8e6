"""When a volunteer wants to be told that somebody waits, and when not. Times on a clock in Sweden."""

from datetime import time

from django.db import transaction

from motesplats import audit
from motesplats.models import User
from volunteers.models import AlertWish, Volunteer


def wish_of(volunteer: Volunteer) -> AlertWish:
    """What this volunteer has chosen, or what holds before anything is chosen (then not stored)."""
    return AlertWish.objects.filter(volunteer=volunteer).first() or AlertWish(volunteer=volunteer)


def want_alerts(volunteer: Volunteer, is_on: bool) -> None:
    """The third word of the switch. Called by duty.switch, which writes it to the audit."""
    if is_on or AlertWish.objects.filter(volunteer=volunteer).exists():
        AlertWish.objects.update_or_create(volunteer=volunteer, defaults={"is_on": is_on})


def forget(volunteer: Volunteer) -> None:
    """Nothing of it is kept of somebody who is erased. Safe to run twice."""
    AlertWish.objects.filter(volunteer=volunteer).delete()


@transaction.atomic
def keep_quiet(volunteer: Volunteer, *, start: time, end: time, actor: User) -> None:
    """No notices from `start` until `end`, which may be the next morning; the same time twice: none are quiet."""
    AlertWish.objects.update_or_create(volunteer=volunteer, defaults={"quiet_from": start, "quiet_until": end})
    audit.record("alerts.quiet_hours", actor=actor, about=("volunteer", volunteer.pk))
