"""Every page of the chat: who may, who may not, and the whole journey by plain forms."""

import re
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat import conversations, matching
from chat.models import Message, Participant
from motesplats.models import AuditEntry, OutboxMail, Report
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import logged_in, with_grant
from tests.motesplats.door import give_app, log_in_staff

pytestmark = pytest.mark.django_db
State = HelpRequest.State
# session, account, participant, presence; messages, read mark, people; the volunteer's UPDATE of heartbeat; the menu
QUERIES_OF_CHAT = {"seeker": 8, "volunteer": 9, "grant": 6}


@pytest.fixture(autouse=True)
def house():
    cache.clear()
    return make.office()


@pytest.fixture
def chat(house):
    return make.claimed(make.volunteer(on_duty=True))


@pytest.fixture
def url(chat):
    return f"/chatt/{chat.request.public_id}/"


@pytest.fixture
def amina(chat):
    return logged_in(make.seeker_of(chat).user)


@pytest.fixture
def bjorn(chat):
    return logged_in(make.helper_of(chat).user)


def request_of(chat) -> HelpRequest:
    return HelpRequest.objects.get(pk=chat.request_id)


def texts(chat) -> list[str]:
    return list(Message.objects.filter(conversation=chat, kind="text").order_by("seq").values_list("body", flat=True))


def html(response) -> str:
    return response.content.decode()


def hidden_id(page: str) -> str:
    return re.search(r'name="client_id" value="([^"]+)"', page)[1]


# --- who may ---------------------------------------------------------------------------------------------------------

GETS = ["", "lage/", "utskrift/", "avsluta/", "fel/"]
POSTS = ["skriv/", "forstar-inte/1/", "avsluta/", "byt/", "fel/", "oppna/", "borta/", "lamna/", "adress/", "kod/"]


@pytest.mark.parametrize("path", GETS)
def test_pages_open_for_the_two_in_the_chat_and_for_nobody_else(chat, url, amina, bjorn, path):
    for client in (amina, bjorn, with_grant(make.seeker_of(chat))):
        assert client.get(url + path).status_code == 200
    cecilia, stranger = make.volunteer("Cecilia", on_duty=True), make.seeker_of(make.conversation())
    for client in (Client(), logged_in(cecilia.user), logged_in(stranger.user), with_grant(stranger)):
        assert client.get(url + path).status_code == 404
    assert amina.get(f"/chatt/nothing-here/{path}").status_code == 404


@pytest.mark.parametrize("path", POSTS)
def test_strangers_change_nothing(chat, url, path):
    before = (request_of(chat).state, Message.objects.count(), AuditEntry.objects.count())
    for client in (
        Client(),
        logged_in(make.volunteer("Cecilia", on_duty=True).user),
        with_grant(make.seeker_of(make.conversation())),
    ):
        before = (request_of(chat).state, Message.objects.count(), AuditEntry.objects.count())
        assert (
            client.post(
                url + path, {"body": "Hej", "email": "x@example.org", "code": "123456", "kind": "short"}
            ).status_code
            == 404
        )
        assert (request_of(chat).state, Message.objects.count(), AuditEntry.objects.count()) == before


@pytest.mark.parametrize("path", ["byt/", "adress/", "kod/"])
def test_some_pages_are_only_for_who_asked(chat, url, amina, bjorn, path):
    assert bjorn.post(url + path).status_code == 404
    assert amina.post(url + path).status_code in (302, 400)
    assert (bjorn.get(f"{url}spara/").status_code, amina.get(f"{url}spara/").status_code) == (404, 200)


@pytest.mark.parametrize("path", ["borta/", "lamna/"])
def test_some_only_for_who_helps(url, amina, bjorn, path):
    assert amina.post(url + path).status_code == 404
    assert bjorn.post(url + path, {"kind": "short"}).status_code == 302


@pytest.mark.parametrize("path", ["skriv/", "forstar-inte/1/", "oppna/", "borta/", "lamna/", "adress/", "kod/"])
def test_changes_come_by_post_only(url, amina, bjorn, path):
    assert {amina.get(url + path).status_code, bjorn.get(url + path).status_code} <= {405}


def test_the_first_visit_makes_the_chat_for_the_asker_only():
    question = make.help_request()
    url = f"/chatt/{question.public_id}/"
    for client in (Client(), logged_in(make.volunteer().user)):
        assert client.get(url).status_code == 404
    assert not hasattr(HelpRequest.objects.get(pk=question.pk), "conversation")
    assert logged_in(question.owner).get(url).status_code == 200
    assert HelpRequest.objects.get(pk=question.pk).answer_by is not None


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_shows_what_was_said_in_order_with_dir_auto_and_escaped(chat, url, amina):
    make.message(make.seeker_of(chat), "<b>Hej</b> & välkommen")
    make.message(make.helper_of(chat), "مرحبا")
    page = html(amina.get(url))
    assert page.index("&lt;b&gt;Hej&lt;/b&gt; &amp; välkommen") < page.index("مرحبا")
    assert "<b>Hej</b>" not in page
    assert 'role="log"' in page


def test_seeing_the_page_reads_it(chat, url, amina):
    post = make.message(make.helper_of(chat))
    amina.get(url)
    assert make.seeker_of(chat).read_seq == post.seq
    assert make.seeker_of(chat).seen_at is not None


@pytest.mark.parametrize("before", ["", "0", "x", "-1", "٥", "99999999999", "1e9"])
def test_odd_page_numbers_are_no_trouble(url, amina, before):
    assert amina.get(f"{url}?fore={before}").status_code == 200


def test_the_same_queries_for_one_message_and_for_many(chat, url, amina, bjorn):
    clients = {"seeker": amina, "volunteer": bjorn, "grant": with_grant(make.seeker_of(chat))}
    for number in (1, 30):
        for _ in range(number):
            make.message(make.helper_of(chat)), make.message(make.seeker_of(chat))
        found = {}
        for name, client in clients.items():
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found[name] = len(queries)
        assert found == QUERIES_OF_CHAT


def test_the_transcript_holds_everything(chat, url, bjorn):
    for number in range(60):
        make.message(make.seeker_of(chat), f"rad {number}.")
    page = html(bjorn.get(f"{url}utskrift/"))
    assert all(f"rad {number}." in page for number in range(60))


# --- writing by form -------------------------------------------------------------------------------------------------


def test_a_form_sent_twice_is_one_message(chat, url, amina):
    fields = {"client_id": hidden_id(html(amina.get(f"{url}?skriv=1"))), "body": "Hej!"}
    for _ in range(2):
        answer = amina.post(f"{url}skriv/", fields)
        assert (answer.status_code, answer.url) == (302, f"{url}#slut")
    assert texts(chat) == ["Hej!"]


@pytest.mark.parametrize("client_id", ["", "x", "1" * 5000])
def test_a_broken_id_loses_no_text(chat, url, amina, client_id):
    assert amina.post(f"{url}skriv/", {"client_id": client_id, "body": "Hej!"}).status_code == 302
    assert texts(chat) == ["Hej!"]


@pytest.mark.parametrize("body", ["x" * 4001, "Hej\x00då", "\x1b[31mHej"])
def test_what_cannot_be_stored_is_said_and_what_can_be_kept_is_kept(chat, url, amina, body):
    typed = urlencode({"client_id": str(uuid4()), "body": body.encode("utf-8", "surrogatepass")})
    answer = amina.post(f"{url}skriv/", typed, content_type="application/x-www-form-urlencoded")
    page = html(answer)
    assert answer.status_code == 400
    assert 'role="alert"' in page
    assert "Hej" in page or "x" * 4001 in page
    assert texts(chat) == []


@pytest.mark.parametrize("body", ["", "  \n", "\u200b"])
def test_an_empty_message_is_not_sent(chat, url, amina, body):
    assert amina.post(f"{url}skriv/", {"client_id": str(uuid4()), "body": body}).status_code == 400
    assert amina.post(f"{url}skriv/", {}).status_code == 400
    assert texts(chat) == []


def test_the_typed_text_stays_where_nobody_may_write(chat, url, amina):
    matching.stop(request_of(chat), actor=None)
    answer = amina.post(f"{url}skriv/", {"client_id": str(uuid4()), "body": "Min långa text"})
    assert answer.status_code == 400
    assert "Min långa text" in html(answer)


def test_the_same_id_with_another_text_keeps_it_and_the_next_try_works(chat, url, amina):
    fields = {"client_id": str(uuid4()), "body": "Ett"}
    amina.post(f"{url}skriv/", fields)
    answer = amina.post(f"{url}skriv/", {**fields, "body": "Två"})
    assert answer.status_code == 400 and "Två" in html(answer)
    assert amina.post(f"{url}skriv/", {"client_id": hidden_id(html(answer)), "body": "Två"}).status_code == 302
    assert texts(chat) == ["Ett", "Två"]


def test_too_fast_keeps_the_text(chat, url, amina, settings):
    settings.MESSAGE_RATES = ((2, 10), (60, 60))
    answers = [amina.post(f"{url}skriv/", {"client_id": str(uuid4()), "body": f"Nummer {n}"}) for n in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 400]
    assert "Nummer 2" in html(answers[2])


def test_a_message_to_a_finished_question_opens_it(chat, url, amina):
    matching.resolve(request_of(chat), actor=None)
    assert amina.post(f"{url}skriv/", {"client_id": str(uuid4()), "body": "En sak till"}).status_code == 302
    assert request_of(chat).state == State.ACTIVE


def test_the_database_away_is_503_and_keeps_the_text(chat, url, amina, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(conversations, "post_message", away)
    cid = str(uuid4())
    answer = amina.post(f"{url}skriv/", {"client_id": cid, "body": "Min långa text"})
    assert answer.status_code == 503
    assert "Min långa text" in html(answer) and cid in html(answer)
    monkeypatch.undo()
    amina.post(f"{url}skriv/", {"client_id": cid, "body": "Min långa text"})
    assert texts(chat) == ["Min långa text"]


def test_a_missing_csrf_token_is_refused(chat, url):
    client = Client(enforce_csrf_checks=True)
    client.force_login(make.seeker_of(chat).user)
    assert client.post(f"{url}skriv/", {"body": "Hej"}).status_code == 403
    assert texts(chat) == []


# --- moves -----------------------------------------------------------------------------------------------------------


def test_finish_asks_first_and_then_does_it(chat, url, amina):
    assert amina.get(f"{url}avsluta/").status_code == 200
    assert request_of(chat).state == State.ACTIVE
    assert amina.post(f"{url}avsluta/").url == url
    assert request_of(chat).state == State.RESOLVED
    assert amina.post(f"{url}avsluta/").status_code == 302  # pressed twice: a word, no error
    assert amina.post(f"{url}oppna/").url == url
    assert amina.post(f"{url}oppna/").url == url
    assert request_of(chat).state == State.ACTIVE


def test_swap_leaves_the_volunteer_outside(chat, url, amina, bjorn):
    assert amina.get(f"{url}byt/").status_code == 200
    assert amina.post(f"{url}byt/").url == url
    assert bjorn.get(url).status_code == 404
    assert amina.post(f"{url}byt/").status_code == 302
    assert request_of(chat).state == State.WAITING


def test_stop_by_either_side_stops_it_and_tells_im(chat, url, amina, bjorn):
    assert bjorn.post(f"{url}fel/", {"text": "Något är konstigt\x07"}).url == "/jour/"
    assert request_of(chat).state == State.ON_HOLD
    assert amina.post(f"{url}fel/", {"text": "Jag är rädd"}).url == url
    assert [r.text for r in Report.objects.order_by("pk")] == ["Något är konstigt", "Jag är rädd"]
    assert OutboxMail.objects.filter(kind="staff_stopped").count() == 2
    assert amina.post(f"{url}fel/", {"text": "x" * 2001}).status_code == 200  # too long: the form comes back


def test_release_goes_back_to_the_desk(chat, url, bjorn):
    assert bjorn.post(f"{url}lamna/").url == "/jour/"
    assert request_of(chat).state == State.WAITING
    assert bjorn.post(f"{url}lamna/").status_code == 404


@pytest.mark.parametrize("kind", ["reading", "short", "tomorrow"])
def test_away_and_back(chat, url, amina, bjorn, kind):
    assert bjorn.post(f"{url}borta/", {"kind": kind}).url == url
    assert make.helper_of(chat).away_kind == kind
    assert bjorn.post(f"{url}borta/", {"kind": "nonsense"}).status_code == 302
    assert make.helper_of(chat).away_kind == kind
    bjorn.post(f"{url}borta/", {"kind": ""})
    assert make.helper_of(chat).away_until is None


def test_not_understood_is_one_tap(chat, url, amina):
    post = make.message(make.helper_of(chat), "Förvaltningsrätten")
    for _ in range(2):
        assert amina.post(f"{url}forstar-inte/{post.seq}/").url == url
    assert Message.objects.filter(body__contains="not_understood").count() == 1
    assert amina.post(f"{url}forstar-inte/{10**30}/").status_code == 302


def test_staff_open_a_chat_only_with_a_reason(chat, url):
    disa = make.staff()
    give_app(disa)
    client = Client()
    assert logged_in(make.user()).get(f"{url}im/").status_code == 404
    assert Client().get(f"{url}im/").status_code == 404
    log_in_staff(client, disa)
    assert client.get(url).status_code == 404  # not before there is a reason
    assert client.get(f"{url}im/").status_code == 200
    assert client.post(f"{url}im/", {"reason": "curious"}).status_code == 200
    assert not AuditEntry.objects.filter(action="chat.opened_by_staff").exists()
    assert client.post(f"{url}im/", {"reason": "report"}).url == url
    assert client.get(url).status_code == 200
    assert AuditEntry.objects.get(action="chat.opened_by_staff").actor_id == disa.pk


# --- the whole journey without JavaScript ----------------------------------------------------------------------------


def test_from_the_question_to_the_thanks_by_plain_forms():
    bjorn, amina = make.volunteer("Björn", on_duty=True), Client()
    helper = logged_in(bjorn.user)
    for step, fields in (
        ("", {"topic": "cv"}),
        ("annons/", {}),
        ("nar/", {"when": "today", "need": "Kan du läsa mitt CV?"}),
        ("sprak/", {"languages": ["sv"]}),
    ):
        assert amina.post(f"/fraga/{step}", fields).status_code == 302
    answer = amina.post(
        "/fraga/du/", {"name": "Amina", "email": "amina@example.org", "is_adult": "yes", "consent": "on"}
    )
    url = answer.url
    assert re.fullmatch(r"/chatt/[\w-]+/", url)
    assert amina.get(url).status_code == 200
    code = re.search(r"\b\d{6}\b", mail.outbox[-1].body)[0]
    assert mail.outbox[-1].to == ["amina@example.org"]
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert amina.post(f"{url}kod/", {"code": wrong}).status_code == 400
    assert amina.post(f"{url}kod/", {"code": f"{code[:3]} {code[3:]}"}).url == url
    question = HelpRequest.objects.get()
    assert question.owner.email == "amina@example.org"

    assert "Kan du läsa mitt CV?" in html(helper.get("/jour/"))
    assert helper.post(f"/jour/{question.public_id}/ta/", {"pace": "now"}).url == url
    for client, text in ((helper, "Hej! Jag läser nu."), (amina, "Tack!"), (helper, "Nu är ditt CV klart.")):
        page = html(client.get(f"{url}?skriv=1"))
        client.post(f"{url}skriv/", {"client_id": hidden_id(page), "body": text})
    page = html(amina.get(url))
    assert [page.count(text) for text in ("Jag läser nu.", "Tack!", "Nu är ditt CV klart.")] == [1, 1, 1]
    amina.post(f"{url}avsluta/")
    question.refresh_from_db()
    assert (question.state, question.last_helper) == (State.RESOLVED, bjorn.user)
    assert html(helper.get(f"{url}utskrift/")).count("Tack!") == 1
    assert Participant.objects.filter(user=question.owner).count() == 1


def test_an_address_that_is_wrong_is_said_and_kept(chat):
    person = make.person_of(make.seeker_of(make.conversation(make.user("Sara", email=None))))
    client, url = with_grant(person.participant), f"/chatt/{person.request.public_id}/"
    answer = client.post(f"{url}adress/", {"email": "amina@"})
    assert answer.status_code == 400 and 'value="amina@"' in html(answer)
    assert client.post(f"{url}adress/", {"email": "sara@example.org"}).url == url
    assert "sara@example.org" in html(client.get(url))
    assert client.post(f"{url}kod/", {"code": "12"}).status_code == 400
