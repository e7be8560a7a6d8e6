"""Employers: from application to farewell, and who speaks for them. The only place that writes them.

Each move is a conditional UPDATE (0 rows = `StateConflict`: somebody was faster), an audit entry, and a mail.
"""

from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from motesplats import audit, office_hours, outbox
from motesplats.models import Office, User
from vacancies import publishing, red_flags, staff_mail
from vacancies.models import Employer, EmployerApproval, EmployerCheck, EmployerMember, Invitation
from vacancies.refusals import StateConflict, must_be_another

State = Employer.State
CHECK_AGAIN_AFTER = timedelta(days=183)
EMPLOYERS_AT_MOST = 5  # that one person applies for and that IM has not answered
MEMBERS_AT_MOST = 30


class TooMany(Exception):  # noqa: N818 a refusal
    """More employers than one person may apply for, or more members than one employer has."""


class NumberTaken(Exception):  # noqa: N818 a refusal
    """An approved employer has this organisation number: join that one."""


class AddressNotProved(Exception):  # noqa: N818 a refusal
    """Nobody has shown that the account's email address is theirs: IM could not answer."""


class NotReady(Exception):  # noqa: N818 a refusal
    """What IM requires is not looked at. `missing`: those checks."""

    def __init__(self, missing: list[str]):
        super().__init__(missing)
        self.missing = missing


def _about(employer: Employer) -> tuple[str, str]:
    return "employer", employer.public_id


@transaction.atomic
def apply(user: User, *, organisation_number: str, name: str, contact_name: str, phone: str, **said) -> Employer:
    """Somebody wants to advertise for an employer. Sent twice: the first application stands.

    organisation_number: ten digits, read by organisation_number.py. `said`: website, municipality. Raises TooMany,
    AddressNotProved.
    """
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        raise AddressNotProved
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)  # one person's applications, one at a time
    theirs = Employer.objects.of_member(user)
    if before := theirs.filter(organisation_number=organisation_number).exclude(state=State.REFUSED).first():
        return before
    if theirs.filter(state=State.APPLIED).count() >= EMPLOYERS_AT_MOST:
        raise TooMany
    now = timezone.now()
    office = Office.objects.default()
    employer = Employer(
        organisation_number=organisation_number,
        name=name,
        contact_name=contact_name,
        phone=phone,
        office=office,
        applied_at=now,
        call_by=office_hours.staffed_until(office, now),
        **said,
    )
    employer.flags = red_flags.of_employer(employer, email=user.email or "")
    employer.save()
    EmployerMember.objects.create(employer=employer, user=user)
    audit.record("employer.applied", actor=user, about=_about(employer), flags=employer.flags)
    key = f"employer_applied:{user.pk}:{now:%Y%m%d}"  # several in a day: the page says the time of each
    outbox.queue("employer_applied", to=user, dedupe_key=key, employer=employer.pk)
    staff_mail.tell(office)
    return employer


@transaction.atomic
def describe(employer: Employer, *, actor: User, **said) -> None:
    """Change contact_name, phone, website or municipality. The name and the number are IM's. StateConflict.

    Before it is let in, a website taken away is a flag as it is in an application, and a yes to other facts is no yes.
    """
    now = Employer.objects.select_for_update(of=("self",)).get(pk=employer.pk)
    fields = sorted(name for name, value in said.items() if getattr(now, name) != value)
    if now.state != State.APPROVED and fields:
        now.approvals.all().delete()
        if not said.get("website", now.website):
            said["flags"] = list(dict.fromkeys([*now.flags, "no_website"]))
    if not Employer.objects.exclude(state=State.REFUSED).filter(pk=employer.pk).update(**said):
        raise StateConflict
    audit.record("employer.described", actor=actor, about=_about(employer), fields=fields)


# --- who speaks for it ------------------------------------------------------------------------------------------------


@transaction.atomic
def invite(employer: Employer, email: str, *, actor: User) -> Invitation:
    """Let the person with this address join. They get a mail, once. TooMany; StateConflict unless it is approved."""
    now = Employer.objects.select_for_update(of=("self",)).get(pk=employer.pk)
    if now.state != State.APPROVED:
        raise StateConflict
    email = email.lower()
    if before := employer.invitations.filter(email=email).first():
        return before
    if employer.members.count() + employer.invitations.count() >= MEMBERS_AT_MOST:
        raise TooMany
    made = Invitation.objects.create(employer=employer, email=email, invited_by=actor)
    audit.record("employer.invited", actor=actor, about=_about(employer))
    key = f"employer_invitation:{made.pk}"
    outbox.queue("employer_invitation", to_email=email, language=actor.language, dedupe_key=key, invitation=made.pk)
    return made


def invitations_to(user: User) -> QuerySet[Invitation]:
    """What this person may say yes to: sent to their confirmed address by an employer that is approved now."""
    sent = Invitation.objects.filter(email=user.email or "-", employer__state=State.APPROVED)
    return sent.select_related("employer").order_by("pk")


@transaction.atomic
def join(invitation: Invitation, *, user: User) -> bool:
    """Take up one of invitations_to(user). -> False when it is taken back, or taken up already. Safe to repeat.

    By their own press alone: the others see the name and the address of whoever joins, and that there is an account.
    """
    if not Invitation.objects.filter(pk=invitation.pk, email=user.email or "-").delete()[0]:
        return False
    _row, is_new = EmployerMember.objects.get_or_create(employer=invitation.employer, user=user)
    if is_new:
        audit.record("employer.joined", actor=user, about=_about(invitation.employer))
    return True


@transaction.atomic
def uninvite(invitation: Invitation, *, actor: User) -> None:
    """This address may not join any more. Safe to repeat."""
    if Invitation.objects.filter(pk=invitation.pk).delete()[0]:
        audit.record("employer.uninvited", actor=actor, about=_about(invitation.employer))


@transaction.atomic
def part(employer: Employer, user: User, *, actor: User) -> bool:
    """Somebody no longer speaks for it, nor does whom they invited and who has not come. Taken away by another: a mail.

    -> False for the last one: then there would be nobody to ask.
    """
    Employer.objects.select_for_update(of=("self",)).get(pk=employer.pk)
    if not employer.members.exclude(user=user).exists():
        return False
    if employer.members.filter(user=user).delete()[0]:
        employer.invitations.filter(invited_by=user).delete()
        audit.record("employer.parted", actor=actor, about=_about(employer), user=user.pk)
        if user != actor:
            key = f"employer_parted:{employer.pk}:{user.pk}:{timezone.now().isoformat()}"
            outbox.queue("employer_parted", to=user, dedupe_key=key, employer=employer.pk)
    return True


# --- what staff do ----------------------------------------------------------------------------------------------------


@transaction.atomic
def check(employer: Employer, kind: str, *, by: User) -> None:
    """Write down that this has been looked at. Safe to repeat: the first stands. OwnEmployer."""
    must_be_another(employer, by=by)
    _row, is_new = EmployerCheck.objects.get_or_create(employer=employer, kind=kind, defaults={"done_by": by})
    if is_new:
        audit.record("employer.checked", actor=by, about=_about(employer), check=kind)


def missing_checks(employer: Employer) -> list[str]:
    """The checks that nobody has made yet."""
    done = set(employer.checks.values_list("kind", flat=True))
    return [kind for kind in EmployerCheck.Kind.values if kind not in done]


def approvals_needed(employer: Employer) -> int:
    """Two people when something is flagged, else one."""
    return 2 if employer.flags else 1


@transaction.atomic
def approve(employer: Employer, *, by: User) -> bool:
    """Say yes. -> True when that was the last yes needed, and the employer is let in; False while one more is needed.

    Raises NotReady while a check is left, NumberTaken when an approved employer has the number, StateConflict,
    OwnEmployer.
    """
    now = Employer.objects.select_for_update(of=("self",)).get(pk=employer.pk)
    must_be_another(now, by=by)
    if now.state not in (State.APPLIED, State.PAUSED, State.REFUSED):
        raise StateConflict
    if missing := missing_checks(now):
        raise NotReady(missing)
    EmployerApproval.objects.get_or_create(employer=now, by=by)
    if now.approvals.count() < approvals_needed(now):
        audit.record("employer.approved_once", actor=by, about=_about(now))
        return False
    at = timezone.now()
    change = {"approved_at": at, "ended_at": None, "check_again_on": _half_a_year_on()}
    try:
        with transaction.atomic():
            _move(now, State.APPROVED, since=(State.APPLIED, State.PAUSED, State.REFUSED), by=by, **change)
    except IntegrityError:
        raise NumberTaken from None
    return True


@transaction.atomic
def refuse(employer: Employer, *, by: User) -> None:
    """Say no to an application. Its ads wait for IM no more, they are drafts again. StateConflict."""
    _move(employer, State.REFUSED, since=(State.APPLIED,), by=by, ended_at=timezone.now())
    publishing.take_back_waiting(employer, by=by)


def pause(employer: Employer, *, by: User) -> None:
    """None of its ads are shown until it is approved again, checks and all. StateConflict."""
    _move(employer, State.PAUSED, since=(State.APPROVED,), by=by, ended_at=timezone.now())


def _half_a_year_on() -> date:
    """The day in Sweden."""
    return timezone.localdate() + CHECK_AGAIN_AFTER


@transaction.atomic
def keep(employer: Employer, *, by: User) -> None:
    """Looked at again after half a year: it stays approved. StateConflict, OwnEmployer."""
    must_be_another(employer, by=by)
    if not Employer.objects.approved().filter(pk=employer.pk).update(check_again_on=_half_a_year_on()):
        raise StateConflict
    audit.record("employer.kept", actor=by, about=_about(employer))


@transaction.atomic
def _move(employer: Employer, to: str, *, since: tuple[str, ...], by: User, **change) -> None:
    if not Employer.objects.filter(pk=employer.pk, state__in=since).update(state=to, **change):
        raise StateConflict
    if to != State.APPROVED:  # whoever looks again begins anew
        employer.approvals.all().delete()
        employer.checks.all().delete()
    audit.record(f"employer.{to}", actor=by, about=_about(employer))
    at = timezone.now().isoformat()
    for member in employer.members.select_related("user"):
        key = f"employer_{to}:{employer.pk}:{member.pk}:{at}"
        outbox.queue(f"employer_{to}", to=member.user, dedupe_key=key, employer=employer.pk, state=to)
