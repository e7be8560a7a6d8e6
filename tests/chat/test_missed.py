"""Two alerts that nobody answered: a kind pause, and one tap back."""

from datetime import timedelta

import pytest

from chat import claiming, matching, missed
from chat.models import Alert, MissedPause
from motesplats.models import AuditEntry
from tests import make
from tests.chat.house import logged_in
from tests.chat.state_of import fresh
from tests.races import at_once
from volunteers import duty
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
MIN = timedelta(minutes=1)


@pytest.fixture
def bjorn(house, clock):
    """In a shift that began an hour ago, with the page open."""
    volunteer = make.volunteer(heartbeat_at=clock())
    make.booking(volunteer, make.shift(clock() - timedelta(hours=1)))
    return volunteer


def told(volunteer, at, *, door=Alert.Door.PAGE, chat=None):
    chat = chat or make.conversation()
    row = {"conversation": chat, "volunteer": volunteer, "waits_since": chat.created_at}
    Alert.objects.update_or_create(**row, defaults={"round": 1, "door": door, "at": at})
    return chat


def miss(volunteer, clock, times: int) -> int:
    """-> how many pauses that gave."""
    paused = 0
    for _ in range(times):
        told(volunteer, clock())
        clock(4 * MIN)
        paused += missed.pause_who_missed()
        clock(7 * MIN)
    return paused


def is_here(volunteer, clock) -> bool:
    return duty.is_here(Volunteer.objects.get(pk=volunteer.pk), clock())


def test_one_miss_is_nothing_two_are_a_pause(bjorn, clock):
    assert miss(bjorn, clock, 1) == 0 and is_here(bjorn, clock)
    assert miss(bjorn, clock, 1) == 1 and not is_here(bjorn, clock)
    assert AuditEntry.objects.filter(action="duty.paused").count() == 1
    assert missed.pause_who_missed() == 0


def test_less_than_three_minutes_is_no_miss(bjorn, clock):
    for _ in range(2):
        told(bjorn, clock())
    clock(3 * MIN - timedelta(seconds=1))
    assert missed.pause_who_missed() == 0
    clock(timedelta(seconds=1))
    assert missed.pause_who_missed() == 1


def test_a_question_somebody_took_was_not_missed(bjorn, clock):
    cecilia, olof = make.volunteer("Cecilia"), make.volunteer("Olof")
    kept, left = told(bjorn, clock()), told(bjorn, clock())
    claiming.claim(fresh(kept).request, cecilia)
    claiming.claim(fresh(left).request, olof)
    clock(MIN)
    matching.release(fresh(left).request, actor=olof.user)
    clock(3 * MIN)
    assert missed.pause_who_missed() == 0
    assert not Alert.objects.filter(missed_at__isnull=False).exists()


@pytest.mark.parametrize("door", [Alert.Door.EMAIL, Alert.Door.ALONG])
def test_mails_and_what_came_along_are_nobodys_to_miss(bjorn, clock, door):
    for _ in range(3):
        told(bjorn, clock(), door=door)
    clock(5 * MIN)
    assert missed.pause_who_missed() == 0


def test_what_was_missed_before_a_taken_question_is_forgotten(bjorn, clock):
    miss(bjorn, clock, 1)
    claiming.claim(make.conversation().request, bjorn)
    clock(MIN)
    assert miss(bjorn, clock, 1) == 0


def test_what_was_missed_before_the_shift_is_forgotten(house, clock):
    bjorn = make.volunteer(on_duty=True)
    miss(bjorn, clock, 1)
    make.booking(bjorn, make.shift(clock()))
    clock(MIN)
    assert miss(bjorn, clock, 1) == 0
    assert miss(bjorn, clock, 1) == 1


def test_one_tap_back_and_it_begins_anew(bjorn, clock):
    miss(bjorn, clock, 2)
    desk = logged_in(bjorn.user)
    page = desk.get("/jour/").content.decode()
    assert 'class="note"' in page and MissedPause.objects.get().ended_at is None
    desk.post("/jour/har/", {"to": "here"})
    assert is_here(bjorn, clock)
    desk.post("/jour/har/", {"to": "away"})
    assert not missed.is_paused(bjorn, clock())
    desk.post("/jour/har/", {"to": "here"})
    assert miss(bjorn, clock, 1) == 0 and is_here(bjorn, clock)
    assert miss(bjorn, clock, 1) == 1


def test_the_next_shift_knows_nothing_of_it(bjorn, clock):
    miss(bjorn, clock, 2)
    clock(timedelta(hours=20))
    make.booking(bjorn, make.shift(clock()))
    assert is_here(bjorn, clock)
    assert not missed.is_paused(bjorn, clock())


def test_who_is_not_here_is_not_paused(house, clock):
    """Told by a notice at home, because they wished it: nothing to answer for."""
    bjorn = make.volunteer()
    for _ in range(3):
        told(bjorn, clock(), door=Alert.Door.PUSH)
    clock(5 * MIN)
    assert missed.pause_who_missed() == 0


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_pause_once(bjorn, clock):
    for _ in range(2):
        told(bjorn, clock())
    clock(4 * MIN)
    found = at_once(*[missed.pause_who_missed] * 3)
    assert sorted(found) == [0, 0, 1]
    assert MissedPause.objects.count() == 1
