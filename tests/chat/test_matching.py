"""Who has a question, who may write in it, what the chat says about it, and what two at once may do."""

import threading
from datetime import datetime, timedelta

import orjson
import pytest
import time_machine
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from chat import conversations, matching, presence
from chat.access import may_read
from chat.matching import BusyElsewhere, NotAllowed, Pace
from chat.models import Conversation, Message, Participant, Promise, Refusal, Side
from chat.writer import Refused, save_batch
from motesplats.models import AuditEntry, OutboxMail, Report
from motesplats.moments import STOCKHOLM
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from tests import make
from tests.races import at_once, quick_turns

pytestmark = pytest.mark.django_db
State = HelpRequest.State


@pytest.fixture(autouse=True)
def house():
    return make.office()


@pytest.fixture
def bjorn():
    return make.volunteer(on_duty=True)


def fresh(chat: Conversation) -> Conversation:
    return Conversation.objects.select_related("request__owner", "request__helper", "request__office").get(pk=chat.pk)


def said(chat) -> list[str]:
    """The codes of the system lines, in order."""
    rows = Message.objects.filter(conversation=chat, kind=Message.Kind.SYSTEM).order_by("seq")
    return [orjson.loads(body)["code"] for body in rows.values_list("body", flat=True)]


def writers(chat) -> set:
    """The names of those who may write now, as the writer sees it."""
    people = make.Participant.objects.filter(conversation=chat).exclude(side=Side.SYSTEM).select_related("user")
    posts = {person.user.display_name: make.post(person) for person in people}
    return {name for name, post in posts.items() if not _error(post)}


def _error(post) -> str | None:
    save_batch([post])
    return post.error


def readers(chat) -> set:
    people = Participant.objects.filter(conversation=chat).exclude(side=Side.SYSTEM)
    return {p.user.display_name for p in people if may_read(make.person_of(p).participant)}


def here(chat) -> None:
    """The asker has the chat open."""
    presence.visited(make.seeker_of(chat))


def mails(kind: str) -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(kind=kind).order_by("pk"))


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
    matching.claim(chat.request, bjorn)
    chat = fresh(chat)
    assert (chat.request.state, chat.request.helper) == (State.ACTIVE, bjorn.user)
    assert writers(chat) == readers(chat) == {"Amina", "Björn"}
    assert said(chat) == ["claimed", "helper_reads", "asker_reads"]
    assert AuditEntry.objects.get(action="request.claim").actor_id == bjorn.user_id
    assert len(mails("taken")) == 1  # she is not in the chat


def test_claim_of_somebody_who_is_here_mails_nothing_and_gives_three_minutes(bjorn):
    chat = make.conversation()
    here(chat)
    before = timezone.now()
    matching.claim(chat.request, bjorn)
    by = fresh(chat).request.first_message_by
    assert timedelta(minutes=2.9) < by - before < timedelta(minutes=3.1)
    assert not mails("taken")


def test_the_second_volunteer_is_told_that_someone_was_faster(bjorn):
    chat, olof = make.conversation(), make.volunteer("Olof")
    stale = HelpRequest.objects.get(pk=chat.request_id)
    matching.claim(chat.request, bjorn)
    with pytest.raises(StateConflict):
        matching.claim(stale, olof)
    assert writers(chat) == {"Amina", "Björn"}
    assert not Participant.objects.filter(user=olof.user).exists()


def test_nobody_takes_their_own_question(bjorn):
    chat = make.conversation(bjorn.user)
    with pytest.raises(NotAllowed):
        matching.claim(chat.request, bjorn)
    matching.claim(chat.request, make.volunteer("Olof"))  # another may


@pytest.mark.parametrize("is_adult", [False, None])
def test_who_may_be_under_18_is_answered_by_staff_only(bjorn, is_adult):
    chat = make.conversation(is_adult=is_adult)
    with pytest.raises(NotAllowed):
        matching.claim(chat.request, bjorn)
    assert fresh(chat).request.state == State.WAITING


@pytest.mark.parametrize("state", ["applied", "paused", "ended"])
def test_only_approved_volunteers_take_questions(state):
    chat = make.conversation()
    with pytest.raises(NotAllowed):
        matching.claim(chat.request, make.volunteer("Olof", state=state))


def test_one_live_chat_at_a_time_but_later_ones_are_welcome(bjorn):
    first, second = make.conversation(), make.conversation()
    here(first), here(second)
    matching.claim(first.request, bjorn)
    with pytest.raises(BusyElsewhere):
        matching.claim(second.request, bjorn)
    matching.claim(second.request, bjorn, pace=Pace.TONIGHT)
    assert fresh(second).request.helper == bjorn.user


def test_a_higher_limit_of_ones_own_counts(bjorn):
    bjorn.live_limit = 2
    bjorn.save()
    chats = [make.conversation() for _ in range(3)]
    for chat in chats:
        here(chat)
    matching.claim(chats[0].request, bjorn)
    matching.claim(chats[1].request, bjorn)
    with pytest.raises(BusyElsewhere):
        matching.claim(chats[2].request, bjorn)


def test_an_asker_who_left_is_no_live_chat(bjorn):
    first, second = make.conversation(), make.conversation()
    here(first), here(second)
    matching.claim(first.request, bjorn)
    Participant.objects.filter(conversation=first, side=Side.SEEKER).update(
        seen_at=timezone.now() - timedelta(minutes=5)
    )
    matching.claim(second.request, bjorn)


@pytest.mark.parametrize(
    "now, pace, by",
    [
        ("2026-11-24 21:30", Pace.TONIGHT, "2026-11-24 23:30"),
        ("2026-11-24 23:00", Pace.TONIGHT, "2026-11-25 01:00"),
        ("2026-11-25 02:00", Pace.TONIGHT, "2026-11-25 04:00"),
        ("2026-11-24 09:00", Pace.TOMORROW, "2026-11-25 22:00"),
        ("2026-10-24 20:00", Pace.TOMORROW, "2026-10-25 22:00"),  # the night that has an hour more
        ("2026-11-24 21:30", Pace.NOW, "2026-11-24 23:30"),  # she has gone: tonight will do
    ],
)
def test_what_a_pace_promises(bjorn, now, pace, by):
    at, by = (datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM) for text in (now, by))
    with time_machine.travel(at, tick=False):
        chat = make.claimed(bjorn, pace=pace)
    assert chat.request.first_message_by == by
    assert said(chat)[0] == ("claimed" if pace == Pace.NOW else "claimed_later")


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
    matching.claim(fresh(chat).request, bjorn)
    assert writers(chat) == {"Amina", "Björn"}
    assert said(chat).count("claimed") == 2


def test_swap_asks_no_reason_and_never_gives_the_same_volunteer_again(bjorn):
    chat = make.claimed(bjorn)
    amina = chat.request.owner
    matching.swap_volunteer(chat.request, actor=amina)
    assert writers(chat) == readers(chat) == {"Amina"}
    assert said(chat)[-1] == "swapped"
    with pytest.raises(NotAllowed):
        matching.claim(fresh(chat).request, bjorn)
    with pytest.raises(StateConflict):
        matching.swap_volunteer(fresh(chat).request, actor=amina)
    matching.claim(fresh(chat).request, make.volunteer("Olof"))
    assert readers(chat) == {"Amina", "Olof"}


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
        matching.claim(request, make.volunteer("Olof"))
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
        matching.claim(chat.request, bjorn)
    with pytest.raises(StateConflict):
        matching.withdraw(chat.request, actor=chat.request.owner)


# --- something is wrong ----------------------------------------------------------------------------------------------


def test_stop_silences_everybody_tells_staff_and_keeps_the_words(bjorn, house):
    chat = make.claimed(bjorn)
    assert "Björn" in readers(chat)
    report = matching.stop(chat.request, actor=chat.request.owner, text="Han frågar var jag bor")
    assert writers(chat) == set()
    assert readers(chat) == {"Amina"}
    assert (report.text, report.reporter) == ("Han frågar var jag bor", chat.request.owner)
    assert [mail.to_email for mail in mails("staff_stopped")] == [house.email]
    assert "Han frågar" not in str(AuditEntry.objects.values_list("data", flat=True))
    matching.unhold(fresh(chat).request, actor=make.staff())
    assert writers(chat) == {"Amina", "Björn"}
    assert fresh(chat).request.helper == bjorn.user


def test_stop_twice_is_one_report_but_another_persons_words_are_kept(bjorn):
    chat = make.claimed(bjorn)
    amina = chat.request.owner
    first = matching.stop(chat.request, actor=amina, text="a")
    assert matching.stop(fresh(chat).request, actor=amina, text="a") == first
    second = matching.stop(fresh(chat).request, actor=bjorn.user, text="b")
    assert [r.text for r in Report.objects.order_by("pk")] == ["a", "b"]
    assert len(mails("staff_stopped")) == 2
    assert second != first


def test_stop_where_staff_already_hold_it_is_kept(bjorn):
    chat = make.claimed(bjorn)
    matching.hold(chat.request, actor=make.staff())
    report = matching.stop(fresh(chat).request, actor=chat.request.owner, text="Hjälp")
    assert report.text == "Hjälp"
    assert fresh(chat).request.state == State.ON_HOLD


def test_hold_of_a_resolved_question_goes_back_to_resolved(bjorn):
    chat = make.claimed(bjorn)
    matching.resolve(chat.request, actor=bjorn.user)
    matching.hold(chat.request, actor=make.staff())
    assert fresh(chat).refusal == Refusal.HOLD
    matching.unhold(fresh(chat).request, actor=make.staff())
    assert (fresh(chat).refusal, fresh(chat).request.state) == (Refusal.REOPEN, State.RESOLVED)
    with pytest.raises(StateConflict):
        matching.unhold(fresh(chat).request, actor=make.staff())


def test_staff_are_let_in_for_a_reason_and_everybody_sees_it(bjorn):
    chat, disa = make.claimed(bjorn), make.staff()
    matching.let_staff_in(chat.request, staff=disa, reason="report")
    matching.let_staff_in(chat.request, staff=disa, reason="review")
    assert writers(chat) == readers(chat) == {"Amina", "Björn", "Disa"}
    assert said(chat).count("staff_in") == 1
    reasons = AuditEntry.objects.filter(action="chat.opened_by_staff").order_by("pk").values_list("data", flat=True)
    assert [data["reason"] for data in reasons] == ["report", "review"]
    matching.stop(fresh(chat).request, actor=chat.request.owner)
    assert writers(chat) == {"Disa"}


def test_staff_take_the_question_of_who_may_be_under_18():
    chat, disa = make.conversation(is_adult=False), make.staff()
    matching.let_staff_in(chat.request, staff=disa, reason="answer")
    assert (fresh(chat).request.state, fresh(chat).request.helper) == (State.ACTIVE, disa)
    assert writers(chat) == {"Amina", "Disa"}


def test_staff_who_already_read_take_it_again_when_it_waits_again():
    chat, disa = make.conversation(is_adult=False), make.staff()
    matching.let_staff_in(chat.request, staff=disa, reason="answer")
    matching.resolve(fresh(chat).request, actor=disa)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        matching.reopen(fresh(chat).request, actor=None)
        assert fresh(chat).request.state == State.WAITING
        matching.let_staff_in(fresh(chat).request, staff=disa, reason="answer")
        assert fresh(chat).request.helper == disa
        assert writers(chat) == {"Amina", "Disa"}


def test_staff_do_not_take_their_own_question():
    disa = make.staff()
    chat = make.conversation(disa, is_adult=None)
    matching.let_staff_in(chat.request, staff=disa, reason="answer")
    assert fresh(chat).request.state == State.WAITING
    assert make.seeker_of(chat).user == disa


def test_not_understood_is_said_once_and_not_where_nobody_may_write(bjorn):
    chat = make.claimed(bjorn)
    amina, post = make.person_of(make.seeker_of(chat)), make.message(make.helper_of(chat), "Förvaltningsrätten")
    other = make.message(make.helper_of(chat), "Kammarrätten")
    for _ in range(2):
        conversations.flag_not_understood(amina, seq=post.seq)
    conversations.flag_not_understood(make.person_of(make.helper_of(chat)), seq=post.seq)  # one's own
    conversations.flag_not_understood(amina, seq=10**9)
    assert said(chat).count("not_understood") == 1
    matching.stop(fresh(chat).request, actor=amina.user)
    conversations.flag_not_understood(amina, seq=other.seq)
    assert said(chat).count("not_understood") == 1


def test_every_move_raises_what_the_pages_compare(bjorn):
    chat = make.conversation()
    seen = [fresh(chat).version]
    for move in (
        lambda r: matching.claim(r, bjorn),
        lambda r: matching.release(r, actor=bjorn.user),
        lambda r: matching.hold(r, actor=bjorn.user),
        lambda r: matching.unhold(r, actor=bjorn.user),
        lambda r: matching.resolve(r, actor=bjorn.user),
        lambda r: matching.reopen(r, actor=bjorn.user),
        lambda r: matching.resolve(r, actor=bjorn.user),
        lambda r: matching.close(r, actor=None, why="30 days"),
    ):
        move(fresh(chat).request)
        seen.append(fresh(chat).version)
    assert seen == sorted(set(seen))


# --- at once ---------------------------------------------------------------------------------------------------------


def _write_until_refused(participant, stop: threading.Event, found: list):
    try:
        while not stop.is_set():
            post = make.post(participant)
            save_batch([post])
            found.append(post)
            if post.error:
                return
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("move", ["stop", "release", "close"])
def test_a_message_never_lands_after_the_move(move):
    make.office()
    rounds = 15 if connection.vendor == "postgresql" else 3
    bjorn = make.volunteer()
    refused = {"stop": "hold", "release": "forbidden", "close": "closed"}[move]
    for _ in range(rounds):
        chat = make.claimed(bjorn)
        writer, stop, posts = make.helper_of(chat), threading.Event(), []
        threads = [threading.Thread(target=_write_until_refused, args=[writer, stop, posts]) for _ in range(2)]
        with quick_turns():
            for thread in threads:
                thread.start()
            while len(posts) < 4:
                stop.wait(0.001)
            request = fresh(chat).request
            if move == "stop":
                matching.stop(request, actor=request.owner)
            elif move == "release":
                matching.release(request, actor=bjorn.user)
            else:
                matching.hold(request, actor=None)
                matching.close(request, actor=None, why="staff")
            stop.wait(0.02)
            stop.set()
            for thread in threads:
                thread.join(10)
        line = {"stop": "held", "release": "released", "close": "held"}[move]
        (at,) = Message.objects.filter(conversation=chat, body__contains=f'"code":"{line}"').values_list(
            "seq", flat=True
        )
        assert not Message.objects.filter(conversation=chat, kind="text", seq__gt=at).exists()
        assert Message.objects.filter(conversation=chat, kind="text").count() >= 4  # it could have landed
        assert {post.error for post in posts} <= {None, refused, "hold"}


@pytest.mark.django_db(transaction=True)
def test_two_at_once_may_do_each_move_once():
    make.office()
    bjorn = make.volunteer()
    moves = [
        lambda r: matching.release(r, actor=bjorn.user),
        lambda r: matching.swap_volunteer(r, actor=r.owner),
        lambda r: matching.resolve(r, actor=bjorn.user),
    ]
    for move in moves:
        chat = make.claimed(bjorn)
        found = at_once(*[lambda m=move, c=chat: m(fresh(c).request)] * 3)
        assert sorted(type(answer).__name__ for answer in found) == ["NoneType", "StateConflict", "StateConflict"]


@pytest.mark.django_db(transaction=True)
def test_one_volunteer_at_two_questions_at_once_gets_one_live_chat():
    make.office()
    bjorn, chats = make.volunteer(), [make.conversation() for _ in range(3)]
    for chat in chats:
        here(chat)
    found = at_once(*[lambda c=chat: matching.claim(fresh(c).request, bjorn) for chat in chats])
    assert sorted(type(answer).__name__ for answer in found) == ["BusyElsewhere", "BusyElsewhere", "NoneType"]
    assert settings.CLOCKS["first_message"] == timedelta(minutes=3)
