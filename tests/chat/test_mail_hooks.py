"""What mail providers send, in the shape in which they send it: stored once, and only from whoever knows the secret."""

import base64
import hashlib
import hmac
import json

import pytest
import requests
from django.core.files.uploadedfile import SimpleUploadedFile

from chat import email_in, mail_hooks, reply_address, sns
from chat.models import InboundMail
from motesplats import hook_limits, uploads
from seekers.models import Document
from tests import make
from tests.chat.incoming import Door, letter, said_in
from tests.chat.test_sns import OFFER, TOPIC, Amazon, signed
from tests.seekers.brought import photo

pytestmark = pytest.mark.django_db
SECRET = "im:hemligt"
BASIC = {"headers": {"Authorization": f"Basic {base64.b64encode(SECRET.encode()).decode()}"}}
NONE = dict.fromkeys(("MAILGUN_WEBHOOK_SIGNING_KEY", "BREVO_API_KEY"), "") | {"WEBHOOK_SECRET": [], "SNS_TOPICS": []}


@pytest.fixture
def amina(db, settings, tmp_path, monkeypatch):
    settings.REPLY_DOMAIN = "svar.example"
    settings.FILES_DIR = tmp_path / "files"
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": [SECRET], "MAILGUN_WEBHOOK_SIGNING_KEY": "nyckel", "BREVO_API_KEY": "nyckel",
        "SNS_TOPICS": [TOPIC],
    }  # fmt: skip
    monkeypatch.setattr(sns, "fetch", Amazon())
    make.office()
    return make.seeker_of(make.claimed())


def send_json(client, provider: str, content: dict, **more):
    return client.post(f"/krok/mejl/{provider}/", json.dumps(content), content_type="application/json", **more)


def signature_of_mailgun(key: str = "nyckel") -> dict:
    signature = hmac.new(key.encode(), b"1795862400token", hashlib.sha256).hexdigest()
    return {"timestamp": "1795862400", "token": "token", "signature": signature}


def mailgun_parsed(amina) -> dict:
    """A route with forward(): the parts of the mail as form fields."""
    address, headers = reply_address.address_of(amina), list(letter(amina).items())
    return {
        "recipient": address, "sender": amina.user.email, "subject": "Re: Du har fått svar", "from": amina.user.email,
        "Message-Id": dict(headers)["Message-ID"], "message-headers": json.dumps([*map(list, headers)]),
        "body-plain": "Tack!", "stripped-text": "Tack!", "attachment-count": "1",
        "attachment-1": SimpleUploadedFile("cv.jpg", photo().read(), "image/jpeg"), **signature_of_mailgun(),
    }  # fmt: skip


def postmark(amina) -> dict:
    message = letter(amina)
    return {
        "FromFull": {"Email": amina.user.email, "Name": "Amina", "MailboxHash": ""},
        "ToFull": [{"Email": message["To"], "Name": "", "MailboxHash": ""}], "CcFull": [], "BccFull": [],
        "OriginalRecipient": message["To"], "Subject": "Re: Du har fått svar", "MessageID": "22c74902-a0c1",
        "Date": "Sat, 28 Nov 2026 12:00:00 +0000", "TextBody": "Tack!", "HtmlBody": "", "StrippedTextReply": "Tack!",
        "Headers": [{"Name": "Return-Path", "Value": f"<{amina.user.email}>"},
                    {"Name": "Message-ID", "Value": message["Message-ID"]}],
        "Attachments": [],
    }  # fmt: skip


def ses(amina) -> tuple[dict, dict]:
    message = letter(amina, "Tack!")
    notice = {
        "notificationType": "Received", "mail": {"source": amina.user.email, "messageId": "abc"},
        "receipt": {"recipients": [message["To"]], "action": {"type": "SNS", "encoding": "BASE64"}},
        "content": base64.b64encode(message.as_bytes()).decode(),
    }  # fmt: skip
    return as_sns({"Type": "Notification", "Message": json.dumps(notice)})


def as_sns(notice: dict) -> tuple[dict, dict]:
    """What SNS posts, and with which headers."""
    headers = {"x-amz-sns-message-type": notice["Type"], "x-amz-sns-message-id": "1", **BASIC["headers"]}
    return signed(notice), {"headers": headers}


def brevo(amina) -> dict:
    message = letter(amina)
    headers = {name: value for name, value in message.items() if name.lower() != "content-type"}
    return {"items": [{
        "Uuid": ["7f1d"], "MessageId": message["Message-ID"], "From": {"Name": None, "Address": amina.user.email},
        "Headers": {**headers, "Delivered-To": message["To"]}, "RawTextBody": "Tack!", "RawHtmlBody": None,
        "SpamScore": 0.1, "ExtractedMarkdownMessage": "Tack!", "Attachments": [],
    }]}  # fmt: skip


def three_times(client, provider: str, amina) -> list[int]:
    if provider == "mailgun":
        form = mailgun_parsed(amina)
        return [client.post("/krok/mejl/mailgun/", _again(form), **BASIC).status_code for _ in "123"]
    if provider == "ses":
        content, more = ses(amina)
    else:
        content, more = {"postmark": postmark, "brevo": brevo}[provider](amina), BASIC
    return [send_json(client, provider, content, **more).status_code for _ in "123"]


def _again(form: dict) -> dict:
    form["attachment-1"].seek(0)
    return form


@pytest.mark.parametrize("provider", mail_hooks._VIEWS)
def test_the_same_mail_three_times_is_posted_once(client, amina, provider):
    assert three_times(client, provider, amina) == [200, 200, 200]
    row = InboundMail.objects.get()
    assert (row.door, row.sender) == (Door.HOOK, amina.user.email)
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Tack!"]
    assert Document.objects.count() == (provider == "mailgun")


def test_a_raw_mail_comes_as_it_was(client, amina):
    raw = letter(amina, "Tack så mycket!").as_bytes().decode()
    form = {
        "recipient": reply_address.address_of(amina),
        "sender": amina.user.email,
        "body-mime": raw,
        **signature_of_mailgun(),
    }
    assert client.post("/krok/mejl/mailgun/", form, **BASIC).status_code == 200
    assert send_json(client, "postmark", {**postmark(amina), "RawEmail": raw}, **BASIC).status_code == 200
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Tack så mycket!"] and InboundMail.objects.count() == 1


def test_a_recipient_that_is_no_text_is_passed_over(client, amina):
    for number, nonsense in enumerate([5, [None], {"a": 1}]):
        raw = letter(amina, f"Svar {number}").as_bytes().decode()
        sent = {**postmark(amina), "RawEmail": raw, "OriginalRecipient": nonsense}
        assert send_json(client, "postmark", sent, **BASIC).status_code == 200
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Svar 0", "Svar 1", "Svar 2"]


def test_with_a_wrong_signature_nothing_is_stored(client, amina):
    assert client.post("/krok/mejl/mailgun/", _again(mailgun_parsed(amina)), **BASIC).status_code == 200
    InboundMail.objects.all().delete()
    wrong = {**mailgun_parsed(amina), **signature_of_mailgun("fel")}
    assert client.post("/krok/mejl/mailgun/", wrong, **BASIC).status_code == 400
    content, more = ses(amina)
    assert send_json(client, "ses", {**content, "Timestamp": "2026-11-28T13:00:00.000Z"}, **more).status_code == 400
    assert not InboundMail.objects.exists()


class Unreadable:
    """A body that nobody may touch before its sender is known."""

    def read(self, *args):
        raise AssertionError("read")

    readline = read


@pytest.mark.parametrize("said", ["", f"Basic {base64.b64encode(b'im:fel').decode()}", "Basic å", "Bearer im:hemligt"])
@pytest.mark.parametrize("provider", mail_hooks._VIEWS)
def test_without_the_secret_the_body_is_not_read(rf, amina, provider, said):
    def ask(authorization):
        path, headers = f"/krok/mejl/{provider}/", {"Authorization": authorization}
        request = rf.post(path, b"x" * 20, content_type="application/json", headers=headers)
        request._stream = Unreadable()
        return mail_hooks.take_mail(request, provider)

    answer = ask(said)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Basic realm="mail"')
    with pytest.raises(AssertionError, match="read"):
        ask(BASIC["headers"]["Authorization"])


def test_a_subscription_is_taken_once_it_is_proved(client, amina):
    content, more = as_sns(OFFER)
    assert send_json(client, "ses", {**content, "Token": "annan"}, **more).status_code == 400
    assert not [url for url in sns.fetch.asked if "ConfirmSubscription" in url]
    assert send_json(client, "ses", content, **more).status_code == 200
    assert len([url for url in sns.fetch.asked if "ConfirmSubscription" in url]) == 1


def test_while_amazon_is_silent_the_notice_is_sent_again(client, amina, monkeypatch):
    monkeypatch.setattr(sns, "fetch", lambda url: (_ for _ in ()).throw(requests.Timeout()))
    content, more = ses(amina)
    assert send_json(client, "ses", content, **more).status_code == 503
    assert not InboundMail.objects.exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"FromFull": 3, "Headers": 4}'])
@pytest.mark.parametrize("provider", mail_hooks._VIEWS)
def test_nonsense_is_refused(client, amina, provider, content):
    answer = client.post(f"/krok/mejl/{provider}/", content, content_type="application/json", **BASIC)
    assert answer.status_code == 400 and not InboundMail.objects.exists()


def test_bytes_that_cannot_be_read_are_refused(client, amina):
    assert send_json(client, "postmark", {**postmark(amina), "RawEmail": 3}, **BASIC).status_code == 400
    assert not InboundMail.objects.exists()


def test_a_provider_without_settings_has_no_door(client, amina, settings):
    settings.ANYMAIL = NONE
    for provider in [*mail_hooks._VIEWS, "nobody"]:
        assert send_json(client, provider, {}, **BASIC).status_code == 404
    assert mail_hooks.open_doors() == []


def test_a_body_of_any_size_up_to_a_mail_is_taken_and_no_larger(client, amina, monkeypatch):
    big = {**postmark(amina), "HtmlBody": "", "TextBody": "Tack!", "Padding": "x" * 4_000_000}
    assert send_json(client, "postmark", big, **BASIC).status_code == 200
    monkeypatch.setitem(hook_limits.MAX_BYTES, "postmark", 1000)
    assert send_json(client, "postmark", big, **BASIC).status_code == 413


def test_mailgun_alone_may_sign_inside_and_then_sends_less(client, amina, settings, monkeypatch):
    settings.ANYMAIL = {**settings.ANYMAIL, "WEBHOOK_SECRET": []}
    form = mailgun_parsed(amina)
    assert client.post("/krok/mejl/mailgun/", _again(form)).status_code == 200
    monkeypatch.setitem(hook_limits.SIGNED_INSIDE_MAX_BYTES, "mailgun", 1000)
    assert client.post("/krok/mejl/mailgun/", _again(form)).status_code == 413
    assert send_json(client, "postmark", postmark(amina)).status_code == 404


@pytest.mark.parametrize("provider", hook_limits.MAX_BYTES)
def test_a_stranger_sends_no_more_than_a_form(settings, provider):
    """The door before Django (asgi.py) asks the same."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET]}
    path, own = f"/krok/mejl/{provider}/", BASIC["headers"]["Authorization"]
    assert uploads.most_bytes(path, 10**7) == uploads.FORM_MAX_BYTES
    assert uploads.most_bytes(path, 10**7, authorization=own) == hook_limits.MAX_BYTES[provider]
    assert uploads.most_bytes(path, None, authorization=own) == uploads.FORM_MAX_BYTES
    settings.ANYMAIL = {"WEBHOOK_SECRET": []}
    inside = hook_limits.SIGNED_INSIDE_MAX_BYTES.get(provider, uploads.FORM_MAX_BYTES)
    assert uploads.most_bytes(path, 10**7, authorization=own) == inside
