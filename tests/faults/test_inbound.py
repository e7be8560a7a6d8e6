"""Whatever is killed (kill -9) while a mail comes in, a door or a worker, and at whatever step: posted once."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from chat import email_in
from chat.models import InboundMail
from motesplats.daemons import die_with_parent
from motesplats.processes import ROOT
from tests import make
from tests.chat.dovecot import BINARY, Dovecot
from tests.chat.incoming import Door, State, letter, said_in
from tests.chat.test_mail_hooks import postmark
from tests.faults.test_mail import _test_database_url

pytestmark = [
    pytest.mark.fault,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("on_postgres"),
    pytest.mark.xdist_group("mail"),
]
FORKS = """
import os, signal, sys, django
django.setup()
from pathlib import Path
from types import SimpleNamespace
from django.core.management import call_command
from django.test import Client
from chat import email_in, imap_door, inbound

def work():
    email_in.work_due_inbound()

def pipe():
    sys.stdin = SimpleNamespace(buffer=Path("mail").open("rb"))
    call_command("receive_mail")

def imap():
    imap_door.poll_all()

def hook():
    said = {"Authorization": "Basic aW06aGVtbGlndA=="}
    sent = Path("postmark").read_bytes()
    client = Client(SERVER_NAME="localhost", headers=said)
    assert client.post("/krok/mejl/postmark/", sent, "application/json").status_code == 200

for line in sys.stdin:
    does, step = line.split()
    child = os.fork()  # each a process of its own, with its own connection, without starting Django anew
    if not child:
        module, _dot, name = step.rpartition(".")
        if module:
            setattr(sys.modules[module], name, lambda *args, **more: os.kill(os.getpid(), signal.SIGKILL))
        globals()[does]()
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
STEPS = [
    "chat.email_in.judge",  # taken, nothing done
    "chat.conversations.store_message",  # inside the transaction of the words
    "chat.inbound.note",  # written, not committed
    "chat.mail_files.bring",  # the words are committed
    "chat.inbound.end",  # all is done but the mark
]


AT_A_DOOR = [
    "chat.inbound._same_as",  # the row is written, not committed
    "motesplats.dispatch.hand_over",  # committed; whoever brings the mail has not heard so
]


@contextmanager
def forks(folder: Path, **settings: str):
    """do(what, dies_at): a process does `what` of FORKS, and dies at that step. -> how it ended."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "motesplats.settings.dev",
        "SECRET_KEY": django_settings.SECRET_KEY,
        "DATABASE_URL": _test_database_url(),
        "REPLY_DOMAIN": "svar.example",
        "DEMO": "0",
        "PYTHONPATH": str(ROOT),
        **settings,
    }
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-c", FORKS]
    with subprocess.Popen(command, env=environment, cwd=folder, preexec_fn=die_with_parent, **pipes) as process:

        def do(what: str, dies_at: str = "-") -> int:
            process.stdin.write(f"{what} {dies_at}\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield do
        process.stdin.close()


def test_killed_at_each_step_it_is_posted_once(transactional_db, settings, tmp_path, figures):
    settings.REPLY_DOMAIN = "svar.example"
    make.office()
    amina = make.seeker_of(make.claimed())
    with forks(tmp_path) as do:
        for number, step in enumerate(STEPS):
            row = email_in.receive(letter(amina, f"Svar {number}").as_bytes(), door=Door.PIPE)
            assert do("work", step) == -signal.SIGKILL
            row.refresh_from_db()
            assert row.state == State.QUEUED
            InboundMail.objects.filter(pk=row.pk).update(due_at=timezone.now())  # the dead one's lease ends
            assert do("work") == 0
    assert said_in(amina.conversation) == [f"Svar {number}" for number, _step in enumerate(STEPS)]
    assert set(InboundMail.objects.values_list("state", flat=True)) == {State.POSTED}
    figures(f"incoming mails: {len(STEPS)} workers killed between row and message, lost 0, doubled 0")


@pytest.mark.skipif(BINARY is None, reason="needs dovecot (Debian: dovecot-imapd)")
def test_brought_three_times_by_each_door_that_dies_twice_before_it_is_posted_once(transactional_db, settings, figures):
    settings.REPLY_DOMAIN = "svar.example"
    make.office()
    amina, died = make.seeker_of(make.claimed()), 0
    with tempfile.TemporaryDirectory(prefix="dovecot") as folder:  # pytest's are closed to Dovecot's other users
        server = Dovecot(Path(folder))
        server.start()
        with forks(Path(folder), IMAP_MAILBOXES=server.url(), ANYMAIL_WEBHOOK_SECRET="im:hemligt") as do:
            for door in ("pipe", "imap", "hook"):
                raw = letter(amina, f"Svar genom {door}").as_bytes()
                (Path(folder) / "mail").write_bytes(raw)
                (Path(folder) / "postmark").write_text(json.dumps({**postmark(amina), "RawEmail": raw.decode()}))
                for _ in range(3 if door == "imap" else 0):
                    server.put(raw)
                for step in AT_A_DOOR:
                    died += do(door, step) == -signal.SIGKILL
                assert InboundMail.objects.filter(door=door).count() == 1
                assert [do(door) for _ in range(3)] == [0, 0, 0]
        assert (died, server.left()) == (6, 0)
        server.stop()
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Svar genom pipe", "Svar genom imap", "Svar genom hook"]
    figures(f"incoming mails: brought 3 times by 3 doors that were killed {died} times, lost 0, doubled 0")
