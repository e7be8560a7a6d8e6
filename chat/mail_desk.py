"""What mail that comes in needs staff for: answers held back, mails we failed with, addresses that take no mail."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat import bounces, imap_door, inbound
from chat.models import InboundMail
from motesplats.desk import Row

State, Reason = InboundMail.State, InboundMail.Reason
SHOWN = 20


def rows() -> list[Row]:
    """One row for each kind of thing that waits, and one for each person whom no mail reaches."""
    return [*_held_back(), *_failed(), *_silent(), *_bounced()]


def _list(state: str) -> str:
    return f"{reverse('admin:chat_inboundmail_changelist')}?state__exact={state}"


def _held_back() -> list[Row]:
    """Mails of strangers to no chat are in the list; they do not call anybody."""
    held = InboundMail.objects.filter(state=State.QUARANTINED).defer("raw")
    held = held.exclude(reason=Reason.NO_TOKEN, participant=None).order_by("received_at")
    number = held.count()
    if not number:
        return []
    label = ngettext("%(n)d answer by mail is held back", "%(n)d answers by mail are held back", number)
    return [Row(label % {"n": number}, _list(State.QUARANTINED), _("Look"), at=held[0].received_at)]


def _failed() -> list[Row]:
    number = InboundMail.objects.filter(state=State.FAILED).count()
    label = ngettext("%(n)d incoming mail could not be read", "%(n)d incoming mails could not be read", number)
    return [Row(label % {"n": number}, _list(State.FAILED), _("See the mails"))] if number else []


def _silent() -> list[Row]:
    url = reverse("admin:chat_inboundmail_test")
    if not imap_door.all_answer():
        return [Row(_("A mailbox for answers cannot be read"), url, _("See what is wrong"))]
    if not inbound.flows():
        return [Row(_("Incoming mails wait longer than they should"), url, _("See what is wrong"))]
    return []


def _bounced() -> list[Row]:
    return [
        Row(
            label=_("Our mail does not reach a person"),
            detail=str(row.user or row.address),
            url=reverse("admin:chat_bouncedaddress_change", args=[row.pk]),
            action=_("Look"),
            at=row.at,
        )
        for row in bounces.waiting().select_related("user")[:SHOWN]
    ]
