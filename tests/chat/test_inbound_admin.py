"""The staff's pages for mail that came in: what is held back, all of a mail with a reason, the test of the way."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from chat import email_in, inbound, mail_desk, round_trip
from chat.models import BouncedAddress, InboundMail, MailboxPoll
from motesplats import outbox
from motesplats.models import AuditEntry, OutboxMail
from tests import make
from tests.chat.incoming import Door, Reason, State, come, letter, said_in
from tests.chat.test_bounces import bounce
from tests.motesplats.test_admin import log_in

pytestmark = pytest.mark.django_db
LIST = "/admin/chat/inboundmail/"


@pytest.fixture
def amina(db, settings):
    settings.REPLY_DOMAIN = "svar.example"
    make.office()
    return make.seeker_of(make.claimed())


@pytest.fixture
def disa(client):
    log_in(client, make.staff())
    return client


def test_the_list_says_why_and_shows_no_words(amina, disa):
    come(letter(amina, "Min hemlighet", sender="other@example.org"))
    page = disa.get(LIST).content.decode()
    assert "other@example.org" in page and "hålls kvar" in page and "Min hemlighet" not in page
    row = InboundMail.objects.get()
    assert "Min hemlighet" not in disa.get(f"{LIST}{row.pk}/change/").content.decode()


def test_all_of_a_mail_opens_with_a_reason_that_is_written_down(amina, disa):
    row = come(letter(amina, "Min hemlighet <script>", sender="other@example.org"))
    path = f"{LIST}{row.pk}/visa/"
    assert "hemlighet" not in disa.get(path).content.decode()
    assert "hemlighet" not in disa.post(path).content.decode()
    page = disa.post(path, {"reason": "deliver"}).content.decode()
    assert "Min hemlighet &lt;script&gt;" in page
    entry = AuditEntry.objects.get(action="inbound.opened")
    assert (entry.about_id, entry.data) == (row.public_id, {"reason": "deliver"})


def test_staff_deliver_answer_and_throw_away(amina, disa):
    rows = [come(letter(amina, text, sender="other@example.org")) for text in ("Ett", "Två", "Tre")]
    disa.post(f"{LIST}{rows[0].pk}/do/deliver/")
    disa.post(f"{LIST}{rows[1].pk}/svara/", {"text": "Hej! Skriv från din egen adress."})
    disa.post(f"{LIST}{rows[2].pk}/do/throw_away/")
    email_in.work_due_inbound()
    assert said_in(amina.conversation) == ["Ett"]
    states = list(InboundMail.objects.order_by("pk").values_list("state", flat=True))
    assert states == [State.POSTED, State.HANDLED, State.DROPPED]
    assert [(sent.to, sent.body) for sent in mail.outbox] == [
        (["other@example.org"], "Hej! Skriv från din egen adress.")
    ]
    assert disa.get(f"{LIST}{rows[1].pk}/svara/").status_code == 404


def test_the_way_round_is_tested_and_told_in_words(amina, disa, settings):
    disa.post(f"{LIST}prov/")
    sent = OutboxMail.objects.get(kind="round_trip")
    assert not any(step.is_well is False for step in round_trip.report())
    outbox.deliver(sent.pk)
    (message,) = mail.outbox
    row = come(message.message().as_bytes(), door=Door.IMAP)
    assert (row.state, row.reason) == (State.HANDLED, Reason.TEST)
    assert "kom tillbaka" in disa.get(f"{LIST}prov/").content.decode()
    settings.AUTHSERV_ID = "mx.im.example"
    assert [step.is_well for step in round_trip.report()][-1] is False


def test_an_answer_to_what_a_colleague_has_just_taken_care_of_stays_in_the_form(amina, disa, monkeypatch):
    row = come(letter(amina, sender="other@example.org"))
    monkeypatch.setattr(inbound, "answered", lambda *args, **more: (_ for _ in ()).throw(inbound.StateConflict()))
    page = disa.post(f"{LIST}{row.pk}/svara/", {"text": "Hej! Skriv igen."})
    assert page.status_code == 200 and "Hej! Skriv igen." in page.content.decode()
    assert "Det går inte att göra med det nu." in page.content.decode() and mail.outbox == []


def test_what_does_not_come_back_or_cannot_leave_is_said(amina, disa, settings):
    settings.IMAP_MAILBOXES = ["imaps://svar:hemligt@imap.example/INBOX"]
    MailboxPoll.objects.create(name="svar@imap.example/INBOX", error="login")
    round_trip.start(by=make.staff())
    later = timezone.now() - timedelta(minutes=30)
    OutboxMail.objects.filter(kind="round_trip").update(state=OutboxMail.State.SENT, sent_at=later)
    page = disa.get(f"{LIST}prov/").content.decode()
    assert "lösenordet" in page and "MX" in page and "hemligt" not in page
    settings.REPLY_DOMAIN = ""
    assert [step.is_well for step in round_trip.report()] == [False] and not round_trip.start(by=make.staff())


def test_a_test_mail_that_bounces_is_said_so_and_marks_no_address(amina, disa):
    round_trip.start(by=make.staff())
    sent = OutboxMail.objects.get(kind="round_trip")
    OutboxMail.objects.update(state=OutboxMail.State.SENT, sent_at=timezone.now())
    row = come(bounce(sent))
    assert (row.state, row.reason) == (State.HANDLED, Reason.BOUNCE)
    page = disa.get(f"{LIST}prov/").content.decode()
    assert "tog inte emot det" in page and "Det senaste provet" in page
    assert not BouncedAddress.objects.exists() and mail_desk.rows() == []


def test_a_test_mail_behind_others_that_cannot_leave_says_what_is_wrong(amina, disa):
    outbox.queue("round_trip", to_email="x@example.org", dedupe_key="x", nonce="x")
    OutboxMail.objects.update(last_error="ConnectionRefusedError")
    disa.post(f"{LIST}prov/")
    assert "svarar inte" in disa.get(f"{LIST}prov/").content.decode()


def test_a_test_mail_by_our_own_server_shows_the_door(amina, settings):
    round_trip.start(by=make.staff())
    outbox.deliver(OutboxMail.objects.get(kind="round_trip").pk)
    assert [step.is_well for step in round_trip.report()] == [None, None, True, None]
    come(mail.outbox[0].message().as_bytes())
    assert [step.is_well for step in round_trip.report()] == [True, None, True, True]


def test_staff_deliver_from_the_page_where_they_have_read_it(amina, disa):
    row = come(letter(amina, "Jag kan på fredag.", sender="other@example.org"))
    page = disa.post(f"{LIST}{row.pk}/visa/", {"reason": "deliver"}).content.decode()
    assert f'formaction="{LIST}{row.pk}/do/deliver/"' in page and f'href="{LIST}{row.pk}/svara/"' in page
    question = f"/admin/seekers/helprequest/{amina.conversation.request_id}/change/"
    assert f'href="{question}"' in disa.get(f"{LIST}{row.pk}/change/").content.decode()


def test_staff_let_mail_go_to_an_address_again(amina, disa):
    row = BouncedAddress.objects.create(address=amina.user.email, user=amina.user, status="5.1.1")
    assert (
        "Brevlådan finns inte. (5.1.1)"
        in disa.get("/admin/chat/bouncedaddress/?handled_at__isempty=1").content.decode()
    )
    path = f"/admin/chat/bouncedaddress/{row.pk}/"
    assert "Skicka mejl till adressen igen" in disa.get(f"{path}change/").content.decode()
    disa.post(f"{path}do/handle/")
    assert mail_desk.rows() == [] and BouncedAddress.objects.exists()
    disa.post(f"{path}do/clear/")
    assert not BouncedAddress.objects.exists()


def test_the_start_page_names_what_waits(amina):
    assert mail_desk.rows() == []
    come(letter(amina, to="svar@svar.example", sender="stranger@example.org"))
    assert mail_desk.rows() == []  # to no chat, from nobody: in the list only
    come(letter(amina, sender="other@example.org"))
    BouncedAddress.objects.create(address=amina.user.email, user=amina.user)
    held, bounced = mail_desk.rows()
    assert "state__exact=quarantined" in held.url and bounced.detail == str(amina.user)
    InboundMail.objects.create(door="pipe", sha256="x", received_at=timezone.now() - inbound.LATE * 2)
    assert len(mail_desk.rows()) == 3
