"""Does an answer by mail find its way? A mail of ours goes to our own reply address; how it went is said in words."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat import imap_door, inbound, mail_hooks, mail_trust, reply_address
from chat.models import InboundMail, MailboxPoll
from motesplats import audit, outbox
from motesplats.mail_errors import explain
from motesplats.mail_reading import read_mail
from motesplats.models import OutboxMail, User
from motesplats.outbox import Letter


@dataclass(frozen=True)
class Step:
    """One thing that must be right. is_well: None while we wait."""

    words: str
    is_well: bool | None


def register() -> None:
    """Tell the outbox how to write it. Called when the app is ready."""
    outbox.kind("round_trip", render=_letter, is_necessary=True)


def _letter(mail: OutboxMail) -> Letter:
    return Letter(
        subject=_("Test of answers by email"),
        lines=[_("This mail goes to our own address, to see whether it comes back.")],
    )


def start(*, by: User) -> bool:
    """Send a mail to our own reply address. -> False while answers by mail are off."""
    if not reply_address.is_on():
        return False
    nonce = secrets.token_hex(10)
    with transaction.atomic():
        outbox.queue(
            "round_trip", to_email=reply_address.test_address(nonce), language=by.language,
            dedupe_key=f"round_trip:{nonce}", nonce=nonce,
        )  # fmt: skip
        audit.record("inbound.tested", actor=by, about=("user", by.pk))
    return True


def report() -> list[Step]:
    """What the settings, the mailboxes and the latest test say, in the order in which a mail meets them."""
    if not reply_address.is_on():
        return [Step(_("Answers by email are off. Set REPLY_DOMAIN to turn them on."), False)]
    sent = _latest()
    came = InboundMail.objects.filter(about=sent.data["nonce"]).order_by("-pk").first() if sent else None
    return [_doors(came), *_mailboxes(), *_senders(), *(_of_test(sent, came) if sent else [])]


def tested_at() -> datetime | None:
    """When somebody last sent a test mail."""
    sent = _latest()
    return sent.created_at if sent else None


def _latest() -> OutboxMail | None:
    return OutboxMail.objects.filter(kind="round_trip").order_by("-pk").first()


def _doors(came: InboundMail | None) -> Step:
    doors = [*(mailbox.name for mailbox in imap_door.mailboxes()), *mail_hooks.open_doors()]
    if doors:
        return Step(_("Mail comes in by: %(doors)s.") % {"doors": ", ".join(doors)}, True)
    if came and came.door == InboundMail.Door.PIPE:
        return Step(_("Mail comes in through our own mail server."), True)
    words = _("No mailbox and no mail provider is set. Mail comes in only if our own mail server hands it over.")
    return Step(words, None)


def _senders() -> list[Step]:
    if settings.AUTHSERV_ID:
        return []
    words = _("AUTHSERV_ID is not set. Nobody checks whether a sender is forged; only the reply address protects.")
    return [Step(words, None)]


def _mailboxes() -> list[Step]:
    wrong = {
        "login": _("%(name)s: the user name or the password is wrong. Check IMAP_MAILBOXES."),
        "unsafe": _("%(name)s: the server offers no encryption. Use imaps:// in IMAP_MAILBOXES."),
        "certificate": _("%(name)s: the certificate of the server is not valid for that name."),
        "refused": _("%(name)s: the server does not open the folder. Check the end of the address in IMAP_MAILBOXES."),
        "away": _("%(name)s: the server does not answer. Check host name and port in IMAP_MAILBOXES."),
    }
    names = [mailbox.name for mailbox in imap_door.mailboxes()]
    polls = MailboxPoll.objects.filter(name__in=names).exclude(error="")
    return [Step(wrong[poll.error] % {"name": poll.name}, False) for poll in polls]


def _of_test(sent: OutboxMail, came: InboundMail | None) -> list[Step]:
    is_sent = sent.state == OutboxMail.State.SENT
    if error := sent.last_error or ("" if is_sent else outbox.why_waiting()):
        return [Step(_("The test mail could not leave: %(why)s") % {"why": explain(error)}, False)]
    if not is_sent:
        return [Step(_("The test mail waits to leave. Look again in a minute."), None)]
    steps = [Step(_("The test mail has left."), True)]
    if came is None:
        return [*steps, _not_back(sent)]
    if came.reason != InboundMail.Reason.TEST:
        words = _("The mail server of %(domain)s did not take it. Check that it takes addresses with a plus sign.")
        return [*steps, Step(words % {"domain": settings.REPLY_DOMAIN}, False)]
    seconds = {"n": max(0, round((came.received_at - sent.sent_at).total_seconds()))}
    return [*steps, Step(_("It came back after %(n)d seconds.") % seconds, True), *_proof(came)]


def _not_back(sent: OutboxMail) -> Step:
    if timezone.now() - sent.sent_at < inbound.LATE:
        return Step(_("It has not come back yet. That can take some minutes. Look again."), None)
    words = _(
        "It has not come back. Check the MX record of %(domain)s, and that the mail server takes addresses with a "
        "plus sign (or a catch-all)."
    )
    return Step(words % {"domain": settings.REPLY_DOMAIN}, False)


def _proof(came: InboundMail) -> list[Step]:
    """What our own mail server wrote about the sender; that it writes something at all is what counts here."""
    raw = inbound.raw_of(came)
    if not settings.AUTHSERV_ID or raw is None:
        return []
    found = mail_trust.result_of(read_mail(raw))
    if found == "pass":
        return [Step(_("Our mail server says: the sender is proved (DMARC)."), True)]
    words = _("Our mail server does not say dmarc=pass. Then no answer is taken. Check AUTHSERV_ID, SPF and DKIM.")
    return [Step(words, False)]
