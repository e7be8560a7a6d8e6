"""What we promise, when it may change, and what happens when it is kept, broken, or stands on nobody."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import claiming, clocks, fit, matching, promise, rounds
from chat.models import Conversation, Promise
from motesplats.models import ClosedPeriod, OutboxMail
from motesplats.moments import STOCKHOLM
from seekers.models import HelpRequest
from tests import make
from volunteers import roster

pytestmark = pytest.mark.django_db


def at(text: str) -> datetime:
    """Wall time in Sweden."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


NOW = at("2026-11-24 21:30")  # a Tuesday evening


@pytest.fixture(autouse=True)
def house():
    """Staffed Monday to Friday 9-16; it is Tuesday evening."""
    with time_machine.travel(NOW, tick=False):
        yield make.office()


@pytest.fixture
def clock(house):
    """Moves the house's clock."""
    with time_machine.travel(NOW, tick=False) as travel:
        yield lambda text: travel.move_to(at(text))


def promised(now: datetime = NOW, **fields) -> datetime:
    return promise.promised_time(make.help_request(**fields), now).answer_by


def booked(start: str, *, hours: float = 4, **fields):
    volunteer, shift = make.volunteer(**fields), make.shift(at(start), hours=hours)
    make.booking(volunteer, shift)
    return volunteer, shift


def answer_by(chat) -> datetime:
    return HelpRequest.objects.get(conversation=chat).answer_by


def test_nobody_booked_the_office_answers_before_it_closes():
    assert promised() == at("2026-11-25 16:00")


@pytest.mark.parametrize(
    "now, by",
    [
        ("2026-11-25 08:00", "2026-11-25 16:00"),
        ("2026-11-25 15:20", "2026-11-25 16:00"),
        ("2026-11-25 15:45", "2026-11-26 16:00"),  # too late to answer in time today
        ("2026-11-27 20:00", "2026-11-30 16:00"),  # over the weekend
    ],
)
def test_staffed_hours_through_the_week(now, by):
    assert promised(at(now)) == at(by)


def test_closed_weeks_are_skipped_both_ends_included(house):
    ClosedPeriod.objects.create(office=house, first_day=date(2026, 11, 25), last_day=date(2026, 12, 1))
    assert promised() == at("2026-12-02 16:00")


def test_hours_keep_wall_time_over_both_clock_changes():
    assert promised(at("2026-10-23 20:00")) == at("2026-10-26 16:00")
    assert promised(at("2027-03-26 20:00")) == at("2027-03-29 16:00")


def test_an_office_without_hours_or_none_still_promises():
    assert promised(office=make.office(hours=False)) == NOW + timedelta(hours=72)
    assert promised(office=None) == NOW + timedelta(hours=72)


def test_first_hour_of_the_next_fitting_shift_with_a_margin():
    _bjorn, shift = booked("2026-11-25 18:00")
    found = promise.promised_time(make.help_request(), NOW)
    assert (found.answer_by, found.shift_id, found.by_staff) == (at("2026-11-25 19:30"), shift.pk, False)


@pytest.mark.parametrize(
    "start, by", [("2026-11-25 18:10", "2026-11-25 20:00"), ("2026-11-25 18:00:01", "2026-11-25 20:00")]
)
def test_the_time_is_rounded_up_to_half_hours(start, by):
    booked(start)
    assert promised() == at(by)


def test_a_shift_that_is_on_counts_from_now():
    booked("2026-11-24 20:00")
    assert promised() == at("2026-11-24 23:00")


def test_a_short_shift_counts_to_its_end():
    booked("2026-11-25 18:00", hours=0.5)
    assert promised() == at("2026-11-25 19:00")


@pytest.mark.parametrize(
    "why",
    [
        {"languages": ["so"]},
        {"topics": ["interview"]},
        {"state": "paused"},
        {"start": "2026-11-28 09:00"},  # beyond 72 h
    ],
    ids=str,
)
def test_a_shift_that_does_not_fit_promises_nothing(why):
    start = why.pop("start", "2026-11-25 08:00")
    booked(start, **why)
    assert promised() == at("2026-11-25 16:00")
    booked("2026-11-25 08:00")
    assert promised() == at("2026-11-25 09:30")


def test_neither_the_asker_nor_who_was_left_behind_counts():
    amina = make.volunteer("Amina")
    make.booking(amina, make.shift(at("2026-11-25 08:00")))
    assert promised(owner=amina.user) == at("2026-11-25 16:00")
    bjorn, _shift = booked("2026-11-25 08:00")
    chat = make.claimed(bjorn)
    assert answer_by(chat) == at("2026-11-25 09:30")
    matching.swap_volunteer(chat.request, actor=chat.request.owner)
    assert bjorn not in fit.fitting_volunteers(chat.request)


def test_one_shared_language_is_enough_and_no_topics_means_all():
    booked("2026-11-25 08:00", languages=["ar"], topics=[])
    assert promised(languages=["ar", "ti"]) == at("2026-11-25 09:30")
    assert promised(languages=["ti"]) == at("2026-11-25 16:00")


@pytest.mark.parametrize("is_adult", [False, None])
def test_who_may_be_under_18_is_promised_staff(is_adult):
    booked("2026-11-25 08:00")
    assert promised(is_adult=is_adult) == at("2026-11-25 16:00")


@pytest.mark.parametrize(
    "now, start, hours, by",
    [
        ("2026-10-24 21:00", "2026-10-24 22:00", 9, "2026-10-24 23:30"),
        (
            "2026-10-24 21:00",
            "2026-10-25 01:30",
            5,
            "2026-10-25 02:00+01:00",
        ),  # the second 2.00 of that night, and half
        ("2027-03-27 21:00", "2027-03-27 22:00", 7, "2027-03-27 23:30"),
        ("2027-03-27 21:00", "2027-03-28 01:30", 4, "2027-03-28 04:00"),
    ],
)
def test_night_shifts_on_both_clock_nights(now, start, hours, by):
    _bjorn, shift = booked(start, hours=hours)
    expected = datetime.fromisoformat(by)
    expected = expected if expected.tzinfo else at(by)
    assert promised(at(now)) == expected
    if start.endswith("22:00"):
        assert shift.hours == hours and shift.ends_at.astimezone(STOCKHOLM).hour == 6


def test_two_queries_at_the_most():
    booked("2026-11-28 22:00")
    question = make.help_request()
    with CaptureQueriesContext(connection) as queries:
        promise.promised_time(question, NOW)
    assert len(queries) == 3  # the roster, then hours and closed weeks


# --- earlier, never later --------------------------------------------------------------------------------------------


def test_a_new_shift_makes_it_earlier_and_nothing_makes_it_later(clock):
    chat = make.conversation()
    assert answer_by(chat) == at("2026-11-25 16:00")
    bjorn, shift = booked("2026-11-25 08:00")
    version = Conversation.objects.get(pk=chat.pk).version
    clocks.improve_promises(), clocks.improve_promises()
    assert answer_by(chat) == at("2026-11-25 09:30")
    chat.refresh_from_db()
    assert (chat.promise_shift_id, chat.promise_by_staff, chat.version) == (shift.pk, False, version + 1)
    roster.unbook(bjorn, shift)
    clocks.improve_promises()
    assert answer_by(chat) == at("2026-11-25 09:30")
    assert Promise.objects.count() == 1


# --- kept, broken ----------------------------------------------------------------------------------------------------


def test_an_answer_in_time_keeps_it(clock):
    chat = make.claimed()
    post = make.message(make.helper_of(chat))
    assert clocks.keep_promises() == 1
    assert [p.kept_at for p in Promise.objects.all()] == [post.at]
    clock("2026-11-26 12:00")
    assert clocks.keep_promises() == 0
    assert not OutboxMail.objects.filter(kind="promise_broken").exists()


def test_broken_gives_an_apology_a_new_time_the_first_place_and_word_to_staff(clock, house):
    early = make.conversation()
    clock("2026-11-25 16:10")
    assert clocks.keep_promises() == 1
    assert clocks.keep_promises() == 0
    request = HelpRequest.objects.get(conversation=early)
    assert request.answer_by == at("2026-11-26 16:00")
    assert request.is_first_in_line
    kinds = OutboxMail.objects.exclude(kind="receipt").order_by("kind").values_list("kind", "to_email")
    assert list(kinds) == [("promise_broken", ""), ("staff_broken", house.email)]
    assert list(Promise.objects.order_by("pk").values_list("broken_at", flat=True)) == [at("2026-11-25 16:00"), None]
    assert early.messages.filter(body__contains="promise_broken").count() == 1
    clock("2026-11-26 16:10")
    clocks.keep_promises()
    assert OutboxMail.objects.filter(kind="promise_broken").count() == 2


def test_the_deputy_is_told_too_and_without_any_address_all_staff(clock, house):
    house.deputy = make.staff("Doris")
    house.save()
    nowhere = make.office()
    type(nowhere).objects.filter(pk=nowhere.pk).update(email="")
    disa = make.staff("Disa")
    make.conversation(), make.conversation(office=nowhere)
    clock("2026-11-25 16:10")
    clocks.keep_promises()
    told = OutboxMail.objects.filter(kind="staff_broken")
    assert {mail.to_email or mail.to_user.display_name for mail in told} == {house.email, "Doris", "Disa"}
    assert told.filter(to_user=disa).count() == 1


def test_a_late_answer_is_a_broken_promise_but_no_new_one(clock):
    chat = make.claimed()
    clock("2026-11-25 16:10")
    make.message(make.helper_of(chat))
    clocks.keep_promises(), clocks.keep_promises()
    assert list(Promise.objects.values_list("broken_at", "kept_at")) == [(at("2026-11-25 16:00"), None)]
    assert not OutboxMail.objects.filter(kind="promise_broken").exists()


def test_released_after_the_time_still_apologises(clock):
    chat = make.claimed()
    clock("2026-11-25 16:10")
    matching.release(chat.request, actor=None, why="lapsed")
    clocks.keep_promises()
    assert OutboxMail.objects.filter(kind="promise_broken").count() == 1
    assert answer_by(chat) == at("2026-11-26 16:00")


def test_released_after_an_answer_promises_anew(clock):
    chat = make.claimed()
    make.message(make.helper_of(chat))
    clock("2026-11-25 10:00")
    matching.release(chat.request, actor=None)
    kept, new = Promise.objects.order_by("pk")
    assert kept.kept_at is not None
    assert (new.kept_at, new.broken_at, new.answer_by) == (None, None, at("2026-11-25 16:00"))


def test_on_hold_the_promise_stands_still_and_is_made_good_afterwards(clock):
    chat, disa = make.conversation(), make.staff()
    matching.hold(chat.request, actor=disa)
    clock("2026-11-26 08:00")
    assert clocks.keep_promises() == 0
    matching.unhold(chat.request, actor=disa)
    clocks.keep_promises()
    assert answer_by(chat) == at("2026-11-26 16:00")
    assert not OutboxMail.objects.filter(kind="promise_broken").exists()  # IM stopped the chat: a new time, no apology


def test_reopened_promises_anew_also_later(clock):
    chat = make.conversation()
    matching.resolve(chat.request, actor=None)
    clock("2026-11-27 20:00")
    matching.reopen(chat.request, actor=None)
    assert answer_by(chat) == at("2026-11-30 16:00")


def test_many_open_promises_do_not_hide_the_broken_one(clock, monkeypatch):
    monkeypatch.setattr(rounds, "ROUND", 2)
    for _ in range(3):
        chat = make.claimed()
        make.message(make.helper_of(chat))
        clocks.keep_promises()
        matching.release(chat.request, actor=None)  # answered once, promised again, waits
    due = make.conversation()
    Promise.objects.filter(conversation=due).update(answer_by=NOW - timedelta(minutes=1))
    clocks.keep_promises()
    assert Promise.objects.filter(conversation=due, broken_at__isnull=False).exists()


# --- asking before it is too late ------------------------------------------------------------------------------------


def asked() -> set:
    rows = OutboxMail.objects.filter(kind__in=["volunteer_asked", "staff_asked"])
    return {(mail.kind, mail.to_email or mail.to_user.display_name) for mail in rows}


def test_two_hours_before_fitting_volunteers_and_staff_are_asked_once(clock, house):
    make.conversation()
    make.volunteer("Björn"), make.volunteer("Sagal", languages=["so"]), make.volunteer("Pia", state="paused")
    clock("2026-11-25 13:50")
    assert clocks.ask_round() == 0
    clock("2026-11-25 14:10")
    clocks.ask_round(), clocks.ask_round()
    assert asked() == {("volunteer_asked", "Björn"), ("staff_asked", house.email)}
    assert OutboxMail.objects.exclude(kind="receipt").count() == 2


def test_when_the_shift_empties_and_again_two_hours_before(clock, house):
    bjorn, shift = booked("2026-11-26 18:00")
    chat = make.conversation()
    HelpRequest.objects.filter(pk=chat.request_id).update(answer_by=at("2026-11-26 19:30"))
    Conversation.objects.filter(pk=chat.pk).update(promise_shift_id=shift.pk)
    assert clocks.ask_round() == 0
    roster.unbook(bjorn, shift)
    clocks.ask_round(), clocks.ask_round()
    assert asked() == {("volunteer_asked", "Björn"), ("staff_asked", house.email)}
    assert OutboxMail.objects.filter(kind="staff_asked").count() == 1
    clock("2026-11-26 17:40")
    clocks.ask_round(), clocks.ask_round()
    assert OutboxMail.objects.filter(kind="staff_asked").count() == 2
    assert OutboxMail.objects.filter(kind="volunteer_asked").count() == 2


def test_volunteers_are_not_asked_about_who_may_be_under_18(clock, house):
    make.conversation(is_adult=False)
    make.volunteer("Björn")
    clock("2026-11-25 14:10")
    clocks.ask_round()
    assert asked() == {("staff_asked", house.email)}


# --- "a volunteer can answer now" ------------------------------------------------------------------------------------


def test_could_answer_now_only_when_one_could():
    question = make.conversation().request
    assert not promise.could_answer_now() and not promise.could_answer_now(question)
    make.volunteer("Sagal", on_duty=True, languages=["so"])
    assert promise.could_answer_now() and not promise.could_answer_now(question)
    bjorn = make.volunteer("Björn", on_duty=True)
    assert promise.could_answer_now(question)
    claiming.claim(question, bjorn)
    matching.swap_volunteer(question, actor=question.owner)
    assert not promise.could_answer_now(question)  # never the same again
