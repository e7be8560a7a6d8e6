"""The pages of ads from Platsbanken: clearly marked as not ours."""

from django.utils import timezone

from tests import make
from tests.chat.house import html
from vacancies import exchange
from vacancies.models import ImportedAd


def test_the_list_says_whose_it_is_and_finds_by_words(jobtech, everything, client):
    exchange.run()
    page = html(client.get("/jobb/platsbanken/"))
    assert "IM har inte kontrollerat de här annonserna." in page and "/jobb/platsbanken/100000" in page
    assert "Jobb nummer 3," not in html(client.get("/jobb/platsbanken/?q=nummer+malmö"))
    assert "Vi hittade inget" in html(client.get("/jobb/platsbanken/?q=astronaut"))
    assert "platsbanken" not in html(client.get("/ar/jobb/")).replace("/ar/jobb/platsbanken/", "")


def test_one_ad_leads_to_platsbanken_and_to_help_and_is_gone_when_it_ended(jobtech, everything, client):
    exchange.run()
    page = html(client.get("/jobb/platsbanken/10000005/"))
    assert 'href="https://arbetsformedlingen.se/platsbanken/annonser/10000005"' in page
    assert 'href="/fraga/?jobb=pb-10000005"' in page and "IM har inte kontrollerat den här annonsen." in page
    assert "Jobb nummer 5" in page and "Heltid" in page and 'href="/jobb/se-upp/"' in page
    assert client.get("/ar/jobb/platsbanken/10000005/").status_code == 200
    ImportedAd.objects.update(removed_at=timezone.now())
    answer = client.get("/jobb/platsbanken/10000005/")
    assert answer.status_code == 410 and "Vi söker dig" not in answer.content.decode()
    for odd in ("x", "1" * 40, "10009999"):
        assert client.get(f"/jobb/platsbanken/{odd}/").status_code == 404


def test_the_pages_ask_the_same_with_one_and_three(everything, client, django_assert_num_queries):
    for number in (1, 3):
        while ImportedAd.objects.count() < number:
            make.imported_ad()
        with django_assert_num_queries(2):
            client.get("/jobb/platsbanken/")
        path = f"/jobb/platsbanken/{ImportedAd.objects.first().source_id}/"
        with django_assert_num_queries(2):
            client.get(path)
