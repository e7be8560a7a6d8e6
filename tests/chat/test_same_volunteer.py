""" "Gärna samma volontär som sist": the first minute is theirs, and nobody waits longer for it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chat import claiming, clocks, desk_list, fit, matching
from chat.claiming import Pace
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import logged_in
from tests.chat.state_of import fresh, here

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
SECOND = timedelta(seconds=1)


@pytest.fixture
def bjorn(clock):
    return make.volunteer("Björn", on_duty=True)


@pytest.fixture
def amina(bjorn):
    """Björn has helped her before; it is done."""
    talk = make.claimed(bjorn)
    make.message(make.helper_of(talk))
    matching.resolve(fresh(talk).request, actor=None)
    return talk.request.owner


def asks(owner, **fields):
    return fresh(make.conversation(owner, **{"wants_same_helper": True, **fields}))


def sees(volunteer) -> int:
    return len(desk_list.waiting_cards(volunteer, timezone.now()))


def test_the_first_minute_is_theirs_then_everybodys(bjorn, amina, clock):
    cecilia = make.volunteer("Cecilia", on_duty=True)
    talk = asks(amina)
    assert (sees(bjorn), sees(cecilia)) == (1, 0)
    for number in (1, 2, 3):
        assert list(fit.candidates(talk.request, round_number=number, at=clock())) == [bjorn]
    with pytest.raises(StateConflict):
        claiming.claim(talk.request, cecilia)
    clock(60 * SECOND)
    assert (sees(bjorn), sees(cecilia)) == (1, 1)
    assert (clocks.end_late_offers(), clocks.end_late_offers()) == (1, 0)
    claiming.claim(talk.request, cecilia)


def test_who_came_back_after_another_is_the_one_of_last_time(bjorn, clock):
    talk, cecilia = make.claimed(bjorn), make.volunteer("Cecilia", on_duty=True)
    for helper in (cecilia, bjorn):
        matching.release(fresh(talk).request, actor=fresh(talk).request.helper)
        clock(SECOND)
        claiming.claim(fresh(talk).request, helper)
    make.message(make.helper_of(talk))
    matching.resolve(fresh(talk).request, actor=None)
    assert asks(talk.request.owner).offered_to == bjorn.user


def test_they_may_take_it_at_once(bjorn, amina):
    talk = asks(amina)
    claiming.claim(talk.request, bjorn)
    assert fresh(talk).request.helper == bjorn.user and fresh(talk).offered_to is None


@pytest.mark.parametrize("why", ["no wish", "not here", "busy", "another language", "changed", "nobody yet"])
def test_nobody_waits_for_who_cannot(bjorn, amina, clock, why):
    cecilia, fields = make.volunteer("Cecilia", on_duty=True, languages=["sv", "so"]), {}
    if why == "no wish":
        fields = {"wants_same_helper": False}
    if why == "not here":
        bjorn.switched_on_at = None
        bjorn.save()
    if why == "busy":
        other = make.conversation()
        here(other)
        claiming.claim(fresh(other).request, bjorn)
    if why == "another language":
        fields = {"languages": ["so"]}
    if why == "changed":
        talk = make.claimed(bjorn, owner=amina, pace=Pace.TOMORROW)
        matching.swap_volunteer(fresh(talk).request, actor=amina)
        matching.withdraw(fresh(talk).request, actor=amina)
    talk = asks(amina if why != "nobody yet" else make.user("Leila"), **fields)
    assert talk.offered_to is None and sees(cecilia) == 1


def _ask(browser: Client, **more):
    for path, said in (
        ("/fraga/", {"topic": "cv"}),
        ("/fraga/annons/", {"skip": "1"}),
        ("/fraga/nar/", {"skip": "1"}),
        ("/fraga/sprak/", {"languages": ["sv"]}),
        ("/fraga/du/", {"is_adult": "yes", "consent": "on", **more}),
    ):
        answer = browser.post(path, said)
    return answer


def test_the_tick_on_the_ask_page(bjorn, amina):
    browser = logged_in(amina)
    browser.post("/fraga/", {"topic": "cv"})
    page = browser.get("/fraga/du/").content.decode()
    assert 'name="same_volunteer"' in page and "checked" not in page
    browser.get(_ask(browser, same_volunteer="on").url)
    question = HelpRequest.objects.latest("pk")
    assert question.wants_same_helper and question.conversation.offered_to == bjorn.user


@pytest.mark.parametrize("who", ["nobody logged in", "first question"])
def test_without_a_last_time_there_is_no_tick_and_no_wish(who):
    browser = Client() if who == "nobody logged in" else logged_in(make.user("Leila"))
    browser.post("/fraga/", {"topic": "cv"})
    assert 'name="same_volunteer"' not in browser.get("/fraga/du/").content.decode()
    _ask(browser, same_volunteer="on")
    assert not HelpRequest.objects.latest("pk").wants_same_helper
