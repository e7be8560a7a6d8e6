"""A simulated month of the demo's roster: was what we promised kept? Seeded, with time moved. Prints its table (`-s`).

Whether a promise is kept is luck here and is only printed. Asserted is what is never luck: a promise names a volunteer's
hour only when somebody who fits is booked in it, else IM's own hours, and says so; and whoever asked was answered, or got
an apology and a new time.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta
from random import Random
from statistics import median

import pytest
import time_machine
from django.utils import timezone

from chat import claiming, clocks, fit, matching
from chat.claiming import Pace
from chat.models import Message, Participant, Promise, Side
from motesplats import demo_seed
from motesplats.models import Office, OfficeHours, OutboxMail
from motesplats.moments import STOCKHOLM, local
from motesplats.topics import Topic
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from tests import make
from volunteers import roster, rules
from volunteers.models import Shift, ShiftBooking, Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.long, pytest.mark.timeout(900)]
FIRST, DAYS, QUIET_DAYS = date(2026, 10, 19), 28, 4  # with the night of 25 hours; nobody asks in the last days
STEP = timedelta(minutes=30)
EACH_DAY, COMES, GIVES_BACK, STAFF_ANSWERS = 4, 0.9, 0.08, 0.6
HOURS = [*range(8, 24), *range(16, 24), *range(18, 23), 1, 3]  # when people ask: mostly in the evening
CLOCKS = (clocks.lapse_silent_claims, clocks.keep_promises, clocks.improve_promises, clocks.ask_round)


class Month:
    """The demo's offices, volunteers and shifts; who asks, comes, gives back and answers is thrown by a seeded dice."""

    def __init__(self, seed: int):
        self.dice, self.wrong, self.seen, self.questions = Random(seed), [], 0, []
        content = demo_seed._content()
        self.office = self._office(content["offices"][0])
        self.disa = make.staff()
        self.people = {p["key"]: self._volunteer(p) for p in content["people"] if _helps(p)}
        self.readers = [p["reads"] for p in content["people"] if p["role"] == "seeker"]
        self.absent = set()
        self._lay(content["shifts"])
        self.asks_at = sorted(self._moment() for _question in range(EACH_DAY * (DAYS - QUIET_DAYS)))

    def _office(self, said: dict) -> Office:
        office = make.office(said["name"], hours=False)
        for weekday, opens, closes in said["hours"]:
            OfficeHours.objects.create(office=office, weekday=weekday, opens=opens, closes=closes)
        return office

    def _volunteer(self, said: dict) -> Volunteer:
        return make.volunteer(said["name"], languages=said["reads"], topics=said.get("topics", []))

    def _lay(self, pattern: dict) -> None:
        for n in range(DAYS + 3):
            day = FIRST + timedelta(days=n)
            for opens, closes, seats, who in (
                (time(18), time(22), 2, pattern["evenings"]),
                (time(22), time(6), 1, pattern["nights"]),
            ):
                start, end = roster.span(day, opens, closes)
                shift = Shift.objects.create(office=self.office, starts_at=start, ends_at=end, seats=seats)
                for name in who[n % len(who)]:
                    booking = roster.book(self.people[name], shift)
                    if self.dice.random() > COMES:
                        self.absent.add(booking.pk)

    def _moment(self) -> datetime:
        day = FIRST + timedelta(days=self.dice.randrange(DAYS - QUIET_DAYS))
        return rules.instant(day, time(self.dice.choice(HOURS), self.dice.choice((0, 30))))

    def step(self, at: datetime) -> None:
        self._some_give_back(at)
        while self.asks_at and self.asks_at[0] <= at:
            self.asks_at.pop(0)
            topic, languages = self.dice.choice(Topic.values), self.dice.choice(self.readers)
            is_adult = self.dice.random() > 0.05
            self.questions.append(make.conversation(topic=topic, languages=languages, is_adult=is_adult).request)
        self._check_new(at)
        self._volunteers_answer(at)
        self._staff_answer(at)
        for clock in CLOCKS:
            clock()
        self._check_new(at)

    def _some_give_back(self, at: datetime) -> None:
        """Twelve hours before a shift some cannot come after all."""
        soon = ShiftBooking.objects.booked().filter(shift__starts_at=at + timedelta(hours=12))
        for booking in soon.select_related("volunteer__user", "shift"):
            if self.dice.random() < GIVES_BACK:
                roster.unbook(booking.volunteer, booking.shift)

    def _volunteers_answer(self, at: datetime) -> None:
        """Whoever is in a shift, and came, takes the first fitting question and is done within the half hour."""
        now = ShiftBooking.objects.booked().filter(shift__starts_at__lte=at, shift__ends_at__gt=at)
        for booking in now.exclude(pk__in=self.absent).select_related("volunteer__user").order_by("pk"):
            question = fit.questions_for(booking.volunteer, at).first()
            if question is not None:
                self._answer(question, lambda q, v=booking.volunteer: claiming.claim(q, v, pace=Pace.TONIGHT))

    def _staff_answer(self, at: datetime) -> None:
        """In staffed hours IM answers some of what it has promised, soonest due first."""
        wall = local(at)
        if wall.isoweekday() > 5 or not 9 <= wall.hour < 16:
            return
        due = HelpRequest.objects.filter(state="waiting", conversation__promise_by_staff=True).order_by(
            "answer_by", "pk"
        )
        for question in due[:2]:
            if self.dice.random() < STAFF_ANSWERS:
                self._answer(question, lambda q: matching.let_staff_in(q, staff=self.disa, reason="answer"))

    def _answer(self, question: HelpRequest, take) -> None:
        try:
            take(question)
        except (StateConflict, claiming.NotAllowed):
            self.wrong.append("could not take what fits")
            return
        helper = HelpRequest.objects.get(pk=question.pk).helper
        make.message(make.person_of(question.conversation.participants.get(user=helper)).participant, "Hej!")
        matching.resolve(HelpRequest.objects.get(pk=question.pk), actor=helper)

    def _check_new(self, at: datetime) -> None:
        """Each promise given since: by whom, when, and is that true? With sums of its own."""
        new = Promise.objects.filter(pk__gt=self.seen).select_related("conversation__request").order_by("pk")
        for given in new:
            self.seen = given.pk
            if given.by_staff:
                fitting = [b for b in self._fitting(given) if b.shift.starts_at < at + timedelta(hours=72)]
                if fitting and given.conversation.request.is_adult:
                    self.wrong.append(f"{given}: IM, though somebody who fits is booked")
                if given.answer_by != self._staffed_until(at):
                    self.wrong.append(f"{given}: not IM's hours")
            elif not any(self._is_first_hour(b.shift, given.answer_by, at) for b in self._fitting(given)):
                self.wrong.append(f"{given}: an hour nobody who fits is booked in")

    def _fitting(self, given: Promise) -> list[ShiftBooking]:
        question, rows = given.conversation.request, ShiftBooking.objects.booked().select_related("shift", "volunteer")
        return [
            row
            for row in rows.filter(shift__ends_at__gt=given.made_at)
            if set(row.volunteer.languages) & set(question.languages)
            and (not row.volunteer.topics or question.topic in row.volunteer.topics)
        ]

    def _is_first_hour(self, shift: Shift, answer_by: datetime, at: datetime) -> bool:
        """Promised is the end of the shift's first hour, or of the next hour in it; half an hour and rounding are ours."""
        end = min(max(shift.starts_at, at) + timedelta(hours=1), shift.ends_at)
        return end + timedelta(minutes=30) <= answer_by < end + timedelta(minutes=60)

    def _staffed_until(self, at: datetime) -> datetime:
        day = local(at).date()
        while True:
            closes = datetime.combine(day, time(16), tzinfo=STOCKHOLM)
            if day.isoweekday() <= 5 and closes > at + timedelta(minutes=30):
                return closes
            day += timedelta(days=1)

    def unanswered(self) -> list[HelpRequest]:
        """Neither answered nor, for each time that passed, apologised to with a new time ahead."""
        found = []
        for question in HelpRequest.objects.filter(pk__in=[q.pk for q in self.questions]).select_related(
            "conversation"
        ):
            told = question.conversation.messages.filter(
                kind=Message.Kind.SYSTEM, body__startswith='{"code":"promise_broken"'
            ).count()
            answer = question.conversation.first_answer_at
            broken = question.conversation.promises.exclude(broken_at=None)
            owed = [p for p in broken if answer is None or answer > p.answer_by + STEP]
            mails = OutboxMail.objects.filter(kind="promise_broken", data__request=question.public_id).count()
            ahead = answer is not None or question.answer_by > timezone.now()
            if told < len(owed) or mails < len(owed) or not ahead:
                found.append(question)
        return found

    def table(self) -> str:
        lines = ["week  asked  by volunteers: kept  broken   by IM: kept  broken   answered after (median)"]
        for week in range(DAYS // 7):
            start = rules.instant(FIRST + timedelta(weeks=week), time(0))
            rows = [q for q in self.questions if start <= q.created_at < start + timedelta(weeks=1)]
            lines.append(f"{week + 1:4}{self._figures(rows)}")
        return "\n".join([*lines, f" all{self._figures(self.questions)}"])

    def _figures(self, questions: list[HelpRequest]) -> str:
        rows = Promise.objects.filter(conversation__request__in=[q.pk for q in questions])
        kept = Counter((row.by_staff, row.kept_at is not None) for row in rows if row.kept_at or row.broken_at)
        waits = [
            (q.conversation.first_answer_at - q.created_at).total_seconds() / 3600
            for q in HelpRequest.objects.filter(pk__in=[q.pk for q in questions]).select_related("conversation")
            if q.conversation.first_answer_at
        ]
        numbers = (
            f"{len(questions):7}{kept[False, True]:21}{kept[False, False]:8}{kept[True, True]:14}{kept[True, False]:8}"
        )
        return f"{numbers}{median(waits):20.1f} h" if waits else numbers


def _helps(person: dict) -> bool:
    return person["role"] == "volunteer" and "then" not in person and "applied_minutes_ago" not in person


def test_a_month_of_the_demo_roster(capsys):
    with time_machine.travel(rules.instant(FIRST, time(0)), tick=False) as clock:
        month = Month(seed=4)
        for _step in range(int(timedelta(days=DAYS) / STEP)):
            month.step(timezone.now())
            clock.shift(STEP)
        left = month.unanswered()
        kept = Promise.objects.exclude(kept_at=None).count()
        broken = Promise.objects.exclude(broken_at=None).count()
        open_ = Promise.objects.filter(kept_at=None, broken_at=None).count()
        with capsys.disabled():
            print(f"\n{month.table()}")
            print(
                f"{kept} of {kept + broken} promises kept ({kept / (kept + broken):.0%}), {open_} still open; "
                f"not answered and not apologised to: {len(left)}; wrong: {len(month.wrong)}"
            )
    assert month.wrong == [] and left == []
    assert len(month.questions) == EACH_DAY * (DAYS - QUIET_DAYS) and kept > 0
    assert Participant.objects.filter(side=Side.STAFF).exists(), "IM answered too"
