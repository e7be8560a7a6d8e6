"""How long it is kept what somebody told as a volunteer: half a year after they ended. Safe to run twice."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from motesplats.models import User
from motesplats.overdue import LATE
from volunteers import approval, care, conduct, course, quiet_hours
from volunteers.models import (
    AlertWish,
    ConductAcceptance,
    CourseRead,
    PushSubscription,
    Reference,
    Rehearsal,
    StaffStep,
    Volunteer,
)

DETAILS_KEPT = timedelta(days=183)


def old_details(at: datetime) -> QuerySet[Volunteer]:
    """Who ended so long ago, and of whom it still says what they told or what IM did with them."""
    ended = Volunteer.objects.filter(state=Volunteer.State.ENDED, ended_at__lt=at - DETAILS_KEPT)
    told = Q(motivation__gt="") | ~Q(languages="") | ~Q(topics="") | ~Q(occupations="") | ~Q(times="") | ~Q(places="")
    for model in (StaffStep, AlertWish, ConductAcceptance, CourseRead, Rehearsal):
        told |= Q(Exists(model.objects.filter(volunteer=OuterRef("pk"))))
    return ended.filter(told)


def left_over(at: datetime) -> dict[str, QuerySet]:
    """What goes at once when somebody ends, and is still there of those who ended before `at`."""
    ended = Volunteer.objects.filter(state=Volunteer.State.ENDED, ended_at__lt=at)
    return {
        "volunteers.PushSubscription": PushSubscription.objects.filter(volunteer__in=ended),
        "volunteers.Reference": Reference.objects.filter(volunteer__in=ended),
    }


def remove_old() -> int:
    """Empty what they told, as when the person asks for it; the seats stay as counts. -> how many volunteers."""
    for rows in left_over(timezone.now()).values():  # a device that came in while they ended
        rows.delete()
    due = list(old_details(timezone.now()).select_related("user")[:200])
    for volunteer in due:
        forget(volunteer, actor=None)
    return len(due)


@transaction.atomic
def forget(volunteer: Volunteer, *, actor: User | None) -> None:
    """Nothing is left of what this volunteer told, of the steps, the rules, the course, the notices and the devices."""
    care.forget(volunteer)
    quiet_hours.forget(volunteer)
    conduct.forget(volunteer)
    course.forget(volunteer)
    StaffStep.objects.filter(volunteer=volunteer).delete()
    approval.leave(volunteer, actor=actor)


def overdue() -> dict[str, int]:
    """What is still there a day after its time: table -> how many. Empty when all is well."""
    late = timezone.now() - LATE
    found = {"volunteers.Volunteer": old_details(late), **left_over(late)}
    return {table: number for table, rows in found.items() if (number := rows.count())}
