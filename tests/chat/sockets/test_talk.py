"""What is said by socket, what comes back, and what comes through after everything that can go wrong."""

import json
import threading
import time
from uuid import uuid4

import pytest

from chat import conversations, matching, presence, standing
from chat.models import Participant
from chat.writer import save_batch
from motesplats.layers import nudge
from tests import make
from tests.chat.house import logged_in, request_of, texts, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


# --- writing ---------------------------------------------------------------------------------------------------------


def test_a_message_is_acknowledged_and_reaches_the_other_once(amina, bjorn, chat):
    cid = amina.send("Hej! Åäö 👋")
    ack, message = amina.until("ack"), bjorn.until("msg", cid=cid)
    assert (ack["cid"], ack["seq"], ack["at"]) == (cid, message["seq"], message["at"])
    assert (message["side"], message["kind"], message["body"]) == ("seeker", "text", "Hej! Åäö 👋")
    assert set(message) == {"t", "seq", "side", "cid", "kind", "body", "at"}  # no id of a person
    assert texts(chat) == ["Hej! Åäö 👋"]


def test_twenty_each_way_arrive_once_and_in_order(amina, bjorn, chat):
    for number in range(20):
        for page, who in ((amina, "A"), (bjorn, "B")):
            page.send(f"{who}{number}")
            page.until("ack")
    last = make.Conversation.objects.get(pk=chat.pk).last_seq
    for page in (amina, bjorn):
        if not any(frame.get("seq") == last and frame["t"] == "msg" for frame in page.seen):
            page.until("msg", seq=last)
        seqs = [frame["seq"] for frame in page.seen if frame["t"] == "msg"]
        assert seqs == sorted(set(seqs))
        assert page.texts() == [f"{who}{n}" for n in range(20) for who in "AB"]


def test_sent_twice_is_answered_twice_and_shown_once(amina, bjorn, chat):
    cid = amina.send("Hej")
    first = amina.until("ack")
    amina.send("Hej", cid)
    assert amina.until("ack") == first
    amina.send("Annat", cid)
    assert amina.until("err") == {"t": "err", "code": "conflict", "retry": False, "cid": cid}
    amina.send("Hej då")
    bjorn.until("msg", body="Hej då")
    assert bjorn.texts() == ["Hej", "Hej då"]


def test_a_form_post_shows_at_once_on_open_pages(amina, bjorn, chat):
    conversations.post_message(make.person_of(make.seeker_of(chat)), client_id=uuid4(), body="Utan skript")
    assert bjorn.until("msg", seconds=3, body="Utan skript")["side"] == "seeker"


@pytest.mark.parametrize("move, code", [(matching.resolve, "reopen"), (matching.stop, "hold")])
def test_where_nobody_may_write_the_socket_says_why_and_stays(amina, chat, move, code):
    move(request_of(chat), actor=None)
    cid = amina.send("Hej")
    assert amina.until("err") == {"t": "err", "code": code, "retry": False, "cid": cid}
    if code == "reopen":
        matching.reopen(request_of(chat), actor=None)
        amina.send("Hej", cid)
        assert amina.until("ack")["cid"] == cid


def test_faster_than_the_house_allows_is_slow_and_may_be_sent_again(amina, chat, settings):
    settings.MESSAGE_RATES = ((3, 1), (100, 60))
    ids = [amina.send(f"{n}") for n in range(6)]
    said = [_answer(amina) for _ in ids]
    assert [frame["t"] for frame in said] == ["ack"] * 3 + ["err"] * 3
    assert {(frame["code"], frame["retry"]) for frame in said[3:]} == {("slow", True)}
    wait_until(lambda: _sent_again(amina, ids[5]), 5)
    assert texts(chat) == ["0", "1", "2", "5"]


def _sent_again(page, cid) -> bool:
    page.send("5", cid)
    return _answer(page)["t"] == "ack"


def _answer(page) -> dict:
    while (frame := page.frame())["t"] not in ("ack", "err"):
        pass
    return frame


# --- coming back -----------------------------------------------------------------------------------------------------


def test_resume_gives_what_was_missed_and_nothing_twice(compares_each_second, socket_house, chat, public_id, bjorn):
    missed = [make.post(make.helper_of(chat), f"{n}") for n in range(250)]  # more than the database gives at once
    save_batch(missed[:200])
    save_batch(missed[200:])
    page = socket_house.chat(logged_in(make.seeker_of(chat).user), public_id)
    page.say({"t": "resume", "after": missed[9].seq})
    assert page.until("ready")["seq"] == missed[-1].seq
    page.until("msg", seq=missed[-1].seq)
    assert page.texts() == [f"{n}" for n in range(10, 250)]
    make.message(make.seeker_of(chat), "sist")
    page.until("msg", seconds=3, body="sist")  # without any hint: the comparison finds it


def test_resume_while_the_rest_is_being_read_leaves_no_gap(
    compares_each_second, socket_house, chat, public_id, monkeypatch
):
    known = [make.message(make.helper_of(chat), f"{n}") for n in range(4)]
    asked, go_on, newer = threading.Event(), threading.Event(), standing.newer

    def slow(conversation_id, after):
        rows = newer(conversation_id, after)
        asked.set()
        assert go_on.wait(5)
        return rows

    monkeypatch.setattr(standing, "newer", slow)
    page = socket_house.chat(logged_in(make.seeker_of(chat).user), public_id)
    make.message(make.helper_of(chat), "sist")
    assert asked.wait(5)  # the newest is on its way when the page says that it lacks more
    page.say({"t": "resume", "after": known[1].seq})
    page.until("ready")
    go_on.set()
    page.until("msg", seconds=3, body="sist")
    assert page.texts() == ["2", "3", "sist"]


def test_a_page_that_says_what_it_has_gets_the_rest_before_anything_new(
    compares_each_second, socket_house, chat, public_id, monkeypatch
):
    known = [make.message(make.helper_of(chat), f"{n}") for n in range(4)]
    of, came = standing.of, []

    def while_it_is_greeted(conversation_ids):
        stands = of(conversation_ids)
        came or came.append(make.message(make.helper_of(chat), "sist"))
        return stands

    monkeypatch.setattr(standing, "of", while_it_is_greeted)
    page = socket_house.chat(logged_in(make.seeker_of(chat).user), public_id, query=f"?after={known[1].seq}")
    page.until("msg", seconds=3, body="sist")
    assert page.texts() == ["2", "3", "sist"] and came


@pytest.mark.parametrize(
    "query", ["?after=", "?after=x", "?after=-1", "?after=1e3", f"?after={10**20}", "?after=1&x", "?%00"]
)
def test_an_address_that_says_nothing_sensible_is_a_page_that_has_all(socket_house, chat, public_id, query):
    make.message(make.helper_of(chat), "hej")
    page = socket_house.chat(logged_in(make.seeker_of(chat).user), public_id, query=query)
    assert not [frame for frame in page.silence() if frame["t"] == "msg"]


@pytest.mark.parametrize("after", ["-1", "0"])
def test_resume_from_the_beginning_gives_everything(amina, chat, after):
    amina.say(f'{{"t":"resume","after":{after}}}')
    amina.until("msg", seq=3)
    assert [frame["seq"] for frame in amina.seen if frame["t"] == "msg"] == [1, 2, 3]
    assert [frame["body"]["code"] for frame in amina.seen if frame["t"] == "msg"] == [
        "claimed_later",
        "helper_reads",
        "asker_reads",
    ]


def test_resume_beyond_the_end_is_answered_and_gives_nothing(amina):
    amina.say('{"t":"resume","after":2147483647}')
    amina.until("ready")
    assert not [frame for frame in amina.silence() if frame["t"] == "msg"]


# --- what passes by --------------------------------------------------------------------------------------------------


def test_typing_read_and_presence_reach_the_other(amina, bjorn, chat):
    amina.until("presence", side="volunteer", here=True)
    bjorn.say({"t": "typing"})
    assert amina.until("typing") == {"t": "typing", "side": "volunteer"}
    cid = amina.send("Hej")
    seq = amina.until("ack", cid=cid)["seq"]
    bjorn.say({"t": "read", "seq": seq})
    assert amina.until("read", side="volunteer") == {"t": "read", "side": "volunteer", "seq": seq}
    bjorn.say({"t": "read", "seq": 1})
    bjorn.say({"t": "read", "seq": 2_000_000_000})  # never more than there is
    wait_until(lambda: make.helper_of(chat).read_seq == seq)


def test_being_here_is_written_for_both_and_keeps_the_volunteer_on_duty(amina, bjorn, chat):
    assert make.seeker_of(chat).seen_at and make.helper_of(chat).seen_at
    assert make.helper_of(chat).user.volunteer.heartbeat_at is not None


def test_a_change_of_state_is_told_at_once(amina, bjorn, chat):
    version = make.Conversation.objects.get(pk=chat.pk).version
    matching.resolve(request_of(chat), actor=None)
    for page in (amina, bjorn):
        assert page.until("state", seconds=3)["version"] == version + 1
        line = next((f for f in page.seen if f["t"] == "msg" and f["side"] == "system"), None) or page.until(
            "msg", side="system"
        )
        assert line["body"]["code"] == "resolved"


def test_who_writes_is_back(amina, bjorn, chat):
    presence.go_away(make.helper_of(chat), Participant.Away.SHORT)
    bjorn.until("state", seconds=3)
    bjorn.send("Nu är jag här")
    bjorn.until("ack")
    wait_until(lambda: make.helper_of(chat).away_until is None)


def test_trouble_after_the_ack_does_not_take_the_socket(amina, bjorn, chat, monkeypatch, caplog):
    presence.go_away(make.helper_of(chat), Participant.Away.SHORT)
    bjorn.until("state", seconds=3)
    monkeypatch.setattr(presence, "come_back_by_id", lambda pk: 1 / 0)
    bjorn.send("Hej")
    bjorn.until("ack")
    monkeypatch.undo()
    bjorn.send("Igen")
    bjorn.until("ack")
    assert texts(chat) == ["Hej", "Igen"]
    assert "a frame was not handled" in caplog.text


@pytest.fixture
def desk(socket_house, chat):
    """An open desk that has got its first word, and a house where nothing has happened for a while."""
    page = socket_house.open(logged_in(make.volunteer("Olof").user), "/ws/jour/")
    page.frame()
    page.silence(0.3)
    return page


def test_the_desk_hears_at_once_of_each_change_after_a_silence_and_no_more(desk):
    for version in (1, 2, 3):
        make.conversation()
        assert desk.frame(0.5) == {"t": "desk", "v": version}
    assert desk.silence(1.5) == []
    desk.say("anything at all")
    assert desk.closed_with(0.3) is None


def test_the_desk_hears_of_a_flood_of_changes_once_a_second_and_of_the_last(desk):
    for _ in range(60):
        nudge("desk")
        time.sleep(0.05)
    told = desk.silence(1.2)
    assert 3 <= len(told) <= 3 + 5  # 3 at once, then one in each of the 3 s and the last
    assert told[-1] == {"t": "desk", "v": 60}


# --- bad frames ------------------------------------------------------------------------------------------------------


def test_bad_frames_are_answered_and_the_socket_stays(amina, chat, monkeypatch):
    monkeypatch.setattr("chat.sockets.BAD_FRAMES", 1000)
    cid = str(uuid4())
    bad = {
        "bad_frame": ["{not json", '""', "[]", "null", "7", "[" * 10_000, '{"t":"fly"}', '{"t":"send"}', b"\x00\x01", b'{"t":"typing"}', "x" * 40_000, json.dumps({"t": "send", "cid": cid, "body": 7}), json.dumps({"t": "send", "cid": "x", "body": "hej"}), '{"t":"resume","after":"x"}', '{"t":"resume","after":1e30}', '{"t":"read","seq":1.5}'],
        "bad_text": [json.dumps({"t": "send", "cid": cid, "body": "noll\x00"}), f'{{"t":"send","cid":"{cid}","body":"\\ud800"}}'],
        "empty": [json.dumps({"t": "send", "cid": cid, "body": " \u200b "})],
        "too_long": [json.dumps({"t": "send", "cid": cid, "body": "a" * 4001})],
    }  # fmt: skip
    for code, frames in bad.items():
        for frame in frames:
            amina.say(frame)
            answer = amina.until("err")
            assert (answer["code"], answer["retry"]) == (code, False), frame
    assert texts(chat) == []
    amina.send("Nu går det", cid)
    assert amina.until("ack")["cid"] == cid
    assert texts(chat) == ["Nu går det"]


def test_five_bad_frames_in_a_minute_close_the_socket(amina, caplog):
    for _ in range(5):
        amina.say("{not json")
    assert amina.closed_with(3) == 4400
    assert "bad frames" in caplog.text


def test_a_frame_beyond_the_limit_of_the_server_is_closed_with_1009(amina, bjorn, chat):
    amina.say("x" * 1_000_000)
    assert amina.closed_with(3) == 1009
    bjorn.send("Jag är kvar")
    bjorn.until("ack")
