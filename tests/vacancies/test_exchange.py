"""Ads from Platsbanken: chosen by staff, copied, followed, and when. What goes wrong: test_exchange_failures.py."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from motesplats import occupations
from tests import make
from tests.vacancies.imported import again, ids, rows
from tests.vacancies.jobtech_stand_in import FIELD, ad, removal
from vacancies import exchange, retention, tasks
from vacancies.models import ImportChoice, ImportedAd, ImportState


def test_what_staff_chose_is_copied_and_followed(jobtech, db):
    ImportChoice.objects.create(field=FIELD, municipality="1480")
    result = exchange.run()
    fits = {number for number in range(63) if number % 3 == 0 and number // 3 % 3 == 0}
    gone = set(range(1, 60, 10))

    assert result.problem == "" and result.bad == 0 and result.read == 60 + 15
    assert ids(ImportedAd.objects.shown()) == fits - gone
    assert ImportedAd.objects.get(source_id="10000000").headline == "Jobb nummer 0, ändring 1"
    assert [path.partition("?")[0] for path in jobtech.asked] == ["/v2/snapshot", "/v2/stream"]
    jobtech.stream = [json.dumps(removal(9)).encode()]
    assert (exchange.run().removed, len(jobtech.asked)) == (1, 3)
    assert ids(ImportedAd.objects.shown()) == fits - gone - {9}
    assert ImportedAd.objects.get(source_id="10000009").removed_at.isoformat() == "2026-11-20T09:00:00+00:00"


def test_version_1_speaks_in_arrays(jobtech, everything, settings):
    exchange.run()
    by_lines = rows()
    again()
    settings.JOBTECH_VERSION, jobtech.as_array = 1, True
    jobtech.asked.clear()
    exchange.run()

    assert rows() == by_lines and len(by_lines) == 63
    assert [path[:13] for path in jobtech.asked] == ["/snapshot", "/stream?date="]


def test_an_occupation_means_its_group(jobtech, db):
    cook = occupations.by_label("Kock, storhushåll")
    ImportChoice.objects.create(occupation=cook.id)
    exchange.run()

    assert set(ImportedAd.objects.shown().values_list("occupation_group", flat=True)) == {cook.group}


def test_an_ad_that_moves_away_from_the_choice_leaves_the_list_and_comes_back(jobtech, db):
    ImportChoice.objects.create(municipality="1480")
    exchange.run()
    jobtech.stream = [json.dumps(ad(3, change=2, workplace_address={"municipality_code": "2480"})).encode()]
    exchange.run()
    assert 3 not in ids(ImportedAd.objects.shown())
    jobtech.stream = [json.dumps(ad(3, change=3)).encode()]
    exchange.run()
    assert 3 in ids(ImportedAd.objects.shown())


def test_an_older_version_in_the_overlap_changes_nothing(jobtech, everything):
    exchange.run()
    jobtech.stream = [json.dumps(ad(0)).encode()]
    exchange.run()

    assert ImportedAd.objects.get(source_id="10000000").headline.endswith("ändring 1")


def test_other_choices_mean_a_copy_anew_and_none_an_empty_list(jobtech, everything):
    exchange.run()
    ImportChoice.objects.exclude(municipality="1480").delete()
    exchange.run()
    assert set(ImportedAd.objects.shown().values_list("municipality", flat=True)) == {"1480"}
    ImportChoice.objects.all().delete()
    exchange.run()
    assert not ImportedAd.objects.shown().exists()
    asked = len(jobtech.asked)
    assert exchange.run().problem == "" and len(jobtech.asked) == asked


def test_what_a_whole_copy_does_not_hold_is_gone(jobtech, everything):
    exchange.run()
    jobtech.snapshot, jobtech.stream = jobtech.snapshot[:30], []
    ImportState.objects.update(since=timezone.now() - timedelta(days=8))
    exchange.run()

    assert max(ids(ImportedAd.objects.shown())) < 30


# --- nobody is named ---------------------------------------------------------------------------------------------------
def test_no_name_number_or_address_of_a_person_is_kept(jobtech, everything):
    exchange.run()
    kept = str(rows())

    assert "Vi söker dig." in kept
    for secret in ("Anna", "Ek,", "070", "174 06 05", "@", "hemlig"):
        assert secret not in kept, secret


# --- when --------------------------------------------------------------------------------------------------------------
def test_off_it_asks_nobody(jobtech, everything, settings):
    settings.JOBTECH = False
    assert exchange.run().problem == "off"
    assert not exchange.is_due(timezone.now()) and exchange.fetch_wished() == 0
    with pytest.raises(CommandError):
        call_command("import_ads")
    assert jobtech.asked == []


@pytest.mark.parametrize(
    "url", ["http://example.org", "ftp://127.0.0.1", "//x", "http://127.0.0.1.example.org", "", "https://"]
)
def test_only_https_and_the_stand_in_are_spoken_to(jobtech, everything, settings, url):
    settings.JOBTECH_STREAM_URL = url
    assert exchange.run().problem == "address"
    settings.JOBTECH_STREAM_URL, settings.JOBTECH_TO_LOOPBACK = settings.JOBTECH_SEARCH_URL, False
    assert exchange.run().problem == "address"


@pytest.mark.parametrize("status", [302, 400, 404, 429, 500])
def test_another_answer_than_200_is_told_and_tried_again_later(jobtech, everything, settings, status):
    jobtech.status = status
    assert exchange.run().problem == f"status {status}"
    assert ImportState.objects.get().problem == f"status {status}"
    jobtech.status = 200
    assert exchange.run().problem == ""


def test_too_much_is_refused(jobtech, everything, settings):
    settings.JOBTECH_MAX_BYTES = 5000
    assert exchange.run().problem == "too_much"


def test_it_is_due_now_and_then_and_not_while_another_lives(jobtech, everything, settings):
    now = timezone.now()
    assert exchange.is_due(now)
    exchange.run()
    settings.JOBTECH_EVERY = timedelta(minutes=10)
    assert not exchange.is_due(now) and exchange.is_due(now + timedelta(minutes=11))
    ImportState.objects.update(token="x", alive_at=now + timedelta(minutes=11))
    assert not exchange.is_due(now + timedelta(minutes=11)) and exchange.is_due(now + timedelta(minutes=15))
    settings.JOBTECH_GAP = timedelta(minutes=1)
    asked = len(jobtech.asked)
    assert exchange.run().problem == "soon" and len(jobtech.asked) == asked


def test_the_sweep_begins_one_child_when_it_is_due(jobtech, everything, monkeypatch):
    begun = []
    monkeypatch.setattr("vacancies.exchange_child.start", lambda: begun.append(1))
    tasks.import_ads()
    assert begun == [1]
    exchange.run()
    ImportState.objects.update(token="x", alive_at=timezone.now())
    tasks.import_ads()
    assert begun == [1]


def test_the_command_says_what_it_did(jobtech, everything, capsys):
    call_command("import_ads")
    assert "75 read" in capsys.readouterr().out
    jobtech.status = 500
    with pytest.raises(CommandError, match="status 500"):
        call_command("import_ads")


# --- kept no longer than needed -----------------------------------------------------------------------------------------
def test_what_is_gone_is_forgotten_after_a_month(db):
    now = timezone.now()
    old, new = now - timedelta(days=31), now - timedelta(days=29)
    kept = [make.imported_ad(), make.imported_ad(removed_at=new), make.imported_ad(deadline=new)]
    kept.append(make.imported_ad(is_listed=False, fetched_at=new))
    for gone in ({"removed_at": old}, {"deadline": old}, {"is_listed": False, "fetched_at": now - timedelta(days=91)}):
        make.imported_ad(**gone)
    make.imported_ad(fetched_at=None, made_at=old, is_listed=False)
    assert retention.overdue()["vacancies.ImportedAd"] == 4
    retention.remove_old()

    assert set(ImportedAd.objects.all()) == set(kept) and retention.overdue() == {}
