"""Whose rules are old reads them before reading along as a fadder: pages and the socket."""

import pytest

from chat import access, standing
from chat.models import Participant
from tests import make
from tests.chat.house import logged_in
from volunteers import conduct

pytestmark = pytest.mark.django_db


def test_a_fadder_whose_rules_are_old_reads_them_first_and_then_reads_along(chat, cecilia):
    browser, path = logged_in(cecilia.user), f"/chatt/{chat.request.public_id}/"
    paper = make.document(chat)
    pages = (path, f"{path}utskrift/", f"{path}dokument/", f"{path}dokument/{paper.public_id}/")
    assert {browser.get(page).status_code for page in pages} == {200}
    newest = conduct.publish(make.conduct_version(), {"text_sv": "Jag är snäll."}, by=make.staff())
    for page in pages:
        assert browser.get(page).url.startswith("/volontar/regler/?efter="), page
    assert browser.post(f"{path}fel/", {"text": ""}).status_code == 404
    assert access.person_for(browser.session, cecilia.user, chat.request.public_id) is None  # so asks the socket
    asked = browser.get(path).url
    assert browser.post(asked, {"accept": "on", "version": newest.version}).url == path
    assert {browser.get(page).status_code for page in pages} == {200}


def test_an_open_socket_of_hers_ends_and_his_does_not(chat, cecilia, bjorn):
    def sockets():
        people = Participant.objects.filter(conversation=chat, user__in=[cecilia.user, bjorn.user])
        return [_Socket(person, logged_in(person.user).session.session_key) for person in people]

    opened = sockets()
    assert standing.without_right(opened) == []
    conduct.publish(make.conduct_version(), {"text_sv": "Jag är snäll."}, by=make.staff())
    (ended,) = standing.without_right(opened)
    assert ended.user_id == cecilia.user_id


class _Socket:
    by_grant = False

    def __init__(self, participant: Participant, session_key: str):
        self.participant_id, self.user_id, self.part = participant.pk, participant.user_id, participant.part
        self.session_key = session_key
