"""The seekers' pages in a real browser: nothing scrolls sideways at 320 px, axe finds nothing, it works without script."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache

from seekers.models import HelpRequest
from tests import make
from tests.e2e.house import follow, scrolls_sideways

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ["/", "/integritet/", "/fel/", "/fraga/", "/mina-fragor/", "/intyg/", "/intyg/?kod=x", "/finns-inte/"]
SMALL = """[...document.querySelectorAll('a, button, summary, label.choice')]
  .filter((e) => e.checkVisibility() && !e.closest('p, li.plain, .skip, .facts, dd') && getComputedStyle(e).position !== 'absolute')
  .map((e) => [e.textContent.trim().slice(0, 30), Math.round(e.getBoundingClientRect().height)])
  .filter(([, height]) => height < 44)"""

FLAT_CARDS = """[...document.querySelectorAll('.card')].filter((e) => getComputedStyle(e).display === 'inline')
  .map((e) => e.textContent.trim().slice(0, 30))"""


@pytest.fixture(autouse=True)
def house(db):
    cache.clear()
    make.office()


def faults(page) -> list[str]:
    """What is wrong with the page as it stands: axe, sideways scroll, targets under 44 px, cards that are no boxes."""
    page.wait_for_load_state()
    found = [
        f"{page.url}: {rule['id']} {[node['html'][:120] for node in rule['nodes']]}"
        for rule in Axe().run(page).response["violations"]
    ]
    if scrolls_sideways(page):
        found.append(f"{page.url}: scrolls sideways")
    found += [f"{page.url}: a card that is a line of text: {name}" for name in page.evaluate(FLAT_CARDS)]
    return found + [f"{page.url}: small target {name}" for name in page.evaluate(SMALL)]


def walk(page, base: str, at_each=lambda page: None) -> None:
    page.goto(f"{base}/fraga/")
    at_each(page)
    page.click(".buttons .button >> nth=0")  # nothing chosen: the page with its error
    at_each(page)
    page.check("input[value=cv]")
    page.click(".buttons .button >> nth=0")
    at_each(page)
    page.click("[name=skip]")
    page.check("input[value=today]")
    page.fill("textarea", "Hej! مرحبا")
    at_each(page)
    page.click(".buttons .button >> nth=0")
    page.check("input[value=ar]")
    page.check("input[value=sfi_c]")
    at_each(page)
    page.click("[name=back]")
    assert page.input_value("textarea") == "Hej! مرحبا"
    follow(page, ".buttons .button >> nth=0")
    assert page.is_checked("input[value=ar]")
    page.click(".buttons .button >> nth=0")
    at_each(page)
    page.fill("[name=name]", "Amina")
    page.check("[name=no_email]")
    page.check("[name=is_adult][value=yes]")
    page.click(".buttons .button >> nth=0")  # the consent is missing
    at_each(page)
    page.check("[name=consent]")
    page.click(".buttons .button >> nth=0")
    page.wait_for_url("**/chatt/**")


def test_faults_are_found_where_there_are_any(new_page):
    page = new_page(width=320)
    page.set_content("<main><button>x</button><input><p style='inline-size: 500px'>wide</p></main>")
    assert {fault.split(": ")[1].split(" ")[0] for fault in faults(page)} >= {"label", "scrolls", "small"}


@pytest.mark.parametrize(("language", "scheme"), [("", "light"), ("/ar", "dark")])
def test_pages_at_320_px_have_no_faults(new_page, live_server, language, scheme):
    page = new_page(width=320, height=640, color_scheme=scheme)
    found = []
    for url in PAGES:
        page.goto(f"{live_server.url}{language}{url}")
        found += faults(page)
    page.goto(f"{live_server.url}{language}/")
    assert page.is_visible(".lang summary")
    page.click(".lang summary")
    found += faults(page)
    walk(page, f"{live_server.url}{language}", at_each=lambda page: found.extend(faults(page)))
    assert found == []


def test_asking_works_without_javascript(new_page, live_server):
    page = new_page(width=360, java_script_enabled=False)
    walk(page, live_server.url)
    made = HelpRequest.objects.get()
    assert (made.need, made.languages, made.owner.display_name) == ("Hej! مرحبا", ["ar"], "Amina")
    page.goto(f"{live_server.url}/mina-fragor/")
    assert page.locator(f"a[href='/chatt/{made.public_id}/']").count() == 1
    page.click("summary")
    follow(page, ".lang [lang=ar]")
    assert page.url == f"{live_server.url}/ar/mina-fragor/"


def test_error_summary_has_the_focus(new_page, live_server):
    page = new_page(width=360)
    page.goto(f"{live_server.url}/fraga/")
    follow(page, ".buttons .button >> nth=0")
    assert page.evaluate("document.activeElement.hasAttribute('data-errors')")


def test_leaving_quickly_puts_the_other_page_in_place_of_this_one(new_page, live_server):
    page = new_page(width=360)
    page.route(
        "https://www.smhi.se/**", lambda route: route.fulfill(body="<title>weather</title>", content_type="text/html")
    )
    page.goto(f"{live_server.url}/integritet/")
    page.goto(f"{live_server.url}/fel/")
    before = page.evaluate("history.length")
    page.click("[data-leave]")
    page.wait_for_url("https://www.smhi.se/")
    assert page.evaluate("history.length") == before


def test_pages_send_requests_to_nobody_else(new_page, live_server):
    page, asked = new_page(width=360), []
    page.on("request", lambda request: asked.append(request.url))
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    for url in PAGES[:-1]:
        if page.goto(f"{live_server.url}{url}").status == 400:  # said on the page itself, and by the browser once more
            complaints = [text for text in complaints if "status of 400" not in text]
    assert {url for url in asked if not url.startswith((live_server.url, "data:"))} == set()
    assert complaints == []
