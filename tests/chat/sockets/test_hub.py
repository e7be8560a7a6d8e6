"""Two processes, no layer, and what open sockets cost the database."""

import asyncio
import os
import subprocess
import sys
from types import SimpleNamespace
from uuid import uuid4

import pytest
from channels.layers import channel_layers
from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings as settings_of_django
from django.db import connection
from django.db.backends.utils import CursorWrapper

from chat import conversations, matching, standing
from chat import hub as hub_module
from motesplats.daemons import answers, die_with_parent, free_port
from motesplats.layers import EmbeddedChannelLayer
from tests import make
from tests.chat.house import SocketHouse, logged_in, request_of, wait_until, with_grant

pytestmark = pytest.mark.django_db(transaction=True)


# --- without the layer, and with two processes -----------------------------------------------------------------------


def test_with_a_broken_layer_messages_arrive_by_comparison(
    compares_each_second, socket_house, chat, public_id, monkeypatch
):
    class Broken:
        async def group_send(self, *args):
            raise ConnectionError("no Redis")

        new_channel = group_add = receive = flush = group_send

    monkeypatch.setattr(hub_module, "get_channel_layer", Broken)
    monkeypatch.setattr("motesplats.layers.get_channel_layer", Broken)
    page = socket_house.chat(logged_in(make.seeker_of(chat).user), public_id)
    conversations.post_message(make.person_of(make.helper_of(chat)), client_id=uuid4(), body="Från en annan process")
    assert page.until("msg", seconds=3, body="Från en annan process")
    page.send("Och tillbaka")
    assert page.until("ack")
    matching.resolve(request_of(chat), actor=None)
    assert page.until("state", seconds=3)


async def channels_left_by_a_failed_start(layer, held, monkeypatch) -> tuple[int, int]:
    """How many channels and seats in groups are left when joining the second group fails, with mail in the queue."""
    join = layer.group_add

    async def fails(group, channel):
        await join(group, channel)
        if group == hub_module.NUDGES:
            for _ in range(3):
                await layer.group_send(hub_module.NUDGES, {"type": "nudge", "key": "desk"})
            await asyncio.sleep(0.1)
            raise ConnectionError("Redis went away")

    monkeypatch.setattr(layer, "group_add", fails)
    monkeypatch.setattr(hub_module, "get_channel_layer", lambda: layer)
    with pytest.raises(ConnectionError):
        await hub_module.Hub.listen(SimpleNamespace(id="x"))
    return len(held().channels), sum(len(members) for members in held().groups.values())


async def test_a_channel_that_could_not_join_is_let_go(monkeypatch):
    layer = EmbeddedChannelLayer()
    assert await channels_left_by_a_failed_start(layer, lambda: layer, monkeypatch) == (0, 0)


async def test_a_channel_of_redis_that_could_not_join_is_let_go(monkeypatch, redis_url):
    layer = RedisPubSubChannelLayer(hosts=[redis_url])
    assert await channels_left_by_a_failed_start(layer, layer._get_layer, monkeypatch) == (0, 0)
    await layer.flush()


def other_process(port: int, redis_url: str) -> subprocess.Popen:
    """A second socket process on the test database."""
    name, given = connection.settings_dict["NAME"], os.environ["DATABASE_URL"]
    is_file = connection.vendor == "sqlite"
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{name}" if is_file else f"{given.rpartition('/')[0]}/{name}",
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
