"""What lies between an application and the first question: each step, whether it is done, and what is next.

`of` is the list that the volunteer's page and the admin show; a new step is one more function in it. IM's own steps are
rows (StaffStep), written by `note`. approval.py asks `missing` before it lets anybody in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from motesplats import audit, outbox
from motesplats.models import User
from volunteers import conduct
from volunteers.models import StaffStep, Volunteer

Kind = StaffStep.Kind
FOLLOWED_UP_AFTER = 3  # shifts


class AlreadyDone(Exception):
    """Somebody has written this down before, or taken it back."""


@dataclass(frozen=True, slots=True)
class Step:
    """`done_at` None: not done. `page`: the name of the page where the volunteer does it; "" when IM does.

    `is_needed`: nobody is approved without it. `done_by`: who of IM did it.
    """

    code: str
    label: str
    done_at: datetime | None
    is_needed: bool
    page: str = ""
    done_by: User | None = None


def of(volunteer: Volunteer) -> list[Step]:
    """All steps that concern this volunteer, in their order. One query."""
    noted = {row.kind: row for row in StaffStep.objects.filter(volunteer=volunteer).select_related("done_by")}
    return [
        _conduct(volunteer),
        _noted(noted, Kind.TALK, is_needed=True),
        _noted(noted, Kind.REFERENCES, is_needed=False),
        *([_noted(noted, Kind.EXTRACT, is_needed=True)] if volunteer.needs_extract or Kind.EXTRACT in noted else []),
    ]


def missing(volunteer: Volunteer) -> list[Step]:
    """What must be done before this volunteer may be approved."""
    return [step for step in of(volunteer) if step.is_needed and step.done_at is None]


def _conduct(volunteer: Volunteer) -> Step:
    """Whoever has ended cannot open the page of the rules: they are let in first, and the desk asks then."""
    done_at = volunteer.conduct_accepted_at if conduct.has_accepted(volunteer) else None
    is_needed = volunteer.state != Volunteer.State.ENDED
    return Step("conduct", _("Our rules"), done_at, is_needed, page="volunteers:conduct_show")


def _noted(noted: dict[str, StaffStep], kind: Kind, *, is_needed: bool) -> Step:
    row = noted.get(kind)
    return Step(kind, str(kind.label), row and row.done_at, is_needed, done_by=row and row.done_by)


@transaction.atomic
def note(volunteer: Volunteer, kind: Kind, *, by: User) -> None:
    """IM has done this with the volunteer today; the volunteer gets a mail of it, but not of a follow-up talk.

    Raises AlreadyDone: the first to write it down stands, with the day.
    """
    row, is_new = StaffStep.objects.get_or_create(volunteer=volunteer, kind=kind, defaults={"done_by": by})
    if not is_new:
        raise AlreadyDone
    audit.record(f"volunteer.{kind}_noted", actor=by, about=("volunteer", volunteer.pk))
    if kind != Kind.FOLLOW_UP:
        told = {"volunteer": volunteer.pk, "step": kind.value}
        outbox.queue("volunteer_step", to=volunteer.user, dedupe_key=f"volunteer_step:{row.pk}", **told)


@transaction.atomic
def take_back(volunteer: Volunteer, kind: Kind, *, by: User) -> None:
    """It was written down by mistake: the step is left to do again. No mail. Raises AlreadyDone: it is not there."""
    if not StaffStep.objects.filter(volunteer=volunteer, kind=kind).delete()[0]:
        raise AlreadyDone
    audit.record(f"volunteer.{kind}_taken_back", actor=by, about=("volunteer", volunteer.pk))


@transaction.atomic
def ask_for_extract(volunteer: Volunteer, *, by: User) -> None:
    """This volunteer must show an extract, and hears how. Raises AlreadyDone when it was asked for before."""
    now = timezone.now()
    if not Volunteer.objects.filter(pk=volunteer.pk, needs_extract=False).update(needs_extract=True):
        raise AlreadyDone
    audit.record("volunteer.extract_asked", actor=by, about=("volunteer", volunteer.pk))
    key = f"volunteer_extract:{volunteer.pk}:{now.isoformat()}"
    outbox.queue("volunteer_extract", to=volunteer.user, dedupe_key=key, volunteer=volunteer.pk)


def to_follow_up(at: datetime) -> QuerySet[Volunteer]:
    """Approved volunteers who have had three shifts and with whom IM has not talked since. Adds `shifts_done`.

    Half hours of their own are no shifts here.
    """
    over = Q(bookings__cancelled_at=None, bookings__shift__ends_at__lte=at, bookings__shift__called_off_at=None)
    over &= Q(bookings__shift__is_personal=False)
    talked = StaffStep.objects.filter(volunteer=OuterRef("pk"), kind=Kind.FOLLOW_UP)
    rows = Volunteer.objects.approved().annotate(shifts_done=Count("bookings", filter=over))
    return rows.filter(~Exists(talked), shifts_done__gte=FOLLOWED_UP_AFTER).select_related("user").order_by("pk")


def names(steps: Iterable[Step]) -> str:
    """'Våra regler, Samtal med IM'"""
    return ", ".join(step.label for step in steps)
