"""A question is left to another volunteer: the note, the three minutes of the one asked, and everybody at once."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import claiming, clocks, desk_list, fit, handover, matching, notes
from chat.models import Conversation, HandOver
from motesplats.models import AuditEntry
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import logged_in
from tests.chat.state_of import fresh, here, readers, said, writers
from tests.races import at_once, race

pytestmark = pytest.mark.django_db
State = HelpRequest.State
MIN = timedelta(minutes=1)
NOTE = "Vi har skrivit halva brevet. Resten är kvar."


@pytest.fixture
def cecilia(house):
    return make.volunteer("Cecilia", on_duty=True)


def leave(chat, *, note=NOTE, to=None) -> HandOver:
    question = fresh(chat).request
    return handover.hand_over(question, actor=question.helper, note=note, to=to)


def sees(volunteer) -> list[str | None]:
    """For each card on this volunteer's desk: who asks them to take over."""
    return [card.left_by for card in desk_list.waiting_cards(volunteer, timezone.now())]


def test_leaving_to_whoever_puts_it_first_in_line_for_all(chat, cecilia):
    leave(chat)
    question = fresh(chat).request
    assert (question.state, question.is_first_in_line, question.helper) == (State.WAITING, True, None)
    assert writers(chat) == {"Amina"} and readers(chat) == {"Amina"}
    assert said(chat)[-1] == "released"
    assert sees(cecilia) == sees(make.volunteer("Olof")) == [None]


def test_who_is_asked_by_name_goes_first(chat, cecilia):
    olof = make.volunteer("Olof", on_duty=True)
    leave(chat, to=cecilia)
    assert sees(cecilia) == ["Björn"] and sees(olof) == []
    question = fresh(chat).request
    for number in (1, 2, 3):
        assert list(fit.candidates(question, round_number=number, at=timezone.now())) == [cecilia]
    with pytest.raises(StateConflict):
        claiming.claim(question, olof)
    claiming.claim(question, cecilia)
    assert fresh(chat).request.helper == cecilia.user and fresh(chat).offered_to is None
    assert HandOver.objects.get().taken_by == cecilia.user


def test_a_no_opens_it_to_all_and_a_second_no_is_late(chat, cecilia):
    olof = make.volunteer("Olof", on_duty=True)
    leave(chat, to=cecilia)
    with pytest.raises(StateConflict):
        handover.decline(fresh(chat).request, olof)
    handover.decline(fresh(chat).request, cecilia)
    assert sees(olof) == sees(cecilia) == [None]
    assert HandOver.objects.get().declined_at
    with pytest.raises(StateConflict):
        handover.decline(fresh(chat).request, cecilia)
    assert AuditEntry.objects.filter(action="handover.declined").count() == 1


def test_after_three_minutes_it_is_everybodys_once(cecilia, house):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        chat, olof = make.claimed(), make.volunteer("Olof")
        leave(chat, to=cecilia)
        clock.shift(3 * MIN - timedelta(seconds=1))
        assert clocks.end_late_offers() == 0 and sees(olof) == []
        clock.shift(timedelta(seconds=1))
        assert sees(olof) == [None]  # also when no clock has run
        assert (clocks.end_late_offers(), clocks.end_late_offers()) == (1, 0)
        assert fresh(chat).request.is_first_in_line and fresh(chat).offered_to is None
        assert AuditEntry.objects.filter(action="handover.late").count() == 1
        claiming.claim(fresh(chat).request, olof)


def test_only_the_helper_may_leave_and_only_once(chat, cecilia):
    with pytest.raises(StateConflict):
        handover.hand_over(fresh(chat).request, actor=cecilia.user)
    leave(chat)
    with pytest.raises(StateConflict):
        handover.hand_over(fresh(chat).request, actor=chat.request.helper)
    assert HandOver.objects.count() == 1


def test_left_again_the_first_note_stays_for_the_next(chat, cecilia):
    leave(chat, note="Ett")
    claiming.claim(fresh(chat).request, cecilia)
    leave(chat, note="Två")
    olof = make.volunteer("Olof")
    found = notes.for_helper(chat, reader=olof.user)
    assert [(note.name, note.text) for note in found] == [("Cecilia", "Två"), ("Björn", "Ett")]
    assert [note.is_mine for note in notes.for_helper(chat, reader=cecilia.user)] == [True, False]


def test_who_could_is_who_fits_is_here_and_has_room(chat, cecilia):
    busy = make.volunteer("Busy", on_duty=True)
    other = make.conversation()
    here(other)
    claiming.claim(other.request, busy)
    make.volunteer("Home"), make.volunteer("Other language", on_duty=True, languages=["so"])
    assert handover.who_could(fresh(chat).request, timezone.now()) == [cecilia]


# --- pages -----------------------------------------------------------------------------------------------------------


def _choice(page: str, name: str) -> str:
    """The value of the radio button that stands before this name."""
    before = page[: page.index(name)]
    return before.rsplit('value="', 1)[1].split('"')[0]


def test_the_whole_way_by_forms_alone(chat, url, amina, bjorn, cecilia):
    page = bjorn.get(f"{url}lamna-till/").content.decode()
    answer = bjorn.post(f"{url}lamna-till/", {"note": NOTE, "to": _choice(page, "Cecilia")}, follow=True)
    assert "Cecilia" in answer.content.decode()
    desk = logged_in(cecilia.user)
    assert "offer_decline" not in desk.get("/jour/").content.decode()
    assert f"/jour/{chat.request.public_id}/nej/" in desk.get("/jour/").content.decode()
    desk.post(f"/jour/{chat.request.public_id}/ta/", {"pace": "now"})
    assert NOTE in desk.get(url).content.decode()
    for path in ("", "lage/", "utskrift/"):
        assert NOTE not in amina.get(url + path).content.decode()
    assert NOTE not in desk.get(f"{url}utskrift/").content.decode()


def test_a_no_by_form(chat, url, bjorn, cecilia):
    leave(chat, to=cecilia)
    desk = logged_in(cecilia.user)
    for _ in range(2):
        assert desk.post(f"/jour/{chat.request.public_id}/nej/").url == "/jour/"
    assert fresh(chat).offered_to is None


@pytest.mark.parametrize("to", ["nobody", "1", "\x00"])
def test_a_wrong_choice_keeps_the_note(chat, url, bjorn, cecilia, to):
    answer = bjorn.post(f"{url}lamna-till/", {"note": NOTE, "to": to})
    assert answer.status_code == 400 and NOTE in answer.content.decode()
    assert fresh(chat).request.state == State.ACTIVE


def test_a_note_too_long_is_kept_and_nothing_left(chat, url, bjorn):
    answer = bjorn.post(f"{url}lamna-till/", {"note": "å" * 1001})
    assert answer.status_code == 400 and "å" * 1001 in answer.content.decode()
    assert fresh(chat).request.state == State.ACTIVE


def test_the_page_is_the_helpers_alone(chat, url, amina, bjorn, cecilia):
    assert amina.get(f"{url}lamna-till/").status_code == 404
    assert logged_in(cecilia.user).get(f"{url}lamna-till/").status_code == 404
    matching.resolve(fresh(chat).request, actor=fresh(chat).request.helper)
    assert bjorn.get(f"{url}lamna-till/").status_code == 404


@pytest.mark.parametrize("on_duty", [1, 3])
def test_the_page_asks_the_same_for_one_and_three(chat, url, bjorn, on_duty):
    for _ in range(on_duty):
        make.volunteer("Cecilia", on_duty=True)
    bjorn.get(f"{url}lamna-till/")
    with CaptureQueriesContext(connection) as queries:
        bjorn.get(f"{url}lamna-till/")
    assert len(queries) == 6


# --- at once ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_yes_no_and_the_clock_at_once_leave_one_truth(house):
    turns = 25 if connection.vendor == "postgresql" else 4
    for _ in range(turns):
        cecilia, olof = make.volunteer("Cecilia", on_duty=True), make.volunteer("Olof", on_duty=True)
        chat = make.claimed(make.volunteer(on_duty=True))
        leave(chat, to=cecilia)
        found = at_once(
            lambda c=chat, v=cecilia: claiming.claim(fresh(c).request, v),
            lambda c=chat, v=olof: claiming.claim(fresh(c).request, v),
            lambda c=chat, v=cecilia: handover.decline(fresh(c).request, v),
            clocks.end_late_offers,
        )
        assert {type(answer).__name__ for answer in found[:3]} <= {"NoneType", "StateConflict"}
        took = [answer is None for answer in found[:2]]
        question, row = fresh(chat).request, HandOver.objects.get(conversation=chat)
        assert sum(took) == (question.state == State.ACTIVE)
        if took[1]:  # Olof only after Cecilia said no
            assert found[2] is None and row.declined_at
        assert (row.taken_by == question.helper) and Conversation.objects.get(pk=chat.pk).offered_to is None


@pytest.mark.django_db(transaction=True)
def test_left_twice_at_once_is_left_once(house):
    chats = [make.claimed(make.volunteer()) for _ in range(20 if connection.vendor == "postgresql" else 4)]

    def take(pk, _contender):
        question = HelpRequest.objects.select_related("helper").get(pk=pk)
        if question.helper is None:
            raise StateConflict
        handover.hand_over(question, actor=question.helper, note=NOTE)

    winners = race([chat.request_id for chat in chats], ["tab 1", "tab 2", "tab 3"], take)
    assert [len(won) for won in winners] == [1] * len(chats)
    assert HandOver.objects.count() == len(chats)
