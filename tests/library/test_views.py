"""The pages: for everybody, in every language, with the same queries however much there is."""

import json
import re
from datetime import datetime
from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from library import publishing
from library.models import KeptResource, Resource
from motesplats import pages_sitemap
from tests import make

pytestmark = pytest.mark.django_db
LIST = "/tips/"


def page_of(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def queries_of(client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        page_of(client, path)
    return len(queries)


def test_the_first_page_shows_the_needs_and_a_search(client):
    make.resource(category=make.category("Intervju", slug="intervju", topic="interview"))
    page = page_of(client, LIST)

    assert 'href="?behov=intervju"' in page and 'name="q"' in page
    assert "<h1>Tips och exempel</h1>" in page


def test_filters_are_links_and_a_chosen_one_leads_back(client):
    tip = make.resource(languages=["sv"])
    page = page_of(client, f"{LIST}?behov={tip.category.slug}&niva=latt")

    assert tip.title in page
    assert f'href="?behov={tip.category.slug}" aria-current="true"' in page
    assert tip.title not in page_of(client, f"{LIST}?behov={tip.category.slug}&niva=svar")
    assert tip.title not in page_of(client, f"{LIST}?sprak=uk") and tip.title in page_of(client, f"{LIST}?sprak=sv")


def test_tips_of_an_office_are_found_there_and_those_for_all_everywhere(client):
    tip = make.resource("För alla")
    needs = f"{LIST}?behov={tip.category.slug}"
    make.office("Malmö")
    assert "kontor=" not in page_of(client, needs)
    asked = queries_of(client, needs)
    for name in ("Göteborg", "Växjö", "Luleå"):
        make.resource(f"Bara {name}", category=tip.category).offices.add(make.office(name))
    assert queries_of(client, needs) == asked
    page, here = page_of(client, needs), page_of(client, f"{needs}&kontor=vaxjo")

    assert re.findall(r"kontor=(\w+)", page) == ["goteborg", "lulea", "vaxjo"]
    assert [words in here for words in ("För alla", "Bara Växjö", "Bara Göteborg", "Bara Luleå")] == [
        True,
        True,
        False,
        False,
    ]
    assert "Bara Växjö" in page_of(client, f"{LIST}?q=bara&kontor=vaxjo") and "Bara Luleå" in page_of(
        client, f"{needs}&kontor=x"
    )
    assert "Bara Göteborg" not in page_of(client, f"{LIST}?q=bara&kontor=vaxjo")


@pytest.mark.parametrize(
    "query",
    [
        "kontor=x",
        "kontor=%00",
        "niva=x",
        "sprak=xx",
        "behov=%00",
        "behov=..",
        "sida=abc&q=cv",
        "q=%00",
        "sida=-1&niva=latt",
    ],
)
def test_nonsense_in_the_address_still_shows_a_page(client, query):
    page_of(client, f"{LIST}?{query}")


def test_nothing_found_leads_to_a_volunteer(client):
    page = page_of(client, f"{LIST}?q=qqqxxx")

    assert "Vi hittade inget." in page and 'href="/fraga/' in page


def test_a_misspelt_word_finds_and_says_so(client):
    make.resource()
    page = page_of(client, f"{LIST}?q=intervjun%20intrvjun")

    assert "Så klarar du intervjun" in page and re.search(r"Vi letade efter:.*intervjun", page)


@pytest.mark.parametrize(("title", "state"), [("x", "hidden"), ("x", "suggested")])
def test_what_is_not_shown_is_not_there(client, title, state):
    tip = make.resource("Hemligt", state=state)

    assert client.get(reverse("library:resource_show", args=[tip.slug])).status_code == 404
    assert "Hemligt" not in page_of(client, f"{LIST}?q=hemligt")


def test_after_its_last_day_it_is_gone(client):
    tip = make.resource(valid_until=timezone.localdate() - timezone.timedelta(days=1))

    assert client.get(reverse("library:resource_show", args=[tip.slug])).status_code == 404


def test_a_text_is_shown_in_the_readers_language_or_the_nearest(client):
    tip = make.resource(body_en="Be on time.", title_ar="مقابلة", body_fa="به موقع بیایید.")
    path = reverse("library:resource_show", args=[tip.slug])

    assert 'lang="sv" dir="ltr"><p>Kom i tid.' in page_of(client, path)
    assert 'lang="en" dir="ltr"><p>Be on time.' in page_of(client, f"/en{path}")
    arabic, dari = page_of(client, f"/ar{path}"), page_of(client, f"/prs{path}")
    assert "مقابلة" in arabic and 'lang="sv" dir="ltr"><p>Kom i tid.' in arabic
    assert f'<a href="/en{path}"><bdi>English</bdi></a></p>' in arabic
    assert 'lang="fa" dir="rtl"' in dari


def test_each_language_has_its_own_address_to_open(client):
    tip = make.resource(
        kind="link", body="", url="https://example.org/sv", url_fa="https://example.org/fa", languages=["sv", "fa"]
    )
    path = reverse("library:resource_show", args=[tip.slug])

    assert 'href="https://example.org/sv" rel="noreferrer noopener"' in page_of(client, path)
    assert 'href="https://example.org/fa"' in page_of(client, f"/prs{path}")
    assert 'href="https://example.org/sv"' in page_of(client, f"/ar{path}")


def test_links_to_our_own_pages_stay_in_the_readers_language(client):
    tip = make.resource(body="[Fråga](/fraga/) och [läs](/tips/cv/) på [nätet](https://example.org/tips/)")
    page = page_of(client, f"/ar{reverse('library:resource_show', args=[tip.slug])}")

    assert 'href="/ar/fraga/"' in page and 'href="/ar/tips/cv/"' in page and 'href="https://example.org/tips/"' in page


def test_did_it_help_is_counted_once_a_browser(client):
    tip = make.resource()
    answer = reverse("library:resource_answer", args=[tip.slug])
    for did_help in ("yes", "no", "yes", "nonsense"):
        assert client.post(answer, {"did_help": did_help}).status_code == 302
    Client().post(answer, {"did_help": "no"})
    Client().post(answer, {"did_help": "nonsense"})
    tip.refresh_from_db()

    assert (tip.helped, tip.helped_not) == (1, 1)
    assert "Tack för att du berättade." in page_of(client, reverse("library:resource_show", args=[tip.slug]))


def test_a_list_of_ones_own(client):
    amina, tip, other = make.user("Amina"), make.resource(), make.resource("Ett annat")
    keep, mine = reverse("library:resource_keep", args=[tip.slug]), reverse("library:kept_list")
    assert client.post(keep, {"keep": "1"}).status_code == 302 and not KeptResource.objects.exists()
    client.force_login(amina)
    client.post(keep, {"keep": "1"})
    client.post(keep, {"keep": "1"})
    page = page_of(client, mine)

    assert tip.title in page and other.title not in page
    Resource.objects.filter(pk=tip.pk).update(state="hidden")
    assert tip.title not in page_of(client, mine)
    client.post(keep, {})
    assert not KeptResource.objects.exists()
    Resource.objects.filter(pk=tip.pk).update(state="hidden")
    assert client.post(keep, {"keep": "1"}).status_code == 404


def test_ones_own_list_asks_the_same_with_one_and_three(client):
    amina, counts = make.user(), []
    client.force_login(amina)
    for number in (1, 2):
        for _ in range(number):
            publishing.keep(amina, make.resource())
        counts.append(queries_of(client, reverse("library:kept_list")))

    assert counts[0] == counts[1]


def test_queries_are_the_same_with_one_and_three(client):
    tip = make.resource()
    needs = f"{LIST}?behov={tip.category.slug}"
    paths = [
        LIST,
        needs,
        f"{LIST}?q=intervjun",
        reverse("library:resource_show", args=[tip.slug]),
        "/tips.atom",
        "/tips.json",
    ]
    first = [queries_of(client, path) for path in paths]
    for number in range(2):
        make.resource(f"Intervjun {number}", category=tip.category)

    assert [queries_of(client, path) for path in paths] == first == [1, 4, 7, 2, 1, 1]


def test_a_readers_own_browser_may_keep_the_page_and_nobody_elses(client):
    path = reverse("library:resource_show", args=[make.resource().slug])

    assert client.get(path)["Cache-Control"] == "private, max-age=60"
    client.force_login(make.user())
    assert client.get(path)["Cache-Control"] == "no-store"


def test_the_feed_has_what_is_new(client):
    make.resource("Nytt <b>tips</b>")
    make.resource("Dolt", state="hidden")
    feed = ElementTree.fromstring(client.get("/tips.atom").content)
    space = {"a": "http://www.w3.org/2005/Atom"}

    assert [entry.findtext("a:title", namespaces=space) for entry in feed.findall("a:entry", space)] == [
        "Nytt <b>tips</b>"
    ]
    for name in ("id", "title", "updated", "link"):
        assert feed.find(f"a:{name}", space) is not None and feed.find(f"a:entry/a:{name}", space) is not None


def test_the_json_feed_has_the_same(client, settings):
    tip = make.resource("Nytt <b>tips</b>", description="Bra att ha.")
    make.resource("Dolt", state="hidden")
    answer = client.get("/tips.json")
    feed = json.loads(answer.content)
    (item,) = feed["items"]

    assert answer["Content-Type"] == "application/feed+json; charset=utf-8" and feed["feed_url"].endswith("/tips.json")
    assert (feed["version"], feed["language"]) == ("https://jsonfeed.org/version/1.1", "sv")
    assert (item["title"], item["content_text"], item["tags"]) == ("Nytt <b>tips</b>", "Bra att ha.", ["Intervju"])
    assert item["id"] == item["url"] and item["url"].endswith(f"/tips/{tip.slug}/")
    assert (
        datetime.fromisoformat(item["date_published"]).tzinfo and datetime.fromisoformat(item["date_modified"]).tzinfo
    )


def test_search_engines_read_what_is_public_and_nothing_of_anybodys_own(client, settings):
    tip = make.resource()
    answer = client.get("/robots.txt")
    rules = RobotFileParser()
    rules.parse(answer.content.decode().splitlines())

    def may(path: str) -> bool:
        return rules.can_fetch("*", f"{settings.PUBLIC_URL}{path}")

    assert answer["Content-Type"].startswith("text/plain") and rules.site_maps() == [
        f"{settings.PUBLIC_URL}/sitemap.xml"
    ]
    for prefix in ("", "/en", "/ar", "/ti"):
        assert all(may(f"{prefix}{path}") for path in ("/", "/tips/", f"/tips/{tip.slug}/", "/tips/pass/", "/fraga/"))
        own = [
            "/chatt/x/",
            "/konto/logga-in/",
            "/mina-fragor/",
            "/jour/",
            "/pass/plats/x/",
            "/tid/x/",
            "/tips/min-lista/",
        ]
        assert not any(may(f"{prefix}{path}") for path in own)
    assert not may("/admin/") and not may("/krok/mejl/x/") and may("/static/base.css")


def test_the_sitemap_names_each_public_page_in_each_language(client, settings):
    tip = make.resource()
    make.resource("Dolt", slug="dolt", state="hidden")
    index = client.get("/sitemap.xml").content.decode()
    parts = [client.get(path).content.decode() for path in re.findall(r"<loc>https?://[^/]+(/[^<]+)</loc>", index)]
    places = re.findall(r"<loc>([^<]+)</loc>", "".join(parts))

    for prefix in ("", "/en", "/ar"):
        assert f"{settings.PUBLIC_URL}{prefix}/tips/{tip.slug}/" in places
        assert f"{settings.PUBLIC_URL}{prefix}/" in places
    assert not any("dolt" in place or "/konto/" in place for place in places)
    assert f'hreflang="ar" href="{settings.PUBLIC_URL}/ar/tips/{tip.slug}/"' in parts[1]
    assert len(places) == 3 * (len(pages_sitemap.PAGES) + 1)
