"""The words of a chat in a mail that can be answered, for who chose that: one thread in their mail program.

It holds what was said since the last mail, oldest first, and of what the reader wrote one line at the most. Documents
and comments are named with a link, never shown.
"""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from chat import cards, lines, links, reply_address
from chat.models import Message, Participant, Side
from motesplats import mail_choice, outbox
from motesplats.letters import Letter, Saying, Talk, Words, one_line
from motesplats.moments import say_moment

MOST_CHARACTERS = 20_000  # of people's words in one mail; Gmail hides what comes after about 100 KB
MOST_MESSAGES = 50
QUOTED_CHARACTERS = 120


def said(participant: Participant, *, after: int, up_to: int) -> tuple[list[Saying], bool]:
    """What others and the house said in `after` < seq <= `up_to`, for this reader; and whether there is more than fits.

    Empty when nobody's words are left to read, only the house's. Needs conversation.request.
    """
    rows = (
        Message.objects.filter(conversation_id=participant.conversation_id, seq__gt=after, seq__lte=up_to)
        .exclude(sender_id=participant.pk)
        .select_related("sender__user")
        .order_by("seq")
    )
    found, characters, by_people = [], 0, False
    for row in rows[: MOST_MESSAGES + 1]:
        saying = _saying(row, participant)
        is_from_people = row.kind != Message.Kind.SYSTEM
        if saying is None or not (is_from_people or by_people or saying.link):
            continue  # what the house said before the first answer is old when the mail comes
        characters += is_from_people and sum(len(words.text) for words in saying.words)
        if found and (len(found) == MOST_MESSAGES or characters > MOST_CHARACTERS):
            return found, True
        found.append(saying)
        by_people |= is_from_people
    return (found if by_people else []), False


def _saying(row: Message, reader: Participant) -> Saying | None:
    """One message in words; None when it has none: erased, or a line of the house for the other side."""
    if row.kind == Message.Kind.SYSTEM:
        words, code = lines.say(row.body, side=reader.side), lines.code_of(row.body)
        return Saying("", say_moment(row.created_at), [Words(words)], _link(code, reader)) if words else None
    if row.kind == Message.Kind.CARD:
        words = [Words(face.text, face.lang, face.dir) for face in cards.faces(row.body)]
        if path := cards.path_of(row.body):
            words.append(Words(outbox.absolute(path)))
    else:
        words = [Words(row.body)] if row.body else []
    return Saying(row.sender.user.display_name, say_moment(row.created_at), words) if words else None


def _link(code: str, reader: Participant) -> str:
    """Where a line of the house leads. Who asked comes by the secret link, and finds it in the chat."""
    if code not in links.LINES_LEAD_TO:
        return ""
    if reader.side == Side.SEEKER:
        return links.url_for(reader)
    return outbox.absolute(reverse(links.LINES_LEAD_TO[code], args=[reader.conversation.request.public_id]))


def letter(participant: Participant, sayings: list[Saying], *, has_more: bool, button: tuple[str, str]) -> Letter:
    """The mail, in the active language. Its subject never varies: Gmail begins a new thread where it does."""
    talk = replace(
        _talk(participant),
        quoted=_own_last_line(participant),
        sayings=sayings,
        more=_("There is more. Read the rest in the chat.") if has_more else "",
    )
    return Letter(_("New message in your chat"), lines=_asks(talk), talk=talk, button=button)


def answerable(made: Letter, participant: Participant | None) -> Letter:
    """A letter about the chat that holds none of its words: who chose mails with the text can answer it too."""
    if participant is None or not mail_choice.has_text(participant.user):
        return made
    talk = _talk(participant)
    return replace(made, lines=[*made.lines, *_asks(talk)], talk=talk)


def _talk(participant: Participant) -> Talk:
    return Talk(
        thread=f"chat.{participant.conversation.request.public_id}",
        answers_to=reply_address.address_of(participant) if participant.can_write else "",
        sayings=[],
        no_text_url=mail_choice.stop_url(participant.user, mail_choice.NO_TEXT),
    )


def _asks(talk: Talk) -> list[str]:
    return [_("Answer this email. Your answer comes to the chat.")] if talk.answers_to else []


def _own_last_line(participant: Participant) -> str:
    """The last line the reader wrote, so that they know what is answered. "" when they have not written."""
    own = Message.objects.filter(sender=participant, kind=Message.Kind.TEXT, body__gt="")
    body = own.order_by("-seq").values_list("body", flat=True).first() or ""
    return one_line(body.strip().rpartition("\n")[2], QUOTED_CHARACTERS)
