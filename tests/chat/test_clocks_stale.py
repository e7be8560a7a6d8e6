"""Somebody acts between a clock's query and its move: the clock does nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat import claiming, clocks, presence, rounds
from chat.models import Participant
from motesplats.models import OutboxMail
from seekers.models import HelpRequest
from tests import make
from tests.chat.state_of import fresh, here, said

pytestmark = pytest.mark.django_db
State = HelpRequest.State
MIN, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def house():
    return make.office()


@pytest.fixture
def just_before(monkeypatch):
    """`just_before(act)`: `act()` happens when a clock has found its rows and not yet locked one."""

    def acts(act):
        real = rounds._if_still_due

        def late(*args):
            act()
            return real(*args)

        monkeypatch.setattr(rounds, "_if_still_due", late)

    return acts


def helped_live():
    chat = make.conversation()
    here(chat)
    claiming.claim(chat.request, make.volunteer())
    presence.visited(make.helper_of(chat))
    return chat


def test_a_first_message_just_in_time_keeps_the_question(clock, just_before):
    chat = helped_live()
    clock(MIN * 4)
    just_before(lambda: make.message(make.helper_of(chat)))
    assert clocks.lapse_silent_claims() == 0
    assert fresh(chat).request.state == State.ACTIVE


def test_who_was_taken_just_now_is_not_told_to_wait_longer(clock, just_before):
    chat, olof = make.conversation(), make.volunteer("Olof")
    clock(MIN * 4)
    here(chat)
    just_before(lambda: claiming.claim(fresh(chat).request, olof))
    assert clocks.tell_longer_wait() == 0
    assert "longer_wait" not in said(chat)


@pytest.mark.parametrize("name", ["tell_helper_gone", "requeue_gone"])
def test_a_helper_who_is_back_just_now_is_not_gone(clock, just_before, name):
    chat = helped_live()
    make.message(make.helper_of(chat)), make.message(make.seeker_of(chat))
    clock(MIN * 31)
    here(chat)
    just_before(lambda: presence.visited(make.helper_of(chat)))
    assert getattr(clocks, name)() == 0
    assert (fresh(chat).request.state, "gone" in said(chat)) == (State.ACTIVE, False)


def test_an_answer_just_now_reminds_nobody_and_takes_nothing_back(clock, just_before):
    chat = make.claimed()
    make.message(make.helper_of(chat)), make.message(make.seeker_of(chat))
    clock(HOUR * 49)
    just_before(lambda: make.message(make.helper_of(chat)))
    assert clocks.remind_helpers() == 0
    assert fresh(chat).request.state == State.ACTIVE
    assert not OutboxMail.objects.filter(kind="helper_reminder").exists()


def test_a_word_from_the_asker_just_now_is_not_silence(clock, just_before):
    chat = make.claimed()
    make.message(make.helper_of(chat))
    clock(HOUR * 24 * 15)
    just_before(lambda: make.message(make.seeker_of(chat)))
    assert clocks.nudge_askers() == 0
    assert fresh(chat).request.state == State.ACTIVE
    assert not OutboxMail.objects.filter(kind="asker_nudge").exists()


def test_a_question_taken_just_now_gets_no_other_promise(clock, just_before):
    chat, olof = make.conversation(), make.volunteer("Olof")
    was = fresh(chat).request.answer_by
    make.booking(make.volunteer("Åsa"), make.shift(timezone.now() + HOUR))
    just_before(lambda: claiming.claim(fresh(chat).request, olof))
    assert clocks.improve_promises() == 0
    assert fresh(chat).request.answer_by == was


def test_a_volunteer_approved_again_just_now_keeps_the_question(just_before):
    chat = make.claimed()
    bjorn = make.helper_of(chat).user.volunteer
    type(bjorn).objects.filter(pk=bjorn.pk).update(state="ended")
    just_before(lambda: type(bjorn).objects.filter(pk=bjorn.pk).update(state="approved"))
    assert clocks.free_from_former_helpers() == 0
    assert fresh(chat).request.state == State.ACTIVE


def test_who_has_read_just_now_gets_no_mail(clock, just_before):
    chat = make.claimed()
    make.message(make.helper_of(chat))
    clock(MIN * 3)
    seeker = make.seeker_of(chat)
    just_before(lambda: Participant.objects.filter(pk=seeker.pk).update(read_seq=fresh(chat).last_seq))
    assert clocks.mail_unread() == 0
