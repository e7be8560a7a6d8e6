"""The table of moves: what every move may and may not, twice, and at once; limits; a draft sent twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from chat import claiming
from motesplats.models import AuditEntry
from seekers import help_requests
from seekers.help_requests import StateConflict, TooMany
from seekers.models import HelpRequest
from tests import make
from tests.races import at_once, race

pytestmark = pytest.mark.django_db
State = HelpRequest.State


@pytest.fixture
def bjorn():
    return make.user("Björn")


def question_in(state: str, helper) -> HelpRequest:
    """A question that stands in `state`, as the moves themselves leave it."""
    now = timezone.now()
    fields = {"state": state}
    if state == State.ACTIVE:
        fields |= {"helper": helper, "claimed_at": now, "first_message_by": now + timedelta(minutes=3)}
    if state in (State.RESOLVED, State.CLOSED):
        fields |= {"last_helper": helper, "resolved_at": now, "ended_at": now}
    if state == State.WITHDRAWN:
        fields |= {"ended_at": now}
    if state == State.ON_HOLD:
        fields |= {"state_before_hold": State.ACTIVE, "helper": helper, "claimed_at": now}
    return make.help_request(**fields)


def do(move: str, question: HelpRequest, bjorn) -> None:
    soon = timezone.now() + timedelta(minutes=3)
    {
        "claim": lambda: help_requests.claim(question, helper=bjorn, first_message_by=soon),
        "release": lambda: help_requests.release(question, actor=bjorn, helper=bjorn, why="released"),
        "resolve": lambda: help_requests.resolve(question, actor=bjorn),
        "reopen": lambda: help_requests.reopen(question, actor=None, helper=None, first_message_by=None),
        "reopen_with_helper": lambda: help_requests.reopen(question, actor=None, helper=bjorn, first_message_by=soon),
        "withdraw": lambda: help_requests.withdraw(question, actor=question.owner),
        "hold": lambda: help_requests.hold(question, actor=None, why="reported"),
        "unhold": lambda: help_requests.unhold(question, actor=bjorn),
        "close": lambda: help_requests.close(question, actor=None, why="30 days"),
    }[move]()


# from: {move: to}. What is not here is forbidden. Written out, not taken from the code.
ALLOWED = {
    State.WAITING: {
        "claim": State.ACTIVE,
        "resolve": State.RESOLVED,
        "withdraw": State.WITHDRAWN,
        "hold": State.ON_HOLD,
    },
    State.ACTIVE: {"release": State.WAITING, "resolve": State.RESOLVED, "hold": State.ON_HOLD},
    State.RESOLVED: {
        "reopen": State.WAITING,
        "reopen_with_helper": State.ACTIVE,
        "hold": State.ON_HOLD,
        "close": State.CLOSED,
    },
    State.CLOSED: {},
    State.WITHDRAWN: {"close": State.CLOSED},
    State.ON_HOLD: {"unhold": State.ACTIVE, "close": State.CLOSED},
}
MOVES = ["claim", "release", "resolve", "reopen", "reopen_with_helper", "withdraw", "hold", "unhold", "close"]


def test_the_table_speaks_of_every_state_and_move():
    assert set(ALLOWED) == set(State)
    assert {*help_requests.MOVES, "unhold"} == set(MOVES)


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("state", list(State))
def test_every_move_from_every_state(state, move, bjorn):
    question = question_in(state, bjorn)
    entries = AuditEntry.objects.filter(about_kind="request", about_id=question.public_id)
    to = ALLOWED[state].get(move)
    if to is None:
        with pytest.raises(StateConflict):
            do(move, question, bjorn)
        question.refresh_from_db()
        assert question.state == state
        assert not entries.exists()
        return
    do(move, question, bjorn)
    question.refresh_from_db()
    assert question.state == to
    assert [(e.action, e.data["before"]) for e in entries] == [(f"request.{move}", state)]
    if to != state and move not in ALLOWED[to]:
        with pytest.raises(StateConflict):
            do(move, question, bjorn)
        assert entries.count() == 1


def test_claim_remembers_who_and_until_when(bjorn):
    question, by = make.help_request(), timezone.now() + timedelta(minutes=3)
    help_requests.claim(question, helper=bjorn, first_message_by=by)
    assert (question.helper, question.first_message_by) == (bjorn, by)
    assert question.claimed_at is not None
    assert AuditEntry.objects.get(action="request.claim").actor_id == bjorn.pk


def test_release_only_from_the_one_who_has_it(bjorn):
    question, olof = question_in(State.ACTIVE, bjorn), make.user("Olof")
    with pytest.raises(StateConflict):
        help_requests.release(question, actor=olof, helper=olof, why="released")
    queued = question.queued_at
    help_requests.release(question, actor=bjorn, helper=bjorn, why="released")
    assert (question.helper, question.last_helper, question.claimed_at) == (None, bjorn, None)
    assert question.queued_at == queued  # the place in the queue stays


def test_hold_and_unhold_bring_everything_back(bjorn):
    for state in (State.WAITING, State.ACTIVE, State.RESOLVED):
        question = question_in(state, bjorn)
        helper = question.helper
        help_requests.hold(question, actor=None, why="reported")
        help_requests.unhold(question, actor=bjorn)
        assert (question.state, question.helper, question.state_before_hold) == (state, helper, "")


def test_resolve_starts_retention_and_reopen_stops_it(bjorn):
    question = question_in(State.ACTIVE, bjorn)
    help_requests.resolve(question, actor=bjorn)
    assert question.ended_at == question.resolved_at is not None
    assert (question.helper, question.last_helper) == (None, bjorn)
    help_requests.reopen(question, actor=None, helper=None, first_message_by=None)
    assert (question.ended_at, question.resolved_at) == (None, None)


def test_close_counts_retention_from_the_end_not_from_the_closing(bjorn):
    question = question_in(State.RESOLVED, bjorn)
    ended = question.ended_at
    with time_machine.travel(ended + timedelta(days=30), tick=False):
        help_requests.close(question, actor=None, why="30 days")
    assert question.ended_at == ended


def test_only_help_requests_changes_the_state_and_the_database_guards_the_rest(bjorn):
    question = make.help_request()
    with pytest.raises(Exception, match="active_has_a_helper"):
        HelpRequest.objects.filter(pk=question.pk).update(state=State.ACTIVE)


def test_hand_to_another_account_once(bjorn):
    shell, account = make.user("Amina", email=None), make.user("Amina")
    question = make.help_request(shell)
    stale = HelpRequest.objects.get(pk=question.pk)
    help_requests.hand_to(question, new_owner=account, actor=shell)
    assert HelpRequest.objects.get(pk=question.pk).owner == account
    with pytest.raises(StateConflict):
        help_requests.hand_to(stale, new_owner=bjorn, actor=shell)


# --- limits and drafts -----------------------------------------------------------------------------------------------


def ask(owner, draft_id=None) -> HelpRequest:
    return help_requests.create(owner=owner, draft_id=draft_id or uuid4(), topic="cv", is_adult=True)


def test_three_open_questions_at_the_most():
    amina = make.user()
    first = [ask(amina) for _ in range(3)][0]
    with pytest.raises(TooMany):
        ask(amina)
    help_requests.withdraw(first, actor=amina)
    ask(amina)
    assert HelpRequest.objects.open().filter(owner=amina).count() == 3


def test_five_questions_a_day_at_the_most():
    amina, start = make.user(), timezone.now()
    for _ in range(5):
        help_requests.withdraw(ask(amina), actor=amina)
    with pytest.raises(TooMany):
        ask(amina)
    with time_machine.travel(start + timedelta(hours=24, minutes=1)):
        ask(amina)
    ask(make.user("Sara"))  # others are not touched


def test_a_draft_sent_twice_is_one_question_also_at_the_limit():
    amina, draft = make.user(), uuid4()
    first = ask(amina, draft)
    ask(amina), ask(amina)
    assert ask(amina, draft) == first
    assert AuditEntry.objects.filter(action="request.created", about_id=first.public_id).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_draft_sent_twice_at_once_is_one_question():
    amina, draft = make.user(), uuid4()
    found = at_once(*[lambda: ask(amina, draft).pk] * 4)
    assert len(set(found)) == 1, found
    assert HelpRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_do_not_pass_the_limit():
    amina = make.user()
    ask(amina), ask(amina)
    found = at_once(*[lambda: ask(amina).pk] * 4)
    assert sorted(type(answer).__name__ for answer in found) == ["TooMany"] * 3 + ["int"]
    assert HelpRequest.objects.count() == 3


# --- one question, one volunteer -------------------------------------------------------------------------------------


def claim_only(pk, helper):
    help_requests.claim(HelpRequest(pk=pk, owner_id=0), helper=helper, first_message_by=timezone.now())


def claim_in_chat(pk, helper):
    claiming.claim(HelpRequest.objects.get(pk=pk), helper)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("contenders, races", [(2, 1000), (20, 1000)])
def test_claim_races_have_one_winner_each(contenders, races):
    if connection.vendor != "postgresql":
        races //= 10
    helpers = [make.user(f"H{n}", email=None) for n in range(contenders)]
    owner = make.user()
    rows = [HelpRequest(owner=owner, topic="cv", is_adult=True) for _ in range(races)]
    questions = [row.pk for row in HelpRequest.objects.bulk_create(rows)]
    winners = race(questions, helpers, claim_only)
    assert [len(won) for won in winners] == [1] * races, winners[0]
    stored = dict(HelpRequest.objects.values_list("pk", "helper_id"))
    assert [stored[pk] for pk in questions] == [won[0].pk for won in winners]
    assert AuditEntry.objects.filter(action="request.claim").count() == races


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("contenders, races", [(2, 45), (20, 5), pytest.param(2, 150, marks=pytest.mark.long)])
def test_claim_races_through_the_whole_matching_have_one_winner_each(contenders, races):
    if connection.vendor != "postgresql":
        races //= 10
    helpers = [make.volunteer(f"H{n}") for n in range(contenders)]
    chats = [make.conversation() for _ in range(races)]
    winners = race([chat.request_id for chat in chats], helpers, claim_in_chat)
    assert [len(won) for won in winners] == [1] * races, winners[0]
    for chat, (won,) in zip(chats, winners, strict=True):
        writers = chat.participants.filter(side="volunteer", can_write=True).values_list("user_id", flat=True)
        assert list(writers) == [won.user_id]
        assert chat.messages.filter(body__contains='"code":"claimed_later"').count() == 1
