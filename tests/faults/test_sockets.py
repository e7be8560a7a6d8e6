"""40 people write in 20 chats while something dies. Whatever it is: nothing lost, nothing doubled, order kept."""

import asyncio
import signal

import pytest

from tests.faults.house import House

pytestmark = pytest.mark.fault


def test_socket_process_killed_loses_nothing(house: House, figures):
    async def scenario():
        async with house.traffic() as pages:
            await asyncio.sleep(2)
            for index in (0, 1, 0):
                await asyncio.to_thread(house.stack.kill, "ws", index)
                await asyncio.sleep(1)
                await asyncio.to_thread(house.stack.start_one, "ws", index)
            await asyncio.sleep(1)
        return house.count(pages)

    count = asyncio.run(scenario())
    figures(f"socket process killed 3 times: {count}")
    count.check()
    assert count.reconnects


def test_postgres_restarted_at_once_loses_nothing(house: House, figures):
    async def scenario():
        async with house.traffic() as pages:
            for _time in range(2):
                await asyncio.sleep(2)
                await asyncio.to_thread(house.stack.stop_one, "postgres", with_signal=signal.SIGQUIT)
                await asyncio.sleep(2)
                await asyncio.to_thread(house.stack.start_one, "postgres")
            await asyncio.sleep(3)
        return house.count(pages)

    count = asyncio.run(scenario())
    figures(f"PostgreSQL pulled twice: {count}")
    count.check()
