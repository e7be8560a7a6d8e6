"""The audit trail: one row for each change of state, in the transaction of the change."""

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.db import transaction
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


def seal(*, older_than: timedelta = timedelta(minutes=1), limit: int = 1000) -> int:
    """Chain the oldest unsealed entries: each seal hashes the entry and the seal before it. -> how many.

    Runs outside the hot transactions; a row is sealed only when a minute old, so that no earlier id can still commit.
    """
    with transaction.atomic():
        before = AuditEntry.objects.exclude(seal="").select_for_update().order_by("-pk").first()
        last = before.seal if before else ""
        rows = list(
            AuditEntry.objects.filter(seal="", at__lt=timezone.now() - older_than).order_by("pk")[:limit]
        )
        for row in rows:
            last = row.seal = _seal_of(row, last)
        AuditEntry.objects.bulk_update(rows, ["seal"])
    return len(rows)


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
