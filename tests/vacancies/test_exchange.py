"""Ads from Platsbanken: chosen by staff, copied, followed; killed anywhere it ends with the same."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from motesplats import occupations
from tests import make
from tests.chat.house import html
from tests.vacancies import jobtech_stand_in
from tests.vacancies.jobtech_stand_in import FIELD, ad, removal
from vacancies import exchange, retention, tasks
from vacancies.models import ImportChoice, ImportedAd, ImportState

NOT_THE_SAME = {"id", "made_at", "fetched_at", "seen_run"}


@pytest.fixture
def jobtech(settings):
    with jobtech_stand_in.running(60) as (stand_in, url):
        settings.JOBTECH, settings.JOBTECH_TO_LOOPBACK = True, True
        settings.JOBTECH_STREAM_URL = settings.JOBTECH_SEARCH_URL = url
        settings.JOBTECH_GAP = settings.JOBTECH_EVERY = timedelta(0)
        yield stand_in


@pytest.fixture
def everything(db):
    for code in ("1480", "1280", "0180"):
        ImportChoice.objects.create(municipality=code)


def rows() -> list[dict]:
    names = [field.name for field in ImportedAd._meta.concrete_fields if field.name not in NOT_THE_SAME]
    return list(ImportedAd.objects.order_by("source_id").values(*names))


def ids(found) -> set[int]:
    return {int(row.source_id) - 10_000_000 for row in found}


def again() -> None:
    """As on the first day."""
    ImportedAd.objects.all().delete()
    ImportState.objects.all().delete()


# --- a copy, and what changes ------------------------------------------------------------------------------------------
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


# --- killed, cut, broken -----------------------------------------------------------------------------------------------
class Killed(BaseException):
    pass


@pytest.mark.parametrize("etag", ['"1"', ""])
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_batch_it_ends_with_the_same(jobtech, everything, monkeypatch, when, etag):
    jobtech.etag = etag
    monkeypatch.setattr(exchange, "BATCH", 13)
    exchange.run()
    fresh, store = rows(), exchange._store
    for dies_at in (0, 3, 6):
        again()
        count = itertools.count()

        def dying(*args, count=count, dies_at=dies_at):
            if when == "after":
                store(*args)
            if next(count) == dies_at:
                raise Killed
            if when == "before":
                store(*args)

        monkeypatch.setattr(exchange, "_store", dying)
        with pytest.raises(Killed):
            exchange.run()
        monkeypatch.setattr(exchange, "_store", store)
        assert exchange.run().problem == ""
        assert rows() == fresh, dies_at


def test_the_same_answer_goes_on_where_it_was(jobtech, everything, monkeypatch):
    monkeypatch.setattr(exchange, "BATCH", 10)
    body = sum(len(line) + 1 for line in jobtech.snapshot)
    jobtech.cut_after = body // 2
    first = exchange.run()
    jobtech.cut_after = None
    second = exchange.run()

    assert (first.problem, second.problem) == ("cut", "")
    assert first.read + second.read == 60 + 15


def test_a_cut_answer_takes_nothing_away(jobtech, everything):
    exchange.run()
    before = rows()
    ImportState.objects.update(since=timezone.now() - timedelta(days=8))
    jobtech.cut_after, jobtech.as_array = 3000, True

    assert exchange.run().problem == "cut"
    assert {row["removed_at"] for row in rows()} == {row["removed_at"] for row in before}


def test_a_newer_import_takes_over_and_the_older_writes_nothing_more(jobtech, everything, monkeypatch):
    monkeypatch.setattr(exchange, "BATCH", 20)
    store, seen = exchange._store, []

    def overtaken(state, *args):
        if not seen:
            seen.append(ImportState.objects.update(token="another"))
        store(state, *args)

    monkeypatch.setattr(exchange, "_store", overtaken)
    assert exchange.run().problem == "busy"
    assert (ImportedAd.objects.count(), ImportState.objects.get().token) == (0, "another")


BAD_LINES = [
    b"", b"{", b"null", b"[]", b'"x"', b"17", b"{}", b'{"id": "x"}', b'{"id": 5}', b'{"id": "5", "headline": ""}',
    b'{"id": "5", "headline": ["a"]}', b"\xff\xfe", b'{"id": "../../etc", "headline": "x"}', b'{"id":"7","headline":"\\ud800"}',
    b"x" * 100_000, b'{"id": "1' + b"0" * 30 + b'", "headline": "x"}',
]  # fmt: skip


def test_bad_lines_are_counted_and_passed_over(jobtech, everything):
    jobtech.snapshot = [*itertools.chain(*zip(jobtech.snapshot, itertools.cycle(BAD_LINES), strict=False))]
    result = exchange.run()

    assert result.problem == "" and result.bad >= 50
    assert len(rows()) == 63
    assert ImportState.objects.get().bad == result.bad


@pytest.mark.parametrize(
    "odd",
    [
        {"description": None}, {"description": {"text": 5}}, {"employer": []}, {"employer": [{"name": "A"}]},
        {"occupation": "x"}, {"workplace_address": {"municipality_code": 1480}}, {"application_deadline": "i morgon"},
        {"application_deadline": "9999-12-31T23:59:59"}, {"application_deadline": "0001-01-01T00:00:00"},
        {"timestamp": 10**30}, {"timestamp": True}, {"timestamp": "x"}, {"must_have": {"languages": ["x", None]}},
        {"webpage_url": "javascript:alert(1)"}, {"webpage_url": "https://arbetsformedlingen.se.evil.example/"},
        {"webpage_url": "https://[x"}, {"headline": "a\x00b\u202ec" * 200}, {"experience_required": "ja"},
        {"application_contacts": [{"name": None}, {"name": "("}]}, {"driving_license": [{"label": None}]},
    ],
)  # fmt: skip
def test_odd_ads_are_kept_as_far_as_they_make_sense(jobtech, everything, odd):
    jobtech.snapshot, jobtech.stream = (
        [json.dumps(ad(0, workplace_address={"municipality_code": "1480"}) | odd).encode()],
        [],
    )
    ImportChoice.objects.create(field=FIELD)
    result = exchange.run()
    (row,) = ImportedAd.objects.all()

    assert (result.problem, result.bad) == ("", 0)
    assert row.url.startswith("https://arbetsformedlingen.se/") and "\x00" not in row.headline
    may_be_nothing = {field.name for field in row._meta.concrete_fields if field.null or field.name == "employer"}
    row.clean_fields(exclude=may_be_nothing)


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


# --- one ad, by its address --------------------------------------------------------------------------------------------
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


# --- pages -------------------------------------------------------------------------------------------------------------
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
    assert "Jobb nummer 5" in page and "Heltid" in page
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


# --- kept no longer than needed -------------------------------------------------------------------------------------------
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


# --- twenty thousand, and kill -9 ------------------------------------------------------------------------------------------
def import_in_a_child(url: str, **more) -> subprocess.Popen:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        where = f"sqlite:///{database['NAME']}"
    else:
        login = f"{database['USER']}:{database['PASSWORD']}@" if database["USER"] else ""
        where = f"postgresql://{login}{database['HOST']}:{database['PORT']}/{database['NAME']}"
    if os.environ["DATABASE_URL"].startswith("postgres"):
        where = os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{database['NAME']}"
    environment = {
        **os.environ, "DATABASE_URL": where, "JOBTECH": "1", "JOBTECH_TO_LOOPBACK": "1", "JOBTECH_STREAM_URL": url,
        "JOBTECH_SEARCH_URL": url, "JOBTECH_GAP_SECONDS": "0", **more,
    }  # fmt: skip
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "import_ads"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_twenty_thousand_ads_killed_in_the_middle_are_the_same_as_a_fresh_import():
    for code in ("1480", "1280", "0180"):
        ImportChoice.objects.create(municipality=code)
    with jobtech_stand_in.running(20_000) as (_jobtech, url):
        for enough in (2_000, 9_000, 15_000):
            child = import_in_a_child(url)
            ends = time.monotonic() + 60
            while ImportedAd.objects.count() < enough and child.poll() is None and time.monotonic() < ends:
                time.sleep(0.05)
            os.kill(child.pid, signal.SIGKILL)
            child.communicate()
            assert enough <= ImportedAd.objects.count() < 20_000
        said, _nothing = import_in_a_child(url).communicate(timeout=120)
        assert b"removed" in said and ImportState.objects.get().phase == "stream", said
        killed = rows()
        again()
        said, _nothing = import_in_a_child(url).communicate(timeout=120)

    assert rows() == killed and len(killed) == 21_000
    assert ImportedAd.objects.shown().count() == 19_000
