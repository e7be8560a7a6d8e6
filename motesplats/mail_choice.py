"""What somebody wants by mail: the words of the chat or not, how soon, everything or only what is necessary.

Floor 0, because the outbox asks before every mail leaves. Necessary is what nobody can stop: codes, receipts of what
somebody did or agreed on, what is changed or called off, an apology, safety, and work that waits at IM. Each kind of
mail says so where it is registered. All others carry an address that stops them without a login (RFC 8058).
"""

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from motesplats import audit
from motesplats.letters import absolute
from motesplats.models import MailChoice, User

Pace = MailChoice.Pace
STOP, NO_TEXT = "stop", "no_text"  # what a signed address does
_SALT = "motesplats.mail_choice"


def of(person: User) -> MailChoice:
    """What this person chose; for who never chose, how it is then."""
    try:
        return person.mail_choice
    except MailChoice.DoesNotExist:
        return MailChoice(user=person)


def has_text(person: User) -> bool:
    """Wants the words of the chat in the mail, and may answer it."""
    return of(person).text_since is not None


def is_stopped(person: User) -> bool:
    """Gets only necessary mails."""
    return of(person).stopped_at is not None


def choose(person: User, *, pace: Pace, has_text: bool) -> None:
    """Set what comes and how soon. Choosing the text has been explained to them; the form sees to that."""
    with transaction.atomic():
        before = _locked(person)
        since = (before.text_since or timezone.now()) if has_text else None
        if (before.pace, before.text_since) != (pace, since):
            _write(person, pace=pace, text_since=since)
            audit.record("mail.chosen", actor=person, about=("user", person.pk), pace=pace, has_text=has_text)


def stop_text(person: User, *, by: User | None) -> bool:
    """No more words of the chat in mails. -> False when there were none. by: None through the address in a mail."""
    return _turn(person, "mail.text_stopped", by, {"text_since": None}, text_since__isnull=False)


def stop(person: User, *, by: User | None) -> bool:
    """Only necessary mails from now on, also of those that wait to leave. -> False when it was so already."""
    return _turn(person, "mail.stopped", by, {"stopped_at": timezone.now()}, stopped_at=None)


def start(person: User, *, by: User | None) -> bool:
    """All mails again, as chosen before. -> False when they were not stopped."""
    return _turn(person, "mail.started", by, {"stopped_at": None}, stopped_at__isnull=False)


def _turn(person: User, action: str, by: User | None, fields: dict, **was) -> bool:
    with transaction.atomic():
        _ensure(person)
        if not MailChoice.objects.filter(pk=person.pk, **was).update(**fields):
            return False
        audit.record(action, actor=by, about=("user", person.pk))
    _forget_cached(person)
    return True


def _locked(person: User) -> MailChoice:
    _ensure(person)
    return MailChoice.objects.select_for_update().get(pk=person.pk)


def _ensure(person: User) -> None:
    MailChoice.objects.bulk_create([MailChoice(user=person)], ignore_conflicts=True)


def _write(person: User, **fields) -> None:
    MailChoice.objects.filter(pk=person.pk).update(**fields)
    _forget_cached(person)


def _forget_cached(person: User) -> None:
    person._state.fields_cache.pop("mail_choice", None)


# --- the address in a mail -------------------------------------------------------------------------------------------


def stop_url(person: User, what: str = STOP) -> str:
    """The address that stops all but necessary mails (or only the text in them), in the active language.

    It works without a login and for ever, and it can do nothing else.
    """
    return absolute(reverse("mail_stop", args=[_signer().sign_object([person.pk, what])]))


def read_token(token: str) -> tuple[User, str] | None:
    """Whose address this is and what it does; None when it is forged or the person is gone."""
    try:
        pk, what = _signer().unsign_object(token)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    person = User.objects.filter(pk=pk, erased_at=None).select_related("mail_choice").first()
    return (person, what) if person else None


def _signer() -> signing.Signer:
    return signing.Signer(salt=_SALT)
