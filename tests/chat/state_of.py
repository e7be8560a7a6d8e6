"""What a test asks about a chat: who may write and read, what was said, which mails wait."""

import orjson

from chat import presence
from chat.access import may_read
from chat.models import Conversation, Message, Participant, Side
from chat.writer import save_batch
from motesplats.models import OutboxMail
from tests import make


def fresh(chat: Conversation) -> Conversation:
    return Conversation.objects.select_related("request__owner", "request__helper", "request__office").get(pk=chat.pk)


def said(chat) -> list[str]:
    """The codes of the system lines, in order."""
    rows = Message.objects.filter(conversation=chat, kind=Message.Kind.SYSTEM).order_by("seq")
    return [orjson.loads(body)["code"] for body in rows.values_list("body", flat=True)]


def writers(chat) -> set:
    """The names of those who may write now, as the writer sees it."""
    people = make.Participant.objects.filter(conversation=chat).exclude(side=Side.SYSTEM).select_related("user")
    posts = {person.user.display_name: make.post(person) for person in people}
    return {name for name, post in posts.items() if not _error(post)}


def _error(post) -> str | None:
    save_batch([post])
    return post.error


def readers(chat) -> set:
    people = Participant.objects.filter(conversation=chat).exclude(side=Side.SYSTEM)
    return {p.user.display_name for p in people if may_read(make.person_of(p).participant)}


def here(chat) -> None:
    """The asker has the chat open."""
    presence.visited(make.seeker_of(chat))


def mails(kind: str) -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(kind=kind).order_by("pk"))
