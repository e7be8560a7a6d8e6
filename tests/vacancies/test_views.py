"""One ad, as people and search engines see it; where what has ended is gone; feeds and the map of the house."""

import json
import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from tests import make
from vacancies import publishing
from vacancies.models import Kind, Vacancy

pytestmark = pytest.mark.django_db
# Google Search Central, "Job posting structured data"; schema.org/JobPosting.
REQUIRED = {"@context", "@type", "title", "description", "datePosted", "hiringOrganization", "jobLocation"}
RECOMMENDED = {"validThrough", "employmentType", "identifier", "directApply", "applicationContact", "url",
               "totalJobOpenings", "occupationalCategory", "skills", "baseSalary", "workHours", "qualifications"}  # fmt: skip
EMPLOYMENT = {"FULL_TIME", "PART_TIME", "CONTRACTOR", "TEMPORARY", "INTERN", "VOLUNTEER", "PER_DIEM", "OTHER"}
ATOM = "{http://www.w3.org/2005/Atom}"


def path_of(ad: Vacancy, prefix: str = "") -> str:
    return f"{prefix}/jobb/{ad.public_id}/"


def page_of(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def posting_in(page: str) -> dict:
    (said,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    return json.loads(said)


def test_an_ad_says_all_in_plain_words(client):
    ad = make.vacancy(pay_said="28 000 kr i månaden", hours_said="Måndag–fredag 8–17", apply_phone="070-174 06 05")
    page = page_of(client, path_of(ad))

    for said in ("Du lagar mat.", "28 000 kr i månaden", "Måndag–fredag 8–17", "SFI C", "Göteborg", "Så söker du"):
        assert said in page, said
    day = timezone.localdate() + timedelta(days=30)
    assert ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"][
        day.weekday()
    ] + f" {day.day} " in page
    assert 'href="tel:0701740605"' in page and "Arbetsförmedlingen måste" not in page
    assert 'href="/jobb/se-upp/"' in page and f'href="{path_of(ad)}fel/"' in page


def test_apply_opens_the_persons_own_mail_with_a_letter_begun_in_swedish(client):
    ad = make.vacancy(title='Kock & "bagare"?')
    (url,) = re.findall(r'href="(mailto:[^"]+)"', page_of(client, path_of(ad, "/en")))

    assert url.startswith("mailto:jobb@solglantan.example?subject=")
    assert "%26%20%22bagare%22%3F" in url and "Hej%21%0D%0A%0D%0A" in url and " " not in url
    assert "mailto:" not in page_of(client, path_of(make.vacancy(apply_email="", apply_phone="031-1")))


@pytest.mark.parametrize("kind", Kind.values)
def test_only_practice_says_that_the_employment_service_must_say_yes_first(client, kind):
    page = page_of(client, path_of(make.vacancy(kind=kind)))
    assert ("Arbetsförmedlingen måste" in page) == (kind in ("praktik", "prova"))


@pytest.mark.parametrize("kind", Kind.values)
def test_each_kind_of_ad_has_what_search_engines_require(client, kind):
    ad = make.vacancy(kind=kind, pay="lon", pay_said="150–170 kr/timme", hours_said="Dagtid", experience_said="Inget",
                      occupation="PiBg_iBj_qEw", is_remote=True, title="</script><b>&")  # fmt: skip
    said = posting_in(page_of(client, path_of(ad)))

    assert set(said) >= REQUIRED | RECOMMENDED | {"jobLocationType", "applicantLocationRequirements"}
    assert said["title"] == "</script><b>&" and said["@type"] == "JobPosting"
    assert set(said["employmentType"]) <= EMPLOYMENT
    assert ("INTERN" in said["employmentType"]) == (kind in ("praktik", "prova"))
    assert said["jobLocation"]["address"] == {
        "@type": "PostalAddress", "addressLocality": "Göteborg", "addressRegion": "Västra Götalands län",
        "addressCountry": "SE",
    }  # fmt: skip
    ends = datetime.fromisoformat(said["validThrough"])
    assert ends.date() == ad.last_day and ends.utcoffset() is not None and ends.hour == 23
    pay = {"@type": "QuantitativeValue", "minValue": 150, "maxValue": 170, "unitText": "HOUR"}
    assert said["baseSalary"] == {"@type": "MonetaryAmount", "currency": "SEK", "value": pay}


@pytest.mark.parametrize(
    ("said", "value"),
    [("28 000 kr i månaden", (28000, "MONTH")), ("160,50 kr per timme", (160.5, "HOUR")), ("enligt avtal", None),
     ("25000 kronor/mån", (25000, "MONTH")), ("5 veckor semester", None)],
)  # fmt: skip
def test_pay_is_only_told_when_it_is_a_sum(client, said, value):
    pay = posting_in(page_of(client, path_of(make.vacancy(pay_said=said)))).get("baseSalary")
    assert (pay and (pay["value"]["value"], pay["value"]["unitText"])) == value


def test_the_page_has_one_address_and_names_the_other_languages(client):
    ad = make.vacancy()
    page = page_of(client, f"{path_of(ad, '/en')}?utm=1")

    assert f'<link rel="canonical" href="http://localhost:8000/en{path_of(ad)}">' in page
    assert set(re.findall(r'rel="alternate" hreflang="([\w-]+)"', page)) == {"sv", "x-default", "en", "ar"}
    assert 'property="og:title" content="Kock"' in page and "og:image" not in page


@pytest.mark.parametrize("how", ["end", "hide", "late", "paused"])
def test_what_is_not_shown_is_gone_everywhere(client, how):
    ad = make.vacancy(title="Hemligt")
    places = ["/jobb/", "/jobb/?q=hemligt", "/jobb.atom", "/jobb.json", "/sitemap-jobb.xml", "/jobb/?typ=jobb"]
    seen = {place: ad.public_id in page_of(client, place) for place in places}
    assert set(seen.values()) == {True}
    if how == "end":
        publishing.end(ad, by=None)
    elif how == "hide":
        publishing.hide(ad, by=None)
    elif how == "late":
        Vacancy.objects.filter(pk=ad.pk).update(last_day=timezone.localdate() - timedelta(days=1))
    else:
        type(ad.employer).objects.update(state="paused")

    answer = client.get(path_of(ad))
    assert answer.status_code == 410 and b"ld+json" not in answer.content and b"mailto" not in answer.content
    assert {place: ad.public_id in page_of(client, place) for place in places} == dict.fromkeys(places, False)
    assert client.get(path_of(make.vacancy(state="draft", published_at=None))).status_code == 404


def test_the_feeds_are_whole(client):
    for number in range(3):
        make.vacancy(title=f"Kock <{number}>")
    feed = ElementTree.fromstring(client.get("/jobb.atom").content)
    assert {f"{ATOM}{name}" for name in ("id", "title", "updated", "link", "entry")} <= {one.tag for one in feed}
    for entry in feed.findall(f"{ATOM}entry"):
        assert all(entry.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
        assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Solgläntan"
    answer = client.get("/jobb.json")
    said = answer.json()
    assert answer["Content-Type"] == "application/feed+json; charset=utf-8"
    assert said["version"] == "https://jsonfeed.org/version/1.1" and said["title"]
    assert [item["title"] for item in said["items"]] == ["Kock <2>", "Kock <1>", "Kock <0>"]
    assert all({"id", "url", "content_text", "date_published"} <= set(item) for item in said["items"])


def test_the_map_holds_every_ad_in_each_language(client):
    ads = [make.vacancy() for _one in range(3)]
    said = page_of(client, "/sitemap-jobb.xml")
    assert all(
        f"http://localhost:8000{prefix}{path_of(ad)}</loc>" in said for ad in ads for prefix in ("", "/en", "/ar")
    )
    assert "/jobb/</loc>" in page_of(client, "/sitemap-sidor.xml")


def test_what_to_look_out_for_names_the_signs_and_who_helps(client):
    page = page_of(client, "/jobb/se-upp/")
    assert len(re.findall("<li>", page.split("<main")[1].split("</main")[0])) >= 18
    assert 'href="tel:11414"' in page and 'href="tel:112"' in page


@pytest.mark.parametrize("is_on", [True, False])
def test_the_list_leads_to_platsbanken_only_where_ads_are_brought_in(client, settings, is_on):
    settings.JOBTECH = is_on

    assert ('href="/jobb/platsbanken/"' in page_of(client, "/jobb/")) == is_on


def test_of_what_was_reported_as_serious_not_even_the_title_is_read(client):
    ad = make.vacancy(title="Ring 070-174 06 05", hidden_at=timezone.now())
    answer = client.get(f"/jobb/{ad.public_id}/")
    assert answer.status_code == 410 and "070-174" not in answer.content.decode()
