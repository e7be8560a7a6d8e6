"""Who pastes an address of Platsbanken when they ask: the ad is known by it, when the import is on."""

import pytest
from django.test import Client

from chat import about, claiming
from chat.claiming import Pace
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import html, logged_in
from tests.vacancies import jobtech_stand_in
from vacancies import exchange
from vacancies.models import ImportedAd

pytestmark = pytest.mark.django_db
ADDRESS = "https://arbetsformedlingen.se/platsbanken/annonser/10000005"


def ask(ad: str) -> tuple[Client, HelpRequest]:
    make.office()
    amina = Client()
    amina.post("/fraga/", {"topic": "letter"})
    amina.post("/fraga/annons/", {"ad": ad})
    for step in ("nar", "sprak"):
        amina.post(f"/fraga/{step}/", {"skip": "1"})
    amina.post("/fraga/du/", {"name": "Amina", "consent": "on", "is_adult": "yes"})
    return amina, HelpRequest.objects.get()


def test_with_the_import_on_the_ad_is_fetched_and_both_see_it(settings):
    with jobtech_stand_in.running(0) as (jobtech, url):
        settings.JOBTECH, settings.JOBTECH_TO_LOOPBACK, settings.JOBTECH_SEARCH_URL = True, True, url
        jobtech.ads["10000005"] = jobtech_stand_in.ad(5)
        amina, asked = ask(f"Jag vill söka {ADDRESS}")
        path = f"/chatt/{asked.public_id}/"
        assert ADDRESS in html(amina.get(path)) and jobtech.asked == []
        asked.refresh_from_db()
        assert (asked.about_kind, asked.about_id) == ("vacancy", "pb-10000005")
        assert exchange.fetch_wished() == 1

    page = html(amina.get(path))
    assert "Jobb nummer 5" in page and 'href="/jobb/platsbanken/10000005/"' in page
    assert "Från Platsbanken. IM har inte kontrollerat den här annonsen." in page
    talk = asked.conversation
    helper = make.volunteer(on_duty=True)
    claiming.claim(asked, helper, pace=Pace.NOW)
    document = make.document(talk)
    page = html(logged_in(helper.user).get(f"{path}dokument/{document.public_id}/1/"))
    assert "Det här vill arbetsgivaren ha" in page and "Svenska" in page and "Heltid" in page
    ImportedAd.objects.all().delete()
    assert amina.get(path).status_code == 200 and about.of(asked) is None


@pytest.mark.parametrize("said", [ADDRESS, "https://arbetsformedlingen.se/platsbanken/annonser/x", "Vi söker kock"])
def test_with_the_import_off_the_address_stays_as_text(said):
    amina, asked = ask(said)
    page = html(amina.get(f"/chatt/{asked.public_id}/"))

    assert said in page and not ImportedAd.objects.exists()
    assert about.of(HelpRequest.objects.get()) is None


def test_an_ad_of_the_list_is_asked_about_like_ours():
    row = make.imported_ad(headline="Kock", employer="Firma AB")
    make.office()
    amina = Client()
    amina.post("/fraga/", {"topic": "cv", "jobb": row.about_id})
    for step in ("annons", "nar", "sprak"):
        amina.post(f"/fraga/{step}/", {"skip": "1"})
    amina.post("/fraga/du/", {"name": "Amina", "consent": "on", "is_adult": "yes"})
    asked = HelpRequest.objects.get()
    amina.get(f"/chatt/{asked.public_id}/")
    asked.refresh_from_db()

    assert (asked.about_title, about.of(asked).title, about.of(asked).is_imported) == ("Kock · Firma AB", "Kock", True)
    ImportedAd.objects.update(removed_at=row.published_at)
    assert about.of(asked).url == "" and about.of(asked).title == "Kock · Firma AB"
