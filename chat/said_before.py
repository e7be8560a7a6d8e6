"""All that a person's mail program may quote of us: the thread and the fixed words of our letters."""

import re

from django.conf import settings
from django.utils.translation import override

from chat import conversations, links, thread_mail
from chat.access import Person
from chat.models import Participant
from motesplats import mail_choice
from motesplats.letters import compose, written_language
from motesplats.moments import say_moment
from motesplats.reply_text import delimiter_line


def in_chat_with(participant: Participant) -> str:
    """What the thread and our letters have said, as this participant reads it."""
    language = written_language(participant.user.language)
    with override(language):
        shown = conversations.messages_for(Person(participant, participant.side, by_grant=False), everything=True)
        letter = thread_mail.letter(participant, [], has_more=True, button=links.door_of(participant))
        frame = compose(letter, to="", message_id="", stop_url=mail_choice.stop_url(participant.user)).body
        words = [line for message in shown for line in _lines(message) if line]
    return "\n".join([delimiter_line(language), *words, frame])


def _lines(message: conversations.Shown) -> list[str]:
    """A message as a mail shows it: who and when on a line of its own."""
    at = say_moment(message.at)
    return [message.name, f"{message.name}, {at}" if message.name else at, message.body]


def without_our_addresses(text: str) -> str:
    """Without secret links and reply addresses of our mails: whoever has one can write as the person, and others read.

    A line that is such a link alone goes; everything else is replaced by […].
    """
    link = re.compile(rf"<?{re.escape(settings.PUBLIC_URL)}/\S*?[^/\s<>]{{30,}}[^\s<>]*>?", re.IGNORECASE)
    kept = "\n".join(line for line in text.split("\n") if not link.fullmatch(line.strip(" >")))
    local, domain = re.escape(settings.REPLY_LOCAL), re.escape(settings.REPLY_DOMAIN)
    reply = re.compile(rf"(?:mailto:)?{local}(?:\+|%2B)[^\s<>@%]{{1,200}}(?:@|%40){domain}", re.IGNORECASE)
    return reply.sub("[…]", link.sub("[…]", kept))
