"""Two people agree on a time: who may do what when, what moves end it, the clocks around it, and everybody at once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from chat import claiming, clocks, desk_list, lines, matching, meeting_clocks, meeting_mail, meetings, presence
from chat.models import Meeting, Message, Participant, Proposal, Side
from motesplats import outbox
from motesplats.models import AuditEntry, OutboxMail
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from tests import make
from tests.chat.state_of import fresh, mails, said
from tests.races import at_once
from volunteers import feed

pytestmark = pytest.mark.django_db
State, Ending = HelpRequest.State, Meeting.Ending
MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 11, 26, 12, 10, tzinfo=UTC)  # a Thursday
TOMORROW = datetime(2026, 11, 27, 19, tzinfo=UTC)  # 20.00 in Sweden


@pytest.fixture(autouse=True)
def travel():
    with time_machine.travel(NOW, tick=False) as travel:
        yield travel


def seeker(chat):
    return make.person_of(make.seeker_of(chat))


def helper(chat):
    return make.person_of(make.helper_of(chat))


def suggested(chat, *times, by=helper) -> Proposal:
    return meetings.propose(by(chat), times or [TOMORROW, TOMORROW + DAY])


def agreed(chat, at=TOMORROW) -> Meeting:
    return meetings.choose(seeker(chat), suggested(chat, at), at)


def words(chat, side) -> str:
    body = Message.objects.filter(conversation=chat, kind=Message.Kind.SYSTEM).order_by("-seq").first().body
    return lines.say(body, side=side)


def stands(chat, who=seeker) -> meetings.Standing:
    return meetings.standing(who(chat))


# --- the promise of an answer ----------------------------------------------------------------------------------------


def apologies_after(travel, moment) -> int:
    travel.move_to(moment)
    clocks.keep_promises(), clocks.keep_promises()
    return len(mails("promise_broken"))


@pytest.mark.parametrize("how", ["suggests", "chooses"])
def test_a_time_of_the_helper_keeps_the_promise(chat, travel, how):
    if how == "suggests":
        suggested(chat)
    else:
        meetings.choose(helper(chat), suggested(chat, by=seeker), TOMORROW)
    (given,) = chat.promises.all()
    assert (given.kept_at, fresh(chat).first_answer_at) == (NOW, NOW)
    assert apologies_after(travel, given.answer_by + MIN) == 0
    given.refresh_from_db()
    assert given.broken_at is None


def test_what_the_one_who_asked_suggests_is_no_answer(chat, travel):
    suggested(chat, by=seeker)
    assert chat.promises.get().kept_at is None and fresh(chat).first_answer_at is None
    assert apologies_after(travel, chat.promises.get().answer_by + MIN) == 1


def test_a_late_time_is_a_broken_promise_but_no_new_one(chat, travel):
    given = chat.promises.get()
    travel.move_to(given.answer_by + MIN)
    suggested(chat, TOMORROW + 7 * DAY)
    assert apologies_after(travel, given.answer_by + 2 * MIN) == 0
    assert chat.promises.get().broken_at == given.answer_by


def test_no_promise_breaks_while_a_time_is_agreed_on(chat, travel):
    answer_by = chat.promises.get().answer_by
    agreed(chat, TOMORROW + 7 * DAY)
    chat.promises.update(kept_at=None)
    assert apologies_after(travel, answer_by + MIN) == 0
    assert chat.promises.get().broken_at is None


# --- suggesting and answering ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("first, second", [(helper, seeker), (seeker, helper)])
def test_one_side_suggests_and_the_other_taps_one(chat, first, second):
    proposal = suggested(chat, by=first)
    assert stands(chat, first).is_mine and stands(chat, second).open_times == (TOMORROW, TOMORROW + DAY)
    assert said(chat)[-1] == "times_proposed" and not stands(chat, second).may_propose
    meeting = meetings.choose(second(chat), proposal, TOMORROW + DAY)
    assert (meeting.starts_at, meeting.helper) == (TOMORROW + DAY, fresh(chat).request.helper)
    assert stands(chat, first).meeting == stands(chat, second).meeting == meeting
    assert words(chat, Side.SEEKER) == "Ni ses här i chatten lördag 28 november kl. 20.00."
    assert {mail.to_user for mail in mails("meeting_agreed")} == {fresh(chat).request.owner, meeting.helper}
    assert AuditEntry.objects.filter(action__in=["times.proposed", "meeting.agreed"]).count() == 2


def test_nobody_answers_their_own_times_nor_takes_back_the_others(chat):
    proposal = suggested(chat)
    for act in (
        lambda: meetings.choose(helper(chat), proposal, TOMORROW),
        lambda: meetings.decline(helper(chat), proposal),
        lambda: meetings.withdraw(seeker(chat), proposal),
        lambda: meetings.choose(seeker(chat), proposal, TOMORROW + HOUR),
        lambda: suggested(chat, by=seeker),
    ):
        with pytest.raises(StateConflict):
            act()
    assert stands(chat).proposal == proposal


@pytest.mark.parametrize("act, line", [("decline", "times_none_fit"), ("withdraw", "times_withdrawn")])
def test_after_no_or_taken_back_either_may_suggest(chat, act, line):
    proposal = suggested(chat)
    who = seeker(chat) if act == "decline" else helper(chat)
    getattr(meetings, act)(who, proposal)
    assert said(chat)[-1] == line and stands(chat).may_propose and stands(chat, helper).may_propose
    with pytest.raises(StateConflict):
        getattr(meetings, act)(who, proposal)
    assert said(chat).count(line) == 1
    assert suggested(chat, by=seeker)


@pytest.mark.parametrize(
    "times, reason",
    [
        ([], "none"),
        ([TOMORROW + number * HOUR for number in range(4)], "many"),
        ([NOW.replace(minute=0)], "past"),
        ([TOMORROW + 14 * DAY], "far"),
        ([TOMORROW + MIN], "odd"),
    ],
)
def test_times_that_cannot_be_suggested(chat, times, reason):
    with pytest.raises(meetings.CannotPropose) as problem:
        meetings.propose(helper(chat), times)
    assert problem.value.reason == reason and not Proposal.objects.exists()


def test_the_same_time_twice_is_one(chat):
    assert len(suggested(chat, TOMORROW, TOMORROW).times) == 1


def test_a_time_of_the_volunteers_other_chat_is_taken(chat):
    other = make.claimed(fresh(chat).request.helper.volunteer)
    proposal = suggested(other, TOMORROW)
    agreed(chat)
    for act in (
        lambda: meetings.choose(seeker(other), proposal, TOMORROW),
        lambda: (meetings.withdraw(helper(other), proposal), suggested(other, TOMORROW)),
    ):
        with pytest.raises(meetings.CannotPropose) as problem:
            act()
        assert problem.value.reason == "clash"
    assert suggested(other, TOMORROW + HOUR / 2)


def test_a_time_that_has_begun_cannot_be_chosen_and_all_begun_are_over(chat, travel):
    proposal = suggested(chat)
    travel.move_to(TOMORROW)
    assert stands(chat).open_times == (TOMORROW + DAY,) and meeting_clocks.end_passed_times() == 0
    with pytest.raises(meetings.CannotPropose):
        meetings.choose(seeker(chat), proposal, TOMORROW)
    travel.move_to(TOMORROW + DAY)
    assert [meeting_clocks.end_passed_times(), meeting_clocks.end_passed_times()] == [1, 0]
    assert said(chat)[-1] == "times_passed" and stands(chat).may_propose


def test_no_times_without_a_helper_nor_for_others(chat, house):
    waiting = make.conversation()
    assert stands(waiting) == meetings.Standing()
    with pytest.raises(StateConflict):
        meetings.propose(seeker(waiting), [TOMORROW])
    disa = make.staff()
    matching.let_staff_in(fresh(chat).request, staff=disa, reason="review")
    reader = make.person_of(Participant.objects.get(user=disa))
    assert meetings.standing(reader) == meetings.Standing()
    with pytest.raises(StateConflict):
        meetings.propose(reader, [TOMORROW])


def test_i_cannot_is_no_missed_time(chat):
    meeting = agreed(chat)
    meetings.cancel(meeting, make.seeker_of(chat))
    with pytest.raises(StateConflict):
        meetings.cancel(meeting, make.helper_of(chat))
    assert words(chat, Side.VOLUNTEER).startswith("Amina kan inte fredag 27 november kl. 20.00.")
    assert [mail.to_user for mail in mails("meeting_cancelled")] == [fresh(chat).request.helper]
    assert stands(chat).may_propose and not Meeting.objects.filter(ending=Ending.MISSED)


# --- the question moves ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("move", "told"),
    [
        (lambda question: matching.release(question, actor=question.helper), {"Amina"}),
        (lambda question: matching.swap_volunteer(question, actor=question.owner), {"Björn"}),
        (lambda question: matching.resolve(question, actor=question.owner), {"Björn"}),
        (lambda question: matching.resolve(question, actor=question.helper), {"Amina"}),
        (lambda question: matching.resolve(question, actor=None, why="silence"), {"Amina", "Björn"}),
        (lambda question: matching.stop(question, actor=question.owner), {"Björn"}),
        (lambda question: matching.part(question, question.helper, actor=question.owner), {"Björn"}),
    ],
    ids=["release", "swap", "resolve", "resolved by the helper", "silence", "stop", "part"],
)
def test_a_move_of_the_question_ends_the_time_and_tells_the_other(chat, move, told):
    meeting = agreed(chat)
    move(fresh(chat).request)
    meeting.refresh_from_db()
    assert meeting.ending == Ending.OFF and said(chat)[-1] == "meeting_off"
    assert {mail.to_user.display_name for mail in mails("meeting_off")} == told
    assert not any(meeting_mail._is_ahead(mail) for mail in mails("meeting_agreed"))


def test_a_move_ends_what_was_suggested(chat):
    proposal = suggested(chat)
    matching.release(fresh(chat).request, actor=fresh(chat).request.helper)
    proposal.refresh_from_db()
    assert proposal.ending == Proposal.Ending.OFF and said(chat)[-1] == "times_off"
    claiming.claim(fresh(chat).request, make.volunteer("Cecilia"))
    assert stands(chat).may_propose and not any(meeting_mail._is_open(mail) for mail in mails("times_proposed"))


def test_a_question_is_not_taken_back_while_a_time_is_agreed(chat, travel):
    make.message(make.helper_of(chat)), make.message(make.seeker_of(chat))
    presence.visited(make.helper_of(chat))
    at = TOMORROW + 3 * DAY
    agreed(chat, at)
    for moment in (at - MIN, at + 29 * MIN):
        travel.move_to(moment)
        presence.visited(make.seeker_of(chat))
        found = clocks.remind_helpers(), clocks.requeue_gone(), clocks.tell_helper_gone(), clocks.lapse_silent_claims()
        assert found == (0, 0, 0, 0)
    presence.visited(make.helper_of(chat))
    travel.move_to(at + 31 * MIN)
    assert meeting_clocks.settle_meetings() == 1 and clocks.remind_helpers() == 0  # quiet since the meeting
    travel.move_to(at + 3 * DAY)
    assert clocks.remind_helpers() == 1 and fresh(chat).request.state == State.WAITING


# --- reminders -------------------------------------------------------------------------------------------------------


def test_both_are_reminded_a_day_and_an_hour_before_each_once(chat, travel):
    agreed(chat, TOMORROW + DAY)
    found = []
    for before in (25 * HOUR, 24 * HOUR, 2 * HOUR, HOUR, MIN):
        travel.move_to(TOMORROW + DAY - before)
        found.append((meeting_clocks.remind_of_meetings(), meeting_clocks.remind_of_meetings()))
    assert found == [(0, 0), (1, 0), (0, 0), (1, 0), (0, 0)]
    assert len(mails("meeting_reminder")) == 4 and len({mail.to_user for mail in mails("meeting_reminder")}) == 2


def test_who_agreed_late_gets_no_reminder_of_the_day(chat, travel):
    agreed(chat, NOW.replace(minute=0) + 3 * HOUR)
    assert meeting_clocks.remind_of_meetings() == 0
    travel.shift(110 * MIN)
    assert meeting_clocks.remind_of_meetings() == 1


def test_a_reminder_of_a_time_called_off_is_not_sent(chat, travel):
    meeting = agreed(chat)
    travel.move_to(TOMORROW - HOUR)
    meeting_clocks.remind_of_meetings()
    assert all(meeting_mail._is_ahead(mail) for mail in mails("meeting_reminder"))
    meetings.cancel(meeting, make.helper_of(chat))
    assert not any(meeting_mail._is_ahead(mail) for mail in mails("meeting_reminder"))


@pytest.mark.parametrize("language, day", [("sv", "fredag 27 november kl. 20.00"), ("ar", "الجمعة 27 نوفمبر")])
def test_mails_name_the_day_in_the_readers_language_and_no_message(chat, language, day):
    fresh(chat).request.owner.__class__.objects.filter(pk=fresh(chat).request.owner_id).update(language=language)
    make.message(make.helper_of(chat), "Hemligt")
    agreed(chat)
    mail = OutboxMail.objects.select_related("to_user").get(kind="meeting_agreed", to_user=fresh(chat).request.owner)
    text = outbox.rendered(mail).body
    assert day in text and "/tid/" in text and "Hemligt" not in text


# --- who comes -------------------------------------------------------------------------------------------------------


def test_who_waits_is_told_after_ten_minutes_and_nobody_is_blamed(chat, travel):
    agreed(chat)
    travel.move_to(TOMORROW + 9 * MIN)
    presence.visited(make.helper_of(chat))
    assert meeting_clocks.settle_meetings() == 0
    travel.shift(MIN)
    assert [meeting_clocks.settle_meetings(), meeting_clocks.settle_meetings()] == [1, 0]
    assert words(chat, Side.VOLUNTEER) == "Amina är inte här. Det kan hända. Föreslå en ny tid."
    assert words(chat, Side.SEEKER) == "Vi sågs inte i dag. Det gör inget. Välj en ny tid."
    assert [mail.to_user for mail in mails("meeting_missed")] == [fresh(chat).request.owner]
    assert stands(chat).may_propose


def test_the_one_who_asked_waits_for_the_volunteer(chat, travel):
    agreed(chat)
    travel.move_to(TOMORROW + 10 * MIN)
    presence.visited(make.seeker_of(chat))
    assert meeting_clocks.settle_meetings() == 1
    assert words(chat, Side.SEEKER) == "Björn är inte här. Det kan hända. Föreslå en ny tid."
    assert words(chat, Side.VOLUNTEER) == "Vi sågs inte i dag. Det gör inget. Välj en ny tid."


def test_both_were_there(chat, travel):
    meeting = agreed(chat)
    travel.move_to(TOMORROW + MIN)
    presence.visited(make.helper_of(chat)), presence.visited(make.seeker_of(chat))
    travel.move_to(TOMORROW + 15 * MIN)
    assert meeting_clocks.settle_meetings() == 0
    travel.move_to(TOMORROW + 30 * MIN)
    assert [meeting_clocks.settle_meetings(), meeting_clocks.settle_meetings()] == [1, 0]
    meeting.refresh_from_db()
    assert meeting.ending == Ending.MET and not mails("meeting_missed")


def miss(chat, travel, at):
    agreed(chat, at)
    travel.move_to(at + 31 * MIN)
    meeting_clocks.settle_meetings()


def test_after_three_that_did_not_happen_only_writing_is_offered(chat, travel):
    for number in range(2):
        miss(chat, travel, TOMORROW + number * DAY)
        assert said(chat)[-1] == "meeting_nobody_came" and stands(chat).may_propose
    miss(chat, travel, TOMORROW + 2 * DAY)
    assert said(chat)[-1] == "meeting_write_instead"
    assert stands(chat) == stands(chat, helper) == meetings.Standing(writes_instead=True)
    with pytest.raises(StateConflict):
        suggested(chat, TOMORROW + 5 * DAY)
    assert not any(character.isdigit() for character in words(chat, Side.SEEKER))


# --- where it shows --------------------------------------------------------------------------------------------------


def test_the_time_is_on_the_desk_and_in_the_calendar(chat):
    bjorn = fresh(chat).request.helper.volunteer
    meeting = agreed(chat)
    assert [row.meets_at for row in desk_list.own_chats(bjorn, timezone.now())] == [TOMORROW]
    entry = feed.calendar_of(bjorn).decode()
    assert f"UID:{meeting.public_id}@" in entry and "DTSTART:20261127T190000Z" in entry and "Amina" not in entry
    assert "SEQUENCE:0" in entry and "STATUS:CONFIRMED" in entry
    meetings.cancel(meeting, make.helper_of(chat))
    entry = feed.calendar_of(bjorn).decode()
    assert "SEQUENCE:1" in entry and "STATUS:CANCELLED" in entry and "STATUS:CONFIRMED" not in entry


# --- at once ---------------------------------------------------------------------------------------------------------

TURNS = {"postgresql": 15}
LOST = {"StateConflict", "CannotPropose"}


def outcome(answer) -> str:
    return type(answer).__name__ if isinstance(answer, Exception) else "done"


@pytest.mark.django_db(transaction=True)
def test_yes_no_taken_back_and_left_at_once_leave_one_truth(house):
    for _ in range(TURNS.get(connection.vendor, 3)):
        chat = make.claimed(make.volunteer())
        proposal = suggested(chat)
        amina, bjorn = seeker(chat), helper(chat)
        question = fresh(chat).request
        found = at_once(
            lambda a=amina, p=proposal: meetings.choose(a, p, TOMORROW),
            lambda a=amina, p=proposal: meetings.decline(a, p),
            lambda b=bjorn, p=proposal: meetings.withdraw(b, p),
            lambda q=question: matching.release(q, actor=q.helper),
        )
        assert {outcome(answer) for answer in found} <= {"done", "StateConflict"} and outcome(found[3]) == "done"
        assert sum(outcome(answer) == "done" for answer in found[:3]) <= 1
        proposal.refresh_from_db()
        assert proposal.ended_at and not Meeting.objects.filter(conversation=chat, ended_at=None)
        assert Meeting.objects.filter(conversation=chat).count() == (outcome(found[0]) == "done")


@pytest.mark.django_db(transaction=True)
def test_both_suggest_at_once_and_one_stands(house):
    for _ in range(TURNS.get(connection.vendor, 3)):
        chat = make.claimed(make.volunteer())
        amina, bjorn = seeker(chat), helper(chat)
        found = at_once(
            lambda a=amina: meetings.propose(a, [TOMORROW]),
            lambda b=bjorn: meetings.propose(b, [TOMORROW + HOUR]),
        )
        assert sorted(outcome(answer) for answer in found) == ["StateConflict", "done"]
        assert Proposal.objects.filter(conversation=chat, ended_at=None).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by_staff", [False, True])
def test_two_times_of_one_helper_at_the_same_instant_are_one(house, by_staff):
    for number in range(TURNS.get(connection.vendor, 3)):
        chats = _two_chats_of_one(by_staff)
        at = TOMORROW + number * HOUR
        given = [(seeker(chat), meetings.propose(helper(chat), [at])) for chat in chats]
        found = at_once(*(lambda a=a, p=p, at=at: meetings.choose(a, p, at) for a, p in given))
        assert sorted(outcome(answer) for answer in found) == ["CannotPropose", "done"]
        assert Meeting.objects.filter(starts_at=at, ended_at=None).count() == 1


def _two_chats_of_one(by_staff: bool) -> list:
    if not by_staff:
        bjorn = make.volunteer()
        return [make.claimed(bjorn), make.claimed(bjorn)]
    disa, chats = make.staff(), [make.conversation(), make.conversation()]
    for chat in chats:
        matching.let_staff_in(chat.request, staff=disa, reason="answer")
    return chats


@pytest.mark.django_db(transaction=True)
def test_the_same_clocks_at_once_say_each_thing_once(house, travel):
    chat = make.claimed(make.volunteer())
    agreed(chat)
    travel.move_to(TOMORROW - HOUR)
    at_once(*[meeting_clocks.remind_of_meetings] * 3)
    travel.move_to(TOMORROW + 31 * MIN)
    at_once(*[meeting_clocks.settle_meetings] * 3)
    assert len(mails("meeting_reminder")) == 2 and said(chat).count("meeting_nobody_came") == 1
