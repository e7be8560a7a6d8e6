"""The notice of an alert: once, tried again, a mail when no device can be reached; nothing when nobody waits."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from chat import alert_push, alerts, claiming
from chat.models import Alert
from motesplats.models import OutboxMail
from tests import make
from tests.volunteers.push_service import Browser, push_service
from volunteers import push
from volunteers.models import AlertWish

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel(timezone.datetime.fromisoformat("2026-11-24T19:00:00+00:00"), tick=False) as travel:
        yield travel.shift


@pytest.fixture
def service(settings):
    settings.VAPID_PRIVATE_KEY, _public = push.new_keys()
    settings.PUSH_TO_LOOPBACK = True
    with push_service() as service:
        yield service


@pytest.fixture
def browser():
    return Browser()


@pytest.fixture
def alert(clock, service, browser) -> Alert:
    """Cecilia, who is not here and has a device, is told of a question about a CV."""
    make.office()
    cecilia = make.volunteer("Cecilia")
    AlertWish.objects.create(volunteer=cecilia, is_on=True)
    browser.of(cecilia, service)
    make.conversation(make.user("Amina"), need="Hemligt")
    assert alerts.tell_waiting() == 1
    return Alert.objects.get()


def mails() -> int:
    return OutboxMail.objects.filter(kind="somebody_waits").count()


def test_the_notice_says_the_topic_and_nothing_else(alert, service, browser):
    assert alert_push.push_alert(alert.pk)
    said = browser.read(service.got[0][2])
    assert (said["body"], said["url"], said["dir"]) == ("CV", "/jour/", "ltr")
    assert not {"Hemligt", "Amina", alert.conversation.request.public_id} & set(str(said).split("'"))


def test_it_is_sent_once_however_often_it_is_asked_for(alert, service):
    assert alert_push.push_due() == 1
    assert not alert_push.push_alert(alert.pk) and alert_push.push_due() == 0
    assert len(service.got) == 1 and mails() == 0


def test_nothing_is_sent_when_nobody_waits_any_more_or_the_volunteer_has_a_chat(alert, service):
    claiming.claim(alert.conversation.request, make.volunteer("Olof"))
    assert alert_push.push_due() == 1 and alert_push.push_due() == 0
    busy = make.claimed(alert.volunteer)
    busy.participants.filter(side="seeker").update(seen_at=timezone.now())
    make.conversation()
    Alert.objects.update(push_next_at=timezone.now())
    alert_push.push_due()
    assert service.got == [] and mails() == 0


def test_a_service_that_is_away_is_tried_three_times_then_a_mail_goes(alert, service, clock):
    service.says["/1"] = 503
    for tried, mailed in ((1, 0), (2, 0), (3, 1), (3, 1)):
        alert_push.push_due()
        assert (len(service.got), mails()) == (tried, mailed)
        assert alert_push.push_due() == 0
        clock(timedelta(seconds=31))
    alert.refresh_from_db()
    assert (alert.door, alert.push_next_at) == ("email", None)


def test_a_device_that_is_gone_is_removed_and_a_mail_goes(alert, service):
    service.says["/1"] = 410
    alert_push.push_due()
    assert not alert.volunteer.push_subscriptions.exists() and mails() == 1


def test_one_device_that_works_is_enough(alert, service, browser):
    Browser().of(alert.volunteer, service, "2")
    service.says["/1"] = 410
    alert_push.push_due()
    assert [path for path, _headers, _body in service.got] == ["/1", "/2"] and mails() == 0
    assert alert.volunteer.push_subscriptions.count() == 1


def test_a_worker_that_died_leaves_it_to_the_sweep(alert, service, clock):
    Alert.objects.update(push_next_at=timezone.now() + alert_push.LEASE, push_attempts=1)
    assert alert_push.push_due() == 0
    clock(alert_push.LEASE)
    assert alert_push.push_due() == 1 and len(service.got) == 1
