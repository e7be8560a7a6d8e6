"""Something is wrong with an ad: staff are told; what is serious hides it; nobody empties the list."""

import pytest
from django.core.cache import cache

from motesplats.models import OutboxMail, Report
from tests import make
from vacancies import complaints, publishing
from vacancies.complaints import SERIOUS, Reason
from vacancies.models import Vacancy

pytestmark = pytest.mark.django_db
IP = "192.0.2.1"


@pytest.fixture
def employer():
    make.office()
    return make.employer()


def complain(ad: Vacancy, reason=Reason.MONEY, *, ip: str = IP, reporter=None):
    return complaints.complain(ad, reason, reporter=reporter, ip=ip)


def is_hidden(ad: Vacancy) -> bool:
    return Vacancy.objects.get(pk=ad.pk).hidden_at is not None


@pytest.mark.parametrize("reason", Reason.values)
def test_staff_are_told_and_only_what_is_serious_hides_at_once(employer, reason):
    ad = make.vacancy(employer)
    made = complain(ad, reason)

    assert is_hidden(ad) == (reason in SERIOUS)
    assert (made.about_kind, made.about_id, made.title) == ("vacancy", ad.public_id, "Kock")
    assert made.answer_by and ("dold" in made.text) == (reason in SERIOUS)
    assert OutboxMail.objects.filter(kind="report").exists()


def test_one_browser_tells_once_about_an_ad(employer):
    ad = make.vacancy(employer)
    assert complain(ad, Reason.TAKEN) and complain(ad, Reason.OTHER) is None
    assert Report.objects.count() == 1 and not is_hidden(ad)
    assert complain(ad, Reason.MONEY) and is_hidden(ad)  # what is serious is heard also after that
    assert complain(ad, Reason.THREATS) is None and Report.objects.count() == 2


def test_after_three_a_day_only_staff_decide(employer):
    ads = [make.vacancy(employer) for _one in range(5)]
    for ad in ads:
        assert complain(ad)
    assert [is_hidden(ad) for ad in ads] == [True, True, True, False, False]
    assert Report.objects.count() == 5


def test_the_many_addresses_of_one_household_count_as_one(employer):
    ads = [make.vacancy(employer) for _one in range(5)]
    for number, ad in enumerate(ads):
        complain(ad, ip=f"2001:db8:1:2::{number}")
    assert sum(map(is_hidden, ads)) == 3
    assert complain(ads[0], ip="2001:db8:1:2::99") is None and complain(ads[3], ip="2001:db8:1:3::1")


def test_ten_reports_an_hour_are_taken(employer):
    for _one in range(complaints.REPORTS_AN_HOUR):
        complain(make.vacancy(employer), Reason.TAKEN)
    late = make.vacancy(employer)
    with pytest.raises(complaints.TooMany):
        complain(late, Reason.TAKEN)
    cache.clear()  # an hour later: nothing was said about it yet
    assert complain(late, Reason.TAKEN)


def test_the_page_sends_thanks_and_keeps_what_was_typed(client, employer):
    ad = make.vacancy(employer)
    path = f"/jobb/{ad.public_id}/fel/"
    page = client.post(path, {"text": "Jag blev rädd"}).content.decode()
    assert "Jag blev rädd" in page and "Välj vad som är fel." in page and not Report.objects.exists()

    assert client.post(path, {"reason": "hot", "text": "Jag blev rädd"}).url == "/fel/tack/"
    assert "Jag blev rädd" in client.get("/fel/tack/").content.decode()
    assert client.get(f"/jobb/{ad.public_id}/").status_code == 410 and client.get(path).status_code == 302
    other = make.vacancy(employer)
    for _again in range(2):
        answer = client.post(f"/jobb/{other.public_id}/fel/", {"reason": "borta"})
    assert answer.url == "/jobb/" and Report.objects.count() == 2


def test_many_networks_together_do_not_empty_the_list(employer, monkeypatch):
    monkeypatch.setattr(complaints, "HIDES_A_DAY_IN_ALL", 2)
    ads = [make.vacancy(employer) for _one in range(4)]
    for number, ad in enumerate(ads):
        assert complain(ad, ip=f"192.0.2.{number}")
    assert [is_hidden(ad) for ad in ads] == [True, True, False, False] and Report.objects.count() == 4


def test_what_staff_have_looked_at_is_not_hidden_by_the_next_report(employer):
    ad, other = make.vacancy(employer), make.vacancy(employer)
    complain(ad)
    publishing.show_again(ad, by=make.staff())
    assert complain(ad, ip="192.0.2.2") and not is_hidden(ad)
    assert complain(other, ip="192.0.2.2") and is_hidden(other)
