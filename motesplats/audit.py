"""The audit trail: one row for each change of state, in the transaction of the change."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from motesplats.models import AuditEntry


def record(action: str, *, actor, about: tuple[str, Any], **data) -> AuditEntry:
    """Write down that `actor` (User, or None for the clock) did `action` to `about` = (kind, public id).

    `data` holds codes, numbers and instants as ISO text. Never text that people wrote.
    """
    kind, about_id = about
    return AuditEntry.objects.create(
        actor_id=getattr(actor, "pk", None), action=action, about_kind=kind, about_id=str(about_id), data=data
    )


def was_done(action: str, *, about: tuple[str, Any], since: datetime) -> bool:
    """Whether anybody did `action` to `about` after `since`. One query by the index of things."""
    kind, about_id = about
    return AuditEntry.objects.filter(about_kind=kind, about_id=str(about_id), action=action, at__gt=since).exists()


def seal(*, older_than: timedelta = timedelta(minutes=1), limit: int = 1000) -> int:
    """Chain the oldest unsealed entries: each seal hashes the entry and the seal before it. -> how many.

    Runs outside the hot transactions, one at a time: the first entry of the trail is the lock.
    """
    with transaction.atomic():
        if not AuditEntry.objects.select_for_update().order_by("pk").first():
            return 0
        before = AuditEntry.objects.exclude(seal="").order_by("-pk").first()
        last = before.seal if before else ""
        settled = AuditEntry.objects.filter(seal="", at__lt=_oldest_open_transaction() - older_than)
        rows = list(settled.order_by("pk")[:limit])
        for row in rows:
            last = row.seal = _seal_of(row, last)
        AuditEntry.objects.bulk_update(rows, ["seal"])
    return len(rows)


def _oldest_open_transaction() -> datetime:
    """No entry made before this instant can still appear: numbers are given at INSERT, rows are seen at COMMIT.

    SQLite has one writer at a time, so there it is now.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(xact_start) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
        )
        (started,) = cursor.fetchone()
    return min(started or timezone.now(), timezone.now())


def broken_seals() -> list[int]:
    """The ids of entries whose seal does not follow from the one before: somebody has changed the trail."""
    wrong, last = [], ""
    for row in AuditEntry.objects.exclude(seal="").order_by("pk").iterator():
        if row.seal != _seal_of(row, last):
            wrong.append(row.pk)
        last = row.seal
    return wrong


def _seal_of(row: AuditEntry, before: str) -> str:
    said = json.dumps(
        [before, row.pk, row.at.isoformat(), row.actor_id, row.action, row.about_kind, row.about_id, row.data],
        sort_keys=True,
    )
    return hashlib.sha256(said.encode()).hexdigest()
