"""What comes from JobTech: cut into ads piece by piece, freed from people, on clocks in Sweden; their own samples."""

import json
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from motesplats import municipalities, occupations
from vacancies import jobtech, jobtech_ads, jobtech_reader, jobtech_text, platsbanken
from vacancies.jobtech_fields import FIELDS
from vacancies.jobtech_reader import BROKEN, Cut

SAMPLES = Path(os.environ.get("SAMPLES_FOLDER", Path(__file__).resolve().parents[3] / "shared" / "data"))


def sample(path: str):
    if not (SAMPLES / path).exists():
        pytest.skip(f"needs ../shared/data/{path}")
    return json.loads((SAMPLES / path).read_text(encoding="utf-8"))


# --- cutting into ads --------------------------------------------------------------------------------------------------
TRICKY = [{"id": "1", "a": '}{][",\\" '}, {"id": "2", "b": [{"c": {}}, "]"]}, {"id": "3", "ö": "å\u2028\n"}]
LINES = "\n".join(json.dumps(one) for one in TRICKY).encode()
ARRAY = json.dumps(TRICKY, ensure_ascii=False, indent=1).encode()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 10_000])
@pytest.mark.parametrize("body", [LINES, LINES + b"\n", b"\xef\xbb\xbf \r\n" + LINES, ARRAY, b" \n" + ARRAY + b"\n "])
def test_wherever_the_pieces_end_the_ads_are_the_same(body, size):
    assert list(jobtech_reader.items(body[at : at + size] for at in range(0, len(body), size))) == TRICKY


@pytest.mark.parametrize("body", [b"", b"\n\n", b"[]", b" [ ] "])
def test_nothing_is_nothing(body):
    assert list(jobtech_reader.items([body])) == []


@pytest.mark.parametrize("body", [LINES, ARRAY])
def test_what_is_cut_off_gives_the_whole_ones_and_says_so(body):
    found = []
    with pytest.raises(Cut):
        for one in jobtech_reader.items([body[:-4]]):
            found.append(one)
    assert found == TRICKY[: len(found)] and len(found) >= 2


def test_a_broken_one_spoils_no_other():
    assert list(jobtech_reader.items([b'{"id": 1}\n{"id": \n{"id": 2}\n'])) == [{"id": 1}, BROKEN, {"id": 2}]
    assert list(jobtech_reader.items([b'[{"id": 1}, {"id": x}, {"id": 2}]'])) == [{"id": 1}, BROKEN, {"id": 2}]


def test_a_line_without_end_is_not_kept_in_memory(monkeypatch):
    monkeypatch.setattr(jobtech_reader, "LINE_MAX_BYTES", 1000)
    chunks = [b'{"a": "', *[b"x" * 500] * 10, b'"}\n{"id": 2}\n']
    assert list(jobtech_reader.items(chunks)) == [BROKEN, {"id": 2}]
    with pytest.raises(Cut):
        list(jobtech_reader.items([b'[{"a": "', *[b"x" * 500] * 10, b'"}]']))


# --- without people ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Skriv till anna.ek@firma.example i dag.", "Skriv till … i dag."),
        ("Ring 070-174 06 05!", "Ring …!"),
        ("Ring 08 - 123 456 78 eller +46 70 174 06 05", "Ring … eller …"),
        ("Tel. (031) 12 34 56", "Tel. …"),
        ("Kontakta rekryterande chef Anna Ek, 070-1740605", "Kontakta rekryterande chef …"),
        ("Frågor besvaras av Anna Ek och Bo Al på anna@x.example", "Frågor besvaras av … på …"),
        ("Facklig representant: Kerstin Ståhl-Åberg", "Facklig representant: …"),
        ("Vi arbetar 08.00-16.30, 0800-1630 och har 25 000 kr i lön.", "Vi arbetar 08.00-16.30, 0800-1630 och har 25 000 kr i lön."),
        ("Organisation 556677-8899, sök senast 2026-12-24.", "Organisation 556677-8899, sök senast 2026-12-24."),
        ("Jobb i Norra Hamnen. Vi talar Svenska Engelska.", "Jobb i Norra Hamnen. Vi talar Svenska Engelska."),
        ("a\x00b\u202ec\ufeff", "abc"),
        ("", ""),
    ],
)  # fmt: skip
def test_contacts_leave_the_words_and_the_rest_stays(said, kept):
    assert jobtech_text.plain(said) == kept


def test_a_contact_person_is_dropped_by_name_wherever_they_stand():
    said = jobtech_text.plain("Hej! ANNA   EK heter jag. Jag, Anna Ek, leder köket.", names=["Anna Ek", "", "("])
    assert "nna" not in said.casefold() and "leder köket" in said


def test_foreign_html_is_read_as_words():
    text = jobtech_text.from_html("<p>Vi s&ouml;ker</p><ul><li>kock</li></ul><script>alert(1)</script>")
    assert text.split() == ["Vi", "söker", "kock", "alert(1)"]


def test_long_words_are_cut_quickly():
    for odd in ("0" * 200_000, "A" * 200_000, "Anna Ek " * 30_000, "a@" * 100_000, "0 - " * 60_000):
        assert len(jobtech_text.plain(odd)) <= jobtech_text.TEXT_MAX_CHARACTERS


# --- clocks ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ("2024-05-08T23:59:59", datetime(2024, 5, 8, 21, 59, 59, tzinfo=UTC)),
        ("2024-01-08T23:59:59", datetime(2024, 1, 8, 22, 59, 59, tzinfo=UTC)),
        ("2024-01-08", datetime(2024, 1, 7, 23, 0, tzinfo=UTC)),
        ("2024-01-08T10:00:00Z", datetime(2024, 1, 8, 10, 0, tzinfo=UTC)),
        ("i morgon", None), ("", None), (None, None), (17, None), ("9999-01-01T00:00:00", None), ("0" * 1000, None),
    ],
)  # fmt: skip
def test_their_times_are_of_clocks_in_sweden(said, instant):
    assert jobtech_ads.moment(said) == instant


@pytest.mark.parametrize(
    ("instant", "asked"),
    [
        (datetime(2026, 7, 1, 10, 0, tzinfo=UTC), "2026-07-01T12:00:00"),
        (datetime(2026, 12, 1, 10, 0, tzinfo=UTC), "2026-12-01T11:00:00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25T01:30:00"),  # 02.30, the first time
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25T01:30:00"),  # 02.30, the second time
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), "2026-10-25T03:30:00"),
    ],
)
def test_an_hour_that_comes_twice_is_asked_from_before_it(instant, asked):
    assert jobtech.clock_in_sweden(instant) == asked


# --- addresses that people paste ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("https://arbetsformedlingen.se/platsbanken/annonser/28746073", "28746073"),
        ("Se www.arbetsformedlingen.se/platsbanken/annonser/28746073?x=1 tack", "28746073"),
        ("HTTPS://Arbetsformedlingen.SE/platsbanken/annonser/5/", "5"),
        ("https://arbetsformedlingen.se.evil.example/platsbanken/annonser/5", ""),
        ("https://evilarbetsformedlingen.se/platsbanken/annonser/5", ""),
        ("https://evil.example/?u=arbetsformedlingen.se/platsbanken/annonser/5", "5"),
        ("https://arbetsformedlingen.se/platsbanken/annonser/x", ""),
        ("https://arbetsformedlingen.se/platsbanken/annonser/" + "1" * 40, ""),
        ("Vi söker kock", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_id_is_read_from_the_address(said, found):
    assert platsbanken.id_in(said) == found


# --- their own samples -------------------------------------------------------------------------------------------------
def test_a_real_ad_is_understood():
    (ad,) = sample("jobads/jobstream_ad_2024_real_trimmed.json")
    found = jobtech_ads.read(ad)

    assert (found["source_id"], found["headline"]) == ("28746073", "Group Product Manager - Customer Care")
    assert (found["municipality"], found["occupation_group"]) == ("0180", occupations.by_id("32bC_YdL_JtU").group)
    assert found["deadline"] == datetime(2024, 5, 8, 21, 59, 59, tzinfo=UTC) and found["version"] == 1713965113220
    assert found["url"] == "https://arbetsformedlingen.se/platsbanken/annonser/28746073"
    assert (found["hours_said"], found["duration_said"], found["needs_experience"]) == ("Heltid", "Tills vidare", True)


def test_a_stream_with_a_removal_and_older_ads_are_understood():
    *_ads, last = map(jobtech_ads.read, sample("jobads/jobstream_stream_with_removal_synthetic.json"))
    assert last == jobtech_ads.Removal("28746073", datetime(2024, 5, 2, 8, 0, tzinfo=UTC))
    old = [jobtech_ads.read(ad) for ad in sample("jobads/jobsearch_ads_redacted.json")]
    assert len(old) == 3 and all(ad["headline"] and ad["municipality"] for ad in old)
    assert not any("@" in str(ad) or "070-000" in str(ad) for ad in old)


def test_the_whole_taxonomy_agrees_with_ours():
    theirs = sample("taxonomy/jobtech_taxonomy_compact.json")
    names = [row for row in theirs["occupation-name"] if row["concept_id"] and row["ssyk"]]
    wrong = [
        row for row in names if (found := occupations.by_id(row["concept_id"])) is None or found.group != row["ssyk"]
    ]
    assert len(names) > 3000 and wrong == []
    assert {row["concept_id"]: row["label"] for row in theirs["occupation-field"]} == dict(FIELDS)
    towns = {row["concept_id"]: (row["legacy_id"], row["label"]) for row in theirs["municipality"]}
    known = {concept: municipalities.by_concept_id(concept) for concept in towns}
    assert len(towns) == 290
    assert {concept: (town.code, town.name) for concept, town in known.items() if town} == towns


def test_the_list_of_municipalities_agrees_with_ours():
    rows = sample("geo/municipalities.json")
    wrong = [row for row in rows if str(row.get("code", "")) and municipalities.by_code(str(row["code"])) is None]
    assert len(rows) == 290 and wrong == []


def test_an_address_with_a_sign_that_no_database_takes_is_replaced():
    said = {"id": "1", "headline": "Kock", "webpage_url": "https://arbetsformedlingen.se/\x00"}
    assert jobtech_ads.read(said)["url"] == f"{jobtech_ads.PAGE}1"


@pytest.mark.parametrize("text", ["A" * 24_000, "Anna " * 5_000, "kontakta " * 2_000 + "A" * 6_000])
def test_a_long_text_is_freed_from_people_quickly(text):
    started = time.process_time()
    jobtech_text.plain(text)
    assert time.process_time() - started < 0.5
