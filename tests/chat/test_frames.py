"""What a socket may say: the whole corpus of texts and frames, and that nothing else gets through."""

import json
import unicodedata
from datetime import UTC, datetime
from uuid import UUID, uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import frames
from chat.frames import BadFrame

CID = "6b0f7f0e-2f57-4c0e-9a51-1f2f7f5d3c11"


def send(body, cid=CID) -> str:
    return json.dumps({"t": "send", "cid": cid, "body": body}, ensure_ascii=False)


def refusal(text) -> tuple:
    with pytest.raises(BadFrame) as problem:
        frames.parse(text)
    return problem.value.code, problem.value.cid


@pytest.mark.parametrize(
    "body",
    [
        "Hej! Kan du läsa mitt CV?",
        "👩🏽‍👩🏿‍👧‍👦 👍🏾 🇸🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "مرحبا، هل يمكنك مساعدتي؟",
        "می‌خواهم کار پیدا کنم",  # noqa: RUF001 with a zero-width non-joiner
        "ሰላም፡ ስራሕ እደሊ ኣለኹ",
        "Привіт, дякую",
        "svenska ثم עברית ثم svenska",
        "\u2067isolat\u2069 \u202eövertagen\u202c",
        "e\u0308ven sammansatt: å",  # noqa: RUF001
        "rad ett\nrad två\n\n\ttab",
        "<script>alert(1)</script> {{ 7*7 }} %s ' \" \\",
        "0",
        "null",
    ],
)
def test_every_script_comes_through_unchanged(body):
    found = frames.parse(send(body))
    assert found == {"t": "send", "cid": UUID(CID), "body": unicodedata.normalize("NFC", body)}


def test_text_is_composed_trimmed_and_has_plain_line_ends():
    assert frames.clean_body("  A\u030a\r\nhej \n") == "Å\nhej"


@pytest.mark.parametrize("bad", ["\x00", "a\x00b", "\x1b[31m", "\x07", "\x9f", "\x85", "slut\x1f", "\r", "\x7f"])
def test_controls_are_refused_for_good(bad):
    assert refusal(json.dumps({"t": "send", "cid": CID, "body": bad})) == ("bad_text", CID)


@pytest.mark.parametrize("half", ["\\ud800", "\\uDFFF hej", "hej \\ud83d"])
def test_half_a_character_is_refused_and_the_sender_learns_which(half):
    assert refusal(f'{{"t":"send","cid":"{CID}","body":"{half}"}}') == ("bad_text", CID)


@pytest.mark.parametrize("empty", ["", " ", "\n\t \n", "\u200b\u200d\ufeff", "\u2060 \u00ad", "\u3000"])
def test_nothing_to_read_is_empty(empty):
    assert refusal(send(empty)) == ("empty", CID)


def test_four_thousand_characters_fit_and_one_more_does_not():
    assert len(frames.parse(send("ö" * 4000))["body"]) == 4000
    assert len(frames.parse(send("😀" * 4000))["body"]) == 4000
    assert refusal(send("a" * 4001)) == ("too_long", CID)


@pytest.mark.parametrize(
    "text",
    [
        None,
        b"bytes",
        "",
        "{not json",
        '""',
        "[]",
        "null",
        "true",
        "7",
        "NaN",
        "[" * 8000,
        "[" * 100_000,
        '{"a":' * 3000,
        "{}",
        '{"t":null}',
        '{"t":[]}',
        '{"t":{}}',
        '{"t":"fly"}',
        '{"t":"send"}',
        '{"t":"typing","extra":1}',
        '{"t":"read"}',
        f'{{"t":"send","cid":"{CID}"}}',
        f'{{"t":"send","cid":"{CID}","body":"a","side":"staff"}}',
        send("x" * 20_000),
        "a" * 1_000_000,
        '"\\ud800"',
        '{"t":"\\ud800"}',
        '{"\\ud800":1}',
        "\\ud800",
    ],
    ids=lambda text: str(text)[:24],
)
def test_what_is_no_frame_is_a_bad_frame(text):
    assert refusal(text) == ("bad_frame", None)


@pytest.mark.parametrize("body", [7, 1.5, True, None, [], {}, ["hej"]], ids=str)
def test_a_body_that_is_no_text_is_refused(body):
    assert refusal(send(body)) == ("bad_frame", CID)


@pytest.mark.parametrize(
    "cid", ["", "x", 7, None, [], CID[:-1], CID + "0", "{" + CID[1:-1] + "}", CID.replace("-", ""), "g" * 36]
)
def test_an_id_that_is_no_uuid_is_refused(cid):
    assert refusal(send("hej", cid=cid)) == ("bad_frame", None)


@pytest.mark.parametrize("value, seq", [(0, 0), (-1, 0), (5, 5), (2**31 - 1, 2**31 - 1)])
def test_numbers_are_kept_in_range(value, seq):
    assert frames.parse(f'{{"t":"resume","after":{value}}}') == {"t": "resume", "after": seq}
    assert frames.parse(f'{{"t":"read","seq":{value}}}') == {"t": "read", "seq": seq}


@pytest.mark.parametrize(
    "value", ["-2", "2147483648", "1e30", "1" + "0" * 30, "1.0", '"x"', '"5"', "null", "true", "[]"]
)
def test_other_numbers_are_refused(value):
    assert refusal(f'{{"t":"resume","after":{value}}}') == ("bad_frame", None)
    assert refusal(f'{{"t":"read","seq":{value}}}') == ("bad_frame", None)


def test_typing_says_nothing_more():
    assert frames.parse('{"t":"typing"}') == {"t": "typing"}


@pytest.mark.parametrize(
    "code",
    ["bad_frame", "bad_text", "empty", "too_long", "conflict", "reopen", "closed", "hold", "forbidden", "invalid"],
)
def test_a_permanent_error_never_says_retry(code):
    assert orjson.loads(frames.error(code))["retry"] is False


@pytest.mark.parametrize("code", ["retry", "slow"])
def test_a_passing_error_says_retry(code):
    assert orjson.loads(frames.error(code, CID)) == {"t": "err", "code": code, "retry": True, "cid": CID}


def test_frames_out_name_sides_and_never_people():
    at = datetime(2026, 11, 24, 20, 30, tzinfo=UTC)
    cid = uuid4()
    text = orjson.loads(frames.message(seq=3, side="seeker", cid=cid, kind="text", body="hej", at=at))
    assert text == {
        "t": "msg", "seq": 3, "side": "seeker", "cid": str(cid), "kind": "text", "body": "hej", "at": "2026-11-24T20:30:00+00:00",
    }  # fmt: skip
    line = orjson.loads(frames.message(seq=4, side="system", cid=cid, kind="system", body='{"code":"back"}', at=at))
    assert line["body"] == {"code": "back"}
    erased = orjson.loads(frames.message(seq=4, side="system", cid=cid, kind="system", body="", at=at))
    assert erased["body"] == {}
    card = orjson.loads(frames.message(seq=5, side="seeker", cid=cid, kind="card", body="", at=at))
    assert card["body"] == ""  # what the page shows as it is


# --- anything at all -------------------------------------------------------------------------------------------------

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
NEARLY = st.fixed_dictionaries(
    {"t": st.sampled_from(["send", "resume", "read", "typing", "x"])},
    optional={
        "cid": st.just(CID) | st.text() | ANYTHING,
        "body": st.text() | ANYTHING,
        "after": ANYTHING,
        "seq": ANYTHING,
    },
)
CODES = {"bad_frame", "bad_text", "empty", "too_long"}


@given(st.text() | ANYTHING.map(json.dumps) | NEARLY.map(json.dumps) | st.binary().map(lambda b: b.decode("latin-1")))
def test_any_text_is_a_frame_or_a_bad_frame(text):
    try:
        found = frames.parse(text)
    except BadFrame as problem:
        assert problem.code in CODES
        return
    if found["t"] == "send":
        found["body"].encode()
        assert found["body"].strip() and "\x00" not in found["body"] and len(found["body"]) <= 4000
    else:
        assert all(type(value) is int and 0 <= value < 2**31 for key, value in found.items() if key != "t")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=500))
def test_what_is_stored_is_stored_the_same_the_second_time(body):
    try:
        once = frames.clean_body(body)
    except BadFrame as problem:
        assert problem.code == "empty"
        return
    assert frames.clean_body(once) == once
