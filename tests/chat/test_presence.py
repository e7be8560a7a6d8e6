"""Gone and back: the page and the clock say the same."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from chat import clocks, matching, presence
from chat.claiming import Pace
from chat.models import Participant
from tests import make
from tests.chat.state_of import fresh, here, said

pytestmark = pytest.mark.django_db
MIN = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def house():
    return make.office()


@pytest.fixture
def clock():
    with time_machine.travel(timezone.now(), tick=False) as travel:
        yield travel.shift


def is_gone(chat) -> bool:
    """As the page says; the clock must agree."""
    here(chat)
    page, told = presence.is_helper_gone(fresh(chat).request, timezone.now()), clocks.tell_helper_gone() == 1
    assert page is told
    return page


def test_who_left_without_a_word_is_gone_after_three_minutes(clock):
    chat = make.claimed()
    make.message(make.helper_of(chat))
    presence.visited(make.helper_of(chat))
    clock(MIN * 2.9)
    assert not is_gone(chat)
    clock(MIN * 0.2)
    assert is_gone(chat)
    presence.visited(make.helper_of(chat))
    assert not is_gone(chat)


def test_who_answers_later_tonight_is_not_gone(clock):
    chat = make.claimed(pace=Pace.TONIGHT)
    presence.visited(make.helper_of(chat))
    clock(MIN * 10)
    assert not is_gone(chat)
    make.message(make.helper_of(chat))
    assert is_gone(chat)


def test_who_is_away_with_a_word_is_not_gone_and_says_when_back(clock):
    chat = make.claimed()
    make.message(make.helper_of(chat))
    presence.visited(make.helper_of(chat))
    presence.go_away(make.helper_of(chat), Participant.Away.READING)
    clock(MIN * 9)
    assert not is_gone(chat)
    presence.come_back(make.helper_of(chat)), presence.come_back(make.helper_of(chat))
    assert said(chat)[-1] == "back"
    assert said(chat).count("back") == 1


def test_a_stopped_chat_has_no_helper_gone(clock):
    chat = make.claimed()
    make.message(make.helper_of(chat))
    presence.visited(make.helper_of(chat))
    clock(MIN * 10)
    matching.hold(fresh(chat).request, actor=make.staff())
    assert not is_gone(chat)
