"""Mail in, before and after it is understood: stored whole first, worked under a lease, forgotten in time (design §7).

Whatever door a mail comes by ends in `store`, which commits the bytes and nothing else. A worker takes a row
(committed), works it in email_in.py and marks it; one that dies leaves an ended lease, and the sweep takes it again.
"""

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from email.parser import BytesHeaderParser

from allauth.account.models import EmailAddress
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from chat.models import BouncedAddress, InboundMail, Participant
from motesplats import audit, dispatch
from motesplats.mail_headers import addresses, message_ids
from motesplats.mail_reading import MAIL_MAX_BYTES
from motesplats.models import User
from motesplats.sealing import seal_bytes, unseal_bytes
from seekers.help_requests import StateConflict

log = logging.getLogger(__name__)
State, Reason = InboundMail.State, InboundMail.Reason

TASK = "chat.tasks.work_inbound"
RETRY_AFTER = tuple(timedelta(seconds=s) for s in (30, 60, 300, 900, 3600, 10_800, 43_200))
MAX_ATTEMPTS = len(RETRY_AFTER) + 1
SLOW = timedelta(seconds=30)
LATE = timedelta(minutes=10)
RAW_KEPT, QUARANTINE_KEPT = timedelta(days=7), timedelta(days=30)
AT_ONCE = 100
_PURPOSE = "inbound mail"
_HEAD_BYTES = 64 * 1024


class Later(Exception):
    """Not now, and nobody's fault: the person writes faster than the house allows. at: when it is this mail's turn."""

    def __init__(self, at: datetime | None = None):
        super().__init__()
        self.at = at


# --- in --------------------------------------------------------------------------------------------------------------


def store(raw: bytes, *, door: str, recipient: str = "", is_whole: bool = True) -> InboundMail:
    """Keep a mail as it came, and COMMIT; call it outside any transaction. -> its row, the old one if it came before.

    recipient: where the mail server delivered it (a header may not say). is_whole: False for a mail of which the door
    has only taken the head, as it is too large. Beyond 25 MB only the head is kept. Raises only what the database does.
    """
    is_whole = is_whole and len(raw) <= MAIL_MAX_BYTES
    head = BytesHeaderParser().parsebytes(raw[:_HEAD_BYTES])
    kept = raw if is_whole else raw[:_HEAD_BYTES].rpartition(b"\n")[0]
    row = InboundMail(
        door=door,
        sha256=hashlib.sha256(raw).hexdigest(),
        message_id=_short(next(iter(message_ids(head, "Message-ID")), "")),
        sender=next(iter(addresses(head, "From")), "")[:254],
        raw=seal_bytes(_delivered_to(recipient) + kept, purpose=_PURPOSE),
        is_head_only=not is_whole,
    )
    with transaction.atomic(durable=True):
        InboundMail.objects.bulk_create([row], ignore_conflicts=True)
        stored = InboundMail.objects.defer("raw").get(_same_as(row))
        transaction.on_commit(lambda: dispatch.hand_over(stored.pk, task=TASK), robust=True)
    return stored


def _same_as(row: InboundMail) -> Q:
    same = Q(sha256=row.sha256)
    if not row.message_id or InboundMail.objects.filter(same).exists():
        return same
    return Q(message_id=row.message_id)


def _short(message_id: str) -> str:
    is_long = len(message_id) > 200
    return hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest() if is_long else message_id


def _delivered_to(recipient: str) -> bytes:
    written = "".join(recipient.split())[:320]
    return f"X-Original-To: {written}\r\n".encode("ascii", "replace") if written else b""


def raw_of(row: InboundMail) -> bytes | None:
    """The mail as it came; None when its time is out or the key has changed."""
    if row.raw is None:
        return None
    try:
        return unseal_bytes(row.raw, purpose=_PURPOSE)
    except InvalidToken:
        return None


# --- worked under a lease --------------------------------------------------------------------------------------------


def work(row_id: int, by: Callable[[InboundMail], None]) -> bool:
    """Have `by` work this mail if it waits and nobody else has it. -> whether it was so. Not inside a transaction."""
    row = _take(Q(pk=row_id))
    if row is not None:
        _do(row, by)
    return row is not None


def work_due(by: Callable[[InboundMail], None]) -> int:
    """One round over what waits, oldest first: what a lost task missed and a dead worker left. -> how many."""
    done = 0
    while done < AT_ONCE and (row := _take(Q())) is not None:
        _do(row, by)
        done += 1
    return done


def _take(which: Q) -> InboundMail | None:
    now = timezone.now()
    with transaction.atomic(durable=True):
        free = InboundMail.objects.select_for_update(skip_locked=True, of=("self",))
        row = free.filter(which, state=State.QUEUED, due_at__lte=now).order_by("due_at", "pk").first()
        if row is None:
            return None
        row.due_at, row.attempts = now + settings.INBOUND_LEASE, row.attempts + 1
        InboundMail.objects.filter(pk=row.pk).update(due_at=row.due_at, attempts=F("attempts") + 1)
    return row


def _do(row: InboundMail, by: Callable[[InboundMail], None]) -> None:
    try:
        if row.attempts > MAX_ATTEMPTS:  # every attempt ended without a word: it kills its workers
            end(row, State.FAILED, Reason.BROKEN)
        else:
            by(row)
    except Later as later:
        _change(row, due_at=later.at or timezone.now() + SLOW, attempts=row.attempts - 1)
    except (OperationalError, InterfaceError) as problem:  # the lease ends by itself
        log.warning("incoming mail %s waits: %s", row.pk, type(problem).__name__)
    except Exception as problem:  # whatever one mail does must not stop the others; a traceback could show its text
        log.error("incoming mail %s: attempt %s: %s", row.pk, row.attempts, type(problem).__name__)
        if row.attempts >= MAX_ATTEMPTS:
            end(row, State.FAILED, Reason.BROKEN)
        else:
            _change(row, due_at=timezone.now() + RETRY_AFTER[row.attempts - 1])


def end(row: InboundMail, state: str, reason: str = "", **fields) -> bool:
    """Mark how it went, if we still hold the lease. False: another worker has the mail now."""
    return _change(row, state=state, reason=reason, **fields)


def turn_after_others(row: InboundMail, *, gap: timedelta) -> datetime:
    """When this mail's turn is if those of the same participant that wait go first, one each `gap`."""
    waiting = InboundMail.objects.filter(participant=row.participant_id, state=State.QUEUED).exclude(pk=row.pk)
    last = waiting.aggregate(last=Max("due_at"))["last"]
    soonest = timezone.now() + SLOW
    return max(soonest, last + gap) if last else soonest


def note(row: InboundMail, **fields) -> None:
    """Write down what is known of a mail on the way. Raises Later when another worker has it now."""
    if not _change(row, **fields):
        raise Later


def _change(row: InboundMail, **fields) -> bool:
    held = InboundMail.objects.filter(pk=row.pk, state=State.QUEUED, due_at=row.due_at)
    if not held.update(**fields):
        return False
    for name, value in fields.items():
        setattr(row, name, value)
    return True


def oldest_waiting() -> timedelta | None:
    """How long the oldest mail has waited to be worked; None when none waits.

    One that waits for its sender's pace does not count: that says nothing about our house.
    """
    now = timezone.now()
    waiting = InboundMail.objects.filter(state=State.QUEUED)
    waiting = waiting.exclude(participant__isnull=False, attempts=0, due_at__gt=now)
    oldest = waiting.order_by("received_at").defer("raw").first()
    return now - oldest.received_at if oldest else None


def flows() -> bool:
    """False when a mail has waited for more than ten minutes to be worked."""
    waited = oldest_waiting()
    return waited is None or waited <= LATE


# --- staff -----------------------------------------------------------------------------------------------------------


def deliver(row: InboundMail, *, by: User) -> None:
    """Staff say: this is that person's own word. It goes into the chat as if all had fitted. Raises StateConflict."""
    if row.participant_id is None:
        raise StateConflict
    _by_staff(row, "delivered", by, [State.QUARANTINED], state=State.QUEUED, reason=Reason.DELIVER, attempts=0)


def try_again(row: InboundMail, *, by: User) -> None:
    """Staff say: work once more what we failed with. Raises StateConflict."""
    _by_staff(row, "tried_again", by, [State.FAILED], state=State.QUEUED, reason=Reason.NONE, attempts=0)


def throw_away(row: InboundMail, *, by: User) -> None:
    """Staff say: nobody needs this. Its bytes go now. Raises StateConflict."""
    fields = {"state": State.DROPPED, "reason": Reason.BY_STAFF, "raw": None, "refused": []}
    _by_staff(row, "thrown_away", by, [State.QUARANTINED, State.FAILED], **fields)


def answered(row: InboundMail, *, by: User) -> None:
    """Staff have written to the sender. Raises StateConflict."""
    fields = {"state": State.HANDLED, "reason": Reason.ANSWERED}
    _by_staff(row, "answered", by, [State.QUARANTINED, State.FAILED], **fields)


def _by_staff(row: InboundMail, did: str, by: User, from_states: list, **fields) -> None:
    with transaction.atomic():
        mine = InboundMail.objects.filter(pk=row.pk, state__in=from_states)
        if not mine.update(due_at=timezone.now(), **fields):
            raise StateConflict
        audit.record(f"inbound.{did}", actor=by, about=("inboundmail", row.public_id))
        if fields["state"] == State.QUEUED:
            transaction.on_commit(lambda: dispatch.hand_over(row.pk, task=TASK), robust=True)


def opened(row: InboundMail, *, by: User, reason: str) -> None:
    """Staff read all of a mail, for a reason that is written down."""
    audit.record("inbound.opened", actor=by, about=("inboundmail", row.public_id), reason=reason)


# --- for how long ----------------------------------------------------------------------------------------------------


def forget_old() -> int:
    """Bytes go after 7 days, of mails held back or not worked after 30; then the rows go too. -> how many changed."""
    now = timezone.now()
    waiting = Q(state__in=[State.QUARANTINED, State.FAILED, State.QUEUED])
    gone, _by_model = InboundMail.objects.filter(received_at__lt=now - QUARANTINE_KEPT).delete()
    old = InboundMail.objects.filter(received_at__lt=now - RAW_KEPT, raw__isnull=False).exclude(waiting)
    return gone + old.update(raw=None, sender="", refused=[])


def export(person: User) -> list[dict]:
    """When mails of this person came and what became of them, ready for JSON. Their words stand in the chats."""
    rows = InboundMail.objects.filter(participant__user=person).defer("raw").order_by("pk")
    return [{"at": row.received_at.isoformat(), "state": row.state, "reason": row.reason} for row in rows]


def erase(person: User) -> None:
    """Bytes and addresses of this person's mails go now. Call it before the account forgets its own addresses.

    Their reply addresses end with their chats (conversations.erase). Safe to run twice.
    """
    mine = Participant.objects.filter(user=person)
    written = [person.email or "", *EmailAddress.objects.filter(user=person).values_list("email", flat=True)]
    own = [address.lower() for address in written if address]
    rows = InboundMail.objects.filter(Q(participant__in=mine) | Q(sender__in=own))
    rows.filter(state__in=[State.QUEUED, State.QUARANTINED, State.FAILED]).update(state=State.DROPPED)
    rows.update(raw=None, sender="", refused=[], message_id="", digest="")
    BouncedAddress.objects.filter(user=person).delete()
