"""How a mail looks: a `Letter` in words becomes one message with a text and an HTML version.

Text is first-class; the HTML says the same with one button and is written so that Outlook shows it.
"""

import unicodedata
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi

from motesplats.reply_text import delimiter_line

SUBJECT_MAX_CHARACTERS = 80
# Characters that turn the direction of what follows: with them a name could make a subject read as something else.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e")


@dataclass(frozen=True)
class Words:
    """Words in one language. lang: "" when unknown; direction: of the text itself unless it is known."""

    text: str
    lang: str = ""
    direction: str = "auto"


@dataclass(frozen=True)
class Saying:
    """What somebody said in a chat, as a mail shows it. name: "" for the house. link: where more of it is, or ""."""

    name: str
    at: str
    words: list[Words]
    link: str = ""


@dataclass(frozen=True)
class Talk:
    """The part of a mail that holds the words of a chat.

    thread: the same text for all mails that shall lie in one thread. answers_to: the address that takes answers; "": it
    cannot be answered, then there is no delimiter either. quoted: what the reader wrote last, one line or "".
    more: a sentence when not everything fits. no_text_url: from there on mails come without the words.
    """

    thread: str
    sayings: list[Saying]
    no_text_url: str
    answers_to: str = ""
    quoted: str = ""
    more: str = ""


@dataclass
class Letter:
    """What a mail says, in the language that is active while it is rendered.

    subject: no names of people, no text that people wrote (it shows on a locked phone). lines: one paragraph each.
    talk: what was said in a chat, after the lines. places: (words, label, absolute URL) each, where the mail leads to
    several. button: (label, absolute URL). footer: paragraphs in small print
    above who we are. headers: instead of or besides those that every mail has.
    """

    subject: str
    lines: list[str]
    button: tuple[str, str] | None = None
    footer: list[str] = field(default_factory=list)
    talk: Talk | None = None
    headers: dict[str, str] = field(default_factory=dict)
    places: list[tuple[str, str, str]] = field(default_factory=list)


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
        "talk": letter.talk and _plain_talk(letter.talk),
        "first_line": delimiter_line(get_language()) if letter.talk and letter.talk.answers_to else "",
        "places": [(_plain(words), label, url) for words, label, url in letter.places],
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
        reply_to=[letter.talk.answers_to] if letter.talk and letter.talk.answers_to else None,
        headers={
            **automatic_headers(message_id),
            **_stopping_headers(stop_url),
            **_thread_headers(letter.talk),
            "Content-Language": says["language"],
            **letter.headers,
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


def _thread_headers(talk: Talk | None) -> dict[str, str]:
    """Every mail of a thread answers the same mail, which was never sent: so any of them may be lost or come late."""
    if talk is None:
        return {}
    root = f"<{talk.thread}@{urlsplit(settings.PUBLIC_URL).hostname}>"
    return {"In-Reply-To": root, "References": root}


def _plain_talk(talk: Talk) -> Talk:
    sayings = [
        replace(saying, name=_plain(saying.name), words=[replace(one, text=_plain(one.text)) for one in saying.words])
        for saying in talk.sayings
    ]
    return replace(talk, sayings=sayings, quoted=_plain(talk.quoted))


def _plain(text: str) -> str:
    """Without control characters other than white space, halves of characters, and direction turners."""
    return "".join(
        letter
        for letter in str(text)
        if letter.isspace() or (letter not in _TURNING and unicodedata.category(letter) not in ("Cc", "Cs"))
    )
