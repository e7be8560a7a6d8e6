"""Our rules: IM writes them, a new version is accepted anew, the old ones can be read."""

from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.test import Client

from motesplats.models import AuditEntry
from tests import make, roles
from tests.chat.house import logged_in
from tests.motesplats import door
from tests.races import at_once
from volunteers import conduct, privacy
from volunteers.models import ConductAcceptance, ConductVersion, Volunteer

pytestmark = pytest.mark.django_db
RULES = "/volontar/regler/"
TEXTS = {"text_sv": "Jag är snäll.\nJag kommer i tid.", "text_en": "I am kind.\nI come in time."}


@pytest.fixture
def first():
    return make.conduct_version()


@pytest.fixture
def disa() -> Client:
    person, browser = make.staff(), Client()
    door.give_app(person)
    browser.cookies[settings.SESSION_COOKIE_NAME] = roles.session_of(person, has_shown_key=True)
    return browser


def holds() -> str:
    return ConductVersion.objects.get(is_current=True).version


def test_the_text_the_house_comes_with_is_there_from_the_start_and_loaded_once():
    unsaved = conduct.current()
    assert unsaved.pk is None and unsaved.version == conduct.VERSION and len(unsaved.points) == 11
    assert conduct.load_missing() == 1 and conduct.load_missing() == 0
    held = conduct.current()
    assert held.points == unsaved.points and held.points[0] == "Jag behandlar alla med respekt."
    conduct.correct(held, TEXTS, by=make.staff())
    assert conduct.load_missing() == 0 and conduct.current().points == ["Jag är snäll.", "Jag kommer i tid."]


def test_a_new_version_is_accepted_anew_and_the_old_stays(first):
    bjorn = make.volunteer()
    with time_machine.travel("2026-12-05T12:00:00Z"):
        made = conduct.publish(first, TEXTS, by=make.staff())
        assert made.version == "2026-12" == holds()
        with pytest.raises(conduct.RulesFirst):
            conduct.stop_unless_accepted(bjorn)
        for _again in range(2):
            conduct.accept(bjorn)
        conduct.stop_unless_accepted(bjorn)
        assert conduct.publish(made, TEXTS, by=make.staff()).version == "2026-12.2"
    assert not conduct.has_accepted(bjorn)
    assert [row.version for row in conduct.accepted_by(bjorn)] == ["2026-12"]
    assert conduct.find("2026-11").points[-1] == "Jag får hjälp av IM och kan sluta när jag vill."
    assert AuditEntry.objects.filter(action="conduct.published").count() == 2


def test_better_words_ask_nobody_anew(first):
    bjorn = make.volunteer()
    conduct.correct(first, TEXTS, by=make.staff())
    assert conduct.has_accepted(bjorn) and ConductVersion.objects.count() == 1


def test_two_who_publish_at_once_make_one_version(first):
    staff = make.staff()
    conduct.publish(first, TEXTS, by=staff)
    for change in (conduct.publish, conduct.correct):
        with pytest.raises(conduct.Replaced):
            change(first, {"text_sv": "Annat"}, by=staff)
    assert ConductVersion.objects.count() == 2 and conduct.current().points[0] == "Jag är snäll."


@pytest.mark.django_db(transaction=True)
def test_published_at_the_same_moment_one_is_told(first):
    staff = make.staff()
    found = at_once(*[lambda: conduct.publish(first, TEXTS, by=staff)] * 2)
    assert sorted(type(one).__name__ for one in found) == ["ConductVersion", "Replaced"]
    assert ConductVersion.objects.filter(is_current=True).count() == 1


# --- the volunteer's pages -------------------------------------------------------------------------------------------
def test_only_the_version_that_was_shown_is_accepted(first):
    cecilia = make.applicant(is_ready=False)
    browser = logged_in(cecilia.user)
    assert f'value="{first.version}"' in browser.get(RULES).content.decode()
    made = conduct.publish(first, TEXTS, by=make.staff())
    page = browser.post(RULES, {"accept": "on", "version": first.version}, follow=True).content.decode()
    assert "Jag är snäll." in page and "ändrades nyss" in page
    assert not ConductAcceptance.objects.exists()
    browser.post(RULES, {"accept": "on", "version": made.version})
    assert [row.version for row in conduct.accepted_by(cecilia)] == [made.version]


def test_what_was_promised_before_can_be_read_with_its_day(first):
    cecilia = make.applicant(is_ready=False)
    conduct.accept(cecilia)
    browser, old = logged_in(cecilia.user), f"{RULES}{first.version}/"
    assert old not in browser.get(RULES).content.decode()
    made = conduct.publish(first, TEXTS, by=make.staff())
    assert old in browser.get(RULES).content.decode()
    page = browser.get(old).content.decode()
    assert "Jag behandlar alla med respekt." in page and "Du godkände den" in page and "gäller inte längre" in page
    assert "Du har inte godkänt" in browser.get(f"{RULES}{made.version}/").content.decode()
    assert browser.get(f"{RULES}1999-01/").status_code == 404


def test_acceptances_are_given_out_and_taken_away(first):
    cecilia = make.applicant(is_ready=False)
    conduct.accept(cecilia)
    assert [row["version"] for row in privacy.export(cecilia.user)["rules_accepted"]] == [first.version]
    for _again in range(2):
        privacy.erase(cecilia.user)
    assert not ConductAcceptance.objects.exists()


def test_whoever_accepted_before_has_a_row():
    bjorn = make.volunteer()
    fill = import_module("volunteers.migrations.0004_conduct_accepted_before").fill
    for _again in range(2):
        fill(apps, None)
    row = ConductAcceptance.objects.get()
    assert (row.volunteer, row.version, row.at) == (bjorn, conduct.VERSION, bjorn.conduct_accepted_at)


# --- the admin -------------------------------------------------------------------------------------------------------
def change_url(version: ConductVersion) -> str:
    return f"/admin/volunteers/conductversion/{version.pk}/change/"


def test_staff_publish_with_one_tick_and_correct_without(disa, first):
    disa.post(change_url(first), TEXTS)
    assert holds() == first.version and conduct.current().points[0] == "Jag är snäll."
    disa.post(change_url(first), {**TEXTS, "text_sv": "Jag lyssnar.\nJag kommer i tid.", "is_new": "on"})
    held = conduct.current()
    assert held.pk != first.pk and held.points[0] == "Jag lyssnar."
    first.refresh_from_db()
    assert first.text_sv.startswith("Jag är snäll.") and not first.is_current
    assert "<textarea" not in disa.get(change_url(first)).content.decode()
    assert "<textarea" in disa.get(change_url(held)).content.decode()


def test_bad_rules_are_said_plainly_and_stay_typed(disa, first):
    page = disa.post(change_url(first), {**TEXTS, "text_en": "I am kind."}).content.decode()
    assert "Regler här: 1. På svenska: 2." in page and "I am kind." in page
    assert "errorlist" in disa.post(change_url(first), {"text_sv": ""}).content.decode()
    conduct.publish(first, TEXTS, by=make.staff())
    late = disa.post(change_url(first), {"text_sv": "Mina ord", "is_new": "on"}).content.decode()
    assert "Det finns en nyare version" in late and "Mina ord" in late
    assert ConductVersion.objects.count() == 2


def test_staff_see_what_a_volunteer_accepted_when(disa, first):
    cecilia = make.applicant(is_ready=False)
    conduct.accept(cecilia)
    page = disa.get(f"/admin/volunteers/volunteer/{cecilia.pk}/change/").content.decode()
    assert first.version in page
    assert Volunteer.objects.get(pk=cecilia.pk).conduct_version == first.version
