"""Confirming an e-mail address inside the chat page, never in front of it (design §4).

Until the code is right the address lives only in this browser's session; nothing but the code is mailed to it. Then it
becomes the shell's address, or the question moves to the account that already has it.
"""

from django.db import transaction
from django.utils.translation import override

from chat import blocks, lines, links, notifications
from chat.access import Person
from chat.models import Conversation, Participant
from motesplats import access, accounts, audit, codes, limits
from motesplats.layers import nudge
from motesplats.letters import absolute, written_language
from motesplats.models import User
from seekers import help_requests, keeping
from seekers.models import HelpRequest

_KEY = "address"  # session: {public id: {"email": …, "sent": True}}


class WrongCode(Exception):
    """The code is not right, too old, or was tried too often."""


class CodeOver(WrongCode):
    """This code is too old now, or was tried too often: only a new one helps."""


class AddressTaken(Exception):
    """The address belongs to somebody who helps in this very chat, or to a closed account."""


class HasAddress(Exception):
    """This person has proved an address already. It changes on the account page, never through a link to a chat."""


class TooManyCodes(Exception):
    """Wait a while before another code is sent."""


def pending(session, public_id: str) -> dict | None:
    """{"email", "sent"?, "is_over"} when this browser has an address waiting to be confirmed for this chat.

    `is_over`: the code that was sent no longer works.
    """
    waiting = session.get(_KEY, {}).get(public_id)
    if waiting is None:
        return None
    return {**waiting, "is_over": "sent" in waiting and codes.waits_for(session, f"address:{public_id}") is None}


def send_code(session, request: HelpRequest, email: str) -> None:
    """Mail a fresh six-digit code to `email`. Raises TooManyCodes, HasAddress."""
    if not request.owner.is_shell:
        raise HasAddress
    language = request.owner.language
    if not limits.allow(f"codes:{request.public_id}", times=6, seconds=3600):  # one chat is no way to mail the world
        raise TooManyCodes
    with override(written_language(language)):
        back = absolute(links.chat_path(request))
    if not codes.send(session, _purpose(request), email, language=language, back=back):
        raise TooManyCodes
    session[_KEY] = {**session.get(_KEY, {}), request.public_id: {"email": email.lower(), "sent": True}}


def confirm(session, person: Person, code: str) -> None:
    """The right code: the address is proved, and this browser's grant follows it.

    Raises WrongCode, CodeOver, AddressTaken, HasAddress.
    """
    request = person.request
    if not person.user.is_shell:  # a grant is no login: whoever holds one must not take the account over
        raise HasAddress
    email = codes.check(session, _purpose(request), code)
    if email is None:
        raise WrongCode if codes.waits_for(session, _purpose(request)) else CodeOver
    _belongs(person, email)
    session[_KEY] = {key: value for key, value in session.get(_KEY, {}).items() if key != request.public_id}
    participant = person.participant
    access.grant(session, request.public_id, user_id=participant.user_id, link_version=participant.link_version)


def _purpose(request: HelpRequest) -> str:
    return f"address:{request.public_id}"


def _belongs(person: Person, email: str) -> None:
    with transaction.atomic():
        conversation = Conversation.objects.select_for_update(of=("self",)).get(pk=person.conversation.pk)
        account = accounts.prove_address(person.user, email)
        if account.pk != person.user.pk:
            _move_to(account, person)
        links.void_all(person.participant)  # what was saved or photographed before opens no more: there is a mail now
        audit.record("address.confirmed", actor=person.user, about=("request", person.request.public_id))
        lines.add(conversation, "address", occasion="once")
        person.request.refresh_from_db()
        notifications.receipt(conversation, person.request)
        nudge(f"request:{person.request.public_id}")


def _move_to(account: User, person: Person) -> None:
    """The question goes to the account that has the address; the shell it came from is put away when empty."""
    if not account.is_active or person.conversation.participants.filter(user=account).exists():
        raise AddressTaken
    shell = person.user
    if not account.display_name:
        User.objects.filter(pk=account.pk).update(display_name=shell.display_name)
    help_requests.hand_to(person.request, new_owner=account, actor=shell)
    keeping.hand_over(person.request, shell=shell, account=account)
    blocks.follow(shell, account)
    Participant.objects.filter(pk=person.participant.pk).update(user=account)
    person.participant.user = account
    if shell.is_shell and not HelpRequest.objects.filter(owner=shell).exists():
        User.objects.filter(pk=shell.pk).update(is_active=False)
