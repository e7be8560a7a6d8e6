"""Who has a question, who may write in it, and what the chat says about it."""

from datetime import datetime, timedelta

import orjson
import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from chat import claiming, conversations, matching
from chat.claiming import BusyElsewhere, NotAllowed, Pace
from chat.lines import LINES
from chat.models import Message, Participant, Promise, Refusal, Side
from chat.writer import Refused
from motesplats.models import AuditEntry, OutboxMail
from motesplats.moments import STOCKHOLM
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from tests import make
from tests.chat.state_of import fresh, here, mails, readers, said, writers
from tests.races import at_once

pytestmark = pytest.mark.django_db
State = HelpRequest.State


@pytest.fixture(autouse=True)
def house():
    return make.office()


@pytest.fixture
def bjorn():
    return make.volunteer(on_duty=True)


# --- asking ----------------------------------------------------------------------------------------------------------


def test_route_gives_chat_promise_and_receipt_once():
    question = make.help_request()
    first, again = matching.route(question), matching.route(question)
    assert first == again
    assert writers(first) == {"Amina"}
    question.refresh_from_db()
    assert [p.answer_by for p in Promise.objects.all()] == [question.answer_by]
    assert len(mails("receipt")) == 1


def test_route_of_a_shell_mails_nobody():
    make.conversation(make.user("Sara", email=None))
    assert not OutboxMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_route_twice_at_once_makes_one_chat():
    make.office()
    question = make.help_request()
    found = at_once(*[lambda: matching.route(HelpRequest.objects.get(pk=question.pk)).pk] * 4)
    assert len(set(found)) == 1, found
    assert Promise.objects.count() == Participant.objects.filter(side=Side.SEEKER).count() == 1
    assert len(mails("receipt")) == 1


# --- taking ----------------------------------------------------------------------------------------------------------


def test_claim_lets_one_volunteer_write_and_says_what_each_reads(bjorn):
    chat = make.conversation()
    claiming.claim(chat.request, bjorn)
    chat = fresh(chat)
    assert (chat.request.state, chat.request.helper) == (State.ACTIVE, bjorn.user)
    assert writers(chat) == readers(chat) == {"Amina", "Björn"}
    assert said(chat) == ["claimed_later", "helper_reads", "asker_reads"]
    assert AuditEntry.objects.get(action="request.claim").actor_id == bjorn.user_id
    assert len(mails("taken")) == 1  # she is not in the chat


def test_claim_of_somebody_who_is_here_mails_nothing_and_gives_three_minutes(bjorn):
    chat = make.conversation()
    here(chat)
    before = timezone.now()
    claiming.claim(chat.request, bjorn)
    by = fresh(chat).request.first_message_by
    assert timedelta(minutes=2.9) < by - before < timedelta(minutes=3.1)
    assert not mails("taken")


def test_the_second_volunteer_is_told_that_someone_was_faster(bjorn):
    chat, olof = make.conversation(), make.volunteer("Olof")
    stale = HelpRequest.objects.get(pk=chat.request_id)
    claiming.claim(chat.request, bjorn)
    with pytest.raises(StateConflict):
        claiming.claim(stale, olof)
    assert writers(chat) == {"Amina", "Björn"}
    assert not Participant.objects.filter(user=olof.user).exists()


def test_nobody_takes_their_own_question(bjorn):
    chat = make.conversation(bjorn.user)
    with pytest.raises(NotAllowed):
        claiming.claim(chat.request, bjorn)
    claiming.claim(chat.request, make.volunteer("Olof"))  # another may


@pytest.mark.parametrize("is_adult", [False, None])
def test_who_may_be_under_18_is_answered_by_staff_only(bjorn, is_adult):
    chat = make.conversation(is_adult=is_adult)
    with pytest.raises(NotAllowed):
        claiming.claim(chat.request, bjorn)
    assert fresh(chat).request.state == State.WAITING


@pytest.mark.parametrize("state", ["applied", "paused", "ended"])
def test_only_approved_volunteers_take_questions(state):
    chat = make.conversation()
    with pytest.raises(NotAllowed):
        claiming.claim(chat.request, make.volunteer("Olof", state=state))


def test_one_live_chat_at_a_time_but_later_ones_are_welcome(bjorn):
    first, second = make.conversation(), make.conversation()
    here(first), here(second)
    claiming.claim(first.request, bjorn)
    with pytest.raises(BusyElsewhere):
        claiming.claim(second.request, bjorn)
    claiming.claim(second.request, bjorn, pace=Pace.TONIGHT)
    assert fresh(second).request.helper == bjorn.user


def test_a_higher_limit_of_ones_own_counts(bjorn):
    bjorn.live_limit = 2
    bjorn.save()
    chats = [make.conversation() for _ in range(3)]
    for chat in chats:
        here(chat)
    claiming.claim(chats[0].request, bjorn)
    claiming.claim(chats[1].request, bjorn)
    with pytest.raises(BusyElsewhere):
        claiming.claim(chats[2].request, bjorn)


def test_an_asker_who_left_is_no_live_chat(bjorn):
    first, second = make.conversation(), make.conversation()
    here(first), here(second)
    claiming.claim(first.request, bjorn)
    Participant.objects.filter(conversation=first, side=Side.SEEKER).update(
        seen_at=timezone.now() - timedelta(minutes=5)
    )
    claiming.claim(second.request, bjorn)
    assert [fresh(chat).request.helper for chat in (first, second)] == [bjorn.user, bjorn.user]
    assert said(second)[0] == "claimed"  # live: she waits in the chat


@pytest.mark.parametrize(
    "now, pace, by",
    [
        ("2026-11-24 21:30", Pace.TONIGHT, "2026-11-24 23:30"),
        ("2026-11-24 23:00", Pace.TONIGHT, "2026-11-25 01:00"),
        ("2026-11-25 02:00", Pace.TONIGHT, "2026-11-25 04:00"),
        ("2026-11-24 09:00", Pace.TOMORROW, "2026-11-24 16:00"),  # IM has promised today at 16: never later than that
        ("2026-11-24 15:55", Pace.TOMORROW, "2026-11-25 16:00"),
        ("2026-10-24 20:00", Pace.TOMORROW, "2026-10-25 22:00"),  # the night that has an hour more
        ("2026-11-24 21:30", Pace.NOW, "2026-11-24 23:30"),  # she has gone: tonight will do
    ],
)
def test_what_a_pace_promises(bjorn, now, pace, by):
    at, by = (datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM) for text in (now, by))
    with time_machine.travel(at, tick=False):
        chat = make.claimed(bjorn, pace=pace)
    assert chat.request.first_message_by == by
    assert said(chat)[0] == "claimed_later"


def test_chat_now_with_somebody_who_has_left_promises_a_time(bjorn):
    chat = make.claimed(bjorn)
    body = Message.objects.filter(conversation=chat, kind=Message.Kind.SYSTEM).order_by("seq").first().body
    assert orjson.loads(body)["code"] == "claimed_later"
    assert datetime.fromisoformat(orjson.loads(body)["at"]) == chat.request.first_message_by
    here(other := make.conversation())
    claiming.claim(other.request, bjorn)
    assert said(other)[0] == "claimed"


# --- leaving ---------------------------------------------------------------------------------------------------------


def test_release_ends_reading_and_writing_and_keeps_the_place(bjorn):
    chat = make.claimed(bjorn)
    queued = chat.request.queued_at
    assert readers(chat) == {"Amina", "Björn"}
    matching.release(chat.request, actor=bjorn.user)
    assert writers(chat) == readers(chat) == {"Amina"}
    request = fresh(chat).request
    assert (request.state, request.helper, request.queued_at) == (State.WAITING, None, queued)
    assert said(chat)[-1] == "released"
    with pytest.raises(StateConflict):
        matching.release(request, actor=bjorn.user)
    assert said(chat).count("released") == 1


def test_who_released_may_take_it_again(bjorn):
    chat = make.claimed(bjorn)
    matching.release(chat.request, actor=bjorn.user)
    claiming.claim(fresh(chat).request, bjorn)
    assert writers(chat) == {"Amina", "Björn"}
    assert said(chat).count("claimed_later") == 2


def test_swap_asks_no_reason_and_never_gives_the_same_volunteer_again(bjorn):
    chat = make.claimed(bjorn)
    amina = chat.request.owner
    matching.swap_volunteer(chat.request, actor=amina)
    assert writers(chat) == readers(chat) == {"Amina"}
    assert said(chat)[-1] == "swapped"
    with pytest.raises(NotAllowed):
        claiming.claim(fresh(chat).request, bjorn)
    with pytest.raises(StateConflict):
        matching.swap_volunteer(fresh(chat).request, actor=amina)
    claiming.claim(fresh(chat).request, make.volunteer("Olof"))
    assert readers(chat) == {"Amina", "Olof"}


def queue() -> list:
    return list(HelpRequest.objects.waiting().values_list("pk", flat=True))


@pytest.mark.parametrize("why, is_first", [("released", True), ("gone", True), ("unanswered", True), ("lapsed", False)])
def test_what_somebody_left_is_first_in_line_and_a_silent_claim_keeps_its_place(bjorn, why, is_first):
    first, chat = make.conversation(), make.claimed(bjorn)
    matching.release(chat.request, actor=bjorn.user if why == "released" else None, why=why)
    assert (queue()[0] == chat.request_id) is is_first
    assert said(chat)[-1] == (why if why in ("released", "lapsed") else "requeued")
    with override("en"):
        assert ("first in line" in str(LINES[said(chat)[-1]][0])) is (is_first and why != "released")
    if is_first:  # a claim that lapses gives the same place back
        claiming.claim(fresh(chat).request, make.volunteer("Olof"))
        matching.release(fresh(chat).request, actor=None, why="lapsed")
        assert queue() == [chat.request_id, first.request_id]


def test_who_changes_volunteer_is_first_in_line_until_it_is_done(bjorn):
    first, chat = make.conversation(), make.claimed(bjorn)
    matching.swap_volunteer(chat.request, actor=chat.request.owner)
    assert queue() == [chat.request_id, first.request_id]
    matching.resolve(fresh(chat).request, actor=None)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        matching.reopen(fresh(chat).request, actor=None)
    assert queue() == [first.request_id, chat.request_id]


def test_nobody_leaves_or_ends_what_somebody_else_has(bjorn):
    chat, olof = make.claimed(bjorn), make.volunteer("Olof")
    stale = fresh(chat).request
    matching.release(fresh(chat).request, actor=bjorn.user)
    claiming.claim(fresh(chat).request, olof)
    for move in (matching.release, matching.resolve):
        with pytest.raises(StateConflict):
            move(stale, actor=bjorn.user)
    assert (fresh(chat).request.state, fresh(chat).request.helper) == (State.ACTIVE, olof.user)


def test_who_left_a_question_does_not_end_it_while_it_waits(bjorn):
    chat = make.claimed(bjorn)
    matching.release(chat.request, actor=bjorn.user)
    with pytest.raises(StateConflict):
        matching.resolve(fresh(chat).request, actor=bjorn.user)
    assert fresh(chat).request.state == State.WAITING


def test_staff_end_what_a_volunteer_has(bjorn):
    chat = make.claimed(bjorn)
    matching.resolve(chat.request, actor=make.staff())
    assert fresh(chat).request.state == State.RESOLVED


# --- the end ---------------------------------------------------------------------------------------------------------


def test_resolved_nobody_writes_until_it_is_opened_again(bjorn):
    chat = make.claimed(bjorn)
    assert writers(chat) == {"Amina", "Björn"}
    matching.resolve(chat.request, actor=bjorn.user)
    assert writers(chat) == set()
    assert readers(chat) == {"Amina", "Björn"}  # for a day
    assert fresh(chat).refusal == Refusal.REOPEN
    with pytest.raises(StateConflict):
        matching.resolve(chat.request, actor=bjorn.user)
    assert said(chat).count("resolved") == 1


def test_volunteer_reads_on_for_a_day_and_the_asker_longer(bjorn):
    chat = make.claimed(bjorn)
    matching.resolve(chat.request, actor=bjorn.user)
    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        assert readers(chat) == {"Amina", "Björn"}
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert readers(chat) == {"Amina"}


def test_finish_takes_back_what_nobody_answered(bjorn):
    chat = make.conversation()
    matching.finish(chat.request, actor=chat.request.owner)
    assert fresh(chat).request.state == State.WITHDRAWN
    assert writers(chat) == set()
    assert not Promise.objects.exists()


def test_finish_looks_at_the_question_as_it_is_now(bjorn):
    chat = make.conversation()
    stale = HelpRequest.objects.select_related("conversation").get(pk=chat.request_id)
    assert stale.conversation.first_answer_at is None
    claiming.claim(fresh(chat).request, bjorn)
    make.message(make.helper_of(chat))
    matching.finish(stale, actor=stale.owner)
    assert fresh(chat).request.state == State.RESOLVED


def test_finish_is_done_when_there_was_an_answer(bjorn):
    chat = make.claimed(bjorn)
    make.message(make.helper_of(chat))
    matching.release(chat.request, actor=bjorn.user)
    request = fresh(chat).request
    matching.finish(request, actor=request.owner)
    assert request.state == State.RESOLVED


def test_reopen_within_a_day_gives_the_same_helper(bjorn):
    chat = make.claimed(bjorn)
    matching.resolve(chat.request, actor=bjorn.user)
    matching.reopen(chat.request, actor=chat.request.owner)
    request = fresh(chat).request
    assert (request.state, request.helper) == (State.ACTIVE, bjorn.user)
    assert writers(chat) == {"Amina", "Björn"}
    matching.reopen(request, actor=request.owner)  # the same press by another door
    assert said(chat).count("reopened") == 1


def test_reopen_after_a_day_waits_anew_and_the_former_helper_is_out(bjorn):
    chat = make.claimed(bjorn)
    matching.resolve(chat.request, actor=bjorn.user)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        matching.reopen(chat.request, actor=chat.request.owner)
        request = fresh(chat).request
        assert (request.state, request.helper) == (State.WAITING, None)
        assert writers(chat) == readers(chat) == {"Amina"}
        assert request.answer_by > timezone.now()
        claiming.claim(request, make.volunteer("Olof"))
        assert writers(chat) == readers(chat) == {"Amina", "Olof"}


@pytest.mark.parametrize("why", ["barred", "ended"])
def test_reopen_never_gives_a_helper_who_may_not(bjorn, why):
    chat = make.claimed(bjorn)
    matching.resolve(chat.request, actor=bjorn.user)
    if why == "barred":
        Participant.objects.filter(user=bjorn.user).update(is_barred=True)
    else:
        type(bjorn).objects.filter(pk=bjorn.pk).update(state="ended")
    matching.reopen(chat.request, actor=None)
    assert fresh(chat).request.state == State.WAITING
    assert writers(chat) == {"Amina"}


def test_a_message_to_a_resolved_question_opens_it_and_is_stored_once(bjorn):
    chat = make.claimed(bjorn)
    matching.resolve(chat.request, actor=bjorn.user)
    amina, cid = make.person_of(make.seeker_of(chat)), make.post(make.seeker_of(chat)).client_id
    first = conversations.post_message(amina, client_id=cid, body="En fråga till")
    again = conversations.post_message(amina, client_id=cid, body="En fråga till")
    assert first.seq == again.seq
    assert fresh(chat).request.state == State.ACTIVE


def test_a_message_to_what_was_closed_meanwhile_is_refused_as_closed(bjorn, monkeypatch):
    chat = make.claimed(bjorn)
    matching.resolve(chat.request, actor=bjorn.user)
    amina, real = make.person_of(make.seeker_of(chat)), matching.reopen

    def closed_just_before(request, *, actor):
        matching.close(HelpRequest.objects.get(pk=request.pk), actor=None, why="30 days")
        real(request, actor=actor)

    monkeypatch.setattr(matching, "reopen", closed_just_before)
    with pytest.raises(Refused, match="closed"):
        conversations.post_message(amina, client_id=make.uuid4(), body="Hej")


def test_closed_is_read_only_for_good(bjorn):
    chat = make.claimed(bjorn)
    matching.resolve(chat.request, actor=bjorn.user)
    matching.close(chat.request, actor=None, why="30 days")
    assert writers(chat) == set()
    for move in (matching.reopen, matching.resolve, matching.hold, matching.unhold):
        with pytest.raises(StateConflict):
            move(fresh(chat).request, actor=bjorn.user)
    assert said(chat)[-1] == "closed"


def test_withdrawn_stays_withdrawn(bjorn):
    chat = make.conversation()
    matching.withdraw(chat.request, actor=chat.request.owner)
    with pytest.raises(StateConflict):
        claiming.claim(chat.request, bjorn)
    with pytest.raises(StateConflict):
        matching.withdraw(chat.request, actor=chat.request.owner)
