"""The mail about what somebody has not read yet: when it is still wanted, and what it says.

Usually it says only that there is something. Who chose the text (motesplats/mail_choice.py) gets thread_mail.py's.
"""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat import links, thread_mail
from chat.access import may_read
from chat.models import Message, Participant, Side
from motesplats import mail_choice, outbox
from motesplats.models import OutboxMail
from motesplats.outbox import Letter
from seekers.models import HelpRequest

NO_TEXT = (HelpRequest.State.ON_HOLD, HelpRequest.State.CLOSED, HelpRequest.State.WITHDRAWN)


def register() -> None:
    """Tell the outbox how to write it. Called when the app is ready."""
    outbox.kind("unread", render=_letter, still_wanted=_still_unread)


def queue(participant: Participant, *, first_unread_seq: int, told_seq: int) -> None:
    """One mail about everything from `first_unread_seq` on; up to `told_seq` it was read or mailed before."""
    conversation = participant.conversation
    outbox.queue(
        "unread",
        to=participant.user,
        dedupe_key=f"unread:{participant.pk}:{first_unread_seq}",
        request=conversation.request.public_id,
        participant=participant.pk,
        after=told_seq,
        up_to=conversation.last_seq,
    )


def _still_unread(mail: OutboxMail) -> bool:
    participant = _participant(mail)
    if participant is None or (participant.side != Side.SEEKER and not may_read(participant)):
        return False
    return unread(participant).exists()


def _participant(mail: OutboxMail) -> Participant | None:
    here = Participant.objects.filter(pk=mail.data["participant"], left_at=None)
    return here.select_related("conversation__request", "user__volunteer").first()


def unread(participant: Participant) -> QuerySet[Message]:
    """Messages from the other side that this participant has not read. Uses the (conversation, seq) index."""
    after = Message.objects.filter(conversation_id=participant.conversation_id, seq__gt=participant.read_seq)
    return after.exclude(kind=Message.Kind.SYSTEM).exclude(sender__side=participant.side)


def _letter(mail: OutboxMail) -> Letter:
    participant = _participant(mail)
    if mail_choice.has_text(participant.user) and participant.conversation.request.state not in NO_TEXT:
        after = max(participant.read_seq, mail.data.get("after", 0))
        up_to = mail.data.get("up_to", participant.conversation.last_seq)
        said, has_more = thread_mail.said(participant, after=after, up_to=up_to)
        if said:
            return thread_mail.letter(participant, said, has_more=has_more, button=links.door_of(participant))
    return without_text(participant)


def sentence(participant: Participant) -> str:
    """How many new messages from whom, in words."""
    count = unread(participant).count()
    if participant.side != Side.SEEKER:
        words = ngettext(
            "The person you help has written %(n)d new message.",
            "The person you help has written %(n)d new messages.",
            count,
        )
        return words % {"n": count}
    last = unread(participant).select_related("sender__user").order_by("-seq").first()
    who = last.sender.user.display_name if last and last.sender.user else _("A volunteer")
    words = ngettext(
        "%(name)s has written %(n)d new message to you.",
        "%(name)s has written %(n)d new messages to you.",
        count,
    )
    return words % {"name": who, "n": count}


def without_text(participant: Participant) -> Letter:
    """The mail that says only that there is something to read."""
    if participant.side == Side.SEEKER:
        lines = [sentence(participant), _("Press the button to read and answer.")]
        return Letter(_("You have got an answer"), lines=lines, button=links.door_of(participant))
    return Letter(_("New message in your chat"), lines=[sentence(participant)], button=links.door_of(participant))
