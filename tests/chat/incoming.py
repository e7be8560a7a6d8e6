"""Mails as people send them: answers to an address of ours, in bytes."""

from email.message import EmailMessage
from itertools import count

from chat import email_in, reply_address
from chat.models import InboundMail, Message, Participant
from motesplats import mail_choice
from motesplats.models import OutboxMail
from tests import make

_numbers = count(1)
Door, State, Reason = InboundMail.Door, InboundMail.State, InboundMail.Reason


def talk() -> Participant:
    """Amina in her chat with Björn, who has chosen mails with the text. -> her seat."""
    make.office()
    helper = make.volunteer(user=make.user("Björn", email="bjorn@example.org"))
    mail_choice.choose(helper.user, pace=mail_choice.Pace.AT_ONCE, has_text=True)
    return make.seeker_of(make.claimed(helper))


def answers_sent() -> list[OutboxMail]:
    """The polite mails that say why something was not taken."""
    return list(OutboxMail.objects.filter(kind__startswith="answer_").order_by("pk"))


def letter(
    participant: Participant | None = None, text: str = "Tack, det blir bra.", *, sender: str = "", to: str = "", **more
) -> EmailMessage:
    """An answer from the participant's own address to their reply address. more: headers, _ for -; None = without."""
    message = EmailMessage()
    message.set_content(text)
    headers = {
        "From": sender or participant.user.email,
        "To": to or reply_address.address_of(participant),
        "Subject": "Re: Du har fått svar",
        "Message-ID": f"<{next(_numbers)}.answer@mail.example>",
        "In-Reply-To": "<ours@testserver>",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    for name, value in headers.items():
        if value is not None:
            message[name] = value
    return message


def come(message: EmailMessage | bytes, *, door: str = Door.PIPE, **more) -> InboundMail:
    """The mail comes in and is worked. -> its row as it is then."""
    raw = message if isinstance(message, bytes) else message.as_bytes()
    row = email_in.receive(raw, door=door, **more)
    email_in.work_inbound(row.pk)
    row.refresh_from_db()
    return row


def said_in(conversation) -> list[str]:
    """What people said, oldest first."""
    rows = Message.objects.filter(conversation=conversation, kind=Message.Kind.TEXT).order_by("seq")
    return list(rows.values_list("body", flat=True))


def outcome(row: InboundMail) -> tuple[str, str]:
    return row.state, row.reason
