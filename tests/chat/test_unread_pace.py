"""When the mail about unread messages comes, for each choice. Each message once, however often the clock runs."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail

from chat import clocks, presence
from chat.models import Conversation
from motesplats import mail_choice, outbox
from motesplats.models import MailChoice, OutboxMail
from motesplats.moments import last_time_it_was, local
from tests import make

pytestmark = pytest.mark.django_db
SECOND, MIN, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
Pace = MailChoice.Pace


@pytest.fixture(autouse=True)
def house():
    make.office()


def talk(pace: Pace):
    chat = make.claimed()
    mail_choice.choose(chat.request.owner, pace=pace, has_text=False)
    return make.seeker_of(chat), make.helper_of(chat)


def mailed() -> int:
    """How many mails there are after the clock has run twice."""
    clocks.mail_unread(), clocks.mail_unread()
    return OutboxMail.objects.filter(kind__startswith="unread").count()


def test_at_once_is_half_a_minute_and_one_mail_for_each_answer(clock):
    amina, bjorn = talk(Pace.AT_ONCE)
    make.message(bjorn, "ett"), make.message(bjorn, "två")
    clock(SECOND * 29)
    assert mailed() == 0
    clock(SECOND * 2)
    assert mailed() == 1
    make.message(bjorn, "tre")
    clock(SECOND * 31)
    assert mailed() == 2


def test_in_the_evening_is_one_mail_at_six():
    with time_machine.travel(datetime(2026, 11, 24, 8, tzinfo=UTC), tick=False) as travel:
        amina, bjorn = talk(Pace.EVENING)
        make.message(bjorn, "på morgonen")
        for at, mails in (
            (datetime(2026, 11, 24, 16, 59, 59, tzinfo=UTC), 0),
            (datetime(2026, 11, 24, 17, 0, 1, tzinfo=UTC), 1),  # 18.00 in Sweden
        ):
            travel.move_to(at)
            assert mailed() == mails
        make.message(bjorn, "på kvällen")
        for at, mails in (
            (datetime(2026, 11, 24, 22, tzinfo=UTC), 1),
            (datetime(2026, 11, 25, 16, 59, tzinfo=UTC), 1),
            (datetime(2026, 11, 25, 20, tzinfo=UTC), 2),  # the house stood still for three hours
            (datetime(2026, 11, 26, 20, tzinfo=UTC), 2),
        ):
            travel.move_to(at)
            assert mailed() == mails


def evening_talks(*, has_text: bool = False):
    """Amina asks twice, Björn and Cecilia help; she wants her mails in the evening. -> their two seats."""
    amina = make.user("Amina")
    chats = [make.claimed(make.volunteer(user=make.user(name)), owner=amina) for name in ("Björn", "Cecilia")]
    mail_choice.choose(amina, pace=Pace.EVENING, has_text=has_text)
    return amina, [make.helper_of(chat) for chat in chats]


def read(helper) -> None:
    """Amina reads all that stands in the chat with this helper."""
    seat = make.seeker_of(helper.conversation)
    presence.read_up_to(seat.pk, Conversation.objects.get(pk=seat.conversation_id).last_seq)


def sent_to(person) -> list:
    outbox.deliver_due(), outbox.deliver_due()
    subjects = ("Du har fått svar", "Nya meddelanden i dina chattar", "Nytt meddelande i din chatt")
    return [sent for sent in mail.outbox if sent.to == [person.email] and sent.subject in subjects]


MORNING, SIX = datetime(2026, 11, 24, 8, tzinfo=UTC), datetime(2026, 11, 24, 17, 0, 1, tzinfo=UTC)


def test_in_the_evening_all_chats_are_one_mail_with_a_way_to_each():
    with time_machine.travel(MORNING, tick=False) as travel:
        amina, (bjorn, cecilia) = evening_talks()
        make.message(bjorn, "ett"), make.message(cecilia, "två"), make.message(cecilia, "tre")
        travel.move_to(SIX)
        assert mailed() == 1
        make.message(bjorn, "efter sex")
        (sent,) = sent_to(amina)
        assert "Björn har skrivit 2 nya meddelanden" in sent.body and "Cecilia har skrivit 2 nya" in sent.body
        assert "tre" not in sent.body.split()
        urls = set(re.findall(r"http\S+/lank/\S+", sent.body))
        html = sent.alternatives[0][0]
        assert len(urls) == 2 and all(f'href="{url}"' in html for url in urls)
        assert sent.extra_headers["List-Unsubscribe"]
        travel.move_to(SIX + HOUR * 24)
        assert mailed() == 2  # what came after six is not lost
        travel.move_to(SIX + HOUR * 48)
        assert mailed() == 2


def test_in_the_evening_one_chat_alone_is_the_mail_with_its_button():
    with time_machine.travel(MORNING, tick=False) as travel:
        amina, (bjorn, cecilia) = evening_talks()
        make.message(bjorn, "ett"), make.message(cecilia, "två")
        read(cecilia)
        travel.move_to(SIX)
        assert mailed() == 1
        (sent,) = sent_to(amina)
        assert sent.subject == "Du har fått svar" and "Cecilia" not in sent.body


def test_what_is_read_before_the_mail_leaves_is_no_mail():
    with time_machine.travel(MORNING, tick=False) as travel:
        amina, helpers = evening_talks()
        for helper in helpers:
            make.message(helper, "hej")
        travel.move_to(SIX)
        assert mailed() == 1
        for helper in helpers:
            read(helper)
        assert sent_to(amina) == [] and OutboxMail.objects.get(kind="unread_evening").state == "unwanted"


def test_in_the_evening_with_the_text_it_is_one_mail_for_each_chat_and_evening(settings):
    """Each has a reply address of its own, so that an answer finds its chat."""
    settings.REPLY_DOMAIN = "svar.example"
    with time_machine.travel(MORNING, tick=False) as travel:
        amina, helpers = evening_talks(has_text=True)
        for helper in helpers:
            make.message(helper, "ett"), make.message(helper, "två")
        travel.move_to(SIX)
        assert mailed() == 2
        for helper in helpers:
            make.message(helper, "efter sex")
        travel.move_to(SIX + HOUR * 5)
        assert mailed() == 2
        assert len({sent.reply_to[0] for sent in sent_to(amina)}) == 2
        travel.move_to(SIX + HOUR * 24)
        assert mailed() == 4


@pytest.mark.parametrize(
    ("now", "six"),
    [
        ("2026-10-24T16:00Z", "2026-10-24T16:00Z"),  # summer time
        ("2026-10-25T16:30Z", "2026-10-24T16:00Z"),  # the clocks went back in the night: six is at 17 UTC
        ("2026-10-25T17:00Z", "2026-10-25T17:00Z"),
        ("2027-03-28T15:59Z", "2027-03-27T17:00Z"),
        ("2027-03-28T16:00Z", "2027-03-28T16:00Z"),
    ],
)
def test_six_is_six_on_the_wall_also_when_the_clocks_change(now, six):
    found = last_time_it_was(18, datetime.fromisoformat(now))
    assert found == datetime.fromisoformat(six) and local(found).hour == 18


def test_who_answers_by_mail_has_read_and_gets_the_next_digest_soon(clock):
    amina, bjorn = talk(Pace.DIGEST)
    make.message(bjorn, "ett")
    clock(MIN * 3)
    assert mailed() == 1
    make.message(amina, "svar")
    make.message(bjorn, "två")
    clock(MIN * 3)
    assert OutboxMail.objects.filter(kind="unread", to_user=amina.user).count() == 1
    assert mailed() and OutboxMail.objects.filter(kind="unread", to_user=amina.user).count() == 2


@pytest.mark.parametrize("pace", Pace)
def test_who_is_here_or_has_read_gets_no_mail(clock, pace):
    amina, bjorn = talk(pace)
    make.message(bjorn, "hej")
    clock(HOUR * 25)
    presence.visited(amina)
    assert mailed() == 0
    presence.read_up_to(amina.pk, Conversation.objects.get(pk=amina.conversation_id).last_seq)
    clock(HOUR * 25)
    assert mailed() == 0
