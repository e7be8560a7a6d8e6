"""An answer by mail: posted once and by the right person, else held back, thrown away or answered."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import OperationalError
from django.utils import timezone

from chat import blocks, conversations, email_in, inbound, links, matching, privacy, reply_address, unread_mail
from chat.models import BouncedAddress, InboundMail, Message, Participant
from motesplats import mail_choice, outbox
from motesplats.models import OutboxMail
from motesplats.reply_text import delimiter_line
from seekers.models import HelpRequest
from tests import make
from tests.chat.incoming import Door, Reason, State, come, letter, outcome, said_in
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def is_on(settings):
    settings.REPLY_DOMAIN = "svar.example"


@pytest.fixture
def amina(db) -> Participant:
    make.office()
    helper = make.volunteer(user=make.user("Björn", email="bjorn@example.org"))
    mail_choice.choose(helper.user, pace=mail_choice.Pace.AT_ONCE, has_text=True)
    return make.seeker_of(make.claimed(helper))


def answers_sent() -> list[OutboxMail]:
    return list(OutboxMail.objects.filter(kind__startswith="answer_").order_by("pk"))


# --- posted ----------------------------------------------------------------------------------------------------------


def test_an_answer_lands_in_the_chat_without_what_it_quotes(amina):
    helper = make.helper_of(amina.conversation)
    make.message(helper, "När kan du börja?")
    quoted = (
        f"På måndag!\n\nDen 28 nov. 2026 kl. 10:00 skrev Mötesplats:\n> {delimiter_line('sv')}\n> När kan du börja?\n"
    )
    row = come(letter(amina, quoted))
    assert outcome(row) == (State.POSTED, "")
    assert said_in(amina.conversation) == ["När kan du börja?", "På måndag!"]
    assert row.participant == amina and row.seq == Message.objects.get(body="På måndag!").seq
    amina.conversation.refresh_from_db()
    assert amina.conversation.last_side == "seeker"
    assert answers_sent() == []


@pytest.mark.parametrize("door", Door.values)
def test_the_same_mail_three_times_is_posted_once(amina, door):
    message = letter(amina)
    rows = {come(message, door=door).pk for _ in range(3)}
    assert len(rows) == 1 and said_in(amina.conversation) == ["Tack, det blir bra."]


def test_the_same_mail_by_every_door_is_posted_once(amina):
    message = letter(amina)
    for door in Door.values:
        message.add_header("Received", f"by {door}")  # other bytes, the same Message-ID
        come(message, door=door)
    assert said_in(amina.conversation) == ["Tack, det blir bra."]


LONG = "Tack, jag kan komma på måndag klockan tio. "


def test_the_same_long_words_within_ten_minutes_are_posted_once(amina):
    first, second = come(letter(amina, LONG, Message_ID=None)), come(letter(amina, f"  {LONG}\n", Message_ID=None))
    assert outcome(first) == (State.POSTED, "") and outcome(second) == (State.DROPPED, Reason.REPEAT)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=False):
        third = come(letter(amina, LONG, Message_ID="<later@mail.example>"))
    assert outcome(third) == (State.POSTED, "") and len(said_in(amina.conversation)) == 2


def test_a_short_answer_twice_is_two_answers(amina):
    for _ in range(2):
        assert outcome(come(letter(amina, "Ja"))) == (State.POSTED, "")
    assert said_in(amina.conversation) == ["Ja", "Ja"]


def test_the_same_words_after_a_question_of_the_other_side_are_a_new_answer(amina):
    come(letter(amina, LONG))
    assert outcome(come(letter(amina, LONG))) == (State.DROPPED, Reason.REPEAT)
    InboundMail.objects.update(received_at=timezone.now() - timedelta(minutes=1))
    make.message(make.helper_of(amina.conversation), "Kan du säga det igen?")
    assert outcome(come(letter(amina, LONG))) == (State.POSTED, "")


def test_a_reply_address_never_stands_in_the_chat(amina):
    address = reply_address.address_of(make.helper_of(amina.conversation))
    come(letter(amina, f"Skriv till mig på {address.upper()} eller <mailto:{address}>, tack!"))
    come(letter(amina, "", Subject=f"Till {address}", In_Reply_To=None))
    said = said_in(amina.conversation)
    assert said == ["Skriv till mig på […] eller <[…]>, tack!", "Till […]"]


def test_of_a_text_without_end_the_first_part_is_looked_at(amina, monkeypatch):
    monkeypatch.setattr(email_in, "LOOKED_AT_CHARACTERS", 100)
    come(letter(amina, "ord " * 60))
    assert said_in(amina.conversation) == [("ord " * 25).strip()]
    lines = conversations.messages_for(make.person_of(amina))
    assert "mail_shortened" in [line.code for line in lines]


def test_a_long_answer_becomes_several_messages_with_every_word(amina):
    words = " ".join(f"ord{number}" for number in range(1500))
    come(letter(amina, words))
    said = said_in(amina.conversation)
    assert len(said) == 3 and " ".join(said).split() == words.split()


def test_a_question_in_the_subject_line_is_not_lost(amina):
    come(letter(amina, "", Subject="Kan vi ses i morgon?", In_Reply_To=None))
    assert said_in(amina.conversation) == ["Kan vi ses i morgon?"]
    assert outcome(come(letter(amina, "\n"))) == (State.DROPPED, Reason.EMPTY)


def test_an_answer_opens_a_question_that_is_done(amina):
    matching.resolve(amina.conversation.request, actor=amina.user)
    assert outcome(come(letter(amina, "En sak till!"))) == (State.POSTED, "")
    assert HelpRequest.objects.get().state == HelpRequest.State.ACTIVE
    assert said_in(amina.conversation) == ["En sak till!"]


def test_whoever_writes_too_fast_is_heard_later(amina, settings):
    settings.MESSAGE_RATES = ((1, 10),)
    come(letter(amina, "Ett"))
    row = come(letter(amina, "Två"))
    assert outcome(row) == (State.QUEUED, "") and row.attempts == 0
    settings.MESSAGE_RATES = ((5, 10),)
    InboundMail.objects.update(due_at=timezone.now())
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Ett", "Två"]


def test_the_address_in_the_envelope_is_enough(amina):
    message = letter(amina)
    address = message["To"]
    message.replace_header("To", "Mötesplats <svar@svar.example>")
    assert outcome(come(message, recipient=address)) == (State.POSTED, "")


# --- nobody's word ---------------------------------------------------------------------------------------------------


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
    assert outcome(come(letter(helper))) == (State.QUARANTINED, Reason.NOT_CHOSEN)
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


# --- a chat that takes nothing ---------------------------------------------------------------------------------------


def test_a_closed_question_is_answered_politely_once_a_day(amina):
    request = amina.conversation.request
    matching.resolve(request, actor=amina.user)
    matching.close(request, actor=None, why="time")
    for text in ("Hej!", "Är ni där?"):
        assert outcome(come(letter(amina, text))) == (State.HANDLED, Reason.CLOSED)
    (answer,) = answers_sent()
    outbox.deliver(answer.pk)
    assert "stängd" in mail.outbox[0].body and "/fraga/" in mail.outbox[0].body
    assert said_in(amina.conversation) == []


def test_a_stopped_chat_holds_the_mail_for_staff(amina):
    matching.hold(amina.conversation.request, actor=amina.user)
    assert outcome(come(letter(amina))) == (State.QUARANTINED, Reason.HOLD)
    assert answers_sent() == []


def test_a_mail_beyond_25_mb_is_kept_short_and_answered(amina, monkeypatch):
    monkeypatch.setattr(inbound, "MAIL_MAX_BYTES", 100_000)
    row = come(letter(amina, "a" * 70 + "\n" + ("b" * 70 + "\n") * 2000))
    assert outcome(row) == (State.HANDLED, Reason.TOO_LARGE) and len(row.raw) < 100_000
    (answer,) = answers_sent()
    assert answer.data["why"] == Reason.TOO_LARGE and said_in(amina.conversation) == []


def test_staff_cannot_make_a_head_a_whole_mail(amina, monkeypatch):
    monkeypatch.setattr(inbound, "MAIL_MAX_BYTES", 100_000)
    row = come(letter(amina, "a" * 70 + "\n" + ("b" * 70 + "\n") * 2000, sender="other@example.org"))
    assert outcome(row) == (State.QUARANTINED, Reason.SENDER)
    inbound.deliver(row, by=make.staff())
    email_in.work_due_inbound()
    row.refresh_from_db()
    assert outcome(row) == (State.HANDLED, Reason.TOO_LARGE) and said_in(amina.conversation) == []


@pytest.mark.parametrize("is_closed", [False, True])
def test_no_way_into_a_chat_is_mailed_to_another_address(amina, monkeypatch, is_closed):
    row = come(letter(amina, sender="other@example.org"))
    OutboxMail.objects.all().delete()
    if is_closed:
        matching.resolve(amina.conversation.request, actor=amina.user)
        matching.close(amina.conversation.request, actor=None, why="time")
    else:
        InboundMail.objects.update(is_head_only=True)
    inbound.deliver(row, by=make.staff())
    email_in.work_due_inbound()
    (answer,) = answers_sent()
    assert (answer.to_user, answer.data["participant"]) == (None, None)
    outbox.deliver(answer.pk)
    assert amina.conversation.request.public_id not in mail.outbox[-1].body and "stängd" not in mail.outbox[-1].body


def test_an_encrypted_mail_is_held_back_and_answered(amina):
    message = letter(amina)
    message.replace_header("Content-Type", 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=x')
    message.set_payload("--x\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n\n--x--\n")
    assert outcome(come(message)) == (State.QUARANTINED, Reason.UNREADABLE)
    assert [answer.data["why"] for answer in answers_sent()] == [Reason.UNREADABLE]


# --- what dies on the way --------------------------------------------------------------------------------------------


def test_a_worker_that_dies_after_the_words_does_not_say_them_twice(amina, monkeypatch):
    message = letter(amina, f"Ja.\n\n{delimiter_line('sv')}\n")
    with monkeypatch.context() as dies:
        dies.setattr("chat.mail_files.bring", lambda *args: (_ for _ in ()).throw(SystemExit()))
        with pytest.raises(SystemExit):
            come(message)
    row = InboundMail.objects.get()
    assert (row.state, said_in(amina.conversation)) == (State.QUEUED, ["Ja."])
    email_in.work_due_inbound()
    assert InboundMail.objects.get().state == State.QUEUED  # the dead one's lease
    InboundMail.objects.update(due_at=timezone.now())
    email_in.work_due_inbound()
    assert InboundMail.objects.get().state == State.POSTED and said_in(amina.conversation) == ["Ja."]


def test_a_worker_that_dies_before_the_mark_rolls_the_words_back(amina, monkeypatch):
    with monkeypatch.context() as dies:
        dies.setattr(inbound, "note", lambda *args, **fields: (_ for _ in ()).throw(SystemExit()))
        with pytest.raises(SystemExit):
            come(letter(amina))
    assert said_in(amina.conversation) == []
    InboundMail.objects.update(due_at=timezone.now())
    email_in.work_due_inbound()
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Tack, det blir bra."]


def test_what_always_fails_is_given_up_and_seen_and_can_be_tried_again(amina, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(email_in, "read_mail", lambda raw: 1 / 0)
        row = come(letter(amina))
        assert (row.state, row.attempts) == (State.QUEUED, 1) and row.due_at > timezone.now()
        for _ in range(inbound.MAX_ATTEMPTS):
            InboundMail.objects.update(due_at=timezone.now())
            email_in.work_due_inbound()
    row.refresh_from_db()
    assert outcome(row) == (State.FAILED, Reason.BROKEN)
    inbound.try_again(row, by=make.staff())
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Tack, det blir bra."]


def test_while_the_database_is_away_the_lease_brings_it_back(amina, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(conversations, "store_message", lambda *args, **more: (_ for _ in ()).throw(OperationalError()))
        row = come(letter(amina))
    assert outcome(row) == (State.QUEUED, "")
    InboundMail.objects.update(due_at=timezone.now())
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Tack, det blir bra."]


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_post_once(amina):
    row = email_in.receive(letter(amina).as_bytes(), door=Door.PIPE)
    at_once(*[lambda: email_in.work_inbound(row.pk)] * 4)
    assert said_in(amina.conversation) == ["Tack, det blir bra."]


@pytest.mark.django_db(transaction=True)
def test_the_same_words_by_two_mails_at_once_are_posted_once(amina):
    rows = [email_in.receive(letter(amina, LONG).as_bytes(), door=Door.PIPE) for _ in range(4)]
    at_once(*[lambda row=row: email_in.work_inbound(row.pk) for row in rows])
    InboundMail.objects.filter(state=State.QUEUED).update(due_at=timezone.now())
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == [LONG.strip()]
    reasons = sorted(InboundMail.objects.values_list("reason", flat=True))
    assert reasons == ["", *[Reason.REPEAT] * 3]


@pytest.mark.django_db(transaction=True)
def test_the_same_mail_by_two_doors_at_once_is_one_row(amina):
    raw = letter(amina).as_bytes()
    found = at_once(*[lambda: email_in.receive(raw, door=Door.IMAP)] * 4)
    assert len({row.pk for row in found}) == 1 and InboundMail.objects.count() == 1


# --- staff -----------------------------------------------------------------------------------------------------------


def test_staff_deliver_what_was_held_back(amina):
    row = come(letter(amina, sender="other@example.org"))
    inbound.deliver(row, by=make.staff())
    with pytest.raises(inbound.StateConflict):
        inbound.deliver(row, by=make.staff())
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Tack, det blir bra."]


def test_staff_throw_away_for_good(amina):
    row = come(letter(amina, sender="other@example.org"))
    inbound.throw_away(row, by=make.staff())
    row.refresh_from_db()
    assert outcome(row) == (State.DROPPED, Reason.BY_STAFF) and row.raw is None
    with pytest.raises(inbound.StateConflict):
        inbound.deliver(row, by=make.staff())


def test_what_is_posted_cannot_be_delivered_again(amina):
    row = come(letter(amina))
    for act in (inbound.deliver, inbound.throw_away, inbound.answered, inbound.try_again):
        with pytest.raises(inbound.StateConflict):
            act(row, by=make.staff())


# --- for how long ----------------------------------------------------------------------------------------------------


def test_bytes_go_after_a_week_and_what_is_held_back_after_a_month(amina):
    posted, held = come(letter(amina)), come(letter(amina, "x", sender="other@example.org"))

    def after(days: int) -> dict:
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            inbound.forget_old()
        return {row.pk: row.raw is not None for row in InboundMail.objects.all()}

    assert after(6) == {posted.pk: True, held.pk: True}
    assert after(8) == after(8) == {posted.pk: False, held.pk: True}
    assert after(31) == {}


def test_bytes_are_sealed(amina):
    row = come(letter(amina, "hemligt"))
    row = InboundMail.objects.get(pk=row.pk)
    assert b"hemligt" not in bytes(row.raw) and b"hemligt" in inbound.raw_of(row)


# --- bounces ---------------------------------------------------------------------------------------------------------

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


# --- round and back --------------------------------------------------------------------------------------------------


def test_the_mail_we_sent_quoted_without_marks_leaves_only_the_answer(amina):
    """Outlook quotes the whole mail below a line, and the person writes above: nothing of ours comes back."""
    mail_choice.choose(amina.user, pace=mail_choice.Pace.AT_ONCE, has_text=True)
    make.message(make.helper_of(amina.conversation), "När kan du börja?")
    amina.conversation.refresh_from_db()
    unread_mail.queue(make.seeker_of(amina.conversation), first_unread_seq=1, told_seq=0)
    outbox.deliver(OutboxMail.objects.get(kind="unread").pk)
    (sent,) = mail.outbox
    address = sent.reply_to[0] if sent.reply_to else sent.extra_headers["Reply-To"]
    head = f"Från: Mötesplats <{address}>\nSkickat: den 28 november 2026 12:00\nTill: Amina\nÄmne: {sent.subject}\n"
    row = come(letter(amina, f"På måndag.\n\n{head}\n{sent.body}", to=address))
    assert outcome(row) == (State.POSTED, "")
    assert said_in(amina.conversation) == ["När kan du börja?", "På måndag."]


def test_a_secret_address_of_ours_never_comes_into_the_chat(amina):
    path = links.url_for(amina)
    come(letter(amina, f"Jag kan inte öppna {path} i min telefon, men {outbox.absolute('/tips/cv/')} går."))
    (said,) = said_in(amina.conversation)
    assert said == f"Jag kan inte öppna […] i min telefon, men {outbox.absolute('/tips/cv/')} går."
