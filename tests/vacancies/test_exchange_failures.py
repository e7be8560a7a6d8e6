"""An import that is killed, cut or broken anywhere ends with the same as a fresh one."""

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
from django.db import connection
from django.utils import timezone

from tests.vacancies import jobtech_stand_in
from tests.vacancies.imported import again, rows
from tests.vacancies.jobtech_stand_in import FIELD, ad
from vacancies import exchange
from vacancies.models import ImportChoice, ImportedAd, ImportState


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
    assert exchange.run().bad == ImportState.objects.get().bad == 0  # of the latest import, not of all there were


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


# --- twenty thousand, and kill -9 ----------------------------------------------------------------------------------------
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
