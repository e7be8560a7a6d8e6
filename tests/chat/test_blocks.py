"""Two who shall never meet again: from either side, in every door that would let them meet."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from chat import blocks, claiming, clocks, desk, desk_list, fit, handover, matching
from chat.claiming import NotAllowed
from chat.models import Block
from motesplats.models import AuditEntry
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import logged_in
from tests.chat.state_of import fresh, readers, said, writers
from tests.races import at_once

pytestmark = pytest.mark.django_db
State = HelpRequest.State


def seeker(chat):
    return make.person_of(make.seeker_of(chat))


def helper(chat):
    return make.person_of(chat.participants.get(side="volunteer"))


def doors_between(volunteer, owner) -> list[bool]:
    """For a new question of `owner`: on the volunteer's desk, told of it, let in."""
    question = make.conversation(owner).request
    on_desk = question in [card.question for card in desk_list.waiting_cards(volunteer, timezone.now())]
    is_told = volunteer in fit.candidates(question, round_number=3, at=timezone.now())
    try:
        claiming.claim(question, volunteer)
    except NotAllowed:
        return [on_desk, is_told, False]
    return [on_desk, is_told, True]


@pytest.mark.parametrize("who, line", [(seeker, "swapped"), (helper, "released")])
def test_either_side_ends_it_for_good(chat, who, line):
    bjorn, amina = make.helper_of(chat).user.volunteer, make.seeker_of(chat).user
    person = who(chat)
    blocks.block(person, blocks.other_of(person))
    question = fresh(chat).request
    assert (question.state, question.is_first_in_line, question.helper) == (State.WAITING, True, None)
    assert said(chat)[-1] == line
    assert writers(chat) == readers(chat) == {"Amina"}
    assert doors_between(bjorn, amina) == [False, False, False]
    assert doors_between(make.volunteer("Cecilia"), amina) == [True, True, True]


@pytest.mark.parametrize("has_it", [True, False])
def test_never_again_is_about_who_has_the_question_or_had_it_last(chat, has_it):
    bjorn, cecilia = make.helper_of(chat).user, make.volunteer("Cecilia")
    matching.release(fresh(chat).request, actor=bjorn)
    claiming.claim(fresh(chat).request, cecilia)
    matching.release(fresh(chat).request, actor=cecilia.user)
    assert blocks.other_of(seeker(chat)) == cecilia.user
    claiming.claim(fresh(chat).request, bjorn.volunteer)
    if not has_it:
        matching.release(fresh(chat).request, actor=bjorn)
    assert blocks.other_of(seeker(chat)) == bjorn


def test_who_is_changed_is_not_met_in_a_later_question_either(chat):
    bjorn, amina = make.helper_of(chat).user.volunteer, make.seeker_of(chat).user
    assert doors_between(bjorn, make.user("Samir")) == [True, True, True]
    matching.swap_volunteer(fresh(chat).request, actor=amina)
    assert doors_between(bjorn, amina) == [False, False, False]


def test_the_rule_looks_both_ways_when_roles_change(chat):
    """Amina becomes a volunteer later: she is not given Björn's own question."""
    person = seeker(chat)
    bjorn = blocks.other_of(person)
    blocks.block(person, bjorn)
    assert doors_between(make.volunteer(user=person.user), bjorn) == [False, False, False]


def test_every_chat_they_share_ends(chat):
    bjorn, amina = make.helper_of(chat).user.volunteer, make.seeker_of(chat).user
    second, done, held = (make.claimed(bjorn, owner=owner) for owner in (amina, amina, amina))
    matching.resolve(fresh(done).request, actor=amina)
    matching.hold(fresh(held).request, actor=make.staff())
    blocks.block(seeker(chat), bjorn.user)
    assert {fresh(one).request.state for one in (chat, second)} == {State.WAITING}
    assert readers(done) == readers(second) == {"Amina"}
    matching.reopen(fresh(done).request, actor=amina)
    assert fresh(done).request.helper is None
    matching.unhold(fresh(held).request, actor=make.staff())
    assert (clocks.free_from_former_helpers(), clocks.free_from_former_helpers()) == (1, 0)
    assert fresh(held).request.state == State.WAITING


def test_twice_is_once(chat):
    person = seeker(chat)
    for _ in range(2):
        blocks.block(person, make.person_of(chat.participants.get(side="volunteer")).user)
    assert Block.objects.count() == AuditEntry.objects.filter(action="pair.blocked").count() == 1
    assert said(chat).count("swapped") == 1


def test_before_anybody_answered_there_is_nobody(house):
    assert blocks.other_of(seeker(make.conversation())) is None


def test_a_shells_word_follows_to_its_account(house):
    shell, account, bjorn = make.user("Leila", email=None), make.user("Leila"), make.volunteer()
    Block.objects.create(by=shell, against=bjorn.user)
    Block.objects.create(by=bjorn.user, against=shell)
    for _ in range(2):
        blocks.follow(shell, account)
    assert Block.objects.filter(by=account, against=bjorn.user).count() == 1
    assert doors_between(bjorn, account) == [False, False, False]


def test_staff_see_how_many_and_no_pairs(house):
    bjorn = make.volunteer().user
    people = [make.user(name) for name in ("Amina", "Samir", "Leila")]
    for person in people:
        assert [row for row in desk.rows() if "user" in row.url] == []
        Block.objects.create(by=person, against=bjorn)
    (row,) = [row for row in desk.rows() if "user" in row.url]
    assert row.detail.startswith("3 ") and not any(person.display_name in row.detail for person in people)


def test_a_handover_never_goes_to_one_of_the_pair(chat):
    cecilia = make.volunteer("Cecilia", on_duty=True)
    assert handover.who_could(fresh(chat).request, timezone.now()) == [cecilia]
    Block.objects.create(by=cecilia.user, against=fresh(chat).request.owner)
    assert handover.who_could(fresh(chat).request, timezone.now()) == []


# --- pages -----------------------------------------------------------------------------------------------------------


def test_the_one_who_asked_by_form(chat, url, amina, bjorn):
    assert "Björn" in amina.get(f"{url}aldrig-igen/").content.decode()
    assert Block.objects.count() == 0
    assert amina.post(f"{url}aldrig-igen/").url == url
    assert bjorn.get(url).status_code == 404
    assert amina.post(f"{url}aldrig-igen/").url == url  # pressed twice: nobody left to name


def test_the_volunteer_by_form_lands_on_the_desk(chat, url, bjorn):
    assert f"{url}aldrig-igen/" in bjorn.get(url).content.decode()
    assert bjorn.post(f"{url}aldrig-igen/").url == "/jour/"
    assert fresh(chat).request.state == State.WAITING


def test_the_door_stands_open_after_the_end(chat, url, amina, bjorn):
    assert f"{url}aldrig-igen/" not in amina.get(url).content.decode()
    matching.resolve(fresh(chat).request, actor=None)
    for browser in (amina, bjorn):
        assert f"{url}aldrig-igen/" in browser.get(url).content.decode()
    amina.post(f"{url}aldrig-igen/")
    assert f"{url}aldrig-igen/" not in amina.get(url).content.decode()
    assert bjorn.get(url).status_code == 404


def test_others_have_no_such_door(chat, url):
    assert logged_in(make.volunteer("Cecilia").user).post(f"{url}aldrig-igen/").status_code == 404
    assert Block.objects.count() == 0


# --- at once ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_blocked_while_taking_a_second_question_they_do_not_meet(house):
    for _ in range(25 if connection.vendor == "postgresql" else 4):
        bjorn, amina = make.volunteer(), make.user("Amina")
        first, second = make.claimed(bjorn, owner=amina), make.conversation(amina)
        found = at_once(
            lambda one=first, v=bjorn: blocks.block(seeker(one), v.user),
            lambda one=second, v=bjorn: claiming.claim(fresh(one).request, v),
        )
        assert found[0] is None and (found[1] is None or isinstance(found[1], NotAllowed)), found
        assert [fresh(one).request.helper for one in (first, second)] == [None, None]
        assert (
            HelpRequest.objects.filter(claimed_at__gt=timezone.now() - timedelta(days=1), helper=bjorn.user).count()
            == 0
        )
