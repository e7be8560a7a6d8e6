"""Whoever does not answer two alerts in a shift is given a pause, said kindly; one tap ends it (people.md: "paused").

Missed: told by the page or the phone, and CLOCKS["alert_missed"] later the question still waits. What was missed before
the shift or the switch, before a question was taken, or before the last pause counts no more.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils import timezone

from chat.models import Alert, MissedPause, Participant, Side
from motesplats.models import User
from seekers.models import HelpRequest
from volunteers import duty
from volunteers.models import SWITCH_LASTS, Volunteer

MISSES = 2
JUDGED_WITHIN = timedelta(hours=1)  # after a standstill of the clocks nobody is blamed for what lies far back


def pause_who_missed() -> int:
    """Note the alerts nobody answered, and pause who missed two. -> how many were paused. Safe to run twice."""
    at = timezone.now()
    _unanswered(at).update(missed_at=at)
    lately = Count("alerts", filter=Q(alerts__missed_at__gt=at - SWITCH_LASTS))
    suspects = Volunteer.objects.approved().switched_here(at).annotate(missed=lately).filter(missed__gte=MISSES)
    return sum(_pause_if_due(pk, at) for pk in list(suspects.values_list("pk", flat=True)))


def come_back(volunteer: Volunteer) -> None:
    """The volunteer touched the switch: the pause has been read. Safe to repeat."""
    MissedPause.objects.filter(volunteer=volunteer, ended_at=None).update(ended_at=timezone.now())


def is_paused(volunteer: Volunteer, at: datetime) -> bool:
    """The desk says so, until the volunteer touches the switch or the evening is long over."""
    return MissedPause.objects.filter(volunteer=volunteer, ended_at=None, at__gt=at - SWITCH_LASTS).exists()


def _unanswered(at: datetime):
    left = Participant.objects.filter(
        conversation=OuterRef("conversation"), side=Side.VOLUNTEER, left_at__gt=OuterRef("at")
    )
    waiting = HelpRequest.objects.filter(state=HelpRequest.State.WAITING, conversation=OuterRef("conversation"))
    return (
        Alert.objects.filter(door__in=[Alert.Door.PAGE, Alert.Door.PUSH], missed_at=None)
        .filter(at__lte=at - settings.CLOCKS["alert_missed"], at__gt=at - JUDGED_WITHIN)
        .filter(Exists(waiting))
        .exclude(Exists(left))  # somebody took it in time and left it again
    )


def _pause_if_due(pk: int, at: datetime) -> bool:
    with transaction.atomic():
        volunteer = Volunteer.objects.select_for_update(of=("self",)).select_related("user").get(pk=pk)
        missed = Alert.objects.filter(volunteer=volunteer, missed_at__isnull=False, at__gte=_counts_from(volunteer, at))
        if missed.count() < MISSES or not duty.pause(volunteer, at=at):
            return False
        come_back(volunteer)  # a pause of another day that nobody read
        MissedPause.objects.create(volunteer=volunteer, at=at)
        return True


def _counts_from(volunteer: Volunteer, at: datetime) -> datetime:
    shift = duty.covering_shift(volunteer, at)
    taken = HelpRequest.objects.filter(helper=volunteer.user).aggregate(at=Max("claimed_at"))["at"]
    paused = MissedPause.objects.filter(volunteer=volunteer).aggregate(at=Max("at"))["at"]
    began = shift.starts_at if shift else volunteer.switched_on_at
    return max(moment for moment in (began, taken, paused, at - SWITCH_LASTS) if moment)


def export(person: User) -> list[str]:
    """When this person was given a pause."""
    return [row.at.isoformat() for row in MissedPause.objects.filter(volunteer__user=person).order_by("pk")]


def erase(person: User) -> None:
    """Forget the pauses of this person. Safe to run twice."""
    MissedPause.objects.filter(volunteer__in=Volunteer.objects.filter(user=person)).delete()
