"""Any EmailMessage to and from an encrypted text: how mails that others wrote (allauth's codes) wait for delivery."""

import base64
import json
from email.mime.base import MIMEBase
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives

from motesplats.letters import automatic_headers
from motesplats.models import random_id
from motesplats.sealing import seal, unseal

PURPOSE = "outbox stored mail"
MESSAGE_ID_MAX_CHARACTERS = 200
_FIELDS = ("subject", "body", "from_email", "to", "cc", "bcc", "reply_to")


def new_message_id() -> str:
    """A Message-ID of our own host: it never tells the name of the machine."""
    return f"<{random_id()}.{random_id()}@{urlsplit(settings.PUBLIC_URL).hostname}>"


def ensure_message_id(message: EmailMessage) -> str:
    """The Message-ID of `message`; given one now if it has none, so that sending the same object twice is one mail."""
    for name, value in message.extra_headers.items():
        if name.lower() == "message-id" and len(value) <= MESSAGE_ID_MAX_CHARACTERS:
            return value
    given = new_message_id()
    message.extra_headers = {
        **{name: value for name, value in message.extra_headers.items() if name.lower() != "message-id"},
        "Message-ID": given,
    }
    return given


def bare_address(recipient: str) -> str:
    """'Amina <amina@example.org>' -> 'amina@example.org'"""
    return parseaddr(recipient)[1][:254]


def pack(message: EmailMessage) -> bytes:
    """The whole message, encrypted."""
    content = {name: getattr(message, name) for name in _FIELDS}
    content |= {
        "subject": str(message.subject),
        "body": str(message.body),
        "subtype": message.content_subtype,
        "headers": {name: str(value) for name, value in message.extra_headers.items()},
        "alternatives": [[str(part[0]), part[1]] for part in getattr(message, "alternatives", ())],
        "attachments": [_pack_attachment(part) for part in message.attachments],
    }
    return seal(json.dumps(content), purpose=PURPOSE)


def unpack(sealed: bytes, *, message_id: str) -> EmailMultiAlternatives:
    """The message again, with our automatic headers. Raises InvalidToken when the key has changed."""
    content = json.loads(unseal(sealed, purpose=PURPOSE))
    others = {name: value for name, value in content["headers"].items() if name.lower() != "message-id"}
    message = EmailMultiAlternatives(
        **{name: content[name] for name in _FIELDS},
        headers={**others, **automatic_headers(message_id)},
        alternatives=[tuple(part) for part in content["alternatives"]],
        attachments=[(name, base64.b64decode(data), mime) for name, data, mime in content["attachments"]],
    )
    message.content_subtype = content["subtype"]
    return message


def _pack_attachment(part) -> list:
    if isinstance(part, MIMEBase):
        return [part.get_filename(), _as_text(part.get_payload(decode=True) or b""), part.get_content_type()]
    name, data, mime = part
    return [name, _as_text(data.encode() if isinstance(data, str) else data), mime]


def _as_text(data: bytes) -> str:
    return base64.b64encode(data).decode()
