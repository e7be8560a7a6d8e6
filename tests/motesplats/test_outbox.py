"""The outbox: one row, one mail, whatever dies or is done twice."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail as django_mail
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from motesplats import outbox
from motesplats.letters import Letter, absolute, one_line
from motesplats.models import OutboxMail
from tests import make

pytestmark = pytest.mark.django_db
State = OutboxMail.State


@pytest.fixture(autouse=True)
def real_backend(settings):
    """Django's test runner puts its own backend in; ours is what we test."""
    settings.EMAIL_BACKEND = "motesplats.outbox.StoringEmailBackend"


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


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "written", "direction"), [("sv", "sv", "ltr"), ("ar", "ar", "rtl"), ("so", "sv", "ltr")])
def test_mail_is_written_in_the_recipients_language(language, written, direction):
    seen = []
    outbox.kind("seen", render=lambda mail: seen.append(_("Test mail")) or Letter(_("Test mail"), ["x"]))
    with override("en"):  # the worker's own language does not matter
        outbox.deliver(outbox.queue("seen", to=make.user(language=language), dedupe_key="s").pk)
    with override(written):
        assert seen == [_("Test mail")]
    [sent] = django_mail.outbox
    html = sent.alternatives[0].content
    assert f'<html lang="{written}" dir="{direction}">' in html
    assert sent.message()["Content-Language"] == written


def test_links_are_under_the_recipients_language():
    outbox.deliver(_queue(make.user(language="ar")).pk)
    assert "http://localhost:8000/ar/fel/" in django_mail.outbox[0].body


def test_html_says_the_same_as_the_text_and_holds_no_images_or_scripts():
    outbox.kind("odd", render=lambda mail: Letter("S", ["Hi <b>&\nthere"], ("Go", "https://x.example/?a=1&b=2"), ["Small"]))
    outbox.deliver(outbox.queue("odd", to=make.user(), dedupe_key="o").pk)
    [sent] = django_mail.outbox
    html = sent.alternatives[0].content
    assert "Hi <b>&\nthere" in sent.body and "https://x.example/?a=1&b=2" in sent.body and "Small" in sent.body
    assert "Hi &lt;b&gt;&amp;<br>there" in html and "https://x.example/?a=1&amp;b=2" in html and "Small" in html
    assert not {"<img", "<script", "<link", "@import"} & {word for word in ("<img", "<script", "<link", "@import") if word in html}
    for text in (sent.body, html):
        assert "Individuell Människohjälp" in text


HEADER_ATTACKS = [
    "a\r\nBcc: evil@example.org",
    "a\nBcc: evil@example.org",
    "a\rBcc: evil@example.org",
    "a\r\n\r\n<html>",
    "a\x0bBcc: x",
    "a\x0cBcc: x",
    "a\x85Bcc: x",
    "a\u2028Bcc: x",
    "a\u2029Bcc: x",
    "a\x00b",
    "a\ud800b",
    "=?utf-8?q?a=0D=0ABcc:_evil@example.org?=",
    "\u202egnp.exe",
    "a" * 5000,
    "å" * 5000,
    "%(name)s {{ x }} {% now %}",
    "",
]


@pytest.mark.parametrize("attack", HEADER_ATTACKS)
def test_subject_can_not_carry_headers_or_be_endless(attack):
    outbox.kind("attack", render=lambda mail: Letter(attack, [attack], ("Go", "https://x.example/")))
    mail = outbox.queue("attack", to=make.user(), dedupe_key="a")
    assert outbox.deliver(mail.pk) == State.SENT
    [sent] = django_mail.outbox
    message = sent.message()
    assert message["Bcc"] is None and sent.recipients() == [mail.to_user.email]
    assert len(sent.subject) <= 80 and not set("\r\n\x00\x0b\x0c\x85\u2028\u202e") & set(sent.subject)
    assert message.as_bytes()


def test_one_line_keeps_letters_of_all_scripts():
    assert one_line("Björn  hjälper\u200f مرحبا \u2068Åsa\u2069") == "Björn hjälper\u200f مرحبا \u2068Åsa\u2069"


def test_address_with_a_line_break_is_given_up_at_once():
    mail = outbox.queue("hello", to_email="a@example.org\nBcc: b@example.org", dedupe_key="x")
    assert outbox.deliver(mail.pk) == State.DEAD
    assert (django_mail.outbox, _row(mail).last_error) == ([], "BadHeaderError")


# --- mails that others wrote -----------------------------------------------------------------------------------------


def _stored(**given):
    fields = {"subject": "Kod", "body": "Din kod är 123456", "to": ["amina@example.org"], **given}
    message = EmailMultiAlternatives(**fields)
    message.attach_alternative("<p>123456</p>", "text/html")
    message.attach("a.txt", b"\x00bytes", "application/octet-stream")
    return message


def test_mail_of_django_is_stored_encrypted_and_leaves_by_the_same_door():
    message = _stored(cc=["c@example.org"], reply_to=["r@example.org"], headers={"X-Own": "1"})
    assert message.send() == 1
    mail = OutboxMail.objects.get()
    assert (mail.kind, mail.to_email, mail.dedupe_key) == ("stored", "amina@example.org", mail.message_id)
    assert b"123456" not in bytes(mail.sealed_body) and django_mail.outbox == []
    assert outbox.deliver(mail.pk) == State.SENT
    [sent] = django_mail.outbox
    assert (sent.subject, sent.body, sent.recipients()) == ("Kod", "Din kod är 123456", ["amina@example.org", "c@example.org"])
    assert [tuple(part) for part in sent.alternatives] == [("<p>123456</p>", "text/html")]
    assert [tuple(part) for part in sent.attachments] == [("a.txt", b"\x00bytes", "application/octet-stream")]
    headers = sent.message()
    assert [headers[name] for name in ("X-Own", "Reply-To", "Message-ID", "Auto-Submitted")] == [
        "1", "r@example.org", mail.message_id, "auto-generated"]
    assert _row(mail).sealed_body is None


def test_mail_of_django_sent_twice_is_one_row():
    message = _stored()
    message.send()
    message.send()
    named = EmailMessage("s", "b", to=["a@example.org"], headers={"message-id": "<x@example.org>"})
    named.send()
    EmailMessage("s", "b", to=["a@example.org"], headers={"Message-ID": "<x@example.org>"}).send()
    assert OutboxMail.objects.count() == 2
    assert outbox.deliver_due() == 2
    assert [sent.message().get_all("Message-ID") for sent in django_mail.outbox][1] == ["<x@example.org>"]


def test_plain_send_mail_works_and_nobody_to_send_to_makes_no_row():
    assert send_mail("s", "b", None, ["a@example.org"]) == 1
    assert EmailMessage("s", "b").send() == 0
    assert OutboxMail.objects.count() == 1


def test_stored_mail_is_emptied_when_given_up():
    _stored().send()
    OutboxMail.objects.update(attempts=outbox.MAX_ATTEMPTS)
    outbox.deliver_due()
    mail = OutboxMail.objects.get()
    assert (mail.state, mail.sealed_body, outbox.retry(mail.pk)) == (State.DEAD, None, False)


def test_stored_mail_opens_with_an_older_key_and_is_given_up_without_it(settings):
    old = settings.SECRET_KEY
    _stored().send()
    _stored().send()
    first, second = OutboxMail.objects.order_by("pk")
    settings.SECRET_KEY = "another-" + "y" * 50
    assert outbox.deliver(first.pk) == State.DEAD
    settings.SECRET_KEY_FALLBACKS = [old]
    assert outbox.deliver(second.pk) == State.SENT


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
