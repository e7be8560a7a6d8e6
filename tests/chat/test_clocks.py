"""Each clock: not due, due, run twice, and standing still while the helper is away."""

from datetime import timedelta

import pytest
from django.utils.module_loading import import_string

from chat import claiming, clocks, matching, presence, retention, seconds
from chat.claiming import Pace
from chat.models import Conversation, Message, Participant
from chat.tasks import SWEEPS
from motesplats.models import OutboxMail
from seekers.models import HelpRequest
from tests import make
from tests.chat.state_of import said

pytestmark = pytest.mark.django_db
State = HelpRequest.State
MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def house():
    return make.office()


def state(chat) -> str:
    return HelpRequest.objects.get(conversation=chat).state


def here(participant) -> None:
    presence.visited(participant)


def mails(kind: str) -> int:
    return OutboxMail.objects.filter(kind=kind).count()


def test_every_clock_has_its_sweep():
    assert {name.rpartition(".")[2] for name in SWEEPS} == {
        "route_unrouted", "lapse_silent_claims", "tell_longer_wait", "tell_helper_gone", "requeue_gone", "mail_unread",
        "free_from_former_helpers", "keep_promises", "improve_promises", "ask_round", "remind_helpers", "nudge_askers",
        "close_resolved", "end_late_offers", "pause_who_missed", "warn_of_shift_end", "remove_old_text", "tell_prepared", "tell_waiting",
        "push_due", "end_passed_times", "open_to_all", "remind_of_meetings", "settle_meetings",
        "remove_old_posts", "work_due_inbound", "poll_mailboxes", "forget_old_mail", "end_late_asks", "forget_old_alerts",
    }  # fmt: skip


def test_every_clock_runs_on_an_empty_house():
    for name in SWEEPS:
        assert import_string(name)() == 0


def test_a_question_whose_page_was_never_opened_gets_its_chat():
    question = make.help_request()
    assert clocks.route_unrouted() == 1
    assert clocks.route_unrouted() == 0
    assert Conversation.objects.get(request=question).participants.count() == 1
    assert mails("receipt") == 1


def test_one_row_that_fails_does_not_stop_the_rest(monkeypatch, caplog):
    first, second = make.help_request(), make.help_request()
    real = matching.route
    monkeypatch.setattr(matching, "route", lambda r: 1 / 0 if r.pk == first.pk else real(r))
    assert clocks.route_unrouted() == 1
    assert Conversation.objects.filter(request=second).exists()
    assert "a clock failed on HelpRequest" in caplog.text


# --- claimed, and then nothing ---------------------------------------------------------------------------------------


def live_claim() -> Conversation:
    chat = make.conversation()
    here(make.seeker_of(chat))
    claiming.claim(chat.request, make.volunteer())
    return chat


def test_a_silent_claim_lapses_after_three_minutes_and_keeps_its_place(clock):
    chat = live_claim()
    queued = chat.request.queued_at
    clock(MIN * 2.9)
    assert clocks.lapse_silent_claims() == 0
    clock(MIN * 0.2)
    assert clocks.lapse_silent_claims() == 1
    assert clocks.lapse_silent_claims() == 0
    assert (state(chat), HelpRequest.objects.get(conversation=chat).queued_at) == (State.WAITING, queued)
    assert said(chat)[-1] == "lapsed"


def test_a_claim_with_a_first_message_does_not_lapse(clock):
    chat = live_claim()
    make.message(make.helper_of(chat))
    clock(HOUR)
    assert clocks.lapse_silent_claims() == 0


def test_a_message_of_an_earlier_claim_does_not_count(clock):
    chat, bjorn = make.conversation(), make.volunteer()
    claiming.claim(chat.request, bjorn)
    make.message(make.helper_of(chat))
    matching.release(chat.request, actor=None)
    clock(MIN)
    here(make.seeker_of(chat))
    claiming.claim(chat.request, bjorn)
    clock(MIN * 4)
    assert clocks.lapse_silent_claims() == 1


def test_taken_for_tonight_lapses_only_after_the_time_chosen(clock):
    chat = make.claimed(pace=Pace.TONIGHT)
    until = chat.request.first_message_by - clock()
    clock(until - MIN)
    assert clocks.lapse_silent_claims() == 0
    clock(MIN * 2)
    assert clocks.lapse_silent_claims() == 1


@pytest.mark.parametrize("kind, minutes", [(Participant.Away.READING, 10), (Participant.Away.SHORT, 15)])
def test_away_with_a_word_stands_still_until_the_time_said(clock, kind, minutes):
    chat = live_claim()
    presence.go_away(make.helper_of(chat), kind)
    clock(MIN * (minutes - 1))
    here(make.seeker_of(chat))
    assert clocks.lapse_silent_claims() == clocks.tell_helper_gone() == clocks.requeue_gone() == 0
    clock(MIN * 2)
    assert clocks.lapse_silent_claims() == 1


# --- waiting ---------------------------------------------------------------------------------------------------------


def test_who_waits_in_the_chat_is_told_once_that_it_takes_longer(clock):
    chat = make.conversation()
    here(make.seeker_of(chat))
    assert clocks.tell_longer_wait() == 0
    clock(MIN * 3.1)
    assert clocks.tell_longer_wait() == 0  # she has left
    here(make.seeker_of(chat))
    assert clocks.tell_longer_wait() == 1
    assert clocks.tell_longer_wait() == 0
    assert said(chat) == ["longer_wait"]


# --- the helper goes -------------------------------------------------------------------------------------------------


def helped_live() -> Conversation:
    """Both are here and the helper has answered once."""
    chat = live_claim()
    here(make.helper_of(chat))
    make.message(make.helper_of(chat))
    make.message(make.seeker_of(chat))
    return chat


def test_gone_without_a_word_is_told_after_three_minutes_once_each_time(clock):
    chat = helped_live()
    clock(MIN * 2.9)
    here(make.seeker_of(chat))
    assert clocks.tell_helper_gone() == 0
    clock(MIN * 0.2)
    assert clocks.tell_helper_gone() == 1
    clocks.tell_helper_gone()
    assert said(chat).count("gone") == 1
    here(make.helper_of(chat))
    clock(MIN * 4)
    here(make.seeker_of(chat))
    clocks.tell_helper_gone()
    assert said(chat).count("gone") == 2


def test_nobody_is_told_in_an_empty_chat(clock):
    chat = helped_live()
    clock(MIN * 10)
    assert clocks.tell_helper_gone() == 0
    assert "gone" not in said(chat)


def test_gone_for_half_an_hour_goes_back_to_the_queue(clock):
    chat = helped_live()
    clock(MIN * 29)
    here(make.seeker_of(chat))
    assert clocks.requeue_gone() == 0
    clock(MIN * 2)
    here(make.seeker_of(chat))
    assert clocks.requeue_gone() == 1
    assert clocks.requeue_gone() == 0
    assert state(chat) == State.WAITING


def test_gone_helper_keeps_what_goes_on_by_mail(clock):
    chat = helped_live()
    clock(MIN * 31)  # she has left too
    assert clocks.requeue_gone() == 0
    make.message(make.helper_of(chat))
    clock(MIN * 31)
    here(make.seeker_of(chat))  # back, but the last word is the helper's
    assert clocks.requeue_gone() == 0
    assert state(chat) == State.ACTIVE


def test_taken_for_tonight_after_an_earlier_answer_is_not_called_gone(clock):
    chat = helped_live()
    matching.release(HelpRequest.objects.get(conversation=chat), actor=None)
    olof = make.volunteer("Olof")
    claiming.claim(HelpRequest.objects.get(conversation=chat), olof, pace=Pace.TOMORROW)
    here(make.helper_of(chat))
    clock(MIN * 40)
    here(make.seeker_of(chat))
    assert clocks.tell_helper_gone() == clocks.requeue_gone() == 0
    assert state(chat) == State.ACTIVE


def test_locked_phone_for_ten_minutes_after_reading_is_still_theirs(clock):
    chat = helped_live()
    presence.go_away(make.helper_of(chat), Participant.Away.READING)
    for _ in range(9):
        clock(MIN)
        here(make.seeker_of(chat))
        for name in SWEEPS:
            import_string(name)()
    assert (state(chat), "gone" in said(chat)) == (State.ACTIVE, False)


def test_the_question_of_a_former_volunteer_goes_back():
    chat = make.claimed()
    assert clocks.free_from_former_helpers() == 0
    bjorn = make.helper_of(chat).user.volunteer
    type(bjorn).objects.filter(pk=bjorn.pk).update(state="ended")
    assert clocks.free_from_former_helpers() == 1
    assert clocks.free_from_former_helpers() == 0
    assert state(chat) == State.WAITING


# --- long silence ----------------------------------------------------------------------------------------------------


def test_helper_is_reminded_after_a_day_and_the_question_goes_back_after_two(clock):
    chat = make.claimed()
    make.message(make.helper_of(chat))
    make.message(make.seeker_of(chat))
    clock(HOUR * 23)
    assert clocks.remind_helpers() == 0
    clock(HOUR * 2)
    clocks.remind_helpers(), clocks.remind_helpers()
    assert mails("helper_reminder") == 1
    clock(HOUR * 24)
    assert clocks.remind_helpers() == 1
    assert clocks.remind_helpers() == 0
    assert state(chat) == State.WAITING


def with_second(chat) -> Participant:
    """Cecilia sits beside the helper."""
    cecilia = make.volunteer("Cecilia", on_duty=True)
    seconds.ask(HelpRequest.objects.get(conversation=chat), actor=make.helper_of(chat).user, to=cecilia)
    seconds.accept(HelpRequest.objects.get(conversation=chat), cecilia)
    return chat.participants.get(user=cecilia.user)


def test_what_a_second_writes_does_not_answer_for_the_helper(clock):
    chat = make.claimed()
    make.message(make.helper_of(chat))
    cecilia = with_second(chat)
    make.message(make.seeker_of(chat))
    clock(HOUR * 20)
    make.message(cecilia)
    clock(HOUR * 5)
    clocks.remind_helpers()
    assert mails("helper_reminder") == 1
    clock(HOUR * 24)
    assert clocks.remind_helpers() == 1
    assert state(chat) == State.WAITING


def test_the_helper_who_is_gone_is_gone_although_a_second_wrote(clock):
    chat = helped_live()
    cecilia = with_second(chat)
    make.message(make.seeker_of(chat))
    make.message(cecilia)
    clock(MIN * 31)
    here(make.seeker_of(chat))
    assert clocks.requeue_gone() == 1


def test_what_a_second_writes_gives_the_one_who_asked_time_to_answer(clock):
    chat = make.claimed()
    make.message(make.helper_of(chat))
    cecilia = with_second(chat)
    clock(DAY * 13)
    make.message(cecilia)
    clock(DAY * 2)
    clocks.nudge_askers()
    assert state(chat) == State.ACTIVE
    assert Conversation.objects.get(pk=chat.pk).last_side == "volunteer"


def test_what_waited_long_in_the_queue_gives_its_new_helper_the_whole_time(clock):
    chat = make.conversation()
    make.message(make.seeker_of(chat))
    clock(DAY * 3)
    claiming.claim(HelpRequest.objects.get(conversation=chat), make.volunteer(), pace=Pace.TOMORROW)
    assert clocks.remind_helpers() == 0
    assert (state(chat), mails("helper_reminder")) == (State.ACTIVE, 0)
    clock(HOUR * 49)
    assert clocks.remind_helpers() == 1


def test_continues_tomorrow_stands_still(clock):
    chat = make.claimed()
    make.message(make.seeker_of(chat))
    clock(HOUR * 23)
    presence.go_away(make.helper_of(chat), Participant.Away.TOMORROW)
    clock(HOUR * 2)
    assert clocks.remind_helpers() == 0


def test_asker_is_nudged_after_three_and_seven_days_and_done_after_fourteen(clock):
    chat = make.claimed()
    make.message(make.helper_of(chat))
    told = []
    for days in (2.9, 0.2, 3.8, 0.2, 6.8):
        clock(DAY * days)
        clocks.nudge_askers(), clocks.nudge_askers()
        told.append(mails("asker_nudge"))
    assert told == [0, 1, 1, 2, 2]
    assert state(chat) == State.ACTIVE
    clock(DAY * 0.2)
    assert clocks.nudge_askers() == 1
    assert clocks.nudge_askers() == 0
    assert state(chat) == State.RESOLVED


def test_a_question_opened_again_and_just_taken_is_not_called_done(clock):
    chat = make.claimed()
    make.message(make.helper_of(chat))
    matching.resolve(HelpRequest.objects.get(conversation=chat), actor=None)
    clock(DAY * 20)
    matching.reopen(HelpRequest.objects.get(conversation=chat), actor=None)
    claiming.claim(HelpRequest.objects.get(conversation=chat), make.volunteer("Olof"), pace=Pace.TOMORROW)
    assert clocks.nudge_askers() == 0
    assert (state(chat), mails("asker_nudge")) == (State.ACTIVE, 0)


# --- the end ---------------------------------------------------------------------------------------------------------


def test_resolved_is_closed_after_thirty_days(clock):
    chat = make.claimed()
    matching.resolve(chat.request, actor=None)
    clock(DAY * 29.9)
    assert clocks.close_resolved() == 0
    clock(DAY * 0.2)
    assert clocks.close_resolved() == 1
    assert clocks.close_resolved() == 0
    assert state(chat) == State.CLOSED


def test_text_goes_after_ninety_days_and_rows_stay(clock):
    old, young = make.claimed(need="Mitt CV", ad="https://x.example"), make.claimed(need="Mitt CV")
    for chat in (old, young):
        make.message(make.seeker_of(chat), "Jag heter Amina")
    matching.resolve(old.request, actor=None)
    clock(DAY)
    matching.resolve(young.request, actor=None)
    clock(DAY * 88.9)
    assert retention.remove_old_text() == 0
    clock(DAY * 0.2)
    rows = Message.objects.filter(conversation=old).count()
    assert retention.remove_old_text() == 1
    assert retention.remove_old_text() == 0
    assert set(Message.objects.filter(conversation=old).values_list("body", flat=True)) == {""}
    assert Message.objects.filter(conversation=old).count() == rows
    question = HelpRequest.objects.get(conversation=old)
    assert (question.need, question.ad) == ("", "")
    assert Message.objects.filter(conversation=young, body="Jag heter Amina").exists()


def test_what_im_looks_at_keeps_its_text(clock):
    chat = make.claimed()
    make.message(make.seeker_of(chat), "Han hotar mig")
    matching.resolve(chat.request, actor=None)
    matching.hold(chat.request, actor=None)
    clock(DAY * 91)
    assert retention.remove_old_text() == clocks.close_resolved() == 0
    assert Message.objects.filter(body="Han hotar mig").exists()


def test_reopened_starts_the_ninety_days_anew(clock):
    chat = make.claimed(need="Mitt CV")
    matching.resolve(chat.request, actor=None)
    clock(DAY * 29)
    matching.reopen(HelpRequest.objects.get(conversation=chat), actor=None)
    clock(DAY * 100)
    assert retention.remove_old_text() == 0
