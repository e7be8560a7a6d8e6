"""The outbox against a real SMTP server, and two workers at once."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.db import close_old_connections, connection
from django.db.models import F
from django.utils import timezone

from motesplats import outbox
from motesplats.letters import Letter
from motesplats.models import OutboxMail, OutboxPace
from tests import make, races
from tests.motesplats.mailhouse import Mailhouse

pytestmark = pytest.mark.django_db
State = OutboxMail.State


@pytest.fixture
def house(settings):
    """A mail server that is on; the outbox sends to it."""
    made = Mailhouse().open()
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    yield made
    made.close()


@pytest.fixture(autouse=True)
def hello_kind(monkeypatch):
    monkeypatch.setattr(outbox, "_kinds", dict(outbox._kinds))
    outbox.kind("hello", render=lambda mail: Letter("Hej åäö مرحبا", [f"Number {mail.data['n']}"]))


def _queue_many(count, person=None):
    person = person or make.user()
    return [outbox.queue("hello", to=person, dedupe_key=f"hello:{n}", n=n) for n in range(count)]


def _states():
    return list(OutboxMail.objects.order_by("pk").values_list("state", "last_error"))


def test_round_sends_over_one_connection(house):
    mails = _queue_many(5)
    assert outbox.deliver_due() == 5
    assert [taken["Message-ID"] for taken in house.taken] == [mail.message_id for mail in mails]
    assert {taken["Subject"] for taken in house.taken} == {"Hej åäö مرحبا"}
    assert len(house.sessions) == 1


@pytest.mark.parametrize("where", ["rcpt", "data"])
def test_refused_for_ever_is_given_up_and_the_next_mail_still_leaves(house, where):
    _queue_many(1)
    setattr(house, where, "550 5.1.1 no canary here")
    outbox.deliver_due()
    name = {"rcpt": "SMTPRecipientsRefused", "data": "SMTPDataError"}[where]
    assert _states() == [(State.DEAD, f"{name} 550")]
    setattr(house, where, None)
    outbox.queue("hello", to=make.user(), dedupe_key="next", n=9)
    assert outbox.deliver_due() == 1
    assert len(house.taken) == 1


def test_refused_for_now_is_tried_again_at_growing_distances_then_given_up(house):
    _queue_many(1)
    house.rcpt = "450 4.2.0 greylisted"
    now = timezone.now()
    for wait in [timedelta(), *outbox.RETRY_AFTER]:
        now += wait
        with time_machine.travel(now - timedelta(seconds=2 if wait else -1), tick=False):
            assert outbox.deliver_due() == (0 if wait else 1)
        if wait:
            with time_machine.travel(now + timedelta(seconds=2), tick=False):
                assert outbox.deliver_due() == 1
            now += timedelta(seconds=2)
        else:
            now += timedelta(seconds=1)
    assert _states() == [(State.DEAD, "SMTPRecipientsRefused 450")]
    assert OutboxMail.objects.get().attempts == 10


def test_server_away_ends_the_round_at_once_and_all_leaves_when_it_is_back(house):
    _queue_many(20)
    house.close()
    assert outbox.deliver_due() == 1  # the first mail found out; the others wait untouched
    assert [state for state, _error in _states()].count(State.PENDING) == 20
    house.open()
    with time_machine.travel(timezone.now() + timedelta(seconds=31)):
        assert outbox.deliver_due() == 20
        assert outbox.deliver_due() == 0
    assert len({taken["Message-ID"] for taken in house.taken}) == len(house.taken) == 20


def test_server_that_goes_away_within_a_round_loses_and_doubles_nothing(house):
    _queue_many(3)
    real = house.handle_DATA

    async def hang_up_after_one(server, session, envelope):
        if len(house.taken) == 1:
            server.transport.close()
        return await real(server, session, envelope) if not server.transport.is_closing() else "421 bye"

    house.handle_DATA = hang_up_after_one
    outbox.deliver_due()
    house.handle_DATA = real
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        outbox.deliver_due()
    assert sorted(taken["Message-ID"] for taken in house.taken) == sorted(
        OutboxMail.objects.values_list("message_id", flat=True)
    )


def _due_in(span: timedelta) -> None:
    """Move all that waits, instead of waiting."""
    OutboxMail.objects.update(created_at=F("created_at") - span, next_at=F("next_at") - span)
    OutboxPace.objects.update(used_until=F("used_until") - span)


@pytest.mark.parametrize("mails", [100, pytest.param(1000, marks=pytest.mark.long)])
def test_an_hour_without_mail_server_and_all_leave_once_oldest_first_in_their_pace(house, settings, mails):
    settings.MAILS_PER_MINUTE = 4 * mails  # all at once, then one in fifteen milliseconds
    person = make.user()
    waiting = OutboxMail.objects.bulk_create(
        OutboxMail(kind="hello", to_user=person, data={"n": n}, dedupe_key=f"hello:{n}", message_id=f"<{n}@localhost>")
        for n in range(mails)
    )
    house.close()
    for _try in range(12):  # beat tries all the time
        assert outbox.deliver_due() == 1
        _due_in(timedelta(minutes=5))
    assert set(_states()) <= {(State.PENDING, ""), (State.PENDING, "ConnectionRefusedError")}
    assert not OutboxMail.objects.exclude(attempts=0).exists()  # an outage uses up nobody's tries
    late = outbox.queue("hello", to=person, dedupe_key="late", n=mails)
    house.open()
    settings.MAILS_PER_MINUTE = 12 * mails // 10  # three tenths at once, then fifteen hundredths in ten seconds
    with races.quick_turns(), time_machine.travel(timezone.now(), tick=False) as clock:
        assert outbox.deliver_new(late.pk) is None  # it does not overtake
        rounds = []
        while OutboxMail.objects.exclude(state=State.SENT).exists():
            rounds.append(outbox.deliver_due(limit=2000))
            clock.shift(10)
    assert rounds[0] == 3 * mails // 10 and max(rounds[1:]) == 15 * mails // 100 and sum(rounds) == mails + 1
    assert len(rounds) == 6
    assert [taken["Message-ID"] for taken in house.taken] == [mail.message_id for mail in [*waiting, late]]


def _send_code(code: str) -> None:
    outbox.StoringEmailBackend().send_messages([EmailMessage("Kod", code, to=["amina@example.org"])])


def test_a_code_does_not_wait_for_a_place(house, settings):
    settings.MAILS_PER_MINUTE = 4  # one at once
    _queue_many(3)
    _send_code("123456")
    code = OutboxMail.objects.get(kind=outbox.STORED)
    _due_in(timedelta(minutes=5))
    assert outbox.deliver_new(code.pk) == State.SENT
    _send_code("654321")
    assert outbox.deliver_due() == 2
    assert [taken["Subject"] for taken in house.taken] == ["Kod", "Hej åäö مرحبا", "Kod"]


@pytest.mark.parametrize("code", ["530", "553"])
def test_our_own_sender_refused_is_tried_again(house, code):
    async def refuse(server, session, envelope, address, options):
        return f"{code} no"

    house.handle_MAIL = refuse
    _queue_many(1)
    outbox.deliver_due()
    assert _states() == [(State.PENDING, f"SMTPSenderRefused {code}")]


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_each_mail_once(house):
    _queue_many(40)
    start, problems = threading.Barrier(4), []

    def work():
        start.wait()
        try:
            while outbox.deliver_due(limit=7):
                pass
        except Exception as problem:
            problems.append(problem)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    close_old_connections()
    ids = [taken["Message-ID"] for taken in house.taken]
    assert problems == [] and len(ids) == len(set(ids)) == 40
    assert set(_states()) == {(State.SENT, "")}


@pytest.mark.django_db(transaction=True)
def test_same_key_from_eight_threads_is_one_row():
    person = make.user()
    start, made = threading.Barrier(8), []

    def work():
        start.wait()
        try:
            made.append(outbox.queue("hello", to=person, dedupe_key="race", n=1))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8 and len([mail for mail in made if mail]) == 1
    assert OutboxMail.objects.count() == 1
