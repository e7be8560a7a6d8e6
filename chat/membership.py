"""Somebody is let into a chat, or out of it. Call with the chat locked."""

from django.db.models import F
from django.utils import timezone

from chat.models import Conversation, Participant, Side
from motesplats.models import User

Part = Participant.Part


def let_in(conversation: Conversation, user: User, side: Side, *, part: str = Part.HELPER) -> Participant:
    """In again if they were here before. A reader may not write, everybody else may."""
    given = {"side": side, "part": part, "can_write": part != Part.READER}
    here = {"left_at": None, "away_until": None, "away_kind": ""}
    participant, _made = Participant.objects.update_or_create(
        conversation=conversation, user=user, defaults={**given, **here}
    )
    return participant


def let_out(conversation: Conversation, user: User, *, bar: bool = False) -> None:
    """May neither write nor read from now. `bar`: never to meet the one who asked again."""
    conversation.participants.filter(user=user).update(
        can_write=False, left_at=timezone.now(), is_barred=bar, away_until=None, away_kind="",
        reply_version=F("reply_version") + 1,
    )  # fmt: skip
