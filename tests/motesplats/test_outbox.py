"""The outbox: one row, one mail, whatever dies or is done twice."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail as django_mail
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motesplats import outbox
from motesplats.letters import Letter, absolute
from motesplats.models import OutboxMail
from tests import make

pytestmark = pytest.mark.django_db
State = OutboxMail.State


@pytest.fixture(autouse=True)
def hello_kind(monkeypatch):
    """A kind "hello" that says the number in its data and asks `wanted` whether it is still needed."""
    monkeypatch.setattr(outbox, "_kinds", dict(outbox._kinds))
    wanted = {"answer": True}
    outbox.kind("hello", render=_render_hello, still_wanted=lambda mail: wanted["answer"])
    return wanted


def _render_hello(mail):
    return Letter(subject=_("Test mail"), lines=[f"Number {mail.data.get('n')}"], button=("Open", absolute("/x/")))


def _queue(person=None, key="hello:1", **given):
    return outbox.queue("hello", to=person or make.user(), dedupe_key=key, **{"n": 1, **given})


def _row(mail):
    return OutboxMail.objects.get(pk=mail.pk)


# --- queueing --------------------------------------------------------------------------------------------------------


def test_queue_makes_a_row_with_a_fixed_message_id_of_our_host():
    mail = _queue(n=7)
    assert (mail.state, mail.data, mail.language) == (State.PENDING, {"n": 7}, "sv")
    assert mail.message_id.startswith("<") and mail.message_id.endswith("@localhost>")


def test_queue_same_key_twice_makes_one_row_and_leaves_the_transaction_whole():
    person = make.user()
    with transaction.atomic():
        first, second = _queue(person), _queue(person, n=2)
        third = _queue(person, key="hello:2")
    assert first and second is None and third
    assert set(OutboxMail.objects.values_list("dedupe_key", "data__n")) == {("hello:1", 1), ("hello:2", 1)}


def test_queue_in_a_transaction_that_rolls_back_leaves_nothing():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _queue()
        1 / 0  # noqa: B018
    assert not OutboxMail.objects.exists()


def test_queue_to_somebody_without_address_makes_no_row_and_keeps_the_key_free():
    shell = make.user(email=None)
    assert _queue(shell) is None
    shell.email = "amina@example.org"
    shell.save()
    assert _queue(shell)


def test_queue_of_an_unknown_kind_is_an_error_at_once():
    with pytest.raises(LookupError):
        outbox.queue("helo", to=make.user(), dedupe_key="x")


def test_queue_with_a_key_that_does_not_fit_is_an_error():
    with pytest.raises(ValueError):
        _queue(key="x" * 201)


@pytest.mark.django_db(transaction=True)
def test_queue_hands_the_mail_over_after_commit_only(monkeypatch):
    handed = []
    monkeypatch.setattr(outbox.dispatch, "hand_over", handed.append)
    with transaction.atomic():
        mail = _queue()
        assert handed == []
    assert handed == [mail.pk]


@pytest.mark.django_db(transaction=True)
def test_queue_survives_a_hand_over_that_breaks(monkeypatch):
    monkeypatch.setattr(outbox.dispatch, "hand_over", lambda pk: 1 / 0)
    with transaction.atomic():
        _queue()
    assert OutboxMail.objects.count() == 1


# --- delivering ------------------------------------------------------------------------------------------------------


def test_deliver_sends_text_and_html_with_the_headers(settings):
    person = make.user()
    mail = _queue(person)
    assert outbox.deliver(mail.pk) == State.SENT
    [sent] = django_mail.outbox
    assert (sent.to, sent.from_email) == ([person.email], settings.DEFAULT_FROM_EMAIL)
    message = sent.message()
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Number 1" in sent.body and "http://localhost:8000/x/" in sent.body
    assert [part.mimetype for part in sent.alternatives] == ["text/html"]
    row = _row(mail)
    assert (row.attempts, row.last_error, row.lease_until) == (1, "", None) and row.sent_at


def test_deliver_twice_sends_once():
    mail = _queue()
    assert [outbox.deliver(mail.pk), outbox.deliver(mail.pk), outbox.deliver_due()] == [State.SENT, None, 0]
    assert len(django_mail.outbox) == 1


def test_deliver_of_a_row_that_is_gone_does_nothing():
    assert outbox.deliver(4711) is None


def test_deliver_due_sends_all_once_and_no_more_than_the_limit():
    person = make.user()
    for n in range(5):
        _queue(person, key=f"hello:{n}", n=n)
    assert [outbox.deliver_due(limit=3), outbox.deliver_due(), outbox.deliver_due()] == [3, 2, 0]
    assert [sent.body.split()[1] for sent in django_mail.outbox] == ["0", "1", "2", "3", "4"]


def test_deliver_what_is_no_longer_wanted_sends_nothing(hello_kind):
    mail = _queue()
    hello_kind["answer"] = False
    assert outbox.deliver(mail.pk) == State.UNWANTED
    assert (django_mail.outbox, outbox.deliver_due()) == ([], 0)


@pytest.mark.parametrize("change", [{"is_active": False}, {"erased_at": timezone.now()}, {"email": None}])
def test_deliver_to_somebody_who_left_sends_nothing(change):
    person = make.user()
    mail = _queue(person)
    type(person).objects.filter(pk=person.pk).update(**change)
    assert outbox.deliver(mail.pk) == State.UNWANTED
    assert django_mail.outbox == []


def test_deliver_uses_the_address_the_person_has_now():
    person = make.user()
    mail = _queue(person)
    type(person).objects.filter(pk=person.pk).update(email="new@example.org")
    outbox.deliver(mail.pk)
    assert django_mail.outbox[0].to == ["new@example.org"]


def test_deliver_when_rendering_breaks_is_tried_again_and_never_blocks_the_others():
    person = make.user()
    outbox.kind("broken", render=lambda mail: 1 / 0)
    bad = outbox.queue("broken", to=person, dedupe_key="bad")
    good = _queue(person)
    assert outbox.deliver_due() == 2
    assert (_row(bad).state, _row(bad).last_error) == (State.PENDING, "ZeroDivisionError")
    assert _row(good).state == State.SENT


# --- dying in the middle ---------------------------------------------------------------------------------------------


class Killed(BaseException):
    """What kill -9 looks like from inside: no handler runs."""


def test_worker_killed_between_send_and_mark_sends_again_with_the_same_message_id(monkeypatch):
    mail = _queue()
    with monkeypatch.context() as patch:
        patch.setattr(outbox._Post, "_end", lambda *given, **fields: _die())
        with pytest.raises(Killed):
            outbox.deliver(mail.pk)
    assert _row(mail).state == State.SENDING
    assert outbox.deliver_due() == 0  # somebody may still be at it: the lease runs
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert outbox.deliver_due() == 1
    assert {sent.message()["Message-ID"] for sent in django_mail.outbox} == {mail.message_id}
    assert _row(mail).state == State.SENT


def _die():
    raise Killed


def test_worker_whose_lease_was_taken_over_while_it_slept_sends_nothing(monkeypatch):
    mail = _queue()
    real = outbox._is_wanted

    def sleeps_too_long(row):
        monkeypatch.setattr(outbox, "_is_wanted", real)
        with time_machine.travel(timezone.now() + timedelta(seconds=61)):
            assert outbox.deliver(mail.pk) == State.SENT  # the other worker
        return real(row)

    monkeypatch.setattr(outbox, "_is_wanted", sleeps_too_long)
    assert outbox.deliver(mail.pk) is None
    assert len(django_mail.outbox) == 1
    assert _row(mail).state == State.SENT


def test_mail_that_kills_every_worker_is_given_up(monkeypatch):
    mail = _queue()
    now = timezone.now()
    monkeypatch.setattr(outbox._Post, "_open", lambda post: _die())
    for n in range(outbox.MAX_ATTEMPTS):
        with time_machine.travel(now + timedelta(seconds=61 * n)), pytest.raises(Killed):
            outbox.deliver_due()
    with time_machine.travel(now + timedelta(seconds=61 * outbox.MAX_ATTEMPTS)):
        outbox.deliver_due()
    assert (_row(mail).state, _row(mail).last_error) == (State.DEAD, "interrupted")


def test_retry_of_a_dead_mail_sends_it_and_of_any_other_does_nothing():
    mail = _queue()
    assert outbox.retry(mail.pk) is False
    OutboxMail.objects.update(state=State.DEAD, attempts=10)
    assert outbox.retry(mail.pk) is True
    assert outbox.deliver(mail.pk) == State.SENT


def test_oldest_waiting_counts_from_when_the_mail_was_made():
    assert outbox.oldest_waiting() is None
    mail = _queue()
    OutboxMail.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    assert timedelta(minutes=5) <= outbox.oldest_waiting() < timedelta(minutes=6)
    OutboxMail.objects.update(last_error="SMTPRecipientsRefused 450")
    assert outbox.oldest_waiting() is None
    OutboxMail.objects.update(last_error="")
    outbox.deliver(mail.pk)
    assert outbox.oldest_waiting() is None


def test_address_with_a_line_break_is_given_up_at_once():
    mail = outbox.queue("hello", to_email="a@example.org\nBcc: b@example.org", dedupe_key="x")
    assert outbox.deliver(mail.pk) == State.DEAD
    assert (django_mail.outbox, _row(mail).last_error) == ([], "BadHeaderError")


# --- the test mail ---------------------------------------------------------------------------------------------------


def test_send_test_mail_says_that_it_left(capsys):
    call_command("send_test_mail", "disa@example.org")
    assert django_mail.outbox[0].to == ["disa@example.org"]
    assert "Sent to disa@example.org" in capsys.readouterr().out
    assert OutboxMail.objects.get().state == State.SENT


def test_send_test_mail_without_a_server_says_what_is_wrong(settings):
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(CommandError, match="127.0.0.1:9"):
        call_command("send_test_mail", "disa@example.org")
    assert OutboxMail.objects.get().state == State.DEAD


def test_logs_and_rows_hold_no_address_and_no_text(settings, caplog):
    settings.DELIVERY_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with caplog.at_level("DEBUG"):
        mail = _queue(make.user(email="canary@example.org"), n="canary")
        outbox.deliver(mail.pk)
    assert caplog.records and "canary" not in caplog.text
    assert _row(mail).last_error == "ConnectionRefusedError"
