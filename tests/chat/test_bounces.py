"""Mails of ours that came back: which address is marked, who hears of it."""

import pytest

from chat import conversations
from chat.models import BouncedAddress, Participant
from motesplats import outbox
from motesplats.models import OutboxMail
from tests import make
from tests.chat.incoming import Reason, State, come, letter, outcome, talk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def is_on(settings):
    settings.REPLY_DOMAIN = "svar.example"


@pytest.fixture
def amina(db) -> Participant:
    return talk()


BOUNCE = """From: MAILER-DAEMON@mx.example
To: svar@testserver
Subject: Undelivered Mail
Message-ID: <bounce{number}@mx.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: {about}

--b--
"""


def bounce(sent: OutboxMail, status: str = "5.1.1", *, number: int = 1, about: str = "") -> bytes:
    address, about = sent.to_user.email, about or sent.message_id
    return BOUNCE.format(number=number, address=address, status=status, about=about).encode()


def lines_of(participant) -> list[str]:
    person = make.person_of(participant)
    return [shown.code for shown in conversations.messages_for(person) if "bounced" in shown.code]


def test_a_hard_bounce_marks_the_address_and_tells_the_other_side_once(amina):
    sent = outbox.queue("unread", to=amina.user, dedupe_key="u", request="", participant=amina.pk)
    for number in range(2):
        assert outcome(come(bounce(sent, number=number))) == (State.HANDLED, Reason.BOUNCED)
    assert BouncedAddress.objects.get().address == amina.user.email
    assert lines_of(make.helper_of(amina.conversation)) == ["mail_bounced"]
    come(letter(amina))  # the address lives after all
    assert not BouncedAddress.objects.exists()


def test_a_helpers_bounce_is_told_as_the_helpers(amina):
    helper = make.helper_of(amina.conversation)
    sent = outbox.queue("unread", to=helper.user, dedupe_key="u", request="", participant=helper.pk)
    come(bounce(sent))
    assert lines_of(amina) == ["helper_mail_bounced"]


def test_a_soft_or_forged_bounce_marks_nobody(amina):
    sent = outbox.queue("unread", to=amina.user, dedupe_key="u", request="", participant=amina.pk)
    assert outcome(come(bounce(sent, "5.2.2"))) == (State.DROPPED, Reason.BOUNCE)
    assert outcome(come(bounce(sent, about="<guessed@testserver>", number=2))) == (State.DROPPED, Reason.BOUNCE)
    assert not BouncedAddress.objects.exists() and lines_of(amina) == []
