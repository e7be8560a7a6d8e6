"""After a chat: the care question, enough for tonight, where to turn, and the volunteer's own page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import care, matching
from chat.models import Participant
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import logged_in
from volunteers import helplines
from volunteers.models import CareAnswer, CareCall, Helpline, Rest

pytestmark = pytest.mark.django_db
QUERIES = {"/volontar/svart/": 5, "/volontar/min-sida/": 9}  # session, account, volunteer, menu; then the page's own
ASKS = "Hur känns det efter chatten?"


@pytest.fixture(autouse=True)
def office():
    return make.office()


@pytest.fixture
def bjorn():
    return make.volunteer()


@pytest.fixture
def chat(bjorn):
    """A chat that Björn has read."""
    made = make.claimed(bjorn)
    logged_in(bjorn.user).get(url(made))
    return made


def url(talk, more=""):
    return f"/chatt/{talk.request.public_id}/{more}"


def asked(volunteer):
    return care.to_ask(volunteer, timezone.now())


def answer(client, talk, feeling, **kwargs):
    return client.post(url(talk, "efterat/"), {"feeling": feeling}, **kwargs)


def test_nothing_is_asked_while_the_chat_goes_on(bjorn, chat):
    client = logged_in(bjorn.user)
    assert asked(bjorn) is None and ASKS not in client.get("/jour/").content.decode()
    assert answer(client, chat, "good").status_code == 404
    assert not CareAnswer.objects.exists()


@pytest.mark.parametrize("end", ["resolve", "release", "swap", "stop"])
def test_whoever_had_the_chat_is_asked_once_on_the_desk(bjorn, chat, end):
    amina = chat.request.owner
    {
        "resolve": lambda: matching.resolve(chat.request, actor=bjorn.user),
        "release": lambda: matching.release(chat.request, actor=bjorn.user),
        "swap": lambda: matching.swap_volunteer(chat.request, actor=amina),
        "stop": lambda: matching.stop(chat.request, actor=amina),
    }[end]()
    client = logged_in(bjorn.user)
    assert ASKS in client.get("/jour/").content.decode()
    assert ASKS in client.get("/jour/lista/").content.decode()
    assert answer(client, chat, "skipped", follow=True).status_code == 200
    assert ASKS not in client.get("/jour/").content.decode()
    assert answer(client, chat, "talk").status_code == 302
    assert list(CareAnswer.objects.values_list("feeling", flat=True)) == ["skipped"]


def test_it_stands_in_the_chat_for_the_volunteer_and_never_for_the_one_who_asked(bjorn, chat):
    matching.resolve(chat.request, actor=bjorn.user)
    amina = logged_in(chat.request.owner)
    for path in ("", "lage/"):
        assert ASKS in logged_in(bjorn.user).get(url(chat, path)).content.decode()
        assert ASKS not in amina.get(url(chat, path)).content.decode()
    answer(logged_in(bjorn.user), chat, "heavy")
    assert "tungt" not in amina.get(url(chat)).content.decode()


def test_wanting_to_talk_says_when_im_gets_in_touch(bjorn, chat):
    matching.resolve(chat.request, actor=bjorn.user)
    page = answer(logged_in(bjorn.user), chat, "talk", follow=True).content.decode()
    assert "Tack. IM hör av sig senast" in page and "Du behöver inte ta fler i kväll." in page
    assert CareCall.objects.get().volunteer == bjorn


@pytest.mark.parametrize("feeling", ["", "x" * 5000, "\x00"])
def test_what_is_no_answer_changes_nothing(bjorn, chat, feeling):
    matching.resolve(chat.request, actor=bjorn.user)
    assert answer(logged_in(bjorn.user), chat, feeling).status_code == 302
    assert asked(bjorn) == chat.request and not CareAnswer.objects.exists()


def test_others_and_those_who_never_read_are_not_asked(bjorn, chat):
    unread = make.claimed(make.volunteer("Olof"))
    for talk in (chat, unread):
        matching.resolve(talk.request, actor=None)
    Participant.objects.filter(conversation=unread).update(read_seq=0)
    cecilia = make.volunteer("Cecilia")
    assert [asked(row) for row in (bjorn, unread.request.last_helper.volunteer, cecilia)] == [chat.request, None, None]
    assert answer(logged_in(cecilia.user), chat, "good").status_code == 404
    assert answer(logged_in(chat.request.owner), chat, "good").status_code == 404
    assert answer(Client(), chat, "good").status_code == 302
    assert not CareAnswer.objects.exists()


def test_after_a_day_nobody_is_asked(bjorn, chat):
    matching.resolve(chat.request, actor=bjorn.user)
    HelpRequest.objects.update(ended_at=timezone.now() - timedelta(hours=25))
    assert asked(bjorn) is None


def test_enough_for_tonight_is_one_tap_on_the_desk_and_in_the_chat(bjorn, chat):
    client = logged_in(bjorn.user)
    for path in ("/jour/", url(chat), "/volontar/svart/"):
        assert 'action="/jour/sluta/"' in client.get(path).content.decode(), path
    assert 'action="/jour/sluta/"' not in logged_in(chat.request.owner).get(url(chat)).content.decode()
    page = client.post("/jour/sluta/", follow=True).content.decode()
    assert "Du har slutat för i kväll." in page and 'action="/jour/sluta/"' not in page
    assert 'action="/pass/nu/"' not in page, "nobody is asked for more right after"
    assert Rest.objects.get().volunteer == bjorn
    assert client.get("/jour/sluta/").status_code == 405


def test_where_to_turn_shows_what_is_in_use_and_what_is_not_checked(bjorn):
    helplines.load_missing()
    make.helpline("031-11 22 33", name_sv="IM Göteborg", verified_on="2026-11-24", position=1)
    make.helpline("000", name_sv="Gammalt", is_active=False)
    page = logged_in(bjorn.user).get("/volontar/svart/").content.decode()
    assert 'href="tel:112"' in page and 'href="tel:031112233"' in page and "Gammalt" not in page
    assert page.count("</bdi> *</a>") == 7 and "IM har inte kontrollerat numren med en stjärna än." in page
    Helpline.objects.exclude(verified_on=None).delete()
    page = logged_in(bjorn.user).get("/volontar/svart/").content.decode()
    assert "</bdi> *</a>" not in page and "IM har inte kontrollerat de här numren än." in page


def test_my_page_is_kind_when_it_is_empty_and_tells_what_there_is(bjorn, chat):
    client = logged_in(bjorn.user)
    assert "/volontar/min-sida/" not in logged_in(make.volunteer("Ny").user).get("/jour/").content.decode()
    assert "när du har hjälpt någon" in client.get("/volontar/min-sida/").content.decode()
    make.message(make.helper_of(chat))
    again = make.claimed(bjorn, owner=chat.request.owner, topic="letter")
    make.message(make.helper_of(again))
    make.booking(bjorn, make.shift(timezone.now() - timedelta(hours=5), hours=2.5))
    found = care.help_of(bjorn)
    assert (found.people, found.hours, len(found.topics)) == (1, 2.5, 2)
    page = client.get("/volontar/min-sida/").content.decode()
    assert "Du har hjälpt 1 person." in page and "2 timmar 30 minuter i pass" in page
    assert "/volontar/min-sida/" in client.get("/jour/").content.decode()


@pytest.mark.parametrize("path", QUERIES)
@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_ask_their_number_of_queries(bjorn, path, number):
    for _ in range(number):
        make.helpline()
        make.message(make.helper_of(make.claimed(bjorn)))
        make.booking(bjorn, make.shift(timezone.now() - timedelta(hours=5), hours=1))
    client = logged_in(bjorn.user)
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    assert len(queries) == QUERIES[path]
