"""An incoming mail, bytes to facts: who, to whom, what kind, which words, which files. No database, never raises.

Work and memory are bounded by the limits below, whatever the sender built: what is beyond them is left out and
`is_shortened` says so. The stored mail itself still holds everything.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import Compat32

from motesplats.mail_headers import addresses, header, message_ids, raw_headers
from motesplats.mail_html import html_to_text
from motesplats.mail_kinds import Failure, Kind, failures_in, kind_of
from motesplats.mail_text import TEXT_MAX_CHARACTERS, content_of, text_of, winmail_body, winmail_names, without_controls

MAIL_MAX_BYTES = 25 * 1024 * 1024
MAX_PARTS = 1000
_MAX_LINES = 600_000
_MAX_BOUNDARY_LINES = 5000
_MAX_NESTED = 120
# Lines times nested levels: the standard parser looks at each line once for each level.
_MAX_LOOKS = 3_000_000
_NAME_MAX_CHARACTERS = 150
_HEADER_MAX_CHARACTERS = 4000
_NESTING = re.compile(rb"boundary\s{0,4}=|message/(?:rfc822|global|partial|external)", re.IGNORECASE)
_WINMAIL = ("application/ms-tnef", "application/vnd.ms-tnef")
_ENCRYPTED = ("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")


class _ShortHeaders(Compat32):
    """Each header as far as any honest one goes: the standard parser's parameters cost the square of the length."""

    def header_source_parse(self, sourcelines):
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_HEADER_MAX_CHARACTERS]


_POLICY = _ShortHeaders()


@dataclass(frozen=True)
class Attachment:
    """A file in a mail. content_type is what the mail says, not what the file is. is_inline: a picture in the text."""

    name: str
    content_type: str
    is_inline: bool
    _part: Message = field(repr=False, compare=False)

    def content(self) -> bytes:
        """The bytes, decoded when asked for. A mail within a mail is its RFC 822 bytes."""
        if self._part.is_multipart():
            try:
                return b"\n".join(inner.as_bytes() for inner in self._part.get_payload())
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                return b""
        return content_of(self._part)


@dataclass(frozen=True)
class IncomingMail:
    """What `read_mail` found. Addresses are lower-case; ids keep their angle brackets; "" and () mean none.

    senders: addresses in From; other than one is nobody's word. recipients: To, Cc and where servers delivered it.
    text: whole and uncut (see `reply_text.cut_answer`). failures: of a bounce. about_message_id: of our mail that a
    bounce or receipt is about. authentication_results: whole headers as written, topmost first; trust only one's own
    server's.
    is_unreadable: no text for us (encrypted, or Outlook's winmail.dat with compressed text only).
    """

    kind: Kind
    kind_reason: str
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    senders: tuple[str, ...]
    recipients: tuple[str, ...]
    subject: str
    authentication_results: tuple[str, ...]
    text: str
    attachments: tuple[Attachment, ...]
    failures: tuple[Failure, ...] = ()
    about_message_id: str = ""
    is_shortened: bool = False
    is_unreadable: bool = False

    @property
    def is_auto_reply(self) -> bool:
        return self.kind is Kind.AUTO_REPLY

    @property
    def is_bounce(self) -> bool:
        return self.kind is Kind.BOUNCE

    @property
    def is_calendar(self) -> bool:
        return self.kind is Kind.CALENDAR

    @property
    def is_read_receipt(self) -> bool:
        return self.kind is Kind.READ_RECEIPT


def read_mail(raw: bytes) -> IncomingMail:
    """Read a mail as it came from the server. See `IncomingMail`."""
    bounded, is_shortened = _bounded(raw)
    message = _parsed(bounded)
    parts = list(_parts(message))
    kind, reason = kind_of(message, parts)
    text, text_is_shortened = _text_in(message)
    files = tuple(_attachments(parts))
    winmails = [file.content() for file in files if _is_winmail(file)]
    if not text.strip() and winmails:
        text = next(filter(None, map(winmail_body, winmails)), "")
    is_encrypted = any(part.get_content_type() in _ENCRYPTED for part in parts)
    about = next((found for part in parts if (found := _returned_id(part))), "") if kind is not Kind.LETTER else ""
    return IncomingMail(
        kind=kind,
        kind_reason=reason,
        message_id=next(iter(message_ids(message, "Message-ID")), ""),
        in_reply_to=next(iter(message_ids(message, "In-Reply-To")), ""),
        references=message_ids(message, "References"),
        senders=addresses(message, "From"),
        recipients=addresses(message, "To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"),
        subject=header(message, "Subject")[:300],
        authentication_results=tuple(raw_headers(message, "Authentication-Results")),
        text=text,
        attachments=files,
        failures=failures_in(message, parts) if kind is Kind.BOUNCE else (),
        about_message_id=about,
        is_shortened=is_shortened or text_is_shortened or len(parts) >= MAX_PARTS,
        is_unreadable=not text.strip() and bool(is_encrypted or winmails),
    )


def names_inside(attachment: Attachment) -> list[str]:
    """The names of the files that Outlook packed into a winmail.dat, so that we can say what we could not read."""
    return winmail_names(attachment.content()) if _is_winmail(attachment) else []


# --- the tree of parts -----------------------------------------------------------------------------------------------
def _bounded(raw: bytes) -> tuple[bytes, bool]:
    """The mail as far as it can be parsed with bounded work, and whether that is less than all."""
    end = min(len(raw), MAIL_MAX_BYTES)
    nested = 0
    for nested, found in enumerate(_NESTING.finditer(raw, 0, end), 1):  # noqa: B007 counted
        if nested > _MAX_NESTED:
            end = raw.rfind(b"\n", 0, found.start()) + 1
            break
    end = _after(raw, b"\n--", end, _MAX_BOUNDARY_LINES)
    end = _after(raw, b"\n", end, min(_MAX_LINES, _MAX_LOOKS // max(nested, 1)))
    return raw[:end], end < len(raw)


def _after(raw: bytes, sign: bytes, end: int, times: int) -> int:
    """Where `sign` has been seen that many times, or `end`."""
    if raw.count(sign, 0, end) <= times:
        return end
    at = -1
    for _time in range(times):
        at = raw.find(sign, at + 1, end)
    return at + 1


def _parsed(raw: bytes) -> Message:
    try:
        return BytesParser(policy=_POLICY).parsebytes(raw)
    except (ValueError, LookupError, TypeError, AssertionError, AttributeError, RecursionError):
        return BytesHeaderParser(policy=_POLICY).parsebytes(raw[: raw.find(b"\n\n") + 1])


def _parts(message: Message) -> Iterator[Message]:
    """The parts in order, not those of mails within the mail. At most `MAX_PARTS`."""
    waiting = [message]
    for _number in range(MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        yield part
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            waiting.extend(reversed(part.get_payload()[:MAX_PARTS]))


# --- the words -------------------------------------------------------------------------------------------------------
def _text_in(message: Message) -> tuple[str, bool]:
    """The text a person would see, plain text before HTML within each choice (multipart/alternative)."""
    texts: list[str] = []
    is_shortened = False
    left = TEXT_MAX_CHARACTERS
    for part in _seen_parts(message):
        text, is_long = text_of(part)
        is_shortened |= is_long or len(text) > left
        if part.get_content_type() == "text/html":
            text = html_to_text(text)
        text = text[:left]
        if text.strip():
            texts.append(text.strip("\n"))
            left -= len(text)
        if left <= 0:
            break
    return "\n\n".join(texts), is_shortened


def _seen_parts(message: Message) -> Iterator[Message]:
    waiting = [message]
    for _number in range(MAX_PARTS):
        if not waiting:
            return
        part = waiting.pop()
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            inner = part.get_payload()[:MAX_PARTS]
            if part.get_content_subtype() == "alternative":
                inner = _best_of(inner)
            waiting.extend(reversed(inner))
        elif _is_text(part):
            yield part


def _best_of(choices: list[Message]) -> list[Message]:
    """Of one thing said in several ways: the first plain text that says anything, otherwise all but empty ones."""
    for choice in choices:
        if choice.get_content_type() == "text/plain" and content_of(choice).strip():
            return [choice]
    return [choice for choice in choices if choice.get_content_type() != "text/plain"][:1] + [
        choice for choice in choices[1:] if choice.get_content_maintype() == "multipart"
    ][:1]


def _is_text(part: Message) -> bool:
    is_words = part.get_content_type() in ("text/plain", "text/html") and not part.is_multipart()
    return is_words and _disposition(part) != "attachment" and not _file_name(part)


# --- the files -------------------------------------------------------------------------------------------------------
def _attachments(parts: list[Message]) -> Iterator[Attachment]:
    for number, part in enumerate(parts, 1):
        kind = part.get_content_type()
        if part.get_content_maintype() == "multipart" or _is_text(part) or _is_of_a_report(part):
            continue
        if kind == "text/html" and not _file_name(part) and _disposition(part) != "attachment":
            continue
        is_inline = _disposition(part) != "attachment" and bool(header(part, "Content-ID"))
        yield Attachment(_file_name(part) or f"{number}.{_ending(kind)}", kind, is_inline, part)


def _is_of_a_report(part: Message) -> bool:
    return part.get_content_type() in (
        "message/delivery-status",
        "message/disposition-notification",
        "text/rfc822-headers",
        "application/pgp-signature",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
    )


def _ending(content_type: str) -> str:
    ending = content_type.rpartition("/")[2].rpartition("+")[2].removeprefix("x-")
    return {"rfc822": "eml", "plain": "txt", "jpeg": "jpg"}.get(ending, re.sub(r"\W", "", ending)[:10] or "bin")


def _is_winmail(file: Attachment) -> bool:
    return file.content_type in _WINMAIL or file.name.lower() == "winmail.dat"


def _disposition(part: Message) -> str:
    return header(part, "Content-Disposition").partition(";")[0].strip().lower()


def _file_name(part: Message) -> str:
    """The name without folders or unseen signs, at most 150 characters with its ending kept. "" when there is none."""
    try:
        written = part.get_filename("")
    except (ValueError, LookupError, TypeError, AssertionError):
        return ""
    holder = Message()
    holder["Name"] = re.sub(r"[\r\n]", "", written[:2000])
    name = re.split(r"[\\/]", header(holder, "Name"))[-1]
    name = without_controls(name).replace("\n", " ").strip(" .")
    if len(name) > _NAME_MAX_CHARACTERS:
        stem, dot, ending = name.rpartition(".")
        name = stem[: _NAME_MAX_CHARACTERS - 11] + dot + ending[:10]
    return name


def _returned_id(part: Message) -> str:
    """The Message-ID of the mail that a report gives back."""
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        return next(iter(message_ids(part.get_payload()[0], "Message-ID")), "")
    if part.get_content_type() == "text/rfc822-headers":
        inner = BytesHeaderParser(policy=_POLICY).parsebytes(content_of(part)[:65536])
        return next(iter(message_ids(inner, "Message-ID")), "")
    return ""
