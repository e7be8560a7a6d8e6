"""The door for our own mail server: the mail on standard input, an exit code that Postfix understands."""

import io
import os

import pytest
from django.core.management import call_command
from django.db import OperationalError

from chat import email_in
from chat.models import InboundMail
from tests import make
from tests.chat.incoming import Door, State, letter, said_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina(db, settings):
    settings.REPLY_DOMAIN = "svar.example"
    make.office()
    return make.seeker_of(make.claimed())


def pipe(monkeypatch, raw: bytes, *arguments) -> int:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
    try:
        call_command("receive_mail", *arguments)
    except SystemExit as end:
        return end.code
    return 0


def test_a_mail_is_stored_once_and_then_posted(amina, monkeypatch):
    raw = letter(amina).as_bytes()
    assert [pipe(monkeypatch, raw) for _ in range(3)] == [0, 0, 0]
    row = InboundMail.objects.get()
    assert (row.state, row.door, said_in(amina.conversation)) == (State.QUEUED, Door.PIPE, [])
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Tack, det blir bra."]


def test_the_recipient_that_postfix_names_counts(amina, monkeypatch):
    message = letter(amina)
    address = message["To"]
    message.replace_header("To", "undisclosed-recipients:;")
    assert pipe(monkeypatch, message.as_bytes(), address) == 0
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Tack, det blir bra."]


def test_nothing_on_standard_input_is_said_so(amina, monkeypatch):
    assert pipe(monkeypatch, b"\n") == os.EX_DATAERR and not InboundMail.objects.exists()


@pytest.mark.parametrize("problem", [OperationalError("secret"), ValueError("secret"), MemoryError("secret")])
def test_whatever_fails_postfix_tries_again_later(amina, monkeypatch, capsys, problem):
    monkeypatch.setattr(InboundMail.objects, "bulk_create", lambda *args, **more: (_ for _ in ()).throw(problem))
    assert pipe(monkeypatch, letter(amina).as_bytes()) == os.EX_TEMPFAIL
    said = capsys.readouterr().err
    assert type(problem).__name__ in said and "secret" not in said
