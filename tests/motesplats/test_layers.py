"""Nudges never disturb whoever sends them; the embedded layer carries messages between threads and event loops."""

import asyncio
import socket
import threading
import time

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.layers import channel_layers, get_channel_layer
from django.db import connection, transaction
from django.test import override_settings

from motesplats.layers import NUDGES, EmbeddedChannelLayer, nudge

on_database = pytest.mark.django_db(transaction=True)
PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"


@pytest.fixture
def heard(monkeypatch):
    """The keys that reach the layer, in order."""
    keys = []

    class Ear(EmbeddedChannelLayer):
        async def group_send(self, group, message):
            assert group == NUDGES and message["type"] == "nudge"
            keys.append(message["key"])

    monkeypatch.setattr("motesplats.layers.get_channel_layer", Ear)
    return keys


@on_database
def test_nudge_leaves_after_commit_only(heard):
    with transaction.atomic():
        nudge("desk")
        assert heard == []
    assert heard == ["desk"]


@on_database
def test_nudge_outside_a_transaction_leaves_at_once(heard):
    nudge("desk")
    nudge("desk")
    assert heard == ["desk", "desk"]


@on_database
def test_nudge_leaves_once_for_each_key_and_transaction(heard):
    for _round in range(2):
        with transaction.atomic():
            nudge("desk")
            nudge("request:a", seq=1)
            with transaction.atomic():
                nudge("desk")
                nudge("request:b")
            nudge("request:a", seq=2)
    assert heard == ["desk", "request:a", "request:b"] * 2


@on_database
def test_nudge_of_a_rolled_back_transaction_never_leaves_and_blocks_no_later_one(heard):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        nudge("desk")
        1 / 0  # noqa: B018
    assert heard == []
    with transaction.atomic():
        nudge("desk")
    assert heard == ["desk"]


@on_database
def test_nudge_of_a_rolled_back_savepoint_blocks_no_later_one_of_the_same_transaction(heard):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            nudge("desk")
            nudge("request:a")
            1 / 0  # noqa: B018
        nudge("desk")
    assert heard == ["desk"]


@on_database
def test_nudge_with_a_broken_layer_raises_nothing_and_later_callbacks_run(monkeypatch, caplog):
    class Broken:
        async def group_send(self, group, message):
            raise ConnectionError("canary")

    monkeypatch.setattr("motesplats.layers.get_channel_layer", Broken)
    done = []
    with transaction.atomic():
        nudge("request:canary")
        transaction.on_commit(lambda: done.append(1))
    nudge("request:canary")
    assert done == [1]
    assert caplog.text.count("nudge not sent: request ConnectionError") == 2 and "canary" not in caplog.text


@on_database
@pytest.mark.parametrize("layer", [None, {"BACKEND": "no.such.Layer"}])
def test_nudge_without_a_layer_raises_nothing(layer):
    with override_settings(CHANNEL_LAYERS={"default": layer} if layer else {}):
        nudge("desk")


@on_database
def test_nudge_to_a_redis_that_refuses_or_says_nothing_takes_about_a_second(caplog):
    with socket.create_server(("127.0.0.1", 0)) as deaf, socket.create_server(("127.0.0.1", 0)) as gone:
        refused = gone.getsockname()[1]
        gone.close()
        for port in (deaf.getsockname()[1], refused):
            config = {"hosts": [f"redis://127.0.0.1:{port}/0"]}
            with override_settings(CHANNEL_LAYERS={"default": {"BACKEND": PUBSUB, "CONFIG": config}}):
                began = time.monotonic()
                nudge("desk")
                assert time.monotonic() - began < 2.5
    assert caplog.text.count("nudge not sent: desk") == 2


@on_database
async def test_nudge_from_a_page_thread_under_asgi_leaves(heard):
    def page():
        nudge("desk")
        connection.close()

    await sync_to_async(page)()
    assert heard == ["desk"]


@on_database
def test_nudges_cross_a_real_redis_between_threads(redis_url):
    config = {"hosts": [redis_url], "symmetric_encryption_keys": ["k" * 50]}
    ready, got = threading.Event(), []

    async def listen():
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(NUDGES, channel)
        ready.set()
        while len(got) < 20:
            got.append((await layer.receive(channel))["key"])
        await layer.flush()

    with override_settings(CHANNEL_LAYERS={"default": {"BACKEND": PUBSUB, "CONFIG": config}}):
        listener = _run(listen)
        assert ready.wait(10)
        for n in range(20):
            nudge(f"request:{n}")
        listener.join(20)
        assert got == [f"request:{n}" for n in range(20)]
        assert len(channel_layers["default"]._layers) == 0  # no layer outlives its event loop


def _run(coroutine_function):
    thread = threading.Thread(target=lambda: asyncio.run(coroutine_function()), daemon=True)
    thread.start()
    return thread


# --- the embedded layer ----------------------------------------------------------------------------------------------


def test_embedded_layer_carries_from_many_threads_to_one_loop_in_order_and_whole():
    layer, ready, got = EmbeddedChannelLayer(), threading.Event(), []

    async def listen():
        channel = await layer.new_channel()
        await layer.group_add("g", channel)
        ready.set()
        while len(got) < 400:
            message = await layer.receive(channel)
            got.append((message["who"], message["n"]))

    listener = _run(listen)
    assert ready.wait(5)
    senders = [threading.Thread(target=_send_hundred, args=[layer, who]) for who in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    listener.join(10)
    assert [[n for who, n in got if who == each] for each in range(4)] == [list(range(100))] * 4


def _send_hundred(layer, who):
    for n in range(100):
        async_to_sync(layer.group_send)("g", {"who": who, "n": n})


async def test_embedded_layer_wakes_a_waiting_listener_at_once():
    layer = EmbeddedChannelLayer()
    channel = await layer.new_channel()
    waiting = asyncio.create_task(layer.receive(channel))
    await asyncio.sleep(0)
    began = time.monotonic()
    threading.Thread(target=async_to_sync(layer.send), args=[channel, {"a": 1}]).start()
    assert await asyncio.wait_for(waiting, 5) == {"a": 1}
    assert time.monotonic() - began < 0.5


async def test_embedded_layer_skips_a_listener_whose_loop_is_closed_and_reaches_the_others():
    layer = EmbeddedChannelLayer()

    async def join():
        channel = await layer.new_channel()
        await layer.group_add("g", channel)
        return channel

    dead = await asyncio.to_thread(asyncio.run, join())
    alive = await join()
    await layer.group_send("g", {"n": 1})
    assert await asyncio.wait_for(layer.receive(alive), 5) == {"n": 1}
    assert dead not in layer.channels and layer.groups["g"] == {alive}


async def test_embedded_layer_gives_each_listener_its_own_copy():
    layer = EmbeddedChannelLayer()
    channels = [await layer.new_channel() for _n in range(2)]
    for channel in channels:
        await layer.group_add("g", channel)
    await layer.group_send("g", {"n": 1})
    first = await layer.receive(channels[0])
    first["n"] = 2
    assert await layer.receive(channels[1]) == {"n": 1}


async def test_embedded_layer_drops_what_a_listener_far_behind_can_not_hold():
    layer = EmbeddedChannelLayer(capacity=2)
    channel = await layer.new_channel()
    for n in range(5):
        await layer.send(channel, {"n": n})
    await asyncio.sleep(0.05)
    assert [await layer.receive(channel) for _n in range(2)] == [{"n": 0}, {"n": 1}]


async def test_embedded_layer_left_group_and_unknown_channel_get_nothing():
    layer = EmbeddedChannelLayer()
    channel = await layer.new_channel()
    await layer.group_add("g", channel)
    await layer.group_discard("g", channel)
    await layer.group_discard("g", "nobody")
    await layer.group_send("g", {"n": 1})
    await layer.send("nobody", {"n": 1})
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(layer.receive(channel), 0.05)
