"""Who is told that somebody waits: in rounds, by one door, never twice, too often, in a chat or in quiet hours."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import alerts, claiming, matching
from chat.models import Alert
from motesplats import outbox
from motesplats.models import OutboxMail
from seekers.models import HelpRequest
from tests import make
from tests.races import at_once
from volunteers import duty, quiet_hours
from volunteers.models import AlertWish, PushSubscription, Rest, Volunteer

pytestmark = pytest.mark.django_db
EVENING = timezone.datetime.fromisoformat("2026-11-24T19:00:00+00:00")  # 20.00 in Sweden
SEC, MIN = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock():
    """`clock(MIN)` moves time on, with everybody who was on duty still heard from."""
    with time_machine.travel(EVENING, tick=False) as travel:

        def forward(by: timedelta) -> datetime:
            travel.shift(by)
            Volunteer.objects.exclude(heartbeat_at=None).update(heartbeat_at=timezone.now())
            return timezone.now()

        make.office()
        yield forward


def wishing(name="Cecilia", *, device=True, **fields) -> Volunteer:
    """Somebody who is not here and has chosen "Skicka notis"."""
    made = make.volunteer(name, **fields)
    AlertWish.objects.create(volunteer=made, is_on=True)
    if device:
        PushSubscription.objects.create(volunteer=made, endpoint=f"https://push.example/{made.pk}")
    return made


def told(talk) -> list[tuple]:
    """(who, round, door), in order."""
    rows = Alert.objects.filter(conversation=talk).order_by("at", "pk")
    return [(row.volunteer.user.display_name, row.round, row.door) for row in rows]


def test_a_shared_first_language_is_told_at_once_the_others_on_duty_after_30_s(clock):
    make.volunteer("Björn", on_duty=True), make.volunteer("Leila", on_duty=True, languages=["sv", "ar"])
    make.volunteer("Olof", on_duty=True, languages=["uk"]), make.volunteer("Away")
    talk = make.conversation(languages=["sv", "ar"])
    assert alerts.tell_waiting() == 1
    assert told(talk) == [("Leila", 1, "page")]
    clock(29 * SEC)
    assert alerts.tell_waiting() == 0
    clock(SEC)
    assert alerts.tell_waiting() == 1 and alerts.tell_waiting() == 0
    assert told(talk) == [("Leila", 1, "page"), ("Björn", 2, "page")]


def test_a_question_tells_at_once_when_it_is_routed(django_capture_on_commit_callbacks):
    make.volunteer("Björn", on_duty=True)
    with django_capture_on_commit_callbacks(execute=True):
        talk = make.conversation()
    assert told(talk) == [("Björn", 1, "page")]


def test_those_who_wish_a_notice_are_told_after_a_minute(clock):
    make.volunteer("Björn", on_duty=True), wishing(), wishing("Erik", device=False)
    talk = make.conversation()
    alerts.tell_waiting()
    clock(59 * SEC), alerts.tell_waiting()
    assert told(talk) == [("Björn", 1, "page")]
    clock(SEC), alerts.tell_waiting()
    assert told(talk)[1:] == [("Cecilia", 3, "push"), ("Erik", 3, "email")]


def test_they_are_told_at_once_when_nobody_on_duty_is_free():
    busy = make.volunteer("Björn", on_duty=True)
    chat = make.claimed(busy)
    chat.participants.filter(side="seeker").update(seen_at=timezone.now())
    wishing()
    talk = make.conversation()
    alerts.tell_waiting()
    assert told(talk) == [("Cecilia", 3, "push")]


def test_few_of_those_who_wish_are_told_in_each_round_and_devices_come_first(clock):
    names = [f"V{number}" for number in range(7)]
    wishing("Mail", device=False)
    for name in names:
        wishing(name)
    talk = make.conversation()
    alerts.tell_waiting(), alerts.tell_waiting()
    assert [name for name, _round, _door in told(talk)] == names[:5]
    clock(90 * SEC), alerts.tell_waiting()
    assert {name for name, _round, _door in told(talk)[5:]} == {"V5", "V6", "Mail"}


def test_nobody_is_told_twice_within_ten_minutes_and_later_of_what_still_waits(clock):
    make.volunteer("Björn", on_duty=True)
    first = make.conversation()
    alerts.tell_waiting()
    clock(MIN)
    second = make.conversation()
    clock(8 * MIN), alerts.tell_waiting()
    assert (len(told(first)), told(second)) == (1, [])
    clock(MIN + SEC), alerts.tell_waiting()
    assert len(told(second)) == 1 and len(told(first)) == 1


def test_a_notice_tells_of_all_that_waits(clock):
    cecilia = wishing()
    first, second = make.conversation(), make.conversation()
    alerts.tell_waiting()
    assert told(first) == [("Cecilia", 3, "push")] and told(second) == [("Cecilia", 3, "along")]
    clock(30 * MIN)
    assert alerts.tell_waiting() == 0
    third = make.conversation()
    alerts.tell_waiting()
    assert told(third) == [("Cecilia", 3, "push")]
    assert Alert.objects.heard().filter(volunteer=cecilia).count() == 2


def test_mails_come_at_most_once_an_hour(clock):
    wishing(device=False)
    for _ in range(4):
        make.conversation()
        alerts.tell_waiting()
        clock(20 * MIN)
    assert OutboxMail.objects.filter(kind="somebody_waits").count() == 2


@pytest.mark.parametrize(
    "quiet, at, is_told",
    [
        (("22:00", "07:00"), "21:59", True), (("22:00", "07:00"), "22:00", False), (("22:00", "07:00"), "06:59", False),
        (("22:00", "07:00"), "07:00", True), (("08:00", "16:00"), "12:00", False), (("08:00", "16:00"), "20:00", True),
        (("09:00", "09:00"), "09:00", True),
    ],
)  # fmt: skip
def test_quiet_hours_are_kept(quiet, at, is_told):
    """On a clock in Sweden; they may pass midnight."""
    with time_machine.travel(datetime.fromisoformat(f"2026-11-25T{at}+01:00"), tick=False):
        AlertWish.objects.filter(volunteer=wishing()).update(quiet_from=quiet[0], quiet_until=quiet[1])
        make.conversation()
        assert alerts.tell_waiting() == is_told


def test_quiet_hours_give_way_to_being_on_duty():
    cecilia = wishing()
    AlertWish.objects.update(quiet_from="19:00", quiet_until="07:00")
    make.conversation()
    assert alerts.tell_waiting() == 0
    duty.switch(cecilia, to="here", actor=cecilia.user)
    assert alerts.tell_waiting() == 1


def test_a_locked_phone_in_a_shift_is_on_duty_and_hears_by_push():
    bjorn = make.volunteer("Björn")
    device = PushSubscription.objects.create(volunteer=bjorn, endpoint="https://push.example/1")
    make.booking(bjorn, make.shift(EVENING - MIN))
    assert not Volunteer.objects.on_duty(EVENING).exists()
    PushSubscription.objects.filter(pk=device.pk).update(worked_at=EVENING - timedelta(days=8))
    assert not Volunteer.objects.on_duty(EVENING).exists()
    PushSubscription.objects.filter(pk=device.pk).update(worked_at=EVENING - timedelta(days=6))
    assert Volunteer.objects.on_duty(EVENING).get() == bjorn
    talk = make.conversation()
    alerts.tell_waiting()
    assert told(talk) == [("Björn", 1, "push")]
    duty.switch(bjorn, to="away", actor=bjorn.user)
    assert not Volunteer.objects.on_duty(EVENING).exists()


def test_who_is_not_told():
    asker = make.user("Amina")
    wishing("Asker", user=asker), wishing("Somali", languages=["so"]), wishing("Letters", topics=["letter"])
    wishing("Paused", state="paused"), make.volunteer("No wish")
    Rest.objects.create(volunteer=wishing("Rests"), until=EVENING + MIN)
    left = make.claimed(wishing("Left"))
    matching.swap_volunteer(left.request, actor=left.request.owner)
    HelpRequest.objects.filter(pk=left.request_id).update(owner=asker)
    make.conversation(is_adult=False)
    assert alerts.tell_waiting() == 0


def test_a_question_that_comes_back_waits_anew(clock):
    make.volunteer("Björn", on_duty=True)
    talk = make.conversation()
    alerts.tell_waiting()
    clock(20 * MIN)
    olof = make.volunteer("Olof")
    claiming.claim(talk.request, olof)
    clock(20 * MIN)
    matching.release(talk.request, actor=olof.user)
    assert alerts.tell_waiting() == 1
    assert told(talk) == [("Björn", 1, "page")] * 2


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_tell_everybody_once(on_postgres):
    for _ in range(5):
        make.conversation()
    for number in range(5):
        wishing(f"V{number}")
    assert sum(at_once(*[alerts.tell_waiting] * 4)) == 5
    assert sorted(Alert.objects.heard().values_list("volunteer", flat=True)) == sorted(
        Volunteer.objects.values_list("pk", flat=True)
    )


def test_the_same_queries_when_everybody_has_been_told(clock):
    wishing()
    for _ in range(3):
        make.conversation()
    alerts.tell_waiting()
    with CaptureQueriesContext(connection) as queries:
        assert alerts.tell_waiting() == 0
    assert len(queries) == 2  # what waits; nobody may be told now
    HelpRequest.objects.update(state="withdrawn")
    with CaptureQueriesContext(connection) as queries:
        assert alerts.tell_waiting() == 0
    assert len(queries) == 1


def test_the_mail_names_the_topic_alone_and_is_not_sent_when_nobody_waits():
    cecilia = wishing(device=False)
    talk = make.conversation(need="Hemligt")
    alerts.tell_waiting()
    mail = OutboxMail.objects.get(kind="somebody_waits")
    assert mail.to_user == cecilia.user
    body = outbox.rendered(mail).body
    assert "CV" in body and "Hemligt" not in body and "/jour/" in body and "Amina" not in body
    assert outbox._is_wanted(mail)
    claiming.claim(talk.request, make.volunteer("Olof"))
    assert not outbox._is_wanted(mail)


def test_the_third_word_of_the_switch():
    bjorn = make.volunteer("Björn")
    assert not quiet_hours.wish_of(bjorn).is_on
    for to, here, wants in (("notify", False, True), ("here", True, True), ("away", False, False)):
        duty.switch(bjorn, to=to, actor=bjorn.user)
        assert duty.is_here(bjorn, timezone.now()) is here and quiet_hours.wish_of(bjorn).is_on is wants
