"""Confirming an e-mail address inside the chat page, never in front of it (design §4).

Until the code is right the address lives only in this browser's session; nothing but the code is mailed to it. Then it
becomes the shell's address, or the question moves to the account that already has it.
"""

import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from chat import lines, notifications
from chat.access import Person
from chat.models import Conversation, Participant
from motesplats import access, audit, limits
from motesplats.layers import nudge
from motesplats.models import User
from seekers import help_requests
from seekers.models import HelpRequest

CODE_LIFETIME = timedelta(minutes=15)
TRIES = 5
_KEY = "address"


class WrongCode(Exception):
    """The code is not right, too old, or was tried too often."""


class AddressTaken(Exception):
    """The address belongs to somebody who helps in this very chat."""


class TooManyCodes(Exception):
    """Wait a while before another code is sent."""


def pending(session, public_id: str) -> dict | None:
    """{"email", …} when this browser has an address waiting to be confirmed for this chat."""
    return session.get(_KEY, {}).get(public_id)


def forget(session, public_id: str) -> None:
    """"Jag har ingen e-post" after all."""
    waiting = session.get(_KEY, {})
    waiting.pop(public_id, None)
    session[_KEY] = waiting


def send_code(session, request: HelpRequest, email: str) -> None:
    """Mail a fresh six-digit code, 15 min, five tries. Raises TooManyCodes: 5 an hour and chat, 10 an hour and address."""
    allowed = limits.allow(f"code:{request.public_id}", times=5, seconds=3600)
    if not allowed or not limits.allow(f"code-to:{email.lower()}", times=10, seconds=3600):
        raise TooManyCodes
    code = f"{secrets.randbelow(10**6):06}"
    _keep(
        session, request.public_id, email=email, hash=_hash(code, request.public_id), tries=0,
        expires=(timezone.now() + CODE_LIFETIME).isoformat(),
    )  # fmt: skip
    notifications.address_code(email, code=code)


def _keep(session, public_id: str, **values) -> None:
    waiting = session.get(_KEY, {})
    waiting[public_id] = {**waiting.get(public_id, {}), **values}
    session[_KEY] = waiting


def _hash(code: str, public_id: str) -> str:
    return salted_hmac(f"chat.address.{public_id}", code, algorithm="sha256").hexdigest()


def confirm(session, person: Person, code: str) -> None:
    """The right code: the address is proved. Raises WrongCode, AddressTaken."""
    public_id = person.request.public_id
    waiting = pending(session, public_id)
    if not waiting or "hash" not in waiting:
        raise WrongCode
    _keep(session, public_id, tries=waiting["tries"] + 1)
    in_time = datetime.fromisoformat(waiting["expires"]) > timezone.now() and waiting["tries"] < TRIES
    if not in_time or not constant_time_compare(waiting["hash"], _hash(code, public_id)):
        raise WrongCode
    _belongs(person, waiting["email"].lower())
    forget(session, public_id)
    access.grant(
        session, public_id, user_id=person.participant.user_id, link_version=person.participant.link_version
    )


def _belongs(person: Person, email: str) -> None:
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=person.conversation.pk)
        account = User.objects.filter(email=email).first()
        if account and account.pk != person.user.pk:
            _move_to(account, person)
        else:
            _give_address(person.user, email)
        audit.record("address.confirmed", actor=person.user, about=("request", person.request.public_id))
        lines.add(conversation, "address", occasion="once")
        person.request.refresh_from_db()
        notifications.receipt(conversation, person.request)
        nudge(f"request:{person.request.public_id}")


def _give_address(user: User, email: str) -> None:
    User.objects.filter(pk=user.pk).update(email=email)
    user.email = email
    EmailAddress.objects.update_or_create(email=email, defaults={"user": user, "verified": True, "primary": True})


def _move_to(account: User, person: Person) -> None:
    """The question goes to the account that has the address; the shell it came from is put away when empty."""
    if not account.is_active or person.conversation.participants.filter(user=account).exists():
        raise AddressTaken
    shell = person.user
    if not account.display_name:
        User.objects.filter(pk=account.pk).update(display_name=shell.display_name)
    help_requests.hand_to(person.request, new_owner=account, actor=shell)
    Participant.objects.filter(pk=person.participant.pk).update(user=account)
    person.participant.user = account
    EmailAddress.objects.filter(user=account, email=account.email).update(verified=True)
    if shell.is_shell and not HelpRequest.objects.filter(owner=shell).exists():
        User.objects.filter(pk=shell.pk).update(is_active=False)
