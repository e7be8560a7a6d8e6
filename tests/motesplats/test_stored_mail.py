"""Mails that others wrote (Django, allauth's codes): encrypted while they wait, gone when they have left."""

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail

from motesplats import outbox
from motesplats.models import OutboxMail

pytestmark = pytest.mark.django_db
State = OutboxMail.State


@pytest.fixture(autouse=True)
def real_backend(settings):
    """Django's test runner puts its own backend in; ours is what we test."""
    settings.EMAIL_BACKEND = "motesplats.outbox.StoringEmailBackend"


def _row(mail):
    return OutboxMail.objects.get(pk=mail.pk)


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
    assert (sent.subject, sent.body, sent.recipients()) == (
        "Kod",
        "Din kod är 123456",
        ["amina@example.org", "c@example.org"],
    )
    assert [tuple(part) for part in sent.alternatives] == [("<p>123456</p>", "text/html")]
    assert [tuple(part) for part in sent.attachments] == [("a.txt", b"\x00bytes", "application/octet-stream")]
    headers = sent.message()
    assert [headers[name] for name in ("X-Own", "Reply-To", "Message-ID", "Auto-Submitted")] == [
        "1",
        "r@example.org",
        mail.message_id,
        "auto-generated",
    ]
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
