"""From application to farewell: the only moves of Volunteer.state.

Each move is one conditional UPDATE (0 rows = `StateConflict`: somebody was faster), an audit entry and a mail, in one
transaction. Whoever is no longer approved loses the seats in shifts that have not ended, and the switch.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Case, F, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from motesplats import accounts, audit, occupations, offices, outbox
from motesplats.layers import nudge
from motesplats.models import Office, User
from volunteers import certificates, course, push, roster, steps
from volunteers.models import ShiftBooking, StandingBooking, Volunteer

State = Volunteer.State


class StateConflict(Exception):
    """The volunteer is not in a state this move starts from: somebody was faster."""


class NotReady(Exception):
    """What IM requires is not done. `missing`: those steps."""

    def __init__(self, missing: list[steps.Step]):
        super().__init__([step.code for step in missing])
        self.missing = missing


@transaction.atomic
def apply(
    user: User, *, languages: Iterable[str], topics: Iterable[str], motivation: str = "", name: str = ""
) -> Volunteer:
    """Somebody wants to become a volunteer. Sent twice: the first application stands.

    name: what participants will read, "" to keep what the person is called already.
    """
    volunteer, is_new = Volunteer.objects.get_or_create(
        user=user,
        defaults={
            "languages": list(languages),
            "topics": list(topics),
            "motivation": motivation,
            "office": Office.objects.default(),
        },
    )
    if is_new:
        if name:
            accounts.describe(user, display_name=name, language=user.language)
        audit.record("volunteer.applied", actor=user, about=("volunteer", volunteer.pk))
        _mail(volunteer, "volunteer_applied", at=volunteer.applied_at)
        kind, told = "volunteer_applied_staff", {"volunteer": volunteer.pk, "state": volunteer.state}
        offices.tell(volunteer.office, kind, key=f"{kind}:{volunteer.pk}", **told)
    return volunteer


def edit(volunteer: Volunteer, *, languages: Iterable[str], topics: Iterable[str], actor: User) -> None:
    """Change what an approved volunteer reads and helps with."""
    with transaction.atomic():
        changed = Volunteer.objects.approved().filter(pk=volunteer.pk)
        if not changed.update(languages=list(languages), topics=list(topics)):
            raise StateConflict
        audit.record("volunteer.edited", actor=actor, about=("volunteer", volunteer.pk))
        nudge("desk")


@transaction.atomic
def describe(volunteer: Volunteer, *, actor: User, known: Iterable[str], **said) -> None:
    """What a volunteer tells of themselves, none of it needed. StateConflict when the person has ended.

    `known`: concept ids of occupations. `said`: gives_contacts, is_woman (bool), times, places (codes).
    """
    known = list(known)
    change = {**said, "occupations": known, "occupation_groups": occupations.groups(known)}
    if not Volunteer.objects.exclude(state=State.ENDED).filter(pk=volunteer.pk).update(**change):
        raise StateConflict
    audit.record("volunteer.described", actor=actor, about=("volunteer", volunteer.pk))
    nudge("desk")


@transaction.atomic
def approve(volunteer: Volunteer, *, by: User) -> None:
    """Let an applicant in, or somebody who had ended in again. Raises NotReady while a step that is needed is left."""
    now = Volunteer.objects.select_for_update(of=("self",)).get(pk=volunteer.pk)
    if now.state in (State.APPLIED, State.ENDED) and (missing := steps.missing(now)):
        raise NotReady(missing)
    _move(volunteer, to=State.APPROVED, since=(State.APPLIED, State.ENDED), name="approved", by=by)


def resume(volunteer: Volunteer, *, by: User) -> None:
    """End a pause."""
    _move(volunteer, to=State.APPROVED, since=(State.PAUSED,), name="resumed", by=by)


def pause(volunteer: Volunteer, *, by: User) -> None:
    """No questions and no shifts until resumed."""
    _move(volunteer, to=State.PAUSED, since=(State.APPROVED,), name="paused", by=by)


def end(volunteer: Volunteer, *, by: User) -> None:
    """Say no to an applicant, or farewell to a volunteer."""
    declined = Volunteer.objects.filter(pk=volunteer.pk, state=State.APPLIED).exists()
    since = (State.APPLIED,) if declined else (State.APPROVED, State.PAUSED)
    _move(volunteer, to=State.ENDED, since=since, name="declined" if declined else "ended", by=by)


def forget_at_once(volunteer: Volunteer) -> None:
    """What is of no use once somebody is no volunteer: devices, and the yes of a reference. Safe to run twice."""
    push.forget(volunteer)
    certificates.let_reference_go(volunteer)


@transaction.atomic
def leave(volunteer: Volunteer, *, actor: User | None) -> None:
    """The person asked to be erased, or ended long ago (`actor` None): no standing, no words. Safe to run twice."""
    roster.unbook_all(volunteer, actor=actor)
    forget_at_once(volunteer)
    StandingBooking.objects.kept().filter(volunteer=volunteer).update(ended_at=timezone.now())
    ShiftBooking.objects.filter(volunteer=volunteer).update(cancel_reason="")
    Volunteer.objects.filter(pk=volunteer.pk).update(
        state=State.ENDED,
        ended_at=Coalesce("ended_at", timezone.now()),
        motivation="",
        languages=[],
        topics=[],
        occupations=[],
        occupation_groups=[],
        times=[],
        places=[],
        gives_contacts=False,
        is_woman=False,
        switched_on_at=None,
        heartbeat_at=None,
        feed_opened_at=None,
    )
    audit.record("volunteer.left", actor=actor, about=("volunteer", volunteer.pk))
    nudge("desk")


@transaction.atomic
def _move(volunteer: Volunteer, *, to: str, since: tuple[str, ...], name: str, by: User) -> None:
    now = timezone.now()
    ended = {"ended_at": now if to == State.ENDED else None}
    change = {"state": to, "switched_on_at": None, "switched_off_at": None, **ended}
    if to == State.APPROVED:
        change["approved_at"] = now
        change["must_read_course"] = Case(When(approved_at=None, then=True), default=F("must_read_course"))
    if not Volunteer.objects.filter(pk=volunteer.pk, state__in=since).update(**change):
        raise StateConflict
    if to == State.APPROVED:
        course.settle(volunteer)
    volunteer.refresh_from_db()
    audit.record(f"volunteer.{name}", actor=by, about=("volunteer", volunteer.pk))
    if to != State.APPROVED:
        roster.unbook_all(volunteer, actor=by)
    if to == State.ENDED:
        forget_at_once(volunteer)
    _mail(volunteer, f"volunteer_{name}", at=now)
    nudge("desk")


def _mail(volunteer: Volunteer, kind: str, *, at: datetime) -> None:
    key = f"{kind}:{volunteer.pk}:{at.isoformat()}"
    outbox.queue(kind, to=volunteer.user, dedupe_key=key, volunteer=volunteer.pk, state=volunteer.state)
