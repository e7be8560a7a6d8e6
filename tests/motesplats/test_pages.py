"""The frame, the start page, who reads, something is wrong, the error pages."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import OperationalError
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from motesplats import text
from motesplats.models import AuditEntry, OutboxMail, Report
from tests import make

pytestmark = pytest.mark.django_db

LOOK = Path(finders.find("motesplats/base.css")).parent
PAGES = ["/", "/integritet/", "/fel/", "/fraga/", "/mina-fragor/"]


@pytest.fixture(autouse=True)
def no_counts():
    cache.clear()


def menu_of(client: Client, url: str = "/integritet/") -> list[str]:
    return [address for _label, address, _here in client.get(url).context["menu"]]


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("url", PAGES)
def test_page_in_each_menu_language_names_its_language_and_direction(client, url):
    for code in settings.MENU_LANGUAGES:
        address = url if code == "sv" else f"/{code}{url}"
        page = client.get(address).content.decode()
        direction = "rtl" if code == "ar" else "ltr"
        assert f'<html lang="{code}" dir="{direction}">' in page


@pytest.mark.parametrize("url", PAGES)
def test_swedish_page_stays_swedish_whatever_the_browser_says(client, url):
    client.cookies["django_language"] = "en"
    answer = client.get(url, headers={"accept-language": "ar,en;q=0.8"})
    assert answer.status_code == 200
    assert '<html lang="sv"' in answer.content.decode()


def test_language_menu_links_to_the_same_page_with_its_question(client):
    frame = client.get("/fel/?sida=pages:home").context
    assert [tuple(row) for row in frame["languages"]] == [
        ("sv", "svenska", "/fel/?sida=pages:home"),
        ("en", "English", "/en/fel/?sida=pages:home"),
        ("ar", "العربية", "/ar/fel/?sida=pages:home"),
    ]


def test_start_page_offers_the_browsers_language_as_one_link(client):
    def offer(said, url="/"):
        found = client.get(url, headers={"accept-language": said}).context["offer"]
        return found and (found["code"], found["url"])

    assert offer("ar-SY,ar;q=0.9,en;q=0.5") == ("ar", "/ar/")
    assert offer("uk,en-GB;q=0.9") == ("en", "/en/")
    assert offer("sv-SE,en") is None
    assert offer("sv-SE", "/ar/") == ("sv", "/")
    assert offer("") is None
    assert offer("x" * 5000) is None


def test_menu_holds_only_what_the_person_has_use_for(client):
    make.office()
    assert menu_of(client) == ["/fraga/", "/volontar/", "/konto/logga-in/"]
    assert menu_of(logged_in(make.user())) == ["/fraga/", "/mina-fragor/", "/volontar/", "/konto/"]
    assert menu_of(logged_in(make.volunteer().user)) == ["/jour/", "/pass/", "/fraga/", "/konto/"]
    applied = make.volunteer("Cecilia", state="applied", approved_at=None).user
    assert menu_of(logged_in(applied)) == ["/fraga/", "/mina-fragor/", "/volontar/", "/konto/"]


@pytest.mark.parametrize(
    "state, words",
    [("applied", "Min ansökan"), ("paused", "Min sida"), ("ended", "Bli volontär"), ("approved", None)],
)
def test_menu_does_not_ask_for_an_application_that_is_sent(client, state, words):
    menu = logged_in(make.volunteer(state=state).user).get("/integritet/").context["menu"]
    assert next((label for label, address, _here in menu if address == "/volontar/"), None) == words


def test_menu_of_staff_has_the_admin(rf):
    from motesplats.pages import page_frame  # the pages themselves ask staff for a second key first

    request = rf.get("/")
    request.user, request.session = make.staff(), {}
    assert [url for _label, url, _here in page_frame(request)["menu"]] == [
        "/fraga/",
        "/mina-fragor/",
        "/admin/",
        "/konto/",
    ]


def test_menu_marks_where_one_is(client):
    assert [here for _label, _url, here in client.get("/fraga/").context["menu"]] == [True, False, False]


def test_start_page_says_when_a_volunteer_can_answer_and_when_not(client):
    make.office()
    assert client.get("/").context["can_answer_now"] is False
    shift = make.shift(timezone.now() + timedelta(hours=5))
    make.booking(make.volunteer("Cecilia"), shift)
    page = client.get("/")
    assert (page.context["next_shift"], page.context["is_shift_running"]) == (shift, False)
    running = make.shift(timezone.now() - timedelta(hours=1))
    make.booking(make.volunteer("Olof"), running)  # has not opened the desk
    page = client.get("/en/")
    assert (page.context["next_shift"], page.context["is_shift_running"]) == (running, True)
    assert "A volunteer has a shift until" in page.content.decode()
    make.volunteer(on_duty=True)
    page = client.get("/")
    assert (page.context["can_answer_now"], page.context["next_shift"]) == (True, None)
    assert (
        "A volunteer can answer now." in page.content.decode() or "En volontär kan svara nu." in page.content.decode()
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_start_page_takes_the_same_number_of_queries_for_any_number(client, rows, django_assert_num_queries):
    for _ in range(rows):
        make.booking(make.volunteer(), make.shift(timezone.now() + timedelta(hours=5)))
    with django_assert_num_queries(2):
        client.get("/")
    amina = logged_in(make.user())
    with django_assert_num_queries(5):
        amina.get("/")


def test_privacy_page_answers_anybody(client):
    assert client.get("/integritet/").status_code == 200
    assert client.post("/integritet/").status_code == 200


def test_report_is_kept_promised_audited_and_mailed_to_office_and_deputy(client):
    office = make.office()
    office.deputy = make.staff()
    office.save()
    answer = client.post("/fel/", {"text": "  Någon är elak.\r\nHjälp! ", "page": "seekers:ask_step"})
    assert answer.url == "/fel/tack/"
    made = Report.objects.get()
    assert (made.text, made.about_kind, made.about_id, made.reporter) == (
        "Någon är elak.\nHjälp!",
        "page",
        "seekers:ask_step",
        None,
    )
    assert made.answer_by > timezone.now()
    assert list(AuditEntry.objects.values_list("action", "about_id")) == [("report.made", made.public_id)]
    mails = OutboxMail.objects.filter(kind="report")
    assert {mail.to_email or mail.to_user.email for mail in mails} == {office.email, office.deputy.email}
    assert "elak" not in str(list(mails.values_list("data", flat=True)))
    thanks = client.get("/fel/tack/")
    assert thanks.status_code == 200
    assert thanks.context["report"] == made and "Någon är elak." in thanks.content.decode()


def test_report_from_a_chat_page_knows_the_chat_only_for_those_in_it(client):
    make.office()
    chat = make.conversation()
    amina, url = chat.request.owner, f"/chatt/{chat.request.public_id}/"
    inside = logged_in(amina)
    link = f"/fel/?sida=chat:conversation_show&amp;chatt={chat.request.public_id}"
    assert link in inside.get(url).content.decode()
    page = inside.get(link.replace("&amp;", "&"))
    assert page.context["question"] == chat.request and f"{url}fel/" in page.content.decode()
    said = {"text": "Det känns konstigt", "page": "chat:conversation_show", "chat": chat.request.public_id}
    inside.post("/fel/", said)
    made = Report.objects.get()
    assert (made.about_kind, made.about_id, made.reporter) == ("request", chat.request.public_id, amina)
    assert made.title == chat.request.get_topic_display()
    thanks = inside.get("/fel/tack/").content.decode()
    assert "Det känns konstigt" in thanks and url in thanks
    assert type(chat.request).objects.get().state == "waiting"  # told, not stopped
    for stranger, chat_id in ((client, said["chat"]), (logged_in(make.user()), said["chat"]), (inside, "\x00" * 9)):
        stranger.post("/fel/", said | {"chat": chat_id})
        assert Report.objects.last().about_kind == "page"


def test_thanks_page_says_when_im_has_read(client):
    client.post("/fel/", {"text": "hej"})
    before = client.get("/fel/tack/").content
    Report.objects.update(handled_at=timezone.now())
    assert client.get("/fel/tack/").content != before


def test_report_by_somebody_known_names_them():
    amina = make.user()
    logged_in(amina).post("/fel/", {"text": "hej"})
    assert Report.objects.get().reporter == amina


def test_report_without_an_office_is_still_kept(client):
    client.post("/fel/", {"text": "hej"})
    assert Report.objects.count() == 1


@pytest.mark.parametrize("bad", ["", "   ", "\u200b\u200d", "a\x00b", "a\x1bb", "x" * 2001])
def test_report_refuses_bad_text_and_keeps_it_in_the_box(client, bad):
    answer = client.post("/fel/", {"text": bad})
    assert answer.status_code == 200
    assert "data-errors" in answer.content.decode()
    assert answer.context["form"]["text"].value() == bad
    assert not Report.objects.exists()


def test_report_with_a_strange_page_is_kept_without_it(client):
    client.post("/fel/", {"text": "hej", "page": "<script>" * 50})
    assert Report.objects.get().about_id == ""


def test_eleventh_report_of_an_hour_is_refused_with_its_text(client):
    for _ in range(10):
        assert client.post("/fel/", {"text": "hej"}).status_code == 302
    answer = client.post("/fel/", {"text": "den elfte"})
    assert answer.status_code == 200
    assert "den elfte" in answer.content.decode()
    assert Report.objects.count() == 10


def test_thanks_page_without_a_report_leads_to_the_form(client):
    assert client.get("/fel/tack/").url == "/fel/"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Hej 👩‍👩‍👧‍👦 👋🏽", "Hej 👩‍👩‍👧‍👦 👋🏽"),
        ("e\u0301", "é"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("  a\r\nb\rc\td ", "a\nb\nc\td"),
        ("\u202eabc\u202c", "\u202eabc\u202c"),
        ("\u200b\u2060", ""),
    ],
)
def test_text_is_kept_whole_in_nfc(given, kept):
    assert text.clean_text(given) == kept


@pytest.mark.parametrize("bad", ["\x00", "a\x07", "\x85", "\ud800"])
def test_text_with_control_signs_or_half_letters_is_refused(bad):
    with pytest.raises(text.ValidationError):
        text.clean_text(bad)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Amina   Ali ", "Amina Ali"),
        ("Am\u202eina\u2066", "Amina"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("a\x00b\nc", "ab c"),
        ("\u200d", ""),
        ("\ud800x", "x"),
    ],
)
def test_name_is_one_line_without_invisible_signs(given, kept):
    assert text.clean_name(given) == kept


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "503", "403_csrf"])
def test_error_page_renders_alone_without_the_database(name, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = render_to_string(f"{name}.html")
    assert "<h1>" in page
    assert "tel:112" in page
    assert 'href="/"' in page


def test_unknown_address_answers_a_kind_404_in_its_language(client):
    answer = client.get("/ar/finns-inte/")
    assert answer.status_code == 404
    assert '<html lang="ar" dir="rtl">' in answer.content.decode()


def test_old_form_keeps_the_text_for_its_own_page_only():
    client = Client(enforce_csrf_checks=True)
    data = {"text": "Jag skrev en lång text om mitt CV", "csrfmiddlewaretoken": "x" * 32}
    own = client.post("/fel/", data, headers={"sec-fetch-site": "same-origin"})
    assert own.status_code == 403
    assert "Jag skrev en lång text om mitt CV" in own.content.decode()
    foreign = client.post("/fel/", data, headers={"sec-fetch-site": "cross-site", "origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert "Jag skrev" not in foreign.content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', own.content.decode())[1]
    again = client.post("/fel/", {"text": data["text"], "csrfmiddlewaretoken": token})
    assert again.status_code == 302


def test_database_away_keeps_what_was_typed(client, monkeypatch):
    def broken(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr("motesplats.pages.reports.report", broken)
    answer = client.post("/fel/", {"text": "Det här får inte gå förlorat"})
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "Det här får inte gå förlorat" in page
    assert 'action="/fel/"' in page
    assert "csrfmiddlewaretoken" in page


# --- budget and rules of the look -------------------------------------------------------------------------------------


def packed(data: bytes) -> int:
    return len(gzip.compress(data, 9))


@pytest.mark.parametrize("url", PAGES + ["/ar/"])
def test_pages_and_their_files_stay_within_the_budget(client, url):
    page = client.get(url).content
    assert packed(page) <= 15 * 1024
    files = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', page.decode())
    sizes = {name: packed(Path(finders.find(name)).read_bytes()) for name in files}
    assert sum(size for name, size in sizes.items() if name.endswith(".css")) <= 6 * 1024
    assert sum(size for name, size in sizes.items() if name.endswith(".js")) <= 1.5 * 1024


@pytest.mark.parametrize("url", PAGES)
def test_pages_ask_nothing_of_third_parties_and_hold_nothing_inline(client, url):
    page = client.get(url).content.decode()
    assert not re.search(r'(?:src|srcset|action)="(?:https?:)?//', page)
    assert not re.search(r"<link[^>]+https?:", page)
    assert not re.search(r'<style|\sstyle="|\son[a-z]+="|<script(?![^>]*\ssrc=)', page)


def test_stylesheet_uses_logical_properties_only():
    css = re.sub(r"/\*.*?\*/|@media[^{]+", "", (LOOK / "base.css").read_text(), flags=re.DOTALL)
    physical = r"(?:^|[;{\s])((?:(?:margin|padding|border)-(?:left|right|top|bottom)|(?:min-|max-)?(?:width|height)|left|right|top|bottom|float)\s*:)"
    assert re.findall(physical, css) == []
    assert not re.search(r"text-align:\s*(left|right)", css)


def test_newer_css_has_a_fallback_for_old_phones():
    css = (LOOK / "base.css").read_text()
    assert all("vh; " in line.split("dvh")[0] for line in css.splitlines() if "dvh" in line)
    assert ":has(" not in css


def test_page_names_lead_to_their_addresses():
    assert {reverse(f"pages:{name}") for name in ("home", "privacy", "report", "report_thanks")} == {
        "/",
        "/integritet/",
        "/fel/",
        "/fel/tack/",
    }


def test_report_mail_names_the_time_but_not_the_text_and_ends_when_handled(client):
    from motesplats import outbox

    make.office()
    client.post("/fel/", {"text": "Någon är elak"})
    mail = OutboxMail.objects.get(kind="report")
    kind = outbox._kinds["report"]
    letter = kind.render(mail)
    assert "elak" not in str(letter)
    assert letter.button[1].endswith("/admin/motesplats/report/")
    assert kind.still_wanted(mail)
    Report.objects.update(handled_at=timezone.now())
    assert not kind.still_wanted(mail)


def test_form_address_opened_as_a_page_says_what_to_do(client):
    answer = client.get("/jour/har/")
    assert answer.status_code in (302, 404, 405)
    answer = client.get("/chatt/x/skriv/")
    assert answer.status_code == 405
    assert b"<h1>" in answer.content
    assert int(answer["Content-Length"]) == len(answer.content)


def test_database_away_below_the_views_is_503_with_the_text_kept(client, monkeypatch):
    def away(self, *args, **kwargs):
        raise OperationalError("gone")

    client.raise_request_exception = False
    monkeypatch.setattr("motesplats.access.StaffNeedsMfa.__call__", away)
    answer = client.post("/fel/", {"text": "Hej <b>"})
    assert answer.status_code == 503
    assert "Hej &lt;b&gt;" in answer.content.decode()
