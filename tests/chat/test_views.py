"""Every page of the chat: who may, who may not, what it shows and does."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chat import lines, matching
from chat.models import Message
from motesplats.models import AuditEntry, OutboxMail, Report
from seekers.help_requests import StateConflict
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import html, logged_in, request_of, texts, with_grant
from tests.motesplats.door import give_app, log_in_staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
State = HelpRequest.State
# session, account, participant, presence; messages, read mark, people; the volunteer's UPDATE of heartbeat; the menu;
# documents; ready sentences; answers the volunteer may read, notes, hard words
QUERIES_OF_CHAT = {"seeker": 14, "volunteer": 17, "grant": 12}


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


def test_back_to_the_finish_page_says_that_it_is_done(chat, amina, url):
    amina.post(f"{url}avsluta/")
    for answer in (amina.get(f"/en{url}avsluta/", follow=True), amina.post(f"/en{url}avsluta/", follow=True)):
        assert [str(said) for said in answer.context["messages"]] == ["The question is finished already."]
    assert AuditEntry.objects.filter(action="request.resolve").count() == 1


def test_who_is_helped_by_im_is_offered_no_other_volunteer(house):
    young = make.conversation(is_adult=False).request
    matching.let_staff_in(young, staff=make.staff(), reason="answer")
    amina, url = logged_in(young.owner), f"/chatt/{young.public_id}/"
    assert f"{url}byt/" not in html(amina.get(url))
    for answer in (amina.get(f"/en{url}byt/", follow=True), amina.post(f"/en{url}byt/", follow=True)):
        assert "IM answers this question." in html(answer)
    with pytest.raises(StateConflict):
        matching.swap_volunteer(young, actor=young.owner)
    assert "Disa from IM helps you now." in re.sub("</?bdi>", "", html(amina.get("/en/mina-fragor/")))


def test_the_question_stands_first_for_everybody_in_the_chat(house):
    chat = make.claimed(make.volunteer(), need="Läs <mitt> CV")
    url = f"/chatt/{chat.request.public_id}/"
    for participant in (make.seeker_of(chat), make.helper_of(chat)):
        page = html(logged_in(participant.user).get(url))
        assert page.index("Läs &lt;mitt&gt; CV") < page.index('role="log"')
        assert page.count("Läs &lt;mitt&gt; CV") == 2  # and beside the chat, where there is room


def test_the_first_line_is_offered_until_one_has_written_and_is_never_sent_by_itself(chat, url, amina, bjorn):
    said = "Hi! My name is Björn. I am reading your question now."
    page = html(bjorn.get(f"/en{url}"))
    assert f'href="?skriv=1&amp;hej=1#slut" data-fill="{said}"' in page
    assert f">{said}</textarea>" in html(bjorn.get(f"/en{url}?skriv=1&hej=1"))
    assert texts(chat) == []
    make.message(make.helper_of(chat))
    assert said not in html(bjorn.get(f"/en{url}"))
    assert said not in html(amina.get(f"/en{url}?hej=1"))


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


def test_im_has_the_names_for_messages_that_come_by_socket_and_nobody_else_has(chat, url, amina, bjorn):
    disa, client = make.staff(), Client()
    give_app(disa)
    log_in_staff(client, disa)
    client.post(f"{url}im/", {"reason": "report"})
    for path in (url, f"{url}lage/"):
        named = dict(re.findall(r'data-name-(\w+)="(\w+)"', html(client.get(path))))
        assert named == {"seeker": "Amina", "volunteer": "Björn"}
        assert "data-name-" not in html(amina.get(path)) + html(bjorn.get(path))


def test_a_line_about_documents_leads_to_them(client):
    chat = make.claimed()
    make.document(chat)
    client.force_login(make.seeker_of(chat).user)
    lines.add(chat, "comments_sent", occasion="1", name="Björn", count=2)

    page = client.get(f"/en/chatt/{chat.request.public_id}/").content.decode()

    line = re.search(r'<li class="system"[^>]*><bdi>New comments from Björn: 2.</bdi>(.*?)</li>', page)[1]
    assert line == f' <a href="/en/chatt/{chat.request.public_id}/dokument/">Open</a>'
    assert f'data-to-comments_sent="/en/chatt/{chat.request.public_id}/dokument/"' in page
