"""The sockets: check who it is, check the frame, hand it on, answer. Thin, bounded, and deaf to other people's
troubles.

Plain ASGI callables behind Channels' URLRouter and AuthMiddlewareStack (a Channels consumer costs a thread hop for
every event). One message from browser to browser: `ChatSocket.on_send` -> `Writer.store` -> `Hub.saved` ->
`ChatSocket.offer`.
"""

import asyncio
import logging
import re
import time

from channels.db import database_sync_to_async
from django.conf import settings
from django.urls import path

from chat import frames, presence, standing
from chat.access import NO_CHAT, person_for
from chat.frames import BadFrame
from chat.hub import hub
from chat.models import Side
from chat.writer import Post, Refused
from motesplats import access
from volunteers.models import Volunteer

log = logging.getLogger(__name__)

OUTBOX_FRAMES = 50  # waiting for a slow client; what comes after stays in the database until it has read them
STALLED_SECONDS = 60  # a client that takes nothing for so long is closed
BAD_FRAMES, BAD_FRAMES_SECONDS = 5, 60
RESUME_AT_MOST_EVERY = 0.5  # seconds; the page resumes when it connects and every 25 s
CLOSE_BAD_FRAMES, CLOSE_STALLED = 4400, 4408


class Socket:
    """What every socket of ours is: a bounded outbox, and who is behind it."""

    conversation_id = participant_id = None
    public_id = ""
    link_version = 0
    by_grant = is_helper = check_soon = False

    def __init__(self, send, *, session_key: str, user_id: int):
        self._send, self.session_key, self.user_id = send, session_key, user_id
        self.opened_at = time.monotonic()
        self.outbox: list[str] = []
        self.sending: asyncio.Task | None = None
        self.closed_with: int | None = None
        self.closing = asyncio.Event()

    def push(self, frame: str) -> None:
        if self.closing.is_set():
            return
        self.outbox.append(frame)
        self.sending = self.sending or asyncio.create_task(self._flush())

    async def drained(self) -> None:
        while self.sending and not self.closing.is_set():
            await asyncio.wait({self.sending}, timeout=1)

    async def _flush(self) -> None:
        try:
            while self.outbox:
                waiting, self.outbox = self.outbox, []
                for frame in waiting:
                    async with asyncio.timeout(STALLED_SECONDS):
                        await self._send({"type": "websocket.send", "text": frame})
        except TimeoutError:
            self.outbox = []
            self.close(CLOSE_STALLED)
        except Exception:  # the client is gone; receive() tells run()
            self.outbox = []
        finally:
            self.sending = None

    def close(self, code: int) -> None:
        """Ask the run loop to close; nothing more is sent. Safe from any job of the hub, and twice."""
        self.closed_with = self.closed_with or code
        self.outbox.clear()
        self.closing.set()

    async def listen(self, receive, received) -> None:
        """Hand each frame to `received` until the client leaves or the house closes."""
        closing = asyncio.create_task(self.closing.wait())
        try:
            while not self.closing.is_set():
                event = asyncio.create_task(receive())
                await asyncio.wait({event, closing}, return_when=asyncio.FIRST_COMPLETED)
                if not event.done():
                    event.cancel()
                    break
                if event.result()["type"] == "websocket.disconnect":
                    return
                await received(event.result())
            await self._send({"type": "websocket.close", "code": self.closed_with})
        finally:
            closing.cancel()


class ChatSocket(Socket):
    """One open chat page. `last`: the highest seq given to this client; `target`: the highest known to exist."""

    def __init__(self, send, person, *, session_key: str, after: int | None = None):
        super().__init__(send, session_key=session_key, user_id=person.participant.user_id)
        self.after = after  # the last message the page has; None: it shows all there are
        self.side = person.side
        self.by_grant = person.by_grant
        self.is_helper = person.side == Side.VOLUNTEER
        self.part, self.only_reads = person.participant.part, person.participant.only_reads
        self.name = frames.name_of(self.part, person.user.display_name)
        self.participant_id = person.participant.pk
        self.link_version = person.participant.link_version
        self.conversation_id = person.conversation.pk
        self.public_id = person.request.public_id
        self.last = self.target = 0
        self.version = person.conversation.version
        self.shown_here: dict[str, bool] = {}
        self.shown_read: dict[str, int] = {}
        self.is_ready = self.is_away = False
        self.catching: asyncio.Task | None = None
        self.bad_at: list[float] = []
        self.typed_at = self.resumed_at = 0.0

    async def run(self, receive) -> None:
        home = hub()
        home.join(self)  # before reading last_seq, so that nothing falls between
        home.make_room_for(self.user_id)
        try:
            await self._send({"type": "websocket.accept"})
            stands = await home.greet(self)
            self.last = stands.last_seq if self.after is None else min(self.after, stands.last_seq)
            self.target = max(self.target, stands.last_seq)  # a message may have come while we were greeted
            self.is_ready, self.version = True, stands.version
            self.push(frames.ready(last_seq=stands.last_seq, version=stands.version))
            self.catch_up_with(stands)
            if not self.only_reads:
                home.spread([(self.conversation_id, 0, frames.presence(side=self.side, here=True))])
            await self.listen(receive, self.received)
        finally:
            home.leave(self)
            for task in filter(None, (self.sending, self.catching)):
                task.cancel()

    # --- from the client

    async def received(self, event: dict) -> None:
        try:
            frame = frames.parse(event.get("text"))
            await getattr(self, f"on_{frame['t']}")(frame)
        except BadFrame as problem:
            self.push(frames.error(problem.code, problem.cid))
            if problem.code == "bad_frame":
                self._count_bad_frame()
        except Exception:  # the socket stays; what got no answer is sent again
            log.exception("a frame was not handled")
        if len(self.outbox) > OUTBOX_FRAMES:  # reads nothing, so we stop reading too
            await self.drained()

    async def on_send(self, frame: dict) -> None:
        cid = frame["cid"]
        if not hub().pace.may_write(self.participant_id):
            return self.push(frames.error("slow", str(cid)))
        try:
            post = await hub().writer.store(Post(self.conversation_id, self.participant_id, cid, frame["body"]))
            self.push(frames.ack(cid=cid, seq=post.seq, at=post.at))
            if self.is_away:  # who writes is back
                self.is_away = False
                await database_sync_to_async(presence.come_back_by_id)(self.participant_id)
        except Refused as refusal:
            self.push(frames.error(refusal.args[0], str(cid)))

    async def on_resume(self, frame: dict) -> None:
        """The client says what it has; it gets the rest. The answer also proves to the client that the line lives."""
        now = time.monotonic()
        if now - self.resumed_at >= RESUME_AT_MOST_EVERY:  # from the start each time would be dear for all
            self.resumed_at = now
            self.last = min(frame["after"], self.last)
        self.push(frames.ready(last_seq=self.target, version=self.version))
        self.announce(self.target)

    async def on_read(self, frame: dict) -> None:
        seq = min(frame["seq"], self.target)
        if seq > hub().read_marks.get(self.participant_id, (0, None))[0]:
            hub().read_marks[self.participant_id] = (seq, self)

    async def on_typing(self, frame: dict) -> None:
        if time.monotonic() - self.typed_at > 1 and not self.only_reads:
            self.typed_at = time.monotonic()
            hub().spread([(self.conversation_id, 0, frames.typing(side=self.side, name=self.name))])

    def _count_bad_frame(self) -> None:
        now = time.monotonic()
        self.bad_at = [at for at in self.bad_at if at > now - BAD_FRAMES_SECONDS] + [now]
        if len(self.bad_at) >= BAD_FRAMES:
            log.warning("socket closed after %s bad frames", BAD_FRAMES)
            self.close(CLOSE_BAD_FRAMES)

    # --- to the client

    def offer(self, seq: int, frame: str) -> None:
        """A stored message: the next in line goes out; after a gap, or for a slow client, the database is read."""
        self.target = max(self.target, seq)
        if seq == self.last + 1 and self.is_ready and not self.catching and len(self.outbox) < OUTBOX_FRAMES:
            self.last = seq
            self.push(frame)
        else:
            self.announce(seq)

    def pass_on(self, frame: str) -> None:
        """A passing frame: typing, read, presence.

        Lost when the client is slow; the next comparison repeats what matters.
        """
        if self.is_ready and len(self.outbox) < OUTBOX_FRAMES:
            self.push(frame)

    def announce(self, seq: int) -> None:
        """Messages up to `seq` exist."""
        self.target = max(self.target, seq)
        if self.target > self.last and self.is_ready and not self.catching:
            self.catching = asyncio.create_task(self._catch_up())

    async def _catch_up(self) -> None:
        try:
            while self.target > self.last:
                await self.drained()
                after = self.last
                rows = await database_sync_to_async(standing.newer)(self.conversation_id, after)
                if self.last != after:  # the client has said meanwhile that it lacks more: these would leave a gap
                    continue
                for self.last, frame in rows:
                    self.push(frame)
                if not rows:  # removed meanwhile
                    self.last = self.target
        except Exception as problem:  # the database is away: the next comparison tries again
            log.warning("catch-up failed: %s", type(problem).__name__)
        finally:
            self.catching = None

    def catch_up_with(self, stands: standing.Standing) -> None:
        """What the conversation is now, against what this page shows."""
        self.announce(stands.last_seq)
        self.is_away = self.participant_id in stands.away
        for side, here in stands.here.items():
            if self.shown_here.get(side) != here:
                self.shown_here[side] = here
                self.pass_on(frames.presence(side=side, here=here))
        for side, seq in stands.read.items():
            if seq > self.shown_read.get(side, 0):
                self.shown_read[side] = seq
                self.pass_on(frames.read(side=side, seq=seq))
        if stands.version != self.version:
            self.version = stands.version
            self.pass_on(frames.state(version=stands.version))


class DeskSocket(Socket):
    """An open desk: says only that the list changed. Being open is what keeps its volunteer on duty."""

    is_helper = True

    async def run(self, receive) -> None:
        home = hub()
        home.desks.add(self)
        home.make_room_for(self.user_id)
        try:
            await self._send({"type": "websocket.accept"})
            await home.greet(self)
            self.tell(home.desk_version)
            await self.listen(receive, self.ignored)
        finally:
            home.desks.discard(self)
            if self.sending:
                self.sending.cancel()

    async def ignored(self, event: dict) -> None:
        """A desk has nothing to say by socket."""

    def tell(self, version: int) -> None:
        if len(self.outbox) < OUTBOX_FRAMES:
            self.push(frames.desk(version=version))


async def chat_socket(scope, receive, send) -> None:
    """/ws/chatt/<public id>/?after=<seq>: the page says what it has before anything new can reach it."""
    await receive()  # websocket.connect
    person = None
    if _origin_is_ours(scope):
        person = await database_sync_to_async(person_for)(
            scope["session"], scope["user"], scope["url_route"]["kwargs"]["public_id"]
        )
    if person is None or person.request.state in NO_CHAT:
        await send({"type": "websocket.close", "code": 4403})  # before accept: 403
        return
    after = re.fullmatch(rb"after=(\d{1,10})", scope["query_string"])
    socket = ChatSocket(send, person, session_key=scope["session"].session_key, after=int(after[1]) if after else None)
    await socket.run(receive)


async def desk_socket(scope, receive, send) -> None:
    """/ws/jour/"""
    await receive()
    user = scope["user"]
    if not (_origin_is_ours(scope) and user.is_authenticated and await _is_volunteer(scope["session"], user)):
        await send({"type": "websocket.close", "code": 4403})
        return
    await DeskSocket(send, session_key=scope["session"].session_key, user_id=user.pk).run(receive)


@database_sync_to_async
def _is_volunteer(session, user) -> bool:
    return not access.is_held_back(session, user) and Volunteer.objects.approved().filter(user_id=user.pk).exists()


def _origin_is_ours(scope) -> bool:
    """Exactly one of our own addresses: scheme, host and port. Missing and "null" are refused."""
    origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
    return len(origins) == 1 and origins[0] in settings.CSRF_TRUSTED_ORIGINS


routes = [
    path("ws/chatt/<str:public_id>/", chat_socket),
    path("ws/jour/", desk_socket),
]
