"""A chat that goes on by mail alone: the running house, a real mail server on loopback, and answers as Gmail sends them."""

import subprocess
import sys
from email.message import EmailMessage

import pytest

from motesplats.daemons import wait_until
from motesplats.processes import ROOT
from tests.e2e.shell import Shell
from tests.embedded.serving import Serve
from tests.motesplats.mailhouse import Mailhouse

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(300), pytest.mark.xdist_group("serve")]

BEGIN = """
from chat import presence
from motesplats import mail_choice
from tests import make
make.office()
amina = make.user("Amina", email="amina@gmail.example")
bjorn = make.volunteer("Björn", user=make.user("Björn", email="bjorn@mail.example"))
chat = make.claimed(bjorn, owner=amina)
for seat in (make.seeker_of(chat), make.helper_of(chat)):
    mail_choice.choose(seat.user, pace="digest", has_text=True)
    presence.read_up_to(seat.pk, chat.last_seq)
make.message(make.helper_of(chat), "Hej Amina! Hur länge var du kock?")
print(chat.request.public_id)
"""
SWEEP = "from django.core.management import call_command; call_command('sweep')"
SAID = """
from chat.models import Message
print("|".join(Message.objects.filter(kind="text").order_by("seq").values_list("body", flat=True)))
"""


@pytest.fixture
def sink():
    house = Mailhouse().open()
    yield house
    house.close()


@pytest.fixture
def serve(tmp_path, sink):
    with Serve(
        tmp_path,
        DELIVERY_EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=str(sink.port),
        REPLY_DOMAIN="svar.example",
        CLOCK_DIGEST_SECONDS="0",
    ) as running:
        yield running


def answer(mail, words: str) -> bytes:
    """What Gmail sends when somebody presses answer under `mail` and writes `words`."""
    given = EmailMessage()
    given["From"], given["To"], given["Subject"] = mail["To"], mail["Reply-To"], f"Sv: {mail['Subject']}"
    given["Message-ID"] = f"<CA{mail['Message-ID'].strip('<>').split('@')[0]}@mail.gmail.com>"
    given["In-Reply-To"] = mail["Message-ID"]
    given["References"] = f"{mail['References']} {mail['Message-ID']}"
    ours = mail.get_body(("plain",)).get_content()
    head = f"Den lör 28 nov. 2026 kl 21:40 skrev Mötesplats <\n{mail['Reply-To']}>:"
    given.set_content(f"{words}\n\n{head}\n\n" + "".join(f"> {line}\n" for line in ours.splitlines()))
    quote = (
        f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{head}<br></div><blockquote>{ours}</blockquote>'
    )
    given.add_alternative(f'<div dir="ltr">{words}</div><br>{quote}</div>', subtype="html")
    return given.as_bytes()


def deliver(serve, raw: bytes) -> None:
    """As Postfix hands a mail over."""
    command = [sys.executable, "manage.py", "receive_mail"]
    subprocess.run(command, cwd=ROOT, env=serve.environment, input=raw, check=True, capture_output=True)


def test_both_answer_by_mail_in_one_thread_and_each_word_lands_once(serve, sink):
    shell = Shell(serve.environment)

    def arrived(to: str, words: str) -> list:
        return [m for m in sink.taken if m["To"] == to and words in m.get_body(("plain",)).get_content()]

    def mail(to: str, words: str):
        def look() -> bool:
            shell.run(SWEEP)  # the house's own beat does the same, only later
            return bool(arrived(to, words))

        wait_until(look, what=f"a mail to {to}", seconds=60)
        return arrived(to, words)[0]

    public_id = shell.run(BEGIN).strip().splitlines()[-1]
    first = mail("amina@gmail.example", "Hur länge var du kock?")
    for _ in range(2):  # her mail server delivers twice
        deliver(serve, answer(first, "Jag var kock i fem år."))
    told = mail("bjorn@mail.example", "Jag var kock i fem år.")
    deliver(serve, answer(told, "Bra! Skriv det i ditt CV."))
    second = mail("amina@gmail.example", "Bra! Skriv det i ditt CV.")
    shell.run(SWEEP)

    said = shell.run(SAID).strip()
    shell.close()
    assert said.split("|") == [
        "Hej Amina! Hur länge var du kock?",
        "Jag var kock i fem år.",
        "Bra! Skriv det i ditt CV.",
    ]
    assert first["References"] == second["References"] == second["In-Reply-To"] == f"<chat.{public_id}@localhost>"
    assert (first["Subject"], first["From"]) == (second["Subject"], second["From"])
    assert first["Message-ID"] != second["Message-ID"]
    assert "> Jag var kock i fem år." in second.get_body(("plain",)).get_content()
    assert "Hur länge var du kock?" not in second.get_body(("plain",)).get_content()
    hers = [m["Subject"] for m in sink.taken if m["To"] == "amina@gmail.example" and m["References"]]
    assert hers == ["Någon har tagit din fråga", first["Subject"], second["Subject"]]
