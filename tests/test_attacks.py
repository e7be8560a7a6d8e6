"""What an attacker tried and found open, held shut from now on."""

import json
import logging
import threading

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from chat import links
from chat.hub import Hub
from motesplats import codes
from motesplats.logs import _without_secrets
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_many_guesses_at_once_are_counted_one_by_one():
    cache.clear()
    session = {"codes": {}}
    codes.send(session, "address:x", "amina@example.org", language="sv")
    right = session["codes"]["address:x"]["code"]
    compared, original = [], codes.compare_user_code
    codes.compare_user_code = lambda *, actual, expected: (
        compared.append(actual) or original(actual=actual, expected=expected)
    )
    try:
        snapshot = json.dumps(session)

        def guess(number):
            codes.check(json.loads(snapshot), "address:x", f"{number:06}")  # each request has read the same session
            connection.close()

        threads = [threading.Thread(target=guess, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(compared) <= codes.TRIES
        assert codes.check(json.loads(snapshot), "address:x", right) is None  # even the right one is too late
    finally:
        codes.compare_user_code = original


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "null"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}],
    ids=["null", "null-cross-site", "evil", "none"],
)
def test_another_sites_words_are_never_put_in_our_form(headers):
    answer = Client(enforce_csrf_checks=True).post("/fel/", {"text": "words of another"}, headers=headers)
    assert answer.status_code == 403
    assert b"words of another" not in answer.content


def test_own_words_are_kept_when_the_cookie_was_lost():
    answer = Client(enforce_csrf_checks=True).post(
        "/fel/", {"text": "my own words"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert answer.status_code == 403
    assert b"my own words" in answer.content


def test_link_tokens_never_reach_the_log():
    event = {"event": "Not Found: /chatt/abc/lank/WzUzLDFd:1xVBNh:xU0W/", "path": "/en/konto/medarbetare/tok-en/x"}
    said = json.dumps(_without_secrets(None, "warning", event))
    assert "WzUz" not in said
    assert "tok-en" not in said
    assert "/chatt/abc/lank/" in said


def test_proving_an_address_ends_links_saved_before(client):
    conversation = make.conversation()
    amina = make.seeker_of(conversation)
    path = links.path_for(amina)
    assert client.get(path).status_code == 200
    links.void_all(amina)
    assert client.get(path).status_code == 404
    assert client.get(links.path_for(amina)).status_code == 200


def test_one_chat_mails_no_more_than_six_codes(client):
    cache.clear()
    conversation = make.conversation(owner=make.user("Amina", email=None))
    amina = make.seeker_of(conversation)
    client.post(links.path_for(amina))
    address = f"{links.chat_path(conversation.request)}adress/"
    for number in range(10):
        client.post(address, {"email": f"stranger{number}@example.org"})
    from motesplats.models import OutboxMail  # beside its only use

    assert OutboxMail.objects.count() <= 6


async def test_reconnecting_does_not_lift_the_limit_on_messages(settings):
    settings.MESSAGE_RATES = ((3, 10),)
    hub = Hub()
    try:
        socket = type("S", (), {"conversation_id": 1, "participant_id": 7})()
        hub.join(socket)
        assert [hub.pace.may_write(7) for _n in range(4)] == [True, True, True, False]
        hub.leave(socket)
        hub.join(socket)
        assert not hub.pace.may_write(7)
    finally:
        await hub.stop()


def test_log_processor_is_in_use(capsys, settings):
    from motesplats.logs import configure  # it changes global state

    handlers = logging.getLogger().handlers[:]
    configure({"level": "WARNING"})
    try:
        logging.getLogger("django.request").warning("Not Found: %s", "/chatt/abc/lank/secret-token/")
    finally:
        logging.getLogger().handlers[:] = handlers
    said = capsys.readouterr().err
    assert "/lank/" in said
    assert "secret-token" not in said
