"""Mail out: a row in the transaction that causes it, rendered when sent, delivered once (design §7).

A row is *taken* under a lease (conditional UPDATE, committed), then sent, then marked by whoever still holds that very
lease. A worker that dies leaves an expired lease, which the sweep takes again with the same Message-ID.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, override

from motesplats import dispatch, mail_choice, mail_pace, reach, stored_mail
from motesplats.letters import Letter, compose, written_language
from motesplats.letters import absolute as absolute  # those who write letters import only this module
from motesplats.mail_errors import error_code, explain, is_final
from motesplats.models import OutboxMail, User, random_id

log = logging.getLogger(__name__)
State = OutboxMail.State

RETRY_AFTER = tuple(timedelta(seconds=s) for s in (30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400))
MAX_ATTEMPTS = len(RETRY_AFTER) + 1
OVERDUE = timedelta(minutes=1)  # a mail that has waited this long goes before a new one
ROUND_SECONDS = 30  # a round ends well inside Celery's time limit; the next one goes on
STORED, TEST = "stored", "test"
KEY_MAX_CHARACTERS = 200


Render = Callable[[OutboxMail], Letter]
Question = Callable[[OutboxMail], bool]


@dataclass(frozen=True)
class Kind:
    render: Render
    still_wanted: Question
    is_necessary: bool


_kinds: dict[str, Kind] = {}


def kind(name: str, *, render: Render, still_wanted: Question = lambda mail: True, is_necessary: bool = False) -> None:
    """Register a kind of mail; called in `AppConfig.ready()` of the app that owns it.

    render(mail) runs when the mail is sent, in the recipient's language. still_wanted(mail) is asked just before.
    is_necessary: comes also to who has stopped mails (motesplats/mail_choice.py says what that is).
    """
    _kinds[name] = Kind(render, still_wanted, is_necessary)


def queue(
    name: str, *, to: User | None = None, to_email: str = "", language: str | None = None, dedupe_key: str, **data: Any
) -> OutboxMail | None:
    """Write down that a mail must leave; call it inside the transaction that causes it.

    -> the row, or None when `dedupe_key` is used already, or when the recipient has no address (then the key stays
    free). `data` holds ids and codes, never text that people wrote. `to_email` wins over the address of `to`.
    """
    if name not in _kinds:
        raise LookupError(f"no kind of mail is called {name!r}")
    if not (to_email or (to and to.email)):
        return None
    mail = OutboxMail(
        kind=name,
        to_user=to,
        to_email=to_email,
        language=language or (to.language if to else get_language() or settings.LANGUAGE_CODE),
        data=data,
        dedupe_key=dedupe_key,
        message_id=stored_mail.new_message_id(),
    )
    return _insert(mail)


def _insert(mail: OutboxMail) -> OutboxMail | None:
    """Store the row unless its key exists. ON CONFLICT DO NOTHING leaves the caller's transaction whole."""
    if len(mail.dedupe_key) > KEY_MAX_CHARACTERS:
        raise ValueError("dedupe_key is longer than its column")
    OutboxMail.objects.bulk_create([mail], ignore_conflicts=True)
    made = OutboxMail.objects.filter(
        dedupe_key=mail.dedupe_key, message_id=mail.message_id, created_at=mail.created_at
    ).first()
    if made:
        transaction.on_commit(lambda: dispatch.hand_over(made.pk), robust=True)
    return made


class StoringEmailBackend(BaseEmailBackend):
    """`EMAIL_BACKEND`: mails of Django and allauth (codes) become encrypted rows and leave by the same door."""

    def send_messages(self, email_messages) -> int:
        return sum(self._store(message) for message in email_messages)

    def _store(self, message: EmailMessage) -> bool:
        if not message.recipients():
            return False
        message_id = stored_mail.ensure_message_id(message)
        _insert(
            OutboxMail(
                kind=STORED,
                to_email=stored_mail.bare_address(message.recipients()[0]),
                language=get_language() or settings.LANGUAGE_CODE,
                sealed_body=stored_mail.pack(message),
                dedupe_key=message_id,
                message_id=message_id,
            )
        )
        return True


# --- delivery --------------------------------------------------------------------------------------------------------


def deliver(mail_id: int) -> str | None:
    """Send this mail if it is due and nobody else has it. -> its new state, or None when there was nothing to do.

    Never call it inside a transaction: what it has done must be committed before the next step.
    """
    mail = _take(Q(pk=mail_id))
    if mail is None:
        return None
    with _Post() as post:
        return post.send(mail)


def deliver_new(mail_id: int) -> str | None:
    """Send a mail that was queued just now, as `deliver`; while older ones wait it takes its turn behind them.

    Codes go at once: somebody sits and waits for them.
    """
    now = timezone.now()
    older = OutboxMail.objects.filter(_due(now), created_at__lte=now - OVERDUE).exclude(pk=mail_id)
    if older.exists() and not OutboxMail.objects.filter(pk=mail_id, kind=STORED).exists():
        return None
    return deliver(mail_id)


def deliver_due(limit: int = 200) -> int:
    """One round: send what is due, oldest first, over one connection. -> how many rows were handled.

    Also finds what a lost task missed and what a dead worker left. Ends early when the mail server is away, or when
    MAILS_PER_MINUTE is reached; then only codes still leave.
    """
    handled, ends_at = 0, time.monotonic() + ROUND_SECONDS
    with _Post() as post:
        while handled < limit and time.monotonic() < ends_at and not post.server_is_away:
            mail = _take(Q())
            if mail is None:
                break
            post.send(mail)
            handled += 1
    return handled


def retry(mail_id: int) -> bool:
    """Staff say: try a mail that was given up once more. False when it was not given up, or its text is gone."""
    fresh = {"state": State.PENDING, "attempts": 0, "next_at": timezone.now(), "lease_until": None, "last_error": ""}
    rows = OutboxMail.objects.filter(pk=mail_id, state=State.DEAD).exclude(kind=STORED).update(**fresh)
    if rows:
        transaction.on_commit(lambda: dispatch.hand_over(mail_id), robust=True)
    return bool(rows)


def send_test(to_email: str, language: str = "") -> str:
    """Send a test mail now. -> "" when the mail server took it, else what is wrong, in plain words.

    It is made already taken, so no worker can send it meanwhile, and it is not tried again.
    """
    now = timezone.now()
    mail = OutboxMail.objects.create(
        kind=TEST,
        to_email=to_email,
        language=language or get_language() or settings.LANGUAGE_CODE,
        dedupe_key=f"test:{random_id()}",
        message_id=stored_mail.new_message_id(),
        state=State.SENDING,
        lease_until=now + settings.OUTBOX_LEASE,
        attempts=MAX_ATTEMPTS,
    )
    with _Post() as post:
        post.send(mail)
    return explain(mail.last_error) if mail.state != State.SENT else ""


def oldest_waiting() -> timedelta | None:
    """How long the oldest mail has waited to leave; None when none waits.

    A mail that the recipient's own server refuses for now does not count: that says nothing about our house.
    """
    oldest = _oldest_waiting()
    return timezone.now() - oldest.created_at if oldest else None


def why_waiting() -> str:
    """What went wrong with the mail that has waited longest, as the others stand behind it. "" when nothing."""
    oldest = _oldest_waiting()
    return oldest.last_error if oldest else ""


def _oldest_waiting() -> OutboxMail | None:
    waiting = OutboxMail.objects.filter(state__in=(State.PENDING, State.SENDING))
    return waiting.exclude(last_error__startswith="SMTPRecipientsRefused").order_by("created_at").first()


def _due(now) -> Q:
    return Q(state=State.PENDING, next_at__lte=now) | Q(state=State.SENDING, lease_until__lte=now)


def _take(which: Q) -> OutboxMail | None:
    """Lease the oldest due row of `which`, and COMMIT. Rows another worker is just taking are skipped.

    None also when no more mails may leave just now; codes are sent all the same.
    """
    now = timezone.now()
    with transaction.atomic(durable=True):
        due = OutboxMail.objects.select_for_update(skip_locked=True, of=("self",)).filter(which, _due(now))
        due = due.order_by("created_at", "pk").select_related("to_user__mail_choice")
        mail = due.first()
        if mail and mail.kind != STORED and not mail_pace.take_place(now):
            mail = due.filter(kind=STORED).first()
        if mail is None:
            return None
        lease = now + settings.OUTBOX_LEASE
        taken = OutboxMail.objects.filter(_due(now), pk=mail.pk).update(
            state=State.SENDING, lease_until=lease, attempts=F("attempts") + 1
        )
        mail.state, mail.lease_until, mail.attempts = State.SENDING, lease, mail.attempts + 1
    return mail if taken else None


def _change(mail: OutboxMail, **fields) -> bool:
    """Write `fields` if we still hold the lease we took. False: another worker has the mail now."""
    held = OutboxMail.objects.filter(pk=mail.pk, state=State.SENDING, lease_until=mail.lease_until)
    if not held.update(**fields):
        log.warning("mail %s: the lease was lost", mail.pk)
        return False
    for name, value in fields.items():
        setattr(mail, name, value)
    return True


class _Post:
    """One connection to the mail server, opened when first needed, opened anew after an error."""

    def __init__(self):
        # Four answers (MAIL, RCPT, DATA, end of data) must fit in one lease, so that no lease ends during a send.
        timeout = min(settings.EMAIL_TIMEOUT or 20, settings.OUTBOX_LEASE.total_seconds() / 4)
        self.connection = get_connection(settings.DELIVERY_EMAIL_BACKEND, timeout=timeout)
        self.server_is_away = False

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        self._close()

    def send(self, mail: OutboxMail) -> str | None:
        """Send a mail we hold and write down how it went. -> its new state; None when the lease was lost."""
        if mail.attempts > MAX_ATTEMPTS:  # every attempt ended without a word: it kills its workers
            return self._end(mail, State.DEAD, last_error="interrupted")
        try:
            if not _is_wanted(mail):
                return self._end(mail, State.UNWANTED)
            if mail.kind not in (STORED, TEST) and reach.is_silent(_address(mail)):
                return self._end(mail, State.UNWANTED, last_error=reach.SILENT)
            message = rendered(mail)
            self._open()
            if not _change(mail, lease_until=timezone.now() + settings.OUTBOX_LEASE):
                return None
            self.connection.send_messages([message])
        except Exception as problem:  # whatever a mail server, a template or a missing row throws
            return self._failed(mail, problem)
        return self._end(mail, State.SENT, sent_at=timezone.now(), last_error="")

    def _open(self) -> None:
        try:
            self.connection.open()
        except Exception:
            self.server_is_away = True
            raise

    def _close(self) -> None:
        try:
            self.connection.close()
        except Exception as problem:  # a broken connection may also refuse to say goodbye
            log.info("closing the mail connection: %s", error_code(problem))

    def _failed(self, mail: OutboxMail, problem: Exception) -> str | None:
        self._close()
        said = error_code(problem)
        log.warning("mail %s (%s): attempt %s: %s", mail.pk, mail.kind, mail.attempts, said)
        if self.server_is_away and mail.kind != TEST:  # that says nothing about this mail: it keeps its turn
            kept = {"state": State.PENDING, "attempts": mail.attempts - 1, "lease_until": None, "last_error": said}
            return State.PENDING if _change(mail, **kept) else None
        if is_final(problem) or mail.attempts >= MAX_ATTEMPTS:
            return self._end(mail, State.DEAD, last_error=said)
        next_at = timezone.now() + RETRY_AFTER[mail.attempts - 1]
        later = {"state": State.PENDING, "next_at": next_at, "lease_until": None, "last_error": said}
        return State.PENDING if _change(mail, **later) else None

    @staticmethod
    def _end(mail: OutboxMail, state: State, **fields) -> str | None:
        """Sent, unwanted or given up: in each case the stored text is no longer needed."""
        return state if _change(mail, state=state, lease_until=None, sealed_body=None, **fields) else None


def _is_wanted(mail: OutboxMail) -> bool:
    person = mail.to_user
    if person and (not person.is_active or person.erased_at):
        return False
    if not _address(mail):
        return False
    if mail.kind == STORED:
        return True
    if _may_be_stopped(mail) and mail_choice.is_stopped(person):
        return False
    return _kinds[mail.kind].still_wanted(mail)


def _may_be_stopped(mail: OutboxMail) -> bool:
    return mail.to_user is not None and not _kinds[mail.kind].is_necessary


def _address(mail: OutboxMail) -> str:
    return mail.to_email or (mail.to_user.email if mail.to_user else None) or ""


def rendered(mail: OutboxMail) -> EmailMessage:
    """The mail as it would leave now, in its recipient's language."""
    if mail.kind == STORED:
        return stored_mail.unpack(mail.sealed_body, message_id=mail.message_id)
    with override(written_language(mail.language)):
        stop_url = mail_choice.stop_url(mail.to_user) if _may_be_stopped(mail) else ""
        letter = _kinds[mail.kind].render(mail)
        return compose(letter, to=_address(mail), message_id=mail.message_id, stop_url=stop_url)
