"""What mail providers send, in the shape in which they send it: stored once, and only from whoever knows the secret."""

import base64
import hashlib
import hmac
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from chat import email_in, mail_hooks, reply_address
from chat.models import InboundMail
from seekers.models import Document
from tests import make
from tests.chat.incoming import Door, letter, said_in
from tests.seekers.brought import photo

pytestmark = pytest.mark.django_db
SECRET = "im:hemligt"
BASIC = {"headers": {"Authorization": f"Basic {base64.b64encode(SECRET.encode()).decode()}"}}
NONE = dict.fromkeys(("MAILGUN_WEBHOOK_SIGNING_KEY", "BREVO_API_KEY"), "") | {"WEBHOOK_SECRET": []}


@pytest.fixture
def amina(db, settings, tmp_path):
    settings.REPLY_DOMAIN = "svar.example"
    settings.FILES_DIR = tmp_path / "files"
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": [SECRET], "MAILGUN_WEBHOOK_SIGNING_KEY": "nyckel", "BREVO_API_KEY": "nyckel",
        "AMAZON_SES_AUTO_CONFIRM_SNS_SUBSCRIPTIONS": False,
    }  # fmt: skip
    make.office()
    return make.seeker_of(make.claimed())


def send_json(client, provider: str, content: dict, **more):
    return client.post(f"/krok/mejl/{provider}/", json.dumps(content), content_type="application/json", **more)


def signed(key: str = "nyckel") -> dict:
    signature = hmac.new(key.encode(), b"1795862400token", hashlib.sha256).hexdigest()
    return {"timestamp": "1795862400", "token": "token", "signature": signature}


def mailgun_parsed(amina) -> dict:
    """A route with forward(): the parts of the mail as form fields."""
    address, headers = reply_address.address_of(amina), list(letter(amina).items())
    return {
        "recipient": address, "sender": amina.user.email, "subject": "Re: Du har fått svar", "from": amina.user.email,
        "Message-Id": dict(headers)["Message-ID"], "message-headers": json.dumps([*map(list, headers)]),
        "body-plain": "Tack!", "stripped-text": "Tack!", "attachment-count": "1",
        "attachment-1": SimpleUploadedFile("cv.jpg", photo().read(), "image/jpeg"), **signed(),
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
    sns = {"Type": "Notification", "MessageId": "1", "TopicArn": "arn:aws:sns:eu-north-1:1:mejl"}
    headers = {"x-amz-sns-message-type": "Notification", "x-amz-sns-message-id": "1", **BASIC["headers"]}
    return {**sns, "Message": json.dumps(notice)}, {"headers": headers}


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
    form = {"recipient": reply_address.address_of(amina), "sender": amina.user.email, "body-mime": raw, **signed()}
    assert client.post("/krok/mejl/mailgun/", form, **BASIC).status_code == 200
    assert send_json(client, "postmark", {**postmark(amina), "RawEmail": raw}, **BASIC).status_code == 200
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Tack så mycket!"] and InboundMail.objects.count() == 1


def test_without_the_secret_or_with_a_wrong_one_nothing_is_stored(client, amina):
    assert client.post("/krok/mejl/mailgun/", {**mailgun_parsed(amina), **signed("fel")}, **BASIC).status_code == 400
    wrong = {"headers": {"Authorization": f"Basic {base64.b64encode(b'im:fel').decode()}"}}
    for provider, content in (("postmark", postmark(amina)), ("brevo", brevo(amina))):
        assert send_json(client, provider, content).status_code == 400
        assert send_json(client, provider, content, **wrong).status_code == 400
    content, more = ses(amina)
    del more["headers"]["Authorization"]
    assert send_json(client, "ses", content, **more)["WWW-Authenticate"]
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
    monkeypatch.setattr(mail_hooks, "HOOK_MAX_BYTES", 1000)
    assert send_json(client, "postmark", big, **BASIC).status_code == 413
