"""An employer asks people to come and see the workplace. The only place that writes those rows."""

from django.db import transaction
from django.utils import timezone

from motesplats import audit
from motesplats.models import User
from vacancies import staff_mail
from vacancies.models import Employer, VisitInvite
from vacancies.refusals import StateConflict

WAITING_AT_MOST = 3  # of one employer


class TooMany(Exception):  # noqa: N818 a refusal
    """IM has several from this employer already."""


@transaction.atomic
def invite(employer: Employer, text: str, *, by: User) -> VisitInvite:
    """Ask for a call about a visit. Sent twice: the first stands. TooMany; StateConflict unless it is approved."""
    now = Employer.objects.select_for_update(of=("self",)).select_related("office").get(pk=employer.pk)
    if now.state != Employer.State.APPROVED:
        raise StateConflict
    waiting = now.visits.filter(handled_at=None)
    if before := waiting.filter(text=text).first():
        return before
    if waiting.count() >= WAITING_AT_MOST:
        raise TooMany
    made = VisitInvite.objects.create(employer=now, text=text, made_by=by)
    audit.record("employer.visit", actor=by, about=("employer", now.public_id), visit=made.pk)
    staff_mail.tell(now.office)
    return made


@transaction.atomic
def handle(invite: VisitInvite, *, by: User) -> bool:
    """IM has called. -> False when somebody was faster."""
    if not VisitInvite.objects.filter(pk=invite.pk, handled_at=None).update(handled_at=timezone.now(), handled_by=by):
        return False
    audit.record("employer.visit_handled", actor=by, about=("employer", invite.employer.public_id), visit=invite.pk)
    return True
