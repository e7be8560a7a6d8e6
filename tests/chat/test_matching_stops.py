"""Something is wrong: the chat stops, IM reads, every word of a report is kept."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.module_loading import import_string

from chat import claiming, clocks, conversations, matching, presence
from chat.models import Refusal
from chat.tasks import SWEEPS
from motesplats.models import AuditEntry, Report
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from tests import make
from tests.chat.state_of import fresh, here, mails, readers, said, writers
from tests.motesplats.door import give_app, log_in_staff

pytestmark = pytest.mark.django_db
State = HelpRequest.State


@pytest.fixture(autouse=True)
def house():
    return make.office()


@pytest.fixture
def bjorn():
    return make.volunteer(on_duty=True)


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
        lambda r: claiming.claim(r, bjorn),
        lambda r: matching.release(r, actor=bjorn.user),
        lambda r: matching.hold(r, actor=bjorn.user),
        lambda r: matching.unhold(r, actor=bjorn.user),
        lambda r: matching.resolve(r, actor=r.owner),
        lambda r: matching.reopen(r, actor=r.owner),
        lambda r: matching.resolve(r, actor=r.owner),
        lambda r: matching.close(r, actor=None, why="30 days"),
    ):
        move(fresh(chat).request)
        seen.append(fresh(chat).version)
    assert seen == sorted(set(seen))


def test_staff_open_a_stopped_chat_again(client):
    conversation = make.claimed()
    matching.stop(conversation.request, actor=conversation.request.owner)
    disa = make.staff()
    give_app(disa)
    log_in_staff(client, disa)
    path = f"/chatt/{conversation.request.public_id}/slapp/"
    assert client.post(path).status_code == 302
    conversation.request.refresh_from_db()
    assert conversation.request.state == "active"
    assert client.post(path).status_code == 302  # twice: a friendly word
    client.logout()
    assert client.post(path).status_code in (302, 404)


# --- clocks stand still ----------------------------------------------------------------------------------------------


def sweep_all():
    for name in SWEEPS:
        import_string(name)()


@pytest.fixture
def travel():
    with time_machine.travel(timezone.now(), tick=False) as travel:
        yield travel


def held_for(travel, chat, **time):
    matching.hold(fresh(chat).request, actor=make.staff("Siv"))
    travel.shift(timedelta(**time))
    here(chat)
    matching.unhold(fresh(chat).request, actor=make.staff("Siv2"))
    here(chat)


def test_a_hold_takes_no_time_from_a_silent_claim(bjorn, travel):
    chat = make.conversation()
    here(chat)
    claiming.claim(chat.request, bjorn)
    travel.shift(timedelta(minutes=1))
    held_for(travel, chat, hours=3)
    assert fresh(chat).request.first_message_by == timezone.now() + timedelta(minutes=2)
    sweep_all()
    assert fresh(chat).request.state == State.ACTIVE
    travel.shift(timedelta(minutes=3))
    assert clocks.lapse_silent_claims() == 1


def test_a_hold_is_no_absence_and_no_silence(bjorn, travel):
    chat = make.conversation()
    here(chat)
    claiming.claim(chat.request, bjorn)
    presence.visited(make.helper_of(chat))
    make.message(make.helper_of(chat)), make.message(make.seeker_of(chat))
    held_for(travel, chat, hours=50)
    sweep_all()
    assert (fresh(chat).request.state, "gone" in said(chat)) == (State.ACTIVE, False)
    assert not mails("helper_reminder")
    travel.shift(timedelta(minutes=31))
    here(chat)
    assert clocks.requeue_gone() == 1


def test_a_promise_that_ran_out_on_hold_is_given_anew_without_an_apology(travel):
    chat = make.conversation()
    queued = fresh(chat).request.queued_at
    held_for(travel, chat, days=20)
    request = fresh(chat).request
    assert request.answer_by > timezone.now()
    assert request.queued_at == queued  # nor does it lose its place
    sweep_all()
    assert not mails("promise_broken")
    assert [p.broken_at for p in chat.promises.all()] == [None]


def test_what_was_done_closes_and_goes_as_much_later(bjorn, travel):
    chat = make.claimed(bjorn)
    matching.resolve(chat.request, actor=bjorn.user)
    ended = fresh(chat).request.ended_at
    held_for(travel, chat, days=40)
    request = fresh(chat).request
    assert request.ended_at == request.resolved_at == ended + timedelta(days=40)
    sweep_all()
    assert fresh(chat).request.state == State.RESOLVED
    travel.shift(timedelta(days=31))
    assert clocks.close_resolved() == 1


def test_staff_write_in_what_they_look_at_and_reopen_what_is_done(bjorn):
    chat, disa = make.claimed(bjorn), make.staff()
    matching.let_staff_in(chat.request, staff=disa, reason="review")
    matching.hold(fresh(chat).request, actor=disa)
    assert writers(chat) == {"Disa"}
    matching.unhold(fresh(chat).request, actor=disa)
    matching.resolve(fresh(chat).request, actor=disa)
    assert writers(chat) == set()
    person = make.person_of(chat.participants.get(user=disa))
    conversations.post_message(person, client_id=make.uuid4(), body="En sak till")
    assert fresh(chat).request.state == State.ACTIVE
