"""Posters: whose words, whose code; and what is counted of those who come by one."""

import io

import pypdfium2
import pytest
from django.conf import settings
from django.test import Client
from django.utils.html import escape

from chat import matching
from motesplats import poster_paper, posters, privacy, sources
from motesplats.models import AuditEntry, PosterPlace, SourceVisit, User
from tests import make, roles
from tests.chat.house import logged_in
from tests.chat.state_of import fresh
from tests.motesplats import door
from tests.races import at_once
from tests.seekers.test_ask import FILLED, STEPS

pytestmark = pytest.mark.django_db
CHOSEN = {"language": "ar", "size": "a5"}
PAPER = "/affisch/ark/?language=ar&size=a5"
PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 6.0)"}


@pytest.fixture
def hisingen() -> PosterPlace:
    return sources.place_for("SFI Hisingen")


@pytest.fixture
def bjorn() -> Client:
    browser = Client()
    browser.force_login(make.volunteer().user)
    return browser


def figures() -> list[tuple[str, int, int]]:
    return [(row.place.tag, row.visits, row.questions) for row in SourceVisit.objects.select_related("place")]


# --- making one ------------------------------------------------------------------------------------------------------
def test_a_volunteer_names_a_place_once_and_the_code_carries_its_tag(bjorn):
    for _again in range(2):
        answer = bjorn.post("/affisch/", {**CHOSEN, "place": "SFI Hisingen"})
        assert answer.url == f"{PAPER}&place=sfi-hisingen"
    assert list(PosterPlace.objects.values_list("tag", "name")) == [("sfi-hisingen", "SFI Hisingen")]
    assert bjorn.get(answer.url).context["poster"].url.endswith("/ar/?via=sfi-hisingen")
    assert bjorn.post("/affisch/", CHOSEN).url == PAPER and PosterPlace.objects.count() == 1


def test_without_logging_in_one_prints_and_names_no_place():
    page = Client().get("/affisch/").content.decode()
    assert 'name="place"' not in page and "/konto/logga-in/" in page
    assert Client().post("/affisch/", {**CHOSEN, "place": "SFI Hisingen"}).url == PAPER
    assert not PosterPlace.objects.exists()
    assert "via=" not in Client().get(f"{PAPER}&place=sfi-hisingen").context["poster"].url  # nobody made it


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "Välj ett språk."),
        ({**CHOSEN, "language": "ti"}, "Välj ett av de här språken."),
        ({**CHOSEN, "size": "a0"}, "Välj A4 eller A5."),
        ({**CHOSEN, "place": "مكتبة"}, "minst två"),
        ({**CHOSEN, "place": 81 * "x"}, "Namnet är för långt"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(bjorn, given, said):
    answer = bjorn.post("/affisch/", given)
    page = answer.content.decode()
    assert answer.status_code == 400 and said in page and given.get("place", "") in page
    assert not PosterPlace.objects.exists()


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("SFI Hisingen", "sfi-hisingen"),
        (" Åby_Bibliotek! ", "aby-bibliotek"),
        (40 * "a", 30 * "a"),
        (f"{29 * 'a'} b", 29 * "a"),
        ("x", ""),
        ("—", ""),
    ],
)
def test_the_tag_of_a_name(name, tag):
    assert sources.tag_of(name) == tag


def test_long_names_that_begin_alike_are_places_of_their_own():
    names = [f"SFI Vuxenutbildningen Göteborg {part}" for part in ("Norra", "Södra", "Östra")]
    tags = [sources.place_for(name).tag for name in [*names, *names, names[0].upper()]]

    assert tags[0] == "sfi-vuxenutbildningen-goteborg" and len(set(tags)) == 3 and tags[3:] == [*tags[:3], tags[0]]
    assert all(sources.TAG.fullmatch(tag) for tag in tags)


def test_there_is_an_end_to_places(bjorn, monkeypatch, hisingen):
    monkeypatch.setattr(sources, "PLACES_MAX", 1)
    assert "för många platser" in bjorn.post("/affisch/", {**CHOSEN, "place": "Biblioteket"}).content.decode()
    assert bjorn.post("/affisch/", {**CHOSEN, "place": "SFI Hisingen"}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_who_name_the_same_place_at_once_share_it():
    found = at_once(*[lambda: sources.place_for("SFI Hisingen").pk] * 2)
    assert found == [PosterPlace.objects.get().pk] * 2


# --- the paper -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("language", settings.MENU_LANGUAGES)
def test_the_page_speaks_the_language_and_swedish(language):
    page = Client().get(f"/affisch/ark/?language={language}&size=a4").content.decode()
    chosen, swedish = posters.words_in(language), posters.words_in("sv")
    assert escape(chosen.title) in page and escape(swedish.title) in page
    assert page.count(escape(swedish.title)) == 1
    assert f'<section lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in page
    assert 'src="data:image/svg' in page and settings.PUBLIC_URL.partition("://")[2] in page


def test_a_strange_address_leads_to_the_form():
    for path in ("/affisch/ark/", "/affisch/ark.pdf", "/affisch/ark/?language=ti&size=a4", "/affisch/ark.pdf?size=a5"):
        assert Client().get(path).url == "/affisch/", path


@pytest.mark.parametrize("size", ["a4", "a5"])
@pytest.mark.parametrize("language", settings.MENU_LANGUAGES)
def test_the_pdf_is_one_page_and_nothing_falls_off(language, size):
    chosen = posters.poster(language, size, "sfi-hisingen")
    paper = poster_paper.lay_out(chosen)
    assert paper.y <= paper.h - paper.b_margin / 2
    document = pypdfium2.PdfDocument(io.BytesIO(paper.as_bytes()))
    assert len(document) == 1
    wide, high = (round(points / 72 * 25.4) for points in document[0].get_size())
    assert (wide, high) == {"a4": (210, 297), "a5": (148, 210)}[size]
    text = document[0].get_textpage().get_text_range()
    assert "Mötesplats" in text and "\ufffd" not in text
    assert all(letter in text for letter in chosen.first.facts[0] if letter.isalpha())


def test_the_pdf_by_its_address():
    answer = Client().get("/affisch/ark.pdf?language=en&size=a4")
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


# --- who comes by it -------------------------------------------------------------------------------------------------
def test_a_visit_counts_once_and_reloading_counts_nothing_and_no_cookie_is_set(hisingen):
    phone = Client(headers=PHONE)
    answer = phone.get("/ar/?via=sfi-hisingen&x=1")
    assert (answer.status_code, answer.url) == (302, "?x=1&fran=sfi-hisingen")
    for _again in range(2):
        assert phone.get("/ar/?fran=sfi-hisingen").status_code == 200
    assert figures() == [("sfi-hisingen", 1, 0)] and not phone.cookies.get(settings.SESSION_COOKIE_NAME)


@pytest.mark.parametrize("tag", ["okand", "SFI-Hisingen", "a", "%00", "../x", 31 * "a"])
def test_a_tag_that_nobody_made_is_passed_over(hisingen, tag):
    assert Client(headers=PHONE).get(f"/?via={tag}").status_code == 200
    assert figures() == [] and PosterPlace.objects.count() == 1


@pytest.mark.parametrize(
    "headers", [{"Sec-Purpose": "prefetch"}, {"Purpose": "prefetch"}, {"User-Agent": "Googlebot/2.1"}]
)
def test_robots_and_what_is_fetched_ahead_do_not_count(hisingen, headers):
    assert Client(headers={**PHONE, **headers}).get("/?via=sfi-hisingen").status_code == 302
    assert figures() == []


def test_other_methods_and_too_many_do_not_count(hisingen, monkeypatch):
    phone = Client(headers=PHONE)
    assert phone.head("/?via=sfi-hisingen").status_code == 200 and figures() == []
    monkeypatch.setattr("motesplats.source_middleware.VISITS_PER_HOUR", 2)
    for _visit in range(4):
        assert phone.get("/?via=sfi-hisingen").status_code == 302
    assert figures() == [("sfi-hisingen", 2, 0)]


def test_the_many_addresses_of_one_household_count_as_one(hisingen, monkeypatch):
    monkeypatch.setattr("motesplats.source_middleware.VISITS_PER_HOUR", 2)
    for number in range(4):
        Client(headers=PHONE, REMOTE_ADDR=f"2001:db8:1:2::{number}").get("/?via=sfi-hisingen")
    Client(headers=PHONE, REMOTE_ADDR="2001:db8:1:3::1").get("/?via=sfi-hisingen")
    assert figures() == [("sfi-hisingen", 3, 0)]


def ask(phone: Client, first: dict) -> None:
    for url in STEPS:
        phone.post(url, {**FILLED[url], **(first if url == STEPS[0] else {})})


def test_a_question_counts_for_its_place_once(hisingen):
    make.office()
    phone = Client(headers=PHONE)
    start = phone.get("/?fran=sfi-hisingen").content.decode()
    assert 'name="fran" value="sfi-hisingen"' in start and "/fraga/?fran=sfi-hisingen" in start
    assert 'name="fran" value="sfi-hisingen"' in phone.get("/fraga/?fran=sfi-hisingen").content.decode()
    ask(phone, {"fran": "sfi-hisingen"})
    assert figures() == [("sfi-hisingen", 0, 1)]
    ask(phone, {})  # another question of the same browser
    assert figures() == [("sfi-hisingen", 0, 1)]
    assert sources.KEY not in phone.session


@pytest.mark.parametrize("tag", ["okand", "<script>", ""])
def test_a_question_from_nowhere_counts_nothing_and_is_asked(hisingen, tag):
    make.office()
    phone = Client(headers=PHONE)
    assert "<script>" not in phone.get("/fraga/", {"fran": tag}).content.decode().partition("<main")[2]
    ask(phone, {"fran": tag})
    assert figures() == [] and User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_count_two():
    sources.place_for("SFI Hisingen")
    assert at_once(*[lambda: sources.visited("sfi-hisingen")] * 4) == [None] * 4
    assert figures() == [("sfi-hisingen", 4, 0)]


# --- the figures -----------------------------------------------------------------------------------------------------
@pytest.fixture
def disa() -> Client:
    person, browser = make.staff(), Client()
    door.give_app(person)
    browser.cookies[settings.SESSION_COOKIE_NAME] = roles.session_of(person, has_shown_key=True)
    return browser


def test_staff_see_the_figures_and_get_them_by_month(disa, hisingen):
    for day, visits in (("2026-10-01", 3), ("2026-10-31", 4), ("2026-11-01", 5)):
        SourceVisit.objects.create(place=hisingen, day=day, visits=visits, questions=1)
    evil = sources.place_for("=SUM(A1)")
    sources.visited(evil.tag)
    SourceVisit.objects.filter(place=evil).update(day="2026-09-01")
    page = disa.get("/admin/motesplats/posterplace/").content.decode()
    assert "sfi-hisingen" in page and ">12<" in page
    lines = disa.get("/admin/motesplats/posterplace/csv/").content.decode().removeprefix("\ufeff").splitlines()
    assert lines == [
        "månad;märke;plats;besök;frågor",
        "2026-11;sfi-hisingen;SFI Hisingen;5;1",
        "2026-10;sfi-hisingen;SFI Hisingen;7;2",
        "2026-09;suma1;'=SUM(A1);1;0",
    ]


def test_staff_take_a_place_away_once(disa, hisingen):
    sources.visited("sfi-hisingen")
    for _again in range(2):
        disa.post(f"/admin/motesplats/posterplace/{hisingen.pk}/do/take_away/", {"sure": "1"})
    assert not PosterPlace.objects.exists() and figures() == []
    assert AuditEntry.objects.filter(action="poster.place_removed").count() == 1
    assert Client(headers=PHONE).get("/?via=sfi-hisingen").status_code == 200


def test_nothing_about_a_person_is_kept(bjorn):
    bjorn.post("/affisch/", {**CHOSEN, "place": "SFI Hisingen"})
    assert {field.name for field in PosterPlace._meta.fields} == {"id", "tag", "name", "made_at"}
    assert {field.name for field in SourceVisit._meta.fields} == {"id", "place", "day", "visits", "questions"}
    person = User.objects.get(volunteer__isnull=False)
    assert "SFI Hisingen" not in str(privacy.export(person))


# --- Tipsa en van ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("path", "word"), [("/tipsa/", "Sverige"), ("/ar/tipsa/", "%D8%A7")])
def test_tell_a_friend_has_ready_words_and_names_nobody(path, word):
    page = Client().get(path).content.decode()
    assert 'href="sms:?&amp;body=' in page and 'href="mailto:?subject=' in page and word in page
    assert "via=" not in page and 'src="data:image/svg' in page


def test_the_box_stands_at_the_end_of_a_chat_for_the_one_who_asked():
    make.office()
    bjorn = make.volunteer()
    chat = make.claimed(bjorn)
    amina, path = make.seeker_of(chat).user, f"/chatt/{chat.request.public_id}/"
    make.message(make.helper_of(chat))
    assert "sms:" not in logged_in(amina).get(path).content.decode()
    matching.resolve(fresh(chat).request, actor=chat.request.owner)
    assert "sms:?&amp;body=" in logged_in(amina).get(path).content.decode()
    assert "sms:" not in logged_in(bjorn.user).get(path).content.decode()
    logged_in(amina).post(f"{path}tack/", {"helped": "yes"})
    thanked = logged_in(amina).get(f"{path}tack/").content.decode()
    assert "sms:?&amp;body=" in thanked and 'src="data:image/svg' in thanked
