"""The list: filters, counts, pages; what it costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import make
from vacancies import finding
from vacancies.finding_forms import FilterForm
from vacancies.models import Vacancy

pytestmark = pytest.mark.django_db
LIST = "/jobb/"


@pytest.fixture
def employer():
    return make.employer()


@pytest.fixture
def three(employer):
    """A cook in Göteborg, an intern in Malmö, a cleaner in Mölndal."""
    kock = make.vacancy(employer, title="Kock", kind="jobb", municipality="1480", swedish="sfi-c", licences=["b"])
    intern = make.vacancy(employer, title="Kontor", kind="praktik", municipality="1280", swedish="sfi-d",
                          english_works=True, has_language_support=True, extent="deltid")  # fmt: skip
    cleaner = make.vacancy(employer, title="Städare", kind="jobb", municipality="1481", swedish="ingen", is_remote=True)
    return {"kock": kock, "kontor": intern, "stad": cleaner}


def titles(**chosen) -> list[str]:
    return [ad.title for ad in finding.page(FilterForm(chosen).chosen()).ads]


def test_each_filter_leaves_what_fits_the_newest_first(three):
    assert titles() == ["Städare", "Kontor", "Kock"]
    found = {
        "jobb": titles(typ="jobb"), "sfi-c": titles(svenska="sfi-c"), "ingen": titles(svenska="ingen"),
        "lan": titles(lan="14"), "kommun": titles(kommun="1481"), "deltid": titles(tid="deltid"),
        "hemma": titles(hemma="1"), "engelska": titles(engelska="1"), "stod": titles(sprakstod="1"),
        "korkort": titles(utankorkort="1"), "two": titles(typ="jobb", lan="14", svenska="ingen"),
        "none": titles(typ="prova"), "words": titles(q="kontor"), "both": titles(q="kock", typ="praktik"),
    }  # fmt: skip
    assert found == {
        "jobb": ["Städare", "Kock"], "sfi-c": ["Städare", "Kock"], "ingen": ["Städare"],
        "lan": ["Städare", "Kock"], "kommun": ["Städare"], "deltid": ["Kontor"],
        "hemma": ["Städare"], "engelska": ["Kontor"], "stod": ["Kontor"],
        "korkort": ["Städare", "Kontor"], "two": ["Städare"],
        "none": [], "words": ["Kontor"], "both": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    "chosen",
    [{}, {"typ": "jobb"}, {"lan": "14"}, {"kommun": "1481"}, {"svenska": "sfi-c", "tid": "heltid"}, {"q": "kock"},
     {"q": "kock", "typ": "jobb"}, {"hemma": "1"}, {"utankorkort": "1", "typ": "praktik"}],
)  # fmt: skip
def test_each_count_is_how_many_there_would_be(three, chosen):
    chosen = FilterForm(chosen).chosen()
    page = finding.page(chosen)

    assert page.total == len(page.ads)
    for name, values in page.counts.items():
        for value, count in values.items():
            others = {
                key: said for key, said in chosen.items() if key not in (name, "kommun" if name == "lan" else name)
            }
            then = FilterForm({**others, name: "1" if value is True else value}).chosen()
            if value is not False:
                assert count == len(finding.page(then).ads), (name, value)


def test_pages_follow_each_other_both_ways_without_a_hole(employer):
    now, size = timezone.now(), finding.ON_A_PAGE
    for number in range(2 * size + 5):  # three pages; every two of the same moment
        make.vacancy(employer, title=str(number), published_at=now - timedelta(minutes=number // 2))
    seen, page = [], finding.page({})
    seen += (there := [ad.pk for ad in page.ads])
    assert page.newer == {}
    while page.older:
        page = finding.page({}, after=page.older["efter"])
        seen += [ad.pk for ad in page.ads]
    expected = list(Vacancy.objects.shown().order_by("-published_at", "-pk").values_list("pk", flat=True))
    assert seen == expected

    for _step in range(2):
        page = finding.page({}, before=page.newer["fore"])
    assert [ad.pk for ad in page.ads] == there and page.newer == {} and page.older
    Vacancy.objects.filter(pk=there[-1]).update(state="ended")  # the mark itself has ended
    last = Vacancy.objects.get(pk=there[-1]).public_id
    assert [ad.pk for ad in finding.page({}, after=last).ads] == expected[size : 2 * size]


@pytest.mark.parametrize("query", ["", "q=kock", "typ=jobb&lan=14", "efter=finns-inte", "q=kockk"])
def test_a_page_costs_the_same_with_one_ad_and_with_three(client, employer, query):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(f"{LIST}?{query}").status_code == 200
        return len(asked)

    make.vacancy(employer, title="Kock")
    one = queries()
    for _more in range(2):
        make.vacancy(employer, title="Kock")
    assert queries() == one <= 8


NONSENSE = ["typ=x", "svenska=%00", "lan=99", "kommun=..", "sida=abc&q=kock", "q=%00", "sida=-1&q=a", "efter=%00",
            "fore=<script>", "typ=jobb&typ=praktik", "q=" + "a" * 3000, "hemma=ja", "sida=99&q=kock"]  # fmt: skip


@pytest.mark.parametrize("query", NONSENSE)
def test_nonsense_in_the_address_still_shows_a_page(client, query):
    assert client.get(f"{LIST}?{query}").status_code == 200


def test_a_filter_is_a_link_with_its_count_and_a_chosen_one_leads_back(client, three):
    page = client.get(LIST).content.decode()
    assert re.search(r'href="\?typ=praktik" rel="nofollow"><bdi>\w+</bdi> <span class="soft">1</span>', page)
    assert "Skåne" in page and "Norrbottens" not in page and "Malmö" in page

    page = client.get(f"{LIST}?typ=praktik&q=kontor").content.decode()
    assert 'href="/jobb/?q=kontor" aria-current="true"' in page and 'href="/jobb/?typ=praktik" aria-current' in page


def test_nothing_found_offers_a_volunteer(client):
    page = client.get(f"{LIST}?q=qqqxxx").content.decode()
    assert "Vi hittade inget." in page and 'href="/fraga/"' in page
