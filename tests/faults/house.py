"""The house under fault: the full mode on free ports with pages that write, and the count of what they wrote."""

import asyncio
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import psycopg2

from motesplats.daemons import Daemon, answers, free_port
from motesplats.processes import ROOT, Stack
from tests.faults.clients import Board, Page

CHATS = 20
SETTLE_SECONDS = 40


class Child(Daemon):
    """A Python program of the house, started by a test."""

    drops_root = False

    def __init__(self, directory: Path, *arguments: str, environment=None, port=None):
        super().__init__(directory, port=port)
        self.name, self.arguments, self.environment = directory.name, arguments, environment

    @property
    def working_directory(self) -> Path:
        return ROOT

    def command(self) -> list[str]:
        return [sys.executable, "-m", *self.arguments]

    def is_ready(self) -> bool:
        return self.process.poll() is None


class MailServer(Child):
    def __init__(self, directory: Path):
        self.taken_file, port = directory.with_suffix(".taken"), free_port()
        super().__init__(directory, "tests.faults.mail_sink", str(port), str(self.taken_file), port=port)

    def is_ready(self) -> bool:
        return answers(self.port)

    def taken(self) -> list[str]:
        """The Message-ID of every mail, also of those taken twice."""
        return self.taken_file.read_text().split() if self.taken_file.exists() else []

    def text_to(self, address: str) -> str:
        """The newest mail to `address`; empty when there is none."""
        file = self.taken_file.with_suffix(".mails") / address
        return file.read_text() if file.exists() else ""


class House:
    """`stack` to break, `chats` to write in, `volunteers`: addresses of people who have no chat yet."""

    def __init__(self):
        self.hands = ThreadPoolExecutor(1)  # a daemon dies with the thread that started it: one that lives on
        self.folder = Path(tempfile.mkdtemp(prefix="motesplats-faults-"))
        self.folder.chmod(0o755)  # PostgreSQL may run as somebody else than we
        self.mail = MailServer(self.folder / "mail")
        settings = {
            "DJANGO_SETTINGS_MODULE": "motesplats.settings.prod",
            "DELIVERY_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.mail.port),
            "MESSAGES_PER_10_SECONDS": "100",  # what is sent again counts too
            "MESSAGES_PER_MINUTE": "600",
        }
        self.stack = Stack(self.folder / "stack", web=1, ws=2, environment=settings)

    def __enter__(self) -> "House":
        try:
            self.mail.start()
            self.stack.folder.mkdir(mode=0o755)
            self.stack.given["SECRET_KEY"] = self.stack.secret_key
            self.stack.start()
            made = json.loads(self.run("tests.faults.people", str(CHATS), "1"))
        except BaseException:
            self.__exit__()
            raise
        self.chats, self.volunteers = made["chats"], made["volunteers"]
        return self

    def __exit__(self, *error) -> None:
        self.stack.stop()
        self.mail.stop()
        self.hands.shutdown()
        if "KEEP_LOGS" not in os.environ:
            shutil.rmtree(self.folder, ignore_errors=True)

    async def do(self, action: Callable, *arguments, **keywords):
        """Break or mend something while the pages write on."""
        return await asyncio.get_running_loop().run_in_executor(self.hands, partial(action, *arguments, **keywords))

    def run(self, module: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT, env=self.stack.environment, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self, query: str, *values) -> list[tuple]:
        """What stands in the database, asked past everything of ours."""
        connection = psycopg2.connect(self.stack.postgres.url)
        try:
            with connection.cursor() as cursor:
                cursor.execute(query, values)
                return cursor.fetchall()
        finally:
            connection.close()

    def stored(self) -> dict[str, list[tuple[int, str, str]]]:
        """public id -> [(seq, cid, body)] in order of seq."""
        rows = self.rows(
            "SELECT r.public_id, m.seq, m.client_id::text, m.body FROM chat_message m"
            " JOIN chat_conversation c ON c.id = m.conversation_id JOIN seekers_helprequest r ON r.id = c.request_id"
            " ORDER BY m.seq"
        )
        stored: dict[str, list] = {}
        for public_id, *message in rows:
            stored.setdefault(public_id, []).append(tuple(message))
        return stored

    @asynccontextmanager
    async def traffic(self, *, tabs: int = 1, every: float = 1.0):
        """Both sides of every chat write once in `every` seconds while the block runs; then all of it is to settle."""
        board = Board()
        reached = {public_id: messages[-1][0] for public_id, messages in self.stored().items()}
        pages = [
            Page(board, self.stack.port, public_id=chat["public_id"], side=side, cookie=chat[side],
                 after=reached[chat["public_id"]])
            for chat in self.chats for side in ("seeker", "volunteer") for _tab in range(tabs)
        ]  # fmt: skip
        for page in pages:
            page.open()
        try:
            await wait_for(lambda: all(page.is_up for page in pages), 30, "all pages are connected")
            talking = [asyncio.create_task(_talk(page, every)) for page in pages[::tabs]]
            try:
                yield pages
            finally:
                for task in talking:
                    task.cancel()
                await asyncio.gather(*talking, return_exceptions=True)
            await self._settle(pages)
        finally:
            await asyncio.gather(*(page.close() for page in pages))

    async def _settle(self, pages: list[Page]) -> None:
        await wait_for(lambda: not any(page.unsent for page in pages), SETTLE_SECONDS, "everything was acknowledged")
        stored = await asyncio.to_thread(self.stored)
        await wait_for(
            lambda: all(page.last_seq >= stored[page.public_id][-1][0] for page in pages),
            SETTLE_SECONDS,
            "everything was shown",
        )

    def count(self, pages: list[Page]) -> "Count":
        return Count(self.stored(), pages)


async def _talk(page: Page, every: float) -> None:
    number = 0
    await asyncio.sleep(random.random() * every)
    while True:
        number += 1
        page.write(f"{page.side} {number}: Hej, jag skickar en rad om mitt CV.")
        await asyncio.sleep(every * random.uniform(0.8, 1.2))


async def wait_for(is_so, seconds: float, what: str) -> float:
    """-> the seconds it took. AssertionError when it took longer than `seconds`."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, f"not so within {seconds} s: {what}"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


class Count:
    """What `pages` wrote and show, against what is stored. Everything but `resent` and the seconds must be 0."""

    def __init__(self, stored: dict, pages: list[Page]):
        self.pages, self.seconds = pages, sorted(pages[0].board.seconds)
        self.messages = sum(len(page.bodies) for page in pages)
        self.reconnects = sum(max(0, page.connects - 1) for page in pages)
        self.closed = sum(len(page.closes) for page in pages)
        self.resent = sum(page.resent for page in pages)
        self.refused = [frame for page in pages for frame in page.refused]
        self.lost = self.lost_on_screen = self.doubled = self.disordered = self.holes = 0
        for messages in stored.values():
            self.holes += [seq for seq, _cid, _body in messages] != list(range(1, len(messages) + 1))
            self.doubled += sum(times - 1 for times in Counter(cid for _seq, cid, _body in messages).values())
        for page in pages:
            self._count(page, stored[page.public_id])

    def _count(self, page: Page, messages: list[tuple]) -> None:
        by_cid = {cid: (seq, body) for seq, cid, body in messages}
        for cid, body in page.bodies.items():
            self.lost += by_cid.get(cid, (None, None))[1] != body
            self.lost += page.acked.get(cid, by_cid.get(cid, (None,))[0]) != by_cid.get(cid, (None,))[0]
        wanted = {seq: cid for seq, cid, _body in messages if seq > page.began_after}
        self.lost_on_screen += len(wanted.items() - page.shown.items())
        self.doubled += len(page.shown) - len(set(page.shown.values()))
        mine = [by_cid[cid][0] for cid in page.bodies if cid in by_cid]  # in the order they were written
        self.disordered += mine != sorted(mine)

    def check(self) -> None:
        assert (self.lost, self.lost_on_screen, self.doubled, self.disordered, self.holes) == (0, 0, 0, 0, 0), str(self)
        assert self.refused == []

    def __str__(self) -> str:
        part = [self.seconds[min(len(self.seconds) - 1, int(len(self.seconds) * share))] for share in (0.5, 0.95, 1)]
        wrong = f"{self.lost} lost, {self.lost_on_screen} missing on a screen, {self.doubled} doubled"
        return (
            f"{self.messages} messages, {wrong}, {self.disordered} out of order, {self.holes} holes; "
            f"{self.reconnects} reconnects; p50 {part[0] * 1000:.0f} ms, p95 {part[1]:.2f} s, max {part[2]:.2f} s"
        )
