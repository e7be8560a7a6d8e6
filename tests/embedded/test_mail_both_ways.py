"""A chat that goes on by mail alone: the running house, a real mail server on loopback, and answers as Gmail sends them."""

import subprocess
import sys
from email.message import EmailMessage
from email.utils import make_msgid

import pytest

from motesplats.daemons import wait_until
from motesplats.processes import ROOT
from tests.e2e.shell import Shell
from tests.embedded.serving import Serve
from tests.motesplats.mailhouse import Mailhouse

pytestmark = [pytest.mark.story, pytest.mark.timeout(300), pytest.mark.xdist_group("serve")]

AMINA, BJORN = "amina@gmail.example", "bjorn@mail.example"
BEGIN = """
from chat import presence, reply_address
from motesplats import mail_choice
from tests import make
make.office()
amina = make.user("Amina", email="amina@gmail.example")
bjorn = make.volunteer("Björn", user=make.user("Björn", email="bjorn@mail.example"))
chat = make.claimed(bjorn, owner=amina)
asks, helps = make.seeker_of(chat), make.helper_of(chat)
mail_choice.choose(amina, pace="digest", has_text=True)
for seat in (asks, helps):
    presence.read_up_to(seat.pk, chat.last_seq)
make.message(helps, "Hej Amina! Hur länge var du kock?")
print(chat.request.public_id, reply_address.address_of(helps))
"""
CHOOSES = """
from motesplats import mail_choice
from motesplats.models import User
mail_choice.choose(User.objects.get(display_name="Björn"), pace="at_once", has_text=True)
"""
AGAIN = """
from chat import email_in
email_in.work_inbound(email_in.receive({raw!r}, door="imap").pk)
"""
HELD = """
from chat.models import InboundMail
print(list(InboundMail.objects.exclude(state="posted").values_list("state", "reason")))
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
        CLOCK_MAIL_AT_ONCE_SECONDS="0",
    ) as running:
        yield running


def text_of(mail) -> str:
    return mail.get_body(("plain",)).get_content()


def answer(mail, words: str, *, to: str = "") -> bytes:
    """What Gmail sends when somebody presses answer under `mail` and writes `words`. to: instead of its Reply-To."""
    given, to = EmailMessage(), to or mail["Reply-To"]
    given["From"], given["To"], given["Subject"] = mail["To"], to, f"Sv: {mail['Subject']}"
    given["Message-ID"] = make_msgid(domain="mail.gmail.com")
    given["In-Reply-To"] = mail["Message-ID"]
    given["References"] = " ".join(filter(None, [mail["References"], mail["Message-ID"]]))
    ours = text_of(mail)
    head = f"Den lör 28 nov. 2026 kl 21:40 skrev Mötesplats <\n{to}>:"
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


def stands_in_one_thread(first, second) -> str:
    """Two mails that every program shows as one conversation. -> its root."""
    assert first["References"] == second["References"] == second["In-Reply-To"]
    assert (first["Subject"], first["From"]) == (second["Subject"], second["From"])
    assert first["Message-ID"] != second["Message-ID"]
    return first["References"]


def test_both_answer_by_mail_in_one_thread_and_each_word_lands_once(serve, sink):
    shell = Shell(serve.environment)

    def arrived(to: str, words: str) -> list:
        return [m for m in sink.taken if m["To"] == to and words in text_of(m)]

    def mail(to: str, words: str):
        def look() -> bool:
            shell.run(SWEEP)  # the house's own beat does the same, only later
            return bool(arrived(to, words))

        wait_until(look, what=f"a mail to {to}", seconds=60)
        return arrived(to, words)[0]

    def comes_twice(raw: bytes) -> None:
        deliver(serve, raw)
        shell.run(AGAIN.format(raw=raw))  # by another door

    public_id, bjorns = shell.run(BEGIN).split()[-2:]
    first = mail(AMINA, "Hur länge var du kock?")
    comes_twice(answer(first, "Jag var kock i fem år."))

    # He has not chosen the text: none comes, and his answer is refused, kindly.
    told = mail(BJORN, "Personen som du hjälper har skrivit 1 nytt meddelande.")
    assert told["Reply-To"] is None and "kock" not in text_of(told)
    shell.run(AGAIN.format(raw=answer(told, "Bra! Det är länge.", to=bjorns)))
    refused = mail(BJORN, "Du har inte valt mejl med texten")
    assert refused["Auto-Submitted"] == "auto-replied" and "/konto/mejl/" in text_of(refused)

    shell.run(CHOOSES)
    shell.run(AGAIN.format(raw=answer(first, "Det var i Damaskus.")))
    told = mail(BJORN, "Det var i Damaskus.")
    assert told["Reply-To"] == bjorns
    comes_twice(answer(told, "Bra! Skriv det i ditt CV."))
    second = mail(AMINA, "Bra! Skriv det i ditt CV.")
    shell.run(SWEEP)

    said, held = shell.run(SAID).strip(), shell.run(HELD).strip()
    shell.close()
    assert said.split("|") == [
        "Hej Amina! Hur länge var du kock?",
        "Jag var kock i fem år.",
        "Det var i Damaskus.",
        "Bra! Skriv det i ditt CV.",
    ]
    assert held == "[('quarantined', 'not_chosen')]"
    assert told["References"] == stands_in_one_thread(first, second) == f"<chat.{public_id}@localhost>"
    assert "> Det var i Damaskus." in text_of(second) and "Hur länge var du kock?" not in text_of(second)
    hers = [m["Subject"] for m in sink.taken if m["To"] == AMINA and m["References"]]
    assert hers == ["Någon har tagit din fråga", first["Subject"], second["Subject"]]
