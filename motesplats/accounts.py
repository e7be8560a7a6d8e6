"""Accounts: one person, one proved address; who is blocked, who works at IM (design §9).

People log in by a code to their address. allauth runs the flow; motesplats/account_adapters.py gives it our words.
"""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from motesplats import audit, reach
from motesplats.access import end_sessions
from motesplats.letters import absolute
from motesplats.models import User

INVITATION_HOURS = 24
UNPROVED_KEPT = timedelta(days=1)
_INVITATION = "motesplats.staff-invitation"


def shown_name(user: User) -> str:
    """How pages call this person."""
    return str(user)


# --- one door for new and known people --------------------------------------------------------------------------------


def person_at_door(email: str, *, language: str) -> User | None:
    """Whom a login code to `email` will log in: the account that has it, or a new one. None when that one is blocked.

    A new one has no password and, until the code proves it, no address of its own: only an unverified `EmailAddress`.
    """
    email = email.lower()
    known = filter_users_by_email(email, prefer_verified=True, for_login=True)
    if any(not person.is_active for person in known):
        return None
    person = known[0] if known else None
    with transaction.atomic():
        person = person or User.objects.create_user(language=language)
        if not EmailAddress.objects.filter(user=person, email=email).exists():
            # Not primary: allauth copies the address to the person when the code has proved it.
            EmailAddress.objects.create(user=person, email=email)
    return person


def holder_of(email: str) -> User | None:
    """Whose address this is, proved or given by staff; also a blocked person's."""
    email = email.lower()
    proved = EmailAddress.objects.filter(email=email, verified=True).select_related("user").first()
    return proved.user if proved else User.objects.filter(email=email).first()


def prove_address(person: User, email: str) -> User:
    """`person` (a shell, or somebody who changes address) has shown that `email` is theirs. -> whose account it is.

    That is `person`, who has the address from now on; or the account that already has it, and then nothing changes:
    the caller moves what the shell asked to that account, and asks whether it is blocked (`is_active`).
    """
    try:
        with transaction.atomic():
            holder = holder_of(email)
            if holder not in (None, person):
                return holder
            _give_address(person, email.lower())
    except IntegrityError:  # somebody proved it for another account in the same moment
        return holder_of(email) or person
    return person


def _give_address(person: User, email: str) -> None:
    is_new = person.email != email
    EmailAddress.objects.filter(user=person).exclude(email=email).delete()
    EmailAddress.objects.update_or_create(user=person, email=email, defaults={"verified": True, "primary": True})
    if is_new:
        action = "account.address_changed" if person.email else "account.address_proved"
        if person.email:  # whoever reads there may be the person, and the move somebody else's
            get_adapter().send_mail("account/email/address_moved", person.email, {"language": person.language})
        person.email = email
        person.save(update_fields=["email"])
        audit.record(action, actor=person, about=_of(person))
        reach.is_proved(email)  # what was kept back from the old address


def describe(person: User, *, display_name: str, language: str) -> None:
    """A person says what to call them and which language to write in."""
    person.display_name, person.language = display_name, language
    person.save(update_fields=["display_name", "language"])


def forget_unproved(*, older_than: timedelta = UNPROVED_KEPT) -> int:
    """Remove accounts that somebody began at the door and never proved. -> how many. Safe to run twice.

    Shells that asked a question have no `EmailAddress` and are not touched; nor is anybody who has logged in.
    """
    begun = User.objects.filter(
        email=None, last_login=None, erased_at=None, is_staff=False, date_joined__lt=timezone.now() - older_than
    )
    unproved = begun.filter(emailaddress__verified=False).exclude(emailaddress__verified=True)
    removed, _ = EmailAddress.objects.filter(user__in=list(unproved)).delete()
    User.objects.filter(pk__in=[person.pk for person in unproved]).delete()
    return removed


# --- working at IM (blocking: motesplats/people.py) -------------------------------------------------------------------


@transaction.atomic
def appoint_staff(person: User, *, by: User | None) -> bool:
    """From now on `person` works at IM. They log in anew, with a second key. False: did already."""
    if not User.objects.filter(pk=person.pk, is_staff=False).update(is_staff=True):
        return False
    person.is_staff = True
    end_sessions(person)
    audit.record("staff.appointed", actor=by, about=_of(person))
    return True


@transaction.atomic
def dismiss_staff(person: User, *, by: User | None) -> bool:
    """`person` no longer works at IM, and is logged out everywhere now. False: did not."""
    if not User.objects.filter(pk=person.pk, is_staff=True).update(is_staff=False, is_superuser=False):
        return False
    person.is_staff = person.is_superuser = False
    end_sessions(person)
    audit.record("staff.dismissed", actor=by, about=_of(person))
    return True


@transaction.atomic
def invite_staff(email: str, *, display_name: str = "", is_superuser: bool = False, by: User | None = None) -> str:
    """Make (or promote) an account that works at IM. -> a link that logs in once, within 24 hours.

    Whoever may run commands vouches for the address. Blocked people stay blocked: ValueError.
    """
    person = holder_of(email) or person_at_door(email, language="sv")
    if person is None or not person.is_active:
        raise ValueError("this account is blocked; unblock it first")
    _give_address(person, email.lower())
    if display_name:
        describe(person, display_name=display_name, language=person.language)
    if is_superuser and not person.is_superuser:
        person.is_superuser = True
        person.save(update_fields=["is_superuser"])
    appoint_staff(person, by=by)
    audit.record("staff.invited", actor=by, about=_of(person), superuser=person.is_superuser)
    with override(person.language):
        return absolute(reverse("account_invitation", args=[_invitation(person)]))


def invited(token: str) -> User | None:
    """Whom the link invites; None when it is too old, used, or not ours."""
    try:
        said = signing.loads(token, salt=_INVITATION, max_age=timedelta(hours=INVITATION_HOURS))
    except signing.BadSignature:
        return None
    person = User.objects.filter(pk=said["person"], is_active=True, is_staff=True).first()
    return person if person and _stamp(person) == said["stamp"] else None


def accept_invitation(token: str) -> User | None:
    """Use the link up. -> the person who may now be logged in; None for all but the first."""
    person = invited(token)
    if person is None:
        return None
    now = timezone.now()
    with transaction.atomic():
        if not User.objects.filter(pk=person.pk, last_login=person.last_login).update(last_login=now):
            return None  # two presses at once: one of them was first
        audit.record("staff.invitation_used", actor=person, about=_of(person))
    person.last_login = now
    return person


def _invitation(person: User) -> str:
    return signing.dumps({"person": person.pk, "stamp": _stamp(person)}, salt=_INVITATION)


def _stamp(person: User) -> str:
    """Changes with every login: a link that was used, or overtaken by another login, is dead."""
    return person.last_login.isoformat() if person.last_login else ""


def _of(person: User) -> tuple[str, int]:
    return ("user", person.pk)
