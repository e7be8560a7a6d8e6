"""The desk: what waits, one's own chats, the switch; the same queries for one row and for three."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import desk_list, matching, presence
from chat.claiming import Pace
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import logged_in

pytestmark = pytest.mark.django_db
State = HelpRequest.State
# session, account, volunteer; switch, shift, others here; cards; chats, their seekers; went on; alerts; pause. The page: + presence, + its menu.
# And: care; what colleagues ask. The page: + whether there is a page of one's own.
QUERIES_OF_FRAGMENT, QUERIES_OF_DESK = 18, 21


@pytest.fixture(autouse=True)
def house():
    return make.office()


@pytest.fixture
def bjorn():
    return make.volunteer(languages=["sv", "en"], topics=["cv", "letter"])


@pytest.fixture
def desk(bjorn) -> Client:
    return logged_in(bjorn.user)


def cards(volunteer) -> list[HelpRequest]:
    return [card.question for card in desk_list.waiting_cards(volunteer, timezone.now())]


def test_cards_are_what_fits_in_the_order_it_came(bjorn):
    first, second = make.conversation().request, make.conversation(topic="letter", languages=["en"]).request
    HelpRequest.objects.filter(pk=second.pk).update(queued_at=timezone.now() - timedelta(hours=1))
    make.conversation(languages=["so"]), make.conversation(topic="interview")
    make.conversation(is_adult=False), make.conversation(is_adult=None)
    make.conversation(bjorn.user)
    make.help_request()  # not routed yet
    left = make.claimed(bjorn)
    matching.swap_volunteer(left.request, actor=left.request.owner)
    make.claimed(make.volunteer("Olof"))
    assert cards(bjorn) == [second, first]


def test_a_card_shows_the_first_line_and_no_name(desk, bjorn):
    make.conversation(make.user("Zahra"), need="\n  Kan du <b>läsa</b>?\nMer text", languages=["sv", "ar"])
    page = desk.get("/jour/").content.decode()
    assert "Kan du &lt;b&gt;läsa&lt;/b&gt;?" in page
    assert "Mer text" not in page and "Zahra" not in page


def test_the_count_is_cards_and_unread(desk, bjorn):
    chat = make.claimed(bjorn)
    make.message(make.seeker_of(chat)), make.message(make.seeker_of(chat))
    make.conversation()
    assert desk_list.of(bjorn)["count"] == 3
    assert "<title>(3)" in desk.get("/jour/").content.decode()


def test_own_chats_come_in_the_order_they_must_be_answered(bjorn, desk):
    answered, waits, taken_later, held = (make.claimed(bjorn, pace=Pace.TONIGHT) for _ in range(4))
    for chat in (answered, waits):
        make.message(make.seeker_of(chat)), make.message(make.helper_of(chat))
    make.message(make.seeker_of(waits), "Är du kvar?")
    matching.hold(held.request, actor=make.staff())
    now = timezone.now()
    HelpRequest.objects.filter(pk=taken_later.request_id).update(first_message_by=now + timedelta(hours=1))
    shown = {chat.pk: chat.answer_by for chat in desk_list.own_chats(bjorn, now)}
    assert list(shown)[:2] == [taken_later.pk, waits.pk]
    assert shown[taken_later.pk] == now + timedelta(hours=1)
    assert timedelta(hours=47) < shown[waits.pk] - now <= timedelta(hours=48)
    assert (shown[answered.pk], shown[held.pk]) == (None, None)
    presence.go_away(make.helper_of(answered), "short")
    first = desk_list.own_chats(bjorn, now)[0]
    assert first.pk == answered.pk and first.answer_by > now + timedelta(minutes=14)
    assert "Answer " in desk.get("/en/jour/").content.decode()


def test_the_note_that_somebody_went_on_goes_when_it_is_read(bjorn, desk):
    for _ in range(2):
        left = make.claimed(bjorn)
        matching.swap_volunteer(left.request, actor=left.request.owner)
        assert desk.get("/jour/").context["went_on"]  # also for the next one
        assert desk.post("/jour/last/").url == "/jour/"
        assert not desk.get("/jour/").context["went_on"]
        assert not desk.get("/jour/lista/").context["went_on"]


@pytest.mark.parametrize("url, count", [("/jour/", QUERIES_OF_DESK), ("/jour/lista/", QUERIES_OF_FRAGMENT)])
def test_the_same_queries_for_one_row_and_for_three(desk, bjorn, url, count):
    for _rows in range(3):
        make.conversation(need="Hej")
        make.message(make.seeker_of(make.claimed(bjorn)))
        make.volunteer("Olof", on_duty=True)
        desk.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(url).status_code == 200
        assert len(queries) == count, [q["sql"] for q in queries]


def test_the_list_answers_304_until_something_changes(desk):
    first = desk.get("/jour/lista/")
    etag = first["ETag"]
    assert desk.get("/jour/lista/", headers={"if-none-match": etag}).status_code == 304
    make.conversation()
    again = desk.get("/jour/lista/", headers={"if-none-match": etag})
    assert again.status_code == 200 and again["ETag"] != etag


def test_the_visit_is_a_sign_of_life(desk, bjorn):
    desk.get("/jour/")
    bjorn.refresh_from_db()
    assert bjorn.heartbeat_at > timezone.now() - timedelta(seconds=10)


@pytest.mark.parametrize("url", ["/jour/", "/jour/lista/"])
def test_the_desk_is_for_approved_volunteers(url):
    assert Client().get(url).url.startswith("/konto/logga-in/?next=/jour/")
    for user in (make.user(), make.volunteer(state="applied").user, make.volunteer(state="paused").user):
        assert logged_in(user).get(url).status_code == 404
    assert logged_in(make.volunteer().user).get(url).status_code == 200


def test_the_switch(desk, bjorn):
    for to, here, notify in (
        ("here", True, False), ("away", False, False), ("nonsense", False, False), ("notify", False, True), ("here", True, True),
    ):  # fmt: skip
        assert desk.post("/jour/har/", {"to": to}).url == ("/volontar/notiser/" if to == "notify" else "/jour/")
        shown = desk_list.of(bjorn)
        assert (shown["is_here"], shown["wants_alerts"]) == (here, notify)
        assert desk.get("/jour/").content.count(b'aria-pressed="true"') == 1
    assert desk.get("/jour/har/").status_code == 405


def test_taking_a_question_leads_into_its_chat(desk, bjorn):
    question = make.conversation().request
    answer = desk.post(f"/jour/{question.public_id}/ta/", {"pace": "now"})
    assert answer.url == f"/chatt/{question.public_id}/"
    question.refresh_from_db()
    assert question.helper == bjorn.user


def taken(client, question, pace="now") -> str:
    """What the next page says at its top, in English, after trying to take it."""
    answer = client.post(f"/en/jour/{question.public_id}/ta/", {"pace": pace}, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def test_what_cannot_be_taken_is_said_kindly(desk, bjorn):
    gone = make.claimed(make.volunteer("Olof")).request
    assert "Another volunteer was faster." in taken(desk, gone)
    assert taken(desk, make.conversation(bjorn.user).request) == "You cannot take this question."
    first, second = make.conversation(), make.conversation()
    presence.visited(make.seeker_of(first)), presence.visited(make.seeker_of(second))
    taken(desk, first.request)
    said = taken(desk, second.request)
    assert "You are already chatting with somebody." in said
    assert f'<a href="/en/chatt/{first.request.public_id}/">' in said
    taken(desk, second.request, pace="nonsense")
    second.request.refresh_from_db()
    assert second.request.state == State.WAITING
    taken(desk, second.request, pace="tonight")
    second.request.refresh_from_db()
    assert second.request.helper == bjorn.user


@pytest.mark.parametrize("is_adult, routed", [(False, True), (None, True), (True, False)])
def test_what_is_not_on_the_desk_is_not_there(desk, is_adult, routed):
    question = make.conversation(is_adult=is_adult).request if routed else make.help_request()
    assert desk.post(f"/jour/{question.public_id}/ta/", {"pace": "now"}).status_code == 404
    assert desk.post("/jour/nothing-here/ta/", {"pace": "now"}).status_code == 404
