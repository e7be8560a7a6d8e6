"""Writing by a plain form: once, kept when it cannot be stored, and the whole journey without JavaScript."""

import re
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core import mail
from django.db import OperationalError
from django.test import Client

from chat import conversations, matching
from chat.models import Message, Participant
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import html, logged_in, request_of, texts, with_grant

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
State = HelpRequest.State


def hidden_id(page: str) -> str:
    return re.search(r'name="client_id" value="([^"]+)"', page)[1]


# --- writing by form -------------------------------------------------------------------------------------------------


def test_a_form_sent_twice_is_one_message(chat, url, amina):
    fields = {"client_id": hidden_id(html(amina.get(f"{url}?skriv=1"))), "body": "Hej!"}
    for _ in range(2):
        answer = amina.post(f"{url}skriv/", fields)
        assert answer.status_code == 302
        assert answer.url == f"{url}#m{Message.objects.get(conversation=chat, body='Hej!').seq}"
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
    assert [answer.status_code for answer in answers] == [302, 302, 429]
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
