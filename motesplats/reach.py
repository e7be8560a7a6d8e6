"""Addresses that take no mail: nothing but codes leaves for them until they are proved anew or staff say so.

Only the floor that reads what comes back (chat/bounces.py) knows which they are. It says so at the start, as the kinds
of mail do; the outbox and the codes ask here.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from django.db.models import Q
from django.utils import timezone

from motesplats.models import OutboxMail, User

SILENT = "AddressTakesNoMail"  # the error of a mail that was kept back
State = OutboxMail.State


class Source(Protocol):
    silent_since: Callable[[str], datetime | None]
    forget: Callable[[str], None]


_sources: list[Source] = []


def told_by(source: Source) -> None:
    """Called once, in `AppConfig.ready()` of the app that knows. The last one counts."""
    _sources[:] = [source]


def is_silent(address: str) -> bool:
    """Whether mail to this address comes back. One query."""
    return silent_since(address) is not None


def silent_since(address: str) -> datetime | None:
    """When the first mail came back of those that say so; None while mail arrives. One query."""
    found = [source.silent_since(address.lower()) for source in _sources] if address else []
    return next(filter(None, found), None)


def is_proved(address: str) -> None:
    """Somebody has shown that mail arrives there: it may go there again, and what was kept back leaves now.

    Each mail is asked once more whether it is still wanted, as always. Safe to repeat.
    """
    for source in _sources:
        source.forget(address.lower())
    theirs = User.objects.filter(email=address.lower())
    kept = OutboxMail.objects.filter(Q(to_email__iexact=address) | Q(to_email="", to_user__in=theirs))
    kept = kept.filter(state=State.UNWANTED, last_error=SILENT)
    kept.update(state=State.PENDING, next_at=timezone.now(), attempts=0, last_error="")
