"""When the mail about unread messages comes, for each choice. Each message once, however often the clock runs."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chat import clocks, presence
from chat.models import Conversation
from motesplats import mail_choice
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
    return OutboxMail.objects.filter(kind="unread").count()


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
