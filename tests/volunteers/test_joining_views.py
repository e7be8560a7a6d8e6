import pytest
from django.test import Client

from motesplats import occupations
from tests import make
from volunteers import conduct
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db
ABOUT, RULES, DESK = "/volontar/om-mig/", "/volontar/regler/", "/jour/"
SHOWN = {"version": conduct.VERSION}


def browser_of(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def test_an_application_leads_on_to_oneself_and_the_rules_and_every_page_but_those_may_be_skipped():
    browser = browser_of(make.user("Cecilia"))
    assert browser.post("/volontar/", {"name": "Cecilia", "languages": ["sv"]}).url == ABOUT
    assert browser.post(ABOUT, {"skip": "1", "occupation": "xyzzy"}).url == RULES
    assert "data-wrong" in browser.post(RULES, SHOWN).content.decode()
    assert not Volunteer.objects.get().conduct_version
    assert browser.post(RULES, {**SHOWN, "accept": "on"}).url == "/volontar/"
    assert Volunteer.objects.get().conduct_version == conduct.VERSION
    assert "checked" not in browser.get(ABOUT).content.decode()


def test_what_one_tells_is_kept_and_shown_again():
    bjorn = make.volunteer()
    browser, cook = browser_of(bjorn.user), occupations.by_label("Kock, storhushåll")
    said = {"occupation": "kock, storhushåll", "gives_contacts": "on", "times": ["nights", "weekends"]}
    page = browser.post(ABOUT, {**said, "occupation_2": "svetsare"})
    assert page.status_code == 200 and "Svetsare, manuell" in page.content.decode()
    assert browser.post(ABOUT, {**said, "is_woman": "on", "places": ["online"]}).url == "/volontar/"
    bjorn.refresh_from_db()
    assert (bjorn.occupations, bjorn.gives_contacts, bjorn.is_woman) == ([cook.id], True, True)
    assert (bjorn.times, bjorn.places) == (["nights", "weekends"], ["online"])
    shown = browser.get(ABOUT).content.decode()
    assert 'value="Kock, storhushåll"' in shown and shown.count("checked") == 5


@pytest.mark.parametrize("url", [ABOUT, RULES])
def test_the_pages_are_for_those_who_applied(url):
    assert Client().get(url).url.startswith("/konto/logga-in/")
    for user in (make.user(), make.volunteer(state="ended").user):
        assert browser_of(user).get(url).status_code == 404
    for state in ("applied", "approved", "paused"):
        assert browser_of(make.volunteer(state=state).user).get(url).status_code == 200


def test_new_rules_come_before_the_desk_and_a_question_and_lead_back():
    make.office()
    bjorn = make.volunteer()
    browser, question = browser_of(bjorn.user), make.conversation().request
    newest = conduct.publish(make.conduct_version(), {"text_sv": "Jag är snäll."}, by=make.staff())
    shown = {"accept": "on", "version": newest.version}
    asked = f"{RULES}?efter=%2Fjour%2F"
    assert browser.get(DESK).url == asked
    fragment = browser.get(f"{DESK}lista/")
    assert (fragment.status_code, fragment.content) == (302, b"") and fragment.url == asked
    assert browser.post(f"/jour/{question.public_id}/ta/", {"pace": "now"}).url == asked
    question.refresh_from_db()
    assert question.helper is None
    assert browser.post(asked, shown).url == DESK
    assert browser.get(DESK).status_code == 200
    assert browser.post(f"{RULES}?efter=//evil.example/", shown).url == "/volontar/"
