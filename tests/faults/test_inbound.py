"""A worker is killed (kill -9) at each step between a mail's row and its message: posted once, whatever the step."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from django.conf import settings as django_settings
from django.utils import timezone

from chat import email_in
from chat.models import InboundMail
from motesplats.daemons import die_with_parent
from tests import make
from tests.chat.incoming import Door, State, letter, said_in
from tests.faults.test_mail import _test_database_url

pytestmark = [
    pytest.mark.fault,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("on_postgres"),
    pytest.mark.xdist_group("mail"),
]
WORKERS = """
import os, signal, sys, django
django.setup()
from chat import email_in, inbound
for step in map(str.strip, sys.stdin):
    child = os.fork()  # each a process of its own, with its own connection, without starting Django anew
    if not child:
        if step != "-":
            module, _dot, name = step.rpartition(".")
            setattr(sys.modules[module], name, lambda *args, **more: os.kill(os.getpid(), signal.SIGKILL))
        email_in.work_due_inbound()
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


@contextmanager
def workers():
    """work(step): a worker process does one round, and dies at `step`. -> how it ended."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "motesplats.settings.dev",
        "SECRET_KEY": django_settings.SECRET_KEY,
        "DATABASE_URL": _test_database_url(),
        "REPLY_DOMAIN": "svar.example",
        "DEMO": "0",
    }
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-c", WORKERS]
    with subprocess.Popen(command, env=environment, preexec_fn=die_with_parent, **pipes) as process:

        def work(dies_at: str = "-") -> int:
            process.stdin.write(f"{dies_at}\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield work
        process.stdin.close()


def test_killed_at_each_step_it_is_posted_once(transactional_db, settings, figures):
    settings.REPLY_DOMAIN = "svar.example"
    make.office()
    amina = make.seeker_of(make.claimed())
    with workers() as work:
        for number, step in enumerate(STEPS):
            row = email_in.receive(letter(amina, f"Svar {number}").as_bytes(), door=Door.PIPE)
            assert work(step) == -signal.SIGKILL
            row.refresh_from_db()
            assert row.state == State.QUEUED
            InboundMail.objects.filter(pk=row.pk).update(due_at=timezone.now())  # the dead one's lease ends
            assert work() == 0
    assert said_in(amina.conversation) == [f"Svar {number}" for number, _step in enumerate(STEPS)]
    assert set(InboundMail.objects.values_list("state", flat=True)) == {State.POSTED}
    figures(f"incoming mails: {len(STEPS)} workers killed between row and message, lost 0, doubled 0")
