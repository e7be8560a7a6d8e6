"""All that a person's mail program may quote of us: the thread and the fixed words of our letters."""

from django.utils.translation import override

from chat import conversations
from chat.access import Person
from chat.models import Participant
from motesplats.letters import Letter, compose, written_language
from motesplats.reply_text import delimiter_line


def in_chat_with(participant: Participant) -> str:
    """What the thread and our letters have said, as this participant reads it. Two queries."""
    language = written_language(participant.user.language)
    with override(language):
        shown = conversations.messages_for(Person(participant, participant.side, by_grant=False), everything=True)
        frame = compose(Letter(subject="", lines=[]), to="", message_id="").body
    words = (line for message in shown for line in (message.name, message.body) if line)
    return "\n".join([delimiter_line(language), *words, frame])
