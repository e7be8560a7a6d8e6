"""Whose word is a mail: posted for the right person, else held back, thrown away or answered."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from chat import blocks, email_in, inbound, matching, privacy, reply_address
from chat.models import InboundMail, Participant
from motesplats import mail_choice, outbox
from seekers.models import HelpRequest
from tests import make
from tests.chat.incoming import Door, Reason, State, answers_sent, come, letter, outcome, said_in, talk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def is_on(settings):
    settings.REPLY_DOMAIN = "svar.example"


@pytest.fixture
def amina(db) -> Participant:
    return talk()


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, Reason.AUTO_REPLY),
        ({"Subject": "Autosvar: jag är ledig"}, Reason.AUTO_REPLY),
        ({"Precedence": "bulk"}, Reason.BULK),
        ({"Content_Class": "urn:content-classes:calendarmessage"}, Reason.CALENDAR),
        ({"sender": "svar@testserver"}, Reason.OWN),
    ],
)
def test_what_nobody_wrote_is_thrown_away_and_never_answered(amina, settings, headers, reason):
    settings.DEFAULT_FROM_EMAIL = "Mötesplats <svar@testserver>"
    assert outcome(come(letter(amina, **headers))) == (State.DROPPED, reason)
    assert said_in(amina.conversation) == [] and answers_sent() == []


def test_another_sender_is_held_back_and_told_once_a_day(amina):
    amina.user.language = "en"
    amina.user.save()
    for number in range(3):
        row = come(letter(amina, f"Hej {number}", sender="other@example.org"))
        assert outcome(row) == (State.QUARANTINED, Reason.SENDER) and row.participant == amina
    (answer,) = answers_sent()
    assert (answer.to_email, answer.to_user, answer.language) == ("other@example.org", None, "en")
    outbox.deliver(answer.pk)
    (sent,) = mail.outbox
    assert sent.extra_headers["Auto-Submitted"] == "auto-replied" and "address that we do not know" in sent.body
    assert amina.conversation.request.public_id not in sent.body and amina.user.display_name not in sent.body
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        come(letter(amina, "Hej igen", sender="other@example.org"))
    assert len(answers_sent()) == 2 and said_in(amina.conversation) == []


def test_an_unconfirmed_address_is_not_the_persons_own(amina):
    amina.user.emailaddress_set.update(verified=False)
    assert outcome(come(letter(amina))) == (State.QUARANTINED, Reason.SENDER)


def test_a_volunteer_answers_by_mail_only_by_own_choice(amina):
    helper = make.helper_of(amina.conversation)
    mail_choice.stop_text(helper.user, by=None)
    for _ in range(2):
        assert outcome(come(letter(helper))) == (State.QUARANTINED, Reason.NOT_CHOSEN)
    (answer,) = answers_sent()
    outbox.deliver(answer.pk)
    assert mail.outbox[0].to == [helper.user.email] and "/konto/mejl/" in mail.outbox[0].body
    mail_choice.choose(helper.user, pace=mail_choice.Pace.AT_ONCE, has_text=True)
    assert outcome(come(letter(helper))) == (State.POSTED, "")


def test_a_volunteer_who_stopped_the_text_later_is_not_posted_by_staff(amina):
    helper = make.helper_of(amina.conversation)
    row = come(letter(helper, sender="other@example.org"))
    assert outcome(row) == (State.QUARANTINED, Reason.SENDER)
    mail_choice.stop_text(helper.user, by=None)
    assert outcome(come(letter(helper, sender="other@example.org"))) == (State.QUARANTINED, Reason.SENDER)
    inbound.deliver(row, by=make.staff())
    email_in.work_due_inbound()
    row.refresh_from_db()
    assert outcome(row) == (State.QUARANTINED, Reason.NOT_CHOSEN) and said_in(amina.conversation) == []


@pytest.mark.parametrize("is_delivered", [False, True])
def test_whoever_may_not_read_the_chat_writes_nothing_there_by_mail(amina, is_delivered):
    helper = make.helper_of(amina.conversation)
    held = come(letter(helper, sender="other@example.org"))
    matching.resolve(amina.conversation.request, actor=amina.user)
    HelpRequest.objects.update(resolved_at=timezone.now() - timedelta(hours=25))
    if is_delivered:
        inbound.deliver(held, by=make.staff())
        email_in.work_due_inbound()
        held.refresh_from_db()
    row = held if is_delivered else come(letter(helper))
    assert outcome(row) == (State.QUARANTINED, Reason.FORBIDDEN) and said_in(amina.conversation) == []
    assert HelpRequest.objects.get().state == HelpRequest.State.RESOLVED


def test_staff_who_are_staff_no_longer_write_nothing_by_mail(amina):
    disa = make.staff()
    matching.let_staff_in(amina.conversation.request, staff=disa, reason="support")
    seat = Participant.objects.get(user=disa)
    mail_choice.choose(disa, pace=mail_choice.Pace.AT_ONCE, has_text=True)
    assert outcome(come(letter(seat, "Hej"))) == (State.POSTED, "")
    type(disa).objects.filter(pk=disa.pk).update(is_staff=False)
    assert outcome(come(letter(seat, "Hej igen"))) == (State.QUARANTINED, Reason.FORBIDDEN)


def test_refused_words_open_no_question(amina):
    matching.resolve(amina.conversation.request, actor=amina.user)
    Participant.objects.filter(pk=amina.pk).update(can_write=False)
    assert outcome(come(letter(amina))) == (State.QUARANTINED, Reason.FORBIDDEN)
    assert HelpRequest.objects.get().state == HelpRequest.State.RESOLVED


def test_only_a_proved_sender_is_given_their_chat(amina, settings):
    settings.AUTHSERV_ID = "mx.im.example"
    message = letter(amina, to="svar@svar.example")
    assert come(message).participant is None
    message = letter(amina, to="svar@svar.example")
    message["Authentication-Results"] = "mx.im.example; dmarc=pass header.from=example.org"
    assert come(message).participant == amina


def test_a_helper_is_given_their_chat_only_by_own_choice(amina):
    helper = make.helper_of(amina.conversation)
    assert come(letter(helper, to="svar@svar.example")).participant == helper
    mail_choice.stop_text(helper.user, by=None)
    assert come(letter(helper, to="svar@svar.example")).participant is None


def test_two_senders_or_none_are_nobody(amina):
    both = f"{amina.user.email}, other@example.org"
    assert outcome(come(letter(amina, sender=both))) == (State.QUARANTINED, Reason.SENDERS)
    assert outcome(come(letter(amina, "Hej!", From=None))) == (State.QUARANTINED, Reason.SENDERS)


def test_the_token_of_another_person_is_held_back(amina):
    other = make.seeker_of(make.claimed())
    row = come(letter(amina, to=letter(other)["To"]))
    assert outcome(row) == (State.QUARANTINED, Reason.SENDER)
    assert said_in(other.conversation) == said_in(amina.conversation) == []


def test_one_mail_to_two_chats_of_the_sender_is_held_back(amina):
    other = make.seeker_of(make.claimed())
    both = f"{reply_address.address_of(amina)}, {reply_address.address_of(other)}"
    assert outcome(come(letter(amina, to=both))) == (State.POSTED, "")  # the other one is not the sender's
    Participant.objects.filter(pk=other.pk).update(user=amina.user)
    row = come(letter(amina, "Till vem?", to=both))
    assert outcome(row) == (State.QUARANTINED, Reason.SEVERAL) and row.participant is None
    assert said_in(other.conversation) == [] and said_in(amina.conversation) == ["Tack, det blir bra."]


def test_a_made_up_token_is_held_back(amina):
    address = letter(amina)["To"]
    wrong = address.replace("+a", "+b", 1)
    assert wrong != address
    assert outcome(come(letter(amina, to=wrong))) == (State.QUARANTINED, Reason.TOKEN)
    row = come(letter(amina, to="svar@svar.example"))
    assert outcome(row) == (State.QUARANTINED, Reason.NO_TOKEN) and row.participant == amina  # staff may deliver
    assert answers_sent() == []


@pytest.mark.parametrize(
    ("results", "reason"),
    [
        ([], Reason.FORGED),
        (["mx.im.example; dmarc=fail header.from=example.org"], Reason.FORGED),
        (["mx.im.example; spf=pass"], Reason.FORGED),
        (["mx.evil.example; dmarc=pass header.from=example.org"], Reason.FORGED),
        (["mx.im.example; dmarc=pass header.from=evil.example"], Reason.FORGED),
        (["mx.im.example; dmarc=fail", "mx.im.example; dmarc=pass"], Reason.FORGED),
        (["mx.im.example; spf=pass (dmarc=pass); dkim=none"], Reason.FORGED),
        (["mx.im.example 1; spf=fail; dmarc=pass (p=none) header.from=example.org", "x; dmarc=fail"], ""),
        (["MX.IM.example; dkim=pass; DMARC=Pass Header.From=Example.ORG."], ""),
        (["mx.other.example; dmarc=fail", "mx.im.example; dmarc=pass (a (b) c) header.from=example.org"], ""),
        (["mx.im.example; dmarc=pass"], Reason.FORGED),
        (["mx.im.example; dkim=pass", "mx.im.example; dmarc=pass header.from=example.org"], Reason.FORGED),
        (['mx.im.example; spf=pass smtp.mailfrom="a; dmarc=pass header.from=example.org;"@evil.com'], Reason.FORGED),
        (['mx.im.example; spf=pass "a\\"; dmarc=pass header.from=example.org;'], Reason.FORGED),
        (["mx.im.example; spf=pass (a (b) ; dmarc=pass header.from=example.org; c)"], Reason.FORGED),
        (["mx.im.example; spf=pass (; dmarc=pass header.from=example.org"], Reason.FORGED),
        (["mx.im.example; dmarc=fail; dmarc=pass header.from=example.org"], Reason.FORGED),
        (["mx.im.example; dmarc=pass header.from=example.org header.from=evil.example"], Reason.FORGED),
        (["mx.im.example; x.dmarc=pass header.from=example.org"], Reason.FORGED),
    ],
)
def test_only_our_own_mail_server_can_prove_a_sender(amina, settings, results, reason):
    settings.AUTHSERV_ID = "mx.im.example"
    message = letter(amina)
    for result in results:
        message["Authentication-Results"] = result
    assert come(message).reason == reason
    assert said_in(amina.conversation) == ([] if reason else ["Tack, det blir bra."])
    assert answers_sent() == []


def test_an_encoded_word_proves_nothing(amina, settings):
    settings.AUTHSERV_ID = "mx.im.example"
    result = (
        b"mx.im.example; spf=pass smtp.mailfrom= =?utf-8?q?=3Bdmarc=3Dpass_header=2Efrom=3Dexample=2Eorg=3B?=@evil.com"
    )
    row = come(b"Authentication-Results: " + result + b"\n" + letter(amina).as_bytes())
    assert outcome(row) == (State.QUARANTINED, Reason.FORGED)


def test_a_replay_after_a_block_is_held_back(amina):
    helper = make.helper_of(amina.conversation)
    message = letter(helper, "Hej!")
    assert outcome(come(message)) == (State.POSTED, "")
    blocks.block(make.person_of(amina), helper.user)
    message.replace_header("Message-ID", "<again@mail.example>")
    message.set_content("Hör av dig!")
    assert outcome(come(message)) == (State.QUARANTINED, Reason.TOKEN)
    assert said_in(amina.conversation) == ["Hej!"]


def test_erasure_takes_bytes_and_addresses_and_ends_the_way_in(amina):
    kept = come(letter(amina, sender="other@example.org"))
    email_in.receive(letter(amina, "Vänta").as_bytes(), door=Door.PIPE)
    message = letter(amina, "Efteråt")
    assert inbound.export(amina.user)[0]["state"] == State.QUARANTINED
    for _ in range(2):
        privacy.erase(amina.user)
    assert not InboundMail.objects.exclude(raw=None, sender="", message_id="").exists()
    kept.refresh_from_db()
    assert kept.state == State.DROPPED
    email_in.work_due_inbound()
    assert outcome(come(message)) == (State.QUARANTINED, Reason.TOKEN) and said_in(amina.conversation) == []
