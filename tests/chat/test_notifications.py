"""The mails of a chat: when they leave, and how they read."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from chat import claiming, clocks, matching, presence
from chat.models import Conversation, Participant, Side
from motesplats import outbox
from motesplats.models import OutboxMail
from seekers.models import HelpRequest
from tests import make
from volunteers import care

pytestmark = pytest.mark.django_db
State = HelpRequest.State
MIN, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def house():
    return make.office()


def state(chat) -> str:
    return HelpRequest.objects.get(conversation=chat).state


def here(participant) -> None:
    presence.visited(participant)


def mails(kind: str) -> int:
    return OutboxMail.objects.filter(kind=kind).count()


# --- the digest ------------------------------------------------------------------------------------------------------


def test_unread_for_two_minutes_is_one_mail(clock):
    chat = make.claimed()
    for number in range(3):
        make.message(make.helper_of(chat), f"rad {number}")
    clock(MIN * 1.9)
    assert clocks.mail_unread() == 0
    clock(MIN * 0.2)
    assert clocks.mail_unread() == 1
    assert clocks.mail_unread() == 0
    assert mails("unread") == 1


def test_who_is_here_or_has_read_gets_no_mail(clock):
    chat, other = make.claimed(), make.claimed()
    make.message(make.helper_of(chat)), make.message(make.helper_of(other))
    clock(MIN * 3)
    here(make.seeker_of(chat))
    amina = make.seeker_of(other)
    presence.read_up_to(amina.pk, Conversation.objects.get(pk=other.pk).last_seq)
    assert clocks.mail_unread() == 0
    clock(MIN * 3)
    assert clocks.mail_unread() == 1  # she left without reading the first


def test_new_messages_wait_an_hour_for_the_next_mail(clock):
    chat = make.claimed()
    make.message(make.helper_of(chat))
    clock(MIN * 3)
    clocks.mail_unread()
    make.message(make.helper_of(chat))
    clock(MIN * 59)
    assert clocks.mail_unread() == 0
    clock(MIN * 2)
    assert clocks.mail_unread() == 1
    assert mails("unread") == 2


def test_after_reading_the_next_mail_comes_quickly_again(clock):
    chat = make.claimed()
    make.message(make.helper_of(chat))
    clock(MIN * 3)
    clocks.mail_unread()
    presence.read_up_to(make.seeker_of(chat).pk, Conversation.objects.get(pk=chat.pk).last_seq)
    make.message(make.helper_of(chat))
    clock(MIN * 3)
    assert clocks.mail_unread() == 1


def test_no_mail_to_shells_former_helpers_or_about_stopped_chats(clock):
    shell = make.claimed(owner=make.user("Sara", email=None))
    left = make.claimed()
    stopped = make.claimed()
    for chat in (shell, stopped):
        make.message(make.helper_of(chat))
    make.message(make.seeker_of(left))
    matching.release(HelpRequest.objects.get(conversation=left), actor=None)
    matching.stop(HelpRequest.objects.get(conversation=stopped), actor=None)
    clock(MIN * 3)
    assert clocks.mail_unread() == 0
    assert mails("unread") == 0


def test_one_s_own_and_system_lines_are_not_unread(clock):
    chat = make.claimed()
    make.message(make.seeker_of(chat))
    clock(MIN * 3)
    assert clocks.mail_unread() == 1
    assert OutboxMail.objects.get(kind="unread").to_user == make.helper_of(chat).user


# --- what the mails say ----------------------------------------------------------------------------------------------


NAMES = ("Amina", "Björn")


def sent(kind: str):
    """The mail of this kind, as it left."""
    row = OutboxMail.objects.get(kind=kind)
    mail.outbox.clear()
    assert outbox.deliver(row.pk) == "sent"
    return mail.outbox[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "language, subject", [("sv", "Du har fått svar"), ("en", "You have got an answer"), ("ti", "Du har fått svar")]
)
def test_the_digest_speaks_the_readers_language_and_says_nothing_of_the_text(clock, language, subject):
    make.office()
    chat = make.claimed(owner=make.user("Amina", language=language))
    make.message(make.helper_of(chat), "Ditt personnummer behövs inte")
    clock(MIN * 3)
    clocks.mail_unread()
    letter = sent("unread")
    assert letter.subject == subject
    whole = letter.body + letter.alternatives[0][0]
    assert "personnummer" not in whole
    assert f"/chatt/{chat.request.public_id}/lank/" in letter.body
    assert letter.to == [chat.request.owner.email]


@pytest.mark.django_db(transaction=True)
def test_a_digest_that_was_read_before_it_left_is_not_sent(clock):
    make.office()
    chat = make.claimed()
    make.message(make.helper_of(chat))
    clock(MIN * 3)
    clocks.mail_unread()
    presence.read_up_to(make.seeker_of(chat).pk, Conversation.objects.get(pk=chat.pk).last_seq)
    assert outbox.deliver(OutboxMail.objects.get(kind="unread").pk) == "unwanted"


@pytest.mark.django_db(transaction=True)
def test_every_kind_is_written_without_names_in_the_subject_or_text_of_the_chat(clock, house):
    make.volunteer("Olof")
    chat = make.conversation(need="Hemligt ord", languages=["sv"])
    claiming.claim(chat.request, make.volunteer("Björn"))
    make.message(make.helper_of(chat), "Hemligt ord"), make.message(make.seeker_of(chat), "Hemligt ord")
    clock(HOUR * 25)
    clocks.mail_unread(), clocks.remind_helpers()
    make.message(make.helper_of(chat), "Hemligt ord")
    clock(DAY * 4)
    clocks.nudge_askers()
    Conversation.objects.filter(pk=chat.pk).update(first_answer_at=None)
    late = make.conversation(need="Hemligt ord")
    due = HelpRequest.objects.get(conversation=late).answer_by
    clock(due - clock() - HOUR)
    clocks.ask_round()
    clock(HOUR * 2)
    clocks.keep_promises()
    matching.stop(HelpRequest.objects.get(conversation=late), actor=None, text="Hemligt ord")
    kinds = {"receipt", "taken", "unread", "helper_reminder", "asker_nudge", "volunteer_asked", "staff_asked", "promise_broken", "staff_broken", "staff_stopped"}  # fmt: skip
    assert set(OutboxMail.objects.values_list("kind", flat=True)) == kinds
    mail.outbox.clear()
    matching.unhold(HelpRequest.objects.get(conversation=late), actor=None)
    for row in OutboxMail.objects.all():
        assert outbox.deliver(row.pk) in ("sent", "unwanted"), (row.kind, OutboxMail.objects.get(pk=row.pk).last_error)
    assert len(mail.outbox) >= 8
    for letter in mail.outbox:
        assert not any(name in letter.subject for name in NAMES), letter.subject
        assert "Hemligt ord" not in letter.body + letter.alternatives[0][0]
        assert "{" not in letter.body and "%(" not in letter.body


@pytest.mark.django_db(transaction=True)
def test_the_apology_names_both_times(clock, house):
    chat = make.conversation()
    was = HelpRequest.objects.get(conversation=chat).answer_by
    clock(was - clock() + MIN)
    clocks.keep_promises()
    letter = sent("promise_broken")
    now = HelpRequest.objects.get(conversation=chat).answer_by
    assert letter.subject.startswith("Förlåt")
    for moment in (was, now):
        assert f"kl. {timezone.localtime(moment):%H.%M}" in letter.body
        assert str(timezone.localtime(moment).day) in letter.body
    assert Participant.objects.filter(conversation=chat, side=Side.SEEKER).exists()


# --- still wanted? ---------------------------------------------------------------------------------------------------


def question(chat) -> HelpRequest:
    return HelpRequest.objects.get(conversation=chat)


def delivered(kind: str) -> list[str]:
    return [outbox.deliver(row.pk) for row in OutboxMail.objects.filter(kind=kind).order_by("pk")]


@pytest.mark.django_db(transaction=True)
def test_a_volunteer_is_asked_once_an_hour_about_whatever_waits(clock, house):
    bjorn = make.volunteer()
    first, second = make.conversation(topic="cv"), make.conversation(topic="letter")
    clock(question(first).answer_by - clock() - HOUR)
    clocks.ask_round()
    row = OutboxMail.objects.get(kind="volunteer_asked", to_user=bjorn.user)
    claiming.claim(question(first), make.volunteer("Olof"))
    mail.outbox.clear()
    assert outbox.deliver(row.pk) == "sent"  # the other one still waits
    assert question(second).get_topic_display() in mail.outbox[0].body
    assert question(first).get_topic_display() not in mail.outbox[0].body


@pytest.mark.django_db(transaction=True)
def test_a_volunteer_is_not_asked_when_nothing_waits(clock, house):
    make.volunteer()
    chat = make.conversation()
    clock(question(chat).answer_by - clock() - HOUR)
    clocks.ask_round()
    claiming.claim(question(chat), make.volunteer("Olof"))
    assert delivered("volunteer_asked") == ["unwanted"]


@pytest.mark.django_db(transaction=True)
def test_a_volunteer_who_has_stopped_for_tonight_is_not_asked(clock, house):
    bjorn = make.volunteer()
    chat = make.conversation()
    clock(question(chat).answer_by - clock() - HOUR)
    clocks.ask_round()
    care.stop_tonight(bjorn, actor=bjorn.user)
    assert delivered("volunteer_asked") == ["unwanted"]


def test_an_hour_is_an_hour_also_past_the_full_one(clock, house):
    make.volunteer()
    chat = make.conversation()
    clock(clock().replace(minute=55) + HOUR - clock())
    for minutes, asked in ((0, 1), (10, 1), (51, 2)):  # after the first, the hour of the clock is another
        clock(MIN * minutes)
        Conversation.objects.filter(pk=chat.pk).update(promise_asked_at=None)
        HelpRequest.objects.filter(pk=chat.request_id).update(answer_by=clock() + HOUR)
        clocks.ask_round()
        assert mails("volunteer_asked") == asked, minutes


@pytest.mark.django_db(transaction=True)
def test_taken_is_not_mailed_when_somebody_else_has_it_now(clock, house):
    chat = make.claimed()
    matching.release(question(chat), actor=None)
    clock(MIN)
    claiming.claim(question(chat), make.volunteer("Olof"))
    assert delivered("taken") == ["unwanted", "sent"]


@pytest.mark.django_db(transaction=True)
def test_who_has_answered_is_not_reminded_nor_who_has_written_nudged(clock, house):
    reminded, nudged = make.claimed(), make.claimed()
    for chat in (reminded, nudged):
        make.message(make.helper_of(chat))
    make.message(make.seeker_of(reminded))
    clock(HOUR * 25)
    clocks.remind_helpers()
    clock(DAY * 3)
    clocks.nudge_askers()
    clock(MIN)
    make.message(make.helper_of(reminded)), make.message(make.seeker_of(nudged))
    assert delivered("helper_reminder") == delivered("asker_nudge") == ["unwanted"]
