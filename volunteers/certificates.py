"""A volunteer's certificate: made, looked up, taken back. The only place that writes Certificate and Reference.

What stands on the paper is stored as it was that day and sealed with the house's key (HMAC-SHA256 over the code and the
facts), so that a row somebody has changed in the database is no certificate any more. Two facts, two papers: one that
was handed to an employer stays true when a newer one is made. Lock: the volunteer's row.

A reference stands on the paper only when the volunteer has asked for one and that member of staff has said yes. Either
may end it; then the papers with the name are taken back.
"""

import hashlib
import json
from datetime import date, datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from motesplats import audit, offices, outbox
from motesplats.models import Office, User
from motesplats.moments import local
from motesplats.text import clean_name
from volunteers.models import CODE_LENGTH, CODE_LETTERS, Certificate, Reference, Volunteer

Cause = Certificate.Cause
SALT = "volunteers.certificate"
KEPT = timedelta(days=5 * 365)
WITHDRAWN_KEPT = timedelta(days=365)
_LOOKALIKES = str.maketrans("OIL", "011")


class NoHours(Exception):
    """Less than one whole hour of help: there is nothing to certify yet."""


@transaction.atomic
def make(volunteer: Volunteer, *, name: str, hours: float, kinds: list[str], since: datetime) -> Certificate:
    """The paper with what holds today. Made again with the same facts, also at once: the same row.

    `name`: as it shall stand there. `hours`: rounded down to whole ones, so the paper never says too much. `kinds`:
    codes of topics. `since`: the first help; the period ends today, both days in Sweden. Raises NoHours.
    """
    if int(hours) < 1:
        raise NoHours
    volunteer = Volunteer.objects.select_for_update(of=("self",)).select_related("user", "office").get(pk=volunteer.pk)
    now = timezone.now()
    reference = _agreed(volunteer)
    facts = {
        "name": name,
        "hours": int(hours),
        "kinds": list(kinds),
        "since": local(since).date().isoformat(),
        "until": local(now).date().isoformat(),
        **(_said_of(reference, volunteer) if reference else {}),
    }
    digest = hashlib.sha256(_packed(facts)).hexdigest()
    made = Certificate.objects.filter(volunteer=volunteer, digest=digest, withdrawn_at=None).first()
    if made:
        return made
    made = Certificate(volunteer=volunteer, facts=facts, digest=digest, reference=reference, made_at=now)
    made.signature = _signer().signature(_sealed(made))
    made.save()
    audit.record("certificate.made", actor=volunteer.user, about=("certificate", made.code), hours=facts["hours"])
    return made


def _agreed(volunteer: Volunteer) -> User | None:
    """Whoever said yes and still works at IM."""
    rows = Reference.objects.filter(volunteer=volunteer, staff__is_staff=True, staff__is_active=True)
    found = rows.select_related("staff").first()
    return found.staff if found else None


def _said_of(reference: User, volunteer: Volunteer) -> dict[str, str]:
    """The name, and the office's address: never the person's own."""
    office = volunteer.office or Office.objects.default()
    at = {"office": office.name, "office_email": office.email} if office else {}
    return {"reference": reference.display_name, **at}


def find(typed: str) -> Certificate | None:
    """The certificate with this code, however it was typed; None when there is none or its seal does not hold.

    One that was taken back is found too: see `withdrawn_at`. One query.
    """
    code = plain_code(typed)
    found = Certificate.objects.filter(code=code).first() if code else None
    return found if found and (found.withdrawn_at or is_genuine(found)) else None


def plain_code(typed: str) -> str:
    """'7k3m 9qxt-2bvc' -> '7K3M9QXT2BVC'; "" when it cannot be a code. O is read as 0, I and L as 1."""
    letters = (letter for letter in typed.upper().translate(_LOOKALIKES) if letter.isalnum())
    code = "".join(letters)
    return code if len(code) == CODE_LENGTH and set(code) <= set(CODE_LETTERS) else ""


def is_genuine(certificate: Certificate) -> bool:
    """The facts are those that were sealed under this code, with a key of SECRET_KEY or SECRET_KEY_FALLBACKS."""
    try:
        _signer().unsign(f"{_sealed(certificate)}:{certificate.signature}")
    except signing.BadSignature:
        return False
    return True


def _signer() -> signing.Signer:
    return signing.Signer(salt=SALT)


def _sealed(certificate: Certificate) -> str:
    return f"{certificate.code} {_packed(certificate.facts).decode()}"


def _packed(facts: dict) -> bytes:
    return json.dumps(facts, sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode()


def period_of(certificate: Certificate) -> tuple[date, date]:
    """The first and the last day on the paper."""
    return date.fromisoformat(certificate.facts["since"]), date.fromisoformat(certificate.facts["until"])


@transaction.atomic
def withdraw(certificate: Certificate, *, cause: Certificate.Cause, by: User | None) -> bool:
    """It holds no longer, and what stood on it is emptied; the code only says that. -> False when it was so already.

    The volunteer gets a mail when somebody else did it.
    """
    empty = {"facts": {}, "digest": "", "signature": "", "reference": None}
    rows = Certificate.objects.filter(pk=certificate.pk, withdrawn_at=None)
    if not rows.update(withdrawn_at=timezone.now(), withdrawn_cause=cause, **empty):
        return False
    audit.record("certificate.withdrawn", actor=by, about=("certificate", certificate.code), cause=cause)
    owner = certificate.volunteer.user
    if by not in (None, owner):
        key = f"certificate_revoked:{certificate.pk}"
        outbox.queue("certificate_revoked", to=owner, dedupe_key=key, certificate=certificate.pk)
    return True


# --- the reference ----------------------------------------------------------------------------------------------------


@transaction.atomic
def ask_reference(volunteer: Volunteer) -> bool:
    """The volunteer wants somebody at IM as reference; IM gets a mail. -> False when it was asked already."""
    asked, is_new = Reference.objects.get_or_create(volunteer=volunteer)
    if is_new:
        audit.record("reference.asked", actor=volunteer.user, about=("volunteer", volunteer.pk))
        offices.tell(volunteer.office, "reference_asked_staff", key=f"reference:{asked.pk}", reference=asked.pk)
    return is_new


@transaction.atomic
def agree(asked: Reference, *, by: User) -> bool:
    """This member of staff will be the reference; the volunteer gets a mail.

    -> False when somebody has said yes already, or `by` has no name.
    """
    if not (by.is_staff and clean_name(by.display_name)):
        return False
    if not Reference.objects.filter(pk=asked.pk, staff=None).update(staff=by, agreed_at=timezone.now()):
        return False
    audit.record("reference.agreed", actor=by, about=("volunteer", asked.volunteer_id))
    key = f"reference_agreed:{asked.pk}"
    outbox.queue("reference_agreed", to=asked.volunteer.user, dedupe_key=key, reference=asked.pk)
    return True


@transaction.atomic
def end_reference(volunteer: Volunteer, *, by: User) -> bool:
    """No reference any more, whoever says so. Papers with the name are taken back. -> False when there was none."""
    Volunteer.objects.select_for_update().get(pk=volunteer.pk)  # no paper is being made with the name meanwhile
    if not Reference.objects.filter(volunteer=volunteer).delete()[0]:
        return False
    audit.record("reference.ended", actor=by, about=("volunteer", volunteer.pk))
    for certificate in Certificate.objects.filter(volunteer=volunteer, withdrawn_at=None, reference__isnull=False):
        withdraw(certificate, cause=Cause.REFERENCE, by=by)
    return True


def let_reference_go(volunteer: Volunteer) -> None:
    """Nobody is asked about who is a volunteer no longer. Papers that have the name hold: they say how it was.

    Staff may still take each of them back. Safe to run twice.
    """
    Reference.objects.filter(volunteer=volunteer).delete()


# --- ages -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def forget(person: User) -> None:
    """The person asked to be erased: no name on any paper, as volunteer or as reference. Safe to run twice."""
    theirs = Reference.objects.filter(Q(volunteer__user=person) | Q(staff=person))
    waits_for = Volunteer.objects.filter(Q(user=person) | Q(pk__in=theirs.values("volunteer"))).order_by("pk")
    list(waits_for.select_for_update())  # no paper is being made with the name meanwhile
    theirs.delete()
    valid = Certificate.objects.filter(withdrawn_at=None).order_by("pk")
    for certificate in valid.filter(Q(volunteer__user=person) | Q(reference=person)):
        withdraw(certificate, cause=Cause.ERASED, by=None)


def remove_old() -> int:
    """Five years after it was made nobody asks; a year after it was taken back. -> how many. Safe to run twice."""
    now = timezone.now()
    old = Q(made_at__lt=now - KEPT) | Q(withdrawn_at__lt=now - WITHDRAWN_KEPT)
    return Certificate.objects.filter(old).delete()[0]
