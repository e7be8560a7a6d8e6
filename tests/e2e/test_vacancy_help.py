"""Amina sees an ad on her phone and asks for help with it. Björn reads what the ad asks beside her CV, and shows a job."""

import pytest
from django.core.cache import cache

from chat import claiming
from motesplats import occupations
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import logged_in
from tests.e2e.house import follow
from tests.e2e.test_look import faults

pytestmark = pytest.mark.django_db(transaction=True)


def test_amina_asks_about_an_ad_and_bjorn_reads_its_demands_beside_her_cv(new_page, live_server):
    cache.clear()
    make.office()
    cook = occupations.by_label("Kock, storhushåll")
    ad = make.vacancy(title="Kock till skola", occupation=cook.id, licences=["b"])
    found, amina = [], new_page(width=360, height=740)
    amina.goto(f"{live_server.url}/ar/jobb/{ad.public_id}/")
    found += faults(amina)
    follow(amina, f"a[href='/ar/fraga/?jobb={ad.public_id}']")
    assert amina.locator("input:checked").count() == 0
    amina.check("input[value=cv]")
    amina.click(".buttons .button >> nth=0")
    for step in ("annons", "nar", "sprak"):
        amina.wait_for_url(f"**/ar/fraga/{step}/**")
        found += faults(amina)
        amina.click("[name=skip]")
    amina.fill("[name=name]", "Amina")
    amina.check("[name=no_email]")
    amina.check("[name=is_adult][value=yes]")
    amina.check("[name=consent]")
    amina.click(".buttons .button >> nth=0")
    amina.wait_for_url("**/ar/chatt/**")
    assert amina.locator(f".about a[href='/ar/jobb/{ad.public_id}/']").inner_text() == "Kock till skola"

    asked, bjorn = HelpRequest.objects.get(), make.volunteer("Björn", on_duty=True)
    claiming.claim(asked, bjorn, pace=claiming.Pace.NOW)
    document = make.document(asked.conversation)
    helper = new_page()
    cookie = logged_in(bjorn.user).cookies["session"]
    helper.context.add_cookies([{"name": "session", "value": cookie.value, "url": live_server.url}])
    helper.goto(f"{live_server.url}/chatt/{asked.public_id}/dokument/{document.public_id}/1/")
    said = helper.inner_text(".demands")
    assert "Kock, storhushåll" in said and "B, bil" in said and "jobb@solglantan.example" in said
    helper.goto(f"{live_server.url}/chatt/{asked.public_id}/jobb/?q=kok")
    found += faults(helper)
    helper.click(f"button[value='{ad.public_id}']")
    helper.wait_for_selector(f".msg.mine a[href='/jobb/{ad.public_id}/']")
    amina.reload()
    assert amina.locator(f".msg a[href='/ar/jobb/{ad.public_id}/']").count() == 1
    imported = make.imported_ad()
    for path in ("/ar/jobb/platsbanken/", f"/ar/jobb/platsbanken/{imported.source_id}/"):
        amina.goto(f"{live_server.url}{path}")
        found += faults(amina)
    assert found == []
