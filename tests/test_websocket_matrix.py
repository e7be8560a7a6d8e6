"""Every role x both sockets x every state of a question, and what each frame may do in each state."""

import asyncio
import json
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.db import connections

from chat import fadders, hub, matching, seconds
from chat.models import Message, Participant
from motesplats.asgi import application
from seekers.models import HelpRequest
from tests import make, roles

pytestmark = pytest.mark.django_db(transaction=True)
State = HelpRequest.State

# state -> who may open the chat's socket. Everybody else is refused before the handshake.
CHAT = {
    State.WAITING: "OGI",
    State.ACTIVE: "OGBEFI",
    State.ON_HOLD: "OGI",
    State.RESOLVED: "OGBI",
    State.CLOSED: "",
    State.WITHDRAWN: "",
}
DESK = "BCEFX"

# state -> what (who asked, who helps, staff) hear when they send a message; None: cannot be there
SEND = {
    State.WAITING: ("ack", None, "ack"),
    State.ACTIVE: ("ack", "ack", "ack"),
    State.ON_HOLD: ("hold", None, "ack"),
    State.RESOLVED: ("reopen", "reopen", "reopen"),
}


def bring_to(state: State, house: roles.House) -> None:
    """Both chats of the house (they start active), by the moves people make."""
    for talk in (house.chat, house.shell_chat):
        question = HelpRequest.objects.get(pk=talk.request.pk)
        actor = question.owner
        if state in (State.WAITING, State.WITHDRAWN):
            matching.release(question, actor=question.helper)
        if state == State.WITHDRAWN:
            matching.withdraw(question, actor=actor)
        if state == State.ON_HOLD:
            matching.stop(question, actor=actor)
        if state in (State.RESOLVED, State.CLOSED):
            matching.resolve(question, actor=actor)
        if state == State.CLOSED:
            matching.close(question, actor=None, why="test")
        assert HelpRequest.objects.get(pk=question.pk).state == state


def knock(house: roles.House, letter: str, path: str, origin: str | None = settings.PUBLIC_ORIGIN):
    headers = [(b"host", b"localhost")]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    if letter != "A":
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={house.cookies[letter]}".encode()))
    return WebsocketCommunicator(application, path, headers=headers)


def chat_path(house: roles.House, letter: str) -> str:
    return f"/ws/chatt/{house.chat_of(letter).request.public_id}/"


async def opens(socket) -> bool:
    is_open, _code = await socket.connect(timeout=10)
    if is_open:
        await socket.disconnect(timeout=10)
    return is_open


async def stop() -> None:
    """End the jobs of the hub, and the connection of the thread that asked the database for it."""
    if hub._hub:
        await hub.hub().stop()
    await sync_to_async(connections.close_all)()


@pytest.mark.parametrize("state", list(CHAT))
async def test_who_may_open_the_chat(state):
    house = await sync_to_async(roles.build)()
    await sync_to_async(bring_to)(state, house)
    opened = [letter for letter in roles.ROLES if await opens(knock(house, letter, chat_path(house, letter)))]
    await stop()
    assert set(opened) == set(CHAT[state])


async def test_who_may_open_the_desk():
    house = await sync_to_async(roles.build)()
    opened = [letter for letter in roles.ROLES if await opens(knock(house, letter, "/ws/jour/"))]
    await stop()
    assert set(opened) == set(DESK)


OURS = settings.PUBLIC_ORIGIN
STRANGE = [
    None, "null", "", "*", "https://evil.example", f"{OURS}.evil.example", f"{OURS}/", f"{OURS}, https://evil.example",
    OURS.replace("http://", "https://"), OURS.replace("http://", "ws://"), f"{OURS.rpartition(':')[0]}:1",
    OURS.replace("localhost", "sub.localhost"), OURS.replace("localhost", "127.0.0.1"), OURS.upper(),
]  # fmt: skip


async def test_a_page_of_another_origin_opens_nothing():
    house = await sync_to_async(roles.build)()
    for origin in STRANGE:
        assert not await opens(knock(house, "O", chat_path(house, "O"), origin)), origin
        assert not await opens(knock(house, "B", "/ws/jour/", origin)), origin
    assert await opens(knock(house, "O", chat_path(house, "O")))
    assert await opens(knock(house, "B", "/ws/jour/"))
    await stop()


async def test_an_address_that_is_not_opens_nothing():
    house = await sync_to_async(roles.build)()
    for path in ("/ws/", "/ws/chatt/", "/ws/chatt/AAAAAAAAAAAAAAAA/", "/ws/jour", "/ws/jour/x/", "/"):
        assert not await opens(knock(house, "B", path)), path
    await stop()


async def frames_until(socket, *kinds: str) -> dict:
    """The next frame of one of `kinds`; others pass by."""
    async with asyncio.timeout(15):
        while True:
            frame = json.loads(await socket.receive_from(timeout=15))
            if frame["t"] in kinds:
                return frame


async def say(socket, **frame) -> None:
    await socket.send_to(text_data=json.dumps(frame))


@pytest.mark.parametrize("state", list(SEND))
async def test_what_a_message_gets_in_each_state(state):
    house = await sync_to_async(roles.build)()
    await sync_to_async(bring_to)(state, house)
    texts = Message.objects.filter(conversation=house.chat, kind="text")
    stored, heard = await texts.acount(), {}
    for letter, should in zip("OBI", SEND[state], strict=True):
        if should is None:
            continue
        socket = knock(house, letter, chat_path(house, letter))
        assert (await socket.connect(timeout=10))[0]
        await frames_until(socket, "ready")
        cid = str(uuid4())
        await say(socket, t="send", cid=cid, body=f"Hej från {letter}")
        answer = await frames_until(socket, "ack", "err")
        assert answer["cid"] == cid
        assert not answer.get("retry")
        heard[letter] = answer.get("code", answer["t"])
        await socket.disconnect(timeout=10)
    await stop()
    assert heard == {letter: should for letter, should in zip("OBI", SEND[state], strict=True) if should}
    assert await texts.acount() == stored + list(heard.values()).count("ack")


@pytest.mark.parametrize("state", list(SEND))
async def test_resume_read_and_typing_in_each_state(state):
    """Reading goes on in every state; typing and read marks reach the other side and store no text."""
    house = await sync_to_async(roles.build)()
    await sync_to_async(bring_to)(state, house)
    asker, staff = (knock(house, letter, chat_path(house, letter)) for letter in "OI")
    for socket in (asker, staff):
        assert (await socket.connect(timeout=10))[0]
    last = (await frames_until(asker, "ready"))["seq"]
    await frames_until(staff, "ready")
    count = await Message.objects.acount()

    await say(asker, t="resume", after=0)
    seen = [(await frames_until(asker, "msg"))["seq"] for _ in range(last)]
    await say(staff, t="typing")
    typing = await frames_until(asker, "typing")
    await say(staff, t="read", seq=last)
    read = await frames_until(asker, "read")

    assert seen == list(range(1, last + 1))
    assert (typing["side"], read["side"], read["seq"]) == ("staff", "staff", last)
    assert await Message.objects.acount() == count
    await staff.disconnect(timeout=10)
    await asker.disconnect(timeout=10)
    await stop()


async def read_marks() -> dict[int, int]:
    return {participant.pk: participant.read_seq async for participant in Participant.objects.all()}


async def test_a_read_mark_beyond_the_end_moves_ones_own_to_the_end_and_no_other():
    house = await sync_to_async(roles.build)()
    mine = await sync_to_async(make.seeker_of)(house.chat)
    socket = knock(house, "O", chat_path(house, "O"))
    assert (await socket.connect(timeout=10))[0]
    last = (await frames_until(socket, "ready"))["seq"]
    before = await read_marks()
    assert before[mine.pk] < last  # it could move
    await say(socket, t="read", seq=last + 1000)
    told = await frames_until(socket, "read")
    await socket.disconnect(timeout=10)
    await stop()
    assert (told["side"], told["seq"]) == ("seeker", last)
    assert await read_marks() == {**before, mine.pk: last}


async def test_a_frame_names_no_person_and_no_row():
    """Frames carry the side; ids of people, participants and conversations stay in the house."""
    house = await sync_to_async(roles.build)()
    socket = knock(house, "B", chat_path(house, "B"))
    assert (await socket.connect(timeout=10))[0]
    await frames_until(socket, "ready")
    await say(socket, t="send", cid=str(uuid4()), body="Hej")
    await say(socket, t="resume", after=0)
    frames = [await frames_until(socket, "msg", "ack", "read", "presence", "state") for _ in range(4)]
    await socket.disconnect(timeout=10)
    await stop()
    allowed = {"t", "seq", "side", "cid", "kind", "body", "at", "here", "version", "v"}
    assert set().union(*frames) <= allowed


@pytest.mark.parametrize("letter", "EF")
async def test_who_is_beside_the_helper_writes_or_only_reads(letter):
    """E writes, and the frame says who of the volunteers it was. F writes nothing, and nobody sees F come or read."""
    house = await sync_to_async(roles.build)()
    asker, beside = (knock(house, one, chat_path(house, one)) for one in ("O", letter))
    assert (await asker.connect(timeout=10))[0]
    last = (await frames_until(asker, "ready"))["seq"]
    assert (await beside.connect(timeout=10))[0]
    await frames_until(beside, "ready")
    await say(beside, t="typing")
    await say(beside, t="read", seq=last)
    await say(beside, t="send", cid=str(uuid4()), body="Hej")
    answer = await frames_until(beside, "ack", "err")
    helper = await sync_to_async(make.helper_of)(house.chat)
    await sync_to_async(make.message)(helper, "Från B")
    await sync_to_async(hub.hub().hear)(f"request:{house.chat.request.public_id}")
    seen = [await frames_until(asker, "msg", "typing", "read", "presence")]
    while seen[-1].get("body") != "Från B":
        seen.append(await frames_until(asker, "msg", "typing", "read", "presence"))
    for socket in (asker, beside):
        await socket.disconnect(timeout=10)
    await stop()
    theirs = [frame for frame in seen if frame["side"] == "volunteer" and frame.get("body") != "Från B"]
    if letter == "F":  # that the helper is not here may be said at any time
        assert answer["code"] == "forbidden" and [frame for frame in theirs if frame.get("here") is not False] == []
    else:
        assert answer["t"] == "ack" and {"typing", "msg"} <= {frame["t"] for frame in theirs}
        assert {frame["name"] for frame in theirs if frame["t"] in ("typing", "msg")} == {"Eva"}
    assert "name" not in seen[-1]


async def test_the_socket_of_who_is_beside_ends_with_their_right():
    house = await sync_to_async(roles.build)()
    sockets = [knock(house, letter, chat_path(house, letter)) for letter in "EF"]
    for socket in sockets:
        assert (await socket.connect(timeout=10))[0]
        await frames_until(socket, "ready")
    question = await HelpRequest.objects.select_related("owner").aget(pk=house.chat.request.pk)
    await sync_to_async(seconds.refuse)(question, actor=question.owner)
    await sync_to_async(fadders.refuse)(question, actor=question.owner)
    await hub.hub().check_rights_now()
    for socket in sockets:
        while (closed := await socket.receive_output(timeout=10))["type"] != "websocket.close":
            pass
        assert closed["code"] == 4401
    await stop()
