"""`python -m bench.load`: how many messages a second one socket process carries, with its database and Redis on one core.

Both sides of every chat are open. In each step people write in turn, at a given rate for some seconds. A step counts when
every message was acknowledged and shown on the other side once and in order, and 99 of 100 within 250 ms of being sent.
Each message is durable in PostgreSQL before it is shown. The generator has the other core to itself.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from itertools import cycle
from pathlib import Path

import orjson
from websockets.asyncio.client import connect

from motesplats.processes import ROOT, Stack

RATES = (100, 250, 500, 1000, 1500, 2000, 2500, 3000)
LIMIT_SECONDS, SETTLE_SECONDS = 0.25, 10
BODY = "Hej! Jag har läst ditt CV. Det är bra. Kan du skriva mer om ditt arbete på förskolan?"


class Side:
    """One open page that only counts. `sent`: cid -> when, shared by the two sides of a chat."""

    def __init__(self, line, sent: dict[str, float]):
        self.line, self.sent = line, sent
        self.last_seq = self.acked = self.wrong = 0
        self.mine: set[str] = set()
        self.seconds: list[float] = []
        self.reading = asyncio.create_task(self.read())

    async def read(self) -> None:
        async for text in self.line:
            frame = orjson.loads(text)
            if frame["t"] == "ack":
                self.acked += 1
            elif frame["t"] == "msg":
                self.shown(frame)
            elif frame["t"] == "err":
                self.wrong += 1

    def shown(self, frame: dict) -> None:
        self.wrong += bool(self.last_seq) and frame["seq"] != self.last_seq + 1  # lost, doubled or out of order
        self.last_seq = frame["seq"]
        if frame["cid"] not in self.mine:
            self.seconds.append(time.perf_counter() - self.sent[frame["cid"]])

    async def write(self) -> None:
        cid = str(uuid.uuid4())
        self.mine.add(cid)
        self.sent[cid] = time.perf_counter()
        await self.line.send(json.dumps({"t": "send", "cid": cid, "body": BODY}))


async def open_all(stack: Stack, chats: list[dict]) -> list[Side]:
    async def open_one(chat: dict, side: str, sent: dict) -> Side:
        line = await connect(
            f"{stack.websocket_url}/ws/chatt/{chat['public_id']}/", host="127.0.0.1", port=stack.parts["ws", 0].port,
            origin=stack.url, additional_headers={"Cookie": f"session={chat[side]}"}, compression=None,
            ping_interval=None, open_timeout=60,
        )  # fmt: skip
        return Side(line, sent)

    began, cpu, sides = time.perf_counter(), cpu_seconds(stack), []
    for start in range(0, len(chats), 20):
        wanted = [
            (chat, side, sent)
            for chat in chats[start : start + 20]
            for sent in [{}]
            for side in ("seeker", "volunteer")
        ]
        sides += await asyncio.gather(*(open_one(*each) for each in wanted))
    seconds = time.perf_counter() - began
    cpu = (cpu_seconds(stack) - cpu) / len(sides) * 1000
    print(
        f"{len(sides)} sockets open, {len(sides) / seconds:.0f} connects/s, CPU {cpu:.1f} ms each, {memory_mb(stack):.0f} MB",
        flush=True,
    )
    return sides


async def step(stack: Stack, sides: list[Side], rate: int, seconds: float) -> bool:
    """One rate. -> whether it counts."""
    for side in sides:
        side.seconds.clear()
    wrong, acked = sum(side.wrong for side in sides), sum(side.acked for side in sides)
    cpu = cpu_seconds(stack)
    in_turn, written, began, loop_late = cycle(sides), 0, time.perf_counter(), 0.0
    while (now := time.perf_counter() - began) < seconds:
        while written < now * rate:
            await next(in_turn).write()
            written += 1
        tick = time.perf_counter()
        await asyncio.sleep(0.002)
        loop_late = max(loop_late, time.perf_counter() - tick - 0.002)
    sent_in = time.perf_counter() - began
    end = time.perf_counter() + SETTLE_SECONDS
    while sum(len(side.seconds) for side in sides) < written and time.perf_counter() < end:
        await asyncio.sleep(0.05)
    cpu = (cpu_seconds(stack) - cpu) / written * 1000
    took = sorted(second for side in sides for second in side.seconds)
    missing = 2 * written - len(took) - (sum(side.acked for side in sides) - acked)
    wrong = sum(side.wrong for side in sides) - wrong
    p50, p99 = (took[int(len(took) * share)] for share in (0.5, 0.99))
    counts = not missing and not wrong and p99 < LIMIT_SECONDS and written / sent_in > 0.97 * rate
    print(
        f"{rate:5} messages/s asked, {written / sent_in:6.0f} sent: p50 {p50 * 1000:6.1f} ms, p99 {p99 * 1000:6.1f} ms, "
        f"CPU {cpu:.2f} s per 1,000, missing {missing}, wrong {wrong}, generator late {loop_late * 1000:.0f} ms{'' if counts else '   does not count'}",
        flush=True,
    )
    return counts


async def climb(stack: Stack, chats: list[dict], rates: list[int], seconds: float) -> None:
    sides = await open_all(stack, chats)
    await step(stack, sides, 50, 2)  # warm
    best = failed = 0
    for rate in rates:
        if await step(stack, sides, rate, seconds):
            best = rate
        else:
            failed += 1
        if failed == 2:  # one may be somebody else's doing
            break
        await asyncio.sleep(1)
    print(f"best step: {best} messages/s with p99 below {LIMIT_SECONDS * 1000:.0f} ms")
    for side in sides:
        side.reading.cancel()
        side.line.transport.abort()


def memory_mb(stack: Stack) -> float:
    status = Path(f"/proc/{stack.parts['ws', 0].process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def cpu_seconds(stack: Stack) -> float:
    """What the socket process, PostgreSQL and Redis have used so far: a figure that a busy machine does not change much."""
    leaders = {stack.parts[name, 0].process.pid for name in ("ws", "postgres", "redis")}
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            values = file.read_text().rpartition(")")[2].split()
        except OSError:  # ended meanwhile
            continue
        if int(values[3]) in leaders:  # its session: each daemon leads its own
            ticks += sum(int(value) for value in values[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def pin(core: int) -> None:
    """This thread and what it starts from now on runs on one core."""
    if hasattr(os, "sched_setaffinity") and os.cpu_count() > 1:
        os.sched_setaffinity(0, {core})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=250)
    parser.add_argument("--seconds", type=float, default=6, help="length of a step")
    parser.add_argument("--rates", type=int, nargs="+", default=RATES, help="messages a second, step by step")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="motesplats-bench-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL may run as somebody else than we
        settings = {
            "DJANGO_SETTINGS_MODULE": "motesplats.settings.prod",
            "MESSAGES_PER_10_SECONDS": "100000",
            "MESSAGES_PER_MINUTE": "600000",
            "LOG_LEVEL": "WARNING",
        }
        pin(0)
        with Stack(Path(folder) / "stack", web=0, ws=1, worker=0, beat=0, proxy=False, environment=settings) as stack:
            command = [sys.executable, "-m", "tests.faults.people", str(options.chats), "0"]
            made = subprocess.run(
                command, cwd=ROOT, env=stack.environment, stdout=subprocess.PIPE, check=True, text=True
            )
            pin(1)
            asyncio.run(climb(stack, json.loads(made.stdout)["chats"], options.rates, options.seconds))
            pin(0)


if __name__ == "__main__":
    main()
