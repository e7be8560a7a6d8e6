"""The sockets as a browser meets them: who may in, what is said, what comes back after everything that can go wrong."""

import json
import os
import socket as plain
import subprocess
import sys
from uuid import uuid4

import pytest
from channels.layers import channel_layers
from django.conf import settings as settings_of_django
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.test import Client
from websockets.exceptions import InvalidStatus

from chat import conversations, matching, presence, standing
from chat import hub as hub_module
from chat.models import Message, Participant
from chat.writer import save_batch
from motesplats.daemons import answers, die_with_parent, free_port
from seekers.models import HelpRequest
from tests import make
from tests.chat.house import ORIGIN, SocketHouse, logged_in, wait_until, with_grant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chat(transactional_db):
    make.office()
    return make.claimed(make.volunteer(on_duty=True))


@pytest.fixture
def public_id(chat):
    return chat.request.public_id


@pytest.fixture
def amina(socket_house, chat, public_id):
    return socket_house.chat(logged_in(make.seeker_of(chat).user), public_id)


@pytest.fixture
def bjorn(socket_house, chat, public_id):
    return socket_house.chat(logged_in(make.helper_of(chat).user), public_id)


def request_of(chat) -> HelpRequest:
    return HelpRequest.objects.get(pk=chat.request_id)


def texts(chat) -> list[str]:
    return list(Message.objects.filter(conversation=chat, kind="text").order_by("seq").values_list("body", flat=True))


# --- who may in ------------------------------------------------------------------------------------------------------


def refused(house, client, path, **kwargs) -> int:
    with pytest.raises(InvalidStatus) as answer:
        house.open(client, path, **kwargs)
    return answer.value.response.status_code


def test_only_our_own_origin_opens_a_socket(socket_house, chat, public_id):
    client, path = logged_in(make.seeker_of(chat).user), f"/ws/chatt/{public_id}/"
    host = ORIGIN.removeprefix("http://")
    for origin in (
        "https://evil.example",
        "null",
        None,
        f"https://{host}",
        "http://localhost:1",
        "http://localhost",
        f"http://x.{host}",
        f"{ORIGIN}/",
        ORIGIN.upper(),
    ):
        assert refused(socket_house, client, path, origin=origin) == 403, origin
    assert refused(socket_house, logged_in(make.volunteer(on_duty=True).user), "/ws/jour/", origin="null") == 403
    socket_house.chat(client, public_id)  # the same browser from our own page


def test_strangers_get_403_before_the_handshake(socket_house, chat, public_id):
    path, other = f"/ws/chatt/{public_id}/", make.conversation()
    cecilia, seeker = make.volunteer("Cecilia", on_duty=True), make.seeker_of(chat)
    for client in (
        None,
        Client(),
        logged_in(cecilia.user),
        logged_in(make.staff()),
        logged_in(make.seeker_of(other).user),
        with_grant(make.seeker_of(other)),
    ):
        assert refused(socket_house, client, path) == 403
    assert refused(socket_house, logged_in(seeker.user), "/ws/chatt/nothing-here/") == 403
    assert refused(socket_house, logged_in(seeker.user), "/ws/elsewhere/") == 403
    Participant.objects.filter(pk=seeker.pk).update(link_version=2)
    assert refused(socket_house, with_grant(seeker), path) == 403  # a grant of before
    socket_house.chat(with_grant(make.seeker_of(chat)), public_id)


@pytest.mark.parametrize("end", ["closed", "withdrawn"])
def test_nothing_opens_on_what_has_ended(socket_house, end):
    make.office()
    chat = make.conversation()
    client = logged_in(make.seeker_of(chat).user)
    socket_house.chat(client, chat.request.public_id).close()
    matching.withdraw(chat.request, actor=None)
    if end == "closed":
        matching.close(chat.request, actor=None, why="staff")
    assert refused(socket_house, client, f"/ws/chatt/{chat.request.public_id}/") == 403


def test_the_desk_is_for_approved_volunteers(socket_house):
    path = "/ws/jour/"
    for client in (
        None,
        Client(),
        logged_in(make.user()),
        logged_in(make.staff()),
        logged_in(make.volunteer(state="paused").user),
    ):
        assert refused(socket_house, client, path) == 403
    assert socket_house.open(logged_in(make.volunteer().user), path).frame()["t"] == "desk"


def test_staff_without_a_second_key_get_no_socket(socket_house):
    make.office()
    disa = make.volunteer("Disa", user=make.staff())
    chat = make.claimed(disa)
    assert refused(socket_house, logged_in(disa.user), f"/ws/chatt/{chat.request.public_id}/") == 403
    assert refused(socket_house, logged_in(disa.user), "/ws/jour/") == 403


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


def test_resume_gives_what_was_missed_and_nothing_twice(settings, socket_house, chat, public_id, bjorn):
    settings.RESYNC_EVERY = 1
    missed = [make.post(make.helper_of(chat), f"{n}") for n in range(250)]  # more than the database gives at once
    save_batch(missed[:200])
    save_batch(missed[200:])
    page = socket_house.chat(logged_in(make.seeker_of(chat).user), public_id)
    page.say({"t": "resume", "after": missed[9].seq})
    assert page.until("ready")["seq"] == missed[-1].seq
    page.until("msg", seq=missed[-1].seq)
    assert page.texts() == [f"{n}" for n in range(10, 250)]
    make.message(make.seeker_of(chat), "sist")
    page.until("msg", seconds=7, body="sist")  # without any hint: the comparison finds it


@pytest.mark.parametrize("after", ["-1", "0"])
def test_resume_from_the_beginning_gives_everything(amina, chat, after):
    amina.say(f'{{"t":"resume","after":{after}}}')
    amina.until("msg", seq=3)
    assert [frame["seq"] for frame in amina.seen if frame["t"] == "msg"] == [1, 2, 3]
    assert [frame["body"]["code"] for frame in amina.seen if frame["t"] == "msg"] == [
        "claimed",
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


def test_the_desk_hears_that_something_changed_and_no_more(socket_house, chat):
    desk = socket_house.open(logged_in(make.volunteer("Olof").user), "/ws/jour/")
    desk.frame()
    for _ in range(3):
        make.conversation()
    told = [desk.frame(3), *desk.silence(1.5)]
    assert 1 <= len(told) <= 2  # at most one a second, and silence when nothing happens
    assert told[-1] == {"t": "desk", "v": 3}
    desk.say("anything at all")
    assert desk.closed_with(0.3) is None


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


# --- many, slow, or no longer allowed --------------------------------------------------------------------------------


def test_the_sixth_socket_of_a_person_closes_the_first(socket_house, chat, public_id):
    client = logged_in(make.seeker_of(chat).user)
    pages = [socket_house.chat(client, public_id) for _ in range(6)]
    assert pages[0].closed_with(3) == 4408
    for page in pages[1:]:
        page.send("Hej")
        page.until("ack")
    wait_until(lambda: len(socket_house.hub.sockets()) == 5)


def test_rights_that_end_close_every_socket_within_five_seconds(socket_house):
    make.office()
    ended = {}

    def case(name, *, page=logged_in):
        chat = make.claimed(make.volunteer(name))
        who = make.helper_of(chat) if name.startswith("helper") else make.seeker_of(chat)
        client = page(who)
        ended[name] = socket_house.chat(client, chat.request.public_id)
        return chat, who, client

    by_login = {"page": lambda participant: logged_in(participant.user)}
    _chat, _who, session = case("seeker logs out", **by_login)
    _chat, blocked, _client = case("seeker is blocked", **by_login)
    released, _who, _client = case("helper releases", **by_login)
    swapped, _who, _client = case("helper is swapped", **by_login)
    held, _who, _client = case("helper of a stopped chat", **by_login)
    _chat, former, _client = case("helper is let go", **by_login)
    _chat, linked, _client = case("seeker's link is raised", page=with_grant)
    kept_chat, kept, _client = case("seeker stays", page=with_grant)
    desk = ended["desk of who is let go"] = socket_house.open(logged_in(former.user), "/ws/jour/")
    assert desk.frame()["t"] == "desk"
    assert len(socket_house.hub.sockets()) == 9
    session.logout()
    type(blocked.user).objects.filter(pk=blocked.user_id).update(is_active=False)
    matching.release(request_of(released), actor=None)
    matching.swap_volunteer(request_of(swapped), actor=None)
    matching.stop(request_of(held), actor=None)
    type(former.user.volunteer).objects.filter(user=former.user).update(state="ended")
    Participant.objects.filter(pk=linked.pk).update(link_version=2)
    stays = ended.pop("seeker stays")
    wait_until(lambda: len(socket_house.hub.sockets()) == 1, 5)
    assert {name: page.closed_with(1) for name, page in ended.items()} == dict.fromkeys(ended, 4401)
    stays.send("Jag är kvar")
    stays.until("ack")
    assert texts(kept_chat) == ["Jag är kvar"] and kept


def test_a_client_that_reads_nothing_holds_up_nobody_and_little_memory(
    socket_house, chat, public_id, bjorn, monkeypatch
):
    lazy = logged_in(make.seeker_of(chat).user)
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in lazy.cookies.items())
    end = plain.socket()
    end.setsockopt(plain.SOL_SOCKET, plain.SO_RCVBUF, 4096)
    end.connect(("127.0.0.1", socket_house.port))
    end.sendall(
        f"GET /ws/chatt/{public_id}/ HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: {ORIGIN}\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: {cookies}\r\n\r\n".encode()
    )
    wait_until(lambda: len(socket_house.hub.sockets()) == 2)
    stalled = next(s for s in socket_house.hub.sockets() if s.side == "seeker")
    helper, text = make.helper_of(chat), "ö" * 3000
    most = 0
    for _ in range(12):
        save_batch([make.post(helper, text) for _ in range(50)])
        socket_house.hub.compare_now.add(chat.pk)
        wait_until(lambda: True)
        most = max(most, len(stalled.outbox))
    bjorn.send("sist")
    bjorn.until("msg", seconds=15, body="sist")
    assert len(bjorn.texts()) == 601
    assert most <= 200 and stalled.last < stalled.target  # the rest waits in the database
    end.close()


# --- without the layer, and with two processes -----------------------------------------------------------------------


def test_with_a_broken_layer_messages_arrive_by_comparison(socket_house, chat, public_id, monkeypatch):
    class Broken:
        async def group_send(self, *args):
            raise ConnectionError("no Redis")

        new_channel = group_add = receive = flush = group_send

    monkeypatch.setattr(hub_module, "get_channel_layer", Broken)
    monkeypatch.setattr("motesplats.layers.get_channel_layer", Broken)
    page = socket_house.chat(logged_in(make.seeker_of(chat).user), public_id)
    conversations.post_message(make.person_of(make.helper_of(chat)), client_id=uuid4(), body="Från en annan process")
    assert page.until("msg", seconds=6, body="Från en annan process")
    page.send("Och tillbaka")
    assert page.until("ack")
    matching.resolve(request_of(chat), actor=None)
    assert page.until("state", seconds=6)


def other_process(port: int, redis_url: str) -> subprocess.Popen:
    """A second socket process on the test database."""
    database = connection.settings_dict
    name = f"/{database['NAME']}" if connection.vendor == "sqlite" else database["NAME"]
    where = f"{database['HOST']}:{database['PORT']}" if connection.vendor == "postgresql" else ""
    who = f"{database['USER']}:{database['PASSWORD']}@" if where else ""
    environment = {
        **os.environ,
        "DATABASE_URL": f"{connection.vendor}://{who}{where}/{name}",
        "REDIS_URL": redis_url,
        "SECRET_KEY": settings_of_django.SECRET_KEY,
        "DJANGO_SETTINGS_MODULE": "motesplats.settings.test",
    }
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "motesplats.asgi:sockets",
        "--port",
        str(port),
        "--ws",
        "websockets-sansio",
        "--log-level",
        "warning",
    ]
    return subprocess.Popen(command, env=environment, preexec_fn=die_with_parent)


def test_two_processes_meet_through_redis(chat, public_id, redis_url, settings):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [redis_url], "symmetric_encryption_keys": [settings.SECRET_KEY]},
        }
    }
    settings.RESYNC_EVERY = 1000  # in this process only Redis can tell
    channel_layers.backends = {}
    house, port = SocketHouse(), free_port()
    child = other_process(port, redis_url)
    try:
        wait_until(lambda: answers(port), 40)
        amina = house.chat(logged_in(make.seeker_of(chat).user), public_id)
        bjorn = house.chat(logged_in(make.helper_of(chat).user), public_id, port=port)
        wait_until(lambda: bjorn.send("prov") and amina.until("msg", seconds=5, body="prov"), 10)  # both have joined
        for number in range(20):
            bjorn.send(f"B{number}")
            bjorn.until("ack")
        amina.until("msg", seconds=3, body="B19")
        bjorn.say({"t": "typing"})
        assert amina.until("typing", seconds=3)["side"] == "volunteer"
        assert amina.texts()[-20:] == [f"B{n}" for n in range(20)]
        matching.resolve(request_of(chat), actor=None)  # this thread is a page process to both
        assert amina.until("state", seconds=3)
    finally:
        house.stop()
        child.terminate()
        child.wait(15)
        channel_layers.backends = {}


# --- what it costs ---------------------------------------------------------------------------------------------------

# session, account, participant; presence, where it stands (2). A grant: session, participant, and the same three.
QUERIES_TO_CONNECT = {"seeker": 6, "volunteer": 7, "grant": 5}
QUERIES_TO_COMPARE = 2
QUERIES_TO_CHECK_RIGHTS = 2  # sessions, participants; where desks are open one more


@pytest.fixture
def sql(monkeypatch):
    """Every statement of every thread from now on, but the keepalive of the database connection."""
    said, real = [], CursorWrapper._execute
    monkeypatch.setattr(
        CursorWrapper, "_execute", lambda self, q, *rest: (said.append(str(q)), real(self, q, *rest))[1]
    )
    return said


@pytest.fixture
def quiet_hub(settings):
    """Nothing but what the test causes asks the database."""
    settings.RESYNC_EVERY = settings.SOCKET_CHECK_EVERY = settings.PRESENCE_EVERY = 1000


def test_connecting_costs_the_same_queries_each_time(socket_house, chat, public_id, quiet_hub, sql):
    clients = {
        "seeker": logged_in(make.seeker_of(chat).user),
        "volunteer": logged_in(make.helper_of(chat).user),
        "grant": with_grant(make.seeker_of(chat)),
    }
    socket_house.chat(clients["seeker"], public_id)  # the hub starts
    found = {}
    for name, client in clients.items():
        del sql[:]
        socket_house.chat(client, public_id)
        found[name] = len(sql)
    assert found == QUERIES_TO_CONNECT


def test_comparing_and_checking_cost_the_same_for_one_and_for_many(
    quiet_hub, amina, bjorn, chat, public_id, socket_house, sql, settings
):
    more = make.conversation()
    third = socket_house.chat(logged_in(make.seeker_of(more).user), more.request.public_id)
    sockets = socket_house.hub.sockets()
    for some in (sockets[:1], sockets):
        del sql[:]
        standing.of({socket.conversation_id for socket in some})
        assert len(sql) == QUERIES_TO_COMPARE
        del sql[:]
        assert standing.without_right(some) == []
        assert len(sql) == QUERIES_TO_CHECK_RIGHTS
    for _ in range(2):
        page = socket_house.open(logged_in(make.volunteer(on_duty=True).user), "/ws/jour/")
        page.frame()
        del sql[:]
        assert standing.without_right(socket_house.hub.sockets()) == []
        assert len(sql) == QUERIES_TO_CHECK_RIGHTS + 1
    assert third
