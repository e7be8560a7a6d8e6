"""What becomes of an answer by mail: posted once, and what stands in the chat then."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from chat import conversations, email_in, inbound, links, matching, reply_address, unread_mail
from chat.models import InboundMail, Message, Participant
from motesplats import mail_choice, outbox
from motesplats.models import OutboxMail
from motesplats.reply_text import delimiter_line
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


def test_the_address_in_the_envelope_is_enough(amina):
    message = letter(amina)
    address = message["To"]
    message.replace_header("To", "Mötesplats <svar@svar.example>")
    assert outcome(come(message, recipient=address)) == (State.POSTED, "")


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
