"""How a mail reads: the recipient's language and direction, text and HTML alike, nothing that can forge a header."""

import pytest
from django.core import mail as django_mail
from django.utils.translation import gettext as _
from django.utils.translation import override

from motesplats import outbox
from motesplats.letters import Letter, one_line
from motesplats.models import OutboxMail
from tests import make

pytestmark = pytest.mark.django_db
State = OutboxMail.State


@pytest.fixture(autouse=True)
def own_kinds(monkeypatch):
    monkeypatch.setattr(outbox, "_kinds", dict(outbox._kinds))


@pytest.mark.parametrize(
    ("language", "written", "direction"), [("sv", "sv", "ltr"), ("ar", "ar", "rtl"), ("so", "sv", "ltr")]
)
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
    outbox.kind("plain", render=lambda mail: Letter("S", ["x"]))
    outbox.deliver(outbox.queue("plain", to=make.user(language="ar"), dedupe_key="p").pk)
    assert "http://localhost:8000/ar/konto/mejl/stopp/" in django_mail.outbox[0].body


def test_html_says_the_same_as_the_text_and_holds_no_images_or_scripts():
    outbox.kind(
        "odd", render=lambda mail: Letter("S", ["Hi <b>&\nthere"], ("Go", "https://x.example/?a=1&b=2"), ["Small"])
    )
    outbox.deliver(outbox.queue("odd", to=make.user(), dedupe_key="o").pk)
    [sent] = django_mail.outbox
    html = sent.alternatives[0].content
    assert "Hi <b>&\nthere" in sent.body and "https://x.example/?a=1&b=2" in sent.body and "Small" in sent.body
    assert "Hi &lt;b&gt;&amp;<br>there" in html and "https://x.example/?a=1&amp;b=2" in html and "Small" in html
    assert not {"<img", "<script", "<link", "@import"} & {
        word for word in ("<img", "<script", "<link", "@import") if word in html
    }
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
