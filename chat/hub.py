"""One hub per socket process: which sockets are open, and how everything stored reaches them and the other processes.

Order and completeness come from Message.seq alone: a socket sends seq last+1 or reads what it lacks from the database.
The channel layer is a quick hint between processes; whatever it loses arrives with the next comparison (5 s). Redis
going away never touches a socket: every job below retries for ever (design §6).
"""

import asyncio
import logging
import time
import uuid
from collections import defaultdict
from contextlib import suppress

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings

from chat import frames, presence, standing
from chat.pace import Pace
from chat.writer import Post, Writer
from motesplats.layers import NUDGES

log = logging.getLogger(__name__)

GROUP = "chat"
CLOSE_RIGHTS_ENDED = 4401
CLOSE_TOO_MANY = 4409
LAYER_SECONDS = 2  # a layer call that takes longer counts as failed
READ_MARKS_EVERY = 0.3
DESK_EVERY, DESK_AT_ONCE = 1.0, 3  # seconds between two words to the desks; so many may come at once after a silence


class Hub:
    def __init__(self):
        self.id = uuid.uuid4().hex
        self.chats: dict[int, set] = defaultdict(set)  # conversation id -> sockets
        self.desks: set = set()
        self.compare_now: set[int] = set()  # conversations somebody nudged
        self.read_marks: dict[int, tuple] = {}  # participant id -> (seq, socket)
        self.outgoing: list = []
        self.arrivals: list[tuple] = []  # (socket, future of its Standing)
        self.pace = Pace()
        self.wake, self.nudged, self.arrived = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.desk_version, self.desk_told, self.desk_due = 0, 0, 0.0
        self.writer = Writer(asyncio.get_running_loop(), self.saved)
        jobs = (
            self.listen,
            self.publish,
            self.compare_nudged,
            self.resync,
            self.check_rights,
            self.beat,
            self.mark_read,
            self.greet_arrivals,
        )
        self.tasks = [asyncio.create_task(self._forever(job)) for job in jobs]

    # --- who is connected

    def join(self, socket) -> None:
        self.chats[socket.conversation_id].add(socket)

    def leave(self, socket) -> None:
        self.chats[socket.conversation_id].discard(socket)
        if not self.chats[socket.conversation_id]:
            del self.chats[socket.conversation_id]

    async def greet(self, socket) -> standing.Standing | None:
        """Say that `socket` is here. -> how its conversation stands; None for a desk. Raises what the database raised.

        Whoever comes at the same moment shares the queries: after a restart all come at once.
        """
        stands = asyncio.get_running_loop().create_future()
        self.arrivals.append((socket, stands))
        self.arrived.set()
        return await stands

    def sockets(self) -> list:
        return [*(socket for room in self.chats.values() for socket in room), *self.desks]

    def make_room_for(self, user_id: int) -> None:
        """At most five sockets a person: the oldest goes."""
        mine = sorted((s for s in self.sockets() if s.user_id == user_id), key=lambda s: s.opened_at)
        for socket in mine[: max(0, len(mine) - settings.SOCKETS_PER_PERSON)]:
            socket.close(CLOSE_TOO_MANY)

    # --- what was stored goes out

    def saved(self, posts: list[Post]) -> None:
        """After COMMIT: own sockets at once, other processes through the layer."""
        self.spread([(post.conversation_id, post.seq, post.frame) for post in posts])

    def spread(self, items: list[tuple]) -> None:
        """items: (conversation id, seq, frame); seq 0 is a passing frame (typing, read) that may be lost."""
        self.deliver(items)
        self.outgoing += items
        self.wake.set()

    def deliver(self, items: list) -> None:
        for conversation_id, seq, frame in items:
            for socket in self.chats.get(conversation_id, ()):
                socket.offer(seq, frame) if seq else socket.pass_on(frame)

    # --- jobs, each for ever

    async def _forever(self, job) -> None:
        pause = 0.5
        while True:
            try:
                await job()
                pause = 0.5
            except Exception as problem:
                log.warning("hub %s: %s, again in %s s", job.__name__, type(problem).__name__, pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5)

    async def listen(self) -> None:
        """Hear the other processes and the nudges, on one channel. A restarted Redis forgets groups: join them anew."""
        layer = get_channel_layer()
        channel = await layer.new_channel()
        try:
            async with asyncio.timeout(LAYER_SECONDS):
                await layer.group_add(GROUP, channel)
                await layer.group_add(NUDGES, channel)
            while True:
                event = await layer.receive(channel)
                if event["type"] == "nudge":
                    self.hear(event["key"])
                elif event["hub"] != self.id:
                    self.deliver(event["items"])
        except Exception:
            await _let_go(layer, channel)
            raise

    def hear(self, key: str) -> None:
        kind, _colon, name = key.partition(":")
        if kind == "desk":
            self.desk_version += 1
        elif kind == "request":
            self.compare_now |= {s.conversation_id for s in self.sockets() if s.public_id == name}
        elif kind == "session":
            for socket in [s for s in self.sockets() if s.session_key == name]:
                socket.check_soon = True
        self.nudged.set()

    async def publish(self) -> None:
        """One layer message for everything since the last one."""
        await self.wake.wait()
        self.wake.clear()
        items, self.outgoing = self.outgoing, []
        if items:
            async with asyncio.timeout(LAYER_SECONDS):
                await get_channel_layer().group_send(GROUP, {"type": "chat.batch", "hub": self.id, "items": items})

    async def compare_nudged(self) -> None:
        """Answer nudges at once; the desk's too, but when they go on and on, once a second."""
        waits = self.desk_due - (DESK_AT_ONCE - 1) * DESK_EVERY - time.monotonic()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0, waits) if self.desk_version != self.desk_told else None):
                await self.nudged.wait()
        self.nudged.clear()
        ids, self.compare_now = self.compare_now, set()
        if ids:
            await self.compare(ids)
        if any(socket.check_soon for socket in self.sockets()):
            await self.check_rights_now()
        if self.desk_version != self.desk_told:
            self.tell_desks()

    def tell_desks(self) -> None:
        """Every open desk fetches its list, unless they were told too often just now: then soon."""
        now = time.monotonic()
        if now >= self.desk_due - (DESK_AT_ONCE - 1) * DESK_EVERY:
            self.desk_told, self.desk_due = self.desk_version, max(now, self.desk_due) + DESK_EVERY
            for desk in self.desks:
                desk.tell(self.desk_version)

    async def resync(self) -> None:
        await asyncio.sleep(settings.RESYNC_EVERY)
        self.pace.forget_old()
        await self.compare(set(self.chats))

    async def compare(self, conversation_ids: set[int]) -> None:
        """Two queries: what these conversations are now, against what each socket has shown."""
        if not conversation_ids:
            return
        now = await database_sync_to_async(standing.of)(conversation_ids)
        for conversation_id, stands in now.items():
            for socket in list(self.chats.get(conversation_id, ())):
                socket.catch_up_with(stands)

    async def check_rights(self) -> None:
        await asyncio.sleep(settings.SOCKET_CHECK_EVERY)
        await self.check_rights_now()

    async def check_rights_now(self) -> None:
        """Constant queries for all sockets: whose session, account, role or link has ended is closed."""
        sockets = self.sockets()
        if not sockets:
            return
        for socket in sockets:
            socket.check_soon = False
        for socket in await database_sync_to_async(standing.without_right)(sockets):
            socket.close(CLOSE_RIGHTS_ENDED)

    async def beat(self) -> None:
        """One UPDATE per table tells the house who is here."""
        await asyncio.sleep(settings.PRESENCE_EVERY)
        await self.tell_presence(self.sockets())

    async def greet_arrivals(self) -> None:
        """Presence and standing of all who came since the last time, in as many queries as for one."""
        await self.arrived.wait()
        self.arrived.clear()
        arrivals, self.arrivals = self.arrivals, []
        try:
            await self.tell_presence([socket for socket, _future in arrivals])
            ids = {socket.conversation_id for socket, _future in arrivals} - {None}  # a desk has none
            now = await database_sync_to_async(standing.of)(ids) if ids else {}
            answers = [(future.set_result, now.get(socket.conversation_id)) for socket, future in arrivals]
        except Exception as problem:  # the database is away: these lines break and come again
            answers = [(future.set_exception, problem) for _socket, future in arrivals]
        for (_socket, future), (answer, value) in zip(arrivals, answers, strict=True):
            if not future.done():  # its client has left
                answer(value)

    async def tell_presence(self, sockets: list) -> None:
        participants = {s.participant_id for s in sockets if s.participant_id}
        people = {s.user_id for s in sockets if s.is_helper}
        if participants or people:
            await database_sync_to_async(presence.heard_from)(participant_ids=participants, user_ids=people)

    async def mark_read(self) -> None:
        """Read marks of the last moment in one thread hop; only the newest of each participant counts."""
        await asyncio.sleep(READ_MARKS_EVERY)
        marks, self.read_marks = self.read_marks, {}
        if not marks:
            return
        try:
            moved = await database_sync_to_async(_write_read_marks)(marks)
        except Exception:
            self.read_marks = marks | self.read_marks  # not lost: tried again with what came meanwhile
            raise
        seen = [(seq, socket) for seq, socket in moved if not socket.only_reads]
        self.spread([(socket.conversation_id, 0, frames.read(side=socket.side, seq=seq)) for seq, socket in seen])

    async def stop(self) -> None:
        """End the jobs and the writer. For tests and for the end of the process."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await asyncio.get_running_loop().run_in_executor(None, self.writer.stop)


async def _let_go(layer, channel: str) -> None:
    """Nobody will read this channel again: out of its groups, or its queue would grow for ever."""
    for group in (GROUP, NUDGES):
        with suppress(Exception):  # the layer may be away; its own list is right all the same
            async with asyncio.timeout(LAYER_SECONDS):
                await layer.group_discard(group, channel)
    reading = asyncio.create_task(layer.receive(channel))
    while not (await asyncio.wait({reading}, timeout=0.01))[1]:  # what still lies in the queue
        if reading.exception():
            return
        reading = asyncio.create_task(layer.receive(channel))
    reading.cancel()  # the layers' own way to end a channel
    await asyncio.wait({reading}, timeout=LAYER_SECONDS)


def _write_read_marks(marks: dict[int, tuple]) -> list[tuple]:
    return [(seq, socket) for pk, (seq, socket) in marks.items() if presence.read_up_to(pk, seq)]


_hub: Hub | None = None
_loop: asyncio.AbstractEventLoop | None = None


def hub() -> Hub:
    """The hub of this process and event loop, made when first needed and never before a fork."""
    global _hub, _loop
    loop = asyncio.get_running_loop()
    if _hub is None or _loop is not loop:
        _hub, _loop = Hub(), loop
    return _hub


def reset() -> None:
    """Forget the hub and end its writer. For tests: the next hub starts empty."""
    global _hub, _loop
    left, _hub, _loop = _hub, None, None
    if left:
        left.writer.stop()
