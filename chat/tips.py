"""Tips and examples in the chat: what fits the question, and one shown to the other side as a card."""

from uuid import UUID

from django.conf import settings

from chat import cards, conversations
from chat.access import Person
from chat.models import Message, Side
from chat.writer import Post
from library import shelf
from library.models import Resource
from seekers.models import HelpRequest

SHOWN = 8


def fitting(question: HelpRequest) -> list[Resource]:
    """What the library has about the topic of a question, first things first."""
    rows = Resource.objects.published().filter(category__topic=question.topic).select_related("category")
    return list(rows.order_by("category__position", "position", "pk")[:SHOWN])


def while_waiting(person: Person) -> Resource | None:
    """One text to read until somebody has taken the question; nothing for those who help. One query, or none."""
    question = person.request
    if person.side != Side.SEEKER or question.state != HelpRequest.State.WAITING:
        return None
    texts = Resource.objects.published().exclude(kind=Resource.Kind.LINK)
    return texts.filter(category__topic=question.topic).order_by("category__position", "position", "pk").first()


def looked_for(words: str) -> list[Resource]:
    """What fits these words, best first."""
    return list(shelf.find({"q": words}, None).page)[:SHOWN]


def send(person: Person, slug: str, *, client_id: UUID) -> Post:
    """Show the tip in the chat, as a card that leads to it. Resource.DoesNotExist. Refused: as post_message."""
    tip = Resource.objects.published().get(slug=slug)
    said = {code: getattr(tip, f"title_{code}") or "" for code, _name in settings.LANGUAGES}
    said["prs"] = said["prs"] or said["fa"]
    body = cards.body_of(cards.TIP, said, tip=tip.slug, to=f"tips/{tip.slug}/")
    return conversations.post_message(person, client_id=client_id, body=body, kind=Message.Kind.CARD)
