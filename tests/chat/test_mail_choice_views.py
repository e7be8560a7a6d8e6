"""The door to one's emails from inside a chat."""

import pytest
from django.test import Client

from motesplats import access, mail_choice
from tests import make

pytestmark = pytest.mark.django_db


def browser_with_grant(participant) -> Client:
    client = Client()
    session = client.session
    request = participant.conversation.request
    access.grant(session, request.public_id, user_id=participant.user_id, link_version=participant.link_version)
    session.save()
    return client


def door(chat) -> str:
    return f"/chatt/{chat.request.public_id}/mejl/"


def test_who_came_by_a_link_and_has_one_chat_chooses_here():
    chat = make.claimed()
    amina = make.seeker_of(chat)
    client = browser_with_grant(amina)
    assert amina.user.email in client.get(door(chat)).content.decode()
    chosen = client.post(door(chat), {"text": "0", "pace": "evening", "language": "sv"})
    assert chosen.status_code == 302 and chosen["Location"] == door(chat)
    assert mail_choice.of(amina.user).pace == "evening"


def test_a_link_to_one_chat_chooses_nothing_for_another():
    chat = make.claimed()
    amina = make.seeker_of(chat)
    make.claimed(owner=amina.user)
    client = browser_with_grant(amina)
    for answer in (client.get(door(chat)), client.post(door(chat), {"do": "stop"})):
        assert answer.status_code == 200 and "Logga in" in answer.content.decode()
        assert amina.user.email not in answer.content.decode()
    assert not mail_choice.is_stopped(amina.user)


def test_without_an_address_it_says_how_to_get_mails():
    chat = make.claimed(owner=make.user("Sara", email=None))
    page = browser_with_grant(make.seeker_of(chat)).get(door(chat))
    assert "ingen e-postadress" in page.content.decode()


def test_who_is_logged_in_goes_to_the_account_and_strangers_nowhere():
    chat = make.claimed()
    for participant in (make.seeker_of(chat), make.helper_of(chat)):
        client = Client()
        client.force_login(participant.user)
        assert client.get(door(chat))["Location"] == "/konto/mejl/"
    assert Client().get(door(chat)).status_code == 404
