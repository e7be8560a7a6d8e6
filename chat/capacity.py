"""How many chats at once: one for who is new; one to three, as they wish, after five cases (design §4)."""

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chat.models import Message, Participant, Side
from volunteers import duty
from volunteers.models import Volunteer

CASES_FIRST = 5
MOST = 3


class TooNew(Exception):
    """Fewer than CASES_FIRST questions answered."""


def cases(volunteer: Volunteer) -> QuerySet[Participant]:
    """Their places in chats where they have written as a volunteer, whoever took over later."""
    return _places(volunteer.user_id)


def with_cases(volunteers: QuerySet[Volunteer]) -> QuerySet[Volunteer]:
    """Adds `cases`: how many there are of each one's."""
    counted = _places(OuterRef("user_id")).order_by().values("user").annotate(n=Count("pk")).values("n")
    return volunteers.annotate(cases=Coalesce(Subquery(counted), 0))


def _places(user_id) -> QuerySet[Participant]:
    wrote = Message.objects.filter(sender=OuterRef("pk"), kind=Message.Kind.TEXT)
    return Participant.objects.filter(Exists(wrote), user=user_id, side=Side.VOLUNTEER)


def may_choose(volunteer: Volunteer) -> bool:
    """Has written in five people's chats."""
    return cases(volunteer).count() >= CASES_FIRST


def choose(volunteer: Volunteer, *, limit: int) -> None:
    """From now on `limit` chats at once, 1 to MOST. Those that go on, go on. TooNew, duty.NotApproved."""
    if not 1 <= limit <= MOST:
        raise ValueError(limit)
    if not may_choose(volunteer):
        raise TooNew
    duty.set_live_limit(volunteer, limit)
