"""How a mail looks: a `Letter` in words becomes one message with a text and an HTML version.

Text is first-class; the HTML says the same with one button and is written so that Outlook shows it.
"""

import unicodedata
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi

SUBJECT_MAX_CHARACTERS = 80
# Characters that turn the direction of what follows: with them a name could make a subject read as something else.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e")


@dataclass
class Letter:
    """What a mail says, in the language that is active while it is rendered.

    subject: no names of people, no text that people wrote (it shows on a locked phone). lines: one paragraph each.
    button: (label, absolute URL). footer: paragraphs in small print above who we are.
    """

    subject: str
    lines: list[str]
    button: tuple[str, str] | None = None
    footer: list[str] = field(default_factory=list)


def absolute(path: str) -> str:
    """'/chatt/x/' -> the address people open. `PUBLIC_URL` is its only source."""
    return f"{settings.PUBLIC_URL}{path}"


def one_line(text: str, limit: int = SUBJECT_MAX_CHARACTERS) -> str:
    """Text that is safe in a header: no line breaks, no control or direction-turning characters, at most `limit`."""
    line = " ".join(_plain(text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def written_language(language: str) -> str:
    """The language a mail is written in: the recipient's when it is whole, otherwise Swedish."""
    return language if language in settings.MENU_LANGUAGES else settings.LANGUAGE_CODE


def compose(letter: Letter, *, to: str, message_id: str, stop_url: str = "", connection=None) -> EmailMultiAlternatives:
    """The message to send to `to`, in the active language. stop_url: stops such mails; "" for necessary ones."""
    says = {
        "subject": one_line(letter.subject),
        "lines": [_plain(line) for line in letter.lines],
        "button": letter.button,
        "footer": [_plain(line) for line in letter.footer],
        "stop_url": stop_url,
        "report_url": absolute(reverse("pages:report")),
        "language": get_language(),
        "direction": "rtl" if get_language_bidi() else "ltr",
    }
    message = EmailMultiAlternatives(
        subject=says["subject"],
        body=render_to_string("mail/letter.txt", says).strip() + "\n",
        to=[to],
        headers={
            **automatic_headers(message_id),
            **_stopping_headers(stop_url),
            "Content-Language": says["language"],
        },
        connection=connection,
    )
    message.attach_alternative(render_to_string("mail/letter.html", says), "text/html")
    return message


def automatic_headers(message_id: str) -> dict[str, str]:
    """Headers of every mail we send: RFC 3834, so that nobody's holiday answer comes back, and the fixed id."""
    return {"Message-ID": message_id, "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def _stopping_headers(stop_url: str) -> dict[str, str]:
    """RFC 8058: the mail program shows its own button and POSTs to the address, without opening a page."""
    if not stop_url:
        return {}
    return {"List-Unsubscribe": f"<{stop_url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _plain(text: str) -> str:
    """Without control characters other than white space, halves of characters, and direction turners."""
    return "".join(
        letter
        for letter in str(text)
        if letter.isspace() or (letter not in _TURNING and unicodedata.category(letter) not in ("Cc", "Cs"))
    )
