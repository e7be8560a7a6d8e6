"""What the ground floor keeps about people, for how long, and how it is given out and taken away (design §3)."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from motesplats import access, audit, mail_choice
from motesplats.models import MailChoice, OutboxMail, Report, User
from motesplats.retention import MAILS_KEPT, REPORTS_KEPT

# table -> how long; None = it holds nothing about a person, or it goes with the account. The audit trail holds numbers
# and codes, no words; it outlives the person, since its entries are chained.
RETENTION: dict[str, timedelta | None] = {
    "motesplats.AuditEntry": None,
    "motesplats.ClosedPeriod": None,
    "motesplats.Heartbeat": None,
    "motesplats.MailChoice": timedelta(0),
    "motesplats.Office": None,
    "motesplats.OfficeHours": None,
    "motesplats.OutboxMail": MAILS_KEPT,  # after it was made, when it has left or is given up: the row stays as a key
    "motesplats.OutboxPace": None,
    "motesplats.PosterPlace": None,
    "motesplats.SourceVisit": None,
    "motesplats.Report": REPORTS_KEPT,  # after it was handled
    "motesplats.User": None,
}


def export(person: User) -> dict:
    """The account, where it is logged in, what was reported and which mails were sent, for JSON."""
    mails = OutboxMail.objects.filter(to_user=person).order_by("pk").values_list("kind", "created_at", "state")
    return {
        "account": {
            "email": person.email,
            "name": person.display_name,
            "language": person.language,
            "since": person.date_joined.isoformat(),
            "works_at_im": person.is_staff,
        },
        "logged_in_on": [
            {"device": row.user_agent, "ip": row.ip, "last_seen": row.last_seen_at.isoformat()}
            for row in UserSession.objects.filter(user=person).order_by("pk")
        ],
        "reports": [
            {"text": row.text, "at": row.created_at.isoformat()}
            for row in Report.objects.filter(reporter=person).order_by("pk")
        ],
        "mails": [{"kind": kind, "at": at.isoformat(), "state": state} for kind, at, state in mails],
        "mail_choice": _chosen(person),
    }


def _chosen(person: User) -> dict:
    if not MailChoice.objects.filter(pk=person.pk).exists():
        return {}
    choice = mail_choice.of(person)
    return {
        "pace": choice.pace,
        "text_since": choice.text_since and choice.text_since.isoformat(),
        "stopped_at": choice.stopped_at and choice.stopped_at.isoformat(),
    }


@transaction.atomic
def erase(person: User) -> None:
    """Empty the account and log it out everywhere; nobody can log in to it again. Safe to run twice.

    Call it after the other apps': they need to know who this was. The row stays, so that numbers stay true.
    """
    access.end_sessions(person)
    addresses = {person.email, *EmailAddress.objects.filter(user=person).values_list("email", flat=True)} - {None}
    theirs = OutboxMail.objects.filter(Q(to_user=person) | Q(to_email__in=addresses))
    waiting = (OutboxMail.State.PENDING, OutboxMail.State.SENDING)
    theirs.filter(state__in=waiting).update(state=OutboxMail.State.UNWANTED, lease_until=None)
    theirs.update(to_email="", data={}, sealed_body=None, last_error="")
    Report.objects.filter(reporter=person).update(reporter=None, text="")
    MailChoice.objects.filter(pk=person.pk).delete()
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    person.groups.clear()
    nobody = {"email": None, "display_name": "", "is_active": False, "is_staff": False, "is_superuser": False}
    nobody |= {"password": make_password(None), "last_login": None, "erased_at": timezone.now()}
    if User.objects.filter(pk=person.pk, erased_at=None).update(**nobody):
        audit.record("person.erased", actor=None, about=("user", person.pk))
