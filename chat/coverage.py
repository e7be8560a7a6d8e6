"""When somebody is booked, when people ask, and when nobody was there. Reads only.

Two maps of a week, hour by hour on a clock in Sweden. `coming`: the seven days from today, how many are booked.
`past`: the last four weeks laid over each other, how many asked and how many of them met nobody. Each map counts what
fits the choice of language and topic, by the rule of the promise: the volunteer reads it and takes it.

**A seat** counts in an hour when it is booked, its volunteer is approved, and it covers at least SEAT_COVERS of it.

**Asked**: questions that volunteers may answer, in the hour they were asked, whatever became of them; not those of the
last half hour, whose time is not up.

**Nobody was there**: within ANSWERED_WITHIN of asking no volunteer took the question and neither volunteer nor IM
wrote in its chat. So a booked volunteer who did not come is nobody, and somebody who came without a shift is somebody.
A question taken back or stopped within that time without an answer is asked, but not counted as missed: the person did
not wait long enough for us to know.

**A red hour** is one of the coming seven days' hours, where a missed question of the same weekday and hour would meet
nobody again: no booked seat in it fits that question's languages and topic.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, OuterRef, Q, Subquery

from chat.models import Participant, Side
from chat.promise import PromisedTime, promised_time
from motesplats.languages import READABLE, overlaps
from motesplats.models import Office
from motesplats.moments import local
from seekers.models import HelpRequest
from volunteers.models import Shift, ShiftBooking, Volunteer
from volunteers.rules import instant

DAYS, WEEKS = 7, 4
HOUR = timedelta(hours=1)
SEAT_COVERS = timedelta(minutes=15)
ANSWERED_WITHIN = timedelta(minutes=30)
State = HelpRequest.State


@dataclass(frozen=True, slots=True)
class Choice:
    """What the maps are about. "": every language, every topic."""

    language: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Who:
    """What a question needs, or a volunteer has: languages, and topics ([] of a volunteer: all)."""

    languages: frozenset[str]
    topics: frozenset[str]

    def takes(self, question: "Who") -> bool:
        """Said of a volunteer: shares a language with the question and takes its topic."""
        return bool(self.languages & question.languages) and (not self.topics or bool(self.topics & question.topics))


@dataclass(frozen=True, slots=True)
class Coming:
    """An hour that comes: who is booked, and the questions that would meet nobody in it."""

    starts_at: datetime
    seats: int
    missing: tuple[Who, ...]

    @property
    def is_red(self) -> bool:
        return bool(self.missing)

    @property
    def languages(self) -> list[str]:
        """What the questions that would meet nobody are read in, in the order of READABLE."""
        found = frozenset().union(*(who.languages for who in self.missing))
        return [code for code in READABLE if code in found]

    def could_be_taken_by(self, volunteer: Volunteer) -> bool:
        """This volunteer would be somebody for at least one of those questions."""
        own = who(volunteer.languages, volunteer.topics)
        return any(own.takes(question) for question in self.missing)


@dataclass(frozen=True, slots=True)
class Past:
    """A weekday's hour of the last four weeks: how many asked, how many of them met nobody."""

    asked: int
    missed: int


def who(languages: Iterable[str], topics: Iterable[str]) -> Who:
    """Codes as the rows keep them -> Who."""
    return Who(frozenset(languages), frozenset(topics))


def hours_of_day(day: date) -> list[datetime]:
    """The hours of a day in Sweden, in UTC: 24, but 23 on the Sunday the clock goes forward, 25 when it goes back."""
    start, end = instant(day, time(0)), instant(day + timedelta(days=1), time(0))
    return [start + n * HOUR for n in range(int((end - start) / HOUR))]


def week_from(day: date) -> list[date]:
    """`day` and the six after it."""
    return [day + timedelta(days=n) for n in range(DAYS)]


def coming_hours(at: datetime) -> list[datetime]:
    """The hours of the seven days from today, those of today that have passed too."""
    return [hour for day in week_from(local(at).date()) for hour in hours_of_day(day)]


def coming(choice: Choice, at: datetime) -> dict[datetime, Coming]:
    """The hours of `coming_hours` by their start in UTC. Those that have passed are never red. Two queries."""
    hours = coming_hours(at)
    seats, missed = _seats(choice, hours), _missed_by_hour(_questions(choice, at))
    found = {}
    for hour in hours:
        here = seats[hour]
        missing = missed[_place(hour)] if hour + HOUR > at else ()
        unmet = tuple(question for question in missing if not any(seat.takes(question) for seat in here))
        found[hour] = Coming(hour, len(here), unmet)
    return found


def past(choice: Choice, at: datetime) -> dict[tuple[int, int], Past]:
    """The last four weeks by (weekday 1–7, hour on the clock); both hours two in October are one. One query."""
    asked, missed = defaultdict(int), defaultdict(int)
    for question in _questions(choice, at):
        asked[_place(question.created_at)] += 1
        missed[_place(question.created_at)] += question.met_nobody
    return {place: Past(asked[place], missed[place]) for place in asked}


def _place(moment: datetime) -> tuple[int, int]:
    wall = local(moment)
    return wall.isoweekday(), wall.hour


def _questions(choice: Choice, at: datetime) -> list[HelpRequest]:
    """The questions of the last four weeks that are counted, with `met_nobody`. One query."""
    rows = HelpRequest.objects.for_volunteers().filter(
        created_at__gt=at - timedelta(weeks=WEEKS), created_at__lte=at - ANSWERED_WITHIN
    )
    if choice.language:
        rows = rows.filter(overlaps("languages", [choice.language]))
    if choice.topic:
        rows = rows.filter(topic=choice.topic)
    taken = Participant.objects.filter(conversation__request=OuterRef("pk"), side=Side.VOLUNTEER)
    taken = taken.order_by("joined_at").values("joined_at")[:1]
    found = list(rows.annotate(taken_at=Subquery(taken), answered_at=F("conversation__first_answer_at")).order_by("pk"))
    for question in found:
        question.met_nobody = not _met_somebody(question) and not _left_early(question)
    return found


def _met_somebody(question: HelpRequest) -> bool:
    until = question.created_at + ANSWERED_WITHIN
    return any(moment is not None and moment <= until for moment in (question.taken_at, question.answered_at))


def _left_early(question: HelpRequest) -> bool:
    until = question.created_at + ANSWERED_WITHIN
    withdrawn = question.state == State.WITHDRAWN and question.ended_at and question.ended_at < until
    stopped = question.held_at and question.held_at < until
    return bool(withdrawn or stopped)


def _missed_by_hour(questions: list[HelpRequest]) -> dict[tuple[int, int], list[Who]]:
    found = defaultdict(list)
    for question in questions:
        if question.met_nobody:
            found[_place(question.created_at)].append(who(question.languages, [question.topic]))
    return found


def _seats(choice: Choice, hours: list[datetime]) -> dict[datetime, list[Who]]:
    """Who is booked in each hour. One query."""
    rows = ShiftBooking.objects.booked().filter(
        shift__called_off_at=None, shift__starts_at__lt=hours[-1] + HOUR, shift__ends_at__gt=hours[0]
    )
    rows = rows.filter(volunteer__in=Volunteer.objects.approved())
    if choice.language:
        rows = rows.filter(overlaps("volunteer__languages", [choice.language]))
    if choice.topic:
        rows = rows.filter(Q(volunteer__topics="") | overlaps("volunteer__topics", [choice.topic]))
    people: dict[datetime, dict[int, Who]] = defaultdict(dict)
    for booking in rows.select_related("shift", "volunteer"):
        own = who(booking.volunteer.languages, booking.volunteer.topics)
        for hour in _covered(booking.shift, hours):
            people[hour][booking.volunteer_id] = own
    return defaultdict(list, {hour: list(found.values()) for hour, found in people.items()})


def _covered(shift: Shift, hours: list[datetime]) -> Iterator[datetime]:
    """Those of `hours`, which follow each other, that the shift covers enough of."""
    first = max(0, int((shift.starts_at - hours[0]) / HOUR))
    for hour in hours[first:]:
        if hour >= shift.ends_at:
            return
        if min(shift.ends_at, hour + HOUR) - max(shift.starts_at, hour) >= SEAT_COVERS:
            yield hour


def promises(topic: str, at: datetime) -> list[tuple[str, PromisedTime]]:
    """What somebody who reads only this language, and asks about `topic` now, would be promised: for each language.

    The promise's own code, for a question that is not stored. As many queries as languages, and three.
    """
    offices = Office.objects.prefetch_related("hours", "closed_periods")
    asked = {"office": offices.default(), "topic": topic, "is_adult": True}
    return [(code, promised_time(HelpRequest(languages=[code], **asked), at)) for code in READABLE]
