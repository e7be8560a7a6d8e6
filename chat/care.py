"""Which chats a volunteer may be asked about afterwards, and what the helping came to. Reads, never writes.

What is said is volunteers/care.py's and volunteers/thanks.py's; only this floor knows which chats there were.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from chat.access import AFTER_THE_END
from chat.models import Message, Participant, Side
from motesplats.topics import Topic
from seekers.models import HelpRequest
from volunteers import care, thanks
from volunteers.models import CareAnswer, Thanks, Volunteer


def to_ask(volunteer: Volunteer, at: datetime, *, about: HelpRequest | None = None) -> HelpRequest | None:
    """The question this volunteer left or saw the end of lately, and was not yet asked about. One query.

    `about`: only of this one.
    """
    asked = CareAnswer.objects.filter(volunteer=volunteer).values("about_id")
    rows = _over(volunteer, at).exclude(conversation__request__public_id__in=asked)
    row = (rows.filter(conversation__request=about) if about else rows).order_by("-pk").first()
    return row.conversation.request if row else None


def may_answer(volunteer: Volunteer, public_id: str, at: datetime) -> bool:
    """This volunteer was in that chat and it is over for them, asked before or not."""
    return _over(volunteer, at).filter(conversation__request__public_id=public_id).exists()


def _over(volunteer: Volunteer, at: datetime):
    """Their places in chats that they read and that they left, that ended, or that were stopped, in the last day."""
    since, question = at - AFTER_THE_END, "conversation__request__"
    ended = Q(**{f"{question}ended_at__gt": since})
    stopped = Q(**{f"{question}state": HelpRequest.State.ON_HOLD, f"{question}held_at__gt": since})
    return (
        Participant.objects.filter(user=volunteer.user_id, side=Side.VOLUNTEER, read_seq__gt=0)
        .filter(Q(left_at__gt=since) | Q(left_at=None) & (ended | stopped))
        .select_related("conversation__request")
    )


def whom_to_thank(request: HelpRequest) -> Volunteer | None:
    """The volunteer who had the question last, once it is done and somebody has answered."""
    if request.state != HelpRequest.State.RESOLVED or request.last_helper_id is None:
        return None
    answered = Message.objects.filter(
        conversation__request=request, sender__user=request.last_helper_id, sender__side=Side.VOLUNTEER
    )
    return Volunteer.objects.filter(Exists(answered), user=request.last_helper_id).select_related("user").first()


def may_be_asked_for_thanks(request: HelpRequest) -> bool:
    """There is somebody to thank, and nothing was said yet. At most two queries."""
    return whom_to_thank(request) is not None and not Thanks.objects.filter(about_id=request.public_id).exists()


@dataclass(frozen=True, slots=True)
class Help:
    """What one volunteer's helping came to. `thanked`: how many said "yes", "little", "no"."""

    hours: float
    people: int
    topics: list[str]
    thanked: dict[str, int]
    sentences: list[str]

    @property
    def is_empty(self) -> bool:
        return not (self.hours or self.people)


def help_of(volunteer: Volunteer) -> Help:
    """Four queries. People are those the volunteer wrote to; topics are in words, the most frequent first."""
    wrote = Message.objects.filter(sender=OuterRef("pk"))
    mine = Participant.objects.filter(Exists(wrote), user=volunteer.user_id, side=Side.VOLUNTEER)
    rows = mine.values("conversation__request__topic", "conversation__request__owner")
    counted = list(rows.annotate(n=Count("pk")).order_by())
    topics: dict[str, int] = {}
    for row in counted:
        topic = row["conversation__request__topic"]
        topics[topic] = topics.get(topic, 0) + row["n"]
    return Help(
        hours=care.attended_hours(volunteer),
        people=len({row["conversation__request__owner"] for row in counted}),
        topics=[str(Topic(code).label) for code in sorted(topics, key=topics.__getitem__, reverse=True)],
        thanked=thanks.counted(volunteer),
        sentences=thanks.sentences(volunteer),
    )


def has_helped(volunteer: Volunteer) -> bool:
    """There is something to see on the volunteer's own page."""
    return Participant.objects.filter(user=volunteer.user_id, side=Side.VOLUNTEER, read_seq__gt=0).exists()
