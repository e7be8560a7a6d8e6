"""Everybody comes back at once; some never read what they ask for."""

import asyncio
import json
import socket
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from tests.faults.house import House, wait_for

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group("house"), pytest.mark.timeout(180)]
STORM_SECONDS = 15
STALLED, FLOOD_SECONDS, MEMORY_MB = 10, 8, 20


def test_200_pages_are_back_within_15_seconds(house: House, figures):
    async def scenario():
        async with house.traffic(tabs=5, every=4) as pages:
            for index in (0, 1):
                await house.do(house.stack.kill, "ws", index)
            for index in (0, 1):
                await house.do(house.stack.parts["ws", index].launch)
            for index in (0, 1):
                await house.do(house.stack.parts["ws", index].wait_ready)
            seconds = await wait_for(lambda: all(page.is_up for page in pages), 2 * STORM_SECONDS, "all are back")
        return house.count(pages), seconds

    count, seconds = asyncio.run(scenario())
    figures(f"both socket processes killed under {len(count.pages)} pages, all back {seconds:.1f} s later: {count}")
    count.check()
    assert count.reconnects >= len(count.pages)
    assert seconds <= STORM_SECONDS


def test_pages_that_never_read_harm_nobody(house: House, figures):
    async def scenario():
        async with house.traffic() as pages:
            before = memory_mb(house)
            deaf = [asyncio.create_task(never_read(house, chat)) for chat in house.chats[:STALLED]]
            asked = sum(await asyncio.gather(*deaf))
            grown = memory_mb(house) - before
        return house.count(pages), asked, grown

    count, asked, grown = asyncio.run(scenario())
    figures(f"{STALLED} pages ask {asked} times for everything and read nothing, +{grown:.1f} MB: {count}")
    count.check()
    assert count.closed == 0
    assert grown < MEMORY_MB


async def never_read(house: House, chat: dict) -> int:
    """Ask for the whole chat again and again over a narrow line, read nothing. -> how often it could ask."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, ("127.0.0.1", house.stack.parts["ws", 0].port))
    line = await connect(
        f"{house.stack.websocket_url}/ws/chatt/{chat['public_id']}/", sock=narrow, origin=house.stack.url,
        additional_headers={"Cookie": f"session={chat['seeker']}"}, compression=None, ping_interval=None, max_queue=1,
    )  # fmt: skip
    asked = 0
    try:
        async with asyncio.timeout(FLOOD_SECONDS):
            while True:
                await line.send(json.dumps({"t": "resume", "after": 0}))
                asked += 1
                await asyncio.sleep(0.02)
    except TimeoutError:
        return asked
    finally:
        line.transport.abort()


def memory_mb(house: House) -> float:
    status = Path(f"/proc/{house.stack.parts['ws', 0].process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
