"""How it feels after a chat, the coordinator's row, and enough for tonight."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from motesplats import desk, outbox
from motesplats.models import AuditEntry, OutboxMail
from tests import make
from tests.races import at_once
from volunteers import care, duty, quiet_hours
from volunteers.models import CareAnswer, CareCall, Rest, ShiftBooking, Volunteer

pytestmark = pytest.mark.django_db
NOW = timezone.datetime.fromisoformat("2026-11-24T20:30:00+00:00")  # a Tuesday, 21.30 in Sweden
GOOD, HEAVY, TALK, SKIPPED = CareAnswer.Feeling.values


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


@pytest.fixture
def bjorn():
    make.office()
    return make.volunteer()


def say(volunteer, feeling, about="chat"):
    return care.answer(volunteer, about_id=about, feeling=feeling, contact_by=NOW + timedelta(hours=18))


def staff_rows():
    return [row.label for row in desk.all_rows() if "carecall" in row.url]


def test_a_volunteer_who_wants_to_talk_is_a_row_and_a_mail(bjorn):
    call = say(bjorn, TALK)
    assert (call.why, call.contact_by) == ("asked", NOW + timedelta(hours=18))
    assert staff_rows() == ["Björn behöver höra av dig efter en chatt"]
    assert list(OutboxMail.objects.values_list("kind", "to_email")) == [("care_call_staff", "goteborg@im.example")]
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["care.opened"]


def test_the_mail_names_nobody_and_is_not_sent_when_it_is_done(bjorn):
    call = say(bjorn, TALK)
    mail = OutboxMail.objects.get()
    kind = outbox._kinds["care_call_staff"]
    said = str(kind.render(mail))
    assert kind.still_wanted(mail) and "Björn" not in said and f"/carecall/{call.pk}/" in said
    care.handle(call, by=make.staff())
    assert not kind.still_wanted(mail)


@pytest.mark.parametrize(
    "said, opens",
    [
        ([GOOD], False), ([SKIPPED], False), ([HEAVY], False), ([HEAVY, GOOD, HEAVY], False),
        ([HEAVY, HEAVY], True), ([HEAVY, SKIPPED, HEAVY], True), ([HEAVY, HEAVY, HEAVY], True), ([GOOD, TALK], True),
    ],
)  # fmt: skip
def test_two_heavy_in_a_row_open_one_row(bjorn, clock, said, opens):
    for number, feeling in enumerate(said):
        clock.shift(60)
        say(bjorn, feeling, about=f"chat{number}")
    assert CareCall.objects.count() == opens


def test_the_first_answer_stands_and_sent_twice_is_one(bjorn):
    first, again = say(bjorn, TALK), say(bjorn, TALK)
    assert first == again and CareCall.objects.count() == 1
    assert say(bjorn, GOOD) == first and CareAnswer.objects.get().feeling == TALK


def test_what_was_heavy_before_im_was_in_touch_does_not_count_again(bjorn, clock):
    say(bjorn, HEAVY, "1"), clock.shift(60)
    call = say(bjorn, HEAVY, "2")
    clock.shift(60)
    assert care.handle(call, by=make.staff()) and not care.handle(call, by=make.staff())
    clock.shift(60)
    assert say(bjorn, HEAVY, "3") is None
    clock.shift(60)
    assert say(bjorn, HEAVY, "4").why == "heavy"


@pytest.mark.django_db(transaction=True)
def test_two_chats_answered_at_once_open_one_row(bjorn):
    at_once(lambda: say(bjorn, TALK, "1"), lambda: say(bjorn, TALK, "2"))
    assert (CareAnswer.objects.count(), CareCall.objects.count()) == (2, 1)


# --- enough for tonight ----------------------------------------------------------------------------------------------


def test_enough_for_tonight_ends_everything_of_tonight_and_nothing_else(bjorn):
    duty.switch(bjorn, to="here", actor=bjorn.user)
    running, later = make.shift(NOW - timedelta(hours=1), hours=2), make.shift(NOW + timedelta(hours=3))
    tomorrow = make.shift(NOW + timedelta(hours=20))
    for shift in (running, later, tomorrow):
        make.booking(bjorn, shift)
    assert care.stop_tonight(bjorn, actor=bjorn.user) == 2
    assert list(ShiftBooking.objects.booked().values_list("shift", flat=True)) == [tomorrow.pk]
    assert not Volunteer.objects.on_duty(NOW).exists()
    assert Rest.objects.get().until == timezone.datetime.fromisoformat("2026-11-25T04:00:00+00:00")
    bjorn = Volunteer.objects.get()
    assert care.rests(bjorn, NOW) and not care.rests(bjorn, NOW + timedelta(hours=8))


@pytest.mark.parametrize("to", ["notify", "away"])
def test_enough_for_tonight_leaves_the_wish_for_notices_as_it_was(bjorn, to):
    duty.switch(bjorn, to=to, actor=bjorn.user)
    before = quiet_hours.wish_of(bjorn).is_on
    care.stop_tonight(bjorn, actor=bjorn.user)
    assert quiet_hours.wish_of(bjorn).is_on == before == (to == "notify")


def test_others_who_have_not_stopped_are_asked_to_take_the_seat(bjorn):
    cecilia, olof = make.volunteer("Cecilia"), make.volunteer("Olof")
    care.stop_tonight(olof, actor=olof.user)
    make.booking(bjorn, make.shift(NOW + timedelta(hours=1)))
    care.stop_tonight(bjorn, actor=bjorn.user)
    asked = OutboxMail.objects.filter(kind="shift_seat_free")
    assert list(asked.values_list("to_user", flat=True)) == [cecilia.user_id]


def test_enough_for_tonight_may_be_pressed_twice(bjorn):
    assert [care.stop_tonight(bjorn, actor=bjorn.user) for _ in range(2)] == [0, 0]
    assert Rest.objects.count() == 1


def test_here_now_ends_the_rest(bjorn):
    care.stop_tonight(bjorn, actor=bjorn.user)
    duty.switch(bjorn, to="here", actor=bjorn.user)
    assert not care.rests(Volunteer.objects.get(), NOW)


def test_who_is_not_approved_has_nothing_to_stop():
    nils = make.volunteer("Nils", state=Volunteer.State.PAUSED)
    with pytest.raises(duty.NotApproved):
        care.stop_tonight(nils, actor=nils.user)
    assert not Rest.objects.exists()


@pytest.mark.parametrize(
    "now, ends",
    [
        ("2026-11-24T21:30+01:00", "2026-11-25T05:00+01:00"),
        ("2026-11-25T02:00+01:00", "2026-11-25T05:00+01:00"),
        ("2026-11-25T05:00+01:00", "2026-11-26T05:00+01:00"),
        ("2027-03-27T22:00+01:00", "2027-03-28T05:00+02:00"),
        ("2026-10-24T22:00+02:00", "2026-10-25T05:00+01:00"),
    ],
)
def test_tonight_ends_at_five_in_sweden(now, ends):
    assert care.end_of_night(timezone.datetime.fromisoformat(now)) == timezone.datetime.fromisoformat(ends)


# --- hours -----------------------------------------------------------------------------------------------------------


def seat(volunteer, hours_ago, hours=2.0, **fields):
    row = make.booking(volunteer, make.shift(NOW - timedelta(hours=hours_ago), hours=hours))
    ShiftBooking.objects.filter(pk=row.pk).update(**fields)


def test_hours_are_those_one_was_there(bjorn):
    began = NOW - timedelta(hours=10)
    seat(bjorn, 5)
    seat(bjorn, 10, hours=3, cancelled_at=began + timedelta(hours=1))  # gave it back in the middle
    seat(bjorn, 20, cancelled_at=NOW - timedelta(hours=30))  # before it began
    seat(bjorn, 30, asked_at=NOW, cancelled_at=NOW - timedelta(hours=29, minutes=30))  # never came
    seat(bjorn, 40, asked_at=NOW - timedelta(hours=40))  # was late
    seat(bjorn, 1)  # is going on
    seat(make.volunteer("Cecilia"), 5)
    assert care.hours_of(care.attended(bjorn)) == 5.0


def test_old_answers_go_and_what_waits_stays(bjorn, clock):
    say(bjorn, GOOD, "1")
    call = say(bjorn, TALK, "2")
    clock.shift(timedelta(days=200))
    assert (care.remove_old(), care.remove_old()) == (2, 0)
    assert CareCall.objects.get() == call
    care.handle(call, by=make.staff())
    clock.shift(timedelta(days=200))
    assert care.remove_old() == 1
