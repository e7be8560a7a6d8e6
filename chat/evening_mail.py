"""One mail in the evening about all chats of a person, for who chose that and no text.

With the text it is one for each chat (unread_mail.py): each has an address of its own that takes the answer.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat import links, unread_mail
from chat.access import may_read
from chat.models import Message, Participant, Side
from motesplats import mail_choice, outbox
from motesplats.models import MailChoice, OutboxMail, User
from motesplats.moments import local
from motesplats.outbox import Letter

KIND = "unread_evening"


def register() -> None:
    """Tell the outbox how to write it. Called when the app is ready."""
    outbox.kind(KIND, render=_letter, still_wanted=lambda mail: bool(_seats(mail.to_user)))


def is_for(person: User) -> bool:
    """Whether this person gets one mail for all chats."""
    return mail_choice.of(person).pace == MailChoice.Pace.EVENING and not mail_choice.has_text(person)


def queue(participant: Participant, *, evening: datetime) -> int:
    """The mail of this evening, however many chats are due. -> the last message number it tells of in this chat.

    What comes after `evening`, its hour, is the next evening's, also if the mail leaves later and counts it.
    """
    key = f"{KIND}:{participant.user_id}:{local(evening):%Y-%m-%d}"
    outbox.queue(KIND, to=participant.user, dedupe_key=key)
    before = Message.objects.filter(conversation=participant.conversation_id, created_at__lt=evening)
    return before.order_by("-seq").values_list("seq", flat=True).first() or 0


def _seats(person: User) -> list[Participant]:
    """Where something waits to be read now, the oldest chat first."""
    rows = _here(person).exclude(conversation__request__state__in=unread_mail.NO_TEXT)
    rows = rows.select_related("conversation__request", "user__volunteer").order_by("pk")
    return [seat for seat in rows if seat.side == Side.SEEKER or may_read(seat)]


def _here(person: User) -> QuerySet[Participant]:
    said = Message.objects.filter(conversation=OuterRef("conversation"), seq__gt=OuterRef("read_seq"))
    said = said.exclude(kind=Message.Kind.SYSTEM).exclude(sender__side=OuterRef("side"))
    here = Participant.objects.filter(user=person, left_at=None).exclude(part=Participant.Part.READER)
    return here.filter(Exists(said))


def _letter(mail: OutboxMail) -> Letter:
    seats = _seats(mail.to_user)
    if len(seats) == 1:
        return unread_mail.without_text(seats[0])
    there = ngettext("There is something new in %(n)d chat.", "There is something new in %(n)d chats.", len(seats))
    return Letter(
        subject=_("New messages in your chats"),
        lines=[there % {"n": len(seats)}],
        places=[(_words(seat), *links.door_of(seat)) for seat in seats],
    )


def _words(seat: Participant) -> str:
    topic = seat.conversation.request.get_topic_display()
    return _("%(topic)s: %(words)s") % {"topic": topic, "words": unread_mail.sentence(seat)}
