"""Mailboxes on a real IMAP server: every mail stored before it is taken away there, one bad mailbox stops no other."""

import re
import socket
import tempfile
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.utils import timezone

from chat import email_in, imap_door, inbound
from chat.models import InboundMail, MailboxPoll
from motesplats import daemons, health
from tests import make
from tests.chat.dovecot import BINARY, Dovecot
from tests.chat.incoming import Door, State, letter, said_in
from tests.motesplats import mail_oddities

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("dovecot")]
needs_dovecot = pytest.mark.skipif(BINARY is None, reason="needs dovecot (Debian: dovecot-imapd)")


@pytest.fixture(scope="module")
def running():
    with tempfile.TemporaryDirectory(prefix="dovecot") as folder:  # pytest's are closed to Dovecot's other users
        server = Dovecot(Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def server(running, settings):
    running.empty()
    settings.IMAP_MAILBOXES = [running.url()]
    return running


@pytest.fixture
def amina(db, settings):
    settings.REPLY_DOMAIN = "svar.example"
    make.office()
    return make.seeker_of(make.claimed())


@needs_dovecot
def test_a_mail_is_posted_and_gone_from_the_mailbox(server, amina):
    server.put(letter(amina).as_bytes())
    assert imap_door.poll_all() == 1 and imap_door.poll_all() == 0
    row = InboundMail.objects.get()
    assert (row.door, row.state) == (Door.IMAP, State.QUEUED) and server.left() == 0
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Tack, det blir bra."]


@needs_dovecot
def test_the_same_mail_three_times_in_two_mailboxes_is_posted_once(server, amina, settings):
    settings.IMAP_MAILBOXES = [server.url(), server.url("andra")]
    raw = letter(amina).as_bytes()
    for user in ("svar", "svar", "andra"):
        server.put(raw, user)
    assert imap_door.poll_all() == 3
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Tack, det blir bra."]
    assert (server.left(), server.left("andra")) == (0, 0)


@needs_dovecot
def test_what_is_not_stored_stays_in_the_mailbox(server, amina, monkeypatch):
    server.put(letter(amina).as_bytes())
    with monkeypatch.context() as broken:
        broken.setattr(email_in, "receive", lambda *args, **more: (_ for _ in ()).throw(DatabaseError()))
        assert imap_door.poll_all() == 0
    assert server.left() == 1 and imap_door.poll_all() == 1 and server.left() == 0


@needs_dovecot
def test_a_mail_that_cannot_be_stored_stops_no_other(server, amina, monkeypatch, caplog):
    server.put(letter(amina, Subject="Broken").as_bytes())
    server.put(letter(amina).as_bytes())
    receive = email_in.receive

    def receive_some(raw, **more):
        return 1 / 0 if b"Broken" in raw else receive(raw, **more)

    monkeypatch.setattr(email_in, "receive", receive_some)
    assert imap_door.poll_all() == 1 and server.left() == 1
    assert "ZeroDivisionError" in caplog.text and MailboxPoll.objects.get().error == ""


@needs_dovecot
def test_a_broken_message_id_is_stored_all_the_same(server, amina):
    server.put(letter(amina).as_bytes().replace(b"Message-ID: <", b"Message-ID: =?utf-8?b?a?= <"))
    assert imap_door.poll_all() == 1 and server.left() == 0


@needs_dovecot
def test_a_password_and_a_folder_beyond_ascii_stop_no_other_mailbox(server, amina, settings):
    settings.IMAP_MAILBOXES = [server.url(password="l%C3%B6sen"), server.url("andra", folder="F%C3%B6rr")]
    settings.IMAP_MAILBOXES += [server.url("andra")]
    server.put(letter(amina).as_bytes(), "andra")
    assert imap_door.poll_all() == 1
    polls = {poll.name: poll for poll in MailboxPoll.objects.all()}
    assert polls["svar@127.0.0.1/INBOX"].error == polls["andra@127.0.0.1/Förr"].error == "refused"
    assert all(poll.tried_at for poll in polls.values())


@needs_dovecot
def test_a_poll_that_dies_after_the_commit_takes_the_mail_once(server, amina, monkeypatch):
    server.put(letter(amina).as_bytes())
    with monkeypatch.context() as dies:
        dies.setattr(imap_door, "_take_away", lambda *args: (_ for _ in ()).throw(SystemExit()))
        with pytest.raises(SystemExit):
            imap_door.poll_all()
    assert server.left() == 1 and InboundMail.objects.count() == 1
    imap_door.poll_all()
    assert server.left() == 0 and InboundMail.objects.count() == 1


@needs_dovecot
def test_a_read_mail_may_be_moved_instead(server, amina, settings):
    server.make_folder("Klart")
    settings.IMAP_MAILBOXES = [f"{server.url()}?move=Klart"]
    server.put(letter(amina).as_bytes())
    assert imap_door.poll_all() == 1
    assert (server.left(), server.left(folder="Klart")) == (0, 1)


@needs_dovecot
def test_of_a_mail_beyond_the_limit_only_the_head_is_fetched(server, amina, monkeypatch):
    monkeypatch.setattr(imap_door, "MAIL_MAX_BYTES", 5000)
    server.put(letter(amina, "rad\n" * 3000).as_bytes())
    imap_door.poll_all()
    email_in.work_due_inbound()
    row = InboundMail.objects.get()
    assert (row.state, row.reason) == (State.HANDLED, InboundMail.Reason.TOO_LARGE)


@needs_dovecot
def test_bad_mailboxes_are_noted_and_the_good_one_is_read(server, amina, settings):
    nobody = f"imap://svar:x@127.0.0.1:{daemons.free_port()}/INBOX"
    settings.IMAP_MAILBOXES = [server.url(password="fel"), nobody, server.url(folder="Finns-inte"), server.url("andra")]
    server.put(letter(amina).as_bytes(), "andra")
    assert imap_door.poll_all() == 1
    errors = dict(MailboxPoll.objects.values_list("name", "error"))
    assert errors["svar@127.0.0.1/Finns-inte"] == "refused" and errors["andra@127.0.0.1/INBOX"] == ""
    assert errors["svar@127.0.0.1/INBOX"] in ("login", "away")  # two with the same name


def test_a_server_that_never_answers_is_left_in_time(db, settings, monkeypatch):
    monkeypatch.setattr(imap_door, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.IMAP_MAILBOXES = [f"imap://svar:x@127.0.0.1:{silent.getsockname()[1]}/INBOX"]
        assert imap_door.poll_all() == 0
    assert MailboxPoll.objects.get().error == "away"


def test_what_is_no_imap_server_is_noted(db, settings):
    with socket.create_server(("127.0.0.1", 0)) as strange:

        def answer():
            with strange.accept()[0] as caller:
                caller.sendall(b"220 SMTP\r\n" * 3)

        answering = threading.Thread(target=answer)
        answering.start()
        settings.IMAP_MAILBOXES = [f"imap://svar:x@127.0.0.1:{strange.getsockname()[1]}/INBOX"]
        imap_door.poll_all()
        answering.join(5)
    assert MailboxPoll.objects.get().error in ("refused", "away")


def test_without_settings_nothing_is_polled_and_all_is_well(db, settings):
    assert imap_door.poll_all() == 0 and imap_door.all_answer() and not MailboxPoll.objects.exists()


def test_a_mailbox_that_was_not_read_for_five_minutes_is_not_well(db, settings):
    settings.IMAP_MAILBOXES = ["imaps://svar%40im.example:a%2Fb@imap.example/Svar?move=Klart"]
    (mailbox,) = imap_door.mailboxes()
    assert (mailbox.user, mailbox.password, mailbox.port, mailbox.folder) == ("svar@im.example", "a/b", 993, "Svar")
    assert "a/b" not in repr(mailbox) and mailbox.move_to == "Klart"
    assert health.state_of_everything()["mailboxes"] is False
    poll = MailboxPoll.objects.create(name=mailbox.name, worked_at=timezone.now() - timedelta(minutes=4))
    assert health.state_of_everything()["mailboxes"] is True
    MailboxPoll.objects.filter(pk=poll.pk).update(worked_at=timezone.now() - timedelta(minutes=6))
    assert health.state_of_everything()["mailboxes"] is False


@pytest.mark.parametrize("url", ["https://x@y", "imaps://", "imaps://host/INBOX"])
def test_a_setting_that_is_none_is_said_so(url, settings):
    settings.IMAP_MAILBOXES = [url]
    with pytest.raises(ValueError, match="IMAP_MAILBOXES"):
        imap_door.mailboxes()


@needs_dovecot
def test_mails_of_every_program_come_through_the_mailbox_whole(server, amina):
    """Odd ones too: whatever they hold, each is stored as it lay there, worked, and gone from the mailbox."""
    whole = [mail for mail in mail_oddities.mails() if b"\0" not in mail.raw]  # Dovecot stores NUL as another sign
    sent = {re.sub(rb"(?im)^message-id:.*\r?\n", b"", mail.raw) for mail in whole}
    with server.delivering() as put:
        for raw in sent:
            put(raw)
    while imap_door.poll_all():
        pass
    email_in.work_due_inbound()
    rows = InboundMail.objects.all()
    assert server.left() == 0 and {row.state for row in rows} <= set(State) - {State.QUEUED, State.FAILED}
    stored = {b"".join(inbound.raw_of(row).split()) for row in rows}
    assert {b"".join(raw.split()) for raw in sent} == stored and len(stored) >= 20
