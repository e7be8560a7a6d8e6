"""Amina looks for something in Arabic, misspells it, reads, and asks a volunteer about it. And the look of the pages."""

import pytest
from django.core.cache import cache

from library import content
from seekers.models import HelpRequest
from tests import make
from tests.e2e.house import follow
from tests.e2e.test_look import faults

pytestmark = pytest.mark.django_db(transaction=True)


def test_amina_finds_a_misspelt_word_and_asks_from_there(new_page, live_server):
    cache.clear()
    make.office()
    content.load_missing()
    found, page = [], new_page(width=360, height=740)
    page.goto(f"{live_server.url}/ar/")
    page.click("main a[href='/ar/tips/']")
    found += faults(page)
    page.fill("[name=q]", "intrvju")
    page.press("[name=q]", "Enter")
    found += faults(page)
    assert "intervju" in page.inner_text("[role=status]")
    follow(page, ".found li:nth-child(1) a")
    assert page.url == f"{live_server.url}/ar/tips/intervju/"
    assert page.get_attribute(".text", "lang") == "sv" and page.get_attribute("html", "dir") == "rtl"
    found += faults(page)
    page.click("[name=did_help][value=yes]")
    page.wait_for_selector("#svar [role=status]")

    page.click(".ask-us a")
    page.check("input[value=interview]")
    page.click(".buttons .button >> nth=0")
    for step in ("annons", "nar", "sprak"):
        page.wait_for_url(f"**/ar/fraga/{step}/**")
        page.click("[name=skip]")
    page.fill("[name=name]", "Amina")
    page.check("[name=no_email]")
    page.check("[name=is_adult][value=yes]")
    page.check("[name=consent]")
    page.click(".buttons .button >> nth=0")
    page.wait_for_url("**/ar/chatt/**")
    asked = HelpRequest.objects.get()
    assert (asked.topic, asked.about_kind, asked.about_id) == ("interview", "tip", "intervju")
    assert page.locator(".about a[href='/ar/tips/intervju/']").count() == 1

    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/tips/?q=cv&niva=latt&sprak=sv", "/tips/cv-forskola/", "/tips/platsbanken/", "/tips/?q=qqqxxx"):
        page.goto(f"{live_server.url}{path}")
        found += faults(page)
    assert found == []
