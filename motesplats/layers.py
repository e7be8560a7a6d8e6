"""How the rest of the house speaks to open sockets: `nudge`, and the channel layer of the embedded mode.

A nudge says only *that* something changed. Whoever hears it reads the database, so a lost one costs a resync (5 s).
"""

import asyncio
import logging
import threading
from collections import defaultdict
from dataclasses import dataclass

from asgiref.sync import async_to_sync
from channels.layers import BaseChannelLayer, get_channel_layer
from django.db import transaction

log = logging.getLogger(__name__)

NUDGES = "nudges"  # the one group every socket process listens to
LIMIT_SECONDS = 1.0


@dataclass(frozen=True)
class _Nudge:
    """A callback that can be recognised among those that wait for COMMIT."""

    key: str
    ids: dict

    def __call__(self) -> None:
        _send(self.key, self.ids)


def nudge(key: str, **ids) -> None:
    """After COMMIT, tell every socket process that `key` changed. Never raises, never takes longer than a second.

    At most one per key and transaction. What waits is read from Django's own list, so a rollback, also to a savepoint,
    takes its nudges along. key: "request:<public id>", "desk" or "session:<session key>". ids: never text.
    """
    waiting = (callback for _savepoints, callback, _robust in transaction.get_connection().run_on_commit)
    if not any(isinstance(callback, _Nudge) and callback.key == key for callback in waiting):
        transaction.on_commit(_Nudge(key, ids), robust=True)


def _send(key: str, ids: dict) -> None:
    try:
        async_to_sync(_send_within_limit)({"type": "nudge", "key": key, "ids": ids})
    except Exception as problem:  # whatever the layer throws: the database already holds the truth
        log.warning("nudge not sent: %s %s", key.split(":")[0], type(problem).__name__)


async def _send_within_limit(message: dict) -> None:
    async with asyncio.timeout(LIMIT_SECONDS):
        await get_channel_layer().group_send(NUDGES, message)


class EmbeddedChannelLayer(BaseChannelLayer):
    """A layer inside one process that may be called from any thread and event loop.

    Channels' own in-memory layer puts messages on a queue of the *sender's* loop; page threads run their own. Here each
    channel remembers the loop it was made in, and messages hop there.
    """

    def __init__(self, expiry=60, capacity=10_000, **kwargs):
        super().__init__(expiry=expiry, capacity=capacity, **kwargs)
        self.lock = threading.Lock()
        self.channels: dict[str, tuple[asyncio.AbstractEventLoop, asyncio.Queue]] = {}
        self.groups: dict[str, set[str]] = defaultdict(set)
        self.made = 0

    extensions = ["groups", "flush"]

    async def new_channel(self, prefix="embedded"):
        with self.lock:
            self.made += 1
            name = f"{prefix}.{self.made}!{id(self)}"
            self.channels[name] = (asyncio.get_running_loop(), asyncio.Queue(self.capacity))
        return name

    async def receive(self, channel):
        """The next message. Cancelled while it waits, the channel ends: as in Channels' own layers."""
        try:
            return await self.channels[channel][1].get()
        except asyncio.CancelledError:
            self._forget(channel)
            raise

    async def send(self, channel, message):
        with self.lock:
            target = self.channels.get(channel)
        if target is None:
            return
        loop, queue = target
        try:
            loop.call_soon_threadsafe(self._put, queue, dict(message))  # own copy: receivers share nothing
        except RuntimeError:  # the loop is closed: nobody will ever read this channel
            self._forget(channel)

    @staticmethod
    def _put(queue, message):
        if not queue.full():  # a listener that is this far behind reads the database anyway
            queue.put_nowait(message)

    def _forget(self, channel):
        with self.lock:
            self.channels.pop(channel, None)
            for members in self.groups.values():
                members.discard(channel)

    async def group_add(self, group, channel):
        with self.lock:
            self.groups[group].add(channel)

    async def group_discard(self, group, channel):
        with self.lock:
            self.groups[group].discard(channel)

    async def group_send(self, group, message):
        with self.lock:
            members = list(self.groups.get(group, ()))
        for channel in members:
            await self.send(channel, message)

    async def flush(self):
        with self.lock:
            self.channels.clear()
            self.groups.clear()
