"""How a message gets its number and its place in the database: `save_batch`, and the thread that calls it.

Whatever waits when the thread gets free goes into one transaction, so a quiet system writes one message at a time
without waiting and a busy one writes large batches. Sockets hand over to `Writer`; form posts, mail and commands call
`save_batch` themselves. This is the one file where SQL is built by hand (performance.md): the same statements on
PostgreSQL and SQLite.
"""

import asyncio
import logging
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from chat import frames
from chat.models import Conversation, Message, Participant, Refusal, Side
from motesplats.models import User

log = logging.getLogger(__name__)

CONVERSATION, MESSAGE, PARTICIPANT, USER = (
    model._meta.db_table for model in (Conversation, Message, Participant, User)
)
SECOND = Participant.Part.SECOND
BATCH = 200
PAUSES = (0.05, 0.2, 0.5, 1, 2)  # seconds between attempts while the database is away; then clients hear "retry"


class Refused(Exception):
    """Not stored; args[0] is the code for the client. "retry": send the same id again."""


@dataclass(slots=True, eq=False)
class Post:
    """A message on its way.

    `seq`, `at` are set when it is stored; `frame` when this very post stored it; else `error`.
    """

    conversation_id: int
    sender_id: int  # of the Participant
    client_id: UUID
    body: str
    kind: str = Message.Kind.TEXT
    future: asyncio.Future | None = None
    seq: int | None = None
    at: datetime | None = None
    frame: str | None = None
    error: str | None = None

    @property
    def key(self) -> tuple:
        return (self.client_id, self.conversation_id, self.sender_id)


def save_batch(posts: list[Post]) -> None:
    """Store `posts` in one transaction, numbered per conversation without holes.

    Sets on each post seq and at (stored now or before), or error: conflict (same id, other body), reopen, closed, hold
    (nobody may write now) or forbidden (this person may not). Inside an outer transaction it joins it.
    """
    now = timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        conversations = _lock_conversations(cursor, {p.conversation_id for p in posts})
        senders = _senders(cursor, {p.sender_id for p in posts})
        known = _known(cursor, {p.client_id for p in posts})
        fresh: list[Post] = []
        for post in posts:
            post.seq = post.at = post.frame = post.error = None
            if post.key in known:
                _repeat(post, *known[post.key])
                continue
            conversation = conversations.get(post.conversation_id)
            side, post.error = _may_write(post, conversation, senders.get(post.sender_id))
            if post.error:
                continue
            conversation["seq"] += 1
            post.seq, post.at = conversation["seq"], now
            post.frame = frames.message(
                seq=post.seq, side=side, cid=post.client_id, kind=post.kind, body=post.body, at=now,
                name=senders[post.sender_id][3],
            )  # fmt: skip
            known[post.key] = (post.seq, post.body, now)
            conversation["sides"].append(senders[post.sender_id][4] or side)
            fresh.append(post)
        if fresh:
            _insert(cursor, fresh, now)
            _raise_last_seq(cursor, conversations, now)


def _lock_conversations(cursor, ids: set[int]) -> dict[int, dict]:
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""  # SQLite: BEGIN IMMEDIATE has locked
    cursor.execute(
        f"SELECT id, last_seq, refusal FROM {CONVERSATION} WHERE id IN ({_marks(ids)}) ORDER BY id{lock}",  # noqa: S608
        list(ids),
    )
    return {pk: {"seq": last_seq, "refusal": refusal, "sides": []} for pk, last_seq, refusal in cursor.fetchall()}


def _senders(cursor, ids: set[int]) -> dict[int, tuple[int, str, bool, str, str]]:
    """-> participant id: (conversation, side, may write, the name of a second volunteer, SECOND for one or "")."""
    cursor.execute(
        f"SELECT p.id, p.conversation_id, p.side, p.can_write, p.part, u.display_name FROM {PARTICIPANT} p "  # noqa: S608
        f"LEFT JOIN {USER} u ON u.id = p.user_id WHERE p.id IN ({_marks(ids)})",
        list(ids),
    )
    return {
        pk: (conversation, side, bool(can_write), frames.name_of(part, name), part if part == SECOND else "")
        for pk, conversation, side, can_write, part, name in cursor.fetchall()
    }


def _known(cursor, client_ids: set[UUID]) -> dict[tuple, tuple[int, str, datetime]]:
    cursor.execute(
        f"SELECT client_id, conversation_id, sender_id, seq, body, created_at FROM {MESSAGE} "  # noqa: S608
        f"WHERE client_id IN ({_marks(client_ids)})",
        [_uuid_in(client_id) for client_id in client_ids],
    )
    return {(_uuid_out(row[0]), row[1], row[2]): (row[3], row[4], _time_out(row[5])) for row in cursor.fetchall()}


def _repeat(post: Post, seq: int, body: str, at: datetime) -> None:
    if body == post.body or not body:  # an erased body is empty: still the same message
        post.seq, post.at = seq, at
    else:
        post.error = "conflict"


def _may_write(post: Post, conversation: dict | None, sender: tuple | None) -> tuple[str, str | None]:
    """-> (side, error or None)."""
    if conversation is None or sender is None or sender[0] != post.conversation_id:
        return "", "forbidden"
    side, can_write = sender[1:3]
    if side == Side.SYSTEM:
        return side, None
    refusal = conversation["refusal"]
    if refusal and not (refusal == Refusal.HOLD and side == Side.STAFF and can_write):  # IM writes in what it looks at
        return side, refusal
    return side, None if can_write else "forbidden"


def _insert(cursor, posts: list[Post], now: datetime) -> None:
    at = connection.ops.adapt_datetimefield_value(now)
    values = [
        value
        for p in posts
        for value in (_uuid_in(p.client_id), p.conversation_id, p.sender_id, p.seq, p.kind, p.body, at)
    ]
    rows = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(posts))
    cursor.execute(
        f"INSERT INTO {MESSAGE} (client_id, conversation_id, sender_id, seq, kind, body, created_at) VALUES {rows}",  # noqa: S608
        values,
    )


def _raise_last_seq(cursor, conversations: dict[int, dict], now: datetime) -> None:
    """One statement for all conversations that grew by as much and were last spoken in by the same side: mostly two.

    A second volunteer answers, but not for the helper: whoever waits for the helper still does, and as long as before.
    """
    alike: dict[tuple, list[int]] = defaultdict(list)
    for pk, conversation in conversations.items():
        if sides := conversation["sides"]:
            people = [side for side in sides if side not in (Side.SYSTEM, SECOND)]
            answered = any(side in (Side.VOLUNTEER, Side.STAFF, SECOND) for side in sides)
            last = people[-1] if people else SECOND if SECOND in sides else ""
            alike[len(sides), last, answered].append(pk)
    at = connection.ops.adapt_datetimefield_value(now)
    for (grown, side, answered), pks in alike.items():
        said, values = "", [grown]
        if side == SECOND:
            said += ", last_message_at = CASE WHEN last_side = %s THEN last_message_at ELSE %s END"
            values += [Side.SEEKER, at]
        elif side:
            said += ", last_message_at = %s, last_side = %s"
            values += [at, side]
        if answered:
            said += ", first_answer_at = COALESCE(first_answer_at, %s)"
            values.append(at)
        cursor.execute(
            f"UPDATE {CONVERSATION} SET last_seq = last_seq + %s{said} WHERE id IN ({_marks(pks)})",  # noqa: S608
            [*values, *pks],
        )


def _marks(values: Iterable) -> str:
    return ", ".join("%s" for _ in values)


def _uuid_in(value: UUID):
    return str(value) if connection.features.has_native_uuid_field else value.hex


def _uuid_out(value) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _time_out(value) -> datetime:
    """SQLite answers in UTC without saying so, as text or as a datetime; PostgreSQL with an aware datetime."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


class Writer:
    """The thread of a socket process that stores messages."""

    def __init__(self, loop: asyncio.AbstractEventLoop, on_saved: Callable[[list[Post]], None]):
        """`on_saved` is called in `loop` with the posts that were stored now, after COMMIT."""
        self.loop, self.on_saved, self.queue = loop, on_saved, queue.SimpleQueue()
        self.thread = threading.Thread(target=self._run, name="chat-writer", daemon=True)
        self.thread.start()

    async def store(self, post: Post) -> Post:
        """-> the post with seq and at, after COMMIT. Raises Refused."""
        post.future = self.loop.create_future()
        self.queue.put(post)
        return await post.future

    def stop(self) -> None:
        """End the thread when what is queued has been stored."""
        self.queue.put(None)
        self.thread.join(timeout=5)

    def _run(self) -> None:
        while (first := self.queue.get()) is not None:
            posts = [first]
            while len(posts) < BATCH and not self.queue.empty():
                if (post := self.queue.get()) is None:
                    self.queue.put(None)
                    break
                posts.append(post)
            try:
                self._save(posts)
            except Exception:  # the thread survives anything
                log.exception("messages not stored")
                self._refuse_all(posts)
            if not self.loop.is_closed():
                self.loop.call_soon_threadsafe(self._finish, posts)
        connection.close()

    def _save(self, posts: list[Post]) -> None:
        for pause in (*PAUSES, None):
            try:
                return save_batch(posts)
            except (OperationalError, InterfaceError) as problem:
                # away, restarted, deadlock; a commit that did arrive is found again
                connection.close()
                if _is_lock_timeout(problem) and len({post.conversation_id for post in posts}) > 1:
                    return self._save_apart(posts)
                if pause is None:
                    raise
                time.sleep(pause)
            except (DatabaseError, ValueError, TypeError):  # NUL, half a character: one must not take the others
                if len(posts) == 1:
                    log.exception("message refused by the database")
                    _fail(posts[0], "invalid")
                    return None
                for post in posts:
                    self._save([post])
                return None
        return None

    def _save_apart(self, posts: list[Post]) -> None:
        """One conversation is locked by somebody slow: the others are stored, its own writers hear "retry"."""
        by_conversation: dict[int, list[Post]] = defaultdict(list)
        for post in posts:
            by_conversation[post.conversation_id].append(post)
        for together in by_conversation.values():
            try:
                save_batch(together)
            except (OperationalError, InterfaceError):
                connection.close()
                for post in together:
                    _fail(post, "retry")

    def _refuse_all(self, posts: list[Post]) -> None:
        while not self.queue.empty():  # those behind need not wait for the same timeouts
            if (post := self.queue.get()) is None:
                self.queue.put(None)
                break
            posts.append(post)
        for post in posts:
            _fail(post, "retry")

    def _finish(self, posts: list[Post]) -> None:
        for post in posts:
            if post.future.done():  # its socket closed meanwhile
                continue
            if post.error:
                post.future.set_exception(Refused(post.error))
            else:
                post.future.set_result(post)
        self.on_saved([post for post in posts if post.frame])


def _is_lock_timeout(problem: Exception) -> bool:
    """PostgreSQL's lock_not_available: `lock_timeout` has passed."""
    return getattr(problem.__cause__, "pgcode", None) == "55P03"


def _fail(post: Post, code: str) -> None:
    post.seq = post.at = post.frame = None
    post.error = code
