"""A simulated night: 50 volunteers, 40 questions, 18.00–03.00, seeded, with time moved. Prints its table (`-s`)."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from chat import alerts, claiming, matching
from chat.models import Alert, Participant
from motesplats.moments import local
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from tests import make
from volunteers import duty
from volunteers.models import AlertWish, PushSubscription, Volunteer

pytestmark = [
    pytest.mark.usefixtures("on_postgres"),
    pytest.mark.timeout(900),
    pytest.mark.long,
]  # once: it takes a minute or two
BEGINS = datetime.fromisoformat("2026-11-24T17:00:00+00:00")  # a Tuesday, 18.00 in Sweden
STEP, HOURS = timedelta(seconds=30), 9
GAP = timedelta(minutes=10)
LANGUAGES = (["sv"], ["sv", "en"], ["sv", "ar"], ["en", "ar"], ["sv", "uk"], ["so", "sv"], ["fa", "en"])
TOPICS = ((), (), ("cv", "letter"), ("interview",))


class Night:
    """Who does what: the volunteers' side is played here, and checked with sums of its own."""

    def __init__(self, seed: int):
        self.dice = Random(seed)
        self.volunteers = [self._volunteer(number) for number in range(50)]
        minutes = sorted(self.dice.randrange(0, (HOURS - 1) * 60 * 2) for _ in range(40))
        self.asks_at = [BEGINS + minute * STEP for minute in minutes]
        self.questions, self.answers, self.chats, self.busy = [], [], [], {}
        self.seen = 0  # alerts up to this row number have been thought about
        self.wrong: list[str] = []

    def _volunteer(self, number: int) -> Volunteer:
        made = make.volunteer(
            f"V{number}", languages=self.dice.choice(LANGUAGES), topics=self.dice.choice(TOPICS), live_limit=1
        )
        if number < 12:  # a shift of three hours
            start = BEGINS + timedelta(hours=self.dice.choice((0, 1, 3, 5)))
            make.booking(made, make.shift(start, hours=3))
        if number >= 8:
            quiet = self.dice.choice((("22:00", "07:00"), ("20:30", "09:00"), ("17:00", "19:00"), ("03:00", "03:00")))
            AlertWish.objects.create(volunteer=made, is_on=True, quiet_from=quiet[0], quiet_until=quiet[1])
        if number >= 20:
            PushSubscription.objects.create(volunteer=made, endpoint=f"https://push.example/{number}")
        return made

    def step(self, at: datetime) -> None:
        self._stay(at)
        while self.asks_at and self.asks_at[0] <= at:
            self.asks_at.pop(0)
            topic, languages = self.dice.choice(("cv", "letter", "interview")), self.dice.choice(LANGUAGES)
            self.questions.append(make.conversation(topic=topic, languages=languages).request)
        self._answer(at)
        alerts.tell_waiting()
        self._check(at)
        self._think(at)

    def _stay(self, at: datetime) -> None:
        """Pages stay open: those of shifts, of who pressed "Här nu", and the askers' in live chats."""
        Volunteer.objects.filter(pk__in=[v.pk for v in self.volunteers[:12]]).update(heartbeat_at=at)
        Volunteer.objects.exclude(switched_on_at=None).update(heartbeat_at=at)
        for pk, (question, ends_at) in list(self.busy.items()):
            if at >= ends_at:
                volunteer = Volunteer.objects.get(pk=pk)
                matching.resolve(question, actor=volunteer.user)
                duty.switch(volunteer, to="notify", actor=volunteer.user) if volunteer.switched_on_at else None
                del self.busy[pk]
            else:
                Participant.objects.filter(conversation=question.conversation, side="seeker").update(seen_at=at)

    def _think(self, at: datetime) -> None:
        """Who was told decides: half of those on duty come, a fifth of the others, after one to five minutes."""
        rows = Alert.objects.filter(pk__gt=self.seen).exclude(door="along").select_related("conversation__request")
        for row in rows.order_by("pk"):
            self.seen = row.pk
            if self.dice.random() < (0.5 if row.door == "page" else 0.2):
                after = timedelta(minutes=self.dice.randrange(1, 6))
                self.answers.append((at + after, row.volunteer_id, row.conversation.request))

    def _answer(self, at: datetime) -> None:
        due = [answer for answer in self.answers if answer[0] <= at]
        self.answers = [answer for answer in self.answers if answer[0] > at]
        for _at, pk, question in due:
            if pk in self.busy:
                continue
            volunteer = Volunteer.objects.select_related("user").get(pk=pk)
            Participant.objects.filter(conversation=question.conversation, side="seeker").update(seen_at=at)
            duty.switch(volunteer, to="here", actor=volunteer.user)
            try:
                claiming.claim(question, volunteer)
            except (StateConflict, claiming.NotAllowed, claiming.BusyElsewhere):
                continue
            ends_at = at + timedelta(minutes=self.dice.randrange(10, 35))
            self.busy[pk] = (question, ends_at)
            self.chats.append((pk, at, ends_at))

    def _check(self, at: datetime) -> None:
        """After a round: nobody who could be told of a waiting question is left, but for the limit of a round."""
        here = set(Volunteer.objects.on_duty(at).values_list("pk", flat=True))
        rows = list(Alert.objects.values("volunteer_id", "conversation__request_id", "at", "door", "round"))
        for row in (row for row in rows if row["at"] == at and row["door"] != "along"):
            if row["volunteer_id"] in self.busy:
                self.wrong.append("told during a chat")
            if row["volunteer_id"] not in here and self._is_quiet(row["volunteer_id"], at):
                self.wrong.append("told in quiet hours")
        if int((at - BEGINS) / STEP) % 4:
            return
        for question in HelpRequest.objects.filter(state="waiting"):
            told = [row for row in rows if row["conversation__request_id"] == question.pk]
            number = 1 + int((at - question.queued_at) / STEP)
            in_round = sum(row["round"] == max(number, 3) and row["door"] != "along" for row in told)
            left = [v for v in self.volunteers if self._could_be_told(v, question, told, rows, here, at)]
            on_duty_left = [v for v in left if v.pk in here]
            if number >= 3 and (on_duty_left or left and in_round < 5) or number == 2 and on_duty_left:
                self.wrong.append(f"question {question.pk}: round {number} forgot {len(left)}")

    def _could_be_told(self, volunteer, question, told, rows, here, at) -> bool:
        pk = volunteer.pk
        mine = [row for row in rows if row["volunteer_id"] == pk and row["door"] != "along"]
        return (
            bool(set(volunteer.languages) & set(question.languages))
            and (not volunteer.topics or question.topic in volunteer.topics)
            and (pk in here or self._wishes(pk) and not self._is_quiet(pk, at))
            and pk not in self.busy
            and pk not in {row["volunteer_id"] for row in told}
            and not any(row["at"] > at - GAP for row in mine)
            and (pk in here or self._has_device(pk) or not any(row["at"] > at - 6 * GAP for row in mine))
        )

    def _wish(self, pk: int) -> AlertWish | None:
        self.wishes = getattr(self, "wishes", None) or {row.volunteer_id: row for row in AlertWish.objects.all()}
        return self.wishes.get(pk)

    def _wishes(self, pk: int) -> bool:
        return self._wish(pk) is not None

    def _has_device(self, pk: int) -> bool:
        return pk in {volunteer.pk for volunteer in self.volunteers[20:]}

    def _is_quiet(self, pk: int, at: datetime) -> bool:
        wish, now = self._wish(pk), local(at).time()
        if wish is None or wish.quiet_from == wish.quiet_until:
            return wish is None
        inside = wish.quiet_from <= now < wish.quiet_until
        return inside if wish.quiet_from < wish.quiet_until else not wish.quiet_until <= now < wish.quiet_from

    def table(self) -> str:
        """Hour by hour."""
        lines = ["hour   asked  page  push  mail  along  chats"]
        for hour in range(HOURS):
            start, end = BEGINS + timedelta(hours=hour), BEGINS + timedelta(hours=hour + 1)
            doors = Counter(Alert.objects.filter(at__gte=start, at__lt=end).values_list("door", flat=True))
            asked = sum(start <= question.created_at < end for question in self.questions)
            chats = sum(start <= began < end for _pk, began, _ends in self.chats)
            told = "".join(f"{doors[door]:6}" for door in ("page", "push", "email", "along"))
            lines.append(f"{local(start):%H}–{local(end):%H}{asked:8}{told}{chats:8}")
        return "\n".join(lines)


def gaps() -> list[timedelta]:
    """Between two alerts of the same person."""
    found, last = [], {}
    for pk, at in Alert.objects.heard().order_by("at", "pk").values_list("volunteer", "at"):
        if pk in last:
            found.append(at - last[pk])
        last[pk] = at
    return found


def test_a_night_with_50_volunteers_and_40_questions():
    make.office()
    with time_machine.travel(BEGINS, tick=False) as clock:
        night = Night(seed=4)
        for _step in range(int(timedelta(hours=HOURS) / STEP)):
            night.step(timezone.now())
            clock.shift(STEP)
    told = set(Alert.objects.values_list("conversation__request", flat=True))
    print(f"\n{night.table()}")
    print(
        f"{len(night.questions)} questions, {len(told)} told of, {len(night.chats)} taken in a chat; "
        f"{Alert.objects.heard().count()} alerts to {len(set(Alert.objects.values_list('volunteer', flat=True)))} people; "
        f"shortest time between two for one person: {min(gaps())}; wrong: {len(night.wrong)}"
    )
    assert night.wrong == [] and min(gaps()) >= settings.CLOCKS["alert_gap"]
    assert len(night.questions) == 40 and told == {question.pk for question in night.questions}
