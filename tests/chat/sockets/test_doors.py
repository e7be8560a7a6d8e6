"""Who gets a socket, and whose is closed when the right has ended."""

import socket as plain

import pytest
from django.test import Client
from websockets.exceptions import InvalidStatus

from chat import matching
from chat.models import Participant
from chat.writer import save_batch
from tests import make
from tests.chat.house import ORIGIN, logged_in, request_of, texts, wait_until, with_grant

pytestmark = pytest.mark.django_db(transaction=True)


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


# --- many, slow, or no longer allowed --------------------------------------------------------------------------------


def test_the_sixth_socket_of_a_person_closes_the_first(socket_house, chat, public_id):
    client = logged_in(make.seeker_of(chat).user)
    pages = [socket_house.chat(client, public_id) for _ in range(6)]
    assert pages[0].closed_with(3) == 4409
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
