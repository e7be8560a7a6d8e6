"""Where the demo's mails go: into VAR_DIR/mail for `/demo/mejl/`, with one line each on the console."""

import secrets
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

KEPT = 300


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail as somebody would read it. `text` is its plain version; `language` as its header says."""

    to: str
    subject: str
    at: datetime
    text: str
    language: str


class KeepingEmailBackend(BaseEmailBackend):
    """`DELIVERY_EMAIL_BACKEND` of the demo: one file and one line on the console for each mail."""

    def send_messages(self, email_messages) -> int:
        for message in email_messages:
            keep(message, at=timezone.now())
            sys.stdout.write(f"Mail to {', '.join(message.to)}: {message.subject}   (read it on /demo/mejl/)\n")
        return len(email_messages)


def folder() -> Path:
    return settings.VAR_DIR / "mail"


def keep(message, *, at: datetime) -> None:
    """Write the mail down as sent at `at`; the oldest beyond 300 go. Whole or not at all: readers may look any time."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    message.extra_headers["Date"] = format_datetime(at)
    # two mails of one instant keep their order; the clock of the machine is the same in every process
    name = f"{int(at.timestamp() * 1_000_000):017}-{time.monotonic_ns():020}-{secrets.token_hex(4)}"
    unfinished = folder() / f"{name}.part"
    unfinished.write_bytes(message.message().as_bytes())
    unfinished.rename(folder() / f"{name}.eml")
    for old in _files()[KEPT:]:
        old.unlink(missing_ok=True)


def kept(*, to: str = "", limit: int = 60) -> list[KeptMail]:
    """The newest mails, newest first; only those to the address `to` when given."""
    found = []
    for path in _files():
        if len(found) == limit:
            break
        mail = _read(path)
        if not to or mail.to.lower() == to.lower():
            found.append(mail)
    return found


def forget_all() -> None:
    """Throw all kept mails away."""
    for path in _files():
        path.unlink(missing_ok=True)


def _files() -> list[Path]:
    return sorted(folder().glob("*.eml"), reverse=True)


def _read(path: Path) -> KeptMail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain", "html"))
    return KeptMail(
        to=str(message["to"]),
        subject=str(message["subject"]),
        at=parsedate_to_datetime(str(message["date"])),
        text=body.get_content().strip() if body else "",
        language=str(message.get("content-language", "")),
    )
