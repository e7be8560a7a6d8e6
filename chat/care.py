"""Which chats a volunteer may be asked about afterwards, and what the helping came to. Reads, never writes.

What is said is volunteers/care.py's and volunteers/thanks.py's; only this floor knows which chats there were.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncMinute

from chat.access import AFTER_THE_END
from chat.models import Message, Participant, Side
from motesplats.topics import Topic
from seekers.models import HelpRequest
from volunteers import care, thanks
from volunteers.models import CareAnswer, Thanks, Volunteer

QUARTER_SECONDS = 900


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
    """What one volunteer's helping came to. `thanked`: how many said "yes", "little", "no".

    hours: in shifts that are over. answered_hours: of answering outside them (see `answered_quarters`). kinds: codes of
    topics, the most frequent first. since: the first shift or answer, None before any.
    """

    hours: float
    answered_hours: float
    people: int
    kinds: list[str]
    since: datetime | None
    thanked: dict[str, int]
    sentences: list[str]

    @property
    def is_empty(self) -> bool:
        return not (self.all_hours or self.people)

    @property
    def all_hours(self) -> float:
        return self.hours + self.answered_hours

    @property
    def topics(self) -> list[str]:
        """The kinds in words."""
        return [str(Topic(code).label) for code in self.kinds]


def help_of(volunteer: Volunteer) -> Help:
    """Five queries. People are those the volunteer wrote to."""
    wrote = Message.objects.filter(sender=OuterRef("pk"))
    mine = Participant.objects.filter(Exists(wrote), user=volunteer.user_id, side=Side.VOLUNTEER)
    rows = mine.values("conversation__request__topic", "conversation__request__owner")
    counted = list(rows.annotate(n=Count("pk")).order_by())
    topics: dict[str, int] = {}
    for row in counted:
        topic = row["conversation__request__topic"]
        topics[topic] = topics.get(topic, 0) + row["n"]
    spans, wrote_at = care.attended(volunteer), _wrote_at(volunteer)
    quarters = answered_quarters(wrote_at, spans)
    return Help(
        hours=care.hours_of(spans),
        answered_hours=quarters / 4,
        people=len({row["conversation__request__owner"] for row in counted}),
        kinds=sorted(topics, key=topics.__getitem__, reverse=True),
        since=min([starts for starts, _ends in spans[:1]] + wrote_at[:1], default=None),
        thanked=thanks.counted(volunteer),
        sentences=thanks.sentences(volunteer),
    )


def _wrote_at(volunteer: Volunteer) -> list[datetime]:
    """The minutes in which the volunteer wrote to somebody who asked, oldest first. The house's own lines are none."""
    mine = Message.objects.filter(sender__user=volunteer.user_id, sender__side=Side.VOLUNTEER)
    said = mine.exclude(kind=Message.Kind.SYSTEM).annotate(minute=TruncMinute("created_at", tzinfo=UTC))
    return list(said.order_by("minute").values_list("minute", flat=True).distinct())


def answered_quarters(wrote_at: list[datetime], spans: list[tuple[datetime, datetime]]) -> int:
    """How many quarters of an hour the answering outside shifts took.

    Nobody clocks in to answer, so this is what can be shown: a quarter of an hour on the clock counts when something
    was written in it, once, however much and in however many chats. Reading before and thinking after are not counted,
    and one line counts fifteen minutes. A quarter that touches a shift in `spans` is the shift's already. Instants in
    UTC, so neither night when the clock changes makes more or less of it.
    """
    quarters = {int(at.timestamp()) // QUARTER_SECONDS for at in wrote_at}
    taken = {
        quarter
        for starts, ends in spans
        for quarter in range(int(starts.timestamp()) // QUARTER_SECONDS, -(-int(ends.timestamp()) // QUARTER_SECONDS))
    }
    return len(quarters - taken)


def has_helped(volunteer: Volunteer) -> bool:
    """There is something to see on the volunteer's own page."""
    return Participant.objects.filter(user=volunteer.user_id, side=Side.VOLUNTEER, read_seq__gt=0).exists()
