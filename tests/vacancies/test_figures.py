"""How often an ad is opened and asked about: counted without anybody, told to its employer in steps."""

import pytest
from django.test import Client

from tests import make
from vacancies import figures
from vacancies.models import Vacancy

pytestmark = pytest.mark.django_db


@pytest.fixture
def ad():
    return make.vacancy()


def opened(ad: Vacancy) -> int:
    return Vacancy.objects.get(pk=ad.pk).opened


def logged_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_people_count_and_robots_its_employer_and_im_do_not(client, ad):
    path = f"/jobb/{ad.public_id}/"
    for reader in (client, client, logged_in(make.user("Amina")), logged_in(make.employer("Annan").members.get().user)):
        assert reader.get(path).status_code == 200
    assert opened(ad) == 4 and not client.cookies
    client.head(path)
    for robot in ("Googlebot/2.1", "facebookexternalhit/1.1", "curl/8"):
        client.get(path, headers={"User-Agent": robot})
    client.get(path, headers={"Sec-Purpose": "prefetch"})
    logged_in(ad.employer.members.get().user).get(path)
    figures.opened(ad, user=make.staff(), headers={})
    Vacancy.objects.update(hidden_at=ad.published_at)
    assert client.get(path).status_code == 410

    assert opened(ad) == 4


@pytest.mark.parametrize(
    ("number", "step"), [(0, 0), (2, 0), (3, 3), (4, 3), (5, 5), (49, 20), (50, 50), (10**7, 10_000)]
)
def test_numbers_are_told_in_steps_from_three(number, step):
    assert figures.at_least(number) == step


@pytest.mark.parametrize("state", ["published", "ended"])
def test_the_employer_reads_steps_and_never_a_number_below_three(ad, state):
    emil = logged_in(ad.employer.members.get().user)
    Vacancy.objects.update(opened=27, asked=2, state=state, ended_at=ad.published_at)
    page = emil.get("/arbetsgivare/").text
    assert "Öppnad minst 20 gånger." in page and "Färre än 3 har frågat en volontär om den." in page
    Vacancy.objects.update(opened=1, asked=7)
    page = emil.get("/arbetsgivare/").text

    assert "Öppnad färre än 3 gånger." in page and "Minst 5 har frågat en volontär om den." in page
