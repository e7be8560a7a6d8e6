"""Who is beside the helper: a second volunteer who was asked in, and a fadder who reads along.

Both are there for as long as the helper has the question, and no longer: `end` is called by every move that takes it
away (matching.py), with the chat locked. Only one volunteer has the question (design §2).
"""

from datetime import datetime

from django.db.models import F, QuerySet
from django.utils import timezone

from chat import fadders, fit
from chat.access import Person
from chat.models import Conversation, Participant, SecondAsk, Side
from motesplats.languages import own_names
from motesplats.models import User
from seekers.models import HelpRequest

Part = Participant.Part
BESIDE = (Part.SECOND, Part.READER)


def end(conversation: Conversation) -> None:
    """Nobody has the question now: who was beside goes with it, and what was asked is asked no more. Safe to repeat."""
    now = timezone.now()
    conversation.second_asks.filter(ended_at=None).update(ended_at=now, end=SecondAsk.End.CASE)
    fadders.end_readings(conversation)
    _here().filter(conversation=conversation).update(
        can_write=False, left_at=now, away_until=None, away_kind=Participant.Away.NO,
        reply_version=F("reply_version") + 1,
    )  # fmt: skip


def end_of(conversation: Conversation, user: User) -> None:
    """The same for this one of them, who is let out for a reason of their own. Safe to repeat."""
    asks = conversation.second_asks.filter(ended_at=None)
    asks.filter(taken_by=user).update(ended_at=timezone.now(), end=SecondAsk.End.LEFT)
    asks.filter(asked=user, taken_at=None).update(ended_at=timezone.now(), end=SecondAsk.End.DECLINED)
    fadders.end_readings(conversation, fadder=user)


def chats_of(user: User) -> QuerySet[Participant]:
    """The chats in which this volunteer is beside the helper now, for the desk."""
    rows = _here().filter(user=user, conversation__request__state=HelpRequest.State.ACTIVE)
    return rows.select_related("conversation__request__owner", "conversation__request__helper").order_by("joined_at")


def around(person: Person, others: list[Participant], at: datetime) -> dict:
    """What the chat page shows of them, and may ask for. `others`: all people of the chat, with user.volunteer.

    One query, and none unless somebody has the question now.
    """
    question, conversation = person.request, person.conversation
    helper = next((one for one in others if one.user_id == question.helper_id), None)
    if question.state != HelpRequest.State.ACTIVE or helper is None:
        return {}
    beside = {one.part: one for one in others if one.part in BESIDE and one.left_at is None}
    asks = conversation.second_asks.filter(ended_at=None, taken_at=None, until__gt=at)
    asked = asks.select_related("asked", "asked_by").first()
    missing = fit.languages_missing(question, helper.user)
    is_free = Part.SECOND not in beside and asked is None
    return {
        "second": beside.get(Part.SECOND),
        "fadder": beside.get(Part.READER),
        "asked": asked,
        "asked_language": own_names([asked.language]) if asked else "",
        "missing": own_names(code for code in missing if code not in fit.TAUGHT),
        "may_ask_second": is_free and (helper == person.participant or person.side == Side.SEEKER and bool(missing)),
    }


def _here() -> QuerySet[Participant]:
    return Participant.objects.filter(side=Side.VOLUNTEER, part__in=BESIDE, left_at=None)
