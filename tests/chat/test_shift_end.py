"""A quarter of an hour before the end of a shift, and after it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import claiming, clocks, desk_list
from chat.claiming import Pace, ShiftIsOver
from tests import make
from tests.chat.house import logged_in
from tests.chat.state_of import fresh, said, writers
from tests.races import at_once
from volunteers import duty, shift_end
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
MIN = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def bjorn(house, clock):
    """His shift ends in half an hour."""
    volunteer = make.volunteer(heartbeat_at=clock())
    make.booking(volunteer, make.shift(clock() - HOUR, hours=1.5))
    return volunteer


def standing(volunteer, clock) -> tuple[bool, bool]:
    """-> (its end is near, it is over)."""
    found = shift_end.standing(Volunteer.objects.get(pk=volunteer.pk), clock())
    return found.ends_at is not None, found.is_over


def test_the_end_comes_near_passes_and_is_forgotten(bjorn, clock):
    assert standing(bjorn, clock) == (False, False)
    clock(15 * MIN)
    assert standing(bjorn, clock) == (True, False)
    clock(15 * MIN)
    assert standing(bjorn, clock) == (False, True)
    clock(2 * HOUR)
    assert standing(bjorn, clock) == (False, False)


def test_a_seat_that_follows_puts_the_end_off(bjorn, clock):
    make.booking(bjorn, make.shift(clock() + 30 * MIN, hours=1))
    clock(20 * MIN)
    assert standing(bjorn, clock) == (False, False)
    clock(55 * MIN)
    assert standing(bjorn, clock) == (True, False)


def test_who_never_had_a_shift_has_no_end(house, clock):
    assert standing(make.volunteer(on_duty=True), clock) == (False, False)


def test_no_new_chat_after_the_end_but_later_answers_and_open_chats_go_on(bjorn, clock):
    chat, first, second = make.claimed(bjorn), make.conversation(), make.conversation()
    clock(31 * MIN)
    with pytest.raises(ShiftIsOver):
        claiming.claim(fresh(first).request, bjorn)
    claiming.claim(fresh(first).request, bjorn, pace=Pace.TONIGHT)
    assert writers(chat) == {"Amina", "Björn"}
    duty.switch(bjorn, to="here", actor=bjorn.user)
    claiming.claim(fresh(second).request, bjorn)


def test_each_chat_says_it_once_to_the_helper_alone(bjorn, clock):
    chat, other = make.claimed(bjorn), make.claimed(make.volunteer("Cecilia"))
    assert clocks.warn_of_shift_end() == 0
    clock(15 * MIN)
    assert (clocks.warn_of_shift_end(), clocks.warn_of_shift_end()) == (1, 0)
    assert said(chat).count("shift_ends") == 1 and "shift_ends" not in said(other)
    desk, phone = logged_in(bjorn.user), logged_in(make.seeker_of(chat).user)
    url, words = f"/chatt/{chat.request.public_id}/utskrift/", "The shift ends"
    assert words in desk.get(f"/en{url}").content.decode()
    assert words not in phone.get(f"/en{url}").content.decode()


@pytest.mark.parametrize("follows, switched_on", [(True, False), (False, True)])
def test_who_stays_is_not_warned(bjorn, clock, follows, switched_on):
    make.claimed(bjorn)
    if follows:
        make.booking(bjorn, make.shift(clock() + 30 * MIN, hours=1))
    if switched_on:
        Volunteer.objects.filter(pk=bjorn.pk).update(switched_on_at=clock())
    clock(20 * MIN)
    assert clocks.warn_of_shift_end() == 0


def test_the_desk_says_it_before_and_after(bjorn, clock):
    desk = logged_in(bjorn.user)
    assert "Your shift ends" not in desk.get("/en/jour/").content.decode()
    clock(16 * MIN)
    assert "Your shift ends" in desk.get("/en/jour/").content.decode()
    clock(15 * MIN)
    assert "Your shift is over" in desk.get("/en/jour/").content.decode()
    question = make.conversation().request
    answer = desk.post(f"/en/jour/{question.public_id}/ta/", {"pace": "now"}, follow=True)
    assert "Press Here now" in answer.content.decode()


@pytest.mark.parametrize("shifts", [1, 3])
def test_one_query_whatever_the_number_of_shifts(house, clock, shifts):
    bjorn = make.volunteer()
    for number in range(shifts):
        make.booking(bjorn, make.shift(clock() + 3 * number * MIN, hours=0.05))
    with CaptureQueriesContext(connection) as queries:
        assert shift_end.standing(bjorn, clock()).shift is not None
    assert len(queries) == 1
    assert desk_list.of(bjorn)["shift"] is not None


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_say_it_once(bjorn, clock):
    chat = make.claimed(bjorn)
    clock(20 * MIN)
    assert sorted(at_once(*[clocks.warn_of_shift_end] * 3)) == [0, 0, 1]
    assert said(chat).count("shift_ends") == 1
