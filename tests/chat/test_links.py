"""The way back: a signed link whose button, not whose opening, gives this browser a grant."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.utils import timezone

from chat import links, matching
from chat.models import Participant
from motesplats import access
from motesplats.models import AuditEntry
from tests import make
from tests.chat.house import logged_in, with_grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def amina():
    make.office()
    return make.seeker_of(make.claimed(owner=make.user("Amina", email=None)))


def public_id(participant) -> str:
    return participant.conversation.request.public_id


def test_opening_changes_nothing_and_the_button_lets_in(amina, client):
    path = links.path_for(amina)
    page = client.get(path)
    assert page.status_code == 200 and 'method="post"' in page.content.decode()
    assert client.get(links.chat_path(amina.conversation.request)).status_code == 404
    assert client.post(path).url == links.chat_path(amina.conversation.request)
    assert client.get(links.chat_path(amina.conversation.request)).status_code == 200
    assert "_auth_user_id" not in client.session  # never a login
    assert client.get(f"/chatt/{make.conversation().request.public_id}/").status_code == 404


def test_the_same_link_works_on_many_browsers(amina):
    for _ in range(3):
        assert Client().post(links.path_for(amina)).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "x",
        "1:2:3",
        signing.dumps([1, 1], salt="another"),
        signing.dumps("ett", salt=links.SALT),
        signing.dumps([1], salt=links.SALT),
        signing.dumps(None, salt=links.SALT),
    ],
    ids=range(7),  # the tokens carry the time: each worker would name its own
)
def test_forged_links_open_nothing(amina, client, wrong):
    assert links.participant_for(wrong, public_id(amina)) is None
    if wrong:
        assert client.get(f"/chatt/{public_id(amina)}/lank/{wrong}/").status_code == 404


def test_a_link_opens_only_its_own_chat(amina, client):
    token = links.path_for(amina).split("/")[-2]
    other = make.conversation().request.public_id
    assert client.post(f"/chatt/{other}/lank/{token}/").status_code == 404


def test_a_mailed_link_ends_after_ninety_days_by_version_and_by_blocking(client):
    make.office()
    amina = make.seeker_of(make.claimed(owner=make.user("Amina")))
    path = links.path_for(amina)
    with time_machine.travel(timezone.now() + timedelta(days=89)):
        assert client.get(path).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=92)):
        assert client.get(path).status_code == 404
    Participant.objects.filter(pk=amina.pk).update(link_version=2)
    assert client.post(path).status_code == 404
    amina.link_version = 2
    path = links.path_for(amina)
    assert client.get(path).status_code == 200
    type(amina.user).objects.filter(pk=amina.user_id).update(is_active=False)
    assert client.get(path).status_code == 404


def test_a_link_without_a_mail_lives_thirty_days_after_one_was_last_here(amina):
    path = links.path_for(amina)
    for days in (29, 58, 116):  # each visit gives thirty more
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            client = Client()
            assert client.post(path).status_code == (302 if days < 100 else 404)
            client.get(links.chat_path(amina.conversation.request))


def test_the_link_is_the_same_all_day(amina):
    with time_machine.travel("2026-11-22T06:00:00Z"):
        morning = links.path_for(amina)
    with time_machine.travel("2026-11-22T20:00:00Z"):
        assert links.path_for(amina) == morning
    with time_machine.travel("2026-11-23T00:00:01Z"):
        assert links.path_for(amina) != morning


def test_ending_all_links_asks_first_and_keeps_only_this_browser(amina, client):
    path, other = links.path_for(amina), Client()
    chat = links.chat_path(amina.conversation.request)
    for browser in (client, other):
        browser.post(path)
    assert client.get(f"{chat}spara/avsluta/").status_code == 200
    assert other.get(chat).status_code == 200  # asked only
    assert client.post(f"{chat}spara/avsluta/").url == chat
    assert (client.get(chat).status_code, other.get(chat).status_code) == (200, 404)
    assert Client().post(path).status_code == 404
    assert AuditEntry.objects.get(action="links.ended").actor_id == amina.user_id
    new = links.path_for(make.seeker_of(amina.conversation))
    assert client.post(f"{chat}spara/avsluta/").url == chat  # again: the new ones too
    assert Client().post(new).status_code == 404 and client.get(chat).status_code == 200


def test_ending_the_links_of_all_ones_chats(amina):
    zahra = make.user("Zahra")
    mine, older = (make.seeker_of(make.conversation(zahra)) for _ in range(2))
    paths = [links.path_for(one) for one in (mine, older, amina)]
    client = logged_in(zahra)
    assert client.get("/mina-fragor/lankar/").context["count"] == 2
    assert client.post("/mina-fragor/lankar/").url == "/mina-fragor/"
    assert [Client().post(path).status_code for path in paths] == [404, 404, 302]
    assert client.get(links.chat_path(mine.conversation.request)).status_code == 200
    assert Client().post("/mina-fragor/lankar/").url == "/mina-fragor/"
    assert AuditEntry.objects.filter(action="links.ended").count() == 2


def test_a_grant_of_another_version_ends_no_links(amina):
    client = with_grant(amina)
    Participant.objects.filter(pk=amina.pk).update(link_version=2)
    client.post("/mina-fragor/lankar/")
    amina.refresh_from_db()
    assert amina.link_version == 2


def test_a_link_of_a_volunteer_opens_nothing(amina, client):
    assert client.post(links.path_for(make.helper_of(amina.conversation))).status_code == 404


def test_the_link_outlives_the_closing_so_that_one_can_read(amina, client):
    matching.resolve(amina.conversation.request, actor=None)
    matching.close(amina.conversation.request, actor=None, why="30 days")
    client.post(links.path_for(amina))
    assert client.get(links.chat_path(amina.conversation.request)).status_code == 200


def test_saving_the_link_shows_a_picture_made_here(amina, client):
    session = client.session
    access.grant(session, public_id(amina), user_id=amina.user_id, link_version=amina.link_version)
    session.save()
    page = client.get(f"/chatt/{public_id(amina)}/spara/").content.decode()
    assert 'src="data:image/svg+xml' in page
    assert links.url_for(amina).split("/lank/")[0] in page


def test_who_has_no_mail_sees_link_and_picture_in_the_chat_at_once(amina):
    page = with_grant(amina).get(links.chat_path(amina.conversation.request)).content.decode()
    assert 'src="data:image/svg+xml' in page
    assert f'href="{links.url_for(amina)}" dir="ltr"' in page
    arabic = with_grant(amina).get(f"/ar{links.chat_path(amina.conversation.request)}").content.decode()
    assert 'dir="ltr">http' in arabic


def test_who_waits_for_a_code_or_has_mail_is_shown_no_link_there(amina):
    waits = with_grant(amina)
    waits.post(f"{links.chat_path(amina.conversation.request)}adress/", {"email": "amina@example.org"})
    known = make.seeker_of(make.conversation())
    for client, one in ((waits, amina), (logged_in(known.user), known)):
        page = client.get(links.chat_path(one.conversation.request)).content.decode()
        assert "data:image" not in page and "/lank/" not in page


def test_only_grants_that_nobody_has_ended_are_good():
    make.office()
    first, second = (make.seeker_of(make.conversation(make.user("Amina", email=None))) for _one in range(2))
    session: dict = {}
    for participant in (first, second):
        links.let_in(session, participant)
    of_both = {one.conversation.request.public_id: one.user_id for one in (first, second)}
    assert access.good_grants(session) == of_both
    links.void_all(first)
    assert access.good_grants(session) == {second.conversation.request.public_id: second.user_id}
    assert access.good_grants({}) == {}
