"""How many mails may leave in a minute, for all workers together: after an outage the backlog must be no storm.

A place is a gap of time. Mails that leave use up gaps one after the other; after a rest a quarter of a minute's mails
may leave at once. In no 60 seconds do more than MAILS_PER_MINUTE leave.
"""

from datetime import datetime, timedelta

from django.conf import settings

from motesplats.models import OutboxPace

MINUTE = timedelta(minutes=1)
THE_ROW = 1


def take_place(now: datetime) -> bool:
    """One mail wants to leave. False: not now. MAILS_PER_MINUTE = 0: as many as there are.

    Call it in the transaction that takes the mail: two workers never get the same place, and a failure gives it back.
    """
    limit = settings.MAILS_PER_MINUTE
    if not limit:
        return True
    OutboxPace.objects.bulk_create([OutboxPace(pk=THE_ROW, used_until=now)], ignore_conflicts=True)
    used_until = OutboxPace.objects.select_for_update().get(pk=THE_ROW).used_until
    after = next_use(used_until, now=now, limit=limit)
    if after is None:
        return False
    OutboxPace.objects.filter(pk=THE_ROW).update(used_until=after)
    return True


def next_use(used_until: datetime, *, now: datetime, limit: int) -> datetime | None:
    """Up to when the places are used when one more is taken now; None when none is free. limit: places a minute."""
    at_once = max(1, limit // 4)
    gap = MINUTE / max(1, limit - at_once)
    if used_until > now + (at_once - 1) * gap:
        return None
    return max(used_until, now) + gap
