"""One ad of Platsbanken, because somebody has pasted its address."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.vacancies.jobtech_stand_in import ad, removal
from vacancies import exchange
from vacancies.models import ImportedAd


def test_a_wish_is_fetched_once_and_is_not_in_the_list(jobtech, db):
    jobtech.ads["10000005"] = ad(5)
    for _again in range(2):
        exchange.wish("10000005")
    assert (exchange.fetch_wished(), exchange.fetch_wished()) == (1, 0)
    (row,) = ImportedAd.objects.readable()
    assert row.headline == "Jobb nummer 5" and not ImportedAd.objects.shown().exists()
    assert jobtech.asked == ["/ad/10000005"]


@pytest.mark.parametrize("answer", [None, {"id": "x"}, [], ad(6), removal(5), {}])
def test_a_wish_for_no_ad_is_asked_once(jobtech, db, answer):
    if answer is not None:
        jobtech.ads["10000005"] = answer
    exchange.wish("10000005")

    assert (exchange.fetch_wished(), exchange.fetch_wished(), len(jobtech.asked)) == (0, 0, 1)
    assert not ImportedAd.objects.readable().exists()


def test_a_wish_is_tried_three_times_within_an_hour_or_so(jobtech, db):
    jobtech.ads["10000005"], jobtech.status = ad(5), 500
    exchange.wish("10000005")
    tried = {}
    for minutes in (0, 1, 9, 11, 50, 61, 600):
        ImportedAd.objects.update(made_at=timezone.now() - timedelta(minutes=minutes))
        exchange.fetch_wished()
        tried[minutes] = len(jobtech.asked)
    assert tried == {0: 1, 1: 1, 9: 1, 11: 2, 50: 2, 61: 3, 600: 3}


def test_while_they_are_away_nobody_waits_for_each_wish(jobtech, db):
    for number in (5, 6, 7):
        jobtech.ads[f"1000000{number}"] = ad(number)
        exchange.wish(f"1000000{number}")
    jobtech.status = 500
    assert (exchange.fetch_wished(), len(jobtech.asked)) == (0, 1)
    jobtech.status = 200
    assert exchange.fetch_wished() == 2
    ImportedAd.objects.update(made_at=timezone.now() - timedelta(minutes=11))
    assert (exchange.fetch_wished(), ImportedAd.objects.readable().count()) == (1, 3)


def test_wishes_have_a_limit(jobtech, db, monkeypatch):
    monkeypatch.setattr(exchange, "WISHES_AT_MOST", 3)
    for number in range(5):
        exchange.wish(str(number))
    assert ImportedAd.objects.count() == 3
