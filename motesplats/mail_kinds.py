"""Which mails nobody wrote: automatic answers, bounces, invitations, receipts, mass mail. And whom a bounce names."""

import re
from dataclasses import dataclass
from email.message import Message
from enum import Enum

from motesplats.mail_headers import address_in, header, headers

_MAX_RECIPIENTS = 20


class Kind(Enum):
    """What an incoming mail is. Only a LETTER is posted; none of the others is ever answered."""

    LETTER = "letter"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    CALENDAR = "calendar"
    READ_RECEIPT = "read_receipt"
    BULK = "bulk"


@dataclass(frozen=True)
class Failure:
    """One recipient whom a mail of ours did not reach (RFC 3464). status: "5.1.1" or "".

    is_hard: there is no such mailbox, so no further mail will arrive. A full mailbox or a refused text is not hard.
    """

    address: str
    status: str
    is_hard: bool


_AUTO_SUBJECT = re.compile(
    r"\s*(?:autosvar|automatiskt svar|frånvaroavisering|frånvaromeddelande|automatic reply|auto(?:matic)?[- ]?response"
    r"|auto[- ]?reply|out of (?:the )?office|رد تلقائي|الرد التلقائي|پاسخ خودکار|автоматична відповідь"
    r"|автовідповідь|автоматический ответ|jawaab toos ah|ኣውቶማቲክ መልሲ)\s*[:：]",
    re.IGNORECASE,
)
_BOUNCE_SENDER = re.compile(r"(?:mailer-daemon|postmaster|mail-daemon)@", re.IGNORECASE)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|has failed)|failure notice|returned mail|mail delivery|olevererbar"
    r"|kunde inte levereras|kan inte levereras|تعذر التسليم|لم يتم التسليم|не доставлено",
    re.IGNORECASE,
)
# 5.2.2 full, 5.2.3 and 5.3.4 too big, 5.4.x way, 5.5-7.x protocol, content, policy: the mailbox itself may well exist.
_HARD_STATUS = re.compile(r"5\.(?:1\.(?:1|2|3|6|10)|2\.1|4\.4|0\.0)$")


def kind_of(message: Message, parts: list[Message]) -> tuple[Kind, str]:
    """What the mail is, and the sign that told: a header's name, "subject", or "" for a letter."""
    types = {part.get_content_type() for part in parts}
    report = _report_type(message)
    if report == "disposition-notification" or "message/disposition-notification" in types:
        return Kind.READ_RECEIPT, "Content-Type"
    if report == "delivery-status" or "message/delivery-status" in types:
        return Kind.BOUNCE, "Content-Type"
    if header(message, "X-Failed-Recipients"):
        return Kind.BOUNCE, "X-Failed-Recipients"
    if _is_invitation(message, parts):
        return Kind.CALENDAR, "Content-Type"
    is_failure = bool(_BOUNCE_SUBJECT.search(header(message, "Subject")))
    if is_failure and _BOUNCE_SENDER.search(header(message, "From")):
        return Kind.BOUNCE, "From"
    if sign := _auto_reply_sign(message):
        return Kind.AUTO_REPLY, sign
    if any(value.strip() == "<>" for value in headers(message, "Return-Path")):
        return Kind.BOUNCE, "Return-Path"
    if header(message, "Precedence").strip().lower() in ("bulk", "list", "junk"):
        return Kind.BULK, "Precedence"
    if header(message, "List-Id"):
        return Kind.BULK, "List-Id"
    return Kind.LETTER, ""


def failures_in(message: Message, parts: list[Message]) -> tuple[Failure, ...]:
    """The recipients that a bounce names, at most 20."""
    found: dict[str, Failure] = {}
    for part in parts:
        if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
            continue
        for group in part.get_payload()[:_MAX_RECIPIENTS]:
            failure = _failure(group)
            if failure:
                found.setdefault(failure.address, failure)
    if not found:
        for written in header(message, "X-Failed-Recipients").split(",")[:_MAX_RECIPIENTS]:
            if address := address_in(written):
                found[address] = Failure(address, "", is_hard=False)
    return tuple(found.values())[:_MAX_RECIPIENTS]


def _failure(group: Message) -> Failure | None:
    written = header(group, "Original-Recipient") or header(group, "Final-Recipient")
    address = address_in(written.rpartition(";")[2])
    action = header(group, "Action").strip().lower()
    if not address or action not in ("failed", ""):
        return None
    status = header(group, "Status").strip().split(" ")[0][:20]
    return Failure(address, status, is_hard=action == "failed" and bool(_HARD_STATUS.match(status)))


def _report_type(message: Message) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    return _parameter(message, "report-type").lower()


def _is_invitation(message: Message, parts: list[Message]) -> bool:
    if "calendarmessage" in header(message, "Content-Class").lower():
        return True
    return any(part.get_content_type() == "text/calendar" and _parameter(part, "method") for part in parts)


def _auto_reply_sign(message: Message) -> str:
    submitted = header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return "Auto-Submitted"
    for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Response-Suppress", "X-Loop"):
        if header(message, name).strip().lower() not in ("", "no", "none"):
            return name
    if header(message, "Precedence").strip().lower() in ("auto_reply", "auto-reply"):
        return "Precedence"
    return "Subject" if _AUTO_SUBJECT.match(header(message, "Subject")) else ""


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name, "")
    except (ValueError, LookupError, TypeError):
        return ""
    return value if isinstance(value, str) else ""
