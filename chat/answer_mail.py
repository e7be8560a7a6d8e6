"""The one polite mail to somebody whose mail we could not take. Never to a machine, never twice a day to an address."""

import hashlib

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chat import links, mail_files, mail_trust
from chat.models import InboundMail, Participant, Side
from motesplats import outbox
from motesplats.models import OutboxMail
from motesplats.outbox import Letter
from seekers.intake import REFUSALS

Reason = InboundMail.Reason
_OWN = {mail_files.TOO_MANY: gettext_lazy("We take at most 20 files from one email. Send this one in a new email.")}


def register() -> None:
    """Tell the outbox how to write each kind. Called when the app is ready."""
    outbox.kind("answer_not_taken", render=_not_taken, is_necessary=True)
    outbox.kind("answer_files", render=_files, still_wanted=_is_known, is_necessary=True)


def say_why(row: InboundMail, participant: Participant) -> None:
    """Why this mail is not in the chat, in the person's language. At most one a day for each address."""
    # Else whoever wrote learns nothing about the chat, though staff said that it is the person's own word.
    is_theirs = row.sender in mail_trust.own_addresses(participant)
    address = hashlib.sha256(row.sender.encode()).hexdigest()[:40]
    outbox.queue(
        "answer_not_taken",
        to=participant.user if is_theirs else None,
        to_email=row.sender,
        language=participant.user.language,
        dedupe_key=f"answered:{timezone.localdate()}:{address}",
        why=str(row.reason),
        mail=row.public_id,
        participant=participant.pk if is_theirs else None,
    )


def say_refused_files(row: InboundMail, participant: Participant) -> None:
    """Which files of a mail were not taken, and what to do instead. Once for each mail."""
    outbox.queue("answer_files", to=participant.user, dedupe_key=f"files:{row.public_id}", mail=row.public_id)


def _not_taken(mail: OutboxMail) -> Letter:
    subject, why = _("About your email"), mail.data["why"]
    if mail.data["participant"] is None:
        lines = [
            _("Your email came from an address that we do not know. So we could not put it in the chat."),
            _("Answer from the address where you got our email. Or press the button in that email."),
        ]
        return Letter(subject=subject, lines=lines, headers=_answers(mail))
    participant = Participant.objects.select_related("conversation__request", "user").get(pk=mail.data["participant"])
    if why == Reason.CLOSED:
        lines = [
            _("Your question is closed. So your email did not reach the volunteer."),
            _("Do you need more help? Ask a new question. It is free."),
        ]
        button = (_("Ask a new question"), outbox.absolute(reverse("seekers:ask_start")))
        return Letter(subject=subject, lines=lines, button=button, headers=_answers(mail))
    if why == Reason.NOT_CHOSEN:
        lines = [
            _("You have not chosen emails with the text of the chat. So we could not put your email in the chat."),
            _("Write in the chat instead."),
        ]
        choose = outbox.absolute(reverse("mail_choose"))
        places = [(_("Or choose emails with the text. Then you can answer them."), _("Choose your emails"), choose)]
        return Letter(subject=subject, lines=lines, places=places, button=_chat(participant), headers=_answers(mail))
    if why == Reason.TOO_LARGE:
        lines = [_("Your email was too large (at most 25 MB). So we could not take it. Send your files in the chat.")]
    else:
        lines = [_("We could not read your email. Perhaps it is encrypted. Write in the chat instead.")]
    return Letter(subject=subject, lines=lines, button=_chat(participant), headers=_answers(mail))


def _files(mail: OutboxMail) -> Letter:
    row = _inbound(mail)
    files = [
        _("%(name)s: %(why)s") % {"name": name, "why": {**REFUSALS, **_OWN}.get(code, REFUSALS["could_not_read"])}
        for name, code in row.refused
        if code != mail_files.NOT_FROM_HELPERS
    ]
    if not files:
        files = [_("Volunteers cannot send files by email. Write in the chat instead.")]
    return Letter(
        subject=_("A file in your email did not arrive"),
        lines=[_("Thank you for your email. What you wrote is in the chat."), *files],
        button=_chat(row.participant),
        headers=_answers(mail),
    )


def _is_known(mail: OutboxMail) -> bool:
    row = _inbound(mail)
    return row is not None and bool(row.refused) and row.participant is not None


def _inbound(mail: OutboxMail) -> InboundMail | None:
    rows = InboundMail.objects.defer("raw").select_related("participant__user", "participant__conversation__request")
    return rows.filter(public_id=mail.data["mail"]).first()


def _answers(mail: OutboxMail) -> dict[str, str]:
    """RFC 3834: an automatic answer, in the thread of what it answers."""
    row = _inbound(mail)
    of = {"In-Reply-To": row.message_id, "References": row.message_id} if row and "@" in row.message_id else {}
    return {"Auto-Submitted": "auto-replied", **of}


def _chat(participant: Participant) -> tuple[str, str]:
    if participant.side == Side.SEEKER:
        return _("Open the chat"), links.url_for(participant)
    return _("Open the chat"), outbox.absolute(links.chat_path(participant.conversation.request))
