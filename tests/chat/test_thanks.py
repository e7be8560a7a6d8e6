""" "Did it help?": the tap and the sentence of the one who asked."""

import pytest
from django.test import Client

from chat import care, matching
from tests import make
from tests.chat.house import logged_in, with_grant
from volunteers.models import Thanks

pytestmark = pytest.mark.django_db
ASKS = "Hjälpte det?"


@pytest.fixture(autouse=True)
def office():
    return make.office()


@pytest.fixture
def bjorn():
    return make.volunteer()


@pytest.fixture
def done(bjorn):
    """A chat in which Björn has answered and that is done."""
    chat = make.claimed(bjorn)
    make.message(make.helper_of(chat))
    matching.resolve(chat.request, actor=bjorn.user)
    return chat


def url(talk, more="tack/"):
    return f"/chatt/{talk.request.public_id}/{more}"


def test_one_tap_at_the_end_and_it_is_not_asked_again(bjorn, done):
    amina = logged_in(done.request.owner)
    for path in ("", "lage/", "tack/"):
        assert ASKS in amina.get(url(done, path)).content.decode()
    page = amina.post(url(done), {"helped": "yes"}, follow=True).content.decode()
    assert "Volontären ser det utan ditt namn." in page
    assert ASKS not in amina.get(url(done, "")).content.decode()
    row = Thanks.objects.get()
    assert (row.volunteer, row.helped, row.giver) == (bjorn, "yes", done.request.owner)


def test_a_sentence_is_kept_masked_and_shown_without_a_name(bjorn, done):
    amina = logged_in(done.request.owner)
    amina.post(url(done), {"helped": "little"})
    answer = amina.post(url(done), {"words": "Tack! Ring mig: 070-123 45 67"}, follow=True)
    assert answer.redirect_chain[-1][0] == url(done, "")
    page = logged_in(bjorn.user).get("/volontar/min-sida/").content.decode()
    assert "Tack! Ring mig: [telefon]" in page and "Amina" not in page
    assert "Tack! Ring mig: [telefon]" in amina.get(url(done)).content.decode()


def test_a_sentence_that_is_too_long_stays_on_the_page(done):
    amina = logged_in(done.request.owner)
    amina.post(url(done), {"helped": "yes"})
    answer = amina.post(url(done), {"words": "Tack " * 50})
    assert answer.status_code == 400 and "Tack Tack" in answer.content.decode()
    assert Thanks.objects.get().words == ""


def test_who_was_not_helped_gets_the_ways_on_and_no_box(done):
    page = logged_in(done.request.owner).post(url(done), {"helped": "no"}, follow=True).content.decode()
    assert url(done, "oppna/") in page and "<textarea" not in page


@pytest.mark.parametrize("said", [{}, {"helped": "x"}, {"words": "Tack"}, {"helped": "\x00"}])
def test_what_is_no_answer_asks_again(done, said):
    answer = logged_in(done.request.owner).post(url(done), said)
    assert answer.status_code == 400 and ASKS in answer.content.decode()
    assert not Thanks.objects.exists()


def test_a_grant_may_thank_too(done):
    assert with_grant(make.seeker_of(done)).post(url(done), {"helped": "yes"}).status_code == 302
    assert Thanks.objects.exists()


def test_nobody_else_may(bjorn, done):
    for client in (Client(), logged_in(bjorn.user), logged_in(make.user("Samir"))):
        assert client.post(url(done), {"helped": "yes"}).status_code == 404
        assert client.get(url(done)).status_code == 404
    assert ASKS not in logged_in(bjorn.user).get(url(done, "")).content.decode()
    assert not Thanks.objects.exists()


def test_nobody_is_to_thank_while_it_goes_on_nor_where_nobody_answered(bjorn, done):
    matching.reopen(done.request, actor=None)
    silent = make.claimed(make.volunteer("Olof"))
    matching.resolve(silent.request, actor=None)
    for talk in (done, silent):
        talk.request.refresh_from_db()
        amina = logged_in(talk.request.owner)
        assert care.whom_to_thank(talk.request) is None
        assert amina.post(url(talk), {"helped": "yes"}).url == url(talk, "")
        assert ASKS not in amina.get(url(talk, "")).content.decode()
    assert not Thanks.objects.exists()
