"""What somebody sees first when the chat opens, and what one tap does, in a real browser on a phone."""

import pytest
from django.core.cache import cache

from chat.models import Message
from tests import make, roles

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 360, "height": 640}


@pytest.fixture(autouse=True)
def house(db):
    cache.clear()
    make.office()


def opened(new_page, base: str, key: str, talk, path: str = ""):
    page = new_page(**PHONE)
    page.context.add_cookies([{"name": "session", "value": key, "url": base}])
    page.goto(f"{base}/chatt/{talk.request.public_id}/{path}")
    page.wait_for_timeout(500)  # the page scrolls when its script runs
    return page


def top_of(page, selector: str) -> float:
    """How far under the top of the window it begins, in pixels; below 0 it is scrolled away."""
    return page.locator(selector).bounding_box()["y"]


def test_the_link_to_save_is_seen_at_once_and_later_the_newest_message(new_page, live_server):
    talk = make.claimed(make.volunteer(), owner=make.user("Leila", email=None))
    key = roles.session_of(grants=(make.seeker_of(talk),))
    assert 0 < top_of(opened(new_page, live_server.url, key, talk), "#address") < PHONE["height"]
    for number in range(20):
        make.message(make.helper_of(talk), f"Rad {number}: hej")
    page = opened(new_page, live_server.url, key, talk)
    assert top_of(page, "#address") < 0 < top_of(page, ".msg >> nth=-1") < PHONE["height"]


@pytest.mark.parametrize("language", ["", "/ar"])
@pytest.mark.parametrize("papers", [0, 2])
def test_documents_leave_the_code_or_the_link_on_the_first_screen(new_page, live_server, papers, language):
    talk = make.claimed(make.volunteer(), owner=make.user("Leila", email=None))
    for _paper in range(papers):
        version = make.document(talk, title="Mitt långa CV för jobb som kock i Göteborg.pdf").versions.get()
        for reason in ("good", "clearer"):
            make.comment(version, make.helper_of(talk).user, reason)
    key = roles.session_of(grants=(make.seeker_of(talk),))
    page = opened(new_page, f"{live_server.url}{language}", key, talk)
    assert page.locator(".documents").bounding_box()["height"] < 75
    assert top_of(page, "#address .typed") + 20 < top_of(page, "form.compose")
    page.click("#address summary")
    page.fill("#address input[type=email]", "leila@example.org")
    page.click("#address form button >> nth=0")
    page.wait_for_selector("#address input[name=code]")
    page = opened(new_page, f"{live_server.url}{language}", key, talk)
    assert top_of(page, "#address input[name=code]") + 20 < top_of(page, "form.compose")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_wrong_code_is_shown_with_its_field(new_page, live_server):
    talk = make.claimed(make.volunteer(), owner=make.user("Leila", email=None))
    for number in range(20):
        make.message(make.helper_of(talk), f"Rad {number}: hej")
    page = opened(new_page, live_server.url, roles.session_of(grants=(make.seeker_of(talk),)), talk)
    page.click("#address summary")
    page.fill("#address input[type=email]", "leila@example.org")
    page.click("#address form button >> nth=0")
    page.fill("#address input[name=code]", "1")
    page.click("#address form button >> nth=0")
    page.wait_for_selector("#address input[aria-invalid=true]")
    page.wait_for_timeout(500)
    assert 0 < top_of(page, "#address") < PHONE["height"]


def test_the_first_line_fills_the_box_and_sends_nothing(new_page, live_server):
    bjorn = make.volunteer(on_duty=True)
    talk = make.claimed(bjorn)
    page = opened(new_page, live_server.url, roles.session_of(bjorn.user), talk)
    page.fill("#id_body", "Kan du läsa?")
    page.click("[data-fill]")
    said = page.input_value("#id_body")
    assert said.startswith("Hej! Jag heter Björn.") and said.endswith("Kan du läsa?")
    assert not Message.objects.filter(kind="text").exists()
    assert "skriv" not in page.url
