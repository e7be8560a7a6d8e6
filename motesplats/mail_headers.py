"""The headers of a mail as plain text, whatever a sender put there. Never raises."""

import re
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from motesplats.mail_text import decoded, without_controls

HEADER_MAX_CHARACTERS = 2000
_MAX_ADDRESSES = 50
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]{1,128}@[^\s<>@,;:\"()\[\]\\]{1,253}")


def header(message: Message, name: str) -> str:
    """The first header of that name on one line, decoded; "" when there is none."""
    return next(iter(headers(message, name)), "")


def headers(message: Message, name: str) -> list[str]:
    """All headers of that name, each on one line, decoded, at most `HEADER_MAX_CHARACTERS`."""
    return [_decoded(value) for value in _raw(message, name)]


def raw_headers(message: Message, name: str) -> list[str]:
    """The same, each on one line, but as they were written: what is encoded or quoted in them stays so."""
    return _raw(message, name)


def addresses(message: Message, *names: str) -> tuple[str, ...]:
    """The addresses in these headers, lower-cased, in order, each once. Two in From: nobody's word may be taken."""
    found: dict[str, None] = {}
    for name in names:
        for written in _raw(message, name):
            try:
                pairs = getaddresses([written])
            except (ValueError, LookupError, TypeError, RecursionError, AttributeError):
                pairs = [("", written)]
            for _shown, address in pairs[:_MAX_ADDRESSES]:
                if plain := address_in(address):
                    found[plain] = None
    return tuple(found)[:_MAX_ADDRESSES]


def address_in(written: str) -> str:
    """'  Amina@Example.org ' -> 'amina@example.org'; "" when it holds no address."""
    found = _ADDRESS.search(written[:HEADER_MAX_CHARACTERS])
    return found.group().lower().rstrip(".") if found else ""


def message_ids(message: Message, name: str) -> tuple[str, ...]:
    """The ids in Message-ID, In-Reply-To or References, in their angle brackets, oldest first: at most the last 50."""
    return tuple(_MESSAGE_ID.findall(header(message, name)))[-_MAX_ADDRESSES:]


def _raw(message: Message, name: str) -> list[str]:
    # `get_all` would replace bytes that are not ASCII.
    values = [value for written, value in message.raw_items() if written.lower() == name.lower()]
    return [_text(value)[:HEADER_MAX_CHARACTERS] for value in values[:_MAX_ADDRESSES]]


def _text(value: str) -> str:
    return without_controls(decoded(value.encode("utf-8", "surrogateescape"), "")).replace("\n", "")


def _decoded(text: str) -> str:
    if "=?" in text:
        try:
            chunks = decode_header(text)
        except (ValueError, LookupError, TypeError, AssertionError, MessageError):
            chunks = [(text, None)]
        text = "".join(
            decoded(chunk, charset or "") if isinstance(chunk, bytes) else chunk for chunk, charset in chunks
        )
    return " ".join(without_controls(text).split())[:HEADER_MAX_CHARACTERS]
