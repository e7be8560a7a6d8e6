"""Making a certificate, the public page that checks it, and the hours behind it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import care
from chat.models import Message
from motesplats.models import AuditEntry, User
from tests import make, roles
from tests.chat.house import logged_in
from tests.motesplats import door
from volunteers import approval, certificate_views, certificates
from volunteers.models import Certificate, Reference

pytestmark = pytest.mark.django_db
MAKE = "/volontar/intyg/"
QUERIES_OF_MAKING, QUERIES_OF_CHECKING = 11, 1


@pytest.fixture(autouse=True)
def office():
    return make.office()


@pytest.fixture
def bjorn():
    """Has been in a shift of two hours."""
    made = make.volunteer()
    make.booking(made, make.shift(timezone.now() - timedelta(hours=5), hours=2))
    return made


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-10-25T{clock}:00+00:00")


def test_a_quarter_counts_once_and_not_inside_a_shift():
    wrote = [at("18:01"), at("18:14"), at("18:15"), at("19:59"), at("20:30"), at("22:00")]
    assert care.answered_quarters(wrote, []) == 5
    assert care.answered_quarters(wrote, [(at("19:50"), at("22:00"))]) == 3  # 18.00, 18.15 and 22.00
    assert care.answered_quarters([], [(at("19:50"), at("22:00"))]) == 0


def test_the_hour_that_comes_twice_in_october_is_two_hours():
    assert care.answered_quarters([at("00:30"), at("01:30")], []) == 2  # both 02.30 on a clock in Sweden
    bjorn = make.volunteer()
    make.booking(bjorn, make.shift(datetime(2025, 10, 25, 20, tzinfo=UTC), hours=9))  # 22–06, by the clock eight
    assert care.help_of(bjorn).hours == 9


def test_hours_are_shifts_and_answers_outside_them_and_the_period_begins_with_the_first(bjorn):
    chat = make.claimed(bjorn)
    for ago in (timedelta(days=3), timedelta(hours=4)):  # the second inside the shift
        make.message(make.helper_of(chat))
        newest = Message.objects.order_by("-seq").values("pk")[:1]
        Message.objects.filter(pk__in=list(newest.values_list("pk", flat=True))).update(created_at=timezone.now() - ago)
    found = care.help_of(bjorn)
    assert (found.hours, found.answered_hours, found.people, found.kinds) == (2, 0.25, 1, ["cv"])
    assert timezone.now() - found.since > timedelta(days=2, hours=23)


def test_a_volunteer_makes_opens_and_takes_back_the_paper(bjorn):
    client = logged_in(bjorn.user)
    assert "2 hela timmar" in client.get(MAKE).content.decode()
    page = client.post(MAKE, {"name": "Björn Ek"}, follow=True).content.decode()
    made = Certificate.objects.get()
    assert made.grouped_code in page and made.facts["hours"] == 2
    paper = client.get(f"{MAKE}{made.code}/")
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF-")
    assert "no-store" in paper["Cache-Control"]
    page = client.post(f"{MAKE}{made.code}/ta-tillbaka/", follow=True).content.decode()
    assert "Intyget är återkallat" in page
    assert client.get(f"{MAKE}{made.code}/").status_code == 404


def test_nobody_opens_or_takes_back_another_ones_paper(bjorn):
    made, cecilia = make.certificate(bjorn), make.volunteer("Cecilia")
    for person in (cecilia.user, make.user("Samir")):
        assert logged_in(person).get(f"{MAKE}{made.code}/").status_code == 404
        assert logged_in(person).post(f"{MAKE}{made.code}/ta-tillbaka/").status_code == 404
    assert "/konto/" in Client().get(f"{MAKE}{made.code}/").url
    assert certificates.find(made.code).withdrawn_at is None


@pytest.mark.parametrize("state", ["paused", "ended"])
def test_whoever_helps_no_more_still_has_their_papers_and_may_take_them_back(bjorn, state):
    certificates.ask_reference(bjorn), certificates.agree(Reference.objects.get(), by=make.staff("Disa Ek"))
    named = make.certificate(bjorn)
    client, disa = logged_in(bjorn.user), make.staff()
    (approval.pause if state == "paused" else approval.end)(bjorn, by=disa)
    assert f'href="{MAKE}mina/"' in client.get("/volontar/").content.decode()
    page = client.get(f"{MAKE}mina/").content.decode()
    assert named.grouped_code in page and ("Disa Ek" in page) == (state == "paused")  # the reference ends with the work
    assert client.get(f"{MAKE}{named.code}/").content.startswith(b"%PDF-")
    assert client.get(MAKE).status_code == client.post(MAKE, {"name": "Björn Ek"}).status_code == 404
    assert client.post(f"{MAKE}referens/").status_code == 404
    page = client.post(f"{MAKE}referens/avsluta/", follow=True).content.decode()
    assert not Reference.objects.exists()
    if state == "paused":
        assert "Nu har du ingen referens" in page
    assert certificates.find(named.code).withdrawn_cause == ("reference" if state == "paused" else "")
    other = make.certificate(bjorn)
    page = client.post(f"{MAKE}{other.code}/ta-tillbaka/", follow=True).content.decode()
    assert "Intyget är återkallat" in page and certificates.find(other.code).withdrawn_cause == "own"


def test_the_papers_are_only_for_those_who_helped_and_are_not_blocked(bjorn):
    made = make.certificate(bjorn)
    for person in (make.user(), make.applicant().user, make.applicant(state="ended").user, make.volunteer().user):
        seen = logged_in(person).get(f"{MAKE}mina/")
        assert made.grouped_code not in seen.content.decode()
        assert seen.status_code == (200 if getattr(person, "volunteer", None) and person.volunteer.approved_at else 404)
    assert "/konto/" in Client().get(f"{MAKE}mina/").url
    client = logged_in(bjorn.user)
    User.objects.filter(pk=bjorn.user_id).update(is_active=False)
    assert client.get(f"{MAKE}mina/").status_code != 200


def test_a_paper_whose_row_was_changed_does_not_open(bjorn):
    made = make.certificate(bjorn)
    Certificate.objects.update(facts={**made.facts, "hours": 4000})
    assert logged_in(bjorn.user).get(f"{MAKE}{made.code}/").status_code == 404
    assert Client().get(f"/intyg/{made.code}/").status_code == 404


def test_without_an_hour_there_is_no_form_and_no_paper():
    nils = make.volunteer("Nils")
    client = logged_in(nils.user)
    assert 'name="name"' not in client.get(MAKE).content.decode()
    assert "en hel timme" in client.post(MAKE, {"name": "Nils Ek"}, follow=True).content.decode()
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("name", ["", "   ", "王 Ek", "x" * 81, "\x00"])
def test_a_name_that_cannot_stand_there_is_said_on_the_page(bjorn, name):
    answer = logged_in(bjorn.user).post(MAKE, {"name": name})
    assert answer.status_code == 400 and not Certificate.objects.exists()


def test_the_public_page_says_the_paper_and_nothing_more(bjorn):
    disa = make.staff("Disa Ek")
    bjorn.user.display_name, bjorn.motivation = "Björnen", "KANARIE"
    bjorn.user.save(), bjorn.save()
    chat = make.claimed(bjorn)
    certificates.ask_reference(bjorn), certificates.agree(Reference.objects.get(), by=disa)
    made = make.certificate(bjorn)
    page = Client().get(f"/intyg/{made.grouped_code.lower()}/")
    text = page.content.decode()
    for said in ("Björn Ek", "42", "12 januari 2026", "CV, Intervju", "Disa Ek", made.grouped_code):
        assert said in text
    hidden = ("KANARIE", "Björnen", bjorn.user.email, disa.email, "Amina", chat.request.public_id, made.digest)
    assert [word for word in (*hidden, made.signature) if word in text] == []
    assert (page["X-Robots-Tag"], page["Referrer-Policy"]) == ("noindex, nofollow", "no-referrer")
    assert "noindex" in text and "no-store" in page["Cache-Control"]


def test_a_revoked_paper_says_only_that(bjorn):
    made = make.certificate(bjorn)
    certificates.withdraw(made, cause=Certificate.Cause.STAFF, by=None)
    page = Client().get(f"/intyg/{made.code}/")
    assert page.status_code == 200 and "återkallat" in page.content.decode()
    assert "Björn" not in page.content.decode()


def test_the_code_is_typed_and_what_is_none_is_said_plainly(bjorn):
    made = make.certificate(bjorn)
    assert Client().get("/intyg/", {"kod": f" {made.grouped_code.lower()} "}).url == f"/intyg/{made.code}/"
    for typed in ("", "123", "x" * 61, "\x00", "ÅÄÖ-ÅÄÖÅ-ÅÄÖÅÅ"):
        assert Client().get("/intyg/", {"kod": typed}).status_code == 400
    unknown = Client().get("/intyg/0000-0000-0000/")
    assert unknown.status_code == 404 and "Det finns inget intyg" in unknown.content.decode()


def test_checking_is_limited(bjorn, monkeypatch):
    monkeypatch.setattr(certificate_views, "CHECKS_PER_HOUR", 2)
    made = make.certificate(bjorn)
    assert [Client().get(f"/intyg/{made.code}/").status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_ask_their_number_of_queries(bjorn, number):
    for hours in range(number):
        made = make.certificate(bjorn, hours=40 + hours)
    client = logged_in(bjorn.user)
    client.get(MAKE)
    with CaptureQueriesContext(connection) as queries:
        client.get(MAKE)
    assert len(queries) == QUERIES_OF_MAKING
    with CaptureQueriesContext(connection) as queries:
        certificates.find(made.code)
    assert len(queries) == QUERIES_OF_CHECKING


def test_im_says_yes_and_revokes_in_the_admin(bjorn):
    certificates.ask_reference(bjorn)
    asked, disa = Reference.objects.get(), make.staff("Disa Ek")
    client = Client()
    door.give_app(disa)
    client.cookies[settings.SESSION_COOKIE_NAME] = roles.session_of(disa, has_shown_key=True)
    client.post(f"/admin/volunteers/reference/{asked.pk}/do/agree/", {"sure": "1"})
    asked.refresh_from_db()
    made = make.certificate(bjorn)
    assert (asked.staff, made.facts["reference"]) == (disa, "Disa Ek")
    client.post(f"/admin/volunteers/certificate/{made.pk}/do/revoke/", {"sure": "1"})
    assert certificates.find(made.code).withdrawn_cause == "staff"
    assert AuditEntry.objects.filter(action="certificate.withdrawn", actor_id=disa.pk).count() == 1
