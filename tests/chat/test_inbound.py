"""A mail that came in: worked once whoever dies on the way, seen to by staff, forgotten in time."""

from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone

from chat import conversations, email_in, inbound
from chat.models import InboundMail, Participant
from motesplats.reply_text import delimiter_line
from tests import make
from tests.chat.incoming import Door, Reason, State, come, letter, outcome, said_in, talk
from tests.races import at_once

pytestmark = pytest.mark.django_db
LONG = "Tack, jag kan komma på måndag klockan tio. "


@pytest.fixture(autouse=True)
def is_on(settings):
    settings.REPLY_DOMAIN = "svar.example"


@pytest.fixture
def amina(db) -> Participant:
    return talk()


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


# --- whoever writes too fast -------------------------------------------------------------------------------------------


def test_whoever_writes_too_fast_is_heard_later(amina, settings):
    settings.MESSAGE_RATES = ((1, 10),)
    come(letter(amina, "Ett"))
    row = come(letter(amina, "Två"))
    assert outcome(row) == (State.QUEUED, "") and row.attempts == 0
    settings.MESSAGE_RATES = ((5, 10),)
    InboundMail.objects.update(due_at=timezone.now())
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Ett", "Två"]


def test_many_that_wait_for_their_senders_pace_are_not_opened_before_their_turn(amina, settings, monkeypatch):
    settings.MESSAGE_RATES = ((2, 10),)
    opened, read = [], email_in.read_mail
    monkeypatch.setattr(email_in, "read_mail", lambda raw: opened.append(raw) or read(raw))
    start = timezone.now()
    with time_machine.travel(start, tick=False) as travel:
        for number in range(12):
            come(letter(amina, f"Svar {number}"))
        assert len(opened) == 12 and len(said_in(amina.conversation)) == 2
        opened.clear()
        for seconds in (0, 10, 29):
            travel.move_to(start + timedelta(seconds=seconds))
            assert email_in.work_due_inbound() == 0
        dues = list(InboundMail.objects.filter(state=State.QUEUED).order_by("pk").values_list("due_at", flat=True))
        assert dues == [start + inbound.SLOW + timedelta(seconds=5 * n) for n in range(10)]
        for seconds in range(30, 80, 5):
            travel.move_to(start + timedelta(seconds=seconds))
            assert email_in.work_due_inbound() == 1
    assert said_in(amina.conversation) == [f"Svar {number}" for number in range(12)]
    assert len(opened) == 10


def test_one_whose_turn_it_is_and_is_still_too_fast_waits_unopened(amina, settings, monkeypatch):
    settings.MESSAGE_RATES = ((1, 600),)
    come(letter(amina, "Ett")), come(letter(amina, "Två"))
    monkeypatch.setattr(email_in, "read_mail", lambda raw: 1 / 0)
    for _ in range(3):
        InboundMail.objects.filter(state=State.QUEUED).update(due_at=timezone.now())
        assert email_in.work_due_inbound() == 1
    row = InboundMail.objects.get(state=State.QUEUED)
    assert (row.attempts, row.due_at > timezone.now()) == (0, True)


def test_whoever_writes_too_fast_does_not_make_the_house_look_ill(amina, settings):
    settings.MESSAGE_RATES = ((1, 600),)
    come(letter(amina, "Ett")), come(letter(amina, "Två"))
    InboundMail.objects.update(received_at=timezone.now() - timedelta(minutes=11))
    assert inbound.flows()
    email_in.receive(letter(amina, "Tre").as_bytes(), door=Door.PIPE)
    InboundMail.objects.filter(participant=None).update(received_at=timezone.now() - timedelta(minutes=11))
    assert not inbound.flows()


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
