"""A chat page without a browser: does with a socket what chat/static/chat/{line,unsent,log}.js do, and keeps a log.

Unsent text waits in order, one in flight; the same id is sent again after 4 s and on every new line; the address says what the
page has; a lost line comes back after a growing pause with jitter.
"""

import asyncio
import json
import random
import time
import uuid
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

FIRST_PAUSE, LONGEST_PAUSE, RESEND_AFTER = 0.5, 30, 4
HEARTBEAT, ANSWER_WITHIN = 25, 8
RIGHTS_ENDED = 4401


@dataclass
class Board:
    """What all pages know of each other, to count with."""

    written: dict[str, float] = field(default_factory=dict)  # cid -> when somebody pressed Send
    seconds: list[float] = field(default_factory=list)  # from Send to the other's screen


class Page:
    """One open chat page of one side. `after`: the seq the page was delivered with."""

    def __init__(self, board: Board, port: int, *, public_id: str, side: str, cookie: str, after: int = 0):
        self.board, self.port, self.public_id, self.side, self.cookie = board, port, public_id, side, cookie
        self.last_seq = self.began_after = after
        self.shown: dict[int, str] = {}  # seq -> cid, as the page has it
        self.bodies: dict[str, str] = {}  # cid -> what was written here
        self.acked: dict[str, int] = {}
        self.unsent: deque[str] = deque()
        self.refused: list[dict] = []
        self.closes: list[int | None] = []  # how each line ended
        self.connects = self.repeated = self.resent = self.failures = 0
        self.up_at = 0.0
        self.socket = self.flying = self.timer = self.silence = None
        self.jobs: set[asyncio.Task] = set()
        self.living: asyncio.Task | None = None

    def open(self) -> "Page":
        self.living = asyncio.create_task(self._live())
        return self

    async def close(self) -> None:
        jobs = [self.living, *self.jobs]
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)

    @property
    def is_up(self) -> bool:
        return self.up_at > 0

    def write(self, body: str) -> None:
        """Somebody presses Send."""
        cid = str(uuid.uuid4())
        self.bodies[cid] = body
        self.board.written[cid] = time.monotonic()
        self.unsent.append(cid)
        self._next()

    # --- the line

    async def _live(self) -> None:
        while True:
            try:
                headers = {"Cookie": f"session={self.cookie}"}
                address = f"ws://localhost:{self.port}/ws/chatt/{self.public_id}/?after={self.last_seq}"
                origin = f"http://localhost:{self.port}"
                line = connect(
                    address, host="127.0.0.1", port=self.port, origin=origin, additional_headers=headers,
                    compression=None, ping_interval=None, open_timeout=10, close_timeout=1,
                )  # fmt: skip
                async with line as self.socket:
                    await self._listen()
                self.closes.append(self.socket.close_code)
            except (OSError, WebSocketException, TimeoutError):
                if self.is_up:
                    self.closes.append(None)
            finally:
                self._down()
            if self.closes and self.closes[-1] == RIGHTS_ENDED:
                return
            longest = min(LONGEST_PAUSE, FIRST_PAUSE * 2**self.failures)
            self.failures += 1
            await asyncio.sleep(FIRST_PAUSE / 2 + random.random() * longest)

    async def _listen(self) -> None:
        self.connects += 1
        self._do(self._beat())
        self._again()
        async for text in self.socket:
            self.failures = 0
            self._heard()
            frame = json.loads(text)
            getattr(self, f"_on_{frame['t']}", lambda _frame: None)(frame)

    def _down(self) -> None:
        self.socket = self.flying = None
        self.up_at = 0.0
        self._heard()
        for timer in filter(None, [self.timer]):
            timer.cancel()

    async def _beat(self) -> None:
        socket = self.socket
        while socket is self.socket:
            await asyncio.sleep(HEARTBEAT)
            if socket is self.socket and not self.silence:
                self._say(t="resume", after=self.last_seq)
                self.silence = asyncio.get_running_loop().call_later(ANSWER_WITHIN, self._drop, socket)

    def _heard(self) -> None:
        if self.silence:
            self.silence.cancel()
            self.silence = None

    def _drop(self, socket) -> None:
        socket.transport.abort()

    def _say(self, **frame) -> None:
        if self.socket:
            self._do(self._send(self.socket, json.dumps(frame)))

    @staticmethod
    async def _send(socket, text: str) -> None:
        with suppress(WebSocketException):  # _live hears of it too
            await socket.send(text)

    def _do(self, work) -> None:
        job = asyncio.create_task(work)
        self.jobs.add(job)
        job.add_done_callback(self.jobs.discard)

    # --- what was written and is not yet stored

    def _next(self) -> None:
        if not self.unsent or not self.socket or self.flying == self.unsent[0]:
            return
        self.flying = self.unsent[0]
        self._say(t="send", cid=self.flying, body=self.bodies[self.flying])
        self._later(RESEND_AFTER)

    def _again(self) -> None:
        self.resent += self.flying is not None
        self.flying = None
        self._next()

    def _later(self, seconds: float) -> None:
        if self.timer:
            self.timer.cancel()
        self.timer = asyncio.get_running_loop().call_later(seconds, self._again)

    def _done(self, cid: str) -> None:
        if cid in self.unsent:
            self.unsent.remove(cid)
        if self.flying == cid:
            self.flying = None
            self._next()

    # --- what the server says

    def _on_ready(self, frame: dict) -> None:
        self.up_at = self.up_at or time.monotonic()

    def _on_ack(self, frame: dict) -> None:
        known = self.acked.setdefault(frame["cid"], frame["seq"])
        assert known == frame["seq"], "the same message was acknowledged with two numbers"
        self._done(frame["cid"])

    def _on_msg(self, frame: dict) -> None:
        seq, cid = frame["seq"], frame["cid"]
        if frame["side"] == self.side:
            self._done(cid)
        self.last_seq = max(self.last_seq, seq)
        if seq in self.shown:  # the page shows it once, whatever the server does
            assert self.shown[seq] == cid, "two messages with one number"
            self.repeated += 1
            return
        self.shown[seq] = cid
        if frame["side"] != self.side and cid in self.board.written:
            self.board.seconds.append(time.monotonic() - self.board.written[cid])

    def _on_err(self, frame: dict) -> None:
        if frame["retry"]:
            return self._later(3 if frame["code"] == "slow" else 1.5)
        self.refused.append(frame)
        return self._done(frame.get("cid"))
