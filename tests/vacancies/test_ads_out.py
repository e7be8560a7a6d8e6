"""Our ads for partners: what is in it and what never is, page by page, asked again cheaply, and not too often."""

from base64 import b64encode
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from tests import make
from vacancies import exchange_out, publishing
from vacancies.models import Vacancy

pytestmark = pytest.mark.django_db
PATH = "/api/v1/annonser.json"


def test_it_holds_what_everybody_reads_and_no_person(client):
    ad = make.vacancy(
        title="Kock", contact_name="Hemlig Person", contact_phone="070-174 06 05", apply_said="Ring Hemlig Person",
        supervisor="Hemlig Person", licences=["b"], pay_said="25 000 kr",
    )  # fmt: skip
    answer = client.get(PATH)
    (item,) = answer.json()["items"]

    assert answer.headers["Content-Type"].startswith("application/json") and answer.json()["version"] == "1"
    assert (item["kind"], item["id"], item["title"]) == ("ad", ad.public_id, "Kock")
    assert item["url"].endswith(f"/jobb/{ad.public_id}/") and item["municipality"]["name"] == "Göteborg"
    assert (item["swedish"], item["licences"], item["last_day"]) == ("sfi-c", ["b"], ad.last_day.isoformat())
    for secret in ("Hemlig", "070-174", "@", "Emil"):
        assert secret not in answer.content.decode(), secret


def test_only_what_is_shown_is_in_it(client):
    shown = make.vacancy()
    make.vacancy(state=Vacancy.State.DRAFT, published_at=None)
    make.vacancy(state=Vacancy.State.ENDED)
    make.vacancy(hidden_at=timezone.now())
    make.vacancy(days=-1)
    make.vacancy(make.employer(state="paused"))

    assert [item["id"] for item in client.get(PATH).json()["items"]] == [shown.public_id]


def test_page_by_page_each_ad_comes_once_also_while_others_end(client, monkeypatch):
    monkeypatch.setattr(exchange_out, "ON_A_PAGE", 2)
    at = timezone.now()
    ads = [make.vacancy(published_at=at - timedelta(hours=number // 2)) for number in range(5)]
    found, path = [], PATH
    while path:
        page = client.get(path).json()
        found += [item["id"] for item in page["items"]]
        path = page["next"] and page["next"][page["next"].index(PATH) :]
        Vacancy.objects.filter(public_id=found[0]).update(state=Vacancy.State.ENDED)

    assert sorted(found) == sorted(ad.public_id for ad in ads)


@pytest.mark.parametrize(
    "odd", ["x", "å", "=", "AAAA", "MjAyNg", "x" * 5000, "MjAyNi0wMS0wMSB4", "OTk5OS0wMS0wMVQwMDowMDowMCswMDowMCB4"]
)
def test_a_cursor_that_is_none_gets_a_sentence(client, odd):
    answer = client.get(PATH, {"efter": odd})
    assert answer.status_code == 400 and "error" in answer.json()


def test_asked_again_it_is_304_until_something_leaves_or_comes(client):
    ad = make.vacancy()
    first = client.get(PATH)
    same = {"HTTP_IF_NONE_MATCH": first.headers["ETag"]}
    later = {"HTTP_IF_MODIFIED_SINCE": first.headers["Last-Modified"]}
    assert client.get(PATH, **same).status_code == 304 and client.get(PATH, **later).status_code == 304
    publishing.withdraw(ad, by=make.staff())  # leaves no moment of its own anywhere
    assert client.get(PATH, **same).json()["items"] == [] and client.get(PATH, **later).status_code == 200


def test_a_last_day_that_goes_by_changes_it(client):
    make.vacancy(days=0)
    first = client.get(PATH)
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        answer = client.get(PATH, HTTP_IF_MODIFIED_SINCE=first.headers["Last-Modified"])
    assert answer.status_code == 200 and answer.json()["items"] == []


def test_no_other_page_may_read_it_in_a_browser_and_nothing_is_written(client):
    answer = client.get(PATH, HTTP_ORIGIN="https://evil.example")
    assert not any(name.lower().startswith("access-control") for name in answer.headers)
    assert "Set-Cookie" not in answer.headers and not answer.cookies
    assert client.post(PATH).status_code == 405 and client.options(PATH).status_code == 405


def test_who_asks_too_often_waits_and_others_do_not(client, monkeypatch):
    monkeypatch.setattr("vacancies.exchange_views.TIMES", 3)
    answers = [client.get(PATH, REMOTE_ADDR="192.0.2.1") for _time in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert client.get(PATH, REMOTE_ADDR="192.0.2.2").status_code == 200


def test_it_asks_the_same_with_one_and_three(client, django_assert_num_queries):
    make.vacancy()
    client.get(PATH)
    for _number in (1, 3):
        client.get(PATH)  # what it remembers is now of these ads
        with django_assert_num_queries(QUERIES):
            client.get(PATH)
        make.vacancy()
        make.vacancy()


QUERIES = 8  # the ads; the rest is the cache in the database: places of the limit, since when it is the same


def test_a_cursor_that_somebody_has_thought_out_is_not_remembered(client, monkeypatch):
    monkeypatch.setattr(exchange_out, "ON_A_PAGE", 1)
    ads = [make.vacancy(), make.vacancy()]
    ours = client.get(PATH).json()["next"].partition("efter=")[2]
    assert client.get(PATH, {"efter": ours}).status_code == 200
    for mark in ("", " 0123456789ab"):
        forged = b64encode(f"{timezone.now().isoformat()} {ads[0].public_id}{mark}".encode()).decode()
        assert client.get(PATH, {"efter": forged}).status_code == 400
