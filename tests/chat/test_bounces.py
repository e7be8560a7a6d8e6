"""Mails of ours that came back: which address is marked, who hears of it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from chat import bounces, conversations, links
from chat.models import BouncedAddress, Participant
from motesplats import accounts, codes, outbox, reach
from motesplats.models import AuditEntry, OutboxMail
from seekers.models import HelpRequest
from tests import make
from tests.chat.incoming import Reason, State, come, letter, outcome, talk
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def is_on(settings):
    settings.REPLY_DOMAIN = "svar.example"


@pytest.fixture
def amina(db) -> Participant:
    return talk()


BOUNCE = """From: MAILER-DAEMON@mx.example
To: svar@testserver
Subject: Undelivered Mail
Message-ID: <bounce{number}@mx.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: {about}

--b--
"""


def bounce(sent: OutboxMail, status: str = "5.1.1", *, number: int = 1, about: str = "") -> bytes:
    address, about = sent.to_email or sent.to_user.email, about or sent.message_id
    return BOUNCE.format(number=number, address=address, status=status, about=about).encode()


def lines_of(participant) -> list[str]:
    person = make.person_of(participant)
    return [shown.code for shown in conversations.messages_for(person) if "bounced" in shown.code]


def test_a_hard_bounce_marks_the_address_and_tells_the_other_side_once(amina):
    sent = outbox.queue("unread", to=amina.user, dedupe_key="u", request="", participant=amina.pk)
    for number in range(2):
        assert outcome(come(bounce(sent, number=number))) == (State.HANDLED, Reason.BOUNCED)
    assert BouncedAddress.objects.get().address == amina.user.email
    assert lines_of(make.helper_of(amina.conversation)) == ["mail_bounced"]
    come(letter(amina))  # the address lives after all
    assert not BouncedAddress.objects.exists()


def test_a_helpers_bounce_is_told_as_the_helpers(amina):
    helper = make.helper_of(amina.conversation)
    sent = outbox.queue("unread", to=helper.user, dedupe_key="u", request="", participant=helper.pk)
    come(bounce(sent))
    assert lines_of(amina) == ["helper_mail_bounced"]


def test_a_soft_or_forged_bounce_marks_nobody(amina):
    sent = outbox.queue("unread", to=amina.user, dedupe_key="u", request="", participant=amina.pk)
    assert outcome(come(bounce(sent, "5.2.2"))) == (State.DROPPED, Reason.BOUNCE)
    assert outcome(come(bounce(sent, about="<guessed@testserver>", number=2))) == (State.DROPPED, Reason.BOUNCE)
    assert not BouncedAddress.objects.exists() and lines_of(amina) == []


def test_a_bounce_of_the_old_address_does_not_mark_the_new_one(amina):
    sent = outbox.queue("unread", to=amina.user, dedupe_key="u", request="", participant=amina.pk)
    accounts.prove_address(amina.user, "ny@example.org")
    sent.to_user.refresh_from_db()
    assert outcome(come(bounce(sent))) == (State.DROPPED, Reason.BOUNCE)
    assert not BouncedAddress.objects.exists() and lines_of(make.helper_of(amina.conversation)) == []
    later = outbox.queue("unread", to=amina.user, dedupe_key="v", request="", participant=amina.pk)
    later.to_user.refresh_from_db()
    come(bounce(later, number=2))
    assert BouncedAddress.objects.get().address == "ny@example.org"


def code_to(address: str) -> OutboxMail:
    outbox.StoringEmailBackend().send_messages([mail.EmailMessage("Din kod", "123456", to=[address])])
    return OutboxMail.objects.get(kind=outbox.STORED)


def test_a_code_that_comes_back_marks_whose_address_it_is_and_nobody_when_it_was_mistyped(amina):
    sent = code_to(amina.user.email)
    report = BOUNCE.format(number=1, address=amina.user.email, status="5.1.1", about=sent.message_id)
    assert outcome(come(report.encode())) == (State.HANDLED, Reason.BOUNCED)
    assert BouncedAddress.objects.get().user == amina.user
    BouncedAddress.objects.all().delete(), OutboxMail.objects.all().delete()
    sent = code_to("amnia@example.org")
    report = BOUNCE.format(number=2, address="amnia@example.org", status="5.1.1", about=sent.message_id)
    assert outcome(come(report.encode())) == (State.DROPPED, Reason.BOUNCE)
    assert not BouncedAddress.objects.exists()


def test_an_address_of_no_account_is_tried_again_after_a_month(amina):
    for days, person in ((31, None), (29, None), (31, amina.user)):
        at = timezone.now() - timedelta(days=days)
        BouncedAddress.objects.create(address=f"{days}.{bool(person)}@example.org", user=person, at=at)
    for _again in range(2):
        bounces.forget_old()
        assert set(BouncedAddress.objects.values_list("address", flat=True)) == {
            "29.False@example.org",
            "31.True@example.org",
        }


# --- nothing more goes there -----------------------------------------------------------------------------------------


@pytest.fixture
def silent(amina) -> Participant:
    """Amina, whose address takes no mail any more."""
    sent = outbox.queue("unread", to=amina.user, dedupe_key="u", request="", participant=amina.pk)
    come(bounce(sent))
    OutboxMail.objects.all().delete()
    return amina


def queued(person, *, key: str = "r") -> OutboxMail:
    return outbox.queue("receipt", to=person, dedupe_key=key, request=HelpRequest.objects.get(owner=person).public_id)


def delivered(row: OutboxMail) -> tuple[str, str]:
    outbox.deliver(row.pk)
    row.refresh_from_db()
    return row.state, row.last_error


def test_mail_to_a_silent_address_is_kept_back_with_a_reason_and_codes_leave(silent, client):
    helper = make.helper_of(silent.conversation)
    assert delivered(queued(silent.user)) == (OutboxMail.State.UNWANTED, reach.SILENT)
    to_others = outbox.queue("unread", to=helper.user, dedupe_key="b", request="", participant=helper.pk)
    make.message(silent, "Hej!")
    assert delivered(to_others) == (OutboxMail.State.SENT, "")
    assert codes.send(client.session, "presence", silent.user.email, language="sv")
    outbox.deliver_due()
    assert [sent.to for sent in mail.outbox] == [[helper.user.email], [silent.user.email]]


def proved_by_login(person, client) -> None:
    client.post("/konto/logga-in/", {"email": person.email})
    outbox.deliver_due()
    (code,) = re.findall(r"^([0-9]{6})$", mail.outbox[-1].body, re.MULTILINE)
    assert client.post("/konto/kod/", {"code": code}).status_code == 302


def proved_anew(person, client) -> None:
    accounts.prove_address(person, "ny@example.org")


def proved_by_mail(person, client) -> None:
    come(letter(Participant.objects.get(user=person)))


def cleared_by_staff(person, client) -> None:
    assert bounces.clear(BouncedAddress.objects.get(), by=make.staff())


@pytest.mark.parametrize("how", [proved_by_login, proved_anew, proved_by_mail, cleared_by_staff])
def test_once_the_address_lives_what_was_kept_back_leaves_once(silent, client, how):
    row = queued(silent.user)
    assert delivered(row)[0] == OutboxMail.State.UNWANTED
    outbox.deliver_due()
    assert mail.outbox == []
    how(silent.user, client)
    mail.outbox.clear()
    outbox.deliver_due(), outbox.deliver_due()
    silent.user.refresh_from_db()
    assert [sent.to for sent in mail.outbox if "Var det inte du?" not in sent.body] == [[silent.user.email]]
    assert delivered(row) == (OutboxMail.State.SENT, "")


def test_what_is_no_longer_wanted_does_not_leave_late(silent):
    row = queued(silent.user)
    delivered(row)
    HelpRequest.objects.update(state=HelpRequest.State.CLOSED, ended_at=timezone.now())
    bounces.clear(BouncedAddress.objects.get(), by=make.staff())
    outbox.deliver_due()
    row.refresh_from_db()
    assert (row.state, row.last_error) == (OutboxMail.State.UNWANTED, "") and mail.outbox == []


def test_staff_who_found_another_way_do_not_open_the_address(silent):
    row, disa = BouncedAddress.objects.get(), make.staff()
    assert bounces.handle(row, by=disa) and not bounces.handle(row, by=disa)
    assert delivered(queued(silent.user)) == (OutboxMail.State.UNWANTED, reach.SILENT)
    assert bounces.clear(row, by=disa) and not bounces.clear(row, by=disa)


@pytest.mark.django_db(transaction=True)
def test_two_staff_at_once_open_the_address_once(silent):
    row, disa = BouncedAddress.objects.get(), make.staff()
    delivered(queued(silent.user))
    assert sorted(at_once(*[lambda: bounces.clear(row, by=disa)] * 2)) == [False, True]
    outbox.deliver_due(), outbox.deliver_due()
    assert [sent.to for sent in mail.outbox] == [[silent.user.email]]
    assert AuditEntry.objects.filter(action="address.cleared", actor_id=disa.pk).count() == 1


SAID = "Vi kan inte skicka mejl till den här adressen. Skriv en annan."


def test_the_person_sees_it_in_the_chat_and_on_the_account_page_and_nobody_else_does(silent, client):
    chat, helper = links.chat_path(silent.conversation.request), make.helper_of(silent.conversation)
    client.force_login(helper.user)
    assert SAID not in client.get(chat).content.decode() and SAID not in client.get("/konto/").content.decode()
    client.force_login(silent.user)
    assert SAID in client.get(chat).content.decode() and SAID in client.get("/konto/").content.decode()
    bounces.clear(BouncedAddress.objects.get(), by=make.staff())
    assert SAID not in client.get(chat).content.decode() and SAID not in client.get("/konto/").content.decode()


def test_who_gets_no_codes_there_writes_another_address_without_one(silent, client, clock):
    """The fresh login that is asked for otherwise needs a code to the address that takes none."""
    client.force_login(silent.user)
    clock(timedelta(minutes=20))
    assert "i morgon" in client.get("/konto/adress/", follow=True).content.decode()
    BouncedAddress.objects.update(at=timezone.now() - timedelta(hours=25))
    assert client.get("/konto/adress/").status_code == 200
    bounces.clear(BouncedAddress.objects.get(), by=make.staff())
    assert client.get("/konto/adress/").status_code == 302


def test_the_old_address_hears_of_a_move_also_when_it_is_silent(silent):
    """What was said to be silent may be read by the person, and the move be a thief's."""
    old = silent.user.email
    accounts.prove_address(silent.user, "ny@example.org")
    outbox.deliver_due()
    assert [sent.to for sent in mail.outbox if "Var det inte du?" in sent.body] == [[old]]


def test_a_mail_passed_on_long_ago_gives_nobody_the_power_to_silence(amina):
    sent = outbox.queue("unread", to=amina.user, dedupe_key="u", request="", participant=amina.pk)
    OutboxMail.objects.update(sent_at=timezone.now() - timedelta(days=8))
    assert outcome(come(bounce(sent))) == (State.DROPPED, Reason.BOUNCE)
    OutboxMail.objects.update(sent_at=timezone.now() - timedelta(days=6))
    assert outcome(come(bounce(sent, number=2))) == (State.HANDLED, Reason.BOUNCED)
