"""Mails with the words of a chat: what they hold, that they can be answered, that they stay one thread."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail as django_mail

from chat import cards, claiming, clocks, lines, matching, presence, reply_address, said_before, thread_mail
from chat.models import Conversation, Message
from chat.writer import Post, save_batch
from motesplats import mail_choice, outbox
from motesplats.models import MailChoice, OutboxMail
from motesplats.reply_text import cut_answer, delimiter_line
from seekers.models import HelpRequest
from tests import make

pytestmark = pytest.mark.django_db
MIN = timedelta(minutes=1)
Pace = MailChoice.Pace
UNSEEN = dict.fromkeys(map(ord, "\u2068\u2069"))
WORDS = "Skriv mer om jobbet i köket."


@pytest.fixture(autouse=True)
def doors(settings):
    settings.REPLY_DOMAIN, settings.REPLY_LOCAL = "svar.example", "svar"
    make.office()


def with_text(person, pace=Pace.DIGEST):
    mail_choice.choose(person, pace=pace, has_text=True)


def talk(language="sv", *, chosen=True):
    """(chat, seeker, helper): Björn helps Amina, who wants the text in her mails."""
    chat = make.claimed(owner=make.user("Amina", language=language))
    if chosen:
        with_text(chat.request.owner)
    return chat, make.seeker_of(chat), make.helper_of(chat)


def read_all(participant) -> None:
    presence.read_up_to(participant.pk, Conversation.objects.get(pk=participant.conversation_id).last_seq)


def sent(name: str = "Amina") -> list:
    """The unread mails to this person that leave now, oldest first."""
    django_mail.outbox.clear()
    waiting = OutboxMail.objects.filter(kind="unread", state=OutboxMail.State.PENDING, to_user__display_name=name)
    for row in waiting.order_by("pk"):
        outbox.deliver(row.pk)
    return list(django_mail.outbox)


def both(message) -> list[str]:
    return [message.body, message.alternatives[0].content]


# --- what it holds ---------------------------------------------------------------------------------------------------


def test_the_words_since_the_last_mail_oldest_first_and_one_line_of_ones_own(clock):
    chat, amina, bjorn = talk()
    make.message(bjorn, "Det här är redan läst")
    make.message(amina, "Hej!\nHur skriver jag om mitt jobb?")
    read_all(amina)
    for words in (WORDS, "Och <b>hur länge</b>?"):
        make.message(bjorn, words)
    clock(MIN * 3)
    clocks.mail_unread()
    [letter] = sent()
    for text in both(letter):
        said = [text.index(words) for words in ("Hur skriver jag", WORDS, "hur länge")]
        assert said == sorted(said)
        assert "redan läst" not in text and "Hej!" not in text and "kan läsa:" not in text  # nor what the house said
        assert "Björn" in text
    assert (
        "Och <b>hur länge</b>?" in letter.body and "Och &lt;b&gt;hur länge&lt;/b&gt;?" in letter.alternatives[0].content
    )
    assert "<bdi>Björn</bdi>" in letter.alternatives[0].content and "\u2068Björn\u2069" in letter.body
    assert not OutboxMail.objects.filter(data__icontains="jobbet").exists()


def test_each_message_is_mailed_once_also_when_the_first_mail_waits(clock):
    chat, amina, bjorn = talk()
    make.message(bjorn, "ett")
    clock(MIN * 3)
    clocks.mail_unread()  # and the mail server is away
    make.message(bjorn, "två")
    clock(MIN * 61)
    clocks.mail_unread()
    first, second = sent()
    assert ("\nett\n" in first.body, "\ntvå\n" in first.body) == (True, False)
    assert ("\nett\n" in second.body, "\ntvå\n" in second.body) == (False, True)


def test_lines_of_the_house_and_cards_are_words_in_the_readers_language_and_swedish(clock):
    chat, amina, bjorn = talk("ar")
    read_all(amina)
    body = cards.body_of("phrase", {"sv": "Bra jobbat!", "ar": "أحسنت!"})
    save_batch([Post(chat.pk, bjorn.pk, uuid.uuid4(), body, kind=Message.Kind.CARD)])
    presence.go_away(bjorn, bjorn.Away.SHORT)
    clock(MIN * 3)
    clocks.mail_unread()
    [letter] = sent()
    html = letter.alternatives[0].content
    assert '<p dir="ltr" lang="sv"' in html and "Bra jobbat!" in html
    assert '<p dir="rtl" lang="ar"' in html and "أحسنت!" in html
    assert '{"c' not in letter.body and '<html lang="ar" dir="rtl">' in html
    assert letter.body.count("\u2068Björn\u2069, ") == 1  # the house's line has no name before it
    assert letter.body.startswith(delimiter_line("ar"))


def test_who_stopped_mails_is_promised_none_in_the_chat():
    stopped = make.user("Amina")
    mail_choice.stop(stopped, by=stopped)
    for owner, code in ((stopped, "claimed_no_mail"), (make.user("Sara"), "claimed")):
        chat = make.claimed(owner=owner)
        lines.add(chat, "claimed", occasion="now", name="Björn")
        assert lines.code_of(chat.messages.latest("seq").body) == code


def test_a_document_is_named_with_a_link_only(clock):
    chat, amina, bjorn = talk(chosen=False)
    with_text(bjorn.user)
    read_all(bjorn)
    make.message(amina, "Här är mitt CV")
    lines.add(chat, "document_added", occasion="x", name="Amina")
    clock(MIN * 3)
    clocks.mail_unread()
    [letter] = sent("Björn")
    assert "Amina har skickat ett dokument" in letter.body
    assert f"http://localhost:8000/chatt/{chat.request.public_id}/dokument/\n" in letter.body
    assert not letter.attachments


def test_a_long_talk_is_cut_with_a_link_for_the_rest(clock, monkeypatch):
    monkeypatch.setattr(thread_mail, "MOST_CHARACTERS", 60)
    chat, amina, bjorn = talk()
    for number in range(4):
        make.message(bjorn, f"{number} " + "x" * 25)
    clock(MIN * 3)
    clocks.mail_unread()
    [letter] = sent()
    assert "\n1 x" in letter.body and "\n2 x" not in letter.body
    assert "Läs resten i chatten" in letter.body and "Läs resten i chatten" in letter.alternatives[0].content


# --- that it can be answered -----------------------------------------------------------------------------------------


def test_the_answer_has_an_address_of_its_own_and_our_line_first(clock):
    chat, amina, bjorn = talk()
    make.message(bjorn, WORDS)
    clock(MIN * 3)
    clocks.mail_unread()
    [letter] = sent()
    assert letter.reply_to == [reply_address.address_of(amina)]
    assert letter.message()["From"].endswith("<svar@localhost>")
    assert letter.body.startswith(delimiter_line("sv"))
    quoted = "".join(f"> {line}\n" for line in letter.body.splitlines())
    assert cut_answer(f"Tack!\n\n{quoted}", reply_address=letter.reply_to[0]).text == "Tack!"


def test_without_a_door_for_answers_nothing_asks_for_one(clock, settings):
    settings.REPLY_DOMAIN = ""
    chat, amina, bjorn = talk()
    make.message(bjorn, WORDS)
    clock(MIN * 3)
    clocks.mail_unread()
    [letter] = sent()
    assert WORDS in letter.body and letter.reply_to == [] and "##-" not in letter.body


def test_all_mails_of_a_chat_are_one_thread_and_another_chat_another(clock):
    chat, amina, bjorn = talk()
    other = make.claimed(owner=amina.user)
    for number in range(3):
        make.message(bjorn, f"rad {number}")
        if not number:
            make.message(make.helper_of(other), "annat")
        clock(MIN * 61)
        clocks.mail_unread()
    messages = [letter.message() for letter in sent()]
    mine = [m for m in messages if chat.request.public_id in m["References"]]
    assert len(mine) == 3 and len(messages) == 4
    assert {(m["In-Reply-To"], m["References"], m["Subject"]) for m in mine} == {
        (f"<chat.{chat.request.public_id}@localhost>",) * 2 + ("Nytt meddelande i din chatt",)
    }
    assert len({m["Message-ID"] for m in messages}) == 4
    assert {m["Auto-Submitted"] for m in messages} == {"auto-generated"}
    assert all(m["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" for m in messages)


# --- asked again when it leaves --------------------------------------------------------------------------------------


def waits(clock, *, for_helper=False):
    chat, amina, bjorn = talk(chosen=not for_helper)
    if for_helper:
        with_text(bjorn.user)
        read_all(bjorn)
    make.message(amina if for_helper else bjorn, WORDS)
    clock(MIN * 3)
    clocks.mail_unread()
    return chat, amina, bjorn


def test_who_no_longer_wants_the_text_gets_the_mail_without_it(clock):
    chat, amina, bjorn = waits(clock)
    mail_choice.stop_text(amina.user, by=amina.user)
    [letter] = sent()
    assert all(WORDS not in text for text in both(letter)) and letter.reply_to == []
    assert letter.subject == "Du har fått svar"


@pytest.mark.parametrize("why", ["read", "stopped", "blocked", "erased"])
def test_read_stopped_blocked_or_erased_meanwhile_is_no_mail(clock, why):
    chat, amina, bjorn = waits(clock)
    if why == "read":
        read_all(amina)
    elif why == "stopped":
        mail_choice.stop(amina.user, by=amina.user)
    elif why == "blocked":
        type(amina.user).objects.filter(pk=amina.user_id).update(is_active=False)
    else:
        type(amina.user).objects.filter(pk=amina.user_id).update(erased_at=clock())
    assert sent() == []


def test_words_that_are_gone_and_chats_that_are_stopped_are_not_in_the_mail(clock):
    chat, amina, bjorn = waits(clock)
    Message.objects.filter(conversation=chat).update(body="")
    [letter] = sent()
    assert letter.subject == "Du har fått svar"
    chat, amina, bjorn = waits(clock)
    matching.stop(HelpRequest.objects.get(conversation=chat), actor=amina.user)
    [letter] = sent()
    assert WORDS not in letter.body


def test_a_volunteer_gets_the_text_only_when_chosen_and_while_helping(clock):
    chat, amina, bjorn = waits(clock, for_helper=True)
    [letter] = sent("Björn")
    assert WORDS in letter.body and letter.reply_to == [reply_address.address_of(bjorn)]
    chat, amina, bjorn = waits(clock, for_helper=True)
    matching.release(HelpRequest.objects.get(conversation=chat), actor=bjorn.user)
    assert sent("Björn") == []
    chat, amina, bjorn = talk(chosen=False)
    make.message(amina, WORDS)
    clock(MIN * 3)
    clocks.mail_unread()
    [letter] = sent("Björn")
    assert WORDS not in letter.body and letter.reply_to == []


def test_a_mail_program_may_quote_every_line_of_ours_without_marks(clock):
    chat, amina, bjorn = talk()
    make.message(amina, "Hur skriver jag om mitt jobb?")
    make.message(bjorn, WORDS)
    clock(MIN * 3)
    clocks.mail_unread()
    [letter] = sent()
    known = {line.strip("> ") for line in said_before.in_chat_with(amina).translate(UNSEEN).splitlines()}
    ours = {line.strip("> ") for line in letter.body.translate(UNSEEN).splitlines()}
    assert ours - known == set()


def test_other_mails_about_the_chat_can_be_answered_too_by_who_chose_the_text(clock):
    for owner, address in ((make.user("Amina"), ""), (make.user("Sara"), None)):
        chat = make.conversation(owner=owner)
        if address is None:
            with_text(owner)
        claiming.claim(chat.request, make.volunteer(), pace=claiming.Pace.TONIGHT)
        row = OutboxMail.objects.get(kind="taken", to_user=owner)
        django_mail.outbox.clear()
        outbox.deliver(row.pk)
        [letter] = django_mail.outbox
        seat = make.seeker_of(chat)
        assert letter.reply_to == ([reply_address.address_of(seat)] if address is None else [])
        assert letter.body.startswith("##-") == (address is None)
