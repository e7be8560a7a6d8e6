"""The door for a mailbox at any provider: looked into every minute, each mail stored before it is taken away there.

By UID, so that another program in the same mailbox does no harm. A mailbox that does not answer holds nobody up for
longer than its time, and the next round begins with the one that has waited longest.
"""

import imaplib
import logging
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings
from django.utils import timezone

from chat import email_in
from chat.models import InboundMail, MailboxPoll
from motesplats.mail_reading import MAIL_MAX_BYTES

log = logging.getLogger(__name__)

ANSWER_SECONDS = 10
MAILBOX_SECONDS, ROUND_SECONDS = 20, 35  # inside Celery's limit of 45
AT_ONCE = 50
FRESH = timedelta(minutes=5)
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_NEVER = datetime.min.replace(tzinfo=UTC)


class Unsafe(Exception):
    """The server takes a password only in the clear."""


@dataclass(frozen=True)
class Mailbox:
    """One of IMAP_MAILBOXES. move_to: the folder where read mails go; "" = they are deleted."""

    host: str
    port: int
    is_encrypted: bool
    user: str
    password: str = field(repr=False)
    folder: str
    move_to: str

    @property
    def name(self) -> str:
        return f"{self.user}@{self.host}/{self.folder}"[:200]


def mailboxes() -> list[Mailbox]:
    """The mailboxes we look into, as the settings say."""
    return [_mailbox(url) for url in settings.IMAP_MAILBOXES]


def _mailbox(url: str) -> Mailbox:
    """imaps://user:password@host:993/INBOX?move=Klart. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise ValueError("IMAP_MAILBOXES: write imaps://user:password@host/INBOX")
    is_encrypted = parts.scheme == "imaps"
    return Mailbox(
        host=parts.hostname,
        port=parts.port or (993 if is_encrypted else 143),
        is_encrypted=is_encrypted,
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        move_to=parse_qs(parts.query).get("move", [""])[0],
    )


def poll_all() -> int:
    """Look into every mailbox, the one that has waited longest first. -> how many mails were stored. Safe to repeat."""
    polled = dict(MailboxPoll.objects.values_list("name", "tried_at"))
    ends_at, taken = time.monotonic() + ROUND_SECONDS, 0
    for mailbox in sorted(mailboxes(), key=lambda one: polled.get(one.name) or _NEVER):
        seconds = min(MAILBOX_SECONDS, ends_at - time.monotonic())
        if seconds <= 1:
            break
        taken += poll(mailbox, seconds=seconds)
    return taken


def poll(mailbox: Mailbox, *, seconds: float = MAILBOX_SECONDS) -> int:
    """Take what lies in one mailbox, for at most about that long; write down how it went. -> how many mails."""
    now, taken = timezone.now(), 0
    try:
        for _mail in _take_from(mailbox, ends_at=time.monotonic() + seconds):
            taken += 1
    except Exception as problem:  # whatever is wrong with one mailbox must not stop the others
        log.warning("mailbox at %s: %s", mailbox.host, type(problem).__name__)
        MailboxPoll.objects.update_or_create(name=mailbox.name, defaults={"tried_at": now, "error": _code(problem)})
        return taken
    MailboxPoll.objects.update_or_create(name=mailbox.name, defaults={"tried_at": now, "worked_at": now, "error": ""})
    return taken


def _code(problem: Exception) -> str:
    """What went wrong, for errors that staff read: no answer of a server that could hold a mail's words."""
    said = str(problem).upper()
    if isinstance(problem, imaplib.IMAP4.error) and ("AUTH" in said or "LOGIN" in said):
        return "login"
    if isinstance(problem, Unsafe):
        return "unsafe"
    if isinstance(problem, ssl.SSLError):
        return "certificate"
    if isinstance(problem, (imaplib.IMAP4.error, UnicodeError)):  # IMAP takes ASCII alone
        return "refused"
    return "away"


def _take_from(mailbox: Mailbox, *, ends_at: float) -> Iterator[InboundMail]:
    """Each mail: fetched, stored and committed, then taken away there. What is not stored stays, and stops no other."""
    with _logged_in(mailbox) as server:
        _ok(server.select(_quoted(mailbox.folder)))
        found = _ok(server.uid("SEARCH", "UNDELETED"))[0] or b""
        taken, refused = 0, None
        for uid in found.decode().split():
            if time.monotonic() > ends_at or taken == AT_ONCE:
                break
            try:
                if raw := _fetch(server, uid):
                    yield email_in.receive(raw[0], door=InboundMail.Door.IMAP, is_whole=raw[1])
                    taken += 1
                    _take_away(server, uid, mailbox)
            except (OSError, EOFError, imaplib.IMAP4.abort):  # the line is cut: nothing more comes by it
                raise
            except imaplib.IMAP4.error as problem:
                refused = problem
            except Exception as problem:  # a traceback could show its words
                log.error("a mail in the mailbox at %s stays there: %s", mailbox.host, type(problem).__name__)
        if refused:
            raise refused


@contextmanager
def _logged_in(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    context = ssl.create_default_context()
    if mailbox.is_encrypted:
        server = imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=context, timeout=ANSWER_SECONDS)
    else:
        server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=ANSWER_SECONDS)
    try:
        if not mailbox.is_encrypted and mailbox.host not in LOOPBACK:
            if "STARTTLS" not in server.capabilities:
                raise Unsafe
            server.starttls(context)
        _ok(server.login(mailbox.user, mailbox.password))
        yield server
    finally:
        with suppress(OSError, imaplib.IMAP4.error):
            server.logout()
        with suppress(OSError):
            server.shutdown()


def _fetch(server: imaplib.IMAP4, uid: str) -> tuple[bytes, bool] | None:
    """-> (the bytes, whether they are all of the mail); None when another program has just taken it."""
    sizes = [part for part in _ok(server.uid("FETCH", uid, "(RFC822.SIZE)")) if part]
    size = next((int(found[1]) for part in sizes if (found := _SIZE.search(part))), None)
    if size is None:
        return None
    is_whole = size <= MAIL_MAX_BYTES
    parts = _ok(server.uid("FETCH", uid, "(BODY.PEEK[])" if is_whole else "(BODY.PEEK[HEADER])"))
    return next(((part[1], is_whole) for part in parts if isinstance(part, tuple)), None)


def _take_away(server: imaplib.IMAP4, uid: str, mailbox: Mailbox) -> None:
    """Only now: the mail is in our database."""
    if mailbox.move_to and "MOVE" in server.capabilities:
        _ok(server.uid("MOVE", uid, _quoted(mailbox.move_to)))
        return
    if mailbox.move_to:
        _ok(server.uid("COPY", uid, _quoted(mailbox.move_to)))
    _ok(server.uid("STORE", uid, "+FLAGS.SILENT", r"(\Deleted)"))
    _ok(server.uid("EXPUNGE", uid) if "UIDPLUS" in server.capabilities else server.expunge())


def _ok(answer: tuple[str, list]) -> list:
    said, content = answer
    if said != "OK":
        raise imaplib.IMAP4.error("refused")
    return content


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def all_answer() -> bool:
    """False when a mailbox has not been looked into for five minutes. True when there is none."""
    names = [mailbox.name for mailbox in mailboxes()]
    fresh = MailboxPoll.objects.filter(name__in=names, worked_at__gt=timezone.now() - FRESH)
    return fresh.count() == len(set(names))
