"""A mail of ours came back: the address is marked, the other side of each open chat hears of it, IM sees it.

From then on the outbox sends nothing there but codes (motesplats/reach.py).
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from chat import lines, reply_address, threads
from chat.models import BouncedAddress, Conversation, Participant, Refusal
from motesplats import audit, outbox, reach
from motesplats.mail_reading import IncomingMail
from motesplats.models import OutboxMail, User

STRANGERS_KEPT = timedelta(days=30)
BELIEVED_FOR = timedelta(days=7)  # servers try for five days; a mail passed on later must give nobody its id to use


def test_in(mail: IncomingMail) -> str:
    """The nonce of our test mail (round_trip.py) that this bounce gives back, else "": its address is no person's."""
    if not mail.about_message_id:
        return ""
    sent = OutboxMail.objects.filter(message_id=mail.about_message_id).first()
    return reply_address.test_in(sent.to_email) if sent else ""


def note(mail: IncomingMail) -> bool:
    """Mark the address that a mail of ours did not reach, for good. -> False when this bounce says no such thing.

    Believed only about a mail that we sent this week: its Message-ID is random, and known to whoever got it alone. A
    full mailbox or a refused text is no reason to mark anybody. Call inside a transaction. Safe to repeat.
    """
    status = next((failure.status for failure in mail.failures if failure.is_hard), None)
    if status is None or not mail.about_message_id:
        return False
    sent = OutboxMail.objects.select_related("to_user").filter(message_id=mail.about_message_id).first()
    address = sent and (sent.to_email or (sent.to_user.email if sent.to_user else "") or "").lower()
    if not address or _has_moved(sent) or (sent.sent_at or sent.created_at) < timezone.now() - BELIEVED_FOR:
        return False
    person = sent.to_user or User.objects.filter(email=address).first()
    if person is None and sent.kind == outbox.STORED:  # a code to an address that somebody mistyped
        return False
    row, made = BouncedAddress.objects.get_or_create(address=address, defaults={"user": person, "status": status})
    if made and person:
        audit.record("address.bounced", actor=None, about=("user", person.pk), status=status)
        _tell(person, occasion=f"{row.pk}")
    return True


def forget_old() -> int:
    """An address that is no person's is tried again after 30 days. -> how many. Safe to run twice."""
    old = BouncedAddress.objects.filter(user=None, at__lt=timezone.now() - STRANGERS_KEPT)
    return old.delete()[0]


def _has_moved(sent: OutboxMail) -> bool:
    """Whether its person has proved another address since it left: then it is not this one that is silent."""
    if sent.to_email or sent.to_user is None:
        return False
    return audit.was_done(
        "account.address_changed", about=("user", sent.to_user.pk), since=sent.sent_at or sent.created_at
    )


def _tell(person: User, *, occasion: str) -> None:
    mine = Participant.objects.filter(user=person, left_at=None, can_write=True).values("conversation")
    open_now = Conversation.objects.filter(pk__in=mine).exclude(refusal=Refusal.CLOSED).select_related("request__owner")
    for conversation in open_now.select_for_update(of=("self",)).order_by("pk"):
        is_asker = conversation.request.owner_id == person.pk
        code = "mail_bounced" if is_asker else "helper_mail_bounced"
        lines.add(conversation, code, occasion=occasion, name=person.display_name)
        threads.shown_anew(conversation)


def heard_from(addresses: tuple[str, ...]) -> None:
    """Mail came from these addresses: they live."""
    for address in BouncedAddress.objects.filter(address__in=addresses).values_list("address", flat=True):
        reach.is_proved(address)


def silent_since(address: str) -> datetime | None:
    """When a mail to this address (lower-case) came back for good; None when something since says that it lives."""
    return BouncedAddress.objects.filter(address=address).values_list("at", flat=True).first()


def forget(address: str) -> None:
    """The address lives. Safe to repeat."""
    BouncedAddress.objects.filter(address=address).delete()


def with_reach(participants: QuerySet[Participant]) -> QuerySet[Participant]:
    """Each with `is_silent`: no mail reaches this person."""
    return participants.annotate(is_silent=Exists(BouncedAddress.objects.filter(address=OuterRef("user__email"))))


def waiting() -> QuerySet[BouncedAddress]:
    """Addresses that staff have not seen to, the newest first."""
    return BouncedAddress.objects.filter(handled_at=None).order_by("-at")


@transaction.atomic
def clear(row: BouncedAddress, *, by: User) -> bool:
    """Staff say: mail may go there again, and what was kept back leaves. -> False when somebody had before."""
    if not BouncedAddress.objects.filter(pk=row.pk).delete()[0]:
        return False
    audit.record("address.cleared", actor=by, about=("user", row.user_id or 0))
    reach.is_proved(row.address)
    return True


def handle(row: BouncedAddress, *, by: User) -> bool:
    """Staff have found another way; no mail goes to the address all the same. -> False when somebody had before."""
    if not BouncedAddress.objects.filter(pk=row.pk, handled_at=None).update(handled_at=timezone.now()):
        return False
    audit.record("address.handled", actor=by, about=("user", row.user_id or 0))
    return True
