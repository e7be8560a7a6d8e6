"""How many chats at once: who may choose, and that the choice counts."""

import pytest

from chat import capacity, claiming, matching
from chat.claiming import BusyElsewhere
from motesplats.models import AuditEntry
from tests import make
from tests.chat.house import logged_in
from tests.chat.state_of import fresh, here
from volunteers import duty
from volunteers.models import Volunteer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]


def helped(volunteer, times: int) -> Volunteer:
    """The same volunteer, who has written in so many chats that are done."""
    for _ in range(times):
        talk = make.claimed(volunteer)
        make.message(make.helper_of(talk))
        matching.resolve(fresh(talk).request, actor=None)
    return volunteer


def limit_of(volunteer) -> int:
    return Volunteer.objects.get(pk=volunteer.pk).live_limit


def test_four_are_too_few_and_a_chat_without_a_word_is_none():
    bjorn = helped(make.volunteer(), 4)
    make.claimed(bjorn)
    with pytest.raises(capacity.TooNew):
        capacity.choose(bjorn, limit=2)
    assert limit_of(bjorn) == 1
    helped(bjorn, 1)
    capacity.choose(bjorn, limit=2)
    assert limit_of(bjorn) == 2 and AuditEntry.objects.filter(action="volunteer.limit_set").count() == 1


def test_the_choice_counts_from_the_next_chat():
    bjorn = helped(make.volunteer(), 5)
    capacity.choose(bjorn, limit=2)
    talks = [make.conversation() for _ in range(3)]
    for talk in talks:
        here(talk)
    for talk in talks[:2]:
        claiming.claim(fresh(talk).request, bjorn)
    with pytest.raises(BusyElsewhere):
        claiming.claim(fresh(talks[2]).request, bjorn)


@pytest.mark.parametrize("limit", [0, 4, -1])
def test_nothing_but_one_to_three(limit):
    with pytest.raises(ValueError):
        capacity.choose(helped(make.volunteer(), 5), limit=limit)


def test_who_is_paused_chooses_nothing():
    bjorn = helped(make.volunteer(), 5)
    Volunteer.objects.filter(pk=bjorn.pk).update(state=Volunteer.State.PAUSED)
    with pytest.raises(duty.NotApproved):
        capacity.choose(bjorn, limit=2)


def test_the_page_for_who_is_new_and_for_who_has_helped():
    new, old = make.volunteer(), helped(make.volunteer(), 5)
    assert 'type="radio"' not in logged_in(new.user).get("/jour/antal/").content.decode()
    assert logged_in(new.user).post("/jour/antal/", {"limit": "3"}).url == "/jour/antal/"
    desk = logged_in(old.user)
    assert desk.get("/jour/antal/").content.decode().count('type="radio"') == 3
    for bad in ("", "4", "0", "two", "\x00"):
        assert desk.post("/jour/antal/", {"limit": bad}).status_code == 400
    assert desk.post("/jour/antal/", {"limit": "3"}).url == "/jour/"
    assert (limit_of(new), limit_of(old)) == (1, 3)
